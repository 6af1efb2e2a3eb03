//! Requests that wait for somebody else, and the services at which they are sent again.

use std::future::Future;

use kernel::{Failure, Timestamp};

use crate::application::decide_approval::DecideError;
use crate::domain::approval::{Approval, Decision, KeptAnswer};
use crate::domain::user::User;

/// Whether a request waits now, or did before.
#[derive(Debug)]
pub enum Kept {
    New(Approval),
    /// The same request, with the same key.
    Known(Approval),
    /// Another request with the same key.
    OtherRequest,
}

/// The requests that wait.
pub trait Approvals: Sync {
    fn find_approval(&self, id: &str) -> impl Future<Output = Result<Option<Approval>, Failure>> + Send;

    /// Keeps a request. `request_key` names its caller, route and idempotency key.
    fn keep_request(
        &self,
        approval: Approval,
        request_key: Option<&str>,
    ) -> impl Future<Output = Result<Kept, Failure>> + Send;

    /// Stores what the caller has decided.
    fn decide(
        &self,
        approval: &Approval,
        decision: &Decision,
    ) -> impl Future<Output = Result<Approval, DecideError>> + Send;

    /// Stores what was answered. Another run may have been faster: then its answer stays.
    fn finish(
        &self,
        approval: &Approval,
        answer: KeptAnswer,
    ) -> impl Future<Output = Result<Approval, Failure>> + Send;

    /// Requests that were approved before this time and have no answer; a limited number.
    fn approved(&self, before: Timestamp) -> impl Future<Output = Result<Vec<Approval>, Failure>> + Send;

    /// Ends what nobody has decided in time.
    fn expire(&self) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// The services, for an approved request.
pub trait Services: Sync {
    /// Sends it again for who asked for it, with who approved it: however often it is sent, it happens once. The failure
    /// [`Failure::Unknown`] leaves open whether it has happened.
    fn perform(
        &self,
        approval: &Approval,
        requester: &User,
    ) -> impl Future<Output = Result<KeptAnswer, Failure>> + Send;
}
