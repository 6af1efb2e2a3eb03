//! Checkouts over SQL: each step is one batch, made from the version that was read, so that two runs
//! of one checkout never both move it.

use kernel::Failure;
use platform::Platform;
use store::{DatabaseError, Unit, json, values};

use super::SqlOrders;
use super::order_record::cost_records;
use super::sql::{checkout as sql, placing};
use crate::adapters::events;
use crate::adapters::http::problems;
use crate::application::ports::{Checkouts, Stored};
use crate::application::run_checkout::Checkout;
use crate::domain::checkout::State;
use crate::domain::order::{Order, OrderStatus, PaymentStatus};

/// The most a credit movement may give back: all of it.
const EVERYTHING: i64 = kernel::money::MINOR_MAX;

fn settled(result: Result<Vec<store::Rows>, DatabaseError>, order: Order) -> Result<Stored, Failure> {
    match result {
        Ok(_) => Ok(Stored::Done(Box::new(order))),
        Err(error) => match error.rule() {
            Some("orders_version" | "orders_status") => Ok(Stored::Overtaken),
            _ => Err(error.into()),
        },
    }
}

impl<P: Platform> SqlOrders<'_, P> {
    fn mark_payments(&self, unit: &mut Unit, order: &Order, status: PaymentStatus, reason: Option<&str>) {
        let now = self.context.now();
        unit.push(sql::MARK_PAYMENTS.bind(values![order.id, status.as_str(), reason, now]));
    }

    /// The problem that ends the request, for its key to remember.
    fn answer_problem(&self, unit: &mut Unit, problem: &web::Problem) {
        if self.answers.is_some() {
            unit.answer(problem.status(), problem.render(&self.context.request_id));
        }
    }
}

impl<P: Platform> Checkouts for SqlOrders<'_, P> {
    async fn store(&self, checkout: &Checkout) -> Result<Stored, Failure> {
        let (now, version) = (self.context.now(), checkout.order.version);
        let step = checkout.state.step().map_or("", |step| step.as_str());
        let mut order = checkout.order.clone();
        order.enter(checkout.state, now);
        let mut unit = self.unit();
        // A capture that is taken up again is past the pivot already.
        let pivots =
            checkout.state == State::Capturing && checkout.order.status == OrderStatus::PendingPayment;
        if pivots {
            unit.push(sql::CONFIRM_ORDER.bind(values![order.id, step, now, version]));
            unit.push(sql::KEEP_COSTS.bind(values![order.id, json(&cost_records(&order.lines))]));
        } else {
            let shortage = checkout.availability.as_ref().map(json);
            unit.push(sql::STORE_STEP.bind(values![order.id, step, now, version, shortage]));
            if matches!(checkout.state, State::Deducting(_)) {
                self.mark_payments(&mut unit, &order, PaymentStatus::Authorised, None);
            }
        }
        settled(self.context.commit(unit).await, order)
    }

    async fn doubt(&self, checkout: &Checkout) -> Result<Stored, Failure> {
        let mut order = checkout.order.clone();
        for payment in order.payments.iter_mut().filter(|p| p.status == PaymentStatus::Pending) {
            payment.status = PaymentStatus::Unknown;
        }
        let mut unit = self.unit();
        unit.push(sql::DOUBT_PAYMENTS.bind(values![order.id, self.context.now()]));
        settled(self.context.commit(unit).await, order)
    }

    async fn complete(&self, checkout: &Checkout) -> Result<Stored, Failure> {
        let context = self.context;
        let (now, version) = (context.now(), checkout.order.version);
        let mut order = checkout.order.clone();
        let on_account = order
            .active_payment()
            .is_some_and(|payment| payment.method == contracts::terms::PaymentMethod::PurchaseOrder);
        order.complete(now);
        let mut unit = self.unit();
        unit.push(sql::COMPLETE_ORDER.bind(values![
            order.id,
            order.fulfilment.as_str(),
            order.sold_at,
            order.review_reason.as_deref(),
            now,
            version
        ]));
        self.mark_payments(&mut unit, &order, PaymentStatus::Captured, None);
        unit.push(sql::KEEP_COSTS.bind(values![order.id, json(&cost_records(&order.lines))]));
        unit.push(sql::ADD_DAILY_SALES.bind(values![
            order.sold_at.date(),
            order.channel.as_str(),
            order.total.minor()
        ]));
        if order.credit().is_some() && !on_account {
            // Accepted on account, then paid at once: nothing is owed.
            let id = format!("settled:{}", order.id);
            unit.push(placing::RELEASE_CREDIT.bind(values![id, order.id, EVERYTHING, now]));
        }
        for event in events::payments_confirmed(&order) {
            context.publish(&mut unit, event, order.id);
        }
        context.publish(&mut unit, events::completed(&order), order.id);
        self.answer(&mut unit, &order);
        settled(context.commit(unit).await, order)
    }

    async fn cancel(&self, checkout: &Checkout) -> Result<Stored, Failure> {
        let context = self.context;
        let (now, version) = (context.now(), checkout.order.version);
        let availability = checkout.availability.clone().unwrap_or_default();
        let reason = sold_out(&availability);
        let mut order = checkout.order.clone();
        order.cancel(&reason, false, now);
        let mut unit = self.unit();
        unit.push(placing::CANCEL_ORDERS.bind(values![
            json(&[(order.id, version)]),
            reason.as_str(),
            false,
            now,
            json(&availability)
        ]));
        self.mark_payments(&mut unit, &order, PaymentStatus::Voided, None);
        unit.push(placing::RELEASE_CREDITS.bind(values![json(&[order.id]), now]));
        if let Some(contact) = &order.contact {
            let notice = serde_json::json!([{
                "id": context.new_id::<kernel::ids::MessageId>(),
                "orderId": order.id,
                "recipient": contact.email,
                "kind": "OrderCancelled",
                "message": format!("Your order {} is cancelled: {reason}. You were not charged.", order.number),
            }]);
            unit.push(placing::INSERT_NOTIFICATIONS.bind(values![json(&notice), now]));
        }
        if let Some(event) = events::cancelled(&order) {
            context.publish(&mut unit, event, order.id);
        }
        self.answer_problem(&mut unit, &problems::out_of_stock(&availability));
        settled(context.commit(unit).await, order)
    }

    async fn decline(
        &self,
        checkout: &Checkout,
        status: PaymentStatus,
        reason: &str,
    ) -> Result<Stored, Failure> {
        let (now, version) = (self.context.now(), checkout.order.version);
        let mut order = checkout.order.clone();
        order.mark_payments(status, Some(reason));
        order.changed(now);
        let mut unit = self.unit();
        unit.push(sql::END_CHECKOUT.bind(values![order.id, now, version]));
        self.mark_payments(&mut unit, &order, status, Some(reason));
        self.answer_problem(&mut unit, &problems::declined(reason));
        settled(self.context.commit(unit).await, order)
    }
}

/// The reason of a cancellation, naming the SKUs that are short.
fn sold_out(availability: &[contracts::stock::ItemAvailability]) -> String {
    let skus: Vec<&str> =
        availability.iter().filter(|item| !item.available).map(|item| item.sku.as_str()).collect();
    if skus.is_empty() { "out of stock".to_owned() } else { format!("out of stock: {}", skus.join(", ")) }
}
