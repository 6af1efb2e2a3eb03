//! A section of a statement: accounts, amounts, their sum.

use kernel::{Currency, Money};
use schemars::JsonSchema;
use serde::Serialize;
use web::Problem;

use super::input::shown;
use crate::domain::report::Section;

/// Accounts of one kind; a contra account is negative.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StatementSection")]
pub(super) struct SectionView {
    accounts: Vec<SectionLine>,
    total: Money,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StatementLine")]
struct SectionLine {
    account_code: String,
    account_name: String,
    amount: Money,
}

pub(super) fn section(section: &Section, currency: Currency) -> Result<SectionView, Problem> {
    let line = |(code, name, amount): &(String, String, i64)| {
        let (account_code, account_name) = (code.clone(), name.clone());
        Ok(SectionLine { account_code, account_name, amount: shown(*amount, currency)? })
    };
    Ok(SectionView {
        accounts: section.lines.iter().map(line).collect::<Result<_, Problem>>()?,
        total: shown(section.total_minor, currency)?,
    })
}
