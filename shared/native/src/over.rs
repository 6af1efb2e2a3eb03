//! The world of a service with something between the service and its database: a test that lets others go
//! first, or loses an answer.

use std::future::Future;

use contracts::{Queue, Service};
use kernel::Timestamp;
use platform::{PeerError, PeerRequest, PeerResponse, Platform, QueueError};
use store::Database;

use crate::World;

/// A world over another database.
#[derive(Clone)]
pub struct Over<D> {
    world: World,
    database: D,
}

impl<D> Over<D> {
    /// The world as it is, but for its database.
    pub const fn new(world: World, database: D) -> Self {
        Self { world, database }
    }
}

impl<D: Database + Clone + Send + Sync + 'static> Platform for Over<D> {
    type Database = D;

    fn database(&self) -> &D {
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
