//! How a till's key is stored, and what is recognised by its hash.

use sha2::{Digest as _, Sha256};

/// The stored form of a key. A key has 256 random bits, so a fast hash is enough.
pub(crate) fn hash(bytes: &[u8]) -> String {
    web::tokens::hex(&Sha256::digest(bytes))
}
