//! The accounts that source events use, as in the default chart (`migrations/accounting/0003` and `0010`). There they are marked
//! as system accounts and cannot be deactivated.

use contracts::terms::{AdjustmentReason, LineKind, PaymentMethod, SalesChannel};

/// Notes and coins.
pub const CASH: &str = "1010";
/// The bank account.
pub const BANK: &str = "1020";
/// Card payments that the card company has not yet paid out.
pub const CARD_CLEARING: &str = "1030";
/// What customers owe: equals the open invoices less the credits that are not applied.
pub const RECEIVABLES: &str = "1100";
/// Goods at cost: equals the stock valuation.
pub const INVENTORY: &str = "1200";
/// What offline sales have beyond the shop's limits: reductions, and the cost of units that were not in stock.
pub const SUSPENSE: &str = "1900";
/// Where those units may have come from.
pub const SOLD_WITHOUT_STOCK: &str = "2900";
/// Tax collected and not yet paid.
pub const TAX_PAYABLE: &str = "2100";
/// Goods received without the supplier's invoice.
pub const GOODS_RECEIVED: &str = "2200";
/// The balances at the start of the books.
pub const OPENING_EQUITY: &str = "3100";
/// Postage and carriage charged.
pub const SHIPPING_INCOME: &str = "4100";
/// Other charges.
pub const FEE_INCOME: &str = "4200";
/// Goods taken back, at their sales price (contra revenue). One account for the three channels, so that each channel's
/// own account keeps showing its gross sales.
pub const SALES_RETURNS: &str = "4800";
/// Price reductions as their own lines (contra revenue).
pub const DISCOUNTS_GIVEN: &str = "4900";
/// The cost of the goods sold.
pub const COST_OF_GOODS: &str = "5010";
/// Counts that differed, goods found.
pub const COUNT_DIFFERENCES: &str = "5100";
/// Goods lost or spoiled.
pub const SHRINKAGE: &str = "5110";
/// Goods taken for own use, samples, gifts.
pub const OWN_USE: &str = "6500";

/// The differences between what drawers held and what they should have held.
pub const CASH_OVER_SHORT: &str = "6510";

/// What cash payments differ from their totals because they are rounded to the smallest coin.
pub const CASH_ROUNDING: &str = "6520";

/// The revenue account for the goods of a channel.
#[must_use]
pub const fn revenue(channel: SalesChannel) -> &'static str {
    match channel {
        SalesChannel::RetailWeb => "4010",
        SalesChannel::WholesaleWeb => "4020",
        SalesChannel::POS => "4030",
    }
}

/// The revenue account of a sold line.
#[must_use]
pub const fn sold(kind: LineKind, channel: SalesChannel) -> &'static str {
    match kind {
        LineKind::Goods => revenue(channel),
        LineKind::Shipping => SHIPPING_INCOME,
        LineKind::Fee => FEE_INCOME,
        LineKind::Discount => DISCOUNTS_GIVEN,
    }
}

/// The account to which a refunded line is booked. Only goods are returned; a refunded charge reduces its income
/// account.
#[must_use]
pub const fn refunded(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Goods => SALES_RETURNS,
        LineKind::Shipping => SHIPPING_INCOME,
        LineKind::Fee => FEE_INCOME,
        LineKind::Discount => DISCOUNTS_GIVEN,
    }
}

/// The account for money of a payment method.
#[must_use]
pub const fn money(method: PaymentMethod) -> &'static str {
    match method {
        PaymentMethod::Cash => CASH,
        PaymentMethod::Card | PaymentMethod::CardTerminal => CARD_CLEARING,
        PaymentMethod::BankTransfer => BANK,
        PaymentMethod::PurchaseOrder => RECEIVABLES,
    }
}

/// The account booked against inventory when stock changes for a reason.
#[must_use]
pub const fn against_stock(reason: AdjustmentReason) -> &'static str {
    match reason {
        AdjustmentReason::Received => GOODS_RECEIVED,
        AdjustmentReason::OpeningBalance => OPENING_EQUITY,
        AdjustmentReason::CountCorrection | AdjustmentReason::Found => COUNT_DIFFERENCES,
        AdjustmentReason::Damaged | AdjustmentReason::Lost => SHRINKAGE,
        AdjustmentReason::InternalUse => OWN_USE,
    }
}
