-- A header with active accounts stays active: they would be missing where the chart is shown.
create trigger accounts_deactivate before update of status on accounts
when new.status <> 'Active' and old.status = 'Active'
begin
  select raise(abort, 'rule:accounts_inactive_with_children')
  where exists (select 1 from accounts where parent_code = new.code and status = 'Active');
end;

create trigger accounts_activate before update of status on accounts
when new.status = 'Active' and old.status <> 'Active'
begin
  select raise(abort, 'rule:accounts_active_under_inactive') from accounts p
  where p.code = new.parent_code and p.status <> 'Active';
end;

create trigger accounts_parent_active before insert on accounts when new.parent_code is not null
begin
  select raise(abort, 'rule:accounts_parent') from accounts p where p.code = new.parent_code and p.status <> 'Active';
end;
