//! The other services, as the gateway uses them: dead letters, summaries, health and reconciliation.

use std::future::Future;

use contracts::Service;
use contracts::ops::{
    BooksSummary, MessageReplayed, SaleFound, SalesPage, SalesSummary, ServiceHealth, ServiceReconciliation,
    StockSummary, WaitingMessage,
};
use kernel::{Cursor, Failure, Timestamp};

/// The messages between the services.
pub trait Mail: Sync {
    /// Tells a service which of its dead letters are stored, and returns its next page of them.
    fn fetch_letters(
        &self,
        owner: Service,
        stored: Vec<String>,
        after: String,
    ) -> impl Future<Output = Result<Vec<WaitingMessage>, Failure>> + Send;

    /// Lets a service take in a dead letter again.
    fn replay(
        &self,
        reader: Service,
        body: &str,
    ) -> impl Future<Output = Result<MessageReplayed, Failure>> + Send;
}

/// The figures of the day.
pub trait Summaries: Sync {
    /// Those of the order service.
    fn sales(&self) -> impl Future<Output = Result<SalesSummary, Failure>> + Send;

    /// Those of inventory.
    fn stock(&self) -> impl Future<Output = Result<StockSummary, Failure>> + Send;

    /// Those of accounting.
    fn books(&self) -> impl Future<Output = Result<BooksSummary, Failure>> + Send;
}

/// The health of the services.
pub trait Observable: Sync {
    /// The health of a service, including this one; a failure when it or its database does not answer.
    fn health(&self, service: Service) -> impl Future<Output = Result<ServiceHealth, Failure>> + Send;
}

/// What the services report for the comparison.
pub trait Auditable: Summaries + Observable {
    /// A page of what a service checks alone.
    fn own_checks(
        &self,
        service: Service,
        after: Option<&Cursor>,
    ) -> impl Future<Output = Result<ServiceReconciliation, Failure>> + Send;

    /// A page of the order service's sales and refunds, without those that changed since `before`.
    fn sales_page(
        &self,
        after: Option<&Cursor>,
        before: Option<Timestamp>,
    ) -> impl Future<Output = Result<SalesPage, Failure>> + Send;

    /// What another service knows about sales.
    fn look_up(
        &self,
        service: Service,
        ids: &[String],
    ) -> impl Future<Output = Result<Vec<SaleFound>, Failure>> + Send;
}
