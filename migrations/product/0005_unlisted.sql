-- On sale for who has the link, but in no list and no search for shoppers. It is an Active product in every other way.
alter table products add column unlisted integer not null default 0
  constraint products_unlisted check (unlisted = 0 or (unlisted = 1 and status = 'Active'));

drop index products_by_status;
drop index products_by_category_and_status;
create index products_by_status on products (status, unlisted) where deleted_at is null;
create index products_by_category_and_status on products (category_slug, status, unlisted) where deleted_at is null;
