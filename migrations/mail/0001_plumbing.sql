-- The tables every service has; the same text in each service's folder, as a test asserts.

-- What a request with an Idempotency-Key did. A row without an answer is a request that still runs.
create table idempotency_keys (
  scope text not null,
  key text not null,
  request_hash text not null,
  created_at text not null,
  status integer,
  answer text,
  etag text,
  primary key (scope, key)
) strict, without rowid;
create index idempotency_keys_by_age on idempotency_keys (created_at);

-- Messages this service published, one row per reader. The outbox is the truth, the queue a hint:
-- a row is delivered when its reader has said so.
create table outbox (
  id text not null,
  queue text not null,
  body text not null,
  created_at text not null,
  delivered_at text,
  primary key (id, queue)
) strict;
create index outbox_undelivered on outbox (queue, created_at, id) where delivered_at is null;

-- Messages this service has taken in, written in the batch of their effect.
create table inbox (
  message_id text not null primary key,
  type text not null,
  received_at text not null
) strict, without rowid;

-- How often a message failed here; at the limit it is buried: it becomes a dead letter. One that is taken
-- in after all has no row.
create table failed_deliveries (
  message_id text not null primary key,
  attempts integer not null,
  last_error text not null,
  last_at text not null,
  buried_at text
) strict, without rowid;
create index failed_deliveries_tried on failed_deliveries (message_id) where buried_at is null;

create trigger inbox_received after insert on inbox
begin
  delete from failed_deliveries where message_id = new.message_id;
end;

-- Gapless numbers per year, taken in the batch that uses them.
create table sequences (
  name text not null,
  year integer not null,
  last integer not null,
  primary key (name, year)
) strict, without rowid;
