//! `GET /inventory/valuation`: the value of all stock at cost, from the running totals.

use kernel::Money;
use kernel::ids::WarehouseId;
use schemars::JsonSchema;
use serde::Serialize;
use web::{Context, Problem, Reply, Route};

use super::{grants, money};
use crate::adapters::store::list_totals;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/inventory/valuation", grants::COST_READ, "Show the value of all stock at cost.", show)]
}

/// The value of all stock; equals the inventory account.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Valuation {
    /// Everything, goods in transit included.
    total: Money,
    in_transit: Money,
    warehouses: Vec<WarehouseValue>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct WarehouseValue {
    warehouse_id: WarehouseId,
    #[schemars(range(min = 0))]
    units: i64,
    value: Money,
}

/// There is one row per warehouse, and the number of warehouses is limited.
async fn show(context: Context) -> Result<Reply<Valuation>, Problem> {
    let currency = context.currency();
    let zero = Money::zero(currency);
    let mut valuation = Valuation { total: zero, in_transit: zero, warehouses: Vec::new() };
    for row in list_totals(&context).await? {
        let value = money(row.value_minor, currency)?;
        valuation.total = valuation.total.plus(value).map_err(Problem::internal)?;
        match WarehouseId::parse(&row.place) {
            None => valuation.in_transit = value,
            Some(warehouse_id) => {
                valuation.warehouses.push(WarehouseValue { warehouse_id, units: row.units, value });
            }
        }
    }
    Ok(Reply(valuation))
}
