//! The services of the house, as the one who keeps its clock and looks after it sees them.

use std::future::Future;

use contracts::Service;
use contracts::ops::{
    BooksSummary, MessageReplayed, SaleFound, SalesPage, SalesSummary, ServiceHealth, ServiceReconciliation,
    StockSummary, WaitingMessage,
};
use kernel::{Cursor, Failure, Timestamp};

/// The messages between the services.
pub trait Mail: Sync {
    /// Tells a service which of its dead letters are stored; its next page of them.
    fn fetch_letters(
        &self,
        owner: Service,
        stored: Vec<String>,
        after: String,
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
    /// What a service checks alone, a page.
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

    /// What another service knows of sales.
    fn look_up(
        &self,
        service: Service,
        ids: &[String],
    ) -> impl Future<Output = Result<Vec<SaleFound>, Failure>> + Send;
}
