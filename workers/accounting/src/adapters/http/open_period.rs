//! `POST /accounting/fiscal-periods {name, startDate, endDate}`: whole months.

use kernel::Date;
use kernel::text::Name;
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Answer, Context, Created, Json, Present, Problem, ProblemCode, Route};

use super::grants;
use crate::adapters::store::Store;
use crate::application::open_period::{OpenPeriodError, open_period};
use crate::domain::period::{Period, PeriodStatus};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/accounting/fiscal-periods",
            grants::ACCOUNTING_WRITE,
            "Declare a fiscal period of whole months.",
            handle,
        ).audited()
        .details(
            "A day in no period is closed. The months of the current year are periods by themselves, as far as nobody has \
             declared any; a declared period takes the place of those that are open in its range. To enter the history of \
             an earlier year, declare its periods first.",
        )
        .problems(&[ProblemCode::StateConflict]),
    ]
}

/// A new period.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct OpenPeriod {
    name: Name,
    /// The first day of a month.
    start_date: Date,
    /// The last day of a month.
    end_date: Date,
}

const OPENED: Present<Period> = Present::new(|period| Created(period).into_response());

async fn handle(context: Context, Json(request): Json<OpenPeriod>) -> Result<Created<Period>, Problem> {
    let period = Period {
        id: context.new_id()?,
        name: request.name,
        start_date: request.start_date,
        end_date: request.end_date,
        status: PeriodStatus::Open,
        created_at: context.now(),
        closed_at: None,
    };
    open_period(&Store::answering(&context, OPENED), &period).await.map_err(problem)?;
    Ok(Created(period))
}

fn problem(error: OpenPeriodError) -> Problem {
    match error {
        OpenPeriodError::Start => Problem::field("/startDate", "must be the first day of a month"),
        OpenPeriodError::End => {
            Problem::field("/endDate", "must be the last day of a month, after startDate")
        }
        OpenPeriodError::NameTaken => {
            Problem::state_conflict("A fiscal period with this name already exists.")
        }
        OpenPeriodError::Overlaps(name) => {
            Problem::state_conflict(format!("The fiscal period {name} includes some of these days."))
        }
        OpenPeriodError::Failure(failure) => failure.into(),
    }
}
