//! The movements of accounts, over SQL.

use kernel::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use store::{DatabaseError, IntoValue, Sql, Statement, Value, values};

use super::Store;
use super::sql::reports as sql;
use crate::domain::report::Movement;
use crate::domain::span::Span;

/// The movement of one kind of activity, in total or in a month.
#[derive(Deserialize)]
pub(crate) struct Moved {
    pub(crate) period: String,
    pub(crate) activity: String,
    pub(crate) debit_minor: i64,
    pub(crate) credit_minor: i64,
}

impl Store<'_> {
    /// The movement of every account in each of these spans, with or without closing entries.
    pub(crate) async fn movements<const N: usize>(
        &self,
        spans: [&Span; N],
        with_closing: bool,
    ) -> Result<[Vec<Movement>; N], DatabaseError> {
        let statement = |span: &Span| bind(&sql::SUM_BY_ACCOUNT, span, &[with_closing.into_value()]);
        self.sums(spans, statement).await
    }

    /// The movements of cash in two spans, by activity.
    pub(crate) async fn cash(&self, before: &Span, span: &Span) -> Result<[Vec<Moved>; 2], DatabaseError> {
        self.sums([before, span], sum_cash).await
    }

    /// The movements of an account in two spans, by month and activity.
    pub(crate) async fn account(
        &self,
        code: &str,
        before: &Span,
        span: &Span,
    ) -> Result<[Vec<Moved>; 2], DatabaseError> {
        self.sums([before, span], |span| bind(&sql::SUM_ACCOUNT_BY_MONTH, span, &values![code])).await
    }

    /// The rows of each span. A span without days has none and needs no query.
    async fn sums<T: DeserializeOwned, const N: usize>(
        &self,
        spans: [&Span; N],
        statement: impl Fn(&Span) -> Statement,
    ) -> Result<[Vec<T>; N], DatabaseError> {
        let asked = spans.into_iter().filter(|span| !span.is_empty()).map(statement).collect();
        let mut answers = self.context.query_list(asked).await?.into_iter();
        let mut sums = [const { Vec::new() }; N];
        for (sum, _) in sums.iter_mut().zip(spans).filter(|(_, span)| !span.is_empty()) {
            let rows =
                answers.next().ok_or_else(|| DatabaseError::Shape("a span without a sum".to_owned()))?;
            *sum = rows.read()?;
        }
        Ok(sums)
    }
}

/// The movement of an account in a span, as one balance.
pub(super) fn sum_account(code: &str, span: &Span) -> Statement {
    bind(&sql::SUM_ACCOUNT, span, &values![code])
}

/// The movements of cash in a span, by activity: rows of [`Moved`].
pub(super) fn sum_cash(span: &Span) -> Statement {
    bind(&sql::SUM_CASH_BY_ACTIVITY, span, &[])
}

/// Binds a span as six texts. A missing part becomes an empty range.
fn bind(sql: &Sql, span: &Span, more: &[Value]) -> Statement {
    let (from_month, to_month) = span.months.clone().unwrap_or_else(|| ("~".to_owned(), String::new()));
    let days = |days: Option<(Date, Date)>| {
        days.map_or_else(|| ("~".to_owned(), String::new()), |(from, to)| (from.to_string(), to.to_string()))
    };
    let ((head_from, head_to), (tail_from, tail_to)) = (days(span.head), days(span.tail));
    let mut statement = sql.bind(values![from_month, to_month, head_from, head_to, tail_from, tail_to]);
    statement.values.extend_from_slice(more);
    statement
}
