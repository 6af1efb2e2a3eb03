-- What a caller is told of an operation is made of its movements, and no longer kept beside them: from here on every
-- column of the row that such an answer needs is fixed. The Workers of the release before still write `answer`, an
-- object with `items`, in the batch of the operation; the next release may refuse that too.
drop trigger stock_operations_no_update;
create trigger stock_operations_no_update before update on stock_operations
when old.answer is not null or new.answer is null
  or json_type(iif(json_valid(new.answer), new.answer, 'null'), '$.items') is not 'array'
  or new.id <> old.id or new.kind <> old.kind or new.request <> old.request
  or new.warehouse_id <> old.warehouse_id or new.created_at <> old.created_at
begin
  select raise(abort, 'rule:stock_operations_append_only');
end;
