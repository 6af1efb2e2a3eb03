//! Carts with their lines.

/// A cart with its lines as JSON, in their order.
macro_rules! cart {
    ($rest:literal) => {
        concat!(
            "select c.id, c.warehouse_id, c.owner, c.token_hash, c.order_id, c.merged_into, c.created_at, c.updated_at,
                c.expires_at, c.version,
                (select json_group_array(json_object('sku', l.sku, 'quantity', l.quantity, 'seen', l.seen_price_minor) order by l.line)
                 from cart_lines l where l.cart_id = c.id) as lines
             from carts c where ", $rest
        )
    };
}

store::statements! {
    FIND_CART: cart!("c.id = ?1");
    FIND_CART_OF_OWNER: cart!("c.owner = ?1 and c.order_id is null");

    INSERT_CART: "insert into carts (id, warehouse_id, owner, token_hash, created_at, updated_at, expires_at, version)
        values (?1, ?2, ?3, ?4, ?5, ?5, ?6, 1)";

    /// Over the version `?2`.
    SAVE_CART: "update carts set version = cast(?2 as integer) + 1, updated_at = ?3, expires_at = ?4 where id = ?1";

    /// Ends a guest's cart of the version `?2`: the account's cart `?3` has its lines.
    END_MERGED: "update carts set version = cast(?2 as integer) + 1, updated_at = ?4, merged_into = ?3 where id = ?1";

    /// Ends a cart of the version `?2`: it was ordered.
    END_ORDERED: "update carts set version = cast(?2 as integer) + 1, updated_at = ?4, order_id = ?3 where id = ?1";

    DELETE_CART_LINES: "delete from cart_lines where cart_id = ?1";

    /// `?2` is a list of records, in the order of the lines.
    INSERT_CART_LINES: "insert into cart_lines (cart_id, line, sku, quantity, seen_price_minor)
        select ?1, key + 1, value ->> 'sku', value ->> 'quantity', value ->> 'seen' from json_each(?2)";

    LIST_EXPIRED_CARTS: "select id from carts where expires_at < ?1 order by expires_at limit cast(?2 as integer)";

    /// Their lines go with them. What was merged into one of them goes first, or with it.
    DELETE_CARTS: "delete from carts where id in (select value from json_each(?1))
        or merged_into in (select value from json_each(?1))";
}
