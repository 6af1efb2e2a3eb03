//! What must be true when everything has come to rest: asked of the house itself, and of its databases
//! with what the clients were told.

mod books;
mod catalogue;
mod due;
mod duties;
mod mails;
mod messages;
mod money;
mod parcels;
mod stock;

use std::collections::{BTreeMap, BTreeSet};

use contracts::Service;
use serde::Deserialize;

use crate::inspect::rows;
use crate::model::{Model, Told};
use crate::shop::Shop;
use crate::world::Residence;

/// Something that is not as it must be: what, and which ids or names it is about.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) what: String,
    pub(crate) entities: Vec<String>,
}

#[derive(Default)]
struct Findings(Vec<Fault>);

impl Findings {
    fn unless(&mut self, holds: bool, entities: &[&str], what: impl FnOnce() -> String) {
        if !holds {
            let entities = entities.iter().map(|entity| (*entity).to_owned()).collect();
            self.0.push(Fault { what: what(), entities });
        }
    }
}

#[derive(Debug, Deserialize)]
struct OrderRow {
    id: String,
    order_number: String,
    sales_channel: String,
    status: String,
    word: String,
    total_minor: i64,
    captured_minor: i64,
    saga_step: Option<String>,
    offline: bool,
    credit_minor: i64,
}

/// Everything that is wrong; nothing when all is well.
pub(crate) fn check(house: &Residence, shop: &Shop, model: &Model) -> Vec<Fault> {
    let mut findings = Findings::default();
    for surprise in &model.surprises {
        findings.unless(false, &[], || surprise.clone());
    }
    let orders: Vec<OrderRow> = rows(
        house.database(Service::Order),
        "select id, order_number, sales_channel, status, \
        case sales_channel when 'POS' then iif(terminal_sequence is null, terminal_id, id) when 'WholesaleWeb' then purchase_order_number else customer_name end as word, \
        total_minor, saga_step, offline, \
        (select coalesce(sum(amount_minor), 0) from payments where order_id = o.id and status = 'Captured') as captured_minor, \
        (select coalesce(sum(amount_minor), 0) from credit_movements where order_id = o.id) as credit_minor \
        from orders o order by id",
    );
    check_orders(&mut findings, &orders, model);
    money::check_money(&mut findings, house, &orders);
    stock::check_stock(&mut findings, house, shop, model, &orders);
    stock::check_refusals(&mut findings, house);
    money::check_refunds(&mut findings, house, model);
    parcels::check_parcels(&mut findings, house, model);
    books::check_books(&mut findings, house, model, &orders);
    messages::check_messages(&mut findings, house, model);
    stock::check_tills(&mut findings, house, model);
    stock::check_closings(&mut findings, house, model);
    catalogue::check_products(&mut findings, house, model);
    catalogue::check_prices(&mut findings, house, model);
    duties::check_approvals(&mut findings, house);
    due::check_due(&mut findings, house, model);
    mails::check_mails(&mut findings, house);
    findings.0
}

/// Every order that a client was told of is there once, and as it was told.
fn check_orders(findings: &mut Findings, orders: &[OrderRow], model: &Model) {
    let mut by_word: BTreeMap<&str, Vec<&OrderRow>> = BTreeMap::new();
    for order in orders {
        by_word.entry(&order.word).or_default().push(order);
        let id = order.id.as_str();
        findings.unless(model.orders.contains_key(&order.word), &[id], || {
            format!("nobody asked for the order {id}")
        });
        findings.unless(order.saga_step.is_none(), &[id], || {
            format!("the checkout of {id} does not end: {:?}", order.saga_step)
        });
        findings
            .unless(order.status != "PaymentConfirmed", &[id], || format!("the order {id} stays half-way"));
    }
    for (word, seen) in &model.orders {
        let found = by_word.get(word.as_str()).map(Vec::as_slice).unwrap_or_default();
        let names: Vec<&str> = found.iter().map(|order| order.id.as_str()).chain([word.as_str()]).collect();
        findings.unless(found.len() <= 1, &names, || {
            format!("{word} asked for one order and has {}", found.len())
        });
        let expected: &[&str] = match seen.told {
            Told::Nothing => continue,
            Told::Refused => {
                findings.unless(found.is_empty(), &names, || format!("{word} was refused and has an order"));
                continue;
            }
            Told::Placed => &["PendingPayment", "Completed", "Cancelled"],
            Told::Declined => &["PendingPayment", "Cancelled"],
            Told::Completed => &["Completed"],
            Told::OutOfStock | Told::Cancelled => &["Cancelled"],
        };
        let Some(order) = found.first() else {
            findings.unless(false, &names, || format!("the order of {word}, told {:?}, is lost", seen.told));
            continue;
        };
        let status = order.status.as_str();
        findings.unless(expected.contains(&status), &names, || {
            format!("{word} was told {:?} and its order {} is {status}", seen.told, order.id)
        });
        findings.unless(seen.totals_minor.contains(&order.total_minor), &names, || {
            format!("{} comes to {}, not {:?}", order.id, order.total_minor, seen.totals_minor)
        });
        if let Some(number) = &seen.number {
            findings.unless(number == &order.order_number, &names, || {
                format!("{word} was told the number {number} and has {}", order.order_number)
            });
        }
    }
    // Numbers have no gaps: each order took one in its own batch.
    let numbers: BTreeSet<&str> = orders.iter().map(|order| order.order_number.as_str()).collect();
    let last =
        numbers.last().and_then(|number| number.rsplit('-').next()?.parse::<usize>().ok()).unwrap_or(0);
    findings
        .unless(last == orders.len(), &[], || format!("{} orders have taken {last} numbers", orders.len()));
}
