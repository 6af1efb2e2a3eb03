//! What the service reports about itself: the figures of the day, the audit, and what it knows about sales.

use contracts::ops::{Check, LookupSales, SaleFound, SalesFound, ServiceReconciliation, StockSummary};
use serde::Deserialize;
use store::{DatabaseError, json, values};
use web::audit::Page;
use web::{Audit, Context, Findings, Problem};

use super::sql;

#[derive(Deserialize)]
struct SummaryRow {
    low_stock: i64,
    out_of_stock: i64,
    valuation_minor: i64,
}

/// A count always returns a row.
fn counted_in<T>(row: Option<T>) -> Result<T, DatabaseError> {
    row.ok_or_else(|| DatabaseError::Shape("a count without a row".to_owned()))
}

/// The figures of the day, from the running totals. The value includes goods in transit.
pub(crate) async fn summarise(context: &Context) -> Result<StockSummary, DatabaseError> {
    let rows = context.query(sql::stock::SUM_TOTALS.bind([])).await?;
    let row = counted_in(rows.first::<SummaryRow>()?)?;
    Ok(StockSummary {
        low_stock: row.low_stock,
        out_of_stock: row.out_of_stock,
        valuation_minor: row.valuation_minor,
        currency: context.currency().code().to_owned(),
    })
}

/// What is known about these orders and refunds.
pub(crate) async fn look_up_sales(
    context: &Context,
    request: &LookupSales,
) -> Result<SalesFound, DatabaseError> {
    let rows = context.query(sql::audit::LOOK_UP_SALES.bind([json(&request.ids)])).await?;
    let found = rows.read::<SaleRow>()?.into_iter().map(|row| SaleFound {
        id: row.id,
        count: row.count,
        units: row.units,
        amount_minor: row.amount_minor,
    });
    Ok(SalesFound { found: found.collect() })
}

#[derive(Deserialize)]
struct SaleRow {
    id: String,
    count: i64,
    units: i64,
    amount_minor: i64,
}

#[derive(Deserialize)]
struct StockAuditRow {
    warehouse_id: String,
    sku: String,
    on_hand: i64,
    value_minor: i64,
    moved_units: i64,
    moved_value_minor: i64,
}

#[derive(Deserialize)]
struct TotalAuditRow {
    place: String,
    units: i64,
    value_minor: i64,
    low_stock: i64,
    out_of_stock: i64,
    summed_units: i64,
    summed_value_minor: i64,
    summed_low_stock: i64,
    summed_out_of_stock: i64,
}

#[derive(Deserialize)]
struct TransferAuditRow {
    id: String,
    shipped_minor: i64,
    received_minor: i64,
}

/// Checks every running balance against the history.
pub(crate) async fn reconcile(context: &Context, mut audit: Audit) -> Result<ServiceReconciliation, Problem> {
    audit.part_of_sums("stock", |after, rows| check_stock(context, after, rows)).await?;
    audit.part("totals", |_, _| check_totals(context)).await?;
    audit.part("transfers", |after, rows| check_transfers(context, after, rows)).await?;
    audit.done()
}

async fn check_stock(context: &Context, after: String, rows: usize) -> Result<Findings, DatabaseError> {
    // The key is `<warehouse>|<sku>`, or nothing.
    let (warehouse, sku) = after.split_once('|').unwrap_or_default();
    let page = values![warehouse, sku, rows];
    let statements = [sql::audit::COUNT_STOCK.bind(page.clone()), sql::audit::WRONG_STOCK.bind(page)];
    let [counted, wrong] = context.query_all(statements).await?;
    let counted: Page = counted_in(counted.first()?)?;
    let checks = stock_checks(&wrong.read()?, counted.checked);
    Ok(counted.found(rows, checks))
}

async fn check_totals(context: &Context) -> Result<Findings, DatabaseError> {
    let totals = context.query(sql::audit::AUDIT_TOTALS.bind([])).await?;
    Ok(Findings::all(total_checks(&totals.read()?)))
}

async fn check_transfers(context: &Context, after: String, rows: usize) -> Result<Findings, DatabaseError> {
    let page = values![after, rows];
    let statements = [sql::audit::COUNT_TRANSFERS.bind(page.clone()), sql::audit::WRONG_TRANSFERS.bind(page)];
    let [counted, wrong] = context.query_all(statements).await?;
    let (counted, wrong): (Page, Vec<TransferAuditRow>) = (counted_in(counted.first()?)?, wrong.read()?);
    let wrong = wrong.iter().map(|row| {
        let TransferAuditRow { id, shipped_minor, received_minor } = row;
        format!("transfer {id}: shipped {shipped_minor} and received {received_minor} minor units")
    });
    let checks = vec![Check::of("transfers_keep_their_value", counted.checked, wrong)];
    Ok(counted.found(rows, checks))
}

fn count_of<T>(rows: &[T]) -> i64 {
    i64::try_from(rows.len()).unwrap_or(i64::MAX)
}

fn stock_checks(rows: &[StockAuditRow], checked: i64) -> Vec<Check> {
    let units = rows.iter().filter(|row| row.on_hand != row.moved_units).map(|row| {
        let StockAuditRow { warehouse_id, sku, on_hand, moved_units, .. } = row;
        format!("warehouse {warehouse_id}, SKU {sku}: {on_hand} on hand, {moved_units} moved")
    });
    let values = rows.iter().filter(|row| row.value_minor != row.moved_value_minor).map(|row| {
        let StockAuditRow { warehouse_id, sku, value_minor, moved_value_minor, .. } = row;
        format!(
            "warehouse {warehouse_id}, SKU {sku}: worth {value_minor}, moved {moved_value_minor} minor units"
        )
    });
    let negative = rows
        .iter()
        .filter(|row| row.on_hand < 0)
        .map(|row| format!("warehouse {}, SKU {}: {} on hand", row.warehouse_id, row.sku, row.on_hand));
    vec![
        Check::of("stock_on_hand_is_the_sum_of_movements", checked, units),
        Check::of("stock_value_is_the_sum_of_movements", checked, values),
        Check::of("stock_is_never_negative", checked, negative),
    ]
}

fn total_checks(rows: &[TotalAuditRow]) -> Vec<Check> {
    let sums =
        rows.iter().filter(|row| (row.units, row.value_minor) != (row.summed_units, row.summed_value_minor));
    let sums = sums.map(|row| {
        let TotalAuditRow { place, units, value_minor, summed_units, summed_value_minor, .. } = row;
        format!("{place}: total {units} units worth {value_minor}, stock {summed_units} units worth {summed_value_minor}")
    });
    let alerts = rows
        .iter()
        .filter(|row| (row.low_stock, row.out_of_stock) != (row.summed_low_stock, row.summed_out_of_stock));
    let alerts = alerts.map(|row| {
        let TotalAuditRow { place, low_stock, out_of_stock, summed_low_stock, summed_out_of_stock, .. } = row;
        format!("{place}: counted {low_stock} low and {out_of_stock} out, stock {summed_low_stock} and {summed_out_of_stock}")
    });
    vec![
        Check::of("warehouse_totals_are_the_sum_of_stock", count_of(rows), sums),
        Check::of("alert_counts_are_the_stock_that_is_low", count_of(rows), alerts),
    ]
}
