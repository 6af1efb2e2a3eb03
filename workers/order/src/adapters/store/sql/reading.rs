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

    FIND_WAREHOUSE: "select id, code, name, region from warehouses where id = ?1";

    /// Checkouts that stopped before `?1`. The one whose last attempt is the oldest comes first: so a checkout that
    /// never finishes waits its turn and does not hold up the others.
    LIST_STOPPED: concat!("select ", order_columns!(), " from orders o
        where o.saga_step is not null and o.saga_since < ?1 order by o.updated_at limit cast(?2 as integer)");
}
