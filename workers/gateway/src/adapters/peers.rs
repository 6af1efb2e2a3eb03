//! The other services, asked in the gateway's own name over service bindings.

use std::marker::PhantomData;

use contracts::ops::{
    BooksSummary, DeliverMessages, LookupSales, MarkDelivered, MessageReplayed, MessagesDelivered, NextPage,
    ReplayMessage, SaleFound, SalesFound, SalesPage, SalesSummary, ServiceHealth, ServiceReconciliation,
    StockSummary, SweepReport, WaitingMessage,
};
use contracts::{Queue, Service};
use kernel::{Cursor, Failure};
use platform::{PeerResponse, Platform};
use serde::de::DeserializeOwned;
use web::{Bounded, Context};

use super::store::SqlLetters;
use crate::application::ports::{Auditable, Mail, Observable, Summaries};

/// The other services; `S` is this one, whose own part of a sweep is done without asking anybody.
pub(crate) struct Peers<'a, P, S> {
    context: &'a Context,
    own: PhantomData<fn() -> S>,
}

impl<'a, P: Platform, S: Bounded> Peers<'a, P, S> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Self { context, own: PhantomData }
    }

    async fn read<T: DeserializeOwned>(&self, peer: Service, path: &str) -> Result<T, Failure> {
        Ok(self.context.ask_as_system(peer, "GET", path, &()).await?)
    }

    /// A public page of a service, as it is: its metrics.
    pub(crate) async fn page(&self, peer: Service, path: &str) -> Result<PeerResponse, Failure> {
        Ok(self.context.forward(peer, "GET", path, Vec::new(), Vec::new()).await?)
    }
}

impl<S: Bounded> Mail for Peers<'_, P, S> {
    async fn sweep(&self, owner: Service) -> Result<SweepReport, Failure> {
        if owner == S::SERVICE {
            let report = web::sweep_service::<S, P>(self.context).await;
            return report
                .map_err(|problem| Failure::Unknown(problem.cause().unwrap_or_default().to_owned()));
        }
        Ok(self.context.ask_as_system(owner, "POST", "/internal/sweep", &serde_json::json!({})).await?)
    }

    async fn deliver(&self, reader: Service, messages: Vec<WaitingMessage>) -> Result<Vec<String>, Failure> {
        if reader == Queue::DeadLetters.reader() {
            let (ids, bodies): (Vec<String>, Vec<String>) =
                messages.into_iter().map(|m| (m.id, m.body)).unzip();
            let stored = SqlLetters::new(self.context).bury(&bodies).await;
            return Ok(ids.into_iter().zip(stored).filter(|(_, stored)| *stored).map(|(id, _)| id).collect());
        }
        let request = DeliverMessages { messages };
        let answer: MessagesDelivered =
            self.context.ask_as_system(reader, "POST", "/internal/events", &request).await?;
        Ok(answer.settled)
    }

    async fn mark_delivered(
        &self,
        owner: Service,
        queue: Queue,
        ids: Vec<String>,
        after: Option<String>,
    ) -> Result<Vec<WaitingMessage>, Failure> {
        let request = MarkDelivered { queue: queue.name().to_owned(), ids, after };
        if owner == S::SERVICE {
            return Ok(web::mark_delivered(self.context, &request).await?.waiting);
        }
        let next: NextPage =
            self.context.ask_as_system(owner, "POST", "/internal/outbox/delivered", &request).await?;
        Ok(next.waiting)
    }

    async fn replay(&self, reader: Service, body: &str) -> Result<MessageReplayed, Failure> {
        let request = ReplayMessage { body: body.to_owned() };
        Ok(self.context.ask_as_system(reader, "POST", "/internal/events/replay", &request).await?)
    }
}

impl<S: Bounded> Summaries for Peers<'_, P, S> {
    async fn sales(&self) -> Result<SalesSummary, Failure> {
        self.read(Service::Order, "/internal/summary").await
    }

    async fn stock(&self) -> Result<StockSummary, Failure> {
        self.read(Service::Inventory, "/internal/summary").await
    }

    async fn books(&self) -> Result<BooksSummary, Failure> {
        self.read(Service::Accounting, "/internal/summary").await
    }
}

impl<S: Bounded> Observable for Peers<'_, P, S> {
    async fn health(&self, service: Service) -> Result<ServiceHealth, Failure> {
        if service == S::SERVICE {
            return web::health::service_health::<S, P>(self.context).await;
        }
        self.read(service, "/health").await
    }
}

impl<S: Bounded> Auditable for Peers<'_, P, S> {
    async fn own_checks(&self, service: Service) -> Result<ServiceReconciliation, Failure> {
        self.read(service, "/internal/reconciliation").await
    }

    async fn sales_page(&self, after: Option<&Cursor>) -> Result<SalesPage, Failure> {
        // A cursor's text is base64url: it needs no escaping.
        let cursor = after.and_then(|cursor| serde_json::to_value(cursor).ok());
        let query = cursor.as_ref().and_then(serde_json::Value::as_str).map(|text| format!("&cursor={text}"));
        // Few and large pages: each costs three calls.
        let path = format!("/internal/reconciliation/sales?limit=1000{}", query.unwrap_or_default());
        self.read(Service::Order, &path).await
    }

    async fn look_up(&self, service: Service, ids: &[String]) -> Result<Vec<SaleFound>, Failure> {
        let request = LookupSales { ids: ids.to_vec() };
        let answer: SalesFound =
            self.context.ask_as_system(service, "POST", "/internal/reconciliation/lookup", &request).await?;
        Ok(answer.found)
    }
}
