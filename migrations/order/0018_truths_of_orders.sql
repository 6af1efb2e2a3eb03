-- When an order was confirmed and completed, and who gets its invoice. cancelled_at says when it was cancelled.

-- Null: the delivery address. It never decides the tax.
alter table orders add column billing_address text
  constraint orders_billing_address check (billing_address is null or json_valid(billing_address));
-- When the payment was certain and the goods were taken from stock; null when both and the completion were one.
alter table orders add column confirmed_at text
  constraint orders_confirmed_at check (confirmed_at is null or status in ('PaymentConfirmed', 'Completed'));
alter table orders add column completed_at text
  constraint orders_completed_at check (completed_at is null or status = 'Completed');

-- The sales until now: their payments were marked as captured in the batch that completed them; without a payment a web
-- order says when it was sold. When they were confirmed was not kept: at the latest then.
update orders set completed_at = coalesce(
    (select max(p.updated_at) from payments p where p.order_id = orders.id and p.status = 'Captured'),
    iif(sales_channel = 'POS', created_at, sold_at)), version = version + 1
where status = 'Completed';

-- An order is announced in the batch that takes its number, so the announcement gets it here.
create trigger outbox_order_number after insert on outbox
when case when json_valid(new.body) then new.body ->> '$.type' end = 'OrderCreated'
begin
  update outbox set body = json_set(body, '$.data.orderNumber',
    (select order_number from orders where id = new.body ->> '$.data.orderId'))
  where id = new.id and queue = new.queue;
end;
