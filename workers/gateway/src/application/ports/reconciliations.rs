//! Runs of the reconciliation.

use std::future::Future;

use kernel::ids::ReconciliationId;
use kernel::{Failure, Timestamp};

use crate::domain::reconciliation::Run;

/// The runs that are kept.
pub trait Reconciliations: Sync {
    /// The one that is not finished.
    fn under_way(&self) -> impl Future<Output = Result<Option<Run>, Failure>> + Send;

    /// One of them.
    fn find_run(&self, id: ReconciliationId) -> impl Future<Output = Result<Option<Run>, Failure>> + Send;

    /// Whether one has begun since then.
    fn has_begun_since(&self, time: Timestamp) -> impl Future<Output = Result<bool, Failure>> + Send;

    /// Begins a run; when another one was faster, it is that one.
    fn begin(&self, run: Run) -> impl Future<Output = Result<Run, Failure>> + Send;

    /// Keeps where a run stands after its slice, unless another slice was faster.
    fn keep(&self, run: &Run) -> impl Future<Output = Result<(), Failure>> + Send;
}
