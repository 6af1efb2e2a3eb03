//! Users over SQL.

use contracts::Event;
use contracts::events::{MailContent, UserData};
use kernel::ids::UserId;
use kernel::{Cursor, Failure, Limit};
use serde::Deserialize;
use store::{DatabaseError, Unit, json, values};
use web::Context;

use super::audit::{self, Action};
use super::sessions::forgive;
use super::{Store, credentials, mails, sql};
use crate::application::change_password::ChangePasswordError;
use crate::application::create_user::UserWriteError;
use crate::application::ports::{ChangeUsers, Credentials, UserDraft, Users};
use crate::domain::throttle::Origin;
use crate::domain::user::User;

fn data(user: &User) -> UserData {
    told(user.id, user.role.as_str(), user.disabled, user.version)
}

fn told(user_id: UserId, role: &str, disabled: bool, version: i64) -> UserData {
    UserData { user_id, role: role.to_owned(), disabled, version }
}

#[derive(Deserialize)]
struct UntoldRow {
    id: UserId,
    role: String,
    disabled: bool,
    version: i64,
    deleted: bool,
}

/// Tells of users of whom no event has told. Returns how many.
pub(crate) async fn announce_users(context: &Context) -> Result<u32, Failure> {
    let untold: Vec<UntoldRow> = context.query(sql::USERS_TO_ANNOUNCE.bind([])).await?.read()?;
    if untold.is_empty() {
        return Ok(0);
    }
    let mut unit = context.unit();
    for user in &untold {
        let data = told(user.id, &user.role, user.disabled, user.version);
        let event = if user.deleted { Event::UserDeleted(data) } else { Event::UserUpdated(data) };
        context.publish(&mut unit, &event, user.id)?;
    }
    let ids: Vec<UserId> = untold.iter().map(|user| user.id).collect();
    unit.push(sql::ANNOUNCED.bind([json(&ids)]));
    context.commit(unit).await?;
    Ok(u32::try_from(ids.len()).unwrap_or(u32::MAX))
}

/// A user after a change.
fn changed(user: &User, draft: UserDraft) -> User {
    let UserDraft { email, name, role, customer_id, disabled } = draft;
    let version = user.version.saturating_add(1);
    User { email, name, role, customer_id, disabled, version, id: user.id, created_at: user.created_at }
}

pub(super) fn revoke_sessions(
    context: &Context,
    unit: &mut Unit,
    user: UserId,
    why: &str,
    but: Option<&str>,
) {
    unit.push(sql::REVOKE_SESSIONS_OF.bind(values![user, context.now(), why, but]));
}

impl<T> Users for Store<'_, T> {
    async fn find_user(&self, id: UserId) -> Result<Option<User>, Failure> {
        Ok(self.context.query(sql::FIND_USER.bind(values![id])).await?.first()?)
    }

    async fn credentials(&self, id: UserId) -> Result<Option<Credentials>, Failure> {
        Ok(credentials(self.context.query(sql::FIND_CREDENTIALS.bind(values![id])).await?)?)
    }

    async fn set_password(
        &self,
        user: &User,
        password_hash: &str,
        attempt: &str,
        keeps_keys: bool,
    ) -> Result<(), ChangePasswordError> {
        let context = self.context;
        let mut unit = self.unremembered();
        let version = user.version.saturating_add(1);
        unit.push(sql::SET_PASSWORD.bind(values![user.id, password_hash, version]));
        let own = context.caller.session.as_deref();
        revoke_sessions(context, &mut unit, user.id, "the password was changed", own);
        if !keeps_keys {
            unit.push(sql::REVOKE_KEYS_OF.bind(values![user.id, context.now()]));
        }
        forgive(&mut unit, &user.email, Origin::default(), attempt);
        unit.push(audit::done(context, Action::PasswordChanged, user.id, "")?);
        mails::tell(context, &mut unit, user, MailContent::PasswordChanged)?;
        match context.commit(unit).await {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.rule() {
                Some("users_version") => ChangePasswordError::Stale,
                Some("users_deleted") => ChangePasswordError::Gone,
                _ => ChangePasswordError::Failure(error.into()),
            }),
        }
    }
}

impl Store<'_, User> {
    /// Commits a change after which the user looks like this. A broken rule of the schema becomes an outcome.
    async fn commit(&self, mut unit: Unit, user: &User) -> Result<(), UserWriteError> {
        self.present.keep(self.context, &mut unit, user)?;
        match self.context.commit(unit).await {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.rule() {
                Some("users.email") => UserWriteError::EmailTaken,
                Some("users_version") => UserWriteError::Stale,
                Some("users_deleted") => UserWriteError::Gone,
                Some("users_last_admin") => UserWriteError::LastAdmin,
                _ => UserWriteError::Failure(error.into()),
            }),
        }
    }
}

impl ChangeUsers for Store<'_, User> {
    async fn create(&self, draft: UserDraft, password_hash: &str) -> Result<User, UserWriteError> {
        let context = self.context;
        let UserDraft { email, name, role, customer_id, disabled } = draft;
        let (id, created_at) = (context.new_id().map_err(Failure::from)?, context.now());
        let user = User { id, email, name, role, customer_id, disabled, created_at, version: 1 };
        let mut unit = context.unit();
        unit.push(sql::INSERT_USER.bind(values![
            user.id,
            &user.email,
            &user.name,
            role.as_str(),
            customer_id,
            password_hash,
            disabled,
            user.created_at
        ]));
        unit.push(audit::done(context, Action::UserCreated, user.id, role.as_str())?);
        context.publish(&mut unit, &Event::UserCreated(data(&user)), user.id)?;
        unit.push(sql::ANNOUNCED.bind([json(&[user.id])]));
        mails::tell(context, &mut unit, &user, MailContent::UserWelcome)?;
        self.commit(unit, &user).await?;
        Ok(user)
    }

    async fn replace(
        &self,
        user: &User,
        draft: UserDraft,
        password_hash: Option<String>,
    ) -> Result<User, UserWriteError> {
        let context = self.context;
        let has_new_password = password_hash.is_some();
        let ends_sessions = has_new_password
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
        if has_new_password {
            unit.push(sql::REVOKE_KEYS_OF.bind(values![user.id, context.now()]));
            mails::tell(context, &mut unit, &after, MailContent::PasswordChanged)?;
        }
        if ends_sessions {
            revoke_sessions(context, &mut unit, user.id, "the user was changed", None);
        }
        unit.push(audit::done(context, Action::UserUpdated, user.id, &detail)?);
        context.publish(&mut unit, &Event::UserUpdated(data(&after)), user.id)?;
        self.commit(unit, &after).await?;
        Ok(after)
    }

    async fn delete(&self, user: &User) -> Result<(), UserWriteError> {
        let context = self.context;
        let mut unit = context.unit();
        let version = user.version.saturating_add(1);
        unit.push(sql::DELETE_USER.bind(values![user.id, context.now(), version]));
        unit.push(sql::REVOKE_KEYS_OF.bind(values![user.id, context.now()]));
        revoke_sessions(context, &mut unit, user.id, "the user was removed", None);
        unit.push(audit::done(context, Action::UserDeleted, user.id, user.role.as_str())?);
        context.publish(&mut unit, &Event::UserDeleted(UserData { version, ..data(user) }), user.id)?;
        self.commit(unit, user).await
    }
}

/// A page of users by id, which is also the order of their creation.
pub(crate) async fn list_users(
    context: &Context,
    cursor: Option<&Cursor>,
    limit: Limit,
) -> Result<Vec<User>, DatabaseError> {
    let after = cursor.map_or("", Cursor::key);
    let count = limit.rows().saturating_add(1);
    context.query(sql::LIST_USERS.bind(values![after, count])).await?.read()
}
