-- What each place gained or lost on a day, so that the valuation of a past day costs what happened since. Only the
-- triggers on movements change it.
create table stock_days (
  place text not null,
  day text not null,
  units integer not null,
  value_minor integer not null,
  primary key (day, place)
) strict, without rowid;

insert into stock_days (place, day, units, value_minor)
select warehouse_id, coalesce(day, substr(occurred_at, 1, 10)), sum(quantity), sum(value_minor)
from movements group by 1, 2;

insert into stock_days (place, day, units, value_minor)
select 'transit', coalesce(day, substr(occurred_at, 1, 10)), -sum(quantity), -sum(value_minor)
from movements where kind in ('TransferOut', 'TransferIn') group by 2;

create trigger movements_days after insert on movements
begin
  insert into stock_days (place, day, units, value_minor)
  values (new.warehouse_id, coalesce(new.day, substr(new.occurred_at, 1, 10)), new.quantity, new.value_minor)
  on conflict (day, place) do update
    set units = units + excluded.units, value_minor = value_minor + excluded.value_minor;
end;

create trigger movements_transit_days after insert on movements
when new.kind in ('TransferOut', 'TransferIn')
begin
  insert into stock_days (place, day, units, value_minor)
  values ('transit', coalesce(new.day, substr(new.occurred_at, 1, 10)), -new.quantity, -new.value_minor)
  on conflict (day, place) do update
    set units = units + excluded.units, value_minor = value_minor + excluded.value_minor;
end;
