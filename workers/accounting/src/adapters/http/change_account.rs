//! `PUT /accounting/accounts/{code} {name, status}`: renames, activates, deactivates or archives it.

use kernel::text::{Code, Name};
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Answer, Context, Json, Path, Present, Problem, ProblemCode, Route, Tagged};

use super::grants;
use crate::adapters::store::Store;
use crate::application::change_account::{ChangeAccountError, change_account};
use crate::domain::account::{Account, AccountStatus};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::put(
            "/accounting/accounts/{code}",
            grants::ACCOUNTING_WRITE,
            "Rename an account, or change its status.",
            handle,
        )
        .audited()
        .problems(&[ProblemCode::StateConflict, ProblemCode::PreconditionFailed]),
    ]
}

/// The fields of an account that can change.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ChangeAccount {
    name: Name,
    status: AccountStatus,
}

const CHANGED: Present<Account> = Present::new(|account| Tagged(account.version, account).into_response());

async fn handle(
    context: Context,
    Path(code): Path<Code>,
    Json(request): Json<ChangeAccount>,
) -> Result<Tagged<Account>, Problem> {
    let (name, status) = (request.name, request.status);
    let store = Store::answering(&context, CHANGED);
    let account = change_account(&store, &code, name, status, context.if_match()).await.map_err(problem)?;
    Ok(Tagged(account.version, account))
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
        ChangeAccountError::HasChildren => Problem::state_conflict(
            "Accounts under this header are in use: deactivate or archive them first.",
        ),
        ChangeAccountError::InactiveHeader => {
            Problem::state_conflict("The header above this account is not active: activate it first.")
        }
        ChangeAccountError::System => {
            Problem::state_conflict("Sales and stock are booked on this account: it stays active.")
        }
        ChangeAccountError::Failure(failure) => failure.into(),
    }
}
