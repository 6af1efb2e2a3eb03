//! Tills over SQL: the totals of the open day, and its closing as one batch.

use std::collections::BTreeSet;

use contracts::Event;
use kernel::ids::{ClosingId, WarehouseId};
use kernel::text::{Code, Name};
use kernel::{Failure, Limit, TimeZone, Timestamp};
use serde::Deserialize;
use store::{DatabaseError, Rows, Statement, json, values};

use super::closing_row::{ClosingRow, TakingRow};
use super::sql::tills as sql;
use super::{Store, defect, money, only};
use crate::application::ports::tills::{OpenDay, Tills};
use crate::domain::enrolment::Enrolment;
use crate::domain::till::{Closing, Day, Gap, Till};

/// The most gaps that are reported at once.
const GAPS_MAX: i64 = 20;
/// Above every sequence number and every closing number.
const ALL: i64 = kernel::money::MINOR_MAX;

/// A till with its enrolment.
pub(crate) struct TillSummary {
    pub(crate) till: Till,
    /// When its last closing was made, in a list.
    pub(crate) closed_at: Option<Timestamp>,
    pub(crate) enrolment: Option<Enrolment>,
}

#[derive(Deserialize)]
struct TillRow {
    #[serde(flatten)]
    till: Till,
    #[serde(default)]
    closed_at: Option<Timestamp>,
    warehouse_id: Option<WarehouseId>,
    device: Option<Name>,
    enrolled_by: Option<String>,
    enrolled_at: Option<Timestamp>,
    key_version: i64,
    revoked_at: Option<Timestamp>,
}

impl From<TillRow> for TillSummary {
    fn from(row: TillRow) -> Self {
        let TillRow { till, closed_at, key_version, revoked_at, .. } = row;
        let bound = row.warehouse_id.zip(row.device).zip(row.enrolled_by.zip(row.enrolled_at));
        let enrolment = bound.map(|((warehouse_id, device), (enrolled_by, enrolled_at))| Enrolment {
            terminal_id: till.terminal_id.clone(),
            warehouse_id,
            device,
            enrolled_by,
            enrolled_at,
            key_version,
            revoked_at,
        });
        Self { till, closed_at, enrolment }
    }
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
struct ZoneRow {
    time_zone: Option<TimeZone>,
}

#[derive(Deserialize)]
struct RefundsRow {
    refunds: i64,
    amount_minor: i64,
}

fn closing(rows: Rows) -> Result<Option<Closing>, DatabaseError> {
    rows.first::<ClosingRow>()?.map(ClosingRow::into_closing).transpose()
}

impl Store<'_> {
    /// A till, its missing sequence numbers, the totals of its open day, and its last closing.
    pub(crate) async fn find_till(
        &self,
        terminal_id: &Code,
    ) -> Result<Option<(TillSummary, Vec<Gap>, Day, Option<Closing>)>, DatabaseError> {
        let last = sql::FIND_LAST_CLOSING.bind(values![terminal_id]);
        let [last, till, _, rest @ ..] = self.ask_till(terminal_id, ALL, last).await?;
        let Some(till) = till.first::<TillRow>()? else { return Ok(None) };
        let (gaps, day) = self.read_day(rest)?;
        Ok(Some((till.into(), gaps, day, closing(last)?)))
    }

    /// Those of these tills that have sent something.
    pub(crate) async fn find_tills(&self, tills: &BTreeSet<Code>) -> Result<Vec<Till>, DatabaseError> {
        self.context.query(sql::FIND_TILLS.bind([json(tills)])).await?.read()
    }

    /// A page of tills after `after`, by name, with one extra row when there is more.
    pub(crate) async fn list_tills(
        &self,
        after: &str,
        limit: Limit,
    ) -> Result<Vec<TillSummary>, DatabaseError> {
        let rows = limit.rows().saturating_add(1);
        let rows = self.context.query(sql::LIST_TILL_SUMMARIES.bind(values![after, rows])).await?;
        Ok(rows.read::<TillRow>()?.into_iter().map(TillSummary::from).collect())
    }

    /// A page of a till's closings before a number, newest first, with one extra row when there is more.
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

    /// A closing, the till, the time zone of its shop, its gaps, and the three parts of its day, in one round trip.
    async fn ask_till(
        &self,
        terminal_id: &Code,
        through: i64,
        closing: Statement,
    ) -> Result<[Rows; 7], DatabaseError> {
        self.context
            .query_all([
                closing,
                sql::FIND_TILL.bind(values![terminal_id]),
                sql::FIND_TILL_ZONE.bind(values![terminal_id]),
                sql::LIST_GAPS.bind(values![terminal_id, GAPS_MAX]),
                sql::SUM_DAY.bind(values![terminal_id, through]),
                sql::LIST_TAKINGS.bind(values![terminal_id, through]),
                sql::SUM_CASH_REFUNDS.bind(values![terminal_id]),
            ])
            .await
    }

    fn read_day(&self, [gaps, day, takings, refunds]: [Rows; 4]) -> Result<(Vec<Gap>, Day), DatabaseError> {
        let currency = self.context.currency();
        let (day, refunds): (DayRow, RefundsRow) = (only(day)?, only(refunds)?);
        let takings = takings.read::<TakingRow>()?.into_iter().map(|row| row.into_taking(currency));
        let day = Day {
            sales: day.sales,
            cancelled: day.cancelled,
            unfinished: day.unfinished,
            to_review: day.to_review,
            total: money(day.total_minor, currency)?,
            takings: takings.collect::<Result<_, _>>()?,
            cash_refunds: money(refunds.amount_minor, currency)?,
            refunds: refunds.refunds,
            opened_at: day.opened_at,
        };
        Ok((gaps.read()?, day))
    }
}

impl Tills for Store<'_> {
    async fn open_day(&self, terminal_id: &Code, through: i64, id: ClosingId) -> Result<OpenDay, Failure> {
        let existing = sql::FIND_CLOSING.bind(values![id]);
        let [existing, till, zone, rest @ ..] = self.ask_till(terminal_id, through, existing).await?;
        // A till that has sent nothing yet.
        let unheard = || Till {
            terminal_id: terminal_id.clone(),
            contiguous_through: 0,
            highest: 0,
            closings: 0,
            closed_through: 0,
        };
        let till = till.first::<Till>()?.unwrap_or_else(unheard);
        let (gaps, day) = self.read_day(rest)?;
        let zone = zone.first::<ZoneRow>()?.and_then(|row| row.time_zone);
        let today = self.context.day_of(self.context.now(), zone.as_ref())?;
        Ok(OpenDay { existing: closing(existing)?, till, gaps, day, today })
    }

    async fn close(&self, closing: &Closing) -> Result<bool, Failure> {
        let mut unit = self.unit();
        unit.push(sql::INSERT_CLOSING.bind([json(&[ClosingRow::new(closing)?])]));
        let event = Event::TillClosed(closing.event().map_err(defect)?);
        self.context.publish(&mut unit, &event, closing.id)?;
        self.keep(self.presents.closing, &mut unit, closing)?;
        match self.context.commit(unit).await {
            Ok(_) => Ok(true),
            Err(error) => match error.rule() {
                Some(
                    "till_closings.id"
                    | "till_closings_consecutive"
                    | "till_closings.terminal_id"
                    | "till_closings_counts"
                    | "till_closings_gap",
                ) => Ok(false),
                _ => Err(error.into()),
            },
        }
    }
}
