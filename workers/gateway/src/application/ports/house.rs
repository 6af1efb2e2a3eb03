//! The services of the house, as the one who keeps its clock and looks after it sees them.

use std::future::Future;

use contracts::ops::{
    BooksSummary, MessageReplayed, SaleFound, SalesPage, SalesSummary, ServiceHealth, ServiceReconciliation,
    StockSummary, SweepReport, WaitingMessage,
};
use contracts::{Queue, Service};
use kernel::{Cursor, Failure};

/// The messages between the services.
pub trait Mail: Sync {
    /// Lets a service sweep, and answers what waits in its outbox: the first page of each queue.
    fn sweep(&self, owner: Service) -> impl Future<Output = Result<SweepReport, Failure>> + Send;

    /// Hands messages to their reader; the ids that need no further delivery.
    fn deliver(
        &self,
        reader: Service,
        messages: Vec<WaitingMessage>,
    ) -> impl Future<Output = Result<Vec<String>, Failure>> + Send;

    /// Tells the owner of an outbox what its reader has; what waits in that queue after the message `after`,
    /// when that is wanted.
    fn mark_delivered(
        &self,
        owner: Service,
        queue: Queue,
        ids: Vec<String>,
        after: Option<String>,
    ) -> impl Future<Output = Result<Vec<WaitingMessage>, Failure>> + Send;

    /// Lets a service take in a dead letter once more.
    fn replay(
        &self,
        reader: Service,
        body: &str,
    ) -> impl Future<Output = Result<MessageReplayed, Failure>> + Send;
}

/// The figures of the day.
pub trait Summaries: Sync {
    /// Of the order service.
    fn sales(&self) -> impl Future<Output = Result<SalesSummary, Failure>> + Send;

    /// Of inventory.
    fn stock(&self) -> impl Future<Output = Result<StockSummary, Failure>> + Send;

    /// Of accounting.
    fn books(&self) -> impl Future<Output = Result<BooksSummary, Failure>> + Send;
}

/// How the services are.
pub trait Observable: Sync {
    /// How a service is, this one included; a failure when it or its database does not answer.
    fn health(&self, service: Service) -> impl Future<Output = Result<ServiceHealth, Failure>> + Send;
}

/// What the services say when their books are compared.
pub trait Auditable: Summaries + Observable {
    /// What a service checks alone.
    fn own_checks(
        &self,
        service: Service,
    ) -> impl Future<Output = Result<ServiceReconciliation, Failure>> + Send;

    /// A page of the order service's sales and refunds.
    fn sales_page(&self, after: Option<&Cursor>) -> impl Future<Output = Result<SalesPage, Failure>> + Send;

    /// What another service knows of sales.
    fn look_up(
        &self,
        service: Service,
        ids: &[String],
    ) -> impl Future<Output = Result<Vec<SaleFound>, Failure>> + Send;
}
