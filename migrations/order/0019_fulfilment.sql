-- What of a sale on the web is still to be sent, and how it was sent: picked, packed, shipped, delivered; or ready for
-- pick-up and picked up. A sale at a till is handed over at once and has no row here.

-- An order with goods, from its completion on. The lines keep the units.
create table fulfilments (
  order_id text not null primary key references orders (id),
  warehouse_id text not null,
  -- Since when it can be picked.
  since text not null,
  -- Units that nobody picks yet, units in shipments that have not left, and units that have.
  open integer not null constraint fulfilments_open check (open >= 0),
  packed integer not null default 0 constraint fulfilments_packed check (packed >= 0),
  shipped integer not null default 0 constraint fulfilments_shipped check (shipped >= 0),
  status text not null generated always as (case
    when open + packed = 0 then iif(shipped > 0, 'Fulfilled', 'Cancelled')
    when shipped > 0 then 'PartiallyFulfilled'
    when packed > 0 then 'InProgress'
    else 'Unfulfilled' end) virtual
) strict, without rowid;
create index fulfilments_to_pick on fulfilments (since, order_id) where open > 0;
create index fulfilments_to_pick_at on fulfilments (warehouse_id, since, order_id) where open > 0;
create index fulfilments_by_status on fulfilments (status, since, order_id);
create index fulfilments_by_status_at on fulfilments (warehouse_id, status, since, order_id);

-- The goods of a line. withdrawn is what was refunded before anybody sent it, so that it is not sent; returned is what was
-- refunded of the shipped units.
create table fulfilment_lines (
  order_id text not null references fulfilments (order_id),
  line integer not null,
  quantity integer not null,
  packed integer not null default 0,
  shipped integer not null default 0,
  withdrawn integer not null default 0,
  returned integer not null default 0,
  primary key (order_id, line),
  constraint fulfilment_lines_bought check (packed + shipped + withdrawn <= quantity),
  constraint fulfilment_lines_units check (packed >= 0 and shipped >= 0 and withdrawn >= 0),
  constraint fulfilment_lines_returned check (returned between 0 and shipped)
) strict, without rowid;

create trigger fulfilment_lines_count after update on fulfilment_lines
begin
  update fulfilments set
    open = open - (new.packed + new.shipped + new.withdrawn) + (old.packed + old.shipped + old.withdrawn),
    packed = packed + new.packed - old.packed,
    shipped = shipped + new.shipped - old.shipped
  where order_id = new.order_id;
end;

create trigger fulfilment_lines_no_delete before delete on fulfilment_lines
begin
  select raise(abort, 'rule:fulfilment_lines_kept');
end;

create trigger orders_to_fulfil after update of status on orders
when new.status = 'Completed' and old.status <> 'Completed' and new.sales_channel <> 'POS'
begin
  insert into fulfilments (order_id, warehouse_id, since, open)
  select new.id, new.warehouse_id, new.updated_at, sum(quantity) from order_lines
  where order_id = new.id and kind = 'Goods' having count(*) > 0;
  insert into fulfilment_lines (order_id, line, quantity)
  select order_id, line, quantity from order_lines where order_id = new.id and kind = 'Goods';
end;

-- A parcel, or what waits at the counter.
create table shipments (
  id text not null primary key,
  order_id text not null references orders (id),
  method text not null constraint shipments_method check (method in ('Delivery', 'PickUp')),
  status text not null constraint shipments_status_known
    check (status in ('Picking', 'Packed', 'Shipped', 'Delivered', 'ReadyForPickUp', 'PickedUp', 'Cancelled')),
  carrier text,
  tracking_number text,
  tracking_url text,
  created_by text not null,
  created_at text not null,
  packed_at text,
  shipped_at text,
  delivered_at text,
  cancelled_at text,
  cancel_reason text,
  -- The request as JSON: the same id with other content is another shipment.
  request text not null,
  constraint shipments_way check (iif(method = 'PickUp', status not in ('Packed', 'Shipped', 'Delivered'), status not in ('ReadyForPickUp', 'PickedUp'))),
  constraint shipments_times check ((status not in ('Shipped', 'Delivered') or shipped_at is not null)
    and (status in ('Delivered', 'PickedUp')) = (delivered_at is not null)
    and (status = 'Cancelled') = (cancelled_at is not null) and (cancelled_at is null) = (cancel_reason is null))
) strict;
-- In the order in which they were created.
create index shipments_by_order on shipments (order_id);

-- It begins with picking; each further status is a step of its own.
create trigger shipments_begin before insert on shipments
when new.status <> 'Picking'
begin
  select raise(abort, 'rule:shipments_status');
end;

create trigger shipments_sold before insert on shipments
when not exists (select 1 from fulfilments where order_id = new.order_id)
begin
  select raise(abort, 'rule:shipments_sold');
end;

create trigger shipments_status before update of status on shipments
when not (
  (old.status = 'Picking' and new.status in ('Packed', 'Shipped', 'ReadyForPickUp', 'PickedUp', 'Cancelled'))
  or (old.status = 'Packed' and new.status in ('Shipped', 'Cancelled'))
  or (old.status = 'Shipped' and new.status in ('Delivered', 'Cancelled'))
  or (old.status = 'ReadyForPickUp' and new.status in ('PickedUp', 'Cancelled'))
)
begin
  select raise(abort, 'rule:shipments_status:' || old.status);
end;

create trigger shipments_no_update before update of id, order_id, method, created_by, created_at, request on shipments
begin
  select raise(abort, 'rule:shipments_kept');
end;

create trigger shipments_no_delete before delete on shipments
begin
  select raise(abort, 'rule:shipments_kept');
end;

create table shipment_lines (
  shipment_id text not null references shipments (id),
  order_id text not null,
  order_line integer not null,
  quantity integer not null constraint shipment_lines_quantity check (quantity > 0),
  primary key (shipment_id, order_line),
  constraint shipment_lines_line foreign key (order_id, order_line) references fulfilment_lines (order_id, line)
) strict, without rowid;
create index shipment_lines_by_order_line on shipment_lines (order_id, order_line);

create trigger shipment_lines_no_update before update on shipment_lines
begin
  select raise(abort, 'rule:shipment_lines_append_only');
end;

create trigger shipment_lines_no_delete before delete on shipment_lines
begin
  select raise(abort, 'rule:shipment_lines_append_only');
end;

-- No more is sent than was bought and not refunded: the CHECK of the lines refuses it.
create trigger shipment_lines_pack after insert on shipment_lines
begin
  update fulfilment_lines set packed = packed + new.quantity where order_id = new.order_id and line = new.order_line;
end;

create trigger shipments_leave after update of status on shipments
when new.status in ('Shipped', 'PickedUp')
begin
  update fulfilment_lines set packed = packed - s.quantity, shipped = shipped + s.quantity
  from shipment_lines s
  where s.shipment_id = new.id and fulfilment_lines.order_id = s.order_id and fulfilment_lines.line = s.order_line;
end;

-- What did not leave is to be sent again, unless it was refunded meanwhile.
create trigger shipments_cancel after update of status on shipments
when new.status = 'Cancelled'
begin
  update fulfilment_lines set
    packed = packed - iif(old.status = 'Shipped', 0, s.quantity),
    shipped = shipped - iif(old.status = 'Shipped', s.quantity, 0),
    returned = min(returned, shipped - iif(old.status = 'Shipped', s.quantity, 0)),
    withdrawn = withdrawn + max(0, returned - shipped + iif(old.status = 'Shipped', s.quantity, 0))
  from shipment_lines s
  where s.shipment_id = new.id and fulfilment_lines.order_id = s.order_id and fulfilment_lines.line = s.order_line;
end;

-- The order changes with its shipments.
create trigger shipments_touch after update of status on shipments
begin
  update orders set version = version + 1,
    updated_at = coalesce(new.cancelled_at, new.delivered_at, new.shipped_at, new.packed_at, updated_at)
  where id = new.order_id;
end;

create trigger shipments_touch_new after insert on shipments
begin
  update orders set version = version + 1, updated_at = new.created_at where id = new.order_id;
end;

-- Whether a refund is of goods that the customer has. Otherwise what nobody sends yet is refunded first, and is not sent.
alter table refund_lines add column of_shipped integer not null default 0
  constraint refund_lines_of_shipped check (of_shipped in (0, 1));

create trigger refund_lines_of_shipped_no_update before update of of_shipped on refund_lines
begin
  select raise(abort, 'rule:refund_lines_append_only');
end;

create trigger refund_lines_withdraw after insert on refund_lines
when new.order_line is not null
begin
  update fulfilment_lines set
    withdrawn = withdrawn + iif(new.of_shipped = 1, 0, min(new.quantity, quantity - packed - shipped - withdrawn)),
    returned = returned + new.quantity - iif(new.of_shipped = 1, 0, min(new.quantity, quantity - packed - shipped - withdrawn))
  where order_id = new.order_id and line = new.order_line;
end;

-- The sales until now: nobody recorded what was sent. What was refunded is not to be sent.
insert into fulfilments (order_id, warehouse_id, since, open)
select o.id, o.warehouse_id, o.completed_at, sum(l.quantity)
from orders o join order_lines l on l.order_id = o.id and l.kind = 'Goods'
where o.status = 'Completed' and o.sales_channel <> 'POS' group by o.id;

insert into fulfilment_lines (order_id, line, quantity)
select l.order_id, l.line, l.quantity from fulfilments f join order_lines l on l.order_id = f.order_id and l.kind = 'Goods';

update fulfilment_lines set withdrawn = (select coalesce(sum(r.quantity), 0) from refund_lines r
  where r.order_id = fulfilment_lines.order_id and r.order_line = fulfilment_lines.line);

-- A sale of services alone has nothing to send.
update orders set fulfilment = 'Fulfilled', version = version + 1
where status = 'Completed' and fulfilment = 'Unfulfilled' and id not in (select order_id from fulfilments);
