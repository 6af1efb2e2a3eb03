//! What the use cases need from the outside, in their own terms. Every writing method is one whole business
//! transaction, and returns the outcome of the use case.

mod approvals;
mod breaches;
mod house;
mod letters;
mod reconciliations;
mod resets;
mod sessions;
mod users;

pub use approvals::{Approvals, Kept, Services};
pub use breaches::Breaches;
pub use house::{Auditable, Mail, Observable, Summaries};
pub use letters::{Letters, SettleLetters};
pub use reconciliations::Reconciliations;
pub use resets::PasswordResets;
pub use sessions::{Admission, Exchange, KnownToken, OpenSession, OwnSessions, SessionEnd, Sessions};
pub use users::{
    ChangeUsers, Credentials, KeyLimits, MakeApiKeys, NewApiKey, RevokeApiKeys, UserDraft, Users,
};
