//! Files in memory.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use platform::{Body, Boxed, FileError, Files};

/// The largest file, in bytes.
const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// The files of a house, by key: media type and bytes.
#[derive(Default)]
pub(crate) struct MemoryFiles(Mutex<BTreeMap<String, (String, Vec<u8>)>>);

impl Files for MemoryFiles {
    fn put(&self, key: String, content_type: String, body: Body) -> Boxed<'_, Result<(), FileError>> {
        Box::pin(async move {
            let bytes =
                body.read(FILE_BYTES_MAX).await.map_err(|error| FileError::Unknown(error.to_string()))?;
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, (content_type, bytes));
            Ok(())
        })
    }

    fn get(&self, key: String) -> Boxed<'_, Result<Option<(String, Body)>, FileError>> {
        let found = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        Box::pin(std::future::ready(Ok(found.map(|(kind, bytes)| (kind, Body::Bytes(bytes))))))
    }

    fn delete(&self, key: String) -> Boxed<'_, Result<(), FileError>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
        Box::pin(std::future::ready(Ok(())))
    }
}
