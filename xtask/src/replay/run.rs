//! The replay itself: catalogue, warehouse, opening stock, customers, then every document, then the books.

mod opening;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow, bail};
use kernel::{Currency, Money};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::bar::Bar;
use super::compare::Books;
use super::figures::Figures;
use super::history::{Document, Group, History, Kind, Line};
use crate::client::Client;

/// Requests in parallel: enough to keep the Workers busy, few enough to be one user.
const CLIENTS: usize = 4;
/// Products in one import, lines in one adjustment.
const CHUNK: usize = 500;
/// How long the books may take to follow the sales.
const SETTLE_SECONDS_MAX: u64 = 300;

/// What one replay knows: the file's own ids, and the system's answers.
pub(crate) struct Replay<'a> {
    pub(crate) client: &'a Client,
    seed: String,
    pub(crate) currency: Currency,
    pub(crate) warehouse: String,
    quiet: bool,
    /// The number of documents that were new to the system.
    new: AtomicUsize,
    /// Totals by group, from the system's answers.
    pub(crate) totals: Mutex<BTreeMap<Group, Money>>,
    /// The same for the documents added by this run: the books must have grown by it.
    pub(crate) added: Mutex<BTreeMap<(Group, Kind), Money>>,
    orders: Mutex<BTreeMap<String, String>>,
    /// The number of articles that the catalogue has under another product than a replay would make.
    foreign: AtomicUsize,
}

/// Replays a history and compares.
pub(crate) fn replay(
    client: &Client,
    history: &History,
    content: &[u8],
    currency: Currency,
    quiet: bool,
) -> Result<Figures> {
    let seed = hex(&Sha256::digest(content))[..16].to_owned();
    let replay = Replay {
        client,
        warehouse: id(&seed, "warehouse"),
        seed,
        currency,
        quiet,
        new: AtomicUsize::new(0),
        totals: Mutex::default(),
        added: Mutex::default(),
        orders: Mutex::default(),
        foreign: AtomicUsize::new(0),
    };
    let mut figures = Figures::default();
    let before = Books::read(client, currency)?;
    let started = Instant::now();
    replay.catalogue(history)?;
    replay.warehouse()?;
    if history.documents.iter().any(|document| document.group.is_return() && document.customer.is_none()) {
        replay.enrol_till()?;
    }
    replay.opening_stock(history)?;
    let catalogue_seconds = started.elapsed().as_secs_f64();
    let selling = Instant::now();
    replay.customers(history)?;
    replay.documents(history)?;
    replay.adjustments(history)?;
    let selling_seconds = selling.elapsed().as_secs_f64();
    let settling = Instant::now();
    replay.settle(&mut figures)?;
    let settling_seconds = settling.elapsed().as_secs_f64();
    replay.compare(history, &before, &mut figures)?;
    let seconds = started.elapsed().as_secs_f64();
    figures.fact("catalogue and opening stock, seconds", round(catalogue_seconds));
    figures.fact("customers, sales, returns, adjustments, seconds", round(selling_seconds));
    figures.fact("until the books agreed, seconds", round(settling_seconds));
    figures.fact("articles of the catalogue's own products", replay.foreign.load(Ordering::Relaxed));
    figures.fact("documents new to the system", replay.new.load(Ordering::Relaxed));
    #[expect(clippy::cast_precision_loss, reason = "a line count for people")]
    let lines = history.lines as f64;
    figures.fact("lines per second, all in", round(lines / seconds));
    Ok(figures)
}

fn round(seconds: f64) -> f64 {
    (seconds * 10.0).round() / 10.0
}

impl Replay<'_> {
    fn key(&self, what: &str) -> String {
        format!("replay-{}-{}", self.seed, what.replace(' ', "_"))
    }

    fn money(&self, amount: Money) -> Value {
        json!({ "amount": amount.amount(), "currency": self.currency.code() })
    }

    fn documents(&self, history: &History) -> Result<()> {
        // A return can name the order it returns only after that order exists.
        let (returns, sales): (Vec<&Document>, Vec<&Document>) =
            history.documents.iter().partition(|document| document.group.is_return());
        self.each("sales", &sales, |document| self.sale(document))?;
        self.each("returns", &returns, |document| self.give_back(document))
    }

    /// The till of this file.
    fn terminal(&self) -> String {
        format!("REPLAY-{}", &self.seed[..8])
    }

    /// A return without a customer takes its money out of the till, also where the till has sold nothing. An earlier
    /// replay may have enrolled it.
    fn enrol_till(&self) -> Result<()> {
        let body =
            json!({ "terminalId": self.terminal(), "warehouseId": self.warehouse, "device": "Replay" });
        let answer = self.client.post("/orders/pos/terminals", &self.key("till"), &body)?;
        if answer.status == 409 { Ok(()) } else { answer.accepted("the till").map(drop) }
    }

    fn sale(&self, document: &Document) -> Result<()> {
        let what = format!("invoice {}", document.number);
        let items: Vec<Value> = document.lines.iter().map(|line| self.line(line)).collect();
        let order = id(&self.seed, &document.number);
        let key = self.key(&document.number);
        let (answer, new) = if let Some(customer) = &document.customer {
            let body = json!({
                "id": order,
                "customerId": customer_id(customer),
                "warehouseId": self.warehouse,
                "purchaseOrderNumber": document.number,
                "paymentTerms": "Net30",
                "items": items,
            });
            let created = self.client.post("/orders/wholesale", &key, &body)?;
            let new = !created.replayed;
            created.accepted(&what)?;
            let payment = json!({ "payment": { "method": "PurchaseOrder" } });
            let path = format!("/orders/wholesale/{order}/confirm");
            (self.client.post(&path, &format!("{key}-confirm"), &payment)?.accepted(&what)?, new)
        } else {
            let total = sum(self.currency, &document.lines)?;
            let body = json!({
                "id": order,
                "terminalId": self.terminal(),
                "warehouseId": self.warehouse,
                "items": items,
                "payments": [{ "method": "Cash", "amount": self.money(total) }],
            });
            let sold = self.client.post("/orders/pos", &key, &body)?;
            let new = !sold.replayed;
            (sold.accepted(&what)?, new)
        };
        if answer["status"] != "Completed" {
            bail!("{what}: the order is {}, not Completed", answer["status"]);
        }
        self.record(document, &answer, new)?;
        self.orders.lock().map_err(poisoned)?.insert(document.number.clone(), order);
        Ok(())
    }

    fn give_back(&self, document: &Document) -> Result<()> {
        let what = format!("credit note {}", document.number);
        let items: Vec<Value> = document.lines.iter().map(|line| self.line(line)).collect();
        let body = json!({
            "id": id(&self.seed, &document.number),
            "customerId": document.customer.as_ref().map(|customer| customer_id(customer)),
            "warehouseId": self.warehouse,
            "items": items,
            "reason": format!("Credit note {}", document.number),
            "restock": true,
            "terminalId": document.customer.is_none().then(|| self.terminal()),
        });
        let answer = self.client.post("/orders/credit-notes", &self.key(&document.number), &body)?;
        let new = !answer.replayed;
        self.record(document, &answer.accepted(&what)?, new)
    }

    fn adjustments(&self, history: &History) -> Result<()> {
        let numbered: Vec<_> = history.adjustments.iter().enumerate().collect();
        self.each("adjustments", &numbered, |(index, adjustment)| {
            let what = format!("adjustment {}", adjustment.number);
            let body = json!({
                "id": id(&self.seed, &format!("adjustment {index}")),
                "warehouseId": self.warehouse,
                "reason": "CountCorrection",
                "note": format!("Document {}", adjustment.number),
                "items": [{ "sku": adjustment.sku, "delta": adjustment.delta }],
            });
            let key = self.key(&format!("adjustment-{index}"));
            self.client.post("/inventory/adjustments", &key, &body)?.accepted(&what).map(drop)
        })
    }

    fn line(&self, line: &Line) -> Value {
        json!({ "sku": line.sku, "quantity": line.units, "unitPrice": self.money(line.price) })
    }

    /// Adds a document's total from the system's answer, and its lines as the books must show them.
    fn record(&self, document: &Document, answer: &Value, new: bool) -> Result<()> {
        let total = amount(&answer["total"], self.currency)
            .with_context(|| format!("{}: the answer has no total", document.number))?;
        let mut totals = self.totals.lock().map_err(poisoned)?;
        let sum = totals.entry(document.group).or_insert(Money::zero(self.currency));
        *sum = sum.plus(total)?;
        if new {
            self.new.fetch_add(1, Ordering::Relaxed);
            let mut added = self.added.lock().map_err(poisoned)?;
            for line in &document.lines {
                let sum = added.entry((document.group, line.kind)).or_insert(Money::zero(self.currency));
                *sum = sum.plus(line.amount()?)?;
            }
        }
        Ok(())
    }

    /// Does `work` for each item, a few at a time, and stops at the first that fails.
    fn each<T: Sync>(&self, what: &str, all: &[T], work: impl Fn(&T) -> Result<()> + Sync) -> Result<()> {
        let bar = Bar::new(what, all.len(), self.quiet);
        let next = AtomicUsize::new(0);
        let failed: Mutex<Option<anyhow::Error>> = Mutex::new(None);
        thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| {
                    while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                        if let Err(error) = work(one) {
                            next.store(all.len(), Ordering::Relaxed);
                            if let Ok(mut failed) = failed.lock() {
                                failed.get_or_insert(error);
                            }
                            return;
                        }
                        bar.add(1);
                    }
                });
            }
        });
        failed.into_inner().map_err(poisoned)?.map_or(Ok(()), Err)
    }

    /// Waits until every message has arrived, then runs the system's own reconciliation.
    fn settle(&self, figures: &mut Figures) -> Result<()> {
        let last = Mutex::new(Value::Null);
        let settled = self.client.wait_for("a clean reconciliation", SETTLE_SECONDS_MAX, |client| {
            let report = client.get("/ops/reconciliation")?.accepted("reconcile")?;
            // The check fails only for late messages; here none may be left.
            let arrived = report["checks"].as_array().is_some_and(|checks| {
                checks.iter().any(|c| c["name"] == "outboxes.drained" && c["checked"] == 0)
            });
            let ok = report["ok"] == true && arrived;
            *last.lock().map_err(poisoned)? = report;
            Ok(ok.then_some(()))
        });
        let report = last.into_inner().map_err(poisoned)?;
        if let Err(error) = settled {
            figures.failure(error.to_string());
            for check in report["checks"].as_array().into_iter().flatten().filter(|check| check["ok"] != true)
            {
                figures.failure(format!("{}: {}", check["name"], check["failures"]));
            }
        }
        let checks = report["checks"].as_array().map_or(0, Vec::len);
        figures.fact("checks of the system's own reconciliation", checks);
        Ok(())
    }
}

fn sum(currency: Currency, lines: &[Line]) -> Result<Money> {
    lines.iter().try_fold(Money::zero(currency), |sum, line| Ok(sum.plus(line.amount()?)?))
}

pub(crate) fn amount(value: &Value, currency: Currency) -> Result<Money> {
    let text = value["amount"].as_str().with_context(|| format!("not an amount of money: {value}"))?;
    Ok(Money::parse(text, currency)?)
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// An id that is always the same for the same file and name: a hash in the form of a random UUID (version 4), because
/// ids that clients choose have to be random.
fn id(seed: &str, name: &str) -> String {
    let hash = Sha256::digest(format!("{seed}/{name}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let text = hex(&bytes);
    format!("{}-{}-{}-{}-{}", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..])
}

/// A customer of every file that names it.
fn customer_id(customer: &str) -> String {
    id("replay", &format!("customer {customer}"))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(crate) fn poisoned<T>(_: T) -> anyhow::Error {
    anyhow!("another request failed")
}
