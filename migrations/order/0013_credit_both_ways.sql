-- What a customer owes follows the receivables in both directions: an overpayment or a credit note is to the customer's
-- credit, a payment that bounced is owed again, even beyond the limit, which only binds new orders. So owed_minor, the
-- sum of the movements, may be negative and may exceed the limit. exposure_minor, the part of it between zero and the
-- limit, stays for the Workers of the release before.
alter table customers add column owed_minor integer not null default 0
  constraint customers_owed check (owed_minor between -9007199254740991 and 9007199254740991);
update customers set owed_minor = exposure_minor;

drop trigger credit_movements_apply;
create trigger credit_movements_apply after insert on credit_movements
begin
  update customers
  set owed_minor = owed_minor + new.amount_minor,
      exposure_minor = max(0, min(owed_minor + new.amount_minor, credit_limit_minor))
  where id = new.customer_id;
  select raise(abort, 'rule:customers_credit_limit') from customers
  where id = new.customer_id and new.amount_minor > 0 and new.id like 'order:%' and owed_minor > credit_limit_minor;
end;

create trigger customers_limit_above_exposure before update of credit_limit_minor on customers
when new.credit_limit_minor < old.credit_limit_minor and new.credit_limit_minor < old.owed_minor
begin
  select raise(abort, 'rule:customers_credit_limit');
end;
