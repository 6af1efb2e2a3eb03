-- The version of what shoppers see of the stock: whether there is much, a few, or nothing. It rises when that changes, and
-- with every change of a warehouse, whoever makes the change. A shop's page that was made under a version may be shown
-- again as long as that version is the current one. Most sales change nothing that shoppers see.
create table shown_stock_version (
  id integer primary key constraint shown_stock_version_one check (id = 1),
  version integer not null
) strict;

insert into shown_stock_version (id, version) values (1, 1);

-- A version that came back would make old pages look current.
create trigger shown_stock_version_rises before update on shown_stock_version
when new.version <= old.version
begin
  select raise(abort, 'rule:shown_stock_version_rises');
end;

create trigger shown_stock_version_no_delete before delete on shown_stock_version
begin
  select raise(abort, 'rule:shown_stock_version_no_delete');
end;

-- Shoppers hear how many are left up to five.
create trigger stock_shown_version after update of on_hand on stock
when min(new.on_hand, 6) <> min(old.on_hand, 6)
begin
  update shown_stock_version set version = version + 1 where id = 1;
end;

create trigger stock_added_version after insert on stock
when new.on_hand > 0
begin
  update shown_stock_version set version = version + 1 where id = 1;
end;

create trigger warehouses_added_version after insert on warehouses
begin
  update shown_stock_version set version = version + 1 where id = 1;
end;

create trigger warehouses_changed_version after update on warehouses
begin
  update shown_stock_version set version = version + 1 where id = 1;
end;
