//! Built only with the feature `fail-points`, which no deployed Worker has. There is a point before and after each
//! effect of a service. A request stops at one of them, so that the process can be killed exactly there.
//!
//! A request's id selects the point. It travels with its calls and its messages: for `fail-point.order.7.x`, the order
//! service stops at its 7th point, logs that, and waits to be killed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use contracts::Service;
use store::{Database, Pending, Rows, Statement};
use worker::send::SendFuture;

const LONGER_THAN_TESTS: Duration = Duration::from_mins(10);

/// The points of one event.
#[derive(Clone)]
pub(crate) struct Points {
    left: Arc<AtomicU32>,
    caused_by: Arc<str>,
}

impl Points {
    /// Active when the id of the cause names this service.
    pub(crate) fn of(service: Service, caused_by: &str) -> Self {
        let mark = format!("fail-point.{service}.");
        let id = caused_by.find(&mark).and_then(|start| caused_by.get(start..)).unwrap_or_default();
        let id = id.split(['"', '\\']).next().unwrap_or_default();
        let number = id.strip_prefix(&mark).and_then(|rest| rest.split('.').next()?.parse().ok());
        Self { left: Arc::new(AtomicU32::new(number.unwrap_or(0))), caused_by: id.into() }
    }

    /// Continues, unless this is the selected point.
    pub(crate) async fn reach(&self, what: &str) {
        let before = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if before == Ok(1) {
            worker::console_log!("{} reached {what}", self.caused_by);
            SendFuture::new(worker::Delay::from(LONGER_THAN_TESTS)).await;
        }
    }
}

/// A database with fail points.
#[derive(Clone)]
pub struct Stopping {
    pub(crate) inner: Arc<dyn Database>,
    pub(crate) points: Points,
}

impl Database for Stopping {
    fn query(&self, statement: Statement) -> Pending<'_, Rows> {
        Box::pin(async move {
            self.points.reach("before a query").await;
            let found = self.inner.query(statement).await;
            self.points.reach("after a query").await;
            found
        })
    }

    fn batch(&self, statements: Vec<Statement>) -> Pending<'_, Vec<Rows>> {
        Box::pin(async move {
            self.points.reach("before a commit").await;
            let done = self.inner.batch(statements).await;
            self.points.reach("after a commit").await;
            done
        })
    }
}
