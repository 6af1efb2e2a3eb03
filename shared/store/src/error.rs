//! Database errors, classified in one place for both databases.

/// A failed statement or batch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseError {
    /// A rule of the schema refused the batch, and nothing of the batch happened. The name is that of a CHECK or a
    /// trigger (`stock_on_hand_not_negative`), or the first column of a broken UNIQUE (`orders.id`).
    #[error("the rule {rule} refused the change")]
    Rule {
        /// The rule's name.
        rule: String,
        /// Details of the case: what follows the name in a trigger's message.
        detail: String,
    },
    /// The database could not be reached, or failed half-way: whether the batch happened is unknown.
    #[error("the outcome of the database call is unknown: {0}")]
    Unknown(String),
    /// A row did not have the shape that the code reads: a defect.
    #[error("a row could not be read: {0}")]
    Shape(String),
}

impl DatabaseError {
    /// The name of the rule that refused, if one did.
    #[must_use]
    pub fn rule(&self) -> Option<&str> {
        match self {
            Self::Rule { rule, .. } => Some(rule),
            _ => None,
        }
    }

    /// Reads SQLite's message, as D1 and rusqlite pass it on.
    #[must_use]
    pub fn classify(message: &str) -> Self {
        // Our triggers say `rule:<name>` or `rule:<name>:<detail>`.
        if let Some((_, rest)) = message.split_once("rule:") {
            let rest = rest.split(": SQLITE").next().unwrap_or(rest).trim();
            let (rule, detail) = rest.split_once(':').unwrap_or((rest, ""));
            return Self::Rule { rule: rule.trim().to_owned(), detail: detail.trim().to_owned() };
        }
        if message.contains("FOREIGN KEY constraint failed") {
            return Self::Rule { rule: "foreign_key".to_owned(), detail: String::new() };
        }
        if let Some((kind, rest)) = message.split_once(" constraint failed: ") {
            let rest = rest.split(": SQLITE").next().unwrap_or(rest).trim();
            let first = rest.split(',').next().unwrap_or(rest).trim();
            let suffix = if kind.ends_with("NOT NULL") { " not null" } else { "" };
            return Self::Rule { rule: format!("{first}{suffix}"), detail: rest.to_owned() };
        }
        Self::Unknown(message.lines().next().unwrap_or_default().to_owned())
    }
}

/// What a port returns when no domain rule explains the error.
impl From<DatabaseError> for kernel::Failure {
    fn from(error: DatabaseError) -> Self {
        match error.rule() {
            Some("idempotency_keys.scope" | "inbox.message_id") => Self::Repeated(error.to_string()),
            Some(_) => Self::Defect(error.to_string()),
            None => match error {
                DatabaseError::Unknown(cause) => Self::Unknown(cause),
                other => Self::Defect(other.to_string()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_both_databases_name_the_rule() {
        for (message, rule, detail) in [
            (
                "D1_ERROR: CHECK constraint failed: stock_on_hand: SQLITE_CONSTRAINT",
                "stock_on_hand",
                "stock_on_hand",
            ),
            ("CHECK constraint failed: stock_on_hand", "stock_on_hand", "stock_on_hand"),
            (
                "D1_ERROR: UNIQUE constraint failed: a.x, a.y: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_PRIMARYKEY)",
                "a.x",
                "a.x, a.y",
            ),
            ("D1_ERROR: rule:unknown_stock:A-1: SQLITE_CONSTRAINT_TRIGGER", "unknown_stock", "A-1"),
            ("rule:closed", "closed", ""),
            ("NOT NULL constraint failed: a.x", "a.x not null", "a.x"),
            ("FOREIGN KEY constraint failed", "foreign_key", ""),
        ] {
            assert_eq!(
                DatabaseError::classify(message),
                DatabaseError::Rule { rule: rule.to_owned(), detail: detail.to_owned() },
                "{message}"
            );
        }
        assert!(matches!(DatabaseError::classify("Network connection lost."), DatabaseError::Unknown(_)));
    }
}
