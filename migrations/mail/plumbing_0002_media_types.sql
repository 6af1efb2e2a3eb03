-- A repeated request gets the first answer with its own media type, not one guessed from its first character.
-- Rows from before have none: those answers are JSON.
alter table idempotency_keys add column content_type text;
