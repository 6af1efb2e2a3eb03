//! Reads orders: one, or a page. `match` chooses the list statement; each has its index.

use crate::adapters::store::order_row::order_columns;

store::statements! {
    FIND_ORDER: concat!("select ", order_columns!(), ",
        (select g.token_hash from guest_tokens g where g.order_id = o.id) as guest_token from orders o where o.id = ?1");

    /// Newest id first, before `?2`.
    LIST_BY_CHANNEL: concat!("select ", order_columns!(), " from orders o
        where o.sales_channel = ?1 and o.id < ?2 order by o.id desc limit cast(?3 as integer)");
    LIST_BY_CHANNEL_STATUS: concat!("select ", order_columns!(), " from orders o
        where o.sales_channel = ?1 and o.status = ?4 and o.id < ?2 order by o.id desc limit cast(?3 as integer)");
    LIST_BY_OWNER: concat!("select ", order_columns!(), " from orders o
        where o.owner = ?4 and o.sales_channel = ?1 and o.id < ?2 order by o.id desc limit cast(?3 as integer)");
    LIST_BY_OWNER_STATUS: concat!("select ", order_columns!(), " from orders o
        where o.owner = ?4 and o.sales_channel = ?1 and o.status = ?5 and o.id < ?2
        order by o.id desc limit cast(?3 as integer)");

    /// With the smallest coin of its region or country.
    FIND_WAREHOUSE: "select w.id, w.code, w.name, w.region, w.time_zone, coalesce(
            (select smallest_coin_minor from tax_rules where region = w.region),
            (select smallest_coin_minor from tax_rules where region = substr(w.region, 1, 2))) as smallest_coin_minor
        from warehouses w where w.id = ?1";

    FIND_SMALLEST_COIN: "select coalesce((select smallest_coin_minor from tax_rules where region = ?1),
            (select smallest_coin_minor from tax_rules where region = substr(?1, 1, 2))) as smallest_coin_minor";

    /// Checkouts that stopped before `?1`. The one whose last attempt is the oldest comes first: so a checkout that
    /// never finishes waits its turn and does not hold up the others.
    LIST_STOPPED: concat!("select ", order_columns!(), " from orders o
        where o.saga_step is not null and o.saga_since < ?1 order by o.updated_at limit cast(?2 as integer)");
}
