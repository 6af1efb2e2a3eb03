//! Orders over SQL: found, created, changed and cancelled. Checkouts are in `checkouts.rs`.

use contracts::events::CancelledBecause;
use contracts::stock::Warehouse;
use contracts::terms::SalesChannel;
use kernel::ids::{OrderId, WarehouseId};
use kernel::text::{Code, Name, Region};
use kernel::{Date, Failure, Money, TimeZone, Timestamp};
use selling::pricing::RegionalTaxes;
use serde::Deserialize;
use store::{DatabaseError, Rows, Statement, Unit, json, plumbing, values};

use super::customers::CustomerRow;
use super::notices::{self, Notice};
use super::order_parts::{LineRow, PaymentRow};
use super::order_row::OrderRow;
use super::sql::{carts, customers, placing, reading, tax_rates, tills};
use super::tax_rates::{around, regional_taxes};
use super::{Store, attempts, only, rows_at};
use crate::adapters::events;
use crate::application::ports::orders::{
    Background, BeginError, ChangeError, FindOrder, InsertError, NewOrder, Orders, Party, StoredOrder, Wanted,
};
use crate::domain::cashier::CashierState;
use crate::domain::checkout::Step;
use crate::domain::enrolment::KnownTill;
use crate::domain::order::{Order, OrderLine, Payment};
use crate::domain::patience::Counted;

#[derive(Deserialize)]
struct WarehouseRow {
    id: WarehouseId,
    code: Code,
    name: Name,
    region: Region,
    time_zone: Option<TimeZone>,
    smallest_coin_minor: Option<i64>,
}

#[derive(Deserialize)]
struct CoinRow {
    smallest_coin_minor: Option<i64>,
}

/// A till, and whether a cashier may sell.
#[derive(Deserialize)]
struct TillRow {
    #[serde(flatten)]
    till: KnownTill,
    cashier: Option<CashierState>,
}

#[derive(Deserialize)]
struct NumberRow {
    order_number: String,
}

/// Whether another request has changed the order, or is paying it.
pub(super) fn is_stale(error: &DatabaseError) -> bool {
    matches!(error.rule(), Some("orders_version" | "orders_status" | "payments.order_id"))
}

/// The order after the change, or none when the change was refused because the order had changed in the meantime.
pub(super) fn unless_stale<T>(
    committed: Result<T, DatabaseError>,
    order: Order,
) -> Result<Option<Order>, Failure> {
    match committed {
        Ok(_) => Ok(Some(order)),
        Err(error) if is_stale(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn insert_lines(id: OrderId, lines: &[OrderLine]) -> Statement {
    let rows: Vec<LineRow> = lines.iter().map(LineRow::from).collect();
    placing::INSERT_LINES.bind(values![id, json(&rows)])
}

pub(super) fn insert_payments(id: OrderId, payments: &[Payment]) -> Statement {
    let rows: Vec<PaymentRow> = payments.iter().map(PaymentRow::from).collect();
    placing::INSERT_PAYMENTS.bind(values![id, json(&rows)])
}

/// Stores inventory's data about a warehouse, as of a time.
pub(super) fn keep_warehouse(warehouse: &Warehouse, at: Timestamp) -> Statement {
    let Warehouse { id, code, name, region, time_zone } = warehouse;
    placing::KEEP_WAREHOUSE.bind(values![id, code, name, region, at, time_zone])
}

/// Changes how much of its customer's credit the order binds.
fn move_credit(unit: &mut Unit, id: String, order: &Order, change: i64, at: Timestamp) {
    if let (Some(customer_id), true) = (order.customer_id, change != 0) {
        unit.push(placing::MOVE_CREDIT.bind(values![id, customer_id, order.id, change, at]));
    }
}

impl FindOrder for Store<'_> {
    async fn find_order(&self, id: OrderId) -> Result<Option<Order>, Failure> {
        Ok(self.find_stored(id).await?.map(|stored| stored.order))
    }

    async fn find_stored(&self, id: OrderId) -> Result<Option<StoredOrder>, Failure> {
        let row = self.context.query(reading::FIND_ORDER.bind(values![id])).await?.first::<OrderRow>()?;
        Ok(row.map(OrderRow::into_stored).transpose()?)
    }
}

impl Orders for Store<'_> {
    async fn background(&self, wanted: &Wanted<'_>) -> Result<Background, Failure> {
        let (earliest, latest) = around(wanted.at);
        let party = match wanted.party {
            Party::Customer(id) => customers::FIND_CUSTOMER.bind(values![id]),
            Party::Till(terminal_id, cashier) => tills::FIND_KEY.bind(values![terminal_id, cashier]),
        };
        let [order, warehouse, rates, party] = self
            .context
            .query_all([
                reading::FIND_ORDER.bind(values![wanted.order_id]),
                reading::FIND_WAREHOUSE.bind(values![wanted.warehouse_id]),
                tax_rates::PERIODS_OF_SALE.bind(values![
                    wanted.region,
                    wanted.warehouse_id,
                    earliest,
                    latest
                ]),
                party,
            ])
            .await?;
        let (customer, till) = match wanted.party {
            Party::Customer(_) => (party, None),
            Party::Till(..) => (Rows::default(), party.first::<TillRow>()?),
        };
        let (till, cashier) = till.map(|row| (row.till, row.cashier)).unzip();
        let (warehouse, coin) = match warehouse.first::<WarehouseRow>()? {
            Some(WarehouseRow { id, code, name, region, time_zone, smallest_coin_minor }) => {
                (Some(Warehouse { id, code, name, region, time_zone }), smallest_coin_minor)
            }
            None => (None, None),
        };
        Ok(Background {
            existing: order.first::<OrderRow>()?.map(OrderRow::into_stored).transpose()?,
            warehouse,
            taxes: regional_taxes(rates, self.coin(coin)?)?,
            customer: customer.first::<CustomerRow>()?.map(CustomerRow::into_customer).transpose()?,
            till,
            cashier: cashier.flatten(),
        })
    }

    fn day_of(&self, at: Timestamp, zone: Option<&TimeZone>) -> Result<Date, Failure> {
        self.context.day_of(at, zone)
    }

    async fn taxes(&self, [region, origin]: [&Region; 2], at: Timestamp) -> Result<RegionalTaxes, Failure> {
        let (earliest, latest) = around(at);
        let statements = [
            tax_rates::PERIODS_OF_REGIONS.bind(values![region, origin, earliest, latest]),
            reading::FIND_SMALLEST_COIN.bind(values![origin]),
        ];
        let [rates, coin] = self.context.query_all(statements).await?;
        let coin = only::<CoinRow>(coin)?.smallest_coin_minor;
        Ok(regional_taxes(rates, self.coin(coin)?)?)
    }

    async fn insert(&self, new: NewOrder) -> Result<Order, InsertError> {
        let order = &new.order;
        let year = self.context.day_of(order.created_at, order.time_zone.as_ref()).map(Date::year)?;
        let mut unit = self.unit();
        if let Some(warehouse) = &new.warehouse {
            unit.push(keep_warehouse(warehouse, order.created_at));
        }
        unit.push(plumbing::ADVANCE_SEQUENCE.bind(values!["orders", year]));
        let number = unit.push(placing::INSERT_ORDER.bind(values![json(&[OrderRow::inserted(&new)?]), year]));
        if let Some((cart, version)) = new.cart {
            unit.push(carts::END_ORDERED.bind(values![cart, version, order.id, order.created_at]));
        }
        if let Some(hash) = &order.guest_token {
            unit.push(placing::INSERT_GUEST_TOKEN.bind(values![order.id, hash.as_str()]));
        }
        unit.push(insert_lines(order.id, &order.lines));
        if !order.payments.is_empty() {
            unit.push(insert_payments(order.id, &order.payments));
        }
        let credit = order.credit().map_or(0, Money::minor);
        move_credit(&mut unit, format!("order:{}", order.id), order, credit, order.created_at);
        self.context.publish(&mut unit, &events::created(order), order.id)?;
        if order.channel != SalesChannel::POS {
            notices::push(self.context, &mut unit, &[Notice::received(self.context, order)?]);
        }
        // A checkout that starts at once gives the answer when it ends.
        if new.step.is_none() {
            self.keep(self.presents.order, &mut unit, order)?;
            unit.patch_answer(&placing::PATCH_NUMBER, values![order.id]);
        }
        let rows = self.context.commit(unit).await.map_err(|error| match error.rule() {
            Some("orders.id") => InsertError::IdTaken,
            Some("orders.terminal_id") => InsertError::SequenceTaken,
            Some("customers_credit_limit") => InsertError::CreditLimitExceeded,
            Some("carts_version" | "carts_ended") => InsertError::CartChanged,
            _ => Failure::from(error).into(),
        })?;
        let row: NumberRow = rows_at(rows, number).and_then(only).map_err(Failure::from)?;
        Ok(Order { number: row.order_number, ..new.order })
    }

    async fn save(&self, before: &Order, mut after: Order) -> Result<Order, ChangeError> {
        after.changed(self.context.now());
        let mut unit = self.unit();
        unit.push(placing::SAVE_ORDER.bind(values![json(&[OrderRow::new(&after)?])]));
        if after.lines != before.lines {
            unit.push(placing::DELETE_LINES.bind(values![after.id]));
            unit.push(insert_lines(after.id, &after.lines));
        }
        let credit = |order: &Order| order.credit().map_or(0, Money::minor);
        let change = credit(&after).saturating_sub(credit(before));
        let id = format!("order:{}:{}", after.id, after.version);
        move_credit(&mut unit, id, &after, change, after.updated_at);
        self.keep(self.presents.order, &mut unit, &after)?;
        match self.context.commit(unit).await {
            Ok(_) => Ok(after),
            Err(error) if is_stale(&error) => Err(ChangeError::Contended),
            Err(error) if error.rule() == Some("customers_credit_limit") => {
                Err(ChangeError::CreditLimitExceeded)
            }
            Err(error) => Err(Failure::from(error).into()),
        }
    }

    async fn begin(
        &self,
        mut order: Order,
        payment: Option<(Payment, &[Counted])>,
        step: Step,
    ) -> Result<Option<Order>, BeginError> {
        let now = self.context.now();
        let counted = payment.as_ref().map_or(&[][..], |(_, counted)| *counted);
        let day = self.context.day_of(now, order.time_zone.as_ref())?;
        let mut unit = self.unit();
        unit.push(placing::BEGIN_CHECKOUT.bind(values![order.id, step.as_str(), now, order.version, day]));
        order.business_day = Some(day);
        if let Some((payment, counted)) = payment {
            unit.push(insert_payments(order.id, std::slice::from_ref(&payment)));
            if !counted.is_empty() {
                unit.push(attempts::count(counted, payment.id, now));
            }
            order.payments.push(payment);
        }
        order.changed(now);
        match self.context.commit(unit).await {
            Err(error) if error.rule() == Some("payment_attempts_limit") => {
                let wait_seconds = Store::new(self.context).wait_seconds(counted).await?;
                Err(BeginError::TooMany { wait_seconds })
            }
            committed => Ok(unless_stale(committed, order)?),
        }
    }

    async fn cancel(&self, mut order: Order, reason: &str) -> Result<Option<Order>, Failure> {
        let (now, version) = (self.context.now(), order.version);
        order.cancel(reason, false, now);
        let mut unit = self.unit();
        let shortage = Option::<&str>::None;
        unit.push(placing::CANCEL_ORDERS.bind(values![
            json(&[(order.id, version)]),
            reason,
            false,
            now,
            shortage
        ]));
        unit.push(placing::RELEASE_CREDITS.bind(values![json(&[order.id]), now]));
        let of = (order.id, order.channel);
        let notice = Notice::cancelled(self.context, of, CancelledBecause::Asked, Vec::new(), false)?;
        notices::push(self.context, &mut unit, &[notice]);
        if let Some(event) = events::cancelled(&order) {
            self.context.publish(&mut unit, &event, order.id)?;
        }
        self.keep(self.presents.order, &mut unit, &order)?;
        unless_stale(self.context.commit(unit).await, order)
    }
}
