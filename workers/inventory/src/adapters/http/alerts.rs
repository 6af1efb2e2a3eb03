//! `GET /inventory/alerts`: what is low or out of stock.

use axum::response::{IntoResponse, Response};
use kernel::ids::{ProductId, WarehouseId};
use kernel::text::{Name, Sku};
use kernel::{Cursor, Limit};
use serde::{Deserialize, Serialize};
use web::{Context, Problem, Query};

use super::stock::after;
use crate::adapters::store::{StockFilter, StockRow, list_alerts};

/// What a list of alerts takes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ListAlerts {
    warehouse_id: Option<WarehouseId>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

/// Stock at or below its reorder point, or gone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StockAlert {
    warehouse_id: WarehouseId,
    sku: Sku,
    product_id: ProductId,
    name: Name,
    on_hand: i64,
    reorder_point: i64,
    alert: Alert,
}

#[derive(Serialize)]
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

/// Answers a page of alerts, by warehouse and SKU. What was never there and has no reorder point is none.
pub(super) async fn list(context: Context, Query(query): Query<ListAlerts>) -> Result<Response, Problem> {
    let after = after(query.cursor.as_ref())?;
    let filter = StockFilter { warehouse_id: query.warehouse_id, sku: None, after };
    let rows = list_alerts(&context, &filter, query.limit).await?;
    let rows: Vec<StockAlert> = rows.into_iter().map(StockAlert::from).collect();
    Ok(web::list(rows, query.limit, |row| format!("{}/{}", row.warehouse_id, row.sku)).into_response())
}
