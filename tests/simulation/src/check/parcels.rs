//! What was sold on the web is sent: never more than was bought, and each order says how far it is.

use contracts::Service;
use serde::Deserialize;

use super::Findings;
use crate::inspect::rows;
use crate::model::Model;
use crate::world::Residence;

#[derive(Debug, Deserialize)]
struct LineRow {
    order_id: String,
    line: i64,
    bought: i64,
    refunded: i64,
    packed: i64,
    sent: i64,
}

/// Units of a line in shipments with one of these statuses.
macro_rules! units {
    ($statuses:literal) => {
        concat!(
            "(select coalesce(sum(i.quantity), 0) from shipment_lines i join shipments s on s.id = i.shipment_id
            where i.order_id = l.order_id and i.order_line = l.line and s.status in (",
            $statuses,
            "))"
        )
    };
}

/// The lines of goods that were sold on the web.
const LINES: &str = concat!(
    "select l.order_id, l.line, l.quantity as bought,
        (select coalesce(sum(r.quantity), 0) from refund_lines r where r.order_id = l.order_id and r.order_line = l.line) as refunded, ",
    units!("'Picking', 'Packed', 'ReadyForPickUp'"),
    " as packed, ",
    units!("'Shipped', 'Delivered', 'PickedUp'"),
    " as sent from orders o join order_lines l on l.order_id = o.id and l.kind = 'Goods'
    where o.status = 'Completed' and o.sales_channel <> 'POS' order by 1, 2"
);

#[derive(Debug, Deserialize)]
struct StatusRow {
    order_id: String,
    status: String,
    open: i64,
}

#[derive(Debug, Deserialize)]
struct ShipmentRow {
    id: String,
    status: String,
}

#[derive(Debug, Deserialize)]
struct ToldRow {
    id: String,
    left: i64,
    arrived: i64,
    told_left: i64,
    told_arrived: i64,
}

/// No more is sent than was bought, and every order says how far it is.
fn check_units(findings: &mut Findings, house: &Residence) {
    let database = house.database(Service::Order);
    let lines: Vec<LineRow> = rows(database, LINES);
    let mut orders: Vec<(&str, Vec<&LineRow>)> = Vec::new();
    for row in &lines {
        let id = row.order_id.as_str();
        findings.unless(row.packed + row.sent <= row.bought, &[id], || {
            format!(
                "of line {} of {id} were bought {}, and {} + {} are sent",
                row.line, row.bought, row.packed, row.sent
            )
        });
        match orders.last_mut().filter(|(last, _)| *last == id) {
            Some((_, lines)) => lines.push(row),
            None => orders.push((id, vec![row])),
        }
    }
    let said: Vec<StatusRow> =
        rows(database, "select order_id, status, open from fulfilments order by order_id");
    findings.unless(said.len() == orders.len(), &[], || {
        format!("{} orders have goods to send, and {} say so", orders.len(), said.len())
    });
    for ((id, lines), said) in orders.iter().zip(&said) {
        let sum = |of: fn(&LineRow) -> i64| lines.iter().map(|line| of(line)).sum::<i64>();
        let (bought, refunded, packed, sent) =
            (sum(|l| l.bought), sum(|l| l.refunded), sum(|l| l.packed), sum(|l| l.sent));
        let open = bought - packed - sent;
        // Refunds take of what is open, or of what the customer has.
        let right = said.order_id == **id
            && (open - refunded..=open).contains(&said.open)
            && match said.status.as_str() {
                "Unfulfilled" => said.open > 0 && packed == 0 && sent == 0,
                "InProgress" => packed > 0 && sent == 0,
                "PartiallyFulfilled" => sent > 0 && said.open + packed > 0,
                "Fulfilled" => sent > 0 && said.open + packed == 0,
                "Cancelled" => refunded == bought && packed == 0 && sent == 0,
                _ => false,
            };
        findings.unless(right, &[id], || {
            format!(
                "{id} has {bought} units, {refunded} refunded, {packed} packed, {sent} sent, and is {said:?}"
            )
        });
    }
}

/// Every shipment that a clerk was told of is there, as it was told or as it was asked for last.
fn check_acknowledged(findings: &mut Findings, house: &Residence, model: &Model) {
    let found: Vec<ShipmentRow> =
        rows(house.database(Service::Order), "select id, status from shipments order by id");
    for (id, seen) in &model.shipments {
        let status = found.iter().find(|row| row.id == *id).map(|row| row.status.as_str());
        findings.unless(status == Some(seen.told) || status == Some(seen.asked), &[id], || {
            format!("the shipment {id}, told {}, is {status:?}", seen.told)
        });
    }
}

/// Each customer is told of each shipment that left and each that arrived, once.
fn check_told(findings: &mut Findings, house: &Residence) {
    let told: Vec<ToldRow> = rows(
        house.database(Service::Order),
        "select order_id as id, count(shipped_at) as left, count(iif(status = 'Delivered', 1, null)) as arrived,
            (select count(*) from outbox m where m.queue = 'mail-inbox' and m.body ->> '$.data.content.template' = 'OrderShipped'
                and m.body ->> '$.data.content.data.order.orderId' = s.order_id) as told_left,
            (select count(*) from outbox m where m.queue = 'mail-inbox' and m.body ->> '$.data.content.template' = 'OrderDelivered'
                and m.body ->> '$.data.content.data.order.orderId' = s.order_id) as told_arrived
        from shipments s group by order_id order by order_id",
    );
    for row in told {
        findings.unless((row.left, row.arrived) == (row.told_left, row.told_arrived), &[&row.id], || {
            format!("the customer of {} was not told of each shipment, once: {row:?}", row.id)
        });
    }
}

/// Everything about shipments.
pub(super) fn check_parcels(findings: &mut Findings, house: &Residence, model: &Model) {
    check_units(findings, house);
    check_acknowledged(findings, house, model);
    check_told(findings, house);
}
