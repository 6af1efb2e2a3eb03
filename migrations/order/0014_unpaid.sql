-- Orders that nobody pays end: the sweep asks for the oldest of them.
create index orders_unpaid on orders (created_at)
  where status = 'PendingPayment' and saga_step is null and sales_channel <> 'POS';
