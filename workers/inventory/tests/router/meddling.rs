//! A world that meddles: before one database call of a request others get their turn, or the call or its
//! answer is lost.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use inventory::Inventory;
use native::Over;
use platform::Platform as _;
use store::{Database, DatabaseError, Rows, Sqlite, Statement};

use crate::shop::{Answer, Ask, Shop};

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

impl Shop {
    /// The answer to a request that is meddled with at its `call`-th database call, from 1.
    pub(crate) async fn meddled(&self, ask: Ask<'_>, call: usize, meddling: Meddling) -> Answer {
        let world = self.world();
        let plan = Arc::new(Mutex::new(Some(meddling)));
        let database = Meddled {
            sqlite: world.database().clone(),
            calls_left: Arc::new(AtomicUsize::new(call)),
            plan: plan.clone(),
        };
        let world = Over::new(world, database);
        let router = web::router::<Inventory, Over<Meddled>>();
        let answer = web::serve::<Inventory, Over<Meddled>>(router, world, self.request(ask)).await;
        assert!(plan.lock().unwrap().is_none(), "the request made fewer than {call} database calls");
        Answer::of(&answer)
    }
}

/// The database as it is, but for one call.
#[derive(Clone)]
struct Meddled {
    sqlite: Sqlite,
    calls_left: Arc<AtomicUsize>,
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
    async fn query(&self, statement: Statement) -> Result<Rows, DatabaseError> {
        self.around(self.sqlite.query(statement)).await
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Rows>, DatabaseError> {
        self.around(self.sqlite.batch(statements)).await
    }
}
