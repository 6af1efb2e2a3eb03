//! What is to be sent, and what was.

use crate::adapters::store::order_row::order_columns;

store::statements! {
    /// `?1` is a record; a shipment begins with picking.
    INSERT_SHIPMENT: "insert into shipments (id, order_id, method, status, created_by, created_at, request)
        values (?1 ->> 'id', ?1 ->> 'order_id', ?1 ->> 'method', 'Picking', ?1 ->> 'created_by', ?1 ->> 'created_at', ?1 ->> 'request')";
    INSERT_SHIPMENT_LINES: "insert into shipment_lines (shipment_id, order_id, order_line, quantity)
        select ?1 ->> 'id', ?1 ->> 'order_id', value ->> 'line', value ->> 'quantity' from json_each(?1, '$.lines')";
    /// `?1` is a record. If another run has already done the step, this breaks the rule `shipments_status`.
    MOVE_SHIPMENT: "update shipments set status = ?1 ->> 'status', carrier = ?1 ->> 'carrier', tracking_number = ?1 ->> 'tracking_number',
            tracking_url = ?1 ->> 'tracking_url', packed_at = ?1 ->> 'packed_at', shipped_at = ?1 ->> 'shipped_at',
            delivered_at = ?1 ->> 'delivered_at', cancelled_at = ?1 ->> 'cancelled_at', cancel_reason = ?1 ->> 'cancel_reason'
        where id = ?1 ->> 'id'";

    /// Orders with goods that nobody sends yet, the oldest first, after `?1`, `?2`.
    LIST_TO_PICK: concat!("select ", order_columns!(), " from fulfilments p join orders o on o.id = p.order_id
        where p.open > 0 and (p.since, p.order_id) > (?1, ?2) order by p.since, p.order_id limit cast(?3 as integer)");
    LIST_TO_PICK_AT: concat!("select ", order_columns!(), " from fulfilments p join orders o on o.id = p.order_id
        where p.open > 0 and p.warehouse_id = ?4 and (p.since, p.order_id) > (?1, ?2)
        order by p.since, p.order_id limit cast(?3 as integer)");
    /// Orders that are so far.
    LIST_BY_FULFILMENT: concat!("select ", order_columns!(), " from fulfilments p join orders o on o.id = p.order_id
        where p.status = ?4 and (p.since, p.order_id) > (?1, ?2) order by p.since, p.order_id limit cast(?3 as integer)");
    LIST_BY_FULFILMENT_AT: concat!("select ", order_columns!(), " from fulfilments p join orders o on o.id = p.order_id
        where p.warehouse_id = ?5 and p.status = ?4 and (p.since, p.order_id) > (?1, ?2)
        order by p.since, p.order_id limit cast(?3 as integer)");

    /// A page of orders that are sent, after id `?1`: how many, and the last of them.
    COUNT_FULFILMENTS: "select count(*) as checked, max(order_id) as last
        from (select order_id from fulfilments where order_id > ?1 order by order_id limit cast(?2 as integer))";
    /// Lines of the same page whose units are not those of their shipments and refunds.
    WRONG_FULFILMENTS: "select o.order_number || ' sent ' || w.packed || ' and ' || w.shipped || ' of line ' || w.line || ', and its shipments have '
            || w.in_packed || ' and ' || w.in_shipped || '; refunded ' || w.refunded || ', counted ' || w.counted as failure
        from (select l.order_id, l.line, l.quantity, l.packed, l.shipped, l.withdrawn + l.returned as counted,
                coalesce((select sum(i.quantity) from shipment_lines i join shipments s on s.id = i.shipment_id
                    where i.order_id = l.order_id and i.order_line = l.line and s.status in ('Picking', 'Packed', 'ReadyForPickUp')), 0) as in_packed,
                coalesce((select sum(i.quantity) from shipment_lines i join shipments s on s.id = i.shipment_id
                    where i.order_id = l.order_id and i.order_line = l.line and s.status in ('Shipped', 'Delivered', 'PickedUp')), 0) as in_shipped,
                coalesce((select sum(r.quantity) from refund_lines r where r.order_id = l.order_id and r.order_line = l.line), 0) as refunded,
                l.packed + l.shipped + l.withdrawn > l.quantity as too_much
              from (select order_id from fulfilments where order_id > ?1 order by order_id limit cast(?2 as integer)) p
                join fulfilment_lines l on l.order_id = p.order_id) w
            join orders o on o.id = w.order_id
        where w.packed <> w.in_packed or w.shipped <> w.in_shipped or w.counted <> w.refunded or w.too_much limit 100";
    /// Orders of the same page whose status is not that of their lines.
    WRONG_STATUSES: "select o.order_number || ' has ' || p.open || ', ' || p.packed || ' and ' || p.shipped || ' units and is ' || p.status as failure
        from (select order_id, open, packed, shipped, status from fulfilments where order_id > ?1 order by order_id limit cast(?2 as integer)) p
            join orders o on o.id = p.order_id
        where (p.open, p.packed, p.shipped) is not (select sum(l.quantity - l.packed - l.shipped - l.withdrawn), sum(l.packed), sum(l.shipped)
                from fulfilment_lines l where l.order_id = p.order_id)
            or (p.status = 'Fulfilled') <> (p.open + p.packed = 0 and p.shipped > 0) limit 100";
}
