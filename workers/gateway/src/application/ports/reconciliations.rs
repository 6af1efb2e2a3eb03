//! Reconciliation runs.

use std::future::Future;

use kernel::ids::ReconciliationId;
use kernel::{Failure, Timestamp};

use crate::domain::reconciliation::Run;

/// The stored runs.
pub trait Reconciliations: Sync {
    /// The run that is not finished.
    fn under_way(&self) -> impl Future<Output = Result<Option<Run>, Failure>> + Send;

    /// A run.
    fn find_run(&self, id: ReconciliationId) -> impl Future<Output = Result<Option<Run>, Failure>> + Send;

    /// Whether a run has started since this time.
    fn has_begun_since(&self, time: Timestamp) -> impl Future<Output = Result<bool, Failure>> + Send;

    /// Starts a run. If another request was faster, returns that run.
    fn begin(&self, run: Run) -> impl Future<Output = Result<Run, Failure>> + Send;

    /// Stores the position of a run after its slice, unless another slice was faster.
    fn keep(&self, run: &Run) -> impl Future<Output = Result<(), Failure>> + Send;
}
