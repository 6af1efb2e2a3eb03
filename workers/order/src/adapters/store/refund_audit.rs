//! What the reconciliation asks about refunds.

use contracts::ops::{Check, SaleDigest, SaleReference};
use kernel::ids::RefundId;
use kernel::{Currency, Money};
use serde::Deserialize;
use store::{DatabaseError, values};
use web::Context;

use super::refunds_sql as sql;
use crate::domain::refund::RefundStatus;

#[derive(Deserialize)]
struct DigestRow {
    id: RefundId,
    status: String,
    currency: Currency,
    total_minor: i64,
    units: i64,
    cost_minor: i64,
    settled_minor: i64,
}

/// A page of refunds and credit notes after `after`, by id.
pub(crate) async fn refund_digests(
    context: &Context,
    after: &str,
    limit: i64,
) -> Result<Vec<SaleDigest>, DatabaseError> {
    let rows = context.query(sql::LIST_REFUND_DIGESTS.bind(values![after, limit])).await?;
    let digest = |row: DigestRow| {
        let money = |minor| {
            Money::from_minor(minor, row.currency)
                .map_err(|error| DatabaseError::Shape(format!("refunds: {error}")))
        };
        Ok(SaleDigest {
            reference: SaleReference::Refund(row.id),
            completed: row.status == RefundStatus::Completed.as_str(),
            units: row.units,
            cost: Some(money(row.cost_minor)?),
            total: money(row.total_minor)?,
            settled: money(row.settled_minor)?,
        })
    };
    rows.read::<DigestRow>()?.into_iter().map(digest).collect()
}

#[derive(Deserialize)]
struct CountRow {
    checked: i64,
}

#[derive(Deserialize)]
struct FailureRow {
    failure: String,
}

/// The service's own checks of its refunds.
pub(crate) async fn refund_checks(context: &Context) -> Result<Vec<Check>, DatabaseError> {
    let stuck_before = context.now().plus_seconds(web::health::SAGA_SECONDS_MAX.saturating_neg());
    let rows = context
        .query_all(vec![
            sql::COUNT_REFUNDS.bind([]),
            sql::AUDIT_REFUNDED_ORDERS.bind([]),
            sql::AUDIT_REFUND_SUMS.bind([]),
            sql::AUDIT_STUCK_REFUNDS.bind(values![stuck_before]),
        ])
        .await?;
    let mut rows = rows.into_iter();
    let checked = rows.next().unwrap_or_default().first::<CountRow>()?.map_or(0, |row| row.checked);
    let names = ["refunded_within_captured", "refunds_sum_up", "refunds_completed_in_time"];
    names
        .into_iter()
        .zip(rows)
        .map(|(name, rows)| {
            let failures: Vec<String> =
                rows.read::<FailureRow>()?.into_iter().map(|row| row.failure).collect();
            Ok(Check { name: name.to_owned(), ok: failures.is_empty(), checked, failures })
        })
        .collect()
}
