//! What the service checks by itself.

use contracts::ops::{Check, ServiceReconciliation};
use kernel::Timestamp;
use serde::Deserialize;
use store::{DatabaseError, Rows, Statement, values};

use super::sql::{audit as sql, checkout};
use super::{Store, only, shape};

#[derive(Deserialize)]
pub(super) struct CountRow {
    pub(super) n: i64,
}

#[derive(Deserialize)]
struct FaultRow {
    what: String,
    expected: i64,
    found: i64,
}

/// A check: how many things it looks at, what is wrong, and how that is said.
struct Question {
    name: &'static str,
    all: Statement,
    wrong: Statement,
    words: &'static str,
}

fn questions(late: Timestamp) -> [Question; 6] {
    let question = |name, all, wrong, words| Question { name, all, wrong, words };
    [
        question(
            "completed_orders_are_paid",
            sql::COUNT_COMPLETED.bind([]),
            sql::UNPAID_COMPLETED.bind([]),
            "captured differs from the total",
        ),
        question(
            "cancelled_orders_hold_no_money",
            sql::COUNT_CANCELLED.bind([]),
            sql::CANCELLED_WITH_MONEY.bind([]),
            "holds money and is cancelled",
        ),
        question(
            "open_orders_hold_no_money",
            checkout::COUNT_PENDING.bind([]),
            sql::OPEN_WITH_MONEY.bind([]),
            "holds money and waits for payment",
        ),
        question(
            "checkouts_end",
            sql::COUNT_IN_SAGA.bind([]),
            sql::STALE_SAGAS.bind(values![late]),
            "has a checkout that does not end",
        ),
        question(
            "terminal_sequences_have_no_gaps",
            sql::COUNT_TILLS.bind([]),
            sql::TILLS_WITH_GAPS.bind([]),
            "has a gap in its sequence",
        ),
        question(
            "credit_exposure_is_the_sum_of_its_movements",
            sql::COUNT_CUSTOMERS.bind([]),
            sql::WRONG_EXPOSURES.bind([]),
            "has another exposure",
        ),
    ]
}

fn check(question: &Question, all: Rows, wrong: Rows) -> Result<Check, DatabaseError> {
    let words = question.words;
    let say = |row: FaultRow| format!("{} {words}: expected {}, found {}", row.what, row.expected, row.found);
    let failures: Vec<String> = wrong.read::<FaultRow>()?.into_iter().map(say).collect();
    let checked = only::<CountRow>(all)?.n;
    Ok(Check { name: question.name.to_owned(), ok: failures.is_empty(), checked, failures })
}

impl Store<'_> {
    /// Every check that needs this service alone, in one round trip and the refunds' own.
    pub(crate) async fn reconcile(&self) -> Result<ServiceReconciliation, DatabaseError> {
        let late = self.context.now().plus_seconds(web::health::SAGA_SECONDS_MAX.saturating_neg());
        let questions = questions(late);
        let statements = questions.iter().flat_map(|question| [question.all.clone(), question.wrong.clone()]);
        let mut rows = self.context.query_list(statements.collect()).await?.into_iter();
        let mut next = || rows.next().ok_or_else(|| shape("a check without an answer"));
        let mut checks = Vec::new();
        for question in &questions {
            checks.push(check(question, next()?, next()?)?);
        }
        checks.extend(self.check_refunds(late).await?);
        Ok(ServiceReconciliation { checks })
    }
}
