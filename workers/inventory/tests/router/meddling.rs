//! A world that meddles: before one database call of a request others get their turn, or the call or its
//! answer is lost.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use native::client::{Answer, Client};
use serde_json::Value;
use store::{Database, DatabaseError, Pending, Rows, Statement};

/// What happens at the chosen database call.
pub(crate) enum Meddling {
    /// Others act first.
    Others(Pin<Box<dyn Future<Output = ()> + Send>>),
    /// Nothing is done, and nobody answers.
    CallLost,
    /// It is done, and nobody answers.
    AnswerLost,
}

impl Meddling {
    pub(crate) fn others(work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self::Others(Box::pin(work))
    }
}

/// The answer to a request that is meddled with at its `call`-th database call, from 1.
pub(crate) async fn meddled(
    client: &Client,
    path: &str,
    body: &Value,
    call: usize,
    meddling: Meddling,
) -> Answer {
    let plan = Arc::new(Mutex::new(Some(meddling)));
    let inner = Arc::new(client.database());
    let database = Meddled { inner, calls_left: AtomicUsize::new(call), plan: plan.clone() };
    let answer = client.send_over(Arc::new(database), "POST", path, body.to_string()).await;
    assert!(plan.lock().unwrap().is_none(), "the request made fewer than {call} database calls");
    answer
}

/// The database as it is, but for one call.
struct Meddled {
    inner: Arc<dyn Database>,
    calls_left: AtomicUsize,
    plan: Arc<Mutex<Option<Meddling>>>,
}

impl Meddled {
    async fn around<T>(
        &self,
        call: impl Future<Output = Result<T, DatabaseError>> + Send,
    ) -> Result<T, DatabaseError> {
        let chosen = self.calls_left.fetch_sub(1, Ordering::SeqCst) == 1;
        let meddling = if chosen { self.plan.lock().unwrap().take() } else { None };
        let silent = || DatabaseError::Unknown("the database did not answer".to_owned());
        match meddling {
            None => call.await,
            Some(Meddling::Others(work)) => {
                work.await;
                call.await
            }
            Some(Meddling::CallLost) => Err(silent()),
            Some(Meddling::AnswerLost) => call.await.and(Err(silent())),
        }
    }
}

impl Database for Meddled {
    fn query(&self, statement: Statement) -> Pending<'_, Rows> {
        Box::pin(self.around(self.inner.query(statement)))
    }

    fn batch(&self, statements: Vec<Statement>) -> Pending<'_, Vec<Rows>> {
        Box::pin(self.around(self.inner.batch(statements)))
    }
}
