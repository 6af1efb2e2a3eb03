//! The books: one entry for each thing that happened, and what people booked.

use std::collections::BTreeMap;

use contracts::Service;
use serde::Deserialize;

use super::{Findings, OrderRow};
use crate::inspect::{entries_of_november, number, rows};
use crate::model::Model;
use crate::world::Residence;

#[derive(Debug, Deserialize)]
struct EntryRow {
    id: String,
    source_id: Option<String>,
    description: String,
    status: String,
    source_total_minor: Option<i64>,
    reversed: bool,
}

/// One posted entry per sale, refund and adjustment; every entry by hand as it was told.
pub(super) fn check_books(findings: &mut Findings, house: &Residence, model: &Model, orders: &[OrderRow]) {
    let database = house.database(Service::Accounting);
    let entries: Vec<EntryRow> = rows(
        database,
        "select e.id, e.source_id, e.description, e.status, e.source_total_minor, \
        exists (select 1 from journal_entries r where r.reverses_entry_id = e.id and r.status = 'Posted') as reversed \
        from journal_entries e where e.reverses_entry_id is null order by e.id",
    );
    let mut booked: BTreeMap<&str, Vec<&EntryRow>> = BTreeMap::new();
    let mut by_hand: BTreeMap<&str, Vec<&EntryRow>> = BTreeMap::new();
    for entry in &entries {
        match &entry.source_id {
            Some(source) => booked.entry(source).or_default().push(entry),
            None => by_hand.entry(&entry.description).or_default().push(entry),
        }
        findings.unless(entry.status != "Draft", &[&entry.id], || {
            format!("the entry {} was never posted", entry.id)
        });
    }
    for order in orders {
        let source = format!("order:{}", order.id);
        let found = booked.remove(source.as_str()).unwrap_or_default();
        let (id, due) =
            (order.id.as_str(), usize::from(order.status == "Completed" && order.total_minor > 0));
        findings.unless(found.len() == due, &[id], || {
            format!("the order {id} is {} and booked {} times", order.status, found.len())
        });
        for entry in found {
            findings.unless(entry.source_total_minor == Some(order.total_minor), &[id], || {
                format!(
                    "the order {id} of {} is booked with {:?}",
                    order.total_minor, entry.source_total_minor
                )
            });
        }
    }
    let ghosts: Vec<&&str> = booked.keys().filter(|source| source.starts_with("order:")).collect();
    findings.unless(ghosts.is_empty(), &[], || format!("booked and not sold: {ghosts:?}"));
    let refunds = number(
        house.database(Service::Order),
        "select count(*) as n from refunds where status = 'Completed' and total_minor > 0",
    );
    let refunds_booked: usize =
        booked.iter().filter(|(source, _)| source.starts_with("refund:")).map(|(_, all)| all.len()).sum();
    findings.unless(usize::try_from(refunds) == Ok(refunds_booked), &["refund:"], || {
        format!("{refunds} refunds are booked {refunds_booked} times")
    });
    for (word, deed) in &model.entries {
        let found = by_hand.get(word.as_str()).map(Vec::len).unwrap_or_default();
        findings.unless(found == usize::from(deed.done), &[word], || {
            format!("the entry {word} was told {} and is there {found} times", deed.done)
        });
    }
    for (id, deed) in &model.voids {
        let voided =
            entries.iter().any(|entry| &entry.id == id && entry.status == "Voided" && entry.reversed);
        findings.unless(voided == deed.done, &[id], || {
            format!("the void of {id} was told {} and is {voided}", deed.done)
        });
    }
    if let Some(closed) = model.closed {
        let now = entries_of_november(database);
        findings.unless(now == closed, &["period"], || {
            format!("the month was closed with {closed} entries and has {now}")
        });
    }
    check_receivables(findings, house, model);
}

/// Every payment of an invoice as it was told, an invoice for each sale on account, each paid once.
fn check_receivables(findings: &mut Findings, house: &Residence, model: &Model) {
    let database = house.database(Service::Accounting);
    #[derive(Deserialize)]
    struct Money {
        reference: String,
        n: i64,
    }
    let money: Vec<Money> = rows(
        database,
        "select reference, count(*) as n from invoice_payments group by reference order by reference",
    );
    let money: BTreeMap<String, i64> = money.into_iter().map(|row| (row.reference, row.n)).collect();
    for (word, deed) in &model.invoice_payments {
        let found = money.get(word).copied().unwrap_or(0);
        findings.unless(found == i64::from(deed.done), &[word], || {
            format!("{word} was told {} and is there {found} times", deed.done)
        });
    }
    let invoices = number(database, "select count(*) as n from invoices");
    let on_account = number(
        house.database(Service::Order),
        "select count(*) as n from orders o where o.status = 'Completed' \
        and exists (select 1 from payments p where p.order_id = o.id and p.method = 'PurchaseOrder' and p.status = 'Captured')",
    );
    findings.unless(invoices == on_account, &[], || {
        format!("{on_account} sales on account have {invoices} invoices")
    });
    let overpaid = number(database, "select count(*) as n from invoices where open_minor < 0");
    findings.unless(overpaid == 0, &[], || format!("{overpaid} invoices are paid more than once"));
    let sold = number(
        house.database(Service::Order),
        "select coalesce(sum(total_minor), 0) as n from orders where status = 'Completed'",
    );
    let counted =
        number(house.database(Service::Order), "select coalesce(sum(total_minor), 0) as n from sales_by_day");
    findings.unless(sold == counted, &[], || format!("sales come to {sold}, the days to {counted}"));
}
