//! The signature of an event (docs.stripe.com/webhooks#verify-manually).

use sha2::{Digest as _, Sha256};

/// The header `Stripe-Signature` of a body that is sent at a time, in seconds.
#[must_use]
pub fn signed(secret: &str, at: i64, body: &str) -> String {
    let code = hmac(secret.as_bytes(), format!("{at}.{body}").as_bytes());
    let hex: String = code.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={at},v1={hex},v0=an_older_scheme")
}

/// RFC 2104. On its own, so that a mistake of ours does not confirm itself.
fn hmac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut block = [0; 64];
    block.iter_mut().zip(key).for_each(|(place, byte)| *place = *byte);
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().into()
}
