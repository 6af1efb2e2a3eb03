//! Signed tokens (JWT, HS256), one mechanism for users' access tokens and for calls between services.
//!
//! Algorithm, issuer's key, audience and expiry are all checked. A key setting may list several keys,
//! separated by commas: the first signs, all verify, so a key is rotated without a pause. The key id
//! in the header is the start of the key's SHA-256.

use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::{AlgorithmExt, Header, TimeOptions, UntrustedToken};
use kernel::ids::CustomerId;
use kernel::{Tenant, Timestamp};
use platform::World;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Problem, ProblemCode, Role};

/// A clock may be wrong by this much, in seconds.
const LEEWAY_SECONDS: i64 = 5;
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
}

/// 401 with `detail`.
#[must_use]
pub fn unauthenticated(detail: &str) -> Problem {
    Problem::new(ProblemCode::Unauthenticated, detail)
}

/// A token with these claims, valid for `seconds`.
pub fn sign(world: &dyn World, key_setting: &str, claims: &Claims, seconds: i64) -> Result<String, Problem> {
    let keys = keys(world, key_setting)?;
    let key = keys.first().ok_or_else(|| Problem::internal(format!("{key_setting} is empty")))?;
    let mut all = jwt_compact::Claims::new(claims);
    let now = world.now();
    all.issued_at = chrono::DateTime::from_timestamp(now.unix_seconds(), 0);
    all.expiration = chrono::DateTime::from_timestamp(now.plus_seconds(seconds).unix_seconds(), 0);
    let header = Header::empty().with_key_id(key_id(key));
    Hs256.token(&header, &all, &Hs256Key::new(key.as_bytes())).map_err(Problem::internal)
}

/// The claims of a token that we signed, for this audience and not expired.
pub fn verify(
    world: &dyn World,
    key_setting: &str,
    token: &str,
    audience: &str,
    now: Timestamp,
) -> Result<Claims, Problem> {
    let refused = || unauthenticated("The token is not valid.");
    let untrusted = UntrustedToken::new(token).map_err(|_| refused())?;
    let keys = keys(world, key_setting)?;
    let wanted = untrusted.header().key_id.clone().unwrap_or_default();
    let key = keys.iter().find(|key| key_id(key) == wanted).ok_or_else(refused)?;
    let token = Hs256
        .validator::<Claims>(&Hs256Key::new(key.as_bytes()))
        .validate(&untrusted)
        .map_err(|_| refused())?;
    let clock = move || chrono::DateTime::from_timestamp(now.unix_seconds(), 0).unwrap_or_default();
    let leeway = chrono::Duration::seconds(LEEWAY_SECONDS);
    token
        .claims()
        .validate_expiration(&TimeOptions::new(leeway, clock))
        .map_err(|_| Problem::new(ProblemCode::TokenExpired, "The token has expired."))?;
    let claims = token.claims().custom.clone();
    if claims.aud == audience { Ok(claims) } else { Err(refused()) }
}

/// The keys of a setting, the newest first.
pub(crate) fn keys(world: &dyn World, key_setting: &str) -> Result<Vec<String>, Problem> {
    let setting = world
        .setting(key_setting)
        .ok_or_else(|| Problem::internal(format!("the secret {key_setting} is not set")))?;
    let keys: Vec<String> = setting.split(',').map(|key| key.trim().to_owned()).collect();
    if keys.iter().any(|key| key.len() < KEY_LENGTH_MIN) {
        return Err(Problem::internal(format!("{key_setting} has a key of under {KEY_LENGTH_MIN} bytes")));
    }
    Ok(keys)
}

fn key_id(key: &str) -> String {
    hex(&Sha256::digest(key.as_bytes())).chars().take(8).collect()
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
