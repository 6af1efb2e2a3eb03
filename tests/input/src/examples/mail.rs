//! The mails that the other examples have caused.

use house::User;
use serde_json::json;

use super::{Recorder, text};

pub(super) fn record(recorder: &mut Recorder<'_>) -> Result<(), String> {
    recorder.settle();
    let listed = recorder.get(User::Manager, "/mail", &[], "?status=Sent&limit=2")?;
    let id = text(&listed["data"][0], "id")?;
    let _ = recorder.get(User::Manager, "/mail/{mailId}", &[&id], "")?;
    let mails = listed["data"].as_array().into_iter().flatten();
    // The link in the mail for a new password works once.
    let other =
        mails.into_iter().find(|mail| mail["template"] != "PasswordReset").unwrap_or(&listed["data"][0]);
    let _ = recorder.post(User::Manager, "/mail/{mailId}/resend", &[&text(other, "id")?], &json!({}), 202)?;
    // Only the provider can sign a report.
    let report = json!({ "type": "email.bounced", "data": { "email_id": "4ef9a417", "to": ["ada@example.org"],
        "bounce": { "type": "Permanent", "message": "550 5.1.1 No such user" } } });
    recorder.post(User::Guest, "/mail/bounces", &[], &report, 401)?;
    Ok(())
}
