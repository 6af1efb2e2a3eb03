-- A void is never dated before the entry that it takes back.
create trigger entries_void_not_before before insert on journal_entries
when new.reverses_entry_id is not null
begin
  select raise(abort, 'rule:entries_void_not_before') from journal_entries
  where id = new.reverses_entry_id and entry_date > new.entry_date;
end;
