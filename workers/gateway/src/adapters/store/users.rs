//! Users and their keys over SQL.

use contracts::Event;
use contracts::events::UserData;
use kernel::ids::UserId;
use kernel::text::Name;
use kernel::{Cursor, Failure, Limit, Timestamp};
use serde::{Deserialize, Serialize};
use store::{DatabaseError, Unit, values};
use web::Context;

use super::audit::{self, Action};
use super::{UserRow, sql, unremembered};
use crate::adapters::identity::{API_KEY_PREFIX, hash, new_secret};
use crate::adapters::wire::{NewApiKeyBody, UserBody, render};
use crate::application::ports::{Credentials, NewApiKey, UserChange, UserDraft, Users};
use crate::domain::throttle;
use crate::domain::user::{Role, User};

/// Characters of a key that its hint shows.
const HINT_LENGTH: usize = 12;

/// Users in the service's database.
pub(crate) struct SqlUsers<'a> {
    context: &'a Context,
}

impl<'a> SqlUsers<'a> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Self { context }
    }

    /// Commits a change of a user; a rule of the schema is an outcome.
    async fn commit(&self, unit: Unit, user: User) -> Result<UserChange, Failure> {
        match self.context.commit(unit).await {
            Ok(_) => Ok(UserChange::Done(user)),
            Err(error) => match error.rule() {
                Some("users.email") => Ok(UserChange::EmailTaken),
                Some("users_version") => Ok(UserChange::Stale),
                Some("users_deleted") => Ok(UserChange::Gone),
                Some("users_last_admin") => Ok(UserChange::LastAdmin),
                _ => Err(error.into()),
            },
        }
    }

    fn revoke_sessions(&self, unit: &mut Unit, user: UserId, why: &str) {
        unit.push(sql::REVOKE_SESSIONS_OF.bind(values![user, self.context.now(), why]));
    }
}

fn data(user: &User) -> UserData {
    UserData { user_id: user.id, role: user.role.as_str().to_owned() }
}

fn changed(user: &User, draft: UserDraft) -> User {
    User {
        email: draft.email,
        name: draft.name,
        role: draft.role,
        customer_id: draft.customer_id,
        disabled: draft.disabled,
        version: user.version.saturating_add(1),
        ..user.clone()
    }
}

impl Users for SqlUsers<'_> {
    async fn find(&self, id: UserId) -> Result<Option<User>, Failure> {
        let rows = self.context.query(sql::FIND_USER.bind(values![id])).await?;
        Ok(rows.first::<UserRow>()?.map(Into::into))
    }

    async fn credentials(&self, id: UserId) -> Result<Option<Credentials>, Failure> {
        let rows = self.context.query(sql::FIND_CREDENTIALS.bind(values![id])).await?;
        Ok(rows.first::<UserRow>()?.map(Into::into))
    }

    async fn create(&self, draft: UserDraft) -> Result<UserChange, Failure> {
        let context = self.context;
        let UserDraft { email, name, role, customer_id, disabled, password_hash } = draft;
        let user = User {
            id: context.new_id(),
            email,
            name,
            role,
            customer_id,
            disabled,
            created_at: context.now(),
            version: 1,
        };
        let mut unit = context.unit();
        unit.push(sql::INSERT_USER.bind(values![
            user.id,
            &user.email,
            &user.name,
            role.as_str(),
            customer_id,
            password_hash.unwrap_or_default(),
            disabled,
            user.created_at
        ]));
        unit.push(audit::done(context, Action::UserCreated, user.id, role.as_str()));
        context.publish(&mut unit, Event::UserCreated(data(&user)), user.id);
        unit.answer(201, render(&UserBody::from(user.clone())));
        self.commit(unit, user).await
    }

    async fn replace(&self, user: &User, mut draft: UserDraft) -> Result<UserChange, Failure> {
        let context = self.context;
        let password_hash = draft.password_hash.take();
        let ends_sessions = password_hash.is_some()
            || draft.disabled
            || (draft.role, draft.customer_id) != (user.role, user.customer_id);
        let detail = format!("{}{}", draft.role.as_str(), if draft.disabled { ", disabled" } else { "" });
        let mut unit = context.unit();
        let after = changed(user, draft);
        unit.push(sql::UPDATE_USER.bind(values![
            after.id,
            &after.email,
            &after.name,
            after.role.as_str(),
            after.customer_id,
            after.disabled,
            password_hash,
            after.version
        ]));
        if ends_sessions {
            self.revoke_sessions(&mut unit, user.id, "the user was changed");
        }
        unit.push(audit::done(context, Action::UserUpdated, user.id, &detail));
        context.publish(&mut unit, Event::UserUpdated(data(&after)), user.id);
        unit.answer(200, render(&UserBody::from(after.clone())));
        unit.tag_answer(after.version);
        self.commit(unit, after).await
    }

    async fn delete(&self, user: &User) -> Result<UserChange, Failure> {
        let context = self.context;
        let mut unit = context.unit();
        let version = user.version.saturating_add(1);
        unit.push(sql::DELETE_USER.bind(values![user.id, context.now(), version]));
        unit.push(sql::REVOKE_KEYS_OF.bind(values![user.id, context.now()]));
        self.revoke_sessions(&mut unit, user.id, "the user was removed");
        unit.push(audit::done(context, Action::UserDeleted, user.id, user.role.as_str()));
        context.publish(&mut unit, Event::UserDeleted(data(user)), user.id);
        unit.answer(204, String::new());
        self.commit(unit, user.clone()).await
    }

    async fn set_password(
        &self,
        user: &User,
        password_hash: &str,
        attempt: &str,
    ) -> Result<UserChange, Failure> {
        let context = self.context;
        let mut unit = unremembered(context);
        let version = user.version.saturating_add(1);
        unit.push(sql::SET_PASSWORD.bind(values![user.id, password_hash, version]));
        self.revoke_sessions(&mut unit, user.id, "the password was changed");
        let subject = throttle::email_subject(&user.email);
        unit.push(sql::FORGET_ATTEMPT.bind(values![subject.as_str(), attempt]));
        unit.push(sql::FORGET_ATTEMPTS_OF.bind(values![subject]));
        unit.push(audit::done(context, Action::PasswordChanged, user.id, ""));
        self.commit(unit, User { version, ..user.clone() }).await
    }

    async fn create_key(&self, user: &User, name: Name, role: Role) -> Result<NewApiKey, Failure> {
        let context = self.context;
        let key = format!("{API_KEY_PREFIX}{}", new_secret(&*context.world));
        let made = NewApiKey {
            id: context.world.new_id().to_string(),
            name,
            role,
            hint: key.chars().take(HINT_LENGTH).collect(),
            key: None,
            created_at: context.now(),
        };
        let mut unit = context.unit();
        unit.push(sql::INSERT_KEY.bind(values![
            made.id.as_str(),
            user.id,
            &made.name,
            made.hint.as_str(),
            hash(&key),
            role.as_str(),
            made.created_at
        ]));
        unit.push(audit::done(context, Action::ApiKeyCreated, &made.id, role.as_str()));
        // What a repeated request gets is kept, so the key is not in it.
        unit.answer(201, render(&NewApiKeyBody::from(&made)));
        context.commit(unit).await?;
        Ok(NewApiKey { key: Some(key), ..made })
    }

    async fn has_key(&self, user: UserId, key: &str) -> Result<bool, Failure> {
        let rows = self.context.query(sql::FIND_KEY.bind(values![key, user])).await?;
        Ok(!rows.is_empty())
    }

    async fn revoke_key(&self, user: UserId, key: &str) -> Result<(), Failure> {
        let context = self.context;
        let mut unit = context.unit();
        unit.push(sql::REVOKE_KEY.bind(values![key, user, context.now()]));
        unit.push(audit::done(context, Action::ApiKeyRevoked, key, ""));
        unit.answer(204, String::new());
        context.commit(unit).await?;
        Ok(())
    }
}

/// A page of users by id, which is by age.
pub(crate) async fn list_users(
    context: &Context,
    cursor: Option<&Cursor>,
    limit: Limit,
) -> Result<Vec<User>, DatabaseError> {
    let after = cursor.map_or("", Cursor::key);
    let count = limit.rows().saturating_add(1);
    let rows = context.query(sql::LIST_USERS.bind(values![after, count])).await?;
    Ok(rows.read::<UserRow>()?.into_iter().map(Into::into).collect())
}

/// A key as a list shows it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all(serialize = "camelCase"))]
pub(crate) struct ApiKeyRow {
    pub(crate) id: String,
    name: String,
    role: String,
    hint: String,
    created_at: Timestamp,
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
