//! Orders over SQL: found, created, changed and cancelled. Checkouts are in `checkouts.rs`.

use contracts::stock::Warehouse;
use contracts::terms::PaymentTerms;
use kernel::Failure;
use kernel::ids::{CustomerId, OrderId};
use kernel::text::{Email, Name, Region};
use serde::Deserialize;
use store::{DatabaseError, Rows, Unit, json, plumbing, values};
use web::Context;

use super::order_record::{OrderRecord, address_text, line_records, payment_records};
use super::order_row::OrderRow;
use super::sql::{placing, reading};
use crate::adapters::events;
use crate::adapters::http::OrderJson;
use crate::application::ports::{
    Background, Change, FindOrder, Insertion, NewOrder, Orders, RegisteredCustomer, StoredOrder, Wanted,
};
use crate::domain::checkout::Step;
use crate::domain::order::{Order, Payment};
use crate::domain::pricing::{Rate, TaxRate, rates_in_force};

/// Orders in the service's database.
pub(crate) struct SqlOrders<'a> {
    pub(super) context: &'a Context,
    /// The status of the answer that an idempotency key remembers; none for a part of a larger request.
    pub(super) answers: Option<u16>,
}

impl<'a> SqlOrders<'a> {
    /// For a request that is answered 200, a message or a sweep.
    pub(crate) fn new(context: &'a Context) -> Self {
        Self { context, answers: Some(200) }
    }

    /// For a request that is answered 201.
    pub(crate) fn creating(context: &'a Context) -> Self {
        Self { context, answers: Some(201) }
    }

    /// For one of many parts of a request, whose key is not theirs.
    pub(crate) fn in_part(context: &'a Context) -> Self {
        Self { context, answers: None }
    }

    /// A unit that knows the request's key, unless this is only a part of the request.
    pub(super) fn unit(&self) -> Unit {
        if self.answers.is_some() { self.context.unit() } else { Unit::new(self.context.now(), None) }
    }

    pub(super) fn answer(&self, unit: &mut Unit, order: &Order) {
        if let (Some(status), Ok(body)) = (self.answers, serde_json::to_string(&OrderJson::from(order))) {
            unit.answer(status, body);
            // A new order is answered without its version.
            if status == 200 {
                unit.tag_answer(order.version);
            }
        }
    }
}

#[derive(Deserialize)]
struct NumberRow {
    order_number: String,
}

#[derive(Deserialize)]
struct RateRow {
    region: Region,
    tax_class: String,
    rate_ppm: i64,
    inclusive: bool,
}

#[derive(Deserialize)]
struct CustomerRow {
    id: CustomerId,
    name: Name,
    email: Email,
    kind: String,
    payment_terms: PaymentTerms,
}

fn rates(rows: Rows) -> Result<Vec<TaxRate>, DatabaseError> {
    let rows = rows.read::<RateRow>()?.into_iter().map(|row| {
        let rate = Rate::from_ppm(row.rate_ppm)
            .ok_or_else(|| DatabaseError::Shape("tax_rates: rate_ppm".to_owned()))?;
        Ok((row.region, TaxRate { tax_class: row.tax_class, rate, inclusive: row.inclusive }))
    });
    Ok(rates_in_force(rows.collect::<Result<_, DatabaseError>>()?))
}

/// What a refused change means.
pub(super) fn refused(error: DatabaseError) -> Result<Change, Failure> {
    match error.rule() {
        Some("orders_version" | "orders_status" | "payments.order_id") => Ok(Change::Stale),
        Some("customers_credit_limit") => Ok(Change::CreditLimitExceeded),
        _ => Err(error.into()),
    }
}

impl FindOrder for SqlOrders<'_> {
    async fn find_order(&self, id: OrderId) -> Result<Option<Order>, Failure> {
        Ok(self.find_stored(id).await?.map(|stored| stored.order))
    }

    async fn find_stored(&self, id: OrderId) -> Result<Option<StoredOrder>, Failure> {
        let row = self.context.query(reading::FIND_ORDER.bind(values![id])).await?.first::<OrderRow>()?;
        Ok(row.map(OrderRow::into_stored).transpose()?)
    }
}

impl Orders for SqlOrders<'_> {
    async fn background(&self, wanted: &Wanted<'_>) -> Result<Background, Failure> {
        let rows = self
            .context
            .query_all(vec![
                reading::FIND_ORDER.bind(values![wanted.order_id]),
                reading::FIND_WAREHOUSE.bind(values![wanted.warehouse_id]),
                reading::LIST_RATES.bind(values![wanted.region, wanted.warehouse_id]),
                reading::FIND_CUSTOMER.bind(values![wanted.customer_id.map(|id| id.to_string())]),
            ])
            .await?;
        let [order, warehouse, tax, customer] = rows;
        let customer = customer.first::<CustomerRow>()?.map(|row| RegisteredCustomer {
            id: row.id,
            name: row.name,
            email: row.email,
            wholesale: row.kind == "Wholesale",
            payment_terms: row.payment_terms,
        });
        Ok(Background {
            existing: order.first::<OrderRow>()?.map(OrderRow::into_stored).transpose()?,
            warehouse: warehouse.first::<Warehouse>()?,
            rates: rates(tax)?,
            customer,
        })
    }

    async fn rates(&self, region: &Region) -> Result<Vec<TaxRate>, Failure> {
        let rows =
            self.context.query(reading::LIST_RATES.bind(values![region, Option::<&str>::None])).await?;
        Ok(rates(rows)?)
    }

    async fn insert(&self, new: NewOrder) -> Result<Insertion, Failure> {
        let (context, order) = (self.context, &new.order);
        let year = i64::from(order.created_at.year());
        let mut unit = self.unit();
        if let Some(warehouse) = &new.warehouse {
            unit.push(keep_warehouse(warehouse, order.created_at));
        }
        unit.push(plumbing::ADVANCE_SEQUENCE.bind(values!["orders", year]));
        let number = unit.push(placing::INSERT_ORDER.bind(values![json(&[OrderRecord::new(&new)]), year]));
        unit.push(placing::INSERT_LINES.bind(values![order.id, json(&line_records(&order.lines))]));
        if !order.payments.is_empty() {
            unit.push(
                placing::INSERT_PAYMENTS.bind(values![order.id, json(&payment_records(&order.payments))]),
            );
        }
        if let (Some(amount), Some(customer_id)) = (order.credit(), order.customer_id) {
            let id = format!("order:{}", order.id);
            unit.push(placing::MOVE_CREDIT.bind(values![
                id,
                customer_id,
                order.id,
                amount.minor(),
                order.created_at
            ]));
        }
        context.publish(&mut unit, events::created(order), order.id);
        // A checkout that begins at once answers when it ends.
        if new.step.is_none() {
            self.answer(&mut unit, order);
            unit.patch_answer(&placing::PATCH_NUMBER, values![order.id]);
        }
        match context.commit(unit).await {
            Ok(mut rows) => {
                let row = rows.swap_remove(number).first::<NumberRow>()?;
                let number = row.map(|row| row.order_number).unwrap_or_default();
                Ok(Insertion::Created(Box::new(Order { number, ..new.order })))
            }
            Err(error) => match error.rule() {
                Some("orders.id") => Ok(Insertion::IdTaken),
                Some("orders.terminal_id") => Ok(Insertion::SequenceTaken),
                Some("customers_credit_limit") => Ok(Insertion::CreditLimitExceeded),
                _ => Err(error.into()),
            },
        }
    }

    async fn replace(&self, before: &Order, after: Order) -> Result<Change, Failure> {
        let mut unit = self.unit();
        unit.push(placing::REPLACE_TOTALS.bind(values![
            after.id,
            after.subtotal.minor(),
            after.discount.minor(),
            after.tax.minor(),
            after.total.minor(),
            address_text(&after),
            before.version,
            after.updated_at
        ]));
        unit.push(placing::DELETE_LINES.bind(values![after.id]));
        unit.push(placing::INSERT_LINES.bind(values![after.id, json(&line_records(&after.lines))]));
        let credit = |order: &Order| order.credit().map_or(0, kernel::Money::minor);
        let change = credit(&after).saturating_sub(credit(before));
        if let (Some(customer_id), true) = (after.customer_id, change != 0) {
            let id = format!("order:{}:{}", after.id, after.version);
            unit.push(placing::MOVE_CREDIT.bind(values![
                id,
                customer_id,
                after.id,
                change,
                after.updated_at
            ]));
        }
        self.answer(&mut unit, &after);
        match self.context.commit(unit).await {
            Ok(_) => Ok(Change::Done(Box::new(after))),
            Err(error) => refused(error),
        }
    }

    async fn begin(&self, mut order: Order, payment: Payment, step: Step) -> Result<Change, Failure> {
        let now = self.context.now();
        let mut unit = self.unit();
        unit.push(placing::BEGIN_CHECKOUT.bind(values![order.id, step.as_str(), now, order.version]));
        let payments = [payment];
        unit.push(placing::INSERT_PAYMENTS.bind(values![order.id, json(&payment_records(&payments))]));
        match self.context.commit(unit).await {
            Ok(_) => {
                order.payments.extend(payments);
                order.changed(now);
                Ok(Change::Done(Box::new(order)))
            }
            Err(error) => refused(error),
        }
    }

    async fn cancel(&self, mut order: Order, reason: &str) -> Result<Change, Failure> {
        let context = self.context;
        let (now, version) = (context.now(), order.version);
        order.cancel(reason, false, now);
        let mut unit = self.unit();
        unit.push(placing::CANCEL_ORDERS.bind(values![
            json(&[(order.id, version)]),
            reason,
            false,
            now,
            Option::<&str>::None
        ]));
        unit.push(placing::RELEASE_CREDITS.bind(values![json(&[order.id]), now]));
        if let Some(event) = events::cancelled(&order) {
            context.publish(&mut unit, event, order.id);
        }
        self.answer(&mut unit, &order);
        match context.commit(unit).await {
            Ok(_) => Ok(Change::Done(Box::new(order))),
            Err(error) => refused(error),
        }
    }
}

/// Keeps what inventory says of a warehouse, as of a time.
pub(crate) fn keep_warehouse(warehouse: &Warehouse, at: kernel::Timestamp) -> store::Statement {
    placing::KEEP_WAREHOUSE.bind(values![
        warehouse.id,
        &warehouse.code,
        &warehouse.name,
        &warehouse.region,
        at
    ])
}
