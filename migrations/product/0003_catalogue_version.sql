-- The version of what the catalogue shows. It rises with every change of a row that an answer to a shopper is made of,
-- whoever makes the change: so nothing that writes the catalogue has to remember it. An answer that was fetched under a
-- version may be shown again as long as that version is the current one.
--
-- The search index has no triggers of its own: what it finds are products, and it is only written together with them.
create table catalogue_version (
  id integer primary key constraint catalogue_version_one check (id = 1),
  version integer not null
) strict;

insert into catalogue_version (id, version) values (1, 1);

-- A version that came back would make old answers look current.
create trigger catalogue_version_rises before update on catalogue_version
when new.version <= old.version
begin
  select raise(abort, 'rule:catalogue_version_rises');
end;

create trigger catalogue_version_no_delete before delete on catalogue_version
begin
  select raise(abort, 'rule:catalogue_version_no_delete');
end;

-- Products and variants are never deleted: their own triggers refuse it.
create trigger products_added_version after insert on products
begin
  update catalogue_version set version = version + 1 where id = 1;
end;

create trigger products_changed_version after update on products
begin
  update catalogue_version set version = version + 1 where id = 1;
end;

create trigger variants_added_version after insert on variants
begin
  update catalogue_version set version = version + 1 where id = 1;
end;

create trigger variants_changed_version after update on variants
begin
  update catalogue_version set version = version + 1 where id = 1;
end;

create trigger price_tiers_added_version after insert on price_tiers
begin
  update catalogue_version set version = version + 1 where id = 1;
end;

create trigger price_tiers_changed_version after update on price_tiers
begin
  update catalogue_version set version = version + 1 where id = 1;
end;

create trigger price_tiers_removed_version after delete on price_tiers
begin
  update catalogue_version set version = version + 1 where id = 1;
end;

create trigger categories_added_version after insert on categories
begin
  update catalogue_version set version = version + 1 where id = 1;
end;

create trigger categories_changed_version after update on categories
begin
  update catalogue_version set version = version + 1 where id = 1;
end;

create trigger categories_removed_version after delete on categories
begin
  update catalogue_version set version = version + 1 where id = 1;
end;
