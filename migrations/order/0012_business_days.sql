-- The day to which a sale, a refund and a closing belong: the date that the clocks of its shop showed. It stays when the
-- shop's time zone changes. Null in a row of an older release: the date in UTC; and in an order that nobody has paid yet.
alter table orders add column business_day text constraint orders_business_day check (business_day is date(business_day));
alter table refunds add column business_day text constraint refunds_business_day check (business_day is date(business_day));
alter table till_closings add column business_day text
  constraint till_closings_business_day check (business_day is date(business_day));

-- Null: the time zone of the books.
alter table warehouses add column time_zone text;

create trigger orders_business_day_no_update before update of business_day on orders
when old.status = 'Completed' and new.business_day is not old.business_day
begin
  select raise(abort, 'rule:orders_business_day_kept');
end;

create trigger refunds_business_day_no_update before update of business_day on refunds
begin
  select raise(abort, 'rule:refunds_append_only');
end;

-- Completed sales per day, shop and channel: today is another day in each time zone. The schema counts, so that a day is
-- always the sum of its sales. daily_sales stays only for the Workers of the release before.
create table sales_by_day (
  day text not null,
  warehouse_id text not null,
  sales_channel text not null,
  orders integer not null,
  total_minor integer not null,
  primary key (day, warehouse_id, sales_channel)
) strict, without rowid;

insert into sales_by_day (day, warehouse_id, sales_channel, orders, total_minor)
select substr(sold_at, 1, 10), warehouse_id, sales_channel, count(*), sum(total_minor)
from orders where status = 'Completed' group by 1, 2, 3;

create trigger orders_sales_by_day after update of status on orders
when new.status = 'Completed' and old.status <> 'Completed'
begin
  insert into sales_by_day (day, warehouse_id, sales_channel, orders, total_minor)
  values (coalesce(new.business_day, substr(new.sold_at, 1, 10)), new.warehouse_id, new.sales_channel, 1, new.total_minor)
  on conflict (day, warehouse_id, sales_channel) do update
    set orders = orders + 1, total_minor = total_minor + excluded.total_minor;
end;
