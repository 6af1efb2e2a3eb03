//! Checks the promises of the house over all services: what each can check alone, and what only the
//! comparison of several shows. It reads, and changes nothing.

use contracts::Service;
use contracts::ops::{Check, ServiceHealth};
use futures_util::future::{join, join_all};
use kernel::{Cursor, Failure, Timestamp};

use super::ports::{Auditable, Letters};
use crate::domain::health::{stuck, unsettled};
use crate::domain::outbox::overdue;
use crate::domain::sales::{SalesComparison, Tally};

/// Pages of sales compared at most: an answer has to come some time.
const PAGES_MAX: usize = 2_000;

/// Every check, those of the services first.
pub async fn reconcile(house: &impl Auditable, letters: &impl Letters, now: Timestamp) -> Vec<Check> {
    let mut checks = Vec::new();
    let others = Service::Gateway.others();
    let own = join_all(others.map(|service| async move { (service, house.own_checks(service).await) }));
    let healths = join_all(Service::ALL.map(|service| async move { (service, house.health(service).await) }));
    let (own, healths) = join(own, healths).await;
    for (service, answer) in own {
        match answer {
            Ok(own) => checks.extend(own.checks.into_iter().map(|check| prefixed(service, check))),
            Err(failure) => checks.push(unanswered(service, &failure)),
        }
    }
    checks.extend(compare_sales(house).await);
    checks.push(compare_stock_with_books(house).await);
    checks.push(drained(&healths, now));
    checks.push(ended(&healths));
    checks.push(unseen_letters(letters).await);
    checks
}

fn prefixed(service: Service, check: Check) -> Check {
    Check { name: format!("{service}.{}", check.name), ..check }
}

fn unanswered(service: Service, failure: &Failure) -> Check {
    let mut tally = Tally::new(&format!("{service}.answers"));
    tally.note(Some(failure.to_string()));
    tally.into_check()
}

/// Messages reach their readers in time.
fn drained(healths: &[(Service, Result<ServiceHealth, Failure>)], now: Timestamp) -> Check {
    let mut tally = Tally::new("outboxes.drained");
    for (service, answer) in healths {
        match answer {
            Ok(health) => tally.note_all(health.outbox.waiting, overdue(*service, &health.outbox, now)),
            Err(failure) => tally.fail(format!("the outbox of {service} is unknown: {failure}")),
        }
    }
    tally.into_check()
}

/// What was begun comes to its end in time.
fn ended(healths: &[(Service, Result<ServiceHealth, Failure>)]) -> Check {
    let mut tally = Tally::new("sagas.ended");
    for (service, answer) in healths {
        match answer {
            Ok(health) => {
                health.sagas.iter().for_each(|saga| tally.note_all(saga.in_flight, stuck(*service, saga)));
            }
            Err(failure) => tally.fail(format!("what {service} has begun is unknown: {failure}")),
        }
    }
    tally.into_check()
}

async fn compare_sales(house: &impl Auditable) -> Vec<Check> {
    let mut comparison = SalesComparison::default();
    if let Err(failure) = compare_pages(house, &mut comparison).await {
        comparison.stop(&format!("the comparison stopped: {failure}"));
    }
    comparison.into_checks()
}

async fn compare_pages(house: &impl Auditable, comparison: &mut SalesComparison) -> Result<(), Failure> {
    let mut after: Option<Cursor> = None;
    for _ in 0..PAGES_MAX {
        let page = house.sales_page(after.as_ref()).await?;
        let ids: Vec<String> = page.sales.iter().map(|sale| sale.reference.id()).collect();
        if !ids.is_empty() {
            let (inventory, accounting) =
                join(house.look_up(Service::Inventory, &ids), house.look_up(Service::Accounting, &ids)).await;
            comparison.add(&page.sales, &inventory?, &accounting?);
        }
        if page.next_cursor.is_none() {
            return Ok(());
        }
        if page.next_cursor == after {
            return Err(Failure::Defect("the order service's pages do not end".to_owned()));
        }
        after = page.next_cursor;
    }
    Err(Failure::Unknown(format!("after {PAGES_MAX} pages")))
}

/// The inventory account is what the stock is worth.
async fn compare_stock_with_books(house: &impl Auditable) -> Check {
    let mut tally = Tally::new("books.inventory_equals_valuation");
    match join(house.stock(), house.books()).await {
        (Ok(stock), Ok(books)) => {
            let account = books.inventory;
            let same =
                account.minor() == stock.valuation_minor && account.currency().code() == stock.currency;
            tally.note((!same).then(|| {
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
            failures.into_iter().flatten().for_each(|failure| tally.note(Some(failure.to_string())));
        }
    }
    tally.into_check()
}

async fn unseen_letters(letters: &impl Letters) -> Check {
    let mut tally = Tally::new("dead_letters.seen");
    tally.note(match letters.unseen().await {
        Ok(letters) => unsettled(&letters),
        Err(failure) => Some(failure.to_string()),
    });
    tally.into_check()
}
