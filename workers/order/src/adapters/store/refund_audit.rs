//! What the reconciliation asks about refunds.

use contracts::ops::{Check, SaleDigest, SaleReference};
use kernel::ids::RefundId;
use kernel::{Currency, Timestamp};
use serde::Deserialize;
use store::{DatabaseError, values};

use super::sql::refund_audit as sql;
use super::{Store, money, only};
use crate::domain::refund::RefundStatus;

#[derive(Deserialize)]
struct DigestRow {
    id: RefundId,
    status: RefundStatus,
    currency: Currency,
    total_minor: i64,
    units: i64,
    cost_minor: i64,
    settled_minor: i64,
}

#[derive(Deserialize)]
struct CheckedRow {
    checked: i64,
}

#[derive(Deserialize)]
struct FailureRow {
    failure: String,
}

impl Store<'_> {
    /// A page of refunds and credit notes after `after`, by id.
    pub(super) async fn refund_digests(
        &self,
        after: &str,
        limit: usize,
    ) -> Result<Vec<SaleDigest>, DatabaseError> {
        let rows = self.context.query(sql::LIST_REFUND_DIGESTS.bind(values![after, limit])).await?;
        let digest = |row: DigestRow| {
            Ok(SaleDigest {
                reference: SaleReference::Refund(row.id),
                completed: row.status == RefundStatus::Completed,
                units: row.units,
                cost: Some(money(row.cost_minor, row.currency)?),
                total: money(row.total_minor, row.currency)?,
                settled: money(row.settled_minor, row.currency)?,
            })
        };
        rows.read::<DigestRow>()?.into_iter().map(digest).collect()
    }

    /// The service's own checks of its refunds; one that began before `late` should have ended.
    pub(super) async fn check_refunds(&self, late: Timestamp) -> Result<Vec<Check>, DatabaseError> {
        let statements = [
            sql::COUNT_REFUNDS.bind([]),
            sql::AUDIT_REFUNDED_ORDERS.bind([]),
            sql::AUDIT_REFUND_SUMS.bind([]),
            sql::AUDIT_STUCK_REFUNDS.bind(values![late]),
        ];
        let [checked, answers @ ..] = self.context.query_all(statements).await?;
        let checked = only::<CheckedRow>(checked)?.checked;
        let names = ["refunded_within_captured", "refunds_sum_up", "refunds_completed_in_time"];
        let checks = names.into_iter().zip(answers).map(|(name, rows)| {
            let failures: Vec<String> =
                rows.read::<FailureRow>()?.into_iter().map(|row| row.failure).collect();
            Ok(Check { name: name.to_owned(), ok: failures.is_empty(), checked, failures })
        });
        checks.collect()
    }
}
