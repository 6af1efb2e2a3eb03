//! API keys over SQL.

use kernel::ids::UserId;
use kernel::text::Name;
use kernel::{Cursor, Failure, Limit, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{DatabaseError, values};
use uuid::Uuid;
use web::Context;

use super::audit::{self, Action};
use super::{Store, sql};
use crate::adapters::identity::{API_KEY_PREFIX, hash, new_secret};
use crate::application::ports::{KeyLimits, MakeApiKeys, NewApiKey, RevokeApiKeys};
use crate::domain::user::{Role, User};

/// Characters of a key that its hint shows.
const HINT_LENGTH: usize = 12;

impl MakeApiKeys for Store<'_, NewApiKey> {
    async fn create_key(
        &self,
        user: &User,
        name: Name,
        role: Role,
        limits: KeyLimits,
    ) -> Result<NewApiKey, Failure> {
        let context = self.context;
        let key = format!("{API_KEY_PREFIX}{}", new_secret(&*context.world)?);
        let made = NewApiKey {
            id: context.new_id::<Uuid>()?.to_string(),
            name,
            role,
            hint: key.chars().take(HINT_LENGTH).collect(),
            key: None,
            created_at: context.now(),
            limits,
        };
        let mut unit = context.unit();
        unit.push(sql::INSERT_KEY.bind(values![
            made.id.as_str(),
            user.id,
            &made.name,
            made.hint.as_str(),
            hash(&key),
            role.as_str(),
            made.created_at,
            made.limits.scope.as_ref().map(store::json),
            made.limits.addresses.as_ref().map(store::json),
            made.limits.expires_at
        ]));
        unit.push(audit::done(context, Action::ApiKeyCreated, &made.id, role.as_str())?);
        // The stored answer does not contain the key, because the answer is kept for retries.
        self.present.keep(context, &mut unit, &made)?;
        context.commit(unit).await?;
        Ok(NewApiKey { key: Some(key), ..made })
    }
}

impl RevokeApiKeys for Store<'_, ()> {
    async fn has_key(&self, user: UserId, key: &str) -> Result<bool, Failure> {
        let rows = self.context.query(sql::FIND_KEY.bind(values![key, user])).await?;
        Ok(!rows.is_empty())
    }

    async fn revoke_key(&self, user: UserId, key: &str) -> Result<(), Failure> {
        let context = self.context;
        let mut unit = context.unit();
        unit.push(sql::REVOKE_KEY.bind(values![key, user, context.now()]));
        unit.push(audit::done(context, Action::ApiKeyRevoked, key, "")?);
        self.present.keep(context, &mut unit, &())?;
        context.commit(unit).await?;
        Ok(())
    }
}

/// An API key, without the key itself.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "camelCase"))]
#[schemars(rename = "ApiKey")]
pub(crate) struct ApiKeyRow {
    pub(crate) id: String,
    name: Name,
    role: Role,
    /// The first characters of the key, for recognising it.
    hint: String,
    /// A JSON list of grants; null for all of its role.
    scope: Option<String>,
    /// A JSON list of the clients that may use it; null for all.
    addresses: Option<String>,
    created_at: Timestamp,
    /// Null for a key of an older release.
    expires_at: Option<Timestamp>,
    /// To the minute.
    last_used_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

/// A page of a user's keys.
pub(crate) async fn list_keys(
    context: &Context,
    user: UserId,
    cursor: Option<&Cursor>,
    limit: Limit,
) -> Result<Vec<ApiKeyRow>, DatabaseError> {
    let after = cursor.map_or("", Cursor::key);
    let count = limit.rows().saturating_add(1);
    context.query(sql::LIST_KEYS.bind(values![user, after, count])).await?.read()
}
