//! How the outside fails, in words that name no technology: the failures of every port.

/// A database, a peer or a provider did not do its part.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No answer: whether it happened is unknown. Query it again, or repeat the same request.
    #[error("the outcome is unknown: {0}")]
    Unknown(String),
    /// Another delivery or request is doing the same, or has done it: nothing happened here.
    #[error("done elsewhere: {0}")]
    Repeated(String),
    /// This cannot happen, as far as the code knows: a defect of ours.
    #[error("a defect: {0}")]
    Defect(String),
}
