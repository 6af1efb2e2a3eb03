//! What a request carries: the world, the tenant, the caller, the request id and the idempotency key.

mod calls;
mod ids;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use contracts::{Envelope, Event, Queue, Service};
use kernel::{Currency, Date, Failure, LocalTime, Tenant, TimeZone, Timestamp};
use platform::World;
use store::{Actor, Claim, Database, DatabaseError, OutboxMessage, Rows, Statement, Unit};

use crate::app::App;
use crate::observe::Tally;
use crate::relay::CALLS_PER_EVENT_MAX;
use crate::trace::Trace;
use crate::{Caller, Grant, Problem, ProblemCode};

pub use calls::PeerFailure;

/// The setting that names the currency of the books.
const CURRENCY: &str = "CURRENCY";
/// The setting that names the time zone of the books.
const TIME_ZONE: &str = "TIME_ZONE";

/// The setting with how long a proof of who somebody is holds, in minutes.
const STEP_UP_MINUTES: &str = "STEP_UP_MINUTES";
const STEP_UP_MINUTES_USUAL: i64 = 10;

/// One request, one message, or one sweep. It is one concrete type, because the world is behind a pointer.
#[derive(Clone)]
pub struct Context {
    /// The world.
    pub world: Arc<dyn World>,
    /// The caller, with the tenant.
    pub caller: Caller,
    /// The id that connects logs, messages and answers.
    pub request_id: Arc<str>,
    pub(crate) app: App,
    pub(crate) trace: Trace,
    pub(crate) started: Timestamp,
    database: Arc<dyn Database>,
    currency: Currency,
    if_match: Option<i64>,
    claim: Option<Arc<Claim>>,
    received: Option<(Arc<str>, Arc<str>)>,
    pub(crate) shared: Arc<Shared>,
}

/// What the clones of a context share.
#[derive(Default)]
pub(crate) struct Shared {
    claimed: AtomicBool,
    answered: AtomicBool,
    /// Whether the audit trail names the caller.
    pub(crate) audited: AtomicBool,
    pub(crate) tally: Tally,
    /// The route that answers, for the log.
    pub(crate) route: OnceLock<&'static str>,
}

impl Context {
    /// A context for a caller. Refused without a currency: books in a currency that nobody chose would stay wrong
    /// permanently.
    pub(crate) fn new(
        app: &App,
        world: Arc<dyn World>,
        caller: Caller,
        request_id: &str,
        trace: Trace,
    ) -> Result<Self, Failure> {
        let database = world.database(&caller.tenant).ok_or_else(|| {
            Failure::Defect(format!("there is no database for the tenant {}", caller.tenant))
        })?;
        let currency =
            world.setting(CURRENCY).and_then(|code| Currency::parse(code.trim()).ok()).ok_or_else(|| {
                Failure::Defect(format!("the setting {CURRENCY} is missing or no ISO 4217 code"))
            })?;
        Ok(Self {
            started: world.now(),
            world,
            caller,
            request_id: request_id.into(),
            app: app.clone(),
            trace,
            database,
            currency,
            if_match: None,
            claim: None,
            received: None,
            shared: Arc::default(),
        })
    }

    pub(crate) fn with_if_match(mut self, if_match: Option<i64>) -> Self {
        self.if_match = if_match;
        self
    }

    pub(crate) fn with_claim(mut self, claim: Claim, claimed: bool) -> Self {
        self.claim = Some(Arc::new(claim));
        self.shared.claimed.store(claimed, Ordering::Relaxed);
        self
    }

    pub(crate) fn receiving(mut self, message_id: &str, message_type: &str) -> Self {
        self.received = Some((message_id.into(), message_type.into()));
        self
    }

    /// The running service.
    #[must_use]
    pub fn service(&self) -> Service {
        self.app.service()
    }

    /// The tenant whose data it is.
    #[must_use]
    pub const fn tenant(&self) -> &Tenant {
        &self.caller.tenant
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.world.now()
    }

    /// Milliseconds since this context was created.
    pub(crate) fn since_ms(&self) -> i64 {
        self.now().unix_ms().saturating_sub(self.started.unix_ms())
    }

    /// The currency in which this house keeps its books: the setting `CURRENCY`.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// The time zone of the books, and of shops that name none: the setting `TIME_ZONE`, UTC by default.
    pub fn time_zone(&self) -> Result<TimeZone, Failure> {
        let wrong =
            |name: &str| Failure::Defect(format!("the setting {TIME_ZONE} is no IANA time zone: {name}"));
        let Some(name) = self.world.setting(TIME_ZONE) else { return Ok(TimeZone::utc()) };
        let zone = TimeZone::parse(name.trim()).filter(|zone| self.knows_zone(zone));
        zone.ok_or_else(|| wrong(&name))
    }

    /// Whether a time zone exists.
    #[must_use]
    pub fn knows_zone(&self, zone: &TimeZone) -> bool {
        self.world.utc_offset_seconds(zone, self.now()).is_some()
    }

    /// A time as the clocks of a zone show it, by default the zone of the books.
    pub fn local(&self, at: Timestamp, zone: Option<&TimeZone>) -> Result<LocalTime, Failure> {
        let zone = zone.map_or_else(|| self.time_zone(), |zone| Ok(zone.clone()))?;
        let offset = self.world.utc_offset_seconds(&zone, at);
        let unknown = || Failure::Defect(format!("the time zone {zone} is unknown"));
        offset.map(|offset| LocalTime::new(at, offset)).ok_or_else(unknown)
    }

    /// The day to which something at a time belongs: the date in a zone, by default that of the books.
    pub fn day_of(&self, at: Timestamp, zone: Option<&TimeZone>) -> Result<Date, Failure> {
        Ok(self.local(at, zone)?.date())
    }

    /// Today in the zone of the books.
    pub fn today(&self) -> Result<Date, Failure> {
        self.day_of(self.now(), None)
    }

    /// The idempotency key of the request, if it has one.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.claim.as_ref().map(|claim| claim.key.as_str())
    }

    /// The claim of a request that holds its key and has not answered it yet.
    pub(crate) fn unanswered(&self) -> Option<&Claim> {
        let answered = self.shared.answered.load(Ordering::Relaxed);
        self.claim.as_deref().filter(|_| self.holds_key() && !answered)
    }

    /// Whether a unit of this request, or of an earlier one that stopped, has claimed the key.
    #[must_use]
    pub fn holds_key(&self) -> bool {
        self.shared.claimed.load(Ordering::Relaxed)
    }

    /// The version that `If-Match` names.
    #[must_use]
    pub const fn if_match(&self) -> Option<i64> {
        self.if_match
    }

    /// Refuses unless the caller has the grant.
    pub fn require(&self, grant: Grant) -> Result<(), Problem> {
        if self.caller.may(grant) {
            return Ok(());
        }
        Err(if self.caller.role == crate::Role::Guest {
            crate::tokens::unauthenticated("Log in first: this needs a token.")
        } else {
            Problem::new(ProblemCode::Forbidden, format!("Your role does not have the grant {grant}."))
        })
    }

    /// Refuses unless the caller has proved lately who they are: the setting `STEP_UP_MINUTES` says how lately.
    pub fn require_proof(&self, grant: Grant) -> Result<(), Problem> {
        let minutes = self.number_setting(STEP_UP_MINUTES, STEP_UP_MINUTES_USUAL)?;
        if self.caller.has_proof(grant, self.now(), minutes.saturating_mul(60)) {
            return Ok(());
        }
        let detail = format!(
            "Prove first who you are: send your password to POST /auth/step-up, and use the token that it answers. An API \
             key needs {grant} in its scope."
        );
        Err(Problem::new(ProblemCode::StepUpRequired, detail))
    }

    /// A setting that is a whole number from zero; `usual` when it is missing or empty.
    pub fn number_setting(&self, name: &str, usual: i64) -> Result<i64, Failure> {
        let Some(value) = self.world.setting(name).filter(|value| !value.trim().is_empty()) else {
            return Ok(usual);
        };
        let number = value.trim().parse().ok().filter(|number| *number >= 0);
        number.ok_or_else(|| Failure::Defect(format!("the setting {name} is no whole number from 0")))
    }

    /// The same request for another caller.
    #[must_use]
    pub fn acting_as(&self, caller: Caller) -> Self {
        Self { caller, ..self.clone() }
    }

    /// Runs a reading statement.
    pub async fn query(&self, statement: Statement) -> Result<Rows, DatabaseError> {
        self.shared.tally.queried();
        self.database.query(statement).await
    }

    /// Runs several reading statements in one round trip. Returns the rows of each.
    pub async fn query_all<const N: usize>(
        &self,
        statements: [Statement; N],
    ) -> Result<[Rows; N], DatabaseError> {
        let rows = self.query_list(statements.into()).await?;
        let found = rows.len();
        rows.try_into().map_err(|_| DatabaseError::Shape(format!("{found} results of {N} statements")))
    }

    /// The same for a number of statements that is known only at run time.
    pub async fn query_list(&self, statements: Vec<Statement>) -> Result<Vec<Rows>, DatabaseError> {
        self.shared.tally.queried();
        let wanted = statements.len();
        let rows = self.database.batch(statements).await?;
        if rows.len() == wanted {
            Ok(rows)
        } else {
            Err(DatabaseError::Shape(format!("{} results of {wanted} statements", rows.len())))
        }
    }

    /// How many calls to other Workers this event may still make.
    #[must_use]
    pub fn calls_left(&self) -> u32 {
        let (_, _, made) = self.shared.tally.counts();
        CALLS_PER_EVENT_MAX.saturating_sub(made)
    }

    /// An empty unit of work, which knows the request's idempotency key or the message that it processes.
    #[must_use]
    pub fn unit(&self) -> Unit {
        let claimed = self.shared.claimed.load(Ordering::Relaxed);
        let claim = self.claim.as_ref().map(|claim| ((**claim).clone(), claimed));
        let mut unit = Unit::new(self.now(), claim);
        if let Some((id, kind)) = &self.received {
            unit.receive(id, kind);
        }
        unit
    }

    /// Adds an event for each of its readers.
    pub fn publish(
        &self,
        unit: &mut Unit,
        event: &Event,
        entity_id: impl std::fmt::Display,
    ) -> Result<(), Failure> {
        let envelope = self.envelope(event, entity_id)?;
        let body = envelope.to_json();
        let message = |queue: &str| OutboxMessage {
            id: envelope.id.to_string(),
            queue: queue.to_owned(),
            body: body.clone(),
        };
        match event.kind().readers() {
            [] => unit.publish([message("")]),
            readers => unit.publish(readers.iter().map(|queue| message(queue.name()))),
        }
        Ok(())
    }

    /// An event with its identity and origin.
    pub fn envelope(&self, event: &Event, entity_id: impl std::fmt::Display) -> Result<Envelope, Failure> {
        let data = event.data().map_err(|error| Failure::Defect(error.to_string()))?;
        Ok(Envelope {
            id: self.new_id()?,
            kind: event.kind(),
            version: event.kind().version(),
            tenant: self.tenant().clone(),
            service_source: self.service().name().to_owned(),
            entity_type: event.kind().entity_type().to_owned(),
            entity_id: entity_id.to_string(),
            timestamp: self.now(),
            correlation_id: self.request_id.to_string(),
            traceparent: Some(self.trace.header()),
            data,
        })
    }

    /// Commits a unit as one batch, then hands its messages to the queues.
    pub async fn commit(&self, unit: Unit) -> Result<Vec<Rows>, DatabaseError> {
        self.shared.tally.committed();
        let mut unit = unit;
        if self.shared.audited.load(Ordering::Relaxed) {
            unit.act_for(Actor {
                id: self.caller.subject.clone(),
                role: self.caller.role.as_str().to_owned(),
                request_id: self.request_id.to_string(),
            });
        }
        let (mut messages, told) = (unit.messages().to_vec(), unit.told().to_vec());
        // Parts of a request that do not own its key do not claim it.
        let (claims, answers) = (unit.claims(), unit.answers());
        let mut rows = unit.commit(&*self.database).await?;
        self.shared.claimed.fetch_or(claims, Ordering::Relaxed);
        self.shared.answered.fetch_or(answers, Ordering::Relaxed);
        for rows in told.into_iter().filter_map(|place| rows.get_mut(place).map(std::mem::take)) {
            // They are in the outbox: the relay delivers what is not handed to the queue here.
            messages.extend(rows.read::<OutboxMessage>().unwrap_or_default());
        }
        self.hint(messages);
        Ok(rows)
    }

    /// Sends messages that are safely in the outbox to their queues, after the answer was sent.
    pub fn hint(&self, messages: Vec<OutboxMessage>) {
        let mut by_queue: Vec<(Queue, Vec<String>)> = Vec::new();
        for message in messages {
            let Some(queue) = Queue::parse(&message.queue) else { continue };
            match by_queue.iter_mut().find(|(known, _)| *known == queue) {
                Some((_, bodies)) => bodies.push(message.body),
                None => by_queue.push((queue, vec![message.body])),
            }
        }
        if by_queue.is_empty() {
            return;
        }
        let context = self.clone();
        self.world.defer(Box::pin(async move {
            for (queue, bodies) in by_queue {
                if let Err(error) = context.world.send(queue, bodies).await {
                    // The relay delivers what the queue does not.
                    context
                        .log("warn", &[("queue", queue.name().into()), ("cause", error.to_string().into())]);
                }
            }
        }));
    }

    /// Writes a log line: the fields, with the request id.
    pub fn log(&self, level: &str, fields: &[(&str, serde_json::Value)]) {
        crate::observe::log(&*self.world, self.service(), level, Some(&self.request_id), fields);
    }
}
