//! `GET /inventory/alerts`: stock that is low or out.

use kernel::ids::{ProductId, WarehouseId};
use kernel::text::{Name, Sku};
use kernel::{Cursor, Limit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Context, List, Problem, Query, Reply, Route};

use super::grants;
use super::stock::after;
use crate::adapters::store::{StockFilter, StockRow, list_alerts};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/inventory/alerts", grants::INVENTORY_READ, "List items that are low or out of stock.", list)
            .details(
                "Ordered by warehouse and SKU. Goods that were never in stock and have no reorder point are left out, \
                 and so are goods that were deleted from the catalogue.",
            ),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ListAlerts {
    warehouse_id: Option<WarehouseId>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

/// Stock at or below its reorder point, or out of stock.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct StockAlert {
    warehouse_id: WarehouseId,
    sku: Sku,
    product_id: ProductId,
    name: Name,
    /// Units.
    #[schemars(range(min = 0))]
    on_hand: i64,
    /// Units; 0 for no reorder point.
    #[schemars(range(min = 0))]
    reorder_point: i64,
    alert: Alert,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
enum Alert {
    LowStock,
    OutOfStock,
}

impl From<StockRow> for StockAlert {
    fn from(row: StockRow) -> Self {
        Self {
            warehouse_id: row.warehouse_id,
            sku: row.sku,
            product_id: row.product_id,
            name: row.name,
            on_hand: row.on_hand,
            reorder_point: row.reorder_point,
            alert: if row.alert == 2 { Alert::OutOfStock } else { Alert::LowStock },
        }
    }
}

async fn list(context: Context, Query(query): Query<ListAlerts>) -> Result<Reply<List<StockAlert>>, Problem> {
    let after = after(query.cursor.as_ref())?;
    let filter = StockFilter { warehouse_id: query.warehouse_id, sku: None, after };
    let rows = list_alerts(&context, &filter, query.limit).await?;
    let rows: Vec<StockAlert> = rows.into_iter().map(StockAlert::from).collect();
    Ok(web::list(rows, query.limit, |row| format!("{}/{}", row.warehouse_id, row.sku)))
}
