-- Completed sales that a person should review, and what became of it.

-- By how much an offline sale differs from the list, net of tax, if that is beyond the shop's limits.
alter table orders add column price_deviation_minor integer;

-- A review in quarantine has amounts on the suspense accounts of the books, until it is settled: price_deviation_minor
-- (positive when too little was charged), and the cost of units that were not in stock.
create table sale_reviews (
  order_id text not null primary key references orders (id),
  reason text not null,
  quarantined integer not null constraint sale_reviews_quarantined check (quarantined in (0, 1)),
  price_deviation_minor integer not null,
  missing_cost_minor integer not null constraint sale_reviews_missing_cost check (missing_cost_minor >= 0),
  opened_at text not null,
  outcome text constraint sale_reviews_outcome check (outcome in ('Accepted', 'Corrected')),
  note text,
  settled_by text,
  settled_at text,
  constraint sale_reviews_amounts check (quarantined = 1 or (price_deviation_minor = 0 and missing_cost_minor = 0)),
  constraint sale_reviews_settled check ((outcome is null) = (settled_at is null)
    and (outcome is null) = (note is null) and (outcome is null) = (settled_by is null))
) strict, without rowid;
create index sale_reviews_by_time on sale_reviews (opened_at, order_id);
create index sale_reviews_open on sale_reviews (opened_at, order_id) where settled_at is null;
create index sale_reviews_quarantine on sale_reviews (opened_at, order_id) where settled_at is null and quarantined = 1;

create trigger sale_reviews_settle before update on sale_reviews
when old.settled_at is not null or new.settled_at is null or new.order_id <> old.order_id or new.reason <> old.reason
  or new.quarantined <> old.quarantined or new.price_deviation_minor <> old.price_deviation_minor
  or new.missing_cost_minor <> old.missing_cost_minor or new.opened_at <> old.opened_at
begin
  select raise(abort, 'rule:sale_reviews_settle');
end;

create trigger sale_reviews_no_delete before delete on sale_reviews
begin
  select raise(abort, 'rule:sale_reviews_append_only');
end;

insert into sale_reviews (order_id, reason, quarantined, price_deviation_minor, missing_cost_minor, opened_at)
select id, review_reason, 0, 0, 0, updated_at from orders where review_reason is not null and status = 'Completed';
