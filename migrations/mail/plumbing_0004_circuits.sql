-- Servers outside that have failed since their last answer. After some failures in a row nothing is sent until
-- `open_until`: the circuit is open.
create table circuits (
  server text not null primary key,
  failures integer not null constraint circuits_failures check (failures > 0),
  open_until text,
  last_error text not null,
  last_at text not null
) strict, without rowid;
