-- The audit compares a page of customers with their credit movements.
create index credit_movements_by_customer on credit_movements (customer_id, amount_minor);
