//! Links for a new password over SQL.

use contracts::Event;
use contracts::events::{MailContent, MailRequested, Recipient, ResetMail};
use kernel::Failure;
use kernel::text::Email;
use serde_json::json;
use store::values;
use uuid::Uuid;

use super::audit::{self, Action};
use super::sessions::forgive;
use super::users::revoke_sessions;
use super::{Store, mails, sql, sql_resets};
use crate::adapters::identity::{hash, new_secret};
use crate::application::ports::PasswordResets;
use crate::application::reset_password::ResetPasswordError;
use crate::domain::password_reset::{MINUTES, counted};
use crate::domain::throttle::{Origin, WINDOW_SECONDS};
use crate::domain::user::User;

impl<T> PasswordResets for Store<'_, T> {
    async fn request(&self, email: &Email, origin: Origin<'_>) -> Result<(), ResetPasswordError> {
        let context = self.context;
        let now = context.now();
        let token = new_secret(&*context.world).map_err(Failure::from)?;
        let counted = counted(email, origin);
        let subjects: Vec<_> =
            counted.iter().map(|c| json!({ "subject": c.subject, "allowed": c.allowed })).collect();
        // The statement completes it with the user's own address and name, if there is such a user.
        let mail_id = context.new_id().map_err(Failure::from)?;
        let mail = Event::MailRequested(MailRequested {
            mail_id,
            to: Recipient { email: email.clone(), name: None },
            language: None,
            secret: Some(token.clone()),
            content: MailContent::PasswordReset(ResetMail { minutes: MINUTES }),
        });
        let message = context.envelope(&mail, mail_id)?;
        let mut unit = self.unremembered();
        unit.push(sql::INSERT_ATTEMPTS.bind(values![
            store::json(&subjects),
            now,
            context.new_id::<Uuid>().map_err(Failure::from)?,
            now.plus_seconds(-WINDOW_SECONDS)
        ]));
        let expires_at = now.plus_seconds(MINUTES.saturating_mul(60));
        unit.push(sql_resets::INSERT_RESET.bind(values![hash(&token), email, now, expires_at]));
        unit.tell(sql_resets::MAIL_RESET.bind(values![message.id, message.to_json(), email, now]));
        match context.commit(unit).await {
            Ok(_) => Ok(()),
            Err(error) if error.rule() == Some("login_attempts_limit") => {
                Err(ResetPasswordError::TooMany { wait_seconds: self.wait_seconds(&counted).await? })
            }
            Err(error) => Err(Failure::from(error).into()),
        }
    }

    async fn user_of(&self, token: &str) -> Result<Option<User>, Failure> {
        let statement = sql_resets::FIND_USER_OF_RESET.bind(values![hash(token), self.context.now()]);
        Ok(self.context.query(statement).await?.first()?)
    }

    async fn reset(&self, user: &User, token: &str, password_hash: &str) -> Result<(), ResetPasswordError> {
        let (context, now) = (self.context, self.context.now());
        let mut unit = self.unremembered();
        unit.push(sql_resets::USE_RESET.bind(values![hash(token), now]));
        unit.push(sql_resets::FORGET_OTHER_RESETS.bind(values![hash(token), user.id]));
        let version = user.version.saturating_add(1);
        unit.push(sql::SET_PASSWORD.bind(values![user.id, password_hash, version]));
        revoke_sessions(context, &mut unit, user.id, "the password was reset", None);
        unit.push(sql::REVOKE_KEYS_OF.bind(values![user.id, now]));
        forgive(&mut unit, &user.email, Origin::default(), "");
        unit.push(audit::done_by(context, user, Action::PasswordReset, "", None)?);
        mails::tell(context, &mut unit, user, MailContent::PasswordChanged)?;
        match context.commit(unit).await {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.rule() {
                Some("password_resets_once" | "users_deleted") => ResetPasswordError::InvalidToken,
                Some("users_version") => ResetPasswordError::Stale,
                _ => Failure::from(error).into(),
            }),
        }
    }
}
