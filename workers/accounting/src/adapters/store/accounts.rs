//! The chart of accounts over SQL.

use contracts::Event;
use contracts::events::AccountCreated;
use kernel::text::Code;
use kernel::{Failure, Limit};
use store::{DatabaseError, json, values};

use super::Store;
use super::sql::accounts as sql;
use crate::application::ports::{Accounts, ChangeAccountError, Chart, OpenAccountError};
use crate::domain::account::Account;

impl Store<'_> {
    /// A page of the chart by code, with one extra row when there is more.
    pub(crate) async fn list_accounts(
        &self,
        after: &str,
        limit: Limit,
    ) -> Result<Vec<Account>, DatabaseError> {
        let rows = self
            .context
            .query(sql::LIST_ACCOUNTS.bind(values![after, limit.rows().saturating_add(1)]))
            .await?;
        rows.read()
    }
}

impl<T: Sync> Store<'_, T> {
    pub(crate) async fn find_account(&self, code: &Code) -> Result<Option<Account>, Failure> {
        let rows = self.context.query(sql::FIND_ACCOUNT.bind(values![code])).await?;
        Ok(rows.first()?)
    }
}

impl<T: Sync> Accounts for Store<'_, T> {
    async fn find_all(&self, codes: &[&Code]) -> Result<Vec<Account>, Failure> {
        let rows = self.context.query(sql::FIND_ACCOUNTS.bind(values![json(codes)])).await?;
        Ok(rows.read()?)
    }
}

impl Chart for Store<'_, Account> {
    async fn find(&self, code: &Code) -> Result<Option<Account>, Failure> {
        self.find_account(code).await
    }

    async fn add(&self, account: &Account) -> Result<(), OpenAccountError> {
        let mut unit = self.context.unit();
        unit.push(sql::INSERT_ACCOUNT.bind(values![
            &account.code,
            &account.name,
            account.account_type.as_str(),
            account.normal_balance.as_str(),
            &account.parent_code,
            account.is_header,
            account.is_cash,
            account.created_at
        ]));
        let event = AccountCreated { code: account.code.clone(), name: account.name.clone() };
        self.context.publish(&mut unit, &Event::AccountCreated(event), &account.code)?;
        self.present.keep(self.context, &mut unit, account)?;
        match self.context.commit(unit).await {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.rule() {
                Some("accounts.code") => OpenAccountError::Exists,
                Some("accounts_parent") => OpenAccountError::NoSuchHeader,
                _ => Failure::from(error).into(),
            }),
        }
    }

    async fn change(&self, account: &Account, version: i64) -> Result<(), ChangeAccountError> {
        let mut unit = self.context.unit();
        unit.push(sql::UPDATE_ACCOUNT.bind(values![
            &account.code,
            &account.name,
            account.status.as_str(),
            version
        ]));
        self.present.keep(self.context, &mut unit, account)?;
        match self.context.commit(unit).await {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.rule() {
                Some("accounts_version") => ChangeAccountError::Stale,
                Some("accounts_archived_with_balance") => ChangeAccountError::HasBalance,
                Some("accounts_archived_with_children" | "accounts_inactive_with_children") => {
                    ChangeAccountError::HasChildren
                }
                Some("accounts_active_under_inactive") => ChangeAccountError::InactiveHeader,
                Some("accounts_system_stays") => ChangeAccountError::System,
                _ => Failure::from(error).into(),
            }),
        }
    }
}
