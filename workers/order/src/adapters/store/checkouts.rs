//! Checkouts over SQL: each step is one batch, made from the version that was read, so that two runs
//! of one checkout never both move it.

use contracts::stock::ItemAvailability;
use kernel::text::Sku;
use kernel::{Failure, Timestamp};
use serde::Deserialize;
use store::{DatabaseError, Unit, json, values};

use super::SqlOrders;
use super::order_record::{cost_records, payment_records};
use super::reactions::sold_out;
use super::sql::{checkout as sql, placing};
use crate::adapters::events;
use crate::adapters::http::problems;
use crate::application::ports::{Checkouts, Declined, Released, Stored};
use crate::application::run_checkout::Checkout;
use crate::domain::checkout::{State, Step};
use crate::domain::order::{Order, OrderStatus, Payment, PaymentStatus};

/// The most a credit movement may give back: all of it.
const EVERYTHING: i64 = kernel::money::MINOR_MAX;
/// What became of a payment that was taken for a sale that is none.
const GIVEN_BACK: &str = "the provider had taken the money at once, and it is given back";

/// What ran out while an order was being paid.
#[derive(Deserialize)]
struct DepletionRow {
    sku: Sku,
    requested: i64,
}

/// How an attempt to pay ended, and why.
struct End<'a> {
    payment: PaymentStatus,
    reason: Option<&'a str>,
    given_back: bool,
}

fn settled(result: Result<Vec<store::Rows>, DatabaseError>, order: Order) -> Result<Stored, Failure> {
    match result {
        Ok(_) => Ok(Stored::Done(Box::new(order))),
        Err(error) => match error.rule() {
            Some("orders_version" | "orders_status") => Ok(Stored::Overtaken),
            _ => Err(error.into()),
        },
    }
}

impl SqlOrders<'_> {
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

impl Checkouts for SqlOrders<'_> {
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
        let (availability, version) =
            (checkout.availability.clone().unwrap_or_default(), checkout.order.version);
        let mut order = checkout.order.clone();
        let given_back = checkout.released == Some(Released::GivenBack);
        let end =
            End { payment: PaymentStatus::Voided, reason: given_back.then_some(GIVEN_BACK), given_back };
        order.mark_payments(end.payment, end.reason);
        order.cancel(&out_of_stock(&availability), false, self.context.now());
        self.end_without_sale(order, version, end, &availability).await
    }

    async fn revive(
        &self,
        mut order: Order,
        payments: Vec<Payment>,
        sold_at: Timestamp,
    ) -> Result<Stored, Failure> {
        let (now, version) = (self.context.now(), order.version);
        let (has_payments, records) = (!payments.is_empty(), json(&payment_records(&payments)));
        order.revive(payments, sold_at, now);
        let mut unit = self.unit();
        unit.push(sql::REVIVE_SALE.bind(values![
            order.id,
            Step::Deducting.as_str(),
            now,
            version,
            sold_at,
            order.review_reason.as_deref()
        ]));
        if has_payments {
            unit.push(placing::INSERT_PAYMENTS.bind(values![order.id, records]));
        }
        settled(self.context.commit(unit).await, order)
    }

    async fn decline(
        &self,
        checkout: &Checkout,
        status: PaymentStatus,
        reason: &str,
    ) -> Result<Declined, Failure> {
        let (now, version) = (self.context.now(), checkout.order.version);
        let given_back = checkout.released == Some(Released::GivenBack);
        let mut order = checkout.order.clone();
        order.mark_payments(status, Some(reason));
        let mut unit = self.unit();
        unit.push(sql::END_CHECKOUT.bind(values![order.id, now, version]));
        self.mark_payments(&mut unit, &order, status, Some(reason));
        self.answer_problem(&mut unit, &problems::declined(reason));
        match self.context.commit(unit).await {
            Ok(_) => {
                order.changed(now);
                Ok(Declined::Waiting(Box::new(order)))
            }
            Err(error) => match error.rule() {
                Some("orders_version" | "orders_status") => Ok(Declined::Overtaken),
                Some("orders_depleted") => {
                    self.cancel_declined(order, End { payment: status, reason: Some(reason), given_back })
                        .await
                }
                _ => Err(error.into()),
            },
        }
    }
}

impl SqlOrders<'_> {
    /// Ends an order whose attempt to pay failed after what it is for ran out.
    async fn cancel_declined(&self, mut order: Order, end: End<'_>) -> Result<Declined, Failure> {
        let version = order.version;
        let rows = self.context.query(placing::LIST_DEPLETIONS.bind(values![order.id])).await?;
        let missing = rows.read::<DepletionRow>()?.into_iter();
        let missing = missing.map(|DepletionRow { sku, requested }| ItemAvailability {
            sku,
            requested,
            on_hand: 0,
            available: false,
        });
        let availability: Vec<ItemAvailability> = missing.collect();
        order.cancel(&sold_out(availability.iter().map(|item| &item.sku)), true, self.context.now());
        Ok(match self.end_without_sale(order, version, end, &availability).await? {
            Stored::Done(order) => Declined::SoldOut(order, availability),
            Stored::Overtaken => Declined::Overtaken,
        })
    }

    /// Stores a cancelled order, made from `version`, with the end of its attempt to pay; tells the customer and
    /// the world.
    async fn end_without_sale(
        &self,
        order: Order,
        version: i64,
        end: End<'_>,
        availability: &[ItemAvailability],
    ) -> Result<Stored, Failure> {
        let (context, now) = (self.context, self.context.now());
        let cancellation = order.cancellation.clone();
        let cancellation =
            cancellation.ok_or_else(|| Failure::Defect("an end without a reason".to_owned()))?;
        let reason = cancellation.reason.as_str();
        let mut unit = self.unit();
        unit.push(placing::CANCEL_ORDERS.bind(values![
            json(&[(order.id, version)]),
            reason,
            cancellation.auto_cancelled,
            now,
            json(availability)
        ]));
        self.mark_payments(&mut unit, &order, end.payment, end.reason);
        unit.push(placing::RELEASE_CREDITS.bind(values![json(&[order.id]), now]));
        if let Some(contact) = &order.contact {
            let charged =
                if end.given_back { "What you were charged is given back." } else { "You were not charged." };
            let notice = serde_json::json!([{
                "id": context.new_id::<kernel::ids::MessageId>(),
                "orderId": order.id,
                "recipient": contact.email,
                "kind": "OrderCancelled",
                "message": format!("Your order {} is cancelled: {reason}. {charged}", order.number),
            }]);
            unit.push(placing::INSERT_NOTIFICATIONS.bind(values![json(&notice), now]));
        }
        if let Some(event) = events::cancelled(&order) {
            context.publish(&mut unit, event, order.id);
        }
        self.answer_problem(&mut unit, &problems::out_of_stock(availability));
        settled(context.commit(unit).await, order)
    }
}

/// The reason of a cancellation, naming the SKUs that are short.
fn out_of_stock(availability: &[ItemAvailability]) -> String {
    let skus: Vec<&str> =
        availability.iter().filter(|item| !item.available).map(|item| item.sku.as_str()).collect();
    if skus.is_empty() { "out of stock".to_owned() } else { format!("out of stock: {}", skus.join(", ")) }
}
