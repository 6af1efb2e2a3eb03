//! The orders' money and the provider's agree.

use std::collections::BTreeMap;

use contracts::Service;
use serde::Deserialize;

use super::{Findings, OrderRow};
use crate::inspect::{number, rows};
use crate::model::Model;
use crate::shop::CREDIT_LIMIT_MINOR;
use crate::world::Residence;

#[derive(Debug, Deserialize)]
struct ProviderRow {
    order_id: String,
    status: String,
    authorised: i64,
    captured: i64,
    captured_minor: i64,
}

/// The provider's books agree with the orders; credit is bound by what is owed, within the limit.
pub(super) fn check_money(findings: &mut Findings, house: &Residence, orders: &[OrderRow]) {
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
        // What a provider took at once and gave back because the goods were gone was not taken. A payment of which it
        // knows nothing took nothing.
        "select p.order_id, o.status, coalesce(sum(t.status = 'Authorised'), 0) as authorised, \
        coalesce(sum(t.status = 'Captured'), 0) as captured, sum(iif(t.status = 'Captured', t.amount_minor, 0)) as captured_minor \
        from payments p join orders o on o.id = p.order_id \
        left join test_provider_payments t on t.payment_id = p.id and not (p.status <> 'Captured' and exists ( \
            select 1 from test_provider_refunds r \
            where r.payment_id = p.id and r.status = 'Refunded' and r.amount_minor = t.amount_minor)) \
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
    let refunds = number(
        database,
        "select count(*) as n from test_provider_refunds r where r.status = 'Refunded' and not exists ( \
            select 1 from test_provider_payments t where t.payment_id = r.payment_id and t.status = 'Captured' \
                and t.amount_minor >= r.amount_minor)",
    );
    findings.unless(refunds == 0, &[], || {
        format!("the provider gave {refunds} times back what it had not taken")
    });
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
    let exposed = number(database, "select max(owed_minor) as n from customers");
    findings.unless(exposed <= CREDIT_LIMIT_MINOR, &[], || {
        format!("a customer owes {exposed}, beyond the limit")
    });
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
pub(super) fn check_refunds(findings: &mut Findings, house: &Residence, model: &Model) {
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
    let dear = number(
        database,
        "select count(*) as n from order_lines l where l.kind <> 'Discount' and l.line_total_minor + l.tax_minor < \
        (select coalesce(sum(r.line_total_minor + r.tax_minor), 0) from refund_lines r where r.order_id = l.order_id and r.order_line = l.line) \
        + (select coalesce(sum(s.line_total_minor + s.tax_minor), 0) from refund_shares s where s.order_id = l.order_id and s.order_line = l.line)",
    );
    findings.unless(dear == 0, &[], || format!("{dear} lines gave back more than was paid for them"));
    let taxed = number(
        database,
        "select count(*) as n from orders o where o.tax_minor < \
        (select coalesce(sum(r.tax_minor), 0) from refunds r where r.order_id = o.id)",
    );
    findings.unless(taxed == 0, &[], || format!("{taxed} orders gave back more tax than they had"));
}
