//! Tills over SQL: what the open day holds, and its closing as one batch.

use contracts::Event;
use contracts::terms::PaymentMethod;
use kernel::ids::ClosingId;
use kernel::text::{Code, ShortText};
use kernel::{Currency, Failure, Limit, Money, Timestamp};
use serde::{Deserialize, Serialize};
use store::{DatabaseError, Rows, Statement, json, values};
use web::Context;

use super::tills_sql as sql;
use crate::adapters::http::till_json::ClosingJson;
use crate::application::ports::tills::{Closed, OpenDay, Tills};
use crate::domain::till::{Closing, Day, Gap, Taking, Till};

/// How many gaps are told at once.
const GAPS_MAX: i64 = 20;
/// Above every count and every number of a closing.
const ALL: i64 = kernel::money::MINOR_MAX;

/// Tills in the service's database.
pub(crate) struct SqlTills<'a> {
    context: &'a Context,
}

#[derive(Deserialize)]
struct TillRow {
    terminal_id: Code,
    contiguous_through: i64,
    highest: i64,
    closings: i64,
    closed_through: i64,
}

/// A till in a list.
#[derive(Debug, Deserialize)]
pub(crate) struct TillSummary {
    pub(crate) terminal_id: Code,
    pub(crate) contiguous_through: i64,
    pub(crate) highest: i64,
    pub(crate) closings: i64,
    pub(crate) closed_through: i64,
    pub(crate) closed_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct DayRow {
    sales: i64,
    cancelled: i64,
    unfinished: i64,
    to_review: i64,
    total_minor: i64,
    opened_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct TakingRow {
    method: PaymentMethod,
    payments: i64,
    amount_minor: i64,
}

#[derive(Deserialize)]
struct RefundsRow {
    refunds: i64,
    amount_minor: i64,
}

/// What was paid one way, in JSON.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TakingRecord {
    method: PaymentMethod,
    payments: i64,
    amount_minor: i64,
}

#[derive(Deserialize)]
struct ClosingRow {
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
    cash_refunds_minor: i64,
    counted_cash_minor: Option<i64>,
    note: Option<ShortText>,
    opened_at: Option<Timestamp>,
    closed_by: String,
    closed_at: Timestamp,
    request: String,
}

fn shape(what: impl std::fmt::Display) -> DatabaseError {
    DatabaseError::Shape(format!("tills: {what}"))
}

fn defect(what: impl std::fmt::Display) -> Failure {
    Failure::Defect(format!("tills: {what}"))
}

impl ClosingRow {
    fn into_closing(self) -> Result<Closing, DatabaseError> {
        let currency = self.currency;
        let money = |minor| Money::from_minor(minor, currency).map_err(shape);
        let takings: Vec<TakingRecord> = serde_json::from_str(&self.takings).map_err(shape)?;
        let taking = |record: TakingRecord| {
            Ok(Taking {
                method: record.method,
                payments: record.payments,
                amount: money(record.amount_minor)?,
            })
        };
        let day = Day {
            sales: self.sales,
            cancelled: self.cancelled,
            unfinished: 0,
            to_review: self.to_review,
            total: money(self.total_minor)?,
            takings: takings.into_iter().map(taking).collect::<Result<_, DatabaseError>>()?,
            cash_refunds: money(self.cash_refunds_minor)?,
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
            counted_cash: self.counted_cash_minor.map(money).transpose()?,
            note: self.note,
            closed_by: self.closed_by,
            closed_at: self.closed_at,
            request: self.request,
        })
    }
}

fn closing(rows: Rows) -> Result<Option<Closing>, DatabaseError> {
    rows.first::<ClosingRow>()?.map(ClosingRow::into_closing).transpose()
}

/// The record that the inserting statement reads.
fn record(closing: &Closing) -> Result<serde_json::Value, kernel::MoneyError> {
    let day = &closing.day;
    let takings: Vec<TakingRecord> = day
        .takings
        .iter()
        .map(|taking| TakingRecord {
            method: taking.method,
            payments: taking.payments,
            amount_minor: taking.amount.minor(),
        })
        .collect();
    Ok(serde_json::json!({
        "id": closing.id,
        "terminalId": closing.terminal_id,
        "number": closing.number,
        "from": closing.from_sequence,
        "through": closing.through_sequence,
        "sales": day.sales,
        "cancelled": day.cancelled,
        "toReview": day.to_review,
        "currency": closing.currency().code(),
        "total": day.total.minor(),
        "takings": takings,
        "cashSales": day.cash_sales()?.minor(),
        "cashRefunds": day.cash_refunds.minor(),
        "expectedCash": day.expected_cash()?.minor(),
        "countedCash": closing.counted_cash.map(Money::minor),
        "note": closing.note,
        "openedAt": day.opened_at,
        "closedBy": closing.closed_by,
        "closedAt": closing.closed_at,
        "request": closing.request,
    }))
}

impl<'a> SqlTills<'a> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Self { context }
    }

    /// A till, what is missing of it, what its open day holds, and its last closing.
    pub(crate) async fn find(
        &self,
        terminal_id: &Code,
    ) -> Result<Option<(Till, Vec<Gap>, Day, Option<Closing>)>, DatabaseError> {
        let last = sql::FIND_LAST_CLOSING.bind(values![terminal_id]);
        let [last, till, rest @ ..] = self.ask(terminal_id, ALL, last).await?;
        let Some(till) = till.first::<TillRow>()? else { return Ok(None) };
        let (gaps, day) = self.read_day(rest)?;
        Ok(Some((till.into_till(), gaps, day, closing(last)?)))
    }

    /// A page of tills after `after`, by name, one more than the limit.
    pub(crate) async fn list(&self, after: &str, limit: Limit) -> Result<Vec<TillSummary>, DatabaseError> {
        let rows = limit.rows().saturating_add(1);
        self.context.query(sql::LIST_TILL_SUMMARIES.bind(values![after, rows])).await?.read()
    }

    /// A page of a till's closings before a number, newest first, one more than the limit.
    pub(crate) async fn list_closings(
        &self,
        terminal_id: &Code,
        before: Option<i64>,
        limit: Limit,
    ) -> Result<Vec<Closing>, DatabaseError> {
        let rows = limit.rows().saturating_add(1);
        let statement = sql::LIST_CLOSINGS.bind(values![terminal_id, before.unwrap_or(ALL), rows]);
        let rows = self.context.query(statement).await?.read::<ClosingRow>()?;
        rows.into_iter().map(ClosingRow::into_closing).collect()
    }

    /// A closing, the till, its gaps, and the three parts of its day, in one round trip.
    async fn ask(
        &self,
        terminal_id: &Code,
        through: i64,
        closing: Statement,
    ) -> Result<[Rows; 6], DatabaseError> {
        let rows = self
            .context
            .query_all(vec![
                closing,
                sql::FIND_TILL.bind(values![terminal_id]),
                sql::LIST_GAPS.bind(values![terminal_id, GAPS_MAX]),
                sql::SUM_DAY.bind(values![terminal_id, through]),
                sql::LIST_TAKINGS.bind(values![terminal_id, through]),
                sql::SUM_CASH_REFUNDS.bind(values![terminal_id]),
            ])
            .await?;
        <[Rows; 6]>::try_from(rows).map_err(|_| shape("rows are missing"))
    }

    fn read_day(&self, [gaps, day, takings, refunds]: [Rows; 4]) -> Result<(Vec<Gap>, Day), DatabaseError> {
        let currency = self.context.currency();
        let money = |minor| Money::from_minor(minor, currency).map_err(shape);
        let taking = |row: TakingRow| {
            Ok(Taking { method: row.method, payments: row.payments, amount: money(row.amount_minor)? })
        };
        let missing = || shape("a sum without a row");
        let (day, refunds) = (day.first::<DayRow>()?, refunds.first::<RefundsRow>()?);
        let (day, refunds) = (day.ok_or_else(missing)?, refunds.ok_or_else(missing)?);
        let takings = takings.read::<TakingRow>()?.into_iter().map(taking);
        let day = Day {
            sales: day.sales,
            cancelled: day.cancelled,
            unfinished: day.unfinished,
            to_review: day.to_review,
            total: money(day.total_minor)?,
            takings: takings.collect::<Result<_, DatabaseError>>()?,
            cash_refunds: money(refunds.amount_minor)?,
            refunds: refunds.refunds,
            opened_at: day.opened_at,
        };
        Ok((gaps.read()?, day))
    }
}

impl TillRow {
    fn into_till(self) -> Till {
        Till {
            terminal_id: self.terminal_id,
            contiguous_through: self.contiguous_through,
            highest: self.highest,
            closings: self.closings,
            closed_through: self.closed_through,
        }
    }
}

impl Tills for SqlTills<'_> {
    async fn open_day(&self, terminal_id: &Code, through: i64, id: ClosingId) -> Result<OpenDay, Failure> {
        let existing = sql::FIND_CLOSING.bind(values![id]);
        let [existing, till, rest @ ..] = self.ask(terminal_id, through, existing).await?;
        // A till of which nothing has arrived.
        let unheard = || Till {
            terminal_id: terminal_id.clone(),
            contiguous_through: 0,
            highest: 0,
            closings: 0,
            closed_through: 0,
        };
        let till = till.first::<TillRow>()?.map_or_else(unheard, TillRow::into_till);
        let (gaps, day) = self.read_day(rest)?;
        Ok(OpenDay { existing: closing(existing)?, till, gaps, day })
    }

    async fn close(&self, closing: &Closing) -> Result<Closed, Failure> {
        let mut unit = self.context.unit();
        let record = record(closing).map_err(defect)?;
        unit.push(sql::INSERT_CLOSING.bind([json(&[record])]));
        let event = Event::TillClosed(closing.event().map_err(defect)?);
        self.context.publish(&mut unit, event, closing.id);
        unit.answer(201, ClosingJson::new(closing).map_err(defect)?.render());
        match self.context.commit(unit).await {
            Ok(_) => Ok(Closed::Now),
            Err(error) => match error.rule() {
                Some("till_closings.id") => Ok(Closed::IdTaken),
                Some("till_closings_consecutive" | "till_closings.terminal_id") => Ok(Closed::Overtaken),
                Some("till_closings_counts" | "till_closings_gap") => Ok(Closed::Stale),
                _ => Err(error.into()),
            },
        }
    }
}
