//! How the outside fails, in words that name no technology: what every port may answer.

/// A database, a peer or a provider did not do its part.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No answer: whether it happened is unknown. Ask again, or do the same again.
    #[error("the outcome is unknown: {0}")]
    Unknown(String),
    /// The same request or message is being done, or was done, by another: nothing happened here.
    #[error("done elsewhere: {0}")]
    Repeated(String),
    /// It cannot be, as far as the code knows: a defect of ours.
    #[error("a defect: {0}")]
    Defect(String),
}
