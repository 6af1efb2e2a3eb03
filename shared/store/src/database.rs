//! The boundary between the SQL and the database that runs it.

use std::future::Future;
use std::pin::Pin;

use crate::{DatabaseError, Rows, Statement};

/// The pending result of a database call.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, DatabaseError>> + Send + 'a>>;

/// A SQLite database: D1 at the edge, a file or memory natively.
pub trait Database: Send + Sync + 'static {
    /// Runs one reading statement.
    fn query(&self, statement: Statement) -> Pending<'_, Rows>;

    /// Runs all statements as one transaction, in order, and returns the rows of each. One failure undoes all. An empty
    /// batch returns nothing.
    fn batch(&self, statements: Vec<Statement>) -> Pending<'_, Vec<Rows>>;
}
