-- What is confirmed and old is deleted in parts, found by its age.
create index outbox_delivered on outbox (delivered_at) where delivered_at is not null;
create index inbox_by_age on inbox (received_at);
create index failed_deliveries_by_age on failed_deliveries (last_at);
