//! A world that meddles: before one database call of a request others get their turn, or the call or its
//! answer is lost.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use contracts::{Queue, Service};
use inventory::Inventory;
use kernel::Timestamp;
use platform::{PeerError, PeerRequest, PeerResponse, Platform, QueueError};
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
        let world = Meddler { world, database };
        let router = web::router::<Inventory, Meddler>();
        let answer = web::serve::<Inventory, Meddler>(router, world, self.request(ask)).await;
        assert!(plan.lock().unwrap().is_none(), "the request made fewer than {call} database calls");
        Answer::of(&answer)
    }
}

/// The world as it is, with another database.
#[derive(Clone)]
struct Meddler {
    world: native::World,
    database: Meddled,
}

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

impl Platform for Meddler {
    type Database = Meddled;

    fn database(&self) -> &Meddled {
        &self.database
    }

    async fn call(&self, peer: Service, request: PeerRequest) -> Result<PeerResponse, PeerError> {
        self.world.call(peer, request).await
    }

    async fn send(&self, queue: Queue, bodies: Vec<String>) -> Result<(), QueueError> {
        self.world.send(queue, bodies).await
    }

    fn defer(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.world.defer(work);
    }

    fn now(&self) -> Timestamp {
        self.world.now()
    }

    fn random(&self) -> [u8; 16] {
        self.world.random()
    }

    fn setting(&self, name: &str) -> Option<String> {
        self.world.setting(name)
    }

    fn log(&self, line: &str) {
        self.world.log(line);
    }
}
