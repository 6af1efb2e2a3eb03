//! A till's closing as a database row, for writing and reading.

use contracts::terms::PaymentMethod;
use kernel::ids::ClosingId;
use kernel::text::{Code, ShortText};
use kernel::{Currency, Date, Failure, Money, Timestamp};
use serde::{Deserialize, Serialize};
use store::DatabaseError;

use super::{defect, money, parsed, text};
use crate::domain::till::{Closing, Day, Taking};

/// The sum of one payment method: a row of a sum, and a part of `takings`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TakingRow {
    method: PaymentMethod,
    payments: i64,
    #[serde(alias = "amount_minor")]
    amount_minor: i64,
}

/// A row of `till_closings`.
#[derive(Serialize, Deserialize)]
pub(super) struct ClosingRow {
    id: ClosingId,
    terminal_id: Code,
    closing_number: i64,
    from_sequence: i64,
    through_sequence: i64,
    sales: i64,
    cancelled: i64,
    to_review: i64,
    currency: Currency,
    total_minor: i64,
    takings: String,
    cash_sales_minor: i64,
    cash_refunds_minor: i64,
    expected_cash_minor: i64,
    counted_cash_minor: Option<i64>,
    note: Option<ShortText>,
    opened_at: Option<Timestamp>,
    closed_by: String,
    closed_at: Timestamp,
    business_day: Option<Date>,
    request: String,
}

impl From<&Taking> for TakingRow {
    fn from(taking: &Taking) -> Self {
        let Taking { method, payments, amount } = *taking;
        Self { method, payments, amount_minor: amount.minor() }
    }
}

impl TakingRow {
    pub(super) fn into_taking(self, currency: Currency) -> Result<Taking, DatabaseError> {
        let Self { method, payments, amount_minor } = self;
        Ok(Taking { method, payments, amount: money(amount_minor, currency)? })
    }
}

impl ClosingRow {
    pub(super) fn new(closing: &Closing) -> Result<Self, Failure> {
        let day = &closing.day;
        let takings: Vec<TakingRow> = day.takings.iter().map(TakingRow::from).collect();
        Ok(Self {
            id: closing.id,
            terminal_id: closing.terminal_id.clone(),
            closing_number: closing.number,
            from_sequence: closing.from_sequence,
            through_sequence: closing.through_sequence,
            sales: day.sales,
            cancelled: day.cancelled,
            to_review: day.to_review,
            currency: closing.currency(),
            total_minor: day.total.minor(),
            takings: text(&takings)?,
            cash_sales_minor: day.cash_sales().map_err(defect)?.minor(),
            cash_refunds_minor: day.cash_refunds.minor(),
            expected_cash_minor: day.expected_cash().map_err(defect)?.minor(),
            counted_cash_minor: closing.counted_cash.map(Money::minor),
            note: closing.note.clone(),
            opened_at: day.opened_at,
            closed_by: closing.closed_by.clone(),
            closed_at: closing.closed_at,
            business_day: Some(closing.business_day),
            request: closing.request.clone(),
        })
    }

    pub(super) fn into_closing(self) -> Result<Closing, DatabaseError> {
        let currency = self.currency;
        let takings = parsed::<Vec<TakingRow>>(&self.takings)?.into_iter();
        let day = Day {
            sales: self.sales,
            cancelled: self.cancelled,
            unfinished: 0,
            to_review: self.to_review,
            total: money(self.total_minor, currency)?,
            takings: takings.map(|row| row.into_taking(currency)).collect::<Result<_, _>>()?,
            cash_refunds: money(self.cash_refunds_minor, currency)?,
            refunds: 0,
            opened_at: self.opened_at,
        };
        Ok(Closing {
            id: self.id,
            terminal_id: self.terminal_id,
            number: self.closing_number,
            from_sequence: self.from_sequence,
            through_sequence: self.through_sequence,
            day,
            counted_cash: self.counted_cash_minor.map(|minor| money(minor, currency)).transpose()?,
            note: self.note,
            closed_by: self.closed_by,
            closed_at: self.closed_at,
            // One of an older release belongs to its day in UTC.
            business_day: self.business_day.unwrap_or_else(|| self.closed_at.date()),
            request: self.request,
        })
    }
}
