-- What offline sales have beyond the shop's limits waits on these two, until a manager settles it. Neither touches profit
-- and loss.
insert into accounts (code, name, type, normal_balance, parent_code, is_header, is_cash, is_control, is_system, created_at)
values
  ('1900', 'Sales in suspense', 'Asset', 'Debit', '1000', 0, 0, 1, 1, '2026-01-01T00:00:00.000Z'),
  ('2900', 'Goods sold without stock', 'Liability', 'Credit', '2000', 0, 0, 1, 1, '2026-01-01T00:00:00.000Z');
