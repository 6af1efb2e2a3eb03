//! Who must be told has one mail that the provider has taken, or one that the office sees as failed.

use std::collections::{BTreeMap, BTreeSet};

use contracts::Service;
use serde::Deserialize;

use super::Findings;
use crate::inspect::rows;
use crate::world::Residence;

#[derive(Deserialize)]
struct RequestRow {
    id: String,
}

#[derive(Deserialize)]
struct MailRow {
    id: String,
    status: String,
}

/// Something of which each is told once, or at most once.
#[derive(Deserialize)]
struct DueRow {
    id: String,
    n: i64,
}

/// The orders with what is due, and the requests that say so, by template.
const DUE: &[(&str, &str)] = &[
    ("OrderReceived", "select id, 1 as n from orders where sales_channel <> 'POS' order by 1"),
    (
        "OrderCancelled",
        "select id, 1 as n from orders where sales_channel <> 'POS' and status = 'Cancelled' order by 1",
    ),
    (
        "OrderRefunded",
        "select r.order_id as id, count(*) as n from refunds r join orders o on o.id = r.order_id
            where r.status = 'Completed' and o.sales_channel <> 'POS' group by 1 order by 1",
    ),
    (
        "Invoice",
        "select p.order_id as id, 1 as n from payments p join orders o on o.id = p.order_id
            where p.method = 'PurchaseOrder' and p.status = 'Captured' and o.sales_channel <> 'POS'
            group by 1 order by 1",
    ),
    (
        "PaymentFailed",
        "select distinct p.order_id as id, 1 as n from payments p join orders o on o.id = p.order_id
            where p.status in ('Declined', 'Voided') and o.sales_channel <> 'POS' and o.status <> 'Cancelled' order by 1",
    ),
];

fn requested(house: &Residence) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for service in [Service::Order, Service::Gateway] {
        let found: Vec<RequestRow> = rows(
            house.database(service),
            "select body ->> '$.data.mailId' as id from outbox where body ->> '$.type' = 'MailRequested' order by 1",
        );
        all.extend(found.into_iter().map(|row| row.id));
    }
    all
}

/// Each request is one mail, each mail is taken once or has failed, and nobody has got what we think has failed.
fn check_sent(findings: &mut Findings, house: &Residence) {
    let requested = requested(house);
    let mails: Vec<MailRow> = rows(house.database(Service::Mail), "select id, status from mails order by id");
    let taken = house.core.state().mailed.clone();
    let known: BTreeSet<&str> = mails.iter().map(|mail| mail.id.as_str()).collect();
    for id in &requested {
        findings.unless(known.contains(id.as_str()), &[id], || format!("the mail {id} was never written"));
    }
    for MailRow { id, status } in &mails {
        findings.unless(requested.contains(id), &[id], || format!("nobody asked for the mail {id}"));
        let times = taken.as_ref().map(|taken| taken.get(id).copied().unwrap_or_default());
        let right = match status.as_str() {
            "Sent" => times.is_none_or(|times| times == 1),
            "Failed" => times.is_none_or(|times| times == 0),
            _ => false,
        };
        findings.unless(right, &[id], || {
            format!("the mail {id} is {status}, and the provider took it {times:?} times")
        });
    }
}

/// Each customer has the mails that are due, each once.
fn check_told(findings: &mut Findings, house: &Residence) {
    let told: Vec<DueRow> = rows(
        house.database(Service::Mail),
        "select template || ' ' || coalesce(content ->> '$.data.order.orderId', '') as id, count(*) as n
        from mails where status in ('Sent', 'Failed') group by 1 order by 1",
    );
    let told: BTreeMap<String, i64> = told.into_iter().map(|row| (row.id, row.n)).collect();
    for (template, due) in DUE {
        let due: Vec<DueRow> = rows(house.database(Service::Order), due);
        for DueRow { id, n } in &due {
            let times = told.get(&format!("{template} {id}")).copied().unwrap_or_default();
            findings.unless(times == *n, &[id], || {
                format!("the customer of {id} got {times} mails {template}, not {n}")
            });
        }
        let orders: BTreeSet<&str> = due.iter().map(|row| row.id.as_str()).collect();
        for (name, times) in &told {
            let Some(order) = name.strip_prefix(template).and_then(|rest| rest.strip_prefix(' ')) else {
                continue;
            };
            // A payment may have failed before the order ended.
            let may = *template == "PaymentFailed" && *times == 1;
            findings.unless(may || orders.contains(order), &[order], || {
                format!("the customer of {order} got the mail {template} for no reason")
            });
        }
    }
}

/// Everything about mails.
pub(super) fn check_mails(findings: &mut Findings, house: &Residence) {
    check_sent(findings, house);
    check_told(findings, house);
}
