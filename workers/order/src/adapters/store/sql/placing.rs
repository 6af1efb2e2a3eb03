//! Orders created, changed and cancelled before their checkout.

store::statements! {
    /// `?1` is a list of one record; the number is the last of the year `?2`, taken in this batch.
    INSERT_ORDER: "insert into orders (id, order_number, sales_channel, status, warehouse_id, owner, customer_id,
            customer_email, customer_name, shipping_address, currency, subtotal_minor, discount_minor, tax_minor,
            total_minor, payment_terms, purchase_order_number, terminal_id, terminal_sequence, cashier_id, sold_at,
            offline, review_reason, request_hash, saga_step, saga_since, created_at, updated_at, till_day)
        select value ->> 'id',
            (select printf('ORD-%04d-%06d', year, last) from sequences where name = 'orders' and year = cast(?2 as integer)),
            value ->> 'sales_channel', 'PendingPayment', value ->> 'warehouse_id', value ->> 'owner', value ->> 'customer_id',
            value ->> 'customer_email', value ->> 'customer_name', value ->> 'shipping_address', value ->> 'currency',
            value ->> 'subtotal_minor', value ->> 'discount_minor', value ->> 'tax_minor', value ->> 'total_minor', value ->> 'payment_terms',
            value ->> 'purchase_order_number', value ->> 'terminal_id', value ->> 'terminal_sequence', value ->> 'cashier_id',
            value ->> 'sold_at', value ->> 'offline', value ->> 'review_reason', value ->> 'request_hash',
            value ->> 'saga_step', iif(value ->> 'saga_step' is null, null, value ->> 'created_at'),
            value ->> 'created_at', value ->> 'created_at',
            iif(value ->> 'terminal_id' is not null and value ->> 'terminal_sequence' is null,
                coalesce((select closings from tills where terminal_id = value ->> 'terminal_id'), 0) + 1, null)
        from json_each(?1) where true
        returning order_number";

    /// `?2` is a list of records, in the order of the lines.
    INSERT_LINES: "insert into order_lines (order_id, line, sku, product_id, name, kind, tax_class, quantity, unit_price_minor,
            discount_minor, line_total_minor, tax_minor, tax_ppm, tax_inclusive)
        select ?1, key + 1, value ->> 'sku', value ->> 'product_id', value ->> 'name', value ->> 'kind', value ->> 'tax_class',
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
    KEEP_WAREHOUSE: "insert into warehouses (id, code, name, region, updated_at) values (?1, ?2, ?3, ?4, ?5)
        on conflict (id) do update set code = excluded.code, name = excluded.name, region = excluded.region,
            updated_at = excluded.updated_at where excluded.updated_at >= warehouses.updated_at";

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

    /// Replaces totals and address, based on version `?7`.
    REPLACE_TOTALS: "update orders set subtotal_minor = ?2, discount_minor = ?3, tax_minor = ?4, total_minor = ?5,
            shipping_address = ?6, version = cast(?7 as integer) + 1, updated_at = ?8
        where id = ?1";

    /// Starts a checkout.
    BEGIN_CHECKOUT: "update orders set saga_step = ?2, saga_since = ?3, updated_at = ?3, version = cast(?4 as integer) + 1
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

    /// `?1` is a list of records.
    INSERT_NOTIFICATIONS: "insert into notifications (id, order_id, recipient, kind, message, created_at)
        select value ->> 'id', value ->> 'orderId', value ->> 'recipient', value ->> 'kind', value ->> 'message', ?2
        from json_each(?1)";

    /// Marks each order that is being paid and contains the depleted item.
    KEEP_DEPLETIONS: "insert into depletions (order_id, sku, requested, depleted_at)
        select o.id, ?3, (select sum(l.quantity) from order_lines l where l.order_id = o.id and l.sku = ?3), ?2
        from orders o
        where o.warehouse_id = ?1 and o.status = 'PendingPayment' and o.created_at <= ?2 and o.saga_step is not null
            and exists (select 1 from order_lines l where l.order_id = o.id and l.sku = ?3 and l.kind = 'Goods')
        on conflict (order_id, sku) do nothing";

    /// The items that ran out while an order was being paid.
    LIST_DEPLETIONS: "select sku, requested from depletions where order_id = ?1 order by sku";

    /// Orders that wait for payment of a depleted SKU and were created before the depletion. One that is being paid is
    /// left to its checkout: the deduction decides, or `depletions` when the attempt fails.
    LIST_PENDING_FOR: "select o.id, o.order_number, o.version, o.sales_channel, o.customer_id, o.customer_email,
            (select sum(l.quantity) from order_lines l where l.order_id = o.id and l.sku = ?3) as requested
        from orders o
        where o.warehouse_id = ?1 and o.status = 'PendingPayment' and o.created_at <= ?2 and o.saga_step is null
            and exists (select 1 from order_lines l where l.order_id = o.id and l.sku = ?3 and l.kind = 'Goods')
        order by o.created_at limit cast(?4 as integer)";
}
