//! Built with the feature `fail-points` only, which no deployed Worker has: before and after each effect of a service
//! there is a point, and at one of them a request stops, so that the process can be killed right there.
//!
//! A request is armed by its id, which travels with its calls and its messages: of `fail-point.order.7.x` the order
//! service stops at its 7th point, says so in its log, and waits to be killed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use contracts::Service;
use store::{D1, Database, Pending, Rows, Statement};
use worker::send::SendFuture;

const LONGER_THAN_TESTS: Duration = Duration::from_mins(10);

/// The points of one event.
#[derive(Clone)]
pub(crate) struct Points {
    left: Arc<AtomicU32>,
    caused_by: Arc<str>,
}

impl Points {
    /// Armed when what caused the event says so.
    pub(crate) fn of(service: Service, caused_by: &str) -> Self {
        let mark = format!("fail-point.{service}.");
        let id = caused_by.find(&mark).and_then(|start| caused_by.get(start..)).unwrap_or_default();
        let id = id.split(['"', '\\']).next().unwrap_or_default();
        let number = id.strip_prefix(&mark).and_then(|rest| rest.split('.').next()?.parse().ok());
        Self { left: Arc::new(AtomicU32::new(number.unwrap_or(0))), caused_by: id.into() }
    }

    /// Goes on, unless this is the point.
    pub(crate) async fn reach(&self, what: &str) {
        let before = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if before == Ok(1) {
            worker::console_log!("{} reached {what}", self.caused_by);
            SendFuture::new(worker::Delay::from(LONGER_THAN_TESTS)).await;
        }
    }
}

/// A database with points.
#[derive(Clone)]
pub struct Stopping {
    pub(crate) inner: D1,
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
