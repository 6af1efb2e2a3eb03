-- The chart of accounts of a retail and wholesale trade. What source events book on is marked as the
-- system's; what must equal stock or invoices takes no lines by hand.

insert into accounts (code, name, type, normal_balance, parent_code, is_header, is_cash, is_control, is_system, created_at)
values
  ('1000', 'Assets', 'Asset', 'Debit', null, 1, 0, 0, 0, '2026-01-01T00:00:00.000Z'),
  ('2000', 'Liabilities', 'Liability', 'Credit', null, 1, 0, 0, 0, '2026-01-01T00:00:00.000Z'),
  ('3000', 'Equity', 'Equity', 'Credit', null, 1, 0, 0, 0, '2026-01-01T00:00:00.000Z'),
  ('4000', 'Revenue', 'Revenue', 'Credit', null, 1, 0, 0, 0, '2026-01-01T00:00:00.000Z'),
  ('5000', 'Cost of sales', 'COGS', 'Debit', null, 1, 0, 0, 0, '2026-01-01T00:00:00.000Z'),
  ('6000', 'Operating expenses', 'Expense', 'Debit', null, 1, 0, 0, 0, '2026-01-01T00:00:00.000Z');

insert into accounts (code, name, type, normal_balance, parent_code, is_header, is_cash, is_control, is_system, created_at)
values
  ('1010', 'Cash on hand', 'Asset', 'Debit', '1000', 0, 1, 0, 1, '2026-01-01T00:00:00.000Z'),
  ('1020', 'Bank', 'Asset', 'Debit', '1000', 0, 1, 0, 1, '2026-01-01T00:00:00.000Z'),
  ('1030', 'Card clearing', 'Asset', 'Debit', '1000', 0, 1, 0, 1, '2026-01-01T00:00:00.000Z'),
  ('1100', 'Accounts receivable', 'Asset', 'Debit', '1000', 0, 0, 1, 1, '2026-01-01T00:00:00.000Z'),
  ('1200', 'Inventory', 'Asset', 'Debit', '1000', 0, 0, 1, 1, '2026-01-01T00:00:00.000Z'),
  ('1300', 'Prepaid expenses', 'Asset', 'Debit', '1000', 0, 0, 0, 0, '2026-01-01T00:00:00.000Z'),
  ('1500', 'Furniture and equipment', 'Asset', 'Debit', '1000', 0, 0, 0, 0, '2026-01-01T00:00:00.000Z'),
  ('1590', 'Accumulated depreciation', 'Asset', 'Credit', '1000', 0, 0, 0, 0, '2026-01-01T00:00:00.000Z'),
  ('2010', 'Accounts payable', 'Liability', 'Credit', '2000', 0, 0, 0, 0, '2026-01-01T00:00:00.000Z'),
  ('2100', 'Sales tax payable', 'Liability', 'Credit', '2000', 0, 0, 0, 1, '2026-01-01T00:00:00.000Z'),
  ('2200', 'Goods received not invoiced', 'Liability', 'Credit', '2000', 0, 0, 0, 1, '2026-01-01T00:00:00.000Z'),
  ('2300', 'Accrued liabilities', 'Liability', 'Credit', '2000', 0, 0, 0, 0, '2026-01-01T00:00:00.000Z'),
  ('2500', 'Loans', 'Liability', 'Credit', '2000', 0, 0, 0, 0, '2026-01-01T00:00:00.000Z'),
  ('3010', 'Owner''s capital', 'Equity', 'Credit', '3000', 0, 0, 0, 0, '2026-01-01T00:00:00.000Z'),
  ('3100', 'Opening balance equity', 'Equity', 'Credit', '3000', 0, 0, 0, 1, '2026-01-01T00:00:00.000Z'),
  ('3200', 'Retained earnings', 'Equity', 'Credit', '3000', 0, 0, 0, 0, '2026-01-01T00:00:00.000Z'),
  ('3300', 'Owner''s drawings', 'Equity', 'Debit', '3000', 0, 0, 0, 0, '2026-01-01T00:00:00.000Z'),
  ('4010', 'Retail web revenue', 'Revenue', 'Credit', '4000', 0, 0, 0, 1, '2026-01-01T00:00:00.000Z'),
  ('4020', 'Wholesale revenue', 'Revenue', 'Credit', '4000', 0, 0, 0, 1, '2026-01-01T00:00:00.000Z'),
  ('4030', 'POS revenue', 'Revenue', 'Credit', '4000', 0, 0, 0, 1, '2026-01-01T00:00:00.000Z'),
  ('4100', 'Shipping income', 'Revenue', 'Credit', '4000', 0, 0, 0, 1, '2026-01-01T00:00:00.000Z'),
  ('4200', 'Fee income', 'Revenue', 'Credit', '4000', 0, 0, 0, 1, '2026-01-01T00:00:00.000Z'),
  ('4800', 'Sales returns', 'Revenue', 'Debit', '4000', 0, 0, 0, 1, '2026-01-01T00:00:00.000Z'),
  ('4900', 'Discounts given', 'Revenue', 'Debit', '4000', 0, 0, 0, 1, '2026-01-01T00:00:00.000Z'),
  ('5010', 'Cost of goods sold', 'COGS', 'Debit', '5000', 0, 0, 0, 1, '2026-01-01T00:00:00.000Z'),
  ('5100', 'Inventory count differences', 'COGS', 'Debit', '5000', 0, 0, 0, 1, '2026-01-01T00:00:00.000Z'),
  ('5110', 'Inventory shrinkage and damage', 'COGS', 'Debit', '5000', 0, 0, 0, 1, '2026-01-01T00:00:00.000Z'),
  ('6010', 'Wages and salaries', 'Expense', 'Debit', '6000', 0, 0, 0, 0, '2026-01-01T00:00:00.000Z'),
  ('6020', 'Rent', 'Expense', 'Debit', '6000', 0, 0, 0, 0, '2026-01-01T00:00:00.000Z'),
  ('6030', 'Utilities', 'Expense', 'Debit', '6000', 0, 0, 0, 0, '2026-01-01T00:00:00.000Z'),
  ('6040', 'Marketing', 'Expense', 'Debit', '6000', 0, 0, 0, 0, '2026-01-01T00:00:00.000Z'),
  ('6050', 'Card and bank fees', 'Expense', 'Debit', '6000', 0, 0, 0, 0, '2026-01-01T00:00:00.000Z'),
  ('6060', 'Shipping and delivery', 'Expense', 'Debit', '6000', 0, 0, 0, 0, '2026-01-01T00:00:00.000Z'),
  ('6070', 'Office and software', 'Expense', 'Debit', '6000', 0, 0, 0, 0, '2026-01-01T00:00:00.000Z'),
  ('6080', 'Depreciation', 'Expense', 'Debit', '6000', 0, 0, 0, 0, '2026-01-01T00:00:00.000Z'),
  ('6500', 'Samples and own use', 'Expense', 'Debit', '6000', 0, 0, 0, 1, '2026-01-01T00:00:00.000Z'),
  ('6510', 'Cash over and short', 'Expense', 'Debit', '6000', 0, 0, 0, 1, '2026-01-01T00:00:00.000Z');
