//! Refunds over SQL.

use contracts::Event;
use contracts::stock::Warehouse;
use contracts::terms::{LineKind, PaymentMethod, SalesChannel};
use kernel::ids::{CustomerId, LineId, OrderId, PaymentId, RefundId, WarehouseId};
use kernel::text::{Code, Name, Sku};
use kernel::{Currency, Failure, Limit, Money, TimeZone, Timestamp};
use selling::refund::{Given, PaidPart, Share, SoldLine, Taxed};
use serde::Deserialize;
use store::{DatabaseError, Rows, Unit, json, values};

use super::notices::{self, Notice};
use super::orders::keep_warehouse;
use super::refund_row::{LineRow, PartRow, RefundRow, ShareRow};
use super::sql::{placing, refunds as sql};
use super::{Store, defect, money, parsed, shape};
use crate::application::ports::refunds::{RecordError, Refundable, Refunds};
use crate::domain::order::OrderStatus;
use crate::domain::refund::{Refund, RefundStatus};

/// The most unfinished refunds that one sweep resumes.
const UNFINISHED_COUNT_MAX: i64 = 20;

#[derive(Deserialize)]
struct RefundableRow {
    order_number: String,
    status: OrderStatus,
    sales_channel: SalesChannel,
    customer_id: Option<CustomerId>,
    warehouse_id: WarehouseId,
    currency: Currency,
    left_minor: i64,
    refunded_minor: i64,
    terminal_id: Option<Code>,
    smallest_coin_minor: Option<i64>,
    unshared_minor: i64,
    unshared_tax_minor: i64,
    time_zone: Option<TimeZone>,
}

#[derive(Deserialize)]
struct SoldRow {
    line: i64,
    sku: Sku,
    name: Name,
    kind: LineKind,
    tax_class: String,
    quantity: i64,
    line_total_minor: i64,
    tax_minor: i64,
    cost_minor: Option<i64>,
    /// Units that were back before, units, amount without tax, tax.
    given: String,
}

#[derive(Deserialize)]
struct PaidRow {
    id: PaymentId,
    method: PaymentMethod,
    remaining_minor: i64,
}

#[derive(Deserialize)]
struct IdRow {
    id: RefundId,
}

impl SoldRow {
    fn into_line(self, order_id: OrderId, currency: Currency) -> Result<SoldLine, DatabaseError> {
        let given = parsed::<Vec<(i64, i64, i64, i64)>>(&self.given)?.into_iter();
        let given = given
            .map(|(before, units, net, tax)| Ok(Given { before, units, amount: taxed(net, tax, currency)? }));
        Ok(SoldLine {
            line: self.line,
            id: LineId::of(order_id, self.line),
            sku: self.sku,
            name: self.name,
            kind: self.kind,
            tax_class: self.tax_class,
            quantity: self.quantity,
            line_total: money(self.line_total_minor, currency)?,
            tax_amount: money(self.tax_minor, currency)?,
            cost: self.cost_minor.map(|minor| money(minor, currency)).transpose()?,
            given: given.collect::<Result<_, DatabaseError>>()?,
        })
    }
}

fn taxed(net: i64, tax: i64, currency: Currency) -> Result<Taxed, DatabaseError> {
    Taxed::of(money(net, currency)?, money(tax, currency)?).map_err(shape)
}

fn refunds(rows: Rows) -> Result<Vec<Refund>, DatabaseError> {
    rows.read::<RefundRow>()?.into_iter().map(RefundRow::into_refund).collect()
}

impl Store<'_> {
    /// A page of an order's refunds after `after`, by id, with one extra row when there is more.
    pub(crate) async fn list_refunds(
        &self,
        order_id: OrderId,
        after: &str,
        limit: Limit,
    ) -> Result<Vec<Refund>, DatabaseError> {
        let rows = limit.rows().saturating_add(1);
        refunds(self.context.query(sql::LIST_REFUNDS_OF_ORDER.bind(values![order_id, after, rows])).await?)
    }

    /// A page of credit notes after `after`, by id, with one extra row when there is more.
    pub(crate) async fn list_credit_notes(
        &self,
        after: &str,
        limit: Limit,
    ) -> Result<Vec<Refund>, DatabaseError> {
        let rows = limit.rows().saturating_add(1);
        refunds(self.context.query(sql::LIST_CREDIT_NOTES.bind(values![after, rows])).await?)
    }

    fn push_progress(&self, unit: &mut Unit, refund: &Refund) {
        let now = self.context.now();
        let costs: Vec<Option<i64>> = refund.lines.iter().map(|line| line.cost.map(Money::minor)).collect();
        if refund.lines.iter().any(|line| line.restock) {
            unit.push(sql::SET_REFUND_COSTS.bind(values![refund.id, json(&costs)]));
        }
        let parts: Vec<PartRow> = refund.payments.iter().map(PartRow::from).collect();
        if !parts.is_empty() {
            unit.push(sql::SET_REFUND_PAYMENTS.bind(values![refund.id, json(&parts), now]));
        }
    }

    fn push_credit(&self, unit: &mut Unit, refund: &Refund) -> Result<(), Failure> {
        let on_account = refund.on_account().map_err(defect)?;
        if on_account.is_zero() {
            return Ok(());
        }
        let (movement, now) = (format!("refund:{}", refund.id), self.context.now());
        match (&refund.order, refund.customer_id) {
            (Some((order_id, _)), _) => {
                unit.push(placing::CREDIT_ORDER.bind(values![movement, order_id, on_account.minor(), now]));
            }
            (None, Some(customer_id)) => {
                unit.push(sql::CREDIT_CUSTOMER.bind(values![
                    movement,
                    refund.id,
                    customer_id,
                    on_account.minor(),
                    now
                ]));
            }
            (None, None) => {}
        }
        Ok(())
    }
}

impl Refunds for Store<'_> {
    async fn refundable(&self, order_id: OrderId) -> Result<Option<Refundable>, Failure> {
        let statements = [sql::FIND_REFUNDABLE, sql::LIST_REFUNDABLE_LINES, sql::LIST_REFUNDABLE_PAYMENTS];
        let statements = statements.map(|sql| sql.bind(values![order_id]));
        let [order, lines, payments] = self.context.query_all(statements).await?;
        let Some(order) = order.first::<RefundableRow>()? else { return Ok(None) };
        let currency = order.currency;
        let lines = lines.read::<SoldRow>()?.into_iter().map(|row| row.into_line(order_id, currency));
        let payments = payments.read::<PaidRow>()?.into_iter().map(|row| {
            let remaining = money(row.remaining_minor, currency)?;
            Ok(PaidPart { payment_id: row.id, method: row.method, remaining })
        });
        Ok(Some(Refundable {
            order_number: order.order_number,
            completed: order.status == OrderStatus::Completed,
            channel: order.sales_channel,
            customer_id: order.customer_id,
            warehouse_id: order.warehouse_id,
            today: self.context.day_of(self.context.now(), order.time_zone.as_ref())?,
            currency,
            lines: lines.collect::<Result<_, DatabaseError>>()?,
            unshared: taxed(order.unshared_minor, order.unshared_tax_minor, currency)?,
            left: money(order.left_minor, currency)?,
            refunded: money(order.refunded_minor, currency)?,
            terminal_id: order.terminal_id,
            smallest_coin: order.smallest_coin_minor.map(|minor| money(minor, currency)).transpose()?,
            payments: payments.collect::<Result<_, DatabaseError>>()?,
        }))
    }

    async fn find_refund(&self, id: RefundId) -> Result<Option<Refund>, Failure> {
        let row = self.context.query(sql::FIND_REFUND.bind(values![id])).await?.first::<RefundRow>()?;
        Ok(row.map(RefundRow::into_refund).transpose()?)
    }

    async fn find_repeated(
        &self,
        id: RefundId,
        request_key: Option<&str>,
    ) -> Result<Option<Refund>, Failure> {
        let found = self.context.query(sql::FIND_REPEATED_REFUND.bind(values![id, request_key])).await?;
        Ok(found.first::<RefundRow>()?.map(RefundRow::into_refund).transpose()?)
    }

    async fn record(
        &self,
        refund: &Refund,
        shares: &[Share],
        warehouse: Option<&Warehouse>,
    ) -> Result<(), RecordError> {
        let now = self.context.now();
        let order_id = refund.order.as_ref().map(|(id, _)| *id);
        let mut unit = self.context.unit();
        if let Some(warehouse) = warehouse {
            unit.push(keep_warehouse(warehouse, now));
        }
        unit.push(sql::INSERT_REFUND.bind([json(&[RefundRow::from(refund)])]));
        let lines: Vec<LineRow> = refund.lines.iter().map(LineRow::from).collect();
        unit.push(sql::INSERT_REFUND_LINES.bind(values![refund.id, order_id, json(&lines)]));
        let shares: Vec<ShareRow> =
            shares.iter().map(ShareRow::try_from).collect::<Result<_, _>>().map_err(defect)?;
        if !shares.is_empty() {
            unit.push(sql::INSERT_REFUND_SHARES.bind(values![refund.id, order_id, json(&shares)]));
        }
        let parts: Vec<PartRow> = refund.payments.iter().map(PartRow::from).collect();
        if !parts.is_empty() {
            unit.push(sql::INSERT_REFUND_PAYMENTS.bind(values![refund.id, json(&parts), now]));
        }
        self.context.commit(unit).await.map_err(|error| match error.rule() {
            Some("refunds.id" | "refunds.request_key") => RecordError::Taken,
            Some("refunds_order_completed") => RecordError::NotCompleted,
            // A till that does not exist has no open day.
            Some("refunds_till_day") => RecordError::NoTill,
            Some("fulfilment_lines_returned") => RecordError::NotSent,
            Some(
                "refund_lines_stale"
                | "refund_lines_quantity"
                | "refund_shares_stale"
                | "refund_shares_paid"
                | "refund_payments_captured"
                | "orders_refunded",
            ) => RecordError::Stale,
            _ => Failure::from(error).into(),
        })?;
        Ok(())
    }

    async fn store_restocked(&self, refund: &Refund) -> Result<(), Failure> {
        let mut unit = self.context.unit();
        self.push_progress(&mut unit, refund);
        unit.push(sql::SET_REFUND_STATUS.bind(values![
            refund.id,
            RefundStatus::Restocked.as_str(),
            self.context.now()
        ]));
        self.context.commit(unit).await?;
        Ok(())
    }

    async fn store_paid_back(&self, refund: &Refund) -> Result<(), Failure> {
        let mut unit = self.context.unit();
        self.push_progress(&mut unit, refund);
        self.context.commit(unit).await?;
        Ok(())
    }

    async fn complete_refund(&self, refund: &Refund) -> Result<(), Failure> {
        let mut unit = self.context.unit();
        self.push_progress(&mut unit, refund);
        unit.push(sql::SET_REFUND_STATUS.bind(values![
            refund.id,
            RefundStatus::Completed.as_str(),
            self.context.now()
        ]));
        self.push_credit(&mut unit, refund)?;
        self.context.publish(&mut unit, &Event::OrderRefunded(refund.event()), refund.id)?;
        let notice = Notice::refunded(self.context, refund)?;
        notices::push(self.context, &mut unit, notice.as_slice());
        self.keep(self.presents.refund, &mut unit, refund)?;
        self.context.commit(unit).await?;
        Ok(())
    }

    async fn answer_refund(&self, refund: &Refund) -> Result<(), Failure> {
        let mut unit = self.context.unit();
        if refund.status != RefundStatus::Completed {
            unit.push(sql::TOUCH_REFUND.bind(values![refund.id, self.context.now()]));
        } else if self.context.idempotency_key().is_none() {
            return Ok(());
        }
        self.keep(self.presents.refund, &mut unit, refund)?;
        self.context.commit(unit).await?;
        Ok(())
    }

    async fn unfinished(&self, before: Timestamp) -> Result<Vec<RefundId>, Failure> {
        let statement = sql::LIST_UNFINISHED_REFUNDS.bind(values![before, UNFINISHED_COUNT_MAX]);
        let rows = self.context.query(statement).await?.read::<IdRow>()?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }
}
