//! Files by key: documents, pictures, exports. At the edge an R2 bucket, natively a map.

use crate::{Body, Boxed};

/// A file could not be stored or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// This service has no file store.
    #[error("no files are set up for this service")]
    NotSetUp,
    /// The store did not answer: whether it happened is unknown. Storing the same file again is safe.
    #[error("the file store did not answer: {0}")]
    Unknown(String),
}

/// Where a service stores files. The service chooses the keys, which are paths without a leading slash. A file is
/// always replaced whole.
pub trait Files: Send + Sync {
    /// Stores a file under a key.
    fn put(&self, key: String, content_type: String, body: Body) -> Boxed<'_, Result<(), FileError>>;

    /// The file under a key, as an answer with its content type; none if it does not exist.
    fn get(&self, key: String) -> Boxed<'_, Result<Option<(String, Body)>, FileError>>;

    /// Removes a file. Removing one that does not exist succeeds.
    fn delete(&self, key: String) -> Boxed<'_, Result<(), FileError>>;
}

/// For a service without files.
pub struct NoFiles;

impl Files for NoFiles {
    fn put(&self, _: String, _: String, _: Body) -> Boxed<'_, Result<(), FileError>> {
        Box::pin(std::future::ready(Err(FileError::NotSetUp)))
    }

    fn get(&self, _: String) -> Boxed<'_, Result<Option<(String, Body)>, FileError>> {
        Box::pin(std::future::ready(Err(FileError::NotSetUp)))
    }

    fn delete(&self, _: String) -> Boxed<'_, Result<(), FileError>> {
        Box::pin(std::future::ready(Err(FileError::NotSetUp)))
    }
}
