//! The service's own checks: its orders, its refunds and its customers page by page, and work in progress.

use contracts::ops::{Check, ServiceReconciliation};
use serde::Deserialize;
use store::{DatabaseError, Rows, values};
use web::audit::Page;
use web::{Audit, Findings, Problem};

use super::sql::{audit as sql, refund_audit, shipments};
use super::{Store, only};
use crate::domain::order::OrderStatus;

#[derive(Deserialize)]
pub(super) struct CountRow {
    pub(super) n: i64,
}

#[derive(Deserialize)]
struct OrdersRow {
    #[serde(flatten)]
    page: Page,
    completed: i64,
    cancelled: i64,
    pending: i64,
    refunded: i64,
}

#[derive(Deserialize)]
struct WrongOrderRow {
    order_number: String,
    status: OrderStatus,
    total_minor: i64,
    refunded_minor: i64,
    captured_minor: i64,
    held_minor: i64,
    given_minor: i64,
}

#[derive(Deserialize)]
struct FaultRow {
    what: String,
    expected: i64,
    found: i64,
}

#[derive(Deserialize)]
struct FailureRow {
    failure: String,
}

fn say(rows: Vec<FaultRow>, words: &str) -> Vec<String> {
    rows.into_iter()
        .map(|row| format!("{} {words}: expected {}, found {}", row.what, row.expected, row.found))
        .collect()
}

fn order_checks(counted: &OrdersRow, wrong: &[WrongOrderRow]) -> Vec<Check> {
    let of = |status: OrderStatus| wrong.iter().filter(move |order| order.status == status);
    let unpaid = of(OrderStatus::Completed).filter(|order| order.captured_minor != order.total_minor);
    let held = of(OrderStatus::Cancelled).filter(|order| order.held_minor != 0);
    let taken = of(OrderStatus::PendingPayment).filter(|order| order.captured_minor != 0);
    let given = wrong.iter().filter(|order| {
        order.refunded_minor != order.given_minor
            || (order.refunded_minor > 0 && order.refunded_minor > order.captured_minor)
    });
    vec![
        Check::of(
            "completed_orders_are_paid",
            counted.completed,
            unpaid.map(|order| {
                let (total, captured) = (order.total_minor, order.captured_minor);
                format!("{}: captured {captured} of {total}", order.order_number)
            }),
        ),
        Check::of(
            "cancelled_orders_hold_no_money",
            counted.cancelled,
            held.map(|order| format!("{} is cancelled, but holds {}", order.order_number, order.held_minor)),
        ),
        Check::of(
            "open_orders_hold_no_money",
            counted.pending,
            taken.map(|order| {
                format!("{} waits for payment, but holds {}", order.order_number, order.captured_minor)
            }),
        ),
        Check::of(
            "refunded_within_captured",
            counted.refunded,
            given.map(|order| {
                let WrongOrderRow { order_number, refunded_minor, captured_minor, given_minor, .. } = order;
                format!(
                    "{order_number} refunded {refunded_minor} of {captured_minor} paid; the sum of its refunds is {given_minor}"
                )
            }),
        ),
    ]
}

impl Store<'_> {
    /// The checks that need only this service.
    pub(crate) async fn reconcile(&self, mut audit: Audit) -> Result<ServiceReconciliation, Problem> {
        audit.part("under way", |_, _| self.check_what_is_under_way()).await?;
        audit.part("orders", |after, rows| self.check_orders(after, rows)).await?;
        audit.part("refunds", |after, rows| self.check_refunds(after, rows)).await?;
        audit.part("fulfilment", |after, rows| self.check_fulfilment(after, rows)).await?;
        audit.part_of_sums("customers", |after, rows| self.check_customers(after, rows)).await?;
        audit.done()
    }

    /// Unfinished work should not be old: few rows, from indexes that hold only them.
    async fn check_what_is_under_way(&self) -> Result<Findings, DatabaseError> {
        let late = self.context.now().plus_seconds(web::health::SAGA_SECONDS_MAX.saturating_neg());
        let [sagas, stale, tills, gaps, refunds, stuck] = self
            .context
            .query_all([
                sql::COUNT_IN_SAGA.bind([]),
                sql::STALE_SAGAS.bind(values![late]),
                sql::COUNT_TILLS.bind([]),
                sql::TILLS_WITH_GAPS.bind([]),
                refund_audit::COUNT_UNFINISHED_REFUNDS.bind([]),
                refund_audit::STUCK_REFUNDS.bind(values![late]),
            ])
            .await?;
        let count = |rows| only::<CountRow>(rows).map(|row| row.n);
        Ok(Findings::all(vec![
            Check::of(
                "checkouts_end",
                count(sagas)?,
                say(stale.read()?, "has a checkout that does not finish"),
            ),
            Check::of(
                "terminal_sequences_have_no_gaps",
                count(tills)?,
                say(gaps.read()?, "has a gap in its sequence"),
            ),
            Check::of(
                "refunds_completed_in_time",
                count(refunds)?,
                stuck.read::<FailureRow>()?.into_iter().map(|row| row.failure),
            ),
        ]))
    }

    async fn check_orders(&self, after: String, rows: usize) -> Result<Findings, DatabaseError> {
        let page = values![after, rows];
        let [counted, wrong] = self
            .context
            .query_all([sql::COUNT_ORDERS.bind(page.clone()), sql::WRONG_ORDERS.bind(page)])
            .await?;
        let counted: OrdersRow = only(counted)?;
        let checks = order_checks(&counted, &wrong.read()?);
        Ok(counted.page.found(rows, checks))
    }

    async fn check_refunds(&self, after: String, rows: usize) -> Result<Findings, DatabaseError> {
        let page = values![after, rows];
        let statements =
            [refund_audit::COUNT_REFUNDS.bind(page.clone()), refund_audit::WRONG_REFUND_SUMS.bind(page)];
        let [counted, wrong] = self.context.query_all(statements).await?;
        let counted: Page = only(counted)?;
        let wrong = wrong.read::<FailureRow>()?.into_iter().map(|row| row.failure);
        let checks = vec![Check::of("refunds_sum_up", counted.checked, wrong)];
        Ok(counted.found(rows, checks))
    }

    /// No more is sent than was bought and not refunded, and each order says how far it is.
    async fn check_fulfilment(&self, after: String, rows: usize) -> Result<Findings, DatabaseError> {
        let page = values![after, rows];
        let statements = [
            shipments::COUNT_FULFILMENTS.bind(page.clone()),
            shipments::WRONG_FULFILMENTS.bind(page.clone()),
            shipments::WRONG_STATUSES.bind(page),
        ];
        let [counted, units, statuses] = self.context.query_all(statements).await?;
        let counted: Page = only(counted)?;
        let failures = |rows: Rows| -> Result<_, DatabaseError> {
            Ok(rows.read::<FailureRow>()?.into_iter().map(|row| row.failure))
        };
        let checks = vec![
            Check::of("shipped_within_bought", counted.checked, failures(units)?),
            Check::of("fulfilment_is_said", counted.checked, failures(statuses)?),
        ];
        Ok(counted.found(rows, checks))
    }

    async fn check_customers(&self, after: String, rows: usize) -> Result<Findings, DatabaseError> {
        let page = values![after, rows];
        let statements = [sql::COUNT_CUSTOMERS.bind(page.clone()), sql::WRONG_EXPOSURES.bind(page)];
        let [counted, wrong] = self.context.query_all(statements).await?;
        let counted: Page = only(counted)?;
        let name = "credit_exposure_is_the_sum_of_its_movements";
        let checks = vec![Check::of(name, counted.checked, say(wrong.read()?, "has a wrong exposure"))];
        Ok(counted.found(rows, checks))
    }
}
