//! `PUT /accounting/accounts/{code} {name, status}`: renames it, puts it into or out of use.

use kernel::text::{Code, Name};
use serde::{Deserialize, Serialize};
use web::{Context, Json, Path, Problem, ProblemCode, Tagged};

use crate::adapters::store::SqlChart;
use crate::adapters::views::AccountView;
use crate::application::change_account::{ChangeAccountError, change_account};
use crate::domain::account::AccountStatus;

/// What of an account can change; what it is about is for ever.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ChangeAccount {
    name: Name,
    status: AccountStatus,
}

/// Answers 200 with the account, 404, 409 `STATE_CONFLICT` when it cannot go out of use, 412 when
/// `If-Match` names an older version.
pub(super) async fn handle(
    context: Context,
    Path(code): Path<Code>,
    Json(request): Json<ChangeAccount>,
) -> Result<Tagged<impl Serialize>, Problem> {
    let (name, status) = (request.name, request.status);
    let account = change_account(&SqlChart::new(&context), &code, name, status, context.if_match())
        .await
        .map_err(problem)?;
    Ok(Tagged(account.version, AccountView::from(&account)))
}

fn problem(error: ChangeAccountError) -> Problem {
    match error {
        ChangeAccountError::NotFound => Problem::not_found("account"),
        ChangeAccountError::Stale => {
            Problem::new(ProblemCode::PreconditionFailed, "The account changed since it was read.")
        }
        ChangeAccountError::HasBalance => {
            Problem::state_conflict("The account has a balance: bring it to zero before it is archived.")
        }
        ChangeAccountError::HasChildren => {
            Problem::state_conflict("Accounts under this header are in use: archive them first.")
        }
        ChangeAccountError::System => {
            Problem::state_conflict("Sales and stock are booked on this account: it stays active.")
        }
        ChangeAccountError::Failure(failure) => failure.into(),
    }
}
