//! Pages of orders, checkouts that stopped, and the keys of requests whose parts are stored one by one.

use contracts::terms::SalesChannel;
use kernel::{Failure, Limit, Timestamp};
use store::{DatabaseError, values};
use web::Present;

use super::Store;
use super::order_row::OrderRow;
use super::sql::reading as sql;
use crate::application::ports::orders::StoredOrder;
use crate::domain::order::{Order, OrderStatus};

/// The start of the first page: above every id.
const NEWEST: &str = "~";

/// Filters a page of orders.
pub(crate) struct OrderFilter<'a> {
    pub(crate) channel: SalesChannel,
    /// Only this owner's; all orders when none.
    pub(crate) owner: Option<&'a str>,
    pub(crate) status: Option<OrderStatus>,
    /// With a smaller id.
    pub(crate) before: Option<&'a str>,
}

impl Store<'_> {
    /// A page, newest id first, with one extra row when there is more.
    pub(crate) async fn list_orders(
        &self,
        filter: &OrderFilter<'_>,
        limit: Limit,
    ) -> Result<Vec<Order>, DatabaseError> {
        let channel = filter.channel.as_str();
        let before = filter.before.unwrap_or(NEWEST);
        let rows = limit.rows().saturating_add(1);
        let status = filter.status.map(OrderStatus::as_str);
        let statement = match (filter.owner, status) {
            (None, None) => sql::LIST_BY_CHANNEL.bind(values![channel, before, rows]),
            (None, Some(status)) => sql::LIST_BY_CHANNEL_STATUS.bind(values![channel, before, rows, status]),
            (Some(owner), None) => sql::LIST_BY_OWNER.bind(values![channel, before, rows, owner]),
            (Some(owner), Some(status)) => {
                sql::LIST_BY_OWNER_STATUS.bind(values![channel, before, rows, owner, status])
            }
        };
        let rows = self.context.query(statement).await?.read::<OrderRow>()?;
        rows.into_iter().map(OrderRow::into_order).collect()
    }

    /// Checkouts whose step is older than `before`. The one whose last attempt is the oldest comes first.
    pub(crate) async fn list_stopped(
        &self,
        before: Timestamp,
        count_max: i64,
    ) -> Result<Vec<StoredOrder>, DatabaseError> {
        let rows = self.context.query(sql::LIST_STOPPED.bind(values![before, count_max])).await?;
        rows.read::<OrderRow>()?.into_iter().map(OrderRow::into_stored).collect()
    }

    /// Claims the key of a request whose parts are stored one by one.
    pub(crate) async fn take_key(&self) -> Result<(), Failure> {
        if self.context.idempotency_key().is_some() {
            self.context.commit(self.unit()).await?;
        }
        Ok(())
    }

    /// Remembers the answer of a request whose parts were stored one by one.
    pub(crate) async fn remember<T>(&self, present: Present<T>, answer: &T) -> Result<(), Failure> {
        if self.context.idempotency_key().is_none() {
            return Ok(());
        }
        let mut unit = self.unit();
        present.keep(self.context, &mut unit, answer)?;
        self.context.commit(unit).await?;
        Ok(())
    }
}
