-- The account for what cash payments differ from their totals because they are rounded to the smallest coin.
insert into accounts (code, name, type, normal_balance, parent_code, is_header, is_cash, is_control, is_system, created_at)
values ('6520', 'Cash rounding', 'Expense', 'Debit', '6000', 0, 0, 0, 1, '2026-01-01T00:00:00.000Z')
on conflict (code) do nothing;
