//! Tills, their open days and their closings as JSON.

use contracts::terms::PaymentMethod;
use kernel::ids::{ClosingId, WarehouseId};
use kernel::text::{Code, Name, ShortText};
use kernel::{Date, Money, MoneyError, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use crate::adapters::store::TillSummary;
use crate::domain::enrolment::Enrolment;
use crate::domain::till::{Closing, Day, Gap, Taking};

/// A till in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "TillSummary")]
pub(super) struct TillSummaryJson {
    pub(super) terminal_id: Code,
    /// Every sequence number up to this one has arrived.
    contiguous_through: i64,
    /// The highest sequence number that has arrived.
    highest: i64,
    has_gaps: bool,
    /// The number of its closings.
    closing_number: i64,
    /// The last sequence number of the last closing.
    closed_through: i64,
    closed_at: Option<Timestamp>,
    /// None for a till that was never enrolled.
    enrolment: Option<EnrolmentJson>,
}

/// What a till is bound to.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "TillEnrolment")]
struct EnrolmentJson {
    warehouse_id: WarehouseId,
    device: Name,
    enrolled_by: String,
    /// When its last key was issued.
    enrolled_at: Timestamp,
    /// Rises with every key that is issued or revoked.
    key_version: i64,
    /// When its key was revoked; null while it has a valid one.
    revoked_at: Option<Timestamp>,
}

impl From<Enrolment> for EnrolmentJson {
    fn from(enrolment: Enrolment) -> Self {
        let Enrolment { warehouse_id, device, enrolled_by, enrolled_at, key_version, revoked_at, .. } =
            enrolment;
        Self { warehouse_id, device, enrolled_by, enrolled_at, key_version, revoked_at }
    }
}

impl From<TillSummary> for TillSummaryJson {
    fn from(TillSummary { till, closed_at, enrolment }: TillSummary) -> Self {
        Self {
            enrolment: enrolment.map(EnrolmentJson::from),
            terminal_id: till.terminal_id,
            contiguous_through: till.contiguous_through,
            highest: till.highest,
            has_gaps: till.contiguous_through < till.highest,
            closing_number: till.closings,
            closed_through: till.closed_through,
            closed_at,
        }
    }
}

/// A till with its open day.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Till")]
pub(super) struct TillJson {
    terminal_id: Code,
    /// Every sequence number up to this one has arrived.
    contiguous_through: i64,
    /// The highest sequence number that has arrived.
    highest: i64,
    /// The first 20 ranges of sequence numbers that have not arrived.
    gaps: Vec<Gap>,
    open_day: OpenDayJson,
    last_closing: Option<ClosingJson>,
    /// None for a till that was never enrolled.
    enrolment: Option<EnrolmentJson>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "OpenTillDay")]
struct OpenDayJson {
    closing_number: i64,
    from_sequence: i64,
    /// Sales that are stored and not completed yet.
    unfinished: i64,
    #[serde(flatten)]
    day: DayJson,
}

/// The totals of a day.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "TillDay")]
struct DayJson {
    opened_at: Option<Timestamp>,
    sales: i64,
    /// Sales refused for lack of stock.
    cancelled: i64,
    /// Sales that a person should review.
    to_review: i64,
    total: Money,
    payments: Vec<TakingJson>,
    cash_sales: Money,
    cash_refunds: Money,
    /// Cash taken for sales less cash given back.
    expected_cash: Money,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "TillTaking")]
struct TakingJson {
    method: PaymentMethod,
    count: i64,
    amount: Money,
}

/// A closing: the Z report.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "TillClosing")]
pub(super) struct ClosingJson {
    id: ClosingId,
    terminal_id: Code,
    pub(super) closing_number: i64,
    from_sequence: i64,
    through_sequence: i64,
    #[serde(flatten)]
    day: DayJson,
    counted_cash: Option<Money>,
    /// Counted minus expected cash: positive when there is too much.
    difference: Option<Money>,
    note: Option<ShortText>,
    closed_by: String,
    closed_at: Timestamp,
    /// The day to which it belongs, in the time zone of its shop.
    business_day: Date,
}

impl From<&Taking> for TakingJson {
    fn from(taking: &Taking) -> Self {
        Self { method: taking.method, count: taking.payments, amount: taking.amount }
    }
}

impl DayJson {
    fn new(day: &Day) -> Result<Self, MoneyError> {
        Ok(Self {
            opened_at: day.opened_at,
            sales: day.sales,
            cancelled: day.cancelled,
            to_review: day.to_review,
            total: day.total,
            payments: day.takings.iter().map(TakingJson::from).collect(),
            cash_sales: day.cash_sales()?,
            cash_refunds: day.cash_refunds,
            expected_cash: day.expected_cash()?,
        })
    }
}

impl TillJson {
    pub(super) fn new(
        TillSummary { till, enrolment, .. }: TillSummary,
        gaps: Vec<Gap>,
        day: &Day,
        last_closing: Option<&Closing>,
    ) -> Result<Self, MoneyError> {
        Ok(Self {
            enrolment: enrolment.map(EnrolmentJson::from),
            terminal_id: till.terminal_id,
            contiguous_through: till.contiguous_through,
            highest: till.highest,
            gaps,
            open_day: OpenDayJson {
                closing_number: till.closings.saturating_add(1),
                from_sequence: till.closed_through.saturating_add(1),
                unfinished: day.unfinished,
                day: DayJson::new(day)?,
            },
            last_closing: last_closing.map(ClosingJson::new).transpose()?,
        })
    }
}

impl ClosingJson {
    pub(super) fn new(closing: &Closing) -> Result<Self, MoneyError> {
        Ok(Self {
            id: closing.id,
            terminal_id: closing.terminal_id.clone(),
            closing_number: closing.number,
            from_sequence: closing.from_sequence,
            through_sequence: closing.through_sequence,
            day: DayJson::new(&closing.day)?,
            counted_cash: closing.counted_cash,
            difference: closing.difference()?,
            note: closing.note.clone(),
            closed_by: closing.closed_by.clone(),
            closed_at: closing.closed_at,
            business_day: closing.business_day,
        })
    }
}
