//! Fiscal periods over SQL.

use kernel::ids::PeriodId;
use kernel::{Date, Failure, Limit};
use serde::Deserialize;
use store::{DatabaseError, Unit, values};

use super::Store;
use super::sql::accounts as sql;
use crate::application::ports::{ClosePeriodError, ClosedPeriods, OpenPeriodError, Periods};
use crate::domain::period::Period;

#[derive(Deserialize)]
struct ClosedRow {
    start_date: Date,
    end_date: Date,
}

#[derive(Deserialize)]
struct DayRow {
    day: Date,
}

impl Store<'_> {
    /// A page of periods by start, after (start, id), with one extra row when there is more.
    pub(crate) async fn list_periods(
        &self,
        after: (&str, &str),
        limit: Limit,
    ) -> Result<Vec<Period>, DatabaseError> {
        let list = || sql::LIST_PERIODS.bind(values![after.0, after.1, limit.rows().saturating_add(1)]);
        let today = self.context.now().date();
        let bare = sql::FIND_BARE_MONTH.bind(values![i64::from(today.start().year())]);
        let [rows, bare] = self.context.query_all([list(), bare]).await?;
        if bare.is_empty() {
            return rows.read();
        }
        // The first to ask in this year: its months exist by themselves.
        self.begin_year(today).await?;
        self.context.query(list()).await?.read()
    }
}

impl<T: Sync> Store<'_, T> {
    async fn begin_year(&self, day: Date) -> Result<(), DatabaseError> {
        let (now, year) = (self.context.now(), day.start().year());
        // Not a part of the request's change, so without its key.
        let mut unit = Unit::new(now, None);
        unit.push(sql::BEGIN_YEAR.bind(values![i64::from(year), now]));
        self.context.commit(unit).await.map(drop)
    }
}

impl Periods for Store<'_, Period> {
    async fn find(&self, id: PeriodId) -> Result<Option<Period>, Failure> {
        let rows = self.context.query(sql::FIND_PERIOD.bind(values![id])).await?;
        Ok(rows.first()?)
    }

    async fn add(&self, period: &Period) -> Result<(), OpenPeriodError> {
        let mut unit = self.context.unit();
        unit.push(sql::GIVE_WAY.bind(values![period.start_date, period.end_date]));
        unit.push(sql::INSERT_PERIOD.bind(values![
            period.id,
            &period.name,
            period.start_date,
            period.end_date,
            period.created_at
        ]));
        self.present.keep(self.context, &mut unit, period)?;
        match self.context.commit(unit).await {
            Ok(_) => Ok(()),
            Err(DatabaseError::Rule { rule, detail }) if rule == "periods_overlap" => {
                Err(OpenPeriodError::Overlaps(detail))
            }
            Err(error) if error.rule() == Some("fiscal_periods.name") => Err(OpenPeriodError::NameTaken),
            Err(error) => Err(Failure::from(error).into()),
        }
    }

    async fn close(&self, period: &Period) -> Result<(), ClosePeriodError> {
        let mut unit = self.context.unit();
        let by = self.context.caller.subject.as_str();
        unit.push(sql::CLOSE_PERIOD.bind(values![period.id, period.closed_at, by]));
        self.present.keep(self.context, &mut unit, period)?;
        match self.context.commit(unit).await {
            Ok(_) => Ok(()),
            Err(error) if error.rule() == Some("periods_closed_is_final") => {
                Err(ClosePeriodError::ClosedBefore)
            }
            Err(error) => Err(Failure::from(error).into()),
        }
    }
}

impl<T: Sync> ClosedPeriods for Store<'_, T> {
    async fn open_day(&self, day: Date) -> Result<Option<Date>, Failure> {
        let rows = self.context.query(sql::FIND_OPEN_DAY.bind(values![day])).await?;
        Ok(rows.first::<DayRow>()?.map(|row| row.day))
    }

    async fn open_year_of(&self, day: Date) -> Result<(), Failure> {
        Ok(self.begin_year(day).await?)
    }

    async fn closed_from(&self, day: Date) -> Result<Vec<(Date, Date)>, Failure> {
        let rows = self.context.query(sql::LIST_CLOSED_FROM.bind(values![day])).await?;
        Ok(rows.read::<ClosedRow>()?.into_iter().map(|row| (row.start_date, row.end_date)).collect())
    }
}
