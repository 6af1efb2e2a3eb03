-- A till is a device of a warehouse, enrolled by a manager. Only with its key may sales be handed in that have already
-- happened, and only with its key is one of its sequence numbers taken.

-- The key's SHA-256; null while the till has no valid key. A till with a device is enrolled, also while its key is revoked.
alter table tills add column key_hash text;
-- The number of keys that were issued and revoked: two requests that believed the same cannot both change the key.
alter table tills add column key_version integer not null default 0;
alter table tills add column warehouse_id text;
alter table tills add column device text
  constraint tills_enrolment check ((device is null) = (warehouse_id is null) and (key_hash is null or device is not null));
alter table tills add column enrolled_by text;
alter table tills add column enrolled_at text;
alter table tills add column revoked_by text;
alter table tills add column revoked_at text
  constraint tills_revocation check ((revoked_at is null) = (revoked_by is null) and (revoked_at is null or key_hash is null));
create unique index tills_key on tills (key_hash) where key_hash is not null;

create trigger tills_key_version before update of key_version on tills
when new.key_version <> old.key_version + 1
begin
  select raise(abort, 'rule:tills_key_version');
end;

create trigger tills_key_is_versioned before update of key_hash, warehouse_id, device on tills
when new.key_version = old.key_version
begin
  select raise(abort, 'rule:tills_key_version');
end;

-- Who sent the sale, whatever cashier it names. Unknown for sales from before.
alter table orders add column recorded_by text;
