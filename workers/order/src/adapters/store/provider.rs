//! What payment providers call our payments, and their disputes.

use kernel::ids::{OrderId, PaymentId};
use kernel::{Currency, Cursor, Failure, Limit, Timestamp};
use serde::Deserialize;
use store::{DatabaseError, values};
use web::outside::run_apart;

use super::sql::provider as sql;
use super::{Store, money, shape};
use crate::adapters::provider::stripe::webhook::Dispute;

/// A payment that a provider knows.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Referred {
    pub(crate) payment_id: PaymentId,
    pub(crate) order_id: OrderId,
    pub(crate) created_at: Timestamp,
}

#[derive(Deserialize)]
struct DisputeRow {
    id: String,
    payment_id: PaymentId,
    order_id: OrderId,
    amount_minor: i64,
    currency: String,
    reason: String,
    status: String,
    due_by: Option<Timestamp>,
    opened_at: Timestamp,
    told_at: Timestamp,
}

impl DisputeRow {
    fn into_dispute(self) -> Result<Dispute, DatabaseError> {
        let currency = Currency::parse(&self.currency).map_err(shape)?;
        Ok(Dispute {
            amount: money(self.amount_minor, currency)?,
            id: self.id,
            payment_id: self.payment_id,
            order_id: self.order_id,
            reason: self.reason,
            status: self.status,
            due_by: self.due_by,
            opened_at: self.opened_at,
            told_at: self.told_at,
        })
    }
}

impl Store<'_> {
    /// The payment with a provider's name for it.
    pub(crate) async fn find_referred(
        &self,
        provider: &str,
        reference: &str,
    ) -> Result<Option<Referred>, Failure> {
        Ok(self.context.query(sql::FIND_REFERRED.bind(values![provider, reference])).await?.first()?)
    }

    /// Keeps what a provider told, unless something newer is known.
    pub(crate) async fn keep_dispute(&self, provider: &str, dispute: &Dispute) -> Result<(), Failure> {
        let row = values![
            &dispute.id,
            dispute.payment_id,
            dispute.order_id,
            provider,
            dispute.amount.minor(),
            dispute.amount.currency().code(),
            &dispute.reason,
            &dispute.status,
            dispute.due_by,
            dispute.opened_at,
            dispute.told_at
        ];
        run_apart(&*self.context.world, self.context.tenant(), sql::KEEP_DISPUTE.bind(row)).await.map(drop)
    }

    /// Disputes, newest first, before the place of a cursor.
    pub(crate) async fn list_disputes(
        &self,
        cursor: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Vec<Dispute>, DatabaseError> {
        let (at, id) = cursor.and_then(|cursor| cursor.key().split_once('/')).unwrap_or(("9999", ""));
        let count_max = i64::try_from(limit.rows().saturating_add(1)).unwrap_or(i64::MAX);
        let rows = self.context.query(sql::LIST_DISPUTES.bind(values![at, id, count_max])).await?;
        rows.read::<DisputeRow>()?.into_iter().map(DisputeRow::into_dispute).collect()
    }
}
