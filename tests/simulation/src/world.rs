//! The world of a service under simulation: every effect is a point where others may go first, where it
//! may fail before or after it happened, and where its service may stop.

mod service;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use contracts::{Queue, Service};
use native::{Request, Response};
use platform::{Events, Grouped, Lanes, World};
use store::Sqlite;
use web::App;

use crate::core::{Core, Owner, lock, slot};
use crate::database::Faulty;
use crate::events::ServiceEvents;
use crate::faults::Fault;
use crate::mutation::Mutation;
use service::ServiceWorld;

/// The most bytes of a body: more than any test sends.
const BODY_BYTES_MAX: usize = 64 * 1024 * 1024;

/// A service that lives in the house.
struct Resident {
    database: Sqlite,
    /// As it runs since it started for the so-manieth time.
    app: Mutex<(u64, App)>,
    /// The calls to its database that its events share.
    lanes: Lanes,
}

/// The services, their databases and what connects them.
#[derive(Clone)]
pub(crate) struct Residence {
    pub(crate) core: Core,
    inner: Arc<Inner>,
}

struct Inner {
    residents: HashMap<Service, Resident>,
    mutation: Option<Mutation>,
    /// Statements as the mutation rewrites them, by the address of the original text.
    rewritten: Mutex<HashMap<usize, &'static str>>,
    mutating: std::sync::atomic::AtomicBool,
}

/// A house being put together.
pub(crate) struct Builder {
    residents: HashMap<Service, Resident>,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self { residents: HashMap::new() }
    }

    pub(crate) fn with(mut self, service: Service, database: Sqlite) -> Self {
        let app = Mutex::new((0, services::app(service)));
        self.residents.insert(service, Resident { database, app, lanes: Lanes::default() });
        self
    }

    pub(crate) fn build(self, core: Core, mutation: Option<Mutation>) -> Residence {
        let inner = Inner {
            residents: self.residents,
            mutation,
            rewritten: Mutex::default(),
            mutating: std::sync::atomic::AtomicBool::new(false),
        };
        Residence { core, inner: Arc::new(inner) }
    }
}

impl Residence {
    /// From now on the house has its mutation.
    pub(crate) fn begin_mutation(&self) {
        self.inner.mutating.store(true, std::sync::atomic::Ordering::Relaxed);
    }

    fn mutation(&self) -> Option<Mutation> {
        let on = self.inner.mutating.load(std::sync::atomic::Ordering::Relaxed);
        self.inner.mutation.filter(|_| on)
    }

    /// A statement as the mutation has it.
    pub(crate) fn rewritten(&self, text: &'static str) -> &'static str {
        let Some(mutation) = self.mutation() else { return text };
        let rewrite = || mutation.statement(text).map_or(text, |new| Box::leak(new.into_boxed_str()));
        lock(&self.inner.rewritten).entry(text.as_ptr() as usize).or_insert_with(rewrite)
    }

    pub(crate) fn has(&self, mutation: Mutation) -> bool {
        self.mutation() == Some(mutation)
    }

    fn resident(&self, service: Service) -> &Resident {
        &self.inner.residents[&service]
    }

    /// A service as it runs: a new one since it last stopped.
    fn app(&self, service: Service) -> App {
        let mut app = lock(&self.resident(service).app);
        let lives = self.core.lives(service);
        if app.0 != lives {
            *app = (lives, services::app(service));
        }
        app.1.clone()
    }

    /// A service's database itself, past the faults: for the checks.
    pub(crate) fn database(&self, service: Service) -> &Sqlite {
        &self.resident(service).database
    }

    pub(crate) fn world(&self, service: Service) -> Arc<dyn World> {
        let resident = self.resident(service);
        let database = Arc::new(Faulty::new(self, service, resident.database.clone()));
        let events: Arc<dyn Events> = Arc::new(ServiceEvents { core: self.core.clone(), service });
        let database = Arc::new(Grouped::new(resident.lanes.clone(), database, events));
        Arc::new(ServiceWorld { house: self.clone(), service, database })
    }

    /// Lets a service answer a request, as a task of its own.
    fn serve(&self, service: Service, request: Request) -> crate::core::Slot<Response> {
        let (filler, answer) = slot();
        let house = self.clone();
        let work = async move {
            let world = house.world(service);
            let response = native::answer(&house.app(service), world, request).await;
            house.core.reach(Some(service), "before an answer").await;
            filler.fill(response);
        };
        self.core.spawn(Some(service), Box::pin(work));
        answer
    }

    /// A call of whoever to a service: it may be lost, or its answer.
    pub(crate) async fn call(&self, from: Owner, to: Service, request: Request) -> Result<Response, String> {
        let core = &self.core;
        core.pause().await;
        core.reach(from, "before a call").await;
        let fault = core.fault(|faults, random| faults.of_call(random));
        let (path, body) = (request.uri().to_string(), request.body().clone());
        core.note(
            from,
            "calls",
            || format!("{to} {} {path} {} {}", request.method(), String::from_utf8_lossy(&body), told(fault)),
            &[path.as_bytes(), &body, &[fault.map_or(0, |fault| fault as u8 + 1)]],
        );
        if fault == Some(Fault::CallBefore) {
            return Err("the call did not arrive".to_owned());
        }
        let deduction = path == "/inventory/deduct";
        if deduction && self.has(Mutation::CompleteBeforeDeduct) {
            drop(self.serve(to, request));
            return Ok(deducted_already(&body));
        }
        if path == "/internal/events" && self.has(Mutation::ConfirmWithoutReading) {
            return Ok(all_settled(&body));
        }
        if path == "/internal/catalogue/version" && self.has(Mutation::MemoryIgnoresVersion) {
            return Ok(json_response(200, r#"{"version":1}"#.to_owned()));
        }
        let answer = self.serve(to, request);
        if fault == Some(Fault::CallAbandoned) {
            for _ in 0..core.with_random(|random| random.below(12)) {
                core.pause().await;
            }
            return self.lost(deduction, "nobody waited for the answer");
        }
        let Some(answer) = answer.await else {
            core.note(from, "hears nothing", || path.clone(), &[path.as_bytes()]);
            return Err(format!("{to} stopped"));
        };
        core.note(
            from,
            "is answered",
            || format!("{path} {} {}", answer.status(), String::from_utf8_lossy(answer.body())),
            &[answer.status().as_str().as_bytes(), answer.body()],
        );
        core.pause().await;
        core.reach(from, "after a call").await;
        if fault == Some(Fault::CallAfter) {
            return self.lost(deduction, "the answer was lost");
        }
        Ok(answer)
    }

    /// The mail provider: it loses requests and answers, takes its time, is busy, and takes a message once for each key.
    pub(crate) async fn take_mail(&self, from: Service, key: &str) -> Result<platform::Response, String> {
        let core = &self.core;
        core.pause().await;
        core.reach(Some(from), "before a mail").await;
        let fault = core.fault(|faults, random| faults.of_call(random));
        core.note(Some(from), "mails", || format!("{key} {}", told(fault)), &[key.as_bytes()]);
        if fault == Some(Fault::CallBefore) {
            if self.has(Mutation::SilentMailIsSent) {
                return Ok(mail_answer(200, "{}"));
            }
            return Err("the mail did not arrive".to_owned());
        }
        if fault == Some(Fault::CallAbandoned) && core.with_random(|random| random.chance(500)) {
            return Ok(mail_answer(429, "{}"));
        }
        {
            let mut state = core.state();
            if state.mail_keys.insert(key.to_owned()) {
                let mail = key.rsplit_once('.').map_or(key, |(mail, _)| mail).to_owned();
                *state.mailed.get_or_insert_default().entry(mail).or_default() += 1;
            }
        }
        for _ in 0..core.with_random(|random| random.below(6)) {
            core.pause().await;
        }
        core.reach(Some(from), "after a mail").await;
        if fault.is_some() {
            return Err("the answer was lost".to_owned());
        }
        Ok(mail_answer(200, &format!("{{\"id\":\"{key}\"}}")))
    }

    fn lost(&self, deduction: bool, cause: &str) -> Result<Response, String> {
        if deduction && self.has(Mutation::SilenceIsRefusal) {
            return Ok(json_response(409, r#"{"code":"OUT_OF_STOCK","availability":[]}"#.to_owned()));
        }
        Err(cause.to_owned())
    }

    /// Takes some messages of one queue out of it and gives them to its reader.
    pub(crate) fn deliver(&self) {
        let core = &self.core;
        let (queue, bodies) = {
            let mut state = core.state();
            if state.queues.is_empty() {
                return;
            }
            let length = state.queues.len();
            let first = state.random.index(length);
            if first != 0 {
                state.faults.count(Fault::MessageReordered);
            }
            let (queue, body) = state.queues.swap_remove(first);
            let mut bodies = vec![body];
            while bodies.len() < 4 && state.random.chance(500) {
                let Some(next) = state.queues.iter().position(|(other, _)| *other == queue) else { break };
                bodies.push(state.queues.remove(next).1);
            }
            (queue, bodies)
        };
        let mut kept = Vec::new();
        for body in bodies {
            match core.fault(|faults, random| faults.of_message(random)) {
                Some(Fault::MessageLost) => {
                    core.note(
                        None,
                        "loses a message of",
                        || format!("{} {body}", queue.name()),
                        &[body.as_bytes()],
                    );
                }
                Some(_) => {
                    core.state().queues.push((queue, body.clone()));
                    kept.push(body);
                }
                None => kept.push(body),
            }
        }
        if kept.is_empty() {
            return;
        }
        let (house, reader) = (self.clone(), queue.reader());
        let work = async move {
            for body in &kept {
                let said = || format!("{} {body}", queue.name());
                house.core.note(Some(reader), "takes from", said, &[body.as_bytes()]);
            }
            let settled = house.app(reader).take(house.world(reader), &kept).await;
            house.core.reach(Some(reader), "before an acknowledgement").await;
            // What is not acknowledged comes again.
            let again =
                kept.into_iter().zip(settled).filter(|(_, settled)| !settled).map(|(body, _)| (queue, body));
            house.core.state().queues.extend(again);
        };
        core.spawn(Some(reader), Box::pin(work));
    }

    /// Gives a message to a queue's reader until that has it.
    pub(crate) fn deliver_surely(&self, queue: Queue, body: String) {
        let house = self.clone();
        let work = async move {
            loop {
                let (filler, taken) = slot();
                let (reader, inner, body) = (queue.reader(), house.clone(), body.clone());
                let work = async move {
                    let settled = inner.app(reader).take(inner.world(reader), &[body]).await;
                    filler.fill(settled == [true]);
                };
                house.core.spawn(Some(queue.reader()), Box::pin(work));
                if taken.await == Some(true) {
                    return;
                }
                house.core.sleep(1_000).await;
            }
        };
        self.core.spawn(None, Box::pin(work));
    }

    /// The cron of every service fires.
    pub(crate) fn tick(&self) {
        for service in Service::ALL {
            self.core.note(Some(service), "ticks", String::new, &[]);
            let (app, world) = (self.app(service), self.world(service));
            self.core.spawn(Some(service), Box::pin(async move { drop(app.tick(world).await) }));
        }
    }
}

pub(crate) fn told(fault: Option<Fault>) -> String {
    fault.map_or_else(String::new, |fault| format!("[FAULT: {}]", fault.name()))
}

fn mail_answer(status: u16, body: &str) -> platform::Response {
    json_response(status, body.to_owned()).map(platform::Body::Bytes)
}

fn json_response(status: u16, body: String) -> Response {
    let mut response = Response::new(body.into_bytes());
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    response
}

/// What inventory would say if everything were there: a lie of a mutation.
fn deducted_already(request: &[u8]) -> Response {
    let request: serde_json::Value = serde_json::from_slice(request).unwrap_or_default();
    let items: Vec<_> = request["items"].as_array().into_iter().flatten().map(|item| {
        let cost = serde_json::json!({ "amount": "0.00", "currency": "USD" });
        serde_json::json!({ "sku": item["sku"], "quantity": item["quantity"], "cost": cost, "shortage": 0 })
    }).collect();
    json_response(200, serde_json::json!({ "orderId": request["orderId"], "items": items }).to_string())
}

/// That every message was taken in: a lie of a mutation.
fn all_settled(request: &[u8]) -> Response {
    let request: serde_json::Value = serde_json::from_slice(request).unwrap_or_default();
    let ids: Vec<_> =
        request["messages"].as_array().into_iter().flatten().map(|message| message["id"].clone()).collect();
    json_response(200, serde_json::json!({ "settled": ids }).to_string())
}
