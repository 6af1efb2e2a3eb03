-- Where a warehouse's clocks are: a movement belongs to the day there. Null: the zone of the books, which is UTC unless
-- the house says otherwise. The Workers of the release before write neither column.
alter table warehouses add column time_zone text;
-- Null: the day in UTC of the time.
alter table movements add column day text constraint movements_day check (day is date(day));

create trigger movements_day_no_update before update of day on movements
begin
  select raise(abort, 'rule:movements_append_only');
end;
