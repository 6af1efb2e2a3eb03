//! Fiscal periods over SQL.

use kernel::ids::PeriodId;
use kernel::text::Name;
use kernel::{Date, Failure, Limit, Timestamp};
use serde::Deserialize;
use store::{DatabaseError, values};
use web::Context;

use super::sql::accounts as sql;
use crate::adapters::views::{PeriodView, render};
use crate::application::ports::{Declared, Periods};
use crate::domain::period::{Period, PeriodStatus};

/// Fiscal periods in the service's database.
pub(crate) struct SqlPeriods<'a> {
    context: &'a Context,
}

#[derive(Deserialize)]
struct PeriodRow {
    id: PeriodId,
    name: Name,
    start_date: Date,
    end_date: Date,
    status: PeriodStatus,
    created_at: Timestamp,
    closed_at: Option<Timestamp>,
}

impl From<PeriodRow> for Period {
    fn from(row: PeriodRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            start_date: row.start_date,
            end_date: row.end_date,
            status: row.status,
            created_at: row.created_at,
            closed_at: row.closed_at,
        }
    }
}

#[derive(Deserialize)]
struct ClosedRow {
    start_date: Date,
    end_date: Date,
}

impl<'a> SqlPeriods<'a> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Self { context }
    }

    /// A page of periods by start, after (start, id), and one more when there is more.
    pub(crate) async fn list(&self, after: (&str, &str), limit: Limit) -> Result<Vec<Period>, DatabaseError> {
        let rows = values![after.0, after.1, limit.rows().saturating_add(1)];
        let rows = self.context.query(sql::LIST_PERIODS.bind(rows)).await?;
        Ok(rows.read::<PeriodRow>()?.into_iter().map(Period::from).collect())
    }
}

impl Periods for SqlPeriods<'_> {
    async fn find(&self, id: PeriodId) -> Result<Option<Period>, Failure> {
        let rows = self.context.query(sql::FIND_PERIOD.bind(values![id])).await?;
        Ok(rows.first::<PeriodRow>()?.map(Period::from))
    }

    async fn add(&self, period: &Period) -> Result<Declared, Failure> {
        let mut unit = self.context.unit();
        unit.push(sql::INSERT_PERIOD.bind(values![
            period.id,
            &period.name,
            period.start_date,
            period.end_date,
            period.created_at
        ]));
        unit.answer(201, render(&PeriodView::from(period)));
        match self.context.commit(unit).await {
            Ok(_) => Ok(Declared::Done),
            Err(DatabaseError::Rule { rule, detail }) if rule == "periods_overlap" => {
                Ok(Declared::Overlaps(detail))
            }
            Err(error) if error.rule() == Some("fiscal_periods.name") => Ok(Declared::NameTaken),
            Err(error) => Err(error.into()),
        }
    }

    async fn close(&self, period: &Period) -> Result<bool, Failure> {
        let mut unit = self.context.unit();
        let by = self.context.caller.subject.as_str();
        unit.push(sql::CLOSE_PERIOD.bind(values![period.id, period.closed_at, by]));
        unit.answer(200, render(&PeriodView::from(period)));
        match self.context.commit(unit).await {
            Ok(_) => Ok(true),
            Err(error) if error.rule() == Some("periods_closed_is_final") => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn closed_from(&self, day: Date) -> Result<Vec<(Date, Date)>, Failure> {
        let rows = self.context.query(sql::LIST_CLOSED_FROM.bind(values![day])).await?;
        Ok(rows.read::<ClosedRow>()?.into_iter().map(|row| (row.start_date, row.end_date)).collect())
    }
}
