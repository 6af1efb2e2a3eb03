-- What a payment is called by its provider: written before the provider may take money.
create table provider_references (
  payment_id text not null primary key,
  provider text not null,
  reference text not null,
  created_at text not null,
  constraint provider_references_once unique (provider, reference)
) strict, without rowid;

-- Payments that their card holders dispute, as the provider tells it.
create table disputes (
  id text not null primary key,
  payment_id text not null,
  order_id text not null references orders (id),
  provider text not null,
  amount_minor integer not null constraint disputes_amount check (amount_minor between 0 and 9007199254740991),
  currency text not null,
  reason text not null,
  status text not null,
  -- Until when the shop may show evidence.
  due_by text,
  opened_at text not null,
  -- The provider's time of the last event that changed it: an older one that comes late changes nothing.
  told_at text not null
) strict, without rowid;
create index disputes_by_age on disputes (opened_at, id);
create index disputes_by_order on disputes (order_id);

create trigger disputes_no_delete before delete on disputes
begin
  select raise(abort, 'rule:disputes_permanent');
end;
