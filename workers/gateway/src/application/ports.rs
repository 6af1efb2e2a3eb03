//! What the use cases need of the world, in their own words. Every writing method is one whole
//! business transaction, and answers what the use case answers.

mod house;
mod letters;
mod reconciliations;
mod sessions;
mod users;

pub use house::{Auditable, Mail, Observable, Summaries};
pub use letters::{Letters, SettleLetters};
pub use reconciliations::Reconciliations;
pub use sessions::{Admission, Exchange, KnownToken, OpenSession, SessionEnd, Sessions};
pub use users::{ChangeUsers, Credentials, MakeApiKeys, NewApiKey, RevokeApiKeys, UserDraft, Users};
