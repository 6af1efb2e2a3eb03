-- The audit sums up what is on its way between warehouses without reading what was sold.
create index movements_between_warehouses on movements (kind, quantity, value_minor)
where kind in ('TransferOut', 'TransferIn');
