//! `POST /accounting/accounts {code, name, type, normalBalance?, parentCode?, isHeader?, isCash?}`.

use kernel::text::{Code, Name};
use serde::{Deserialize, Serialize};
use web::{Context, Created, Json, Problem};

use crate::adapters::store::SqlChart;
use crate::adapters::views::AccountView;
use crate::application::open_account::{OpenAccountError, open_account};
use crate::domain::account::{Account, AccountStatus, AccountType, Direction};

/// A new account. The normal balance is its type's unless told: a contra account tells.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct OpenAccount {
    code: Code,
    name: Name,
    #[serde(rename = "type")]
    account_type: AccountType,
    normal_balance: Option<Direction>,
    parent_code: Option<Code>,
    #[serde(default)]
    is_header: bool,
    #[serde(default)]
    is_cash: bool,
}

/// Answers 201 with the account, 409 `STATE_CONFLICT` when the code is taken, 422 when the parent is no
/// header of the same type.
pub(super) async fn handle(
    context: Context,
    Json(request): Json<OpenAccount>,
) -> Result<Created<impl Serialize>, Problem> {
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
    open_account(&SqlChart::new(&context), &account).await.map_err(problem)?;
    Ok(Created(AccountView::from(&account)))
}

fn problem(error: OpenAccountError) -> Problem {
    match error {
        OpenAccountError::Exists => Problem::state_conflict("There is an account with this code."),
        OpenAccountError::NoSuchHeader => {
            Problem::field("/parentCode", "must be a header account of the same type")
        }
        OpenAccountError::Failure(failure) => failure.into(),
    }
}
