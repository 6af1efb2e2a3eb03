//! What must be true when everything has come to rest: asked of the house itself, and of its databases
//! with what the clients were told.

use std::collections::{BTreeMap, BTreeSet};

use contracts::Service;
use serde::Deserialize;

use crate::inspect::{number, rows};
use crate::model::{Model, Told};
use crate::shop::{CREDIT_LIMIT_MINOR, Shop};
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
        case sales_channel when 'POS' then id when 'WholesaleWeb' then purchase_order_number else customer_name end as word, \
        total_minor, saga_step, offline, \
        (select coalesce(sum(amount_minor), 0) from payments where order_id = o.id and status = 'Captured') as captured_minor, \
        (select coalesce(sum(amount_minor), 0) from credit_movements where order_id = o.id) as credit_minor \
        from orders o order by id",
    );
    check_orders(&mut findings, &orders, model);
    check_money(&mut findings, house, &orders);
    check_stock(&mut findings, house, shop, model, &orders);
    check_refunds(&mut findings, house, model);
    check_books(&mut findings, house, model, &orders);
    check_messages(&mut findings, house, model);
    check_tills(&mut findings, house, model);
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
        findings.unless(order.total_minor == seen.total_minor, &names, || {
            format!("{} comes to {}, not {}", order.id, order.total_minor, seen.total_minor)
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

#[derive(Debug, Deserialize)]
struct ProviderRow {
    order_id: String,
    status: String,
    authorised: i64,
    captured: i64,
    captured_minor: i64,
}

/// The provider's books agree with the orders; credit is bound by what is owed, within the limit.
fn check_money(findings: &mut Findings, house: &Residence, orders: &[OrderRow]) {
    let database = house.database(Service::Order);
    for order in orders {
        let (id, due) = (order.id.as_str(), if order.status == "Completed" { order.total_minor } else { 0 });
        findings.unless(order.captured_minor == due, &[id], || {
            format!(
                "the order {id} is {} and has {} captured of {}",
                order.status, order.captured_minor, order.total_minor
            )
        });
        findings.unless(order.status != "Cancelled" || order.credit_minor == 0, &[id], || {
            format!("the cancelled order {id} binds {} of credit", order.credit_minor)
        });
        let bound = order.sales_channel == "WholesaleWeb" && order.status == "PendingPayment";
        findings.unless(!bound || order.credit_minor == order.total_minor, &[id], || {
            format!("the open order {id} of {} binds {} of credit", order.total_minor, order.credit_minor)
        });
    }
    let provider: Vec<ProviderRow> = rows(
        database,
        "select p.order_id, o.status, sum(t.status = 'Authorised') as authorised, \
        sum(t.status = 'Captured') as captured, sum(iif(t.status = 'Captured', t.amount_minor, 0)) as captured_minor \
        from payments p join orders o on o.id = p.order_id join test_provider_payments t on t.payment_id = p.id \
        where p.method = 'Card' group by p.order_id order by p.order_id",
    );
    let totals: BTreeMap<&str, i64> =
        orders.iter().map(|order| (order.id.as_str(), order.total_minor)).collect();
    for row in provider {
        let id = row.order_id.as_str();
        let (count, due) =
            if row.status == "Completed" { (1, totals.get(id).copied().unwrap_or(0)) } else { (0, 0) };
        findings.unless(row.authorised == 0, &[id], || {
            format!("{} money of {id} is still held at the provider", row.authorised)
        });
        findings.unless((row.captured, row.captured_minor) == (count, due), &[id], || {
            format!(
                "the provider took {} in {} captures for {id}, which is {} and due {due}",
                row.captured_minor, row.captured, row.status
            )
        });
    }
    let strangers = number(
        database,
        "select count(*) as n from test_provider_payments t \
        where t.status in ('Authorised', 'Captured') and not exists (select 1 from payments p where p.id = t.payment_id)",
    );
    findings.unless(strangers == 0, &[], || {
        format!("the provider holds {strangers} payments that no order knows")
    });
    let twice = number(
        database,
        "select count(*) as n from (select 1 from payments where idempotency_key is not null \
        group by order_id, idempotency_key having count(*) > 1)",
    );
    findings.unless(twice == 0, &[], || format!("{twice} requests to pay made more than one attempt"));
    let exposed = number(database, "select max(exposure_minor) as n from customers");
    findings.unless(exposed <= CREDIT_LIMIT_MINOR, &[], || {
        format!("a customer owes {exposed}, beyond the limit")
    });
}

#[derive(Debug, Deserialize)]
struct StockRow {
    warehouse_id: String,
    sku: String,
    on_hand: i64,
    variance: i64,
}

/// Units on hand are those there at first, received, restocked and transferred, less those sold.
fn check_stock(findings: &mut Findings, house: &Residence, shop: &Shop, model: &Model, orders: &[OrderRow]) {
    let database = house.database(Service::Inventory);
    let mut expected = shop.stock();
    let mut add = |warehouse: &str, sku: &str, units: i64| {
        *expected.entry((warehouse.to_owned(), sku.to_owned())).or_default() += units;
    };
    for (_, warehouse, sku, delta) in model.adjustments.values().filter(|(deed, ..)| deed.done) {
        add(warehouse, sku, *delta);
    }
    for transfer in model.transfers.values() {
        if transfer.shipped {
            add(&transfer.from, &transfer.sku, -transfer.units);
        }
        if transfer.received {
            add(&transfer.to, &transfer.sku, transfer.units);
        }
    }
    for order in orders.iter().filter(|order| order.status == "Completed") {
        if let Some(seen) = model.orders.get(&order.word) {
            seen.lines.iter().for_each(|(sku, units)| add(&seen.warehouse, sku, -units));
        }
    }
    #[derive(Deserialize)]
    struct Back {
        warehouse_id: String,
        sku: String,
        units: i64,
    }
    let back: Vec<Back> = rows(
        house.database(Service::Order),
        "select r.warehouse_id, l.sku, sum(l.quantity) as units \
        from refund_lines l join refunds r on r.id = l.refund_id where l.restock = 1 and r.status = 'Completed' group by 1, 2 order by 1, 2",
    );
    back.iter().for_each(|row| add(&row.warehouse_id, &row.sku, row.units));
    let found: Vec<StockRow> = rows(
        database,
        "select s.warehouse_id, s.sku, s.on_hand, \
        (select coalesce(sum(quantity), 0) from movements m where m.warehouse_id = s.warehouse_id and m.sku = s.sku and m.kind = 'Variance') as variance \
        from stock s order by s.warehouse_id, s.sku",
    );
    for row in found {
        let expected =
            expected.get(&(row.warehouse_id.clone(), row.sku.clone())).copied().unwrap_or(0) + row.variance;
        let names = [row.sku.as_str()];
        findings.unless(row.on_hand >= 0, &names, || format!("{} of {} are on hand", row.on_hand, row.sku));
        findings.unless(row.on_hand == expected, &names, || {
            format!(
                "{} of {} are on hand in {}, and {expected} should be (variance {})",
                row.on_hand, row.sku, row.warehouse_id, row.variance
            )
        });
    }
    let adjustments =
        number(database, "select count(*) as n from stock_operations where kind = 'Adjustment'");
    let told =
        model.adjustments.values().filter(|(deed, ..)| deed.done).count() + usize::from(adjustments > 0) * 2;
    findings.unless(usize::try_from(adjustments) == Ok(told), &["adjustment-"], || {
        format!("{adjustments} adjustments are there and {told} were told")
    });
    #[derive(Deserialize)]
    struct Operation {
        id: String,
    }
    let deducted: Vec<Operation> =
        rows(database, "select id from stock_operations where kind = 'Deduction' order by id");
    let deducted: BTreeSet<String> = deducted.into_iter().map(|row| row.id).collect();
    for order in orders {
        let (id, sold) = (order.id.as_str(), order.status == "Completed");
        findings.unless(deducted.contains(id) == sold, &[id], || {
            format!(
                "the order {id} is {} and its goods are {}",
                order.status,
                if sold { "not taken" } else { "taken" }
            )
        });
    }
    let offline: BTreeSet<&str> =
        orders.iter().filter(|order| order.offline).map(|order| order.id.as_str()).collect();
    let variances: Vec<Operation> = rows(
        database,
        "select distinct operation_id as id from movements where kind = 'Variance' order by 1",
    );
    for row in variances {
        findings.unless(offline.contains(row.id.as_str()), &[&row.id], || {
            format!("{} is no offline sale and has a variance", row.id)
        });
    }
}

#[derive(Debug, Deserialize)]
struct RefundRow {
    id: String,
    reason: String,
    status: String,
    total_minor: i64,
    provider_minor: i64,
    card_minor: i64,
}

/// Every refund that was told is there once and came to its end; no order gave back more than it had.
fn check_refunds(findings: &mut Findings, house: &Residence, model: &Model) {
    let database = house.database(Service::Order);
    let refunds: Vec<RefundRow> = rows(
        database,
        "select r.id, r.reason, r.status, r.total_minor, \
        (select coalesce(sum(amount_minor), 0) from test_provider_refunds t where t.id like r.id || ':%' and t.status = 'Refunded') as provider_minor, \
        (select coalesce(sum(amount_minor), 0) from refund_payments p where p.refund_id = r.id and p.method = 'Card') as card_minor \
        from refunds r order by r.id",
    );
    for row in &refunds {
        let id = row.id.as_str();
        findings.unless(row.status == "Completed", &[id], || format!("the refund {id} stays {}", row.status));
        findings.unless(row.provider_minor == row.card_minor, &[id], || {
            format!(
                "the provider gave back {} for the refund {id}, which says {}",
                row.provider_minor, row.card_minor
            )
        });
        findings.unless(model.refunds.get(&row.reason).is_some_and(|deed| deed.done), &[id], || {
            format!("the refund {id} of {} is there and was never told", row.total_minor)
        });
    }
    for (word, deed) in &model.refunds {
        let found = refunds.iter().filter(|row| &row.reason == word).count();
        let told =
            deed.id.as_ref().is_none_or(|id| refunds.iter().any(|row| &row.id == id && &row.reason == word));
        findings
            .unless(told, &[word], || format!("{word} was told the id {:?}, which is another's", deed.id));
        findings.unless(found == usize::from(deed.done), &[word], || {
            format!("{word}: told {}, there {found}", deed.done)
        });
    }
    let over = number(
        database,
        "select count(*) as n from order_lines l where l.quantity < \
        (select coalesce(sum(quantity), 0) from refund_lines r where r.order_id = l.order_id and r.order_line = l.line)",
    );
    findings.unless(over == 0, &[], || format!("{over} lines gave back more than was sold"));
}

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
fn check_books(findings: &mut Findings, house: &Residence, model: &Model, orders: &[OrderRow]) {
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
        number(house.database(Service::Order), "select coalesce(sum(total_minor), 0) as n from daily_sales");
    findings.unless(sold == counted, &[], || format!("sales come to {sold}, the days to {counted}"));
}

#[derive(Debug, Deserialize)]
struct OutboxRow {
    id: String,
    queue: String,
    delivered: bool,
}

#[derive(Debug, Deserialize)]
struct InboxRow {
    message_id: String,
}

/// Every message that was published has been taken in by its reader; garbage is kept for people.
fn check_messages(findings: &mut Findings, house: &Residence, model: &Model) {
    let readers = [Service::Inventory, Service::Order, Service::Accounting];
    let inboxes: BTreeMap<&str, BTreeSet<String>> = readers
        .into_iter()
        .map(|reader| {
            let all: Vec<InboxRow> =
                rows(house.database(reader), "select message_id from inbox order by message_id");
            (reader.name(), all.into_iter().map(|row| row.message_id).collect())
        })
        .collect();
    let mut published = BTreeSet::new();
    for service in Service::ALL {
        let all: Vec<OutboxRow> = rows(
            house.database(service),
            "select id, queue, delivered_at is not null as delivered from outbox where queue <> '' order by id",
        );
        for row in all {
            let id = row.id.as_str();
            findings.unless(row.delivered, &[id], || {
                format!("the message {id} of {service} waits in {}", row.queue)
            });
            let inbox = row.queue.strip_suffix("-inbox").and_then(|reader| inboxes.get(reader));
            findings.unless(inbox.is_none_or(|inbox| inbox.contains(id)), &[id], || {
                format!("the message {id} of {service} was never taken in from {}", row.queue)
            });
            published.insert(row.id);
        }
    }
    for (reader, inbox) in &inboxes {
        for id in inbox.difference(&published) {
            findings.unless(false, &[id], || {
                format!("{reader} has taken in the message {id}, which nobody published")
            });
        }
    }
    let letters = number(
        house.database(Service::Gateway),
        "select count(*) as n from dead_letters where status = 'New'",
    );
    findings.unless(letters == 0, &[], || format!("{letters} dead letters are not settled"));
    let garbage = number(
        house.database(Service::Gateway),
        "select count(*) as n from dead_letters where status = 'Discarded'",
    );
    findings.unless(u64::try_from(garbage) == Ok(model.malformed), &["garbage"], || {
        format!("{} malformed messages were sent and {garbage} are kept", model.malformed)
    });
}

#[derive(Debug, Deserialize)]
struct TillRow {
    terminal_id: String,
    contiguous_through: i64,
    highest: i64,
}

/// Every till's count arrived without a gap.
fn check_tills(findings: &mut Findings, house: &Residence, model: &Model) {
    let found: Vec<TillRow> = rows(
        house.database(Service::Order),
        "select terminal_id, contiguous_through, highest from tills order by terminal_id",
    );
    let found: BTreeMap<&str, (i64, i64)> =
        found.iter().map(|row| (row.terminal_id.as_str(), (row.contiguous_through, row.highest))).collect();
    for (till, count) in &model.tills {
        let there = found.get(till.as_str()).copied().unwrap_or_default();
        findings.unless(there == (*count, *count), &[till], || {
            format!("the till {till} counted to {count}, here is {there:?}")
        });
    }
}
