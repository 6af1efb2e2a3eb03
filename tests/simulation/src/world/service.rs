//! The world as one service sees it: each effect is a place where others go first, where it fails, or where it stops.

use std::sync::Arc;

use contracts::{Queue, Service};
use kernel::{Tenant, TimeZone, Timestamp};
use native::Request;
use platform::{Body, Boxed, FetchError, Files, Grouped, NoFiles, PeerError, QueueError, RandomError, World};
use store::Database;

use super::{BODY_BYTES_MAX, Residence, told};

/// The world of one service.
pub(super) struct ServiceWorld {
    pub(super) house: Residence,
    pub(super) service: Service,
    pub(super) database: Arc<Grouped>,
}

impl World for ServiceWorld {
    fn database(&self, tenant: &Tenant) -> Option<Arc<dyn Database>> {
        tenant.is_main().then(|| -> Arc<dyn Database> { self.database.clone() })
    }

    fn call(
        &self,
        peer: Service,
        request: platform::Request,
    ) -> Boxed<'_, Result<platform::Response, PeerError>> {
        Box::pin(async move {
            let failed = |cause: String| PeerError { peer, cause };
            let (parts, body) = request.into_parts();
            let body = body.read(BODY_BYTES_MAX).await.map_err(|error| failed(error.to_string()))?;
            let request = Request::from_parts(parts, body);
            let response = self.house.call(Some(self.service), peer, request).await.map_err(failed)?;
            Ok(response.map(Body::Bytes))
        })
    }

    /// There is one server outside: the mail provider.
    fn fetch(&self, request: platform::Request) -> Boxed<'_, Result<platform::Response, FetchError>> {
        Box::pin(async move {
            let key = request.headers().get("idempotency-key").and_then(|key| key.to_str().ok());
            let key = key.unwrap_or_default().to_owned();
            self.house.take_mail(self.service, &key).await.map_err(FetchError)
        })
    }

    fn files(&self) -> &dyn Files {
        &NoFiles
    }

    fn send(&self, queue: Queue, bodies: Vec<String>) -> Boxed<'_, Result<(), QueueError>> {
        Box::pin(async move {
            let core = &self.house.core;
            core.pause().await;
            core.reach(Some(self.service), "before a hand-over to a queue").await;
            let fault = core.fault(|faults, random| faults.of_send(random));
            let said = || format!("{} {bodies:?} {}", queue.name(), told(fault));
            core.note(Some(self.service), "sends to", said, &[queue.name().as_bytes()]);
            if fault.is_some() {
                return Err(QueueError("it is full".to_owned()));
            }
            core.state().queues.extend(bodies.into_iter().map(|body| (queue, body)));
            core.reach(Some(self.service), "after a hand-over to a queue").await;
            Ok(())
        })
    }

    fn defer(&self, work: Boxed<'static, ()>) {
        let core = &self.house.core;
        if core.fault(|faults, random| faults.of_deferred(random)).is_some() {
            return;
        }
        let pause = core.pause();
        core.spawn(
            Some(self.service),
            Box::pin(async move {
                pause.await;
                work.await;
            }),
        );
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.house.core.now_ms(Some(self.service)))
    }

    fn utc_offset_seconds(&self, zone: &TimeZone, at: Timestamp) -> Option<i32> {
        native::utc_offset_seconds(zone, at)
    }

    fn random(&self) -> Result<[u8; 16], RandomError> {
        let (high, low) = self.house.core.with_random(|random| (random.next(), random.next()));
        Ok((u128::from(high) << 64 | u128::from(low)).to_le_bytes())
    }

    fn setting(&self, name: &str) -> Option<String> {
        let value = match name {
            "ACCESS_TOKEN_KEY" => "an-access-token-key-for-one-process-only",
            key if key.ends_with("_TOKEN_KEY") => "a-service-token-key-for-one-process-only",
            "CURRENCY" => "USD",
            "PAYMENT_PROVIDER" => "test",
            // Half of the credit notes come to more.
            "APPROVAL_CREDIT_NOTE" => "15.00",
            "MAIL_PROVIDER" => "http",
            "MAIL_API_URL" => "https://mail.example/emails",
            "MAIL_SECRET" => "a-key-at-the-mail-provider",
            _ => return None,
        };
        Some(value.to_owned())
    }

    fn log(&self, line: &str) {
        self.house.core.note(Some(self.service), "logs", || line.to_owned(), &[line.as_bytes()]);
    }
}
