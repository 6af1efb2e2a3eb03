-- Refunds give back what was paid: an amount is taken from the order's lines, each with its share of the tax. What was
-- refunded before stays as it is, without shares; what is left is what was paid less that.

-- What an amount takes from a line. returned and reduced_minor are what was back of the line before, in units and by
-- amounts: two refunds that believed the same cannot both be recorded.
create table refund_shares (
  refund_id text not null references refunds (id),
  order_id text not null,
  order_line integer not null,
  returned integer not null,
  reduced_minor integer not null,
  line_total_minor integer not null,
  tax_minor integer not null,
  primary key (refund_id, order_line),
  constraint refund_shares_amount check (line_total_minor + tax_minor > 0),
  constraint refund_shares_line foreign key (order_id, order_line) references order_lines (order_id, line)
) strict, without rowid;
create index refund_shares_by_order_line on refund_shares (order_id, order_line);

create trigger refund_shares_stale before insert on refund_shares
when new.returned <> (select coalesce(sum(quantity), 0) from refund_lines
    where order_id = new.order_id and order_line = new.order_line)
  or new.reduced_minor <> (select coalesce(sum(line_total_minor + tax_minor), 0) from refund_shares
    where order_id = new.order_id and order_line = new.order_line)
begin
  select raise(abort, 'rule:refund_shares_stale');
end;

-- A line never gives back more than was paid for it.
create trigger refund_shares_paid before insert on refund_shares
when new.line_total_minor + new.tax_minor + new.reduced_minor
  + (select coalesce(sum(line_total_minor + tax_minor), 0) from refund_lines
      where order_id = new.order_id and order_line = new.order_line)
  > (select line_total_minor + tax_minor from order_lines where order_id = new.order_id and line = new.order_line)
begin
  select raise(abort, 'rule:refund_shares_paid');
end;

create trigger refund_shares_no_update before update on refund_shares
begin
  select raise(abort, 'rule:refund_shares_append_only');
end;

create trigger refund_shares_no_delete before delete on refund_shares
begin
  select raise(abort, 'rule:refund_shares_append_only');
end;

-- The same for what comes back by item; null where it was not known.
alter table refund_lines add column reduced_minor integer;

create trigger refund_lines_reduced before insert on refund_lines
when new.reduced_minor <> (select coalesce(sum(line_total_minor + tax_minor), 0) from refund_shares
    where order_id = new.order_id and order_line = new.order_line)
begin
  select raise(abort, 'rule:refund_lines_stale');
end;

create trigger refund_lines_reduced_no_update before update of reduced_minor on refund_lines
begin
  select raise(abort, 'rule:refund_lines_append_only');
end;
