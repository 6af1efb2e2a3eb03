//! Checks the promises of the system across all services: what each service can check alone, and what only a comparison
//! of several shows. It only reads.
//!
//! [`look`] serves a request: it checks as much as its calls allow. A run does the same, but is continued until
//! everything was checked: [`start`] starts one, [`go_on`] continues it by one slice.

use contracts::Service;
use contracts::ops::{Check, ServiceHealth};
use futures_util::future::{join, join_all};
use kernel::ids::ReconciliationId;
use kernel::{Cursor, Failure, Timestamp};

use super::ports::{Auditable, Letters, Reconciliations};
use crate::domain::health::{stuck, unsettled};
use crate::domain::outbox::{MESSAGE_SECONDS_MAX, overdue};
use crate::domain::reconciliation::{Lane, Outcome, Run, Subject};
use crate::domain::sales::{compare, stopped};

/// How often a run checks again, one slice later, what did not answer or was not in order.
const PATIENCE: u32 = 5;

/// Every check, as far as the calls allow; what is left shows whether that was everything.
pub async fn look(house: &impl Auditable, letters: &impl Letters, now: Timestamp, calls: u32) -> Run {
    let mut run = Run::begin(ReconciliationId(uuid::Uuid::nil()), "", now);
    let slice = Slice { house, letters, now, before: None, patience: 0 };
    slice.advance(&mut run, calls).await;
    run
}

/// Starts a run, unless one is in progress: then returns that one.
pub async fn start(
    runs: &impl Reconciliations,
    id: ReconciliationId,
    by: &str,
    now: Timestamp,
) -> Result<Run, Failure> {
    match runs.under_way().await? {
        Some(run) => Ok(run),
        None => runs.begin(Run::begin(id, by, now)).await,
    }
}

/// Continues a run by one slice, and stores its position. If another slice was faster, only this slice's work is lost.
pub async fn go_on(
    runs: &impl Reconciliations,
    house: &impl Auditable,
    letters: &impl Letters,
    mut run: Run,
    now: Timestamp,
    calls: u32,
) -> Result<Run, Failure> {
    let before = Some(run.started_at.plus_seconds(MESSAGE_SECONDS_MAX.saturating_neg()));
    let slice = Slice { house, letters, now, before, patience: PATIENCE };
    slice.advance(&mut run, calls).await;
    run.close_slice(now);
    runs.keep(&run).await?;
    Ok(run)
}

/// What a slice works with.
struct Slice<'a, H, L> {
    house: &'a H,
    letters: &'a L,
    now: Timestamp,
    /// Leaves out sales that changed since: their messages may still be on their way.
    before: Option<Timestamp>,
    /// How often something that is not in order is checked again.
    patience: u32,
}

impl<H: Auditable, L: Letters> Slice<'_, H, L> {
    /// One page of each lane at once, round after round, as long as there are calls left. A lane that has to be checked
    /// again waits for the next slice.
    async fn advance(&self, run: &mut Run, calls: u32) {
        let mut left = calls;
        let mut waiting = Vec::new();
        loop {
            let mut round = Vec::new();
            for lane in run.lanes.iter().filter(|lane| !waiting.contains(&lane.subject)) {
                if let Some(rest) = left.checked_sub(calls_of(lane.subject)) {
                    left = rest;
                    round.push(lane.clone());
                }
            }
            if round.is_empty() {
                return;
            }
            let looks = round.iter().map(|lane| async move { (lane.subject, self.look_at(lane).await) });
            for (subject, outcome) in join_all(looks).await {
                if matches!(outcome, Outcome::Again(_)) {
                    waiting.push(subject);
                }
                run.note(subject, outcome, self.patience);
            }
        }
    }

    async fn look_at(&self, lane: &Lane) -> Outcome {
        match lane.subject {
            Subject::Service(service) => self.look_at_service(service, lane.after.as_ref()).await,
            Subject::Sales => self.look_at_sales(lane.after.as_ref()).await,
            Subject::Present => self.look_at_present().await,
        }
    }

    async fn look_at_service(&self, service: Service, after: Option<&Cursor>) -> Outcome {
        match self.house.own_checks(service, after).await {
            Ok(own) => {
                let named = |check: Check| Check { name: format!("{service}.{}", check.name), ..check };
                Outcome::Found(own.checks.into_iter().map(named).collect(), own.next_cursor)
            }
            Err(failure) => {
                Outcome::Again(vec![Check::of(&format!("{service}.answers"), 1, [failure.to_string()])])
            }
        }
    }

    async fn look_at_sales(&self, after: Option<&Cursor>) -> Outcome {
        match self.compare_page(after).await {
            Ok((checks, next)) => Outcome::Found(checks, next),
            Err(failure) => Outcome::Again(stopped(&failure.to_string())),
        }
    }

    async fn compare_page(&self, after: Option<&Cursor>) -> Result<(Vec<Check>, Option<Cursor>), Failure> {
        let page = self.house.sales_page(after, self.before).await?;
        if page.next_cursor.is_some() && page.next_cursor.as_ref() == after {
            return Err(Failure::Defect("the order service's pages do not end".to_owned()));
        }
        let ids: Vec<String> = page.sales.iter().map(|sale| sale.reference.id()).collect();
        if ids.is_empty() {
            return Ok((compare(&[], &[], &[]), page.next_cursor));
        }
        let (inventory, accounting) =
            join(self.house.look_up(Service::Inventory, &ids), self.house.look_up(Service::Accounting, &ids))
                .await;
        Ok((compare(&page.sales, &inventory?, &accounting?), page.next_cursor))
    }

    async fn look_at_present(&self) -> Outcome {
        let healths =
            join_all(Service::ALL.map(|service| async move { (service, self.house.health(service).await) }));
        let (healths, stock) = join(healths, self.compare_stock_with_books()).await;
        // While a message is on its way the books lag behind the stock. The other checks allow for that themselves.
        let settled = stock.ok && healths.iter().all(|(_, health)| health.is_ok());
        let checks = vec![stock, drained(&healths, self.now), ended(&healths), self.unseen_letters().await];
        if settled { Outcome::Found(checks, None) } else { Outcome::Again(checks) }
    }

    /// The inventory account equals the value of the stock.
    async fn compare_stock_with_books(&self) -> Check {
        let mut check = Check::new("books.inventory_equals_valuation");
        match join(self.house.stock(), self.house.books()).await {
            (Ok(stock), Ok(books)) => {
                let account = books.inventory;
                let same =
                    account.minor() == stock.valuation_minor && account.currency().code() == stock.currency;
                check.note((!same).then(|| {
                    format!(
                        "the inventory account has {} minor units of {}, the stock is worth {} of {}",
                        account.minor(),
                        account.currency().code(),
                        stock.valuation_minor,
                        stock.currency
                    )
                }));
            }
            (stock, books) => {
                let failures = [stock.err(), books.err()];
                failures.into_iter().flatten().for_each(|failure| check.note(Some(failure.to_string())));
            }
        }
        check
    }

    async fn unseen_letters(&self) -> Check {
        let mut check = Check::new("dead_letters.seen");
        check.note(match self.letters.unseen().await {
            Ok(letters) => unsettled(&letters),
            Err(failure) => Some(failure.to_string()),
        });
        check
    }
}

/// The number of calls to other services for one page.
fn calls_of(subject: Subject) -> u32 {
    match subject {
        Subject::Service(_) => 1,
        Subject::Sales => 3,
        // The health of each service, the stock and the books.
        Subject::Present => {
            u32::try_from(Service::Gateway.others().count()).unwrap_or(u32::MAX).saturating_add(2)
        }
    }
}

/// Messages reach their readers in time.
fn drained(healths: &[(Service, Result<ServiceHealth, Failure>)], now: Timestamp) -> Check {
    let mut check = Check::new("outboxes.drained");
    for (service, answer) in healths {
        match answer {
            Ok(health) => check.note_all(health.outbox.waiting, overdue(*service, &health.outbox, now)),
            Err(failure) => check.fail(format!("the outbox of {service} is unknown: {failure}")),
        }
    }
    check
}

/// Work that was started finishes in time.
fn ended(healths: &[(Service, Result<ServiceHealth, Failure>)]) -> Check {
    let mut check = Check::new("sagas.ended");
    for (service, answer) in healths {
        match answer {
            Ok(health) => {
                health.sagas.iter().for_each(|saga| check.note_all(saga.in_flight, stuck(*service, saga)));
            }
            Err(failure) => check.fail(format!("the unfinished work of {service} is unknown: {failure}")),
        }
    }
    check
}
