//! Whether somebody may choose a password: enough of it is their own idea, and nobody has stolen it elsewhere.

use kernel::text::{Email, Name};

use super::ports::Breaches;
use crate::domain::password::NewPassword;
use crate::domain::password_rules::STOLEN;

/// Every way to a new password asks this. If the list does not answer, the rules decide alone.
pub async fn check_password(
    breaches: &impl Breaches,
    password: &NewPassword,
    email: &Email,
    name: &Name,
) -> Result<(), &'static str> {
    password.check_for(email, name)?;
    let (prefix, suffix) = password.breach_key();
    match breaches.suffixes(&prefix).await {
        Some(stolen) if stolen.contains(&suffix) => Err(STOLEN),
        Some(_) | None => Ok(()),
    }
}
