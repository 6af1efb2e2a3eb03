//! Orders created, changed and cancelled, outside of their checkout.

use crate::adapters::store::order_row::{inserted_columns, inserted_values, saved_columns};

store::statements! {
    /// `?1` is a list of one record; the number is the last of the year `?2`, taken in this batch.
    INSERT_ORDER: concat!("insert into orders (order_number, status, saga_since, updated_at, till_day", inserted_columns!(), ")
        select (select printf('ORD-%04d-%06d', year, last) from sequences where name = 'orders' and year = cast(?2 as integer)),
            'PendingPayment', iif(value ->> 'saga_step' is null, null, value ->> 'created_at'), value ->> 'created_at',
            iif(value ->> 'terminal_id' is not null and value ->> 'terminal_sequence' is null,
                coalesce((select closings from tills where terminal_id = value ->> 'terminal_id'), 0) + 1, null)",
            inserted_values!(), "
        from json_each(?1) where true
        returning order_number");

    /// `?1` is a list of one record, with the version that it makes: the one after the version it is made from.
    SAVE_ORDER: concat!("update orders set version = value ->> 'version', updated_at = value ->> 'updated_at'", saved_columns!(), "
        from json_each(?1) where orders.id = value ->> 'id'");

    INSERT_GUEST_TOKEN: "insert into guest_tokens (order_id, token_hash) values (?1, ?2)";

    /// `?2` is a list of records.
    INSERT_LINES: "insert into order_lines (order_id, line, sku, product_id, name, kind, tax_class, quantity, unit_price_minor,
            discount_minor, line_total_minor, tax_minor, tax_ppm, tax_inclusive)
        select ?1, value ->> 'line', value ->> 'sku', value ->> 'product_id', value ->> 'name', value ->> 'kind', value ->> 'tax_class',
            value ->> 'quantity', value ->> 'unit_price_minor', value ->> 'discount_minor', value ->> 'line_total_minor', value ->> 'tax_minor',
            value ->> 'tax_ppm', value ->> 'tax_inclusive'
        from json_each(?2)";

    DELETE_LINES: "delete from order_lines where order_id = ?1";

    /// `?2` is a list of records. A second attempt while one is active breaks `payments.order_id`.
    INSERT_PAYMENTS: "insert into payments (id, order_id, part, method, amount_minor, tendered_minor, change_minor, status,
            idempotency_key, created_at, updated_at)
        select value ->> 'id', ?1, key + 1, value ->> 'method', value ->> 'amount_minor', value ->> 'tendered_minor', value ->> 'change_minor',
            'Pending', value ->> 'idempotency_key', value ->> 'created_at', value ->> 'created_at'
        from json_each(?2)";

    /// A warehouse as inventory describes it.
    KEEP_WAREHOUSE: "insert into warehouses (id, code, name, region, updated_at, time_zone) values (?1, ?2, ?3, ?4, ?5, ?6)
        on conflict (id) do update set code = excluded.code, name = excluded.name, region = excluded.region,
            updated_at = excluded.updated_at, time_zone = coalesce(excluded.time_zone, warehouses.time_zone)
        where excluded.updated_at >= warehouses.updated_at";

    /// Completes the remembered answer with the number assigned in this batch.
    PATCH_NUMBER: "update idempotency_keys
        set answer = json_set(answer, '$.orderNumber', (select order_number from orders where id = ?3))
        where scope = ?1 and key = ?2";

    /// Binds credit for an order on account, or changes the bound amount. The customer's limit may refuse it.
    MOVE_CREDIT: "insert into credit_movements (id, customer_id, order_id, amount_minor, created_at) values (?1, ?2, ?3, ?4, ?5)";

    /// Releases up to `?3` of the credit that the order `?2` still binds; nothing when it binds nothing.
    RELEASE_CREDIT: "insert into credit_movements (id, customer_id, order_id, amount_minor, created_at)
        select ?1, customer_id, order_id, -min(cast(?3 as integer), sum(amount_minor)), ?4
        from credit_movements where order_id = ?2 group by customer_id, order_id having sum(amount_minor) > 0";

    /// To the credit of the customer who ordered `?2` on account: what was paid or given back, however much it is.
    CREDIT_ORDER: "insert into credit_movements (id, customer_id, order_id, amount_minor, created_at)
        select ?1, customer_id, order_id, -cast(?3 as integer), ?4
        from credit_movements where order_id = ?2 group by customer_id, order_id";

    /// A customer owes more, or less when it is negative, in another way than by an order.
    CHANGE_CREDIT: "insert into credit_movements (id, customer_id, order_id, amount_minor, created_at)
        select ?1, id, ?2, cast(?4 as integer), ?5 from customers where id = ?3";

    /// Starts a checkout: the sale will belong to the day `?5`.
    BEGIN_CHECKOUT: "update orders set saga_step = ?2, saga_since = ?3, updated_at = ?3, version = cast(?4 as integer) + 1, business_day = ?5
        where id = ?1";

    /// `?1` is a list of `[id, version]` or `[id, version, shortage]`. An order that has changed since breaks
    /// `orders_version`, and with it the whole batch.
    CANCEL_ORDERS: "update orders set status = 'Cancelled', cancel_reason = ?2, auto_cancelled = cast(?3 as integer), cancelled_at = ?4,
            saga_step = null, saga_since = null, shortage = coalesce(?5, j.value ->> 2, shortage),
            updated_at = ?4, version = (j.value ->> 1) + 1
        from json_each(?1) j where orders.id = j.value ->> 0";

    /// Releases the credit that these orders still bind. `?1` is a list of ids.
    RELEASE_CREDITS: "insert into credit_movements (id, customer_id, order_id, amount_minor, created_at)
        select 'cancel:' || order_id, customer_id, order_id, -sum(amount_minor), ?2
        from credit_movements where order_id in (select value from json_each(?1))
        group by customer_id, order_id having sum(amount_minor) > 0";

    /// Marks each order that is being paid and contains the depleted item.
    KEEP_DEPLETIONS: "insert into depletions (order_id, sku, requested, depleted_at)
        select o.id, ?3, (select sum(l.quantity) from order_lines l where l.order_id = o.id and l.sku = ?3), ?2
        from orders o
        where o.warehouse_id = ?1 and o.status = 'PendingPayment' and o.created_at <= ?2 and o.saga_step is not null
            and exists (select 1 from order_lines l where l.order_id = o.id and l.sku = ?3 and l.kind = 'Goods')
        on conflict (order_id, sku) do nothing";

    /// The items that ran out while an order was being paid.
    LIST_DEPLETIONS: "select sku, requested from depletions where order_id = ?1 order by sku";

    /// Orders that were placed before `?1` and wait for payment, the oldest first.
    LIST_UNPAID: "select id, version, sales_channel, customer_id from orders
        where status = 'PendingPayment' and saga_step is null and sales_channel <> 'POS' and created_at < ?1
        order by created_at limit cast(?2 as integer)";

    /// Orders that wait for payment of a depleted SKU and were created before the depletion. One that is being paid is
    /// left to its checkout: the deduction decides, or `depletions` when the attempt fails.
    LIST_PENDING_FOR: "select o.id, o.version, o.sales_channel, o.customer_id,
            (select sum(l.quantity) from order_lines l where l.order_id = o.id and l.sku = ?3) as requested
        from orders o
        where o.warehouse_id = ?1 and o.status = 'PendingPayment' and o.created_at <= ?2 and o.saga_step is null
            and exists (select 1 from order_lines l where l.order_id = o.id and l.sku = ?3 and l.kind = 'Goods')
        order by o.created_at limit cast(?4 as integer)";
}
