//! The entries of source events: sales, refunds, receipts and adjustments of stock, counted drawers.
//!
//! | event | debit | credit |
//! |---|---|---|
//! | order completed | money of each payment; cost of goods sold | revenue of the channel, shipping, fees (discounts on the debit side), tax payable; inventory |
//! | … beyond the shop's limits: too little charged | suspense | revenue, as if the list price was charged |
//! | … beyond the shop's limits: units that were not in stock | suspense, instead of cost of goods; count differences, which had the gain of the variance | inventory; goods sold without stock |
//! | … a manager accepts that | discounts given, cost of goods; goods sold without stock | suspense; count differences |
//! | … a manager corrects that | revenue; goods sold without stock | suspense |
//! | order refunded | sales returns, shipping, fees (discounts on the credit side), tax payable; inventory of what was restocked | money of each payment; cost of goods sold |
//! | stock gained | inventory | what the reason says: goods received, opening equity, count differences |
//! | stock lost | what the reason says: shrinkage, count differences, own use | inventory |
//! | cash rounded down in a sale, up in a refund | cash rounding | |
//! | cash rounded up in a sale, down in a refund | | cash rounding |
//! | till closed with too much | cash | cash over and short |
//! | till closed with too little | cash over and short | cash |
//! | payment on an invoice | money | receivables |
//! | credit paid out, payment bounced | receivables | money |
//!
//! Amounts are summed per account first, so an account appears at most once on each side, and zero sums are left out.
//! An event that leaves fewer than two lines (a free order of free goods, a drawer that is correct or was not counted)
//! books nothing. Each is booked on its day in the time zone of its shop, which the event says; an event of an older
//! release does not, and is booked on its day in UTC.

#[cfg(test)]
mod tests;

use contracts::events::{
    DeviationSettled, OrderCompleted, OrderRefunded, PaymentPart, StockAdjusted, TillClosed,
};
use contracts::terms::{PaymentMethod, PaymentTerms, ReviewOutcome};
use kernel::ids::PaymentId;
use kernel::text::{Code, ShortText, TextError};
use kernel::{Currency, Date, Money, MoneyError, Timestamp};

use super::account::Direction;
use super::chart;
use super::credit::{PaymentKind, PaymentRecord};
use super::entry::{EntryDraft, EntryLine, EntryType, Heading, LinesError, Source};
use super::invoice::{CreditDraft, InvoiceDraft, Payment};

/// What one event does to the books, in one batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// The source that is booked: a second event of the same source changes nothing.
    pub source: Source,
    /// The entry; none when there is nothing to book.
    pub entry: Option<EntryDraft>,
    /// The invoice for a sale on account.
    pub invoice: Option<InvoiceDraft>,
    /// The refund on account.
    pub credit: Option<CreditDraft>,
}

/// Why an event cannot be booked: it contradicts itself, and people must look at it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BookingError {
    /// Another currency than the books'.
    #[error("{what} is in {currency}, and the books are in {books}")]
    Currency {
        /// The source.
        what: String,
        /// The event's.
        currency: Currency,
        /// Ours.
        books: Currency,
    },
    /// Its lines and tax differ from what was paid.
    #[error("{what} does not add up: {cause}")]
    DoesNotAddUp {
        /// The source.
        what: String,
        /// The sums.
        cause: LinesError,
    },
    /// Its payments differ from its total.
    #[error("{what} has payments of {paid} for a total of {total}")]
    PaymentsDiffer {
        /// The source.
        what: String,
        /// The sum of the payments.
        paid: Money,
        /// The total.
        total: Money,
    },
    /// Sums beyond the range of an amount.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A number or name that is not a valid text.
    #[error(transparent)]
    Text(#[from] TextError),
}

/// Amounts per account, debit positive, in the order in which the accounts first appeared.
struct Sums {
    currency: Currency,
    sums: Vec<(&'static str, Money)>,
}

impl Sums {
    const fn new(currency: Currency) -> Self {
        Self { currency, sums: Vec::new() }
    }

    fn debit(&mut self, account: &'static str, amount: Money) -> Result<(), MoneyError> {
        if let Some((_, sum)) = self.sums.iter_mut().find(|(known, _)| *known == account) {
            *sum = sum.plus(amount)?;
        } else {
            self.sums.push((account, Money::zero(self.currency).plus(amount)?));
        }
        Ok(())
    }

    fn credit(&mut self, account: &'static str, amount: Money) -> Result<(), MoneyError> {
        self.debit(account, amount.negated())
    }

    /// The lines, debits first; zero amounts are left out.
    fn lines(&self) -> Result<Vec<EntryLine>, TextError> {
        let side = |direction| {
            self.sums.iter().filter_map(move |(account, sum)| {
                let amount = if direction == Direction::Debit { *sum } else { sum.negated() };
                let line = |account_code| EntryLine { account_code, direction, amount };
                amount.is_positive().then(|| Code::parse(account).map(line))
            })
        };
        side(Direction::Debit).chain(side(Direction::Credit)).collect()
    }

    fn entry(&self, day: Date, description: &str, reference: Option<&str>, source: &Source) -> Entries {
        let lines = self.lines()?;
        if lines.is_empty() {
            return Ok(None);
        }
        let text = |text: &str| ShortText::parse(&text.chars().take(500).collect::<String>());
        let heading = Heading {
            entry_date: day,
            description: text(description)?,
            reference: reference.map(text).transpose()?,
            entry_type: EntryType::System,
        };
        EntryDraft::new(heading, Some(source.clone()), lines, self.currency)
            .map(Some)
            .map_err(|cause| BookingError::DoesNotAddUp { what: source.id.clone(), cause })
    }
}

type Entries = Result<Option<EntryDraft>, BookingError>;

fn same_currency(what: &str, currency: Currency, books: Currency) -> Result<(), BookingError> {
    if currency == books {
        return Ok(());
    }
    Err(BookingError::Currency { what: what.to_owned(), currency, books })
}

/// Checks that the payments are the total and the rounding of cash.
fn paid_in_full(
    what: &str,
    payments: &[PaymentPart],
    total: Money,
    rounding: Money,
) -> Result<(), BookingError> {
    let paid = Money::sum(total.currency(), payments.iter().map(|part| part.amount))?;
    if paid == total.plus(rounding)? {
        return Ok(());
    }
    Err(BookingError::PaymentsDiffer { what: what.to_owned(), paid, total })
}

fn on_account(payments: &[PaymentPart], currency: Currency) -> Result<Money, MoneyError> {
    let parts = payments.iter().filter(|part| part.method == PaymentMethod::PurchaseOrder);
    Money::sum(currency, parts.map(|part| part.amount))
}

/// The booking of a sale.
pub fn order_completed(order: &OrderCompleted, books: Currency) -> Result<Booking, BookingError> {
    let what = format!("order:{}", order.order_id);
    same_currency(&what, order.currency, books)?;
    let rounding = order.cash_rounding.unwrap_or(Money::zero(books));
    paid_in_full(&what, &order.payments, order.total, rounding)?;
    let mut sums = Sums::new(books);
    for part in &order.payments {
        sums.debit(chart::money(part.method), part.amount)?;
    }
    for line in &order.lines {
        sums.credit(chart::sold(line.kind, order.sales_channel), line.line_total)?;
        sums.debit(chart::COST_OF_GOODS, line.cost)?;
        sums.credit(chart::INVENTORY, line.cost)?;
    }
    sums.credit(chart::TAX_PAYABLE, order.tax)?;
    if let Some(deviation) = &order.deviation {
        sums.debit(chart::SUSPENSE, deviation.price)?;
        sums.credit(chart::revenue(order.sales_channel), deviation.price)?;
        sums.debit(chart::SUSPENSE, deviation.missing_cost)?;
        sums.credit(chart::COST_OF_GOODS, deviation.missing_cost)?;
        sums.debit(chart::COUNT_DIFFERENCES, deviation.missing_cost)?;
        sums.credit(chart::SOLD_WITHOUT_STOCK, deviation.missing_cost)?;
    }
    sums.credit(chart::CASH_ROUNDING, rounding)?;
    let source = Source { id: what, total: order.total };
    let day = order.business_day.unwrap_or_else(|| order.sold_at.date());
    let description = format!("Sale {}", order.order_number);
    let entry = sums.entry(day, &description, Some(&order.order_number), &source)?;
    let owed = on_account(&order.payments, books)?;
    let days = order.payment_terms.unwrap_or(PaymentTerms::Net30).days();
    let invoice = owed.is_positive().then(|| InvoiceDraft {
        order_id: order.order_id,
        order_number: order.order_number.clone(),
        customer_id: order.customer_id,
        customer_name: order.customer_name.clone(),
        purchase_order_number: order.purchase_order_number.clone(),
        issue_date: day,
        due_date: day.plus_days(days),
        total: owed,
    });
    Ok(Booking { source, entry, invoice, credit: None })
}

/// The booking of what a manager decided: nothing is left on the suspense accounts of this sale.
pub fn deviation_settled(settled: &DeviationSettled, books: Currency) -> Result<Booking, BookingError> {
    let what = format!("settlement:{}", settled.order_id);
    same_currency(&what, settled.currency, books)?;
    let (price, missing_cost) = (settled.deviation.price, settled.deviation.missing_cost);
    let mut sums = Sums::new(books);
    sums.credit(chart::SUSPENSE, price)?;
    sums.credit(chart::SUSPENSE, missing_cost)?;
    sums.debit(chart::SOLD_WITHOUT_STOCK, missing_cost)?;
    match settled.outcome {
        ReviewOutcome::Accepted => {
            sums.debit(chart::DISCOUNTS_GIVEN, price)?;
            sums.debit(chart::COST_OF_GOODS, missing_cost)?;
            sums.credit(chart::COUNT_DIFFERENCES, missing_cost)?;
        }
        ReviewOutcome::Corrected => sums.debit(chart::revenue(settled.sales_channel), price)?,
    }
    let source = Source { id: what, total: price.plus(missing_cost)? };
    let description = format!("Deviation of {} settled", settled.order_number);
    let entry = sums.entry(settled.settled_at.date(), &description, Some(&settled.order_number), &source)?;
    Ok(Booking { source, entry, invoice: None, credit: None })
}

/// The booking of a refund or a credit note.
pub fn order_refunded(refund: &OrderRefunded, books: Currency) -> Result<Booking, BookingError> {
    let what = format!("refund:{}", refund.refund_id);
    same_currency(&what, refund.currency, books)?;
    let rounding = refund.cash_rounding.unwrap_or(Money::zero(books));
    paid_in_full(&what, &refund.payments, refund.total, rounding)?;
    let mut sums = Sums::new(books);
    for line in &refund.lines {
        sums.debit(chart::refunded(line.kind), line.line_total)?;
        if line.restocked {
            sums.debit(chart::INVENTORY, line.cost)?;
            sums.credit(chart::COST_OF_GOODS, line.cost)?;
        }
    }
    sums.debit(chart::TAX_PAYABLE, refund.tax)?;
    sums.debit(chart::CASH_ROUNDING, rounding)?;
    for part in &refund.payments {
        sums.credit(chart::money(part.method), part.amount)?;
    }
    let source = Source { id: what, total: refund.total };
    let description = match &refund.order_number {
        Some(number) => format!("Refund of {number}"),
        None => format!("Credit note {}", refund.refund_id),
    };
    let day = refund.business_day.unwrap_or_else(|| refund.refunded_at.date());
    let entry = sums.entry(day, &description, refund.order_number.as_deref(), &source)?;
    let owed = on_account(&refund.payments, books)?;
    let credit = owed.is_positive().then_some(CreditDraft {
        refund_id: refund.refund_id,
        order_id: refund.order_id,
        customer_id: refund.customer_id,
        amount: owed,
    });
    Ok(Booking { source, entry, invoice: None, credit })
}

/// The booking of goods received and stock adjustments, told at a time.
pub fn stock_changed(
    change: &StockAdjusted,
    at: Timestamp,
    books: Currency,
) -> Result<Booking, BookingError> {
    let day = change.business_day.unwrap_or_else(|| at.date());
    let what = format!("adjustment:{}", change.adjustment_id);
    same_currency(&what, change.currency, books)?;
    let mut sums = Sums::new(books);
    sums.debit(chart::INVENTORY, change.value)?;
    sums.credit(chart::against_stock(change.reason), change.value)?;
    let source = Source { id: what, total: change.value };
    let description = match change.order_id {
        Some(order) => format!("Stock variance of order {order}"),
        None => format!("Stock: {}", change.reason),
    };
    let entry = sums.entry(day, &description, None, &source)?;
    Ok(Booking { source, entry, invoice: None, credit: None })
}

/// The booking of a counted drawer.
pub fn till_closed(closing: &TillClosed, books: Currency) -> Result<Booking, BookingError> {
    let what = format!("closing:{}", closing.closing_id);
    same_currency(&what, closing.currency, books)?;
    let over = match closing.counted_cash {
        Some(counted) => counted.minus(closing.expected_cash)?,
        None => Money::zero(books),
    };
    let mut sums = Sums::new(books);
    sums.debit(chart::CASH, over)?;
    sums.credit(chart::CASH_OVER_SHORT, over)?;
    let source = Source { id: what, total: over };
    let description = format!("Till {}, closing {}", closing.terminal_id, closing.closing_number);
    let reference = Some(closing.terminal_id.as_str());
    let day = closing.business_day.unwrap_or_else(|| closing.closed_at.date());
    let entry = sums.entry(day, &description, reference, &source)?;
    Ok(Booking { source, entry, invoice: None, credit: None })
}

/// The booking of a payment on an invoice, on the day to which it belongs.
pub fn payment_received(
    payment: &Payment,
    day: Date,
    invoice_number: &str,
) -> Result<EntryDraft, BookingError> {
    let currency = payment.amount.currency();
    let mut sums = Sums::new(currency);
    sums.debit(chart::money(payment.method), payment.amount)?;
    sums.credit(chart::RECEIVABLES, payment.amount)?;
    let source = Source { id: format!("payment:{}", payment.id), total: payment.amount };
    let reference = payment.reference.as_ref().map_or(invoice_number, ShortText::as_str);
    let description = format!("Payment of {invoice_number}");
    sums.entry(day, &description, Some(reference), &source)?
        .ok_or(BookingError::DoesNotAddUp { what: source.id, cause: LinesError::TooFew })
}

/// The booking of credit that is paid out, on the day to which it belongs.
pub fn credit_paid_out(payment: &PaymentRecord) -> Result<EntryDraft, BookingError> {
    let accounts = (chart::RECEIVABLES, money_of(payment));
    money_moved(payment, payment.id, payment.entry_date, accounts, "Credit paid out")
}

/// The booking of a payment's reversal: the other way round.
pub fn payment_reversed(
    payment: &PaymentRecord,
    id: PaymentId,
    reason: &ShortText,
    day: Date,
) -> Result<EntryDraft, BookingError> {
    let accounts = match payment.kind {
        PaymentKind::Received => (chart::RECEIVABLES, money_of(payment)),
        PaymentKind::PaidOut => (money_of(payment), chart::RECEIVABLES),
    };
    let number = payment.entry_number.as_deref().unwrap_or_default();
    let description = format!("Payment {number} reversed: {reason}");
    money_moved(payment, id, day, accounts, &description)
}

fn money_of(payment: &PaymentRecord) -> &'static str {
    chart::money(payment.method)
}

fn money_moved(
    payment: &PaymentRecord,
    id: PaymentId,
    day: Date,
    (debit, credit): (&'static str, &'static str),
    description: &str,
) -> Result<EntryDraft, BookingError> {
    let mut sums = Sums::new(payment.amount.currency());
    sums.debit(debit, payment.amount)?;
    sums.credit(credit, payment.amount)?;
    let source = Source { id: format!("payment:{id}"), total: payment.amount };
    let reference = payment.reference.as_ref().map(ShortText::as_str).or(payment.invoice_number.as_deref());
    sums.entry(day, description, reference, &source)?
        .ok_or(BookingError::DoesNotAddUp { what: source.id, cause: LinesError::TooFew })
}
