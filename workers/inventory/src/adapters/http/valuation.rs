//! `GET /inventory/valuation?asOf=`: the value of all stock at cost, from the running totals.

use kernel::ids::WarehouseId;
use kernel::{Date, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Context, Problem, Query, Reply, Route};

use super::{grants, money};
use crate::adapters::store::list_totals;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/inventory/valuation", grants::COST_READ, "Show the value of all stock at cost.", show)
            .details("Now, or at the end of the day `asOf`. It equals the inventory account of that day."),
    ]
}

/// The day of the valuation.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ShowValuation {
    /// Everything that is booked by default.
    as_of: Option<Date>,
}

/// The value of all stock; equals the inventory account.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Valuation {
    /// The day at whose end it is; none for now.
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<Date>,
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
async fn show(context: Context, Query(query): Query<ShowValuation>) -> Result<Reply<Valuation>, Problem> {
    let currency = context.currency();
    let zero = Money::zero(currency);
    let mut valuation =
        Valuation { as_of: query.as_of, total: zero, in_transit: zero, warehouses: Vec::new() };
    for row in list_totals(&context, query.as_of).await? {
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
