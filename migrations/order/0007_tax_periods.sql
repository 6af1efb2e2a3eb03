-- Rates of tax have days, and regions have a rule of rounding.

-- A rate is valid from a day until the next one of its region and class begins. What has begun is never overwritten.
-- set_on is the day on which the row was written.
create table tax_rate_periods (
  region text not null,
  tax_class text not null,
  valid_from text not null constraint tax_rate_periods_day check (valid_from glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  name text not null,
  rate_ppm integer not null constraint tax_rate_periods_rate check (rate_ppm between 0 and 1000000),
  inclusive integer not null constraint tax_rate_periods_inclusive check (inclusive in (0, 1)),
  set_on text not null,
  updated_at text not null,
  primary key (region, tax_class, valid_from)
) strict, without rowid;

create trigger tax_rate_periods_begun before update on tax_rate_periods
when old.valid_from < new.set_on
begin
  select raise(abort, 'rule:tax_rate_periods_begun');
end;

create trigger tax_rate_periods_no_delete before delete on tax_rate_periods
begin
  select raise(abort, 'rule:tax_rate_periods_kept');
end;

-- The rates until now are valid from the beginning.
insert into tax_rate_periods (region, tax_class, valid_from, name, rate_ppm, inclusive, set_on, updated_at)
select region, tax_class, '1970-01-01', name, rate_ppm, inclusive, substr(updated_at, 1, 10), updated_at from tax_rates;

-- Workers that do not know the days yet write tax_rates while this release starts.
create trigger tax_rates_inserted after insert on tax_rates
begin
  insert into tax_rate_periods (region, tax_class, valid_from, name, rate_ppm, inclusive, set_on, updated_at)
  values (new.region, new.tax_class, '1970-01-01', new.name, new.rate_ppm, new.inclusive, substr(new.updated_at, 1, 10), new.updated_at)
  on conflict (region, tax_class, valid_from) do nothing;
end;

create trigger tax_rates_updated after update on tax_rates
begin
  insert into tax_rate_periods (region, tax_class, valid_from, name, rate_ppm, inclusive, set_on, updated_at)
  values (new.region, new.tax_class, substr(new.updated_at, 1, 10), new.name, new.rate_ppm, new.inclusive,
    substr(new.updated_at, 1, 10), new.updated_at)
  on conflict (region, tax_class, valid_from) do update set name = excluded.name, rate_ppm = excluded.rate_ppm,
    inclusive = excluded.inclusive, set_on = excluded.set_on, updated_at = excluded.updated_at;
end;

-- How a region rounds its tax; without a row half-up per line.
create table tax_rules (
  region text not null primary key,
  rounding text not null constraint tax_rules_rounding check (rounding in ('HalfUp', 'HalfEven')),
  rounded_per text not null constraint tax_rules_rounded_per check (rounded_per in ('Line', 'Document')),
  updated_at text not null
) strict, without rowid;
