//! Checkouts over SQL: each step is one batch, based on the version that was read, so that two runs of the same
//! checkout cannot both advance it. The endings without a sale are in `endings.rs`.

use contracts::stock::ItemAvailability;
use contracts::terms::PaymentMethod;
use kernel::{Failure, Money, Timestamp};
use store::{Statement, json, values};

use super::endings::{End, out_of_stock};
use super::notices::{self, Notice};
use super::orders::{insert_payments, is_stale, unless_stale};
use super::sql::{checkout as sql, placing};
use super::{Store, defect, reviews};
use crate::adapters::{events, settings};
use crate::application::ports::checkouts::{Checkout, Checkouts, Ended};
use crate::application::ports::peers::Released;
use crate::domain::checkout::{State, Step};
use crate::domain::order::{Order, OrderStatus, Payment, PaymentStatus};

/// The most that a credit movement may release: all of it.
const EVERYTHING: i64 = kernel::money::MINOR_MAX;
/// What happened to a payment that was taken although there was no sale.
const GIVEN_BACK: &str = "the provider had taken the money at once, and it is given back";

/// The cost of each line; null while it is unknown.
fn keep_costs(order: &Order) -> Statement {
    let costs: Vec<(i64, Option<i64>)> =
        order.lines.iter().map(|line| (line.line, line.cost.map(Money::minor))).collect();
    sql::KEEP_COSTS.bind(values![order.id, json(&costs)])
}

impl Checkouts for Store<'_> {
    async fn store(&self, checkout: &Checkout) -> Result<Option<Order>, Failure> {
        let (now, version) = (self.context.now(), checkout.order.version);
        let step = checkout.state.step().ok_or_else(|| defect("a state that is not stored"))?.as_str();
        let mut order = checkout.order.clone();
        order.enter(checkout.state, now);
        let mut unit = self.unit();
        // A resumed capture is already past the pivot.
        let pivots =
            checkout.state == State::Capturing && checkout.order.status == OrderStatus::PendingPayment;
        if pivots {
            unit.push(sql::CONFIRM_ORDER.bind(values![order.id, step, now, version]));
            unit.push(keep_costs(&order));
        } else {
            let shortage = checkout.availability.as_ref().map(json);
            unit.push(sql::STORE_STEP.bind(values![order.id, step, now, version, shortage]));
            if matches!(checkout.state, State::Deducting(_)) {
                self.mark_payments(&mut unit, &order, PaymentStatus::Authorised, None);
            }
        }
        unless_stale(self.context.commit(unit).await, order)
    }

    async fn doubt(&self, checkout: &Checkout) -> Result<Option<Order>, Failure> {
        let mut order = checkout.order.clone();
        for payment in order.payments.iter_mut().filter(|p| p.status == PaymentStatus::Pending) {
            payment.status = PaymentStatus::Unknown;
        }
        let mut unit = self.unit();
        unit.push(sql::DOUBT_PAYMENTS.bind(values![order.id, self.context.now()]));
        unless_stale(self.context.commit(unit).await, order)
    }

    async fn complete(&self, checkout: &Checkout) -> Result<Option<Order>, Failure> {
        let (context, version) = (self.context, checkout.order.version);
        let now = context.now();
        let mut order = checkout.order.clone();
        let on_account =
            order.active_payment().is_some_and(|payment| payment.method == PaymentMethod::PurchaseOrder);
        order.complete(now);
        // An older release began this checkout and did not say on which day.
        let day = match order.business_day {
            Some(day) => day,
            None => context.day_of(order.sold_at, order.time_zone.as_ref())?,
        };
        order.business_day = Some(day);
        let mut unit = self.unit();
        unit.push(sql::COMPLETE_ORDER.bind(values![
            order.id,
            order.fulfilment.as_str(),
            order.sold_at,
            &order.review_reason,
            now,
            version,
            day
        ]));
        self.mark_payments(&mut unit, &order, PaymentStatus::Captured, None);
        unit.push(keep_costs(&order));
        if order.credit().is_some() && !on_account {
            // Accepted on account, then paid at once: nothing is owed.
            let id = format!("settled:{}", order.id);
            unit.push(placing::RELEASE_CREDIT.bind(values![id, order.id, EVERYTHING, now]));
        }
        for event in events::payments_confirmed(&order) {
            context.publish(&mut unit, &event, order.id)?;
        }
        if on_account {
            notices::push(context, &mut unit, &[Notice::invoiced(context, &order, day)?]);
        }
        let mut deviation = None;
        if let Some(reason) = &order.review_reason {
            let limits = settings::offline_limits(context)?;
            deviation = order.deviation(limits.shortage_units).map_err(defect)?;
            unit.push(reviews::open(order.id, reason, deviation, now));
        }
        context.publish(&mut unit, &events::completed(&order, deviation)?, order.id)?;
        self.keep(self.presents.order, &mut unit, &order)?;
        unless_stale(context.commit(unit).await, order)
    }

    async fn cancel(
        &self,
        checkout: &Checkout,
        availability: &[ItemAvailability],
    ) -> Result<Option<Order>, Failure> {
        let version = checkout.order.version;
        let mut order = checkout.order.clone();
        let given_back = checkout.released == Some(Released::GivenBack);
        let end =
            End { payment: PaymentStatus::Voided, reason: given_back.then_some(GIVEN_BACK), given_back };
        order.mark_payments(end.payment, end.reason);
        order.cancel(&out_of_stock(availability), true, self.context.now());
        self.end_without_sale(order, version, end, availability).await
    }

    async fn revive(
        &self,
        mut order: Order,
        payments: Vec<Payment>,
        sold_at: Timestamp,
    ) -> Result<Option<Order>, Failure> {
        let (now, version) = (self.context.now(), order.version);
        let insert = (!payments.is_empty()).then(|| insert_payments(order.id, &payments));
        order.revive(payments, sold_at, now);
        let day = self.context.day_of(sold_at, order.time_zone.as_ref())?;
        order.business_day = Some(day);
        let mut unit = self.unit();
        unit.push(sql::REVIVE_SALE.bind(values![
            order.id,
            Step::Deducting.as_str(),
            now,
            version,
            sold_at,
            &order.review_reason,
            day
        ]));
        if let Some(insert) = insert {
            unit.push(insert);
        }
        unless_stale(self.context.commit(unit).await, order)
    }

    async fn decline(
        &self,
        checkout: &Checkout,
        status: PaymentStatus,
        reason: String,
    ) -> Result<Ended, Failure> {
        let (order, now) = (&checkout.order, self.context.now());
        let mut unit = self.unit();
        unit.push(sql::END_CHECKOUT.bind(values![order.id, now, order.version]));
        self.mark_payments(&mut unit, order, status, Some(&reason));
        let notice = Notice::declined(self.context, order)?;
        notices::push(self.context, &mut unit, notice.as_slice());
        self.keep(self.presents.declined, &mut unit, reason.as_str())?;
        match self.context.commit(unit).await {
            Ok(_) => Ok(Ended::Declined(reason)),
            Err(error) if is_stale(&error) => Ok(Ended::Overtaken(order.id)),
            Err(error) if error.rule() == Some("orders_depleted") => {
                let given_back = checkout.released == Some(Released::GivenBack);
                let end = End { payment: status, reason: Some(&reason), given_back };
                self.cancel_declined(order.clone(), end).await
            }
            Err(error) => Err(error.into()),
        }
    }
}
