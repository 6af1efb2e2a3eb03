//! `GET /inventory/stock`, `GET /inventory/sku/{sku}` and `GET /inventory/{sku}`: the stock of the warehouses.

use kernel::ids::{ProductId, WarehouseId};
use kernel::text::{Name, Sku};
use kernel::{Currency, Cursor, Limit, Money, UnitCost};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Context, List, Path, Problem, Query, Reply, Route};

use super::{grants, money};
use crate::adapters::store::{StockFilter, StockRow, list_stock, list_stock_of_item};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/inventory/stock", grants::INVENTORY_READ, "List stock, by warehouse and SKU.", list)
            .hiding(grants::COST_READ, grants::COSTS),
        Route::get(
            "/inventory/{sku}",
            grants::INVENTORY_READ,
            "Show a SKU's stock in every warehouse, unless another route has its name.",
            find,
        )
        .hiding(grants::COST_READ, grants::COSTS)
        .details("A SKU such as `alerts` has the name of another route: `/inventory/sku/alerts` shows it."),
        Route::get(
            "/inventory/sku/{sku}",
            grants::INVENTORY_READ,
            "Show a SKU's stock in every warehouse, whatever its name.",
            find_by_sku,
        )
        .hiding(grants::COST_READ, grants::COSTS),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ListStock {
    warehouse_id: Option<WarehouseId>,
    sku: Option<Sku>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

/// A warehouse's stock of a SKU.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Stock {
    warehouse_id: WarehouseId,
    sku: Sku,
    product_id: ProductId,
    name: Name,
    /// Units.
    #[schemars(range(min = 0))]
    on_hand: i64,
    /// At cost.
    value: Money,
    /// Of a unit, to six decimals; none when stock is zero.
    average_cost: Option<UnitCost>,
    /// Units; 0 for no reorder point.
    #[schemars(range(min = 0))]
    reorder_point: i64,
}

impl Stock {
    fn new(row: StockRow, currency: Currency) -> Result<Self, Problem> {
        let value = money(row.value_minor, currency)?;
        Ok(Self {
            warehouse_id: row.warehouse_id,
            sku: row.sku,
            product_id: row.product_id,
            name: row.name,
            on_hand: row.on_hand,
            value,
            average_cost: UnitCost::average(value, row.on_hand),
            reorder_point: row.reorder_point,
        })
    }
}

/// The key of a page of rows by warehouse and SKU; empty before the first page.
pub(super) fn after(cursor: Option<&Cursor>) -> Result<(String, String), Problem> {
    let Some(cursor) = cursor else { return Ok((String::new(), String::new())) };
    let (warehouse, sku) = cursor
        .key()
        .split_once('/')
        .ok_or_else(|| Problem::field("cursor", "must be the nextCursor of an earlier answer"))?;
    Ok((warehouse.to_owned(), sku.to_owned()))
}

async fn list(context: Context, Query(query): Query<ListStock>) -> Result<Reply<List<Stock>>, Problem> {
    let after = after(query.cursor.as_ref())?;
    let filter = StockFilter { warehouse_id: query.warehouse_id, sku: query.sku, after };
    let rows = list_stock(&context, &filter, query.limit).await?;
    let rows = rows.into_iter().map(|row| Stock::new(row, context.currency()));
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    Ok(web::list(rows, query.limit, |row| format!("{}/{}", row.warehouse_id, row.sku)))
}

/// A SKU in all warehouses.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ItemStock {
    sku: Sku,
    product_id: ProductId,
    name: Name,
    /// Units.
    #[schemars(range(min = 0))]
    on_hand: i64,
    /// At cost.
    value: Money,
    /// Of a unit, to six decimals; none when stock is zero.
    average_cost: Option<UnitCost>,
    warehouses: Vec<Stock>,
}

async fn find_by_sku(context: Context, path: Path<Sku>) -> Result<Reply<ItemStock>, Problem> {
    find(context, path).await
}

async fn find(context: Context, Path(sku): Path<Sku>) -> Result<Reply<ItemStock>, Problem> {
    let rows = list_stock_of_item(&context, &sku).await?;
    let rows = rows.into_iter().map(|row| Stock::new(row, context.currency()));
    let warehouses = rows.collect::<Result<Vec<_>, Problem>>()?;
    let first = warehouses.first().ok_or_else(|| Problem::not_found("item in stock"))?;
    // As the catalogue has it, however it was asked for.
    let (sku, product_id, name) = (first.sku.clone(), first.product_id, first.name.clone());
    let on_hand = warehouses.iter().fold(0_i64, |sum, row| sum.saturating_add(row.on_hand));
    let value = Money::sum(context.currency(), warehouses.iter().map(|row| row.value));
    let value = value.map_err(Problem::internal)?;
    let average_cost = UnitCost::average(value, on_hand);
    Ok(Reply(ItemStock { sku, product_id, name, on_hand, value, average_cost, warehouses }))
}
