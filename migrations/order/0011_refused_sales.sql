-- What a till handed in and was refused, because it is not a sale. It stays visible until a person settles it.
create table refused_sales (
  -- SHA-256 of the till and the bytes: the same again is the same row.
  id text not null primary key,
  terminal_id text not null,
  -- The sequence number that it names; if it cannot be read, the one that a person names.
  terminal_sequence integer,
  -- The bytes as they came; in hexadecimal when they are no text.
  body text not null,
  is_text integer not null constraint refused_sales_is_text check (is_text in (0, 1)),
  reason text not null,
  sent_by text not null,
  refused_at text not null,
  note text,
  settled_by text,
  settled_at text,
  constraint refused_sales_settled check ((note is null) = (settled_at is null) and (settled_by is null) = (settled_at is null))
) strict, without rowid;
create index refused_sales_by_time on refused_sales (refused_at, id);
create index refused_sales_open on refused_sales (refused_at, id) where settled_at is null;

create trigger refused_sales_settle before update on refused_sales
when old.settled_at is not null or new.settled_at is null or new.id <> old.id or new.body <> old.body
  or new.terminal_id <> old.terminal_id or new.terminal_sequence is not coalesce(old.terminal_sequence, new.terminal_sequence) or new.reason <> old.reason
  or new.sent_by <> old.sent_by or new.refused_at <> old.refused_at
begin
  select raise(abort, 'rule:refused_sales_settle');
end;

create trigger refused_sales_no_delete before delete on refused_sales
begin
  select raise(abort, 'rule:refused_sales_append_only');
end;

-- Sequence numbers that no sale will ever have: those of refused sales that a person has settled. They are no gaps.
create table till_voids (
  terminal_id text not null,
  terminal_sequence integer not null,
  primary key (terminal_id, terminal_sequence)
) strict, without rowid;

create view till_numbers as
select terminal_id, terminal_sequence from orders where terminal_sequence is not null
union all
select terminal_id, terminal_sequence from till_voids;

-- A number that is void is used.
create trigger orders_till_void before insert on orders
when new.terminal_sequence is not null and exists (
  select 1 from till_voids where terminal_id = new.terminal_id and terminal_sequence = new.terminal_sequence)
begin
  select raise(abort, 'rule:orders.terminal_id');
end;

drop trigger orders_till;
create trigger orders_till after insert on orders
when new.terminal_sequence is not null
begin
  insert into tills (terminal_id, highest) values (new.terminal_id, new.terminal_sequence)
    on conflict (terminal_id) do update set highest = max(highest, excluded.highest);
  -- Where a gap closes, the run of what arrived early is walked to its end.
  update tills set contiguous_through = (
    select o.terminal_sequence from till_numbers o
    where o.terminal_id = new.terminal_id and o.terminal_sequence >= new.terminal_sequence
      and not exists (select 1 from till_numbers n where n.terminal_id = o.terminal_id and n.terminal_sequence = o.terminal_sequence + 1)
    order by o.terminal_sequence limit 1)
  where terminal_id = new.terminal_id and contiguous_through = new.terminal_sequence - 1;
end;

create trigger till_voids_apply after insert on till_voids
begin
  insert into tills (terminal_id, highest) values (new.terminal_id, new.terminal_sequence)
    on conflict (terminal_id) do update set highest = max(highest, excluded.highest);
  update tills set contiguous_through = (
    select o.terminal_sequence from till_numbers o
    where o.terminal_id = new.terminal_id and o.terminal_sequence >= new.terminal_sequence
      and not exists (select 1 from till_numbers n where n.terminal_id = o.terminal_id and n.terminal_sequence = o.terminal_sequence + 1)
    order by o.terminal_sequence limit 1)
  where terminal_id = new.terminal_id and contiguous_through = new.terminal_sequence - 1;
end;

-- Only a number that a till could have next is void: one far beyond would be a gap permanently.
create trigger refused_sales_void after update of settled_at on refused_sales
when new.terminal_sequence is not null
begin
  insert into till_voids (terminal_id, terminal_sequence)
  select new.terminal_id, new.terminal_sequence
  where new.terminal_sequence between 1 and 1000 + coalesce((select highest from tills where terminal_id = new.terminal_id), 0)
    and not exists (select 1 from till_numbers
      where terminal_id = new.terminal_id and terminal_sequence = new.terminal_sequence);
end;

create trigger till_voids_no_update before update on till_voids
begin
  select raise(abort, 'rule:till_voids_append_only');
end;

create trigger till_voids_no_delete before delete on till_voids
begin
  select raise(abort, 'rule:till_voids_append_only');
end;
