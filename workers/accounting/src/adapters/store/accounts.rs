//! The chart of accounts over SQL.

use contracts::Event;
use contracts::events::AccountCreated;
use kernel::text::{Code, Name};
use kernel::{Failure, Limit, Timestamp};
use serde::Deserialize;
use store::{DatabaseError, json, values};
use web::Context;

use super::sql::accounts as sql;
use crate::adapters::views::{AccountView, render};
use crate::application::ports::{Added, Changed, Chart};
use crate::domain::account::{Account, AccountStatus, AccountType, Direction};

/// The chart in the service's database.
pub(crate) struct SqlChart<'a> {
    context: &'a Context,
}

#[derive(Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the columns of the table")]
struct AccountRow {
    code: Code,
    name: Name,
    account_type: AccountType,
    normal_balance: Direction,
    parent_code: Option<Code>,
    is_header: bool,
    is_cash: bool,
    is_control: bool,
    is_system: bool,
    status: AccountStatus,
    created_at: Timestamp,
    version: i64,
}

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        Self {
            code: row.code,
            name: row.name,
            account_type: row.account_type,
            normal_balance: row.normal_balance,
            parent_code: row.parent_code,
            is_header: row.is_header,
            is_cash: row.is_cash,
            is_control: row.is_control,
            is_system: row.is_system,
            status: row.status,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

impl<'a> SqlChart<'a> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Self { context }
    }

    /// A page of the chart by code, and one more when there is more.
    pub(crate) async fn list(&self, after: &str, limit: Limit) -> Result<Vec<Account>, DatabaseError> {
        let rows = self
            .context
            .query(sql::LIST_ACCOUNTS.bind(values![after, limit.rows().saturating_add(1)]))
            .await?;
        Ok(rows.read::<AccountRow>()?.into_iter().map(Account::from).collect())
    }
}

impl Chart for SqlChart<'_> {
    async fn find(&self, code: &Code) -> Result<Option<Account>, Failure> {
        let rows = self.context.query(sql::FIND_ACCOUNT.bind(values![code])).await?;
        Ok(rows.first::<AccountRow>()?.map(Account::from))
    }

    async fn find_all(&self, codes: &[&Code]) -> Result<Vec<Account>, Failure> {
        let rows = self.context.query(sql::FIND_ACCOUNTS.bind(values![json(codes)])).await?;
        Ok(rows.read::<AccountRow>()?.into_iter().map(Account::from).collect())
    }

    async fn add(&self, account: &Account) -> Result<Added, Failure> {
        let mut unit = self.context.unit();
        unit.push(sql::INSERT_ACCOUNT.bind(values![
            &account.code,
            &account.name,
            account.account_type.as_str(),
            account.normal_balance.as_str(),
            account.parent_code.as_ref(),
            account.is_header,
            account.is_cash,
            account.created_at
        ]));
        let event = AccountCreated { code: account.code.clone(), name: account.name.clone() };
        self.context.publish(&mut unit, Event::AccountCreated(event), &account.code);
        unit.answer(201, render(&AccountView::from(account)));
        match self.context.commit(unit).await {
            Ok(_) => Ok(Added::Done),
            Err(error) => match error.rule() {
                Some("accounts.code") => Ok(Added::Exists),
                Some("accounts_parent") => Ok(Added::NoSuchHeader),
                _ => Err(error.into()),
            },
        }
    }

    async fn change(&self, account: &Account, version: i64) -> Result<Changed, Failure> {
        let mut unit = self.context.unit();
        unit.push(sql::UPDATE_ACCOUNT.bind(values![
            &account.code,
            &account.name,
            account.status.as_str(),
            version
        ]));
        unit.answer(200, render(&AccountView::from(account)));
        unit.tag_answer(account.version);
        match self.context.commit(unit).await {
            Ok(_) => Ok(Changed::Done),
            Err(error) => match error.rule() {
                Some("accounts_version") => Ok(Changed::Stale),
                Some("accounts_archived_with_balance") => Ok(Changed::HasBalance),
                Some("accounts_archived_with_children") => Ok(Changed::HasChildren),
                Some("accounts_system_stays") => Ok(Changed::System),
                _ => Err(error.into()),
            },
        }
    }
}
