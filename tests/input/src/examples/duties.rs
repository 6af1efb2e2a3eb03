//! What one asks for and another one decides.

use house::User;
use native::client::usd;
use serde_json::{Value, json};

use super::{Recorder, text};

pub(super) fn record(recorder: &mut Recorder<'_>) -> Result<(), String> {
    let approve = asked(recorder, "approved")?;
    let _ = recorder.get(User::Manager, "/approvals", &[], "?limit=2")?;
    let _ = recorder.get(User::Admin, "/approvals", &[], "?status=Pending")?;
    let _ = recorder.get(User::Admin, "/approvals/{id}", &[&approve], "")?;
    let _ = recorder.post(User::Admin, "/approvals/{id}/approve", &[&approve], &Value::Null, 200)?;
    let reject = asked(recorder, "rejected")?;
    let reason = json!({ "reason": "No collateral" });
    let _ = recorder.post(User::Admin, "/approvals/{id}/reject", &[&reject], &reason, 200)?;
    let withdraw = asked(recorder, "withdrawn")?;
    let _ = recorder.post(User::Manager, "/approvals/{id}/withdraw", &[&withdraw], &Value::Null, 200)?;
    Ok(())
}

/// A manager asks for a credit limit above that of the house; the id of what waits.
fn asked(recorder: &mut Recorder<'_>, name: &str) -> Result<String, String> {
    let email = format!("{name}.{}@example.org", recorder.tag);
    let customer = json!({ "name": "A large customer", "email": email, "type": "Wholesale", "creditLimit": usd("2000000000.00") });
    text(&recorder.post(User::Manager, "/customers", &[], &customer, 202)?, "id")
}
