//! `POST /accounting/fiscal-periods {name, startDate, endDate}`: whole months.

use kernel::Date;
use kernel::text::Name;
use serde::{Deserialize, Serialize};
use web::{Context, Created, Json, Problem};

use crate::adapters::store::SqlPeriods;
use crate::adapters::views::PeriodView;
use crate::application::open_period::{OpenPeriodError, open_period};
use crate::domain::period::{Period, PeriodStatus};

/// A new period.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct OpenPeriod {
    name: Name,
    start_date: Date,
    end_date: Date,
}

/// Answers 201 with the period, 409 `STATE_CONFLICT` when its name or days are taken, 422 when it is not
/// of whole months.
pub(super) async fn handle(
    context: Context,
    Json(request): Json<OpenPeriod>,
) -> Result<Created<impl Serialize>, Problem> {
    let period = Period {
        id: context.new_id(),
        name: request.name,
        start_date: request.start_date,
        end_date: request.end_date,
        status: PeriodStatus::Open,
        created_at: context.now(),
        closed_at: None,
    };
    open_period(&SqlPeriods::new(&context), &period).await.map_err(problem)?;
    Ok(Created(PeriodView::from(&period)))
}

fn problem(error: OpenPeriodError) -> Problem {
    match error {
        OpenPeriodError::Start => Problem::field("/startDate", "must be the first day of a month"),
        OpenPeriodError::End => {
            Problem::field("/endDate", "must be the last day of a month, after startDate")
        }
        OpenPeriodError::NameTaken => Problem::state_conflict("There is a fiscal period with this name."),
        OpenPeriodError::Overlaps(name) => {
            Problem::state_conflict(format!("The fiscal period {name} has some of these days."))
        }
        OpenPeriodError::Failure(failure) => failure.into(),
    }
}
