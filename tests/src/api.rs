//! The public door, as a scenario sees it.

use native::client::Answer;
use serde_json::Value;

/// Who knocks: the demo users, or nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the roles of DESIGN, word for word")]
pub enum User {
    Guest,
    Admin,
    Manager,
    Accountant,
    Warehouse,
    Cashier,
    Wholesaler,
    Customer,
}

impl User {
    /// The e-mail address of the demo user; none for a guest.
    #[must_use]
    pub fn email(self) -> Option<&'static str> {
        match self {
            Self::Guest => None,
            Self::Admin => Some("admin@demo.test"),
            Self::Manager => Some("manager@demo.test"),
            Self::Accountant => Some("accountant@demo.test"),
            Self::Warehouse => Some("warehouse@demo.test"),
            Self::Cashier => Some("cashier@demo.test"),
            Self::Wholesaler => Some("wholesaler@demo.test"),
            Self::Customer => Some("customer@demo.test"),
        }
    }
}

/// The password of every demo user.
pub const PASSWORD: &str = "demo-only-password";

/// A request to the gateway.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    /// Who.
    pub user: User,
    /// `GET`, `POST`, …
    pub method: &'a str,
    /// The path with `/api/v1`, and the query.
    pub path: &'a str,
    /// Further headers.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body.
    pub body: &'a str,
}

/// A running house behind its gateway.
pub trait Api: Sync {
    /// Sends a request; the token of the user is added.
    fn call(&self, call: &Call<'_>) -> Answer;

    /// Waits until every message has arrived where it goes.
    fn settle(&self);

    /// Reads.
    fn get(&self, user: User, path: &str) -> Answer {
        self.call(&Call { user, method: "GET", path: &versioned(path), headers: &[], body: "" })
    }

    /// Sends JSON.
    fn post(&self, user: User, path: &str, body: &Value) -> Answer {
        self.with_headers(user, "POST", path, &[], body)
    }

    /// Sends JSON with an idempotency key.
    fn post_once(&self, user: User, path: &str, key: &str, body: &Value) -> Answer {
        self.with_headers(user, "POST", path, &[("idempotency-key", key)], body)
    }

    /// Replaces.
    fn put(&self, user: User, path: &str, body: &Value) -> Answer {
        self.with_headers(user, "PUT", path, &[], body)
    }

    /// Sends JSON with headers.
    fn with_headers(
        &self,
        user: User,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let mut all = vec![("content-type", "application/json")];
        all.extend_from_slice(headers);
        self.call(&Call { user, method, path: &versioned(path), headers: &all, body: &body.to_string() })
    }
}

fn versioned(path: &str) -> String {
    if path.starts_with("/.well-known/")
        || path.starts_with("/health")
        || path.starts_with("/metrics")
        || path.starts_with("/api/")
    {
        path.to_owned()
    } else {
        format!("/api/v1{path}")
    }
}
