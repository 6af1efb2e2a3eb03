-- The language in which somebody is written to; none for that of the house.
-- What a customer is told is now an event for the mail service, in the outbox. `notifications` has what was written before
-- and nobody read; nothing writes it any more, and a later release removes it.
alter table orders add column language text constraint orders_language check (language in ('en', 'de'));
alter table customers add column language text constraint customers_language check (language in ('en', 'de'));
