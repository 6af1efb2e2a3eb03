//! Signed tokens (JWT, HS256), one mechanism for users' access tokens and for calls between services.
//!
//! Algorithm, issuer's key, audience and expiry are all checked. A key setting may list several keys, separated by
//! commas, and a setting with `_NEXT` behind its name may hold those that are about to replace it: the first of the
//! setting signs, all verify, so a key is rotated without a pause. The key id in the header is the start of the key's
//! SHA-256.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::{AlgorithmExt, Header, TimeOptions, Token, UntrustedToken};
use kernel::ids::CustomerId;
use kernel::{Tenant, Timestamp};
use platform::World;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Problem, ProblemCode, Role};

/// A key shorter than this, in bytes, is refused.
const KEY_LENGTH_MIN: usize = 32;

/// The claims of our tokens.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    /// Issuer.
    pub iss: String,
    /// Audience.
    pub aud: String,
    /// Subject.
    pub sub: String,
    /// The subject's role.
    pub role: Role,
    /// The tenant whose data it opens. A token of an older release has none: there was one tenant.
    #[serde(default = "Tenant::main")]
    pub ten: Tenant,
    /// The customer the subject acts for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cid: Option<CustomerId>,
    /// The session of an access token: it ends with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// The grants of a program's key, if it has not all of its role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scp: Option<Vec<String>>,
    /// When the subject last proved with a password who they are, in Unix seconds (`OpenID` Connect's name).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// Who approved the request, of a token between services.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apb: Option<String>,
}

impl Claims {
    /// When the subject last proved who they are.
    #[must_use]
    pub fn proved_at(&self) -> Option<Timestamp> {
        self.auth_time.map(|seconds| Timestamp::from_unix_ms(seconds.saturating_mul(1000)))
    }
}

/// 401 with `detail`.
#[must_use]
pub fn unauthenticated(detail: &str) -> Problem {
    Problem::new(ProblemCode::Unauthenticated, detail)
}

/// How long a signed token is used again, in seconds: well below the shortest validity.
const REUSED_SECONDS: i64 = 20;

/// The keys of a setting, the newest first.
pub(crate) struct Keys {
    /// The setting as it is written.
    setting: String,
    keys: Vec<Key>,
}

struct Key {
    text: String,
    id: String,
    hmac: Hs256Key,
}

impl Keys {
    fn read(key_setting: &str, setting: String) -> Result<Self, Problem> {
        let key = |text: &str| {
            let text = text.trim().to_owned();
            let id = hex(&Sha256::digest(text.as_bytes())).chars().take(8).collect();
            Key { id, hmac: Hs256Key::new(text.as_bytes()), text }
        };
        let keys: Vec<Key> = setting.split(',').map(key).collect();
        if keys.iter().any(|key| key.text.len() < KEY_LENGTH_MIN) {
            return Err(Problem::internal(format!(
                "{key_setting} has a key of under {KEY_LENGTH_MIN} bytes"
            )));
        }
        Ok(Self { setting, keys })
    }

    /// Their texts.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|key| key.text.as_str())
    }
}

/// What was worked out before, at most [`Known::MOST`] of it. It is worked out only from its key, so it is never stale.
struct Known<K, V>(Mutex<BTreeMap<K, Arc<V>>>);

impl<K: Ord, V> Known<K, V> {
    /// When it is full, it starts again: the entries are cheap to make.
    const MOST: usize = 512;

    const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<Arc<V>>
    where
        K: Borrow<Q>,
    {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn put(&self, key: K, value: V) -> Arc<V> {
        let value = Arc::new(value);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= Self::MOST {
            known.clear();
        }
        known.insert(key, value.clone());
        value
    }
}

/// By the setting's text.
static KEYS: Known<String, Keys> = Known::new();
/// Tokens with a good signature, by the keys and the token. Whether they have expired is always checked.
static VERIFIED: Known<String, Token<Claims>> = Known::new();
/// Tokens signed, with the second in which that was, by the keys, the claims and the validity.
static SIGNED: Known<String, (i64, String)> = Known::new();

/// A token with these claims, valid for `seconds`. The same one is used again for some seconds.
pub fn sign(world: &dyn World, key_setting: &str, claims: &Claims, seconds: i64) -> Result<String, Problem> {
    let keys = keys(world, key_setting)?;
    let now = world.now();
    let Claims { iss, aud, sub, role, ten, cid, sid, scp, auth_time, apb } = claims;
    let customer = cid.map(|id| id.to_string()).unwrap_or_default();
    let session = sid.as_deref().unwrap_or_default();
    let scope = scp.as_ref().map(|scope| format!("={}", scope.join(" "))).unwrap_or_default();
    let numbers = format!("{seconds} {auth_time:?}");
    let name = [
        &keys.setting,
        iss,
        aud,
        sub,
        role.as_str(),
        ten.as_str(),
        &customer,
        session,
        &scope,
        &numbers,
        apb.as_deref().unwrap_or_default(),
    ]
    .join("\n");
    if let Some(known) = SIGNED.get(&name)
        && (0..REUSED_SECONDS.min(seconds.div_euclid(2)))
            .contains(&now.unix_seconds().saturating_sub(known.0))
    {
        return Ok(known.1.clone());
    }
    let key = keys.keys.first().ok_or_else(|| Problem::internal(format!("{key_setting} is empty")))?;
    let mut all = jwt_compact::Claims::new(claims);
    all.issued_at = chrono::DateTime::from_timestamp(now.unix_seconds(), 0);
    all.expiration = chrono::DateTime::from_timestamp(now.plus_seconds(seconds).unix_seconds(), 0);
    let header = Header::empty().with_key_id(key.id.clone());
    let token = Hs256.token(&header, &all, &key.hmac).map_err(Problem::internal)?;
    SIGNED.put(name, (now.unix_seconds(), token.clone()));
    Ok(token)
}

/// The claims of a token that we signed, for this audience and not expired. A clock may be wrong by the leeway.
pub fn verify(
    world: &dyn World,
    key_setting: &str,
    token: &str,
    audience: &str,
    now: Timestamp,
    leeway_seconds: i64,
) -> Result<Claims, Problem> {
    let refused = || unauthenticated("The token is not valid.");
    let keys = keys(world, key_setting)?;
    let name = format!("{token}\n{}", keys.setting);
    let token = match VERIFIED.get(&name) {
        Some(known) => known,
        None => VERIFIED.put(name, signature_checked(&keys, token).ok_or_else(refused)?),
    };
    let clock = move || chrono::DateTime::from_timestamp(now.unix_seconds(), 0).unwrap_or_default();
    let leeway = chrono::Duration::seconds(leeway_seconds);
    token
        .claims()
        .validate_expiration(&TimeOptions::new(leeway, clock))
        .map_err(|_| Problem::new(ProblemCode::TokenExpired, "The token has expired."))?;
    let claims = token.claims().custom.clone();
    if claims.aud == audience { Ok(claims) } else { Err(refused()) }
}

fn signature_checked(keys: &Keys, token: &str) -> Option<Token<Claims>> {
    let untrusted = UntrustedToken::new(token).ok()?;
    let wanted = untrusted.header().key_id.clone().unwrap_or_default();
    let key = keys.keys.iter().find(|key| key.id == wanted)?;
    Hs256.validator::<Claims>(&key.hmac).validate(&untrusted).ok()
}

/// The keys of a setting.
pub(crate) fn keys(world: &dyn World, key_setting: &str) -> Result<Arc<Keys>, Problem> {
    let mut setting = world
        .setting(key_setting)
        .ok_or_else(|| Problem::internal(format!("the secret {key_setting} is not set")))?;
    if let Some(next) = world.setting(&format!("{key_setting}_NEXT")).filter(|next| !next.is_empty()) {
        setting = format!("{setting},{next}");
    }
    match KEYS.get(&setting) {
        Some(known) => Ok(known),
        None => Ok(KEYS.put(setting.clone(), Keys::read(key_setting, setting)?)),
    }
}

/// HMAC-SHA-256 of a text under the first key of a setting (RFC 2104), in hexadecimal: the same text gives the same
/// secret again, and nobody without the key can make one.
pub fn mac(world: &dyn World, key_setting: &str, text: &str) -> Result<String, Problem> {
    let keys = keys(world, key_setting)?;
    let key = keys.texts().next().ok_or_else(|| Problem::internal(format!("{key_setting} is empty")))?;
    Ok(hex(&hmac(key.as_bytes(), text.as_bytes())))
}

/// HMAC-SHA-256 (RFC 2104).
#[must_use]
pub fn hmac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut block = [0; 64];
    let short: &[u8] = if key.len() > block.len() { &Sha256::digest(key) } else { key };
    for (place, byte) in block.iter_mut().zip(short) {
        *place = *byte;
    }
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().into()
}

/// Compares in a time that does not tell where they differ.
#[must_use]
pub fn is_equal(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

/// SHA-256, in lower-case hexadecimal. It is the stored form of secrets of our own making: they have 256 random bits, so a
/// fast hash is enough.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len().saturating_mul(2)), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test cases 1, 2 and 6 of RFC 4231.
    #[test]
    fn a_mac_is_the_hmac_of_the_standard() {
        for (key, text, wanted) in [
            (vec![0x0b; 20], "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                b"Jefe".to_vec(),
                "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                vec![0xaa; 131],
                "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ] {
            assert_eq!(hex(&hmac(&key, text.as_bytes())), wanted, "{text}");
        }
    }
}
