//! The entries of source events: sales, refunds, receipts and adjustments of stock, counted drawers.
//!
//! | event | debit | credit |
//! |---|---|---|
//! | order completed | money of each payment; cost of goods sold | revenue of the channel, shipping, fees (discounts on the debit side), tax payable; inventory |
//! | order refunded | sales returns, shipping, fees (discounts on the credit side), tax payable; inventory of what was restocked | money of each payment; cost of goods sold |
//! | stock gained | inventory | what the reason says: goods received, opening equity, count differences |
//! | stock lost | what the reason says: shrinkage, count differences, own use | inventory |
//! | cash rounded down in a sale, up in a refund | cash rounding | |
//! | cash rounded up in a sale, down in a refund | | cash rounding |
//! | till closed with too much | cash | cash over and short |
//! | till closed with too little | cash over and short | cash |
//!
//! Amounts are summed per account first, so an account appears at most once on each side, and zero sums are left out.
//! An event that leaves fewer than two lines (a free order of free goods, a drawer that is correct or was not counted)
//! books nothing.

#[cfg(test)]
mod tests;

use contracts::events::{OrderCompleted, OrderRefunded, PaymentPart, StockAdjusted, TillClosed};
use contracts::terms::{PaymentMethod, PaymentTerms};
use kernel::text::{Code, ShortText, TextError};
use kernel::{Currency, Date, Money, MoneyError};

use super::account::Direction;
use super::chart;
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
    sums.credit(chart::CASH_ROUNDING, rounding)?;
    let source = Source { id: what, total: order.total };
    let day = order.sold_at.date();
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
    let day = refund.refunded_at.date();
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

/// The booking of goods received and stock adjustments, on the day when they happened.
pub fn stock_changed(change: &StockAdjusted, day: Date, books: Currency) -> Result<Booking, BookingError> {
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
    let entry = sums.entry(closing.closed_at.date(), &description, reference, &source)?;
    Ok(Booking { source, entry, invoice: None, credit: None })
}

/// The booking of a payment on an invoice.
pub fn payment_received(payment: &Payment, invoice_number: &str) -> Result<EntryDraft, BookingError> {
    let currency = payment.amount.currency();
    let mut sums = Sums::new(currency);
    sums.debit(chart::money(payment.method), payment.amount)?;
    sums.credit(chart::RECEIVABLES, payment.amount)?;
    let source = Source { id: format!("payment:{}", payment.id), total: payment.amount };
    let reference = payment.reference.as_ref().map_or(invoice_number, ShortText::as_str);
    let description = format!("Payment of {invoice_number}");
    sums.entry(payment.paid_at.date(), &description, Some(reference), &source)?
        .ok_or(BookingError::DoesNotAddUp { what: source.id, cause: LinesError::TooFew })
}
