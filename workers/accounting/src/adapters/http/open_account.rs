//! `POST /accounting/accounts {code, name, type, normalBalance?, parentCode?, isHeader?, isCash?}`.

use kernel::text::{Code, Name};
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Answer, Context, Created, Json, Present, Problem, ProblemCode, Route};

use super::grants;
use crate::adapters::store::Store;
use crate::application::open_account::{OpenAccountError, open_account};
use crate::domain::account::{Account, AccountStatus, AccountType, Direction};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/accounting/accounts", grants::ACCOUNTING_WRITE, "Add an account to the chart.", handle)
            .audited()
            .details("The normal balance is that of its type by default. A contra account has to give it.")
            .problems(&[ProblemCode::StateConflict]),
    ]
}

/// A new account.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct OpenAccount {
    code: Code,
    name: Name,
    #[serde(rename = "type")]
    account_type: AccountType,
    /// That of its type by default.
    normal_balance: Option<Direction>,
    /// A header account of the same type.
    parent_code: Option<Code>,
    #[serde(default)]
    is_header: bool,
    /// Only for an asset account that takes lines.
    #[serde(default)]
    is_cash: bool,
}

const OPENED: Present<Account> = Present::new(|account| Created(account).into_response());

async fn handle(context: Context, Json(request): Json<OpenAccount>) -> Result<Created<Account>, Problem> {
    if request.is_cash && (request.account_type != AccountType::Asset || request.is_header) {
        return Err(Problem::field("/isCash", "is for asset accounts that take lines"));
    }
    let account = Account {
        normal_balance: request.normal_balance.unwrap_or(request.account_type.usual_balance()),
        code: request.code,
        name: request.name,
        account_type: request.account_type,
        parent_code: request.parent_code,
        is_header: request.is_header,
        is_cash: request.is_cash,
        is_control: false,
        is_system: false,
        status: AccountStatus::Active,
        created_at: context.now(),
        version: 1,
    };
    open_account(&Store::answering(&context, OPENED), &account).await.map_err(problem)?;
    Ok(Created(account))
}

fn problem(error: OpenAccountError) -> Problem {
    match error {
        OpenAccountError::Exists => Problem::state_conflict("An account with this code already exists."),
        OpenAccountError::NoSuchHeader => {
            Problem::field("/parentCode", "must be an active header account of the same type")
        }
        OpenAccountError::Failure(failure) => failure.into(),
    }
}
