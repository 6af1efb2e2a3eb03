//! Files by key: documents, pictures, exports. At the edge an R2 bucket, natively a map.

use crate::{Body, Boxed};

/// A file could not be kept or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// This service has nowhere to keep files.
    #[error("no files are set up for this service")]
    NotSetUp,
    /// The store did not answer: whether it happened is unknown. Putting the same again is safe.
    #[error("the file store did not answer: {0}")]
    Unknown(String),
}

/// Where a service keeps files. Keys are paths without a leading slash, chosen by the service; a file is replaced
/// whole.
pub trait Files: Send + Sync {
    /// Keeps a file under a key.
    fn put(&self, key: String, content_type: String, body: Body) -> Boxed<'_, Result<(), FileError>>;

    /// The file of a key, as an answer with its content type; none where there is none.
    fn get(&self, key: String) -> Boxed<'_, Result<Option<(String, Body)>, FileError>>;

    /// Removes a file; one that is not there is removed already.
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
