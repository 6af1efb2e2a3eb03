//! The other services, asked in the gateway's own name over service bindings.

use std::marker::PhantomData;

use contracts::ops::{
    BooksSummary, DeliverMessages, LookupSales, MarkDelivered, MessageReplayed, MessagesDelivered,
    OutboxStatus, ReplayMessage, SaleFound, SalesFound, SalesPage, SalesSummary, ServiceHealth,
    ServiceReconciliation, StockSummary, SweepReport, WaitingMessage,
};
use contracts::{Queue, Service};
use kernel::{Cursor, Failure};
use platform::{PeerResponse, Platform};
use serde::de::DeserializeOwned;
use store::{json, plumbing, values};
use web::{Bounded, Context};

use super::store::SqlLetters;
use crate::application::ports::{Auditable, Mail, Summaries};

/// The other services; `S` is this one, whose own part of a sweep is done without asking anybody.
pub(crate) struct Peers<'a, P, S> {
    context: &'a Context<P>,
    own: PhantomData<fn() -> S>,
}

impl<'a, P: Platform, S: Bounded> Peers<'a, P, S> {
    pub(crate) fn new(context: &'a Context<P>) -> Self {
        Self { context, own: PhantomData }
    }

    pub(crate) fn context(&self) -> &Context<P> {
        self.context
    }

    async fn read<T: DeserializeOwned>(&self, peer: Service, path: &str) -> Result<T, Failure> {
        Ok(self.context.ask_as_system(peer, "GET", path, &()).await?)
    }

    /// A public page of a service, as it is: its health, its metrics.
    pub(crate) async fn page(&self, peer: Service, path: &str) -> Result<PeerResponse, Failure> {
        Ok(self.context.forward(peer, "GET", path, Vec::new(), Vec::new()).await?)
    }
}

impl<P: Platform, S: Bounded> Mail for Peers<'_, P, S> {
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
            return SqlLetters::new(self.context).bury(&bodies).await.map(|()| ids);
        }
        let request = DeliverMessages { messages };
        let answer: MessagesDelivered =
            self.context.ask_as_system(reader, "POST", "/internal/events", &request).await?;
        Ok(answer.settled)
    }

    async fn mark_delivered(&self, owner: Service, queue: &str, ids: Vec<String>) -> Result<(), Failure> {
        if owner == S::SERVICE {
            let mut unit = self.context.unit();
            unit.push(plumbing::MARK_DELIVERED.bind(values![queue, json(&ids), self.context.now()]));
            self.context.commit(unit).await?;
            return Ok(());
        }
        let request = MarkDelivered { queue: queue.to_owned(), ids };
        let _: serde_json::Value =
            self.context.ask_as_system(owner, "POST", "/internal/outbox/delivered", &request).await?;
        Ok(())
    }

    async fn replay(&self, reader: Service, body: &str) -> Result<MessageReplayed, Failure> {
        let request = ReplayMessage { body: body.to_owned() };
        Ok(self.context.ask_as_system(reader, "POST", "/internal/events/replay", &request).await?)
    }
}

impl<P: Platform, S: Bounded> Summaries for Peers<'_, P, S> {
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

impl<P: Platform, S: Bounded> Auditable for Peers<'_, P, S> {
    async fn own_checks(&self, service: Service) -> Result<ServiceReconciliation, Failure> {
        self.read(service, "/internal/reconciliation").await
    }

    async fn outbox(&self, service: Service) -> Result<OutboxStatus, Failure> {
        if service == S::SERVICE {
            return web::outbox_status(self.context).await;
        }
        let health: ServiceHealth = self.read(service, "/health").await?;
        Ok(health.outbox)
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
