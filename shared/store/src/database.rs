//! The seam between the SQL and the machine that runs it.

use std::future::Future;

use crate::{DatabaseError, Rows, Statement};

/// A SQLite database: D1 at the edge, a file or memory natively.
pub trait Database: Clone + Send + Sync + 'static {
    /// Runs one reading statement.
    fn query(&self, statement: Statement) -> impl Future<Output = Result<Rows, DatabaseError>> + Send;

    /// Runs all statements as one transaction, in order; the rows of each. One failure undoes all.
    /// An empty batch answers nothing.
    fn batch(
        &self,
        statements: Vec<Statement>,
    ) -> impl Future<Output = Result<Vec<Rows>, DatabaseError>> + Send;
}
