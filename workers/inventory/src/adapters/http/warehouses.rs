//! `/inventory/warehouses` and `/inventory/warehouses/{id}`.

use contracts::stock::Warehouse;
use http::StatusCode;
use kernel::ids::WarehouseId;
use kernel::text::{Code, Name, Region};
use kernel::{Cursor, TimeZone};
use platform::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{
    Answer, Context, Json, List, Page, Path, Present, Problem, ProblemCode, Query, Reply, Route, Tagged,
};

use super::grants;
use crate::adapters::store::{Store, list_warehouses};
use crate::application::change_warehouse;
use crate::application::create_warehouse::{self, SaveWarehouseError};
use crate::application::ports::Warehouses;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/inventory/warehouses",
            grants::AVAILABILITY_READ,
            "List the warehouses, ordered by code.",
            list,
        ),
        Route::post("/inventory/warehouses", grants::WAREHOUSES_WRITE, "Add a warehouse or shop.", create)
            .audited()
            .details(
                "Every item gets a row of stock in it. Repeating the same id returns the same warehouse.",
            )
            .problems(&[ProblemCode::StateConflict]),
        Route::get("/inventory/warehouses/{id}", grants::AVAILABILITY_READ, "Show a warehouse.", find),
        Route::put(
            "/inventory/warehouses/{id}",
            grants::WAREHOUSES_WRITE,
            "Change the code, name, region or time zone of a warehouse.",
            change,
        )
        .audited()
        .problems(&[ProblemCode::StateConflict, ProblemCode::PreconditionFailed]),
    ]
}

const ADDED: Present<(i64, Warehouse)> =
    Present::new(|(version, warehouse)| Added(Tagged(*version, warehouse)).into_response());
const CHANGED: Present<(i64, Warehouse)> =
    Present::new(|(version, warehouse)| Tagged(*version, warehouse).into_response());

/// 201 with the warehouse, and its version as `ETag`.
struct Added<T>(Tagged<T>);

impl<T: Serialize + JsonSchema> Answer for Added<T> {
    fn into_response(self) -> Result<Response, Problem> {
        let mut response = self.0.into_response()?;
        *response.status_mut() = StatusCode::CREATED;
        Ok(response)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut web::describe::Operation) {
        operation.json_answer::<T>(201, "Created.").answer_header(201, "ETag", "The version, for If-Match.");
    }
}

async fn list(context: Context, Query(page): Query<Page>) -> Result<Reply<List<Warehouse>>, Problem> {
    let after = page.cursor.as_ref().map_or("", Cursor::key);
    let rows = list_warehouses(&context, after, page.limit).await?;
    Ok(web::list(rows, page.limit, |warehouse| warehouse.code.to_string()))
}

async fn find(context: Context, Path(id): Path<WarehouseId>) -> Result<Tagged<Warehouse>, Problem> {
    let found = Store::new(&context).find_warehouse(id).await?;
    found
        .map(|(version, warehouse)| Tagged(version, warehouse))
        .ok_or_else(|| Problem::not_found("warehouse"))
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CreateWarehouse {
    /// The client's id, so that a repeated call is the same warehouse.
    id: Option<WarehouseId>,
    code: Code,
    name: Name,
    /// Where sales from it are taxed.
    region: Region,
    /// What happens there belongs to the day that the clocks of this zone show. By default that of the books.
    time_zone: Option<TimeZone>,
}

/// A zone that exists.
fn known(context: &Context, zone: Option<TimeZone>) -> Result<Option<TimeZone>, Problem> {
    match zone {
        Some(zone) if !context.knows_zone(&zone) => {
            Err(Problem::field("/timeZone", "is not a time zone of the IANA database, such as Europe/Berlin"))
        }
        zone => Ok(zone),
    }
}

async fn create(context: Context, Json(request): Json<CreateWarehouse>) -> Result<Added<Warehouse>, Problem> {
    let CreateWarehouse { id, code, name, region, time_zone } = request;
    let time_zone = Some(known(&context, time_zone)?.map_or_else(|| context.time_zone(), Ok)?);
    let id = context.given_or_new(id)?;
    let warehouse = Warehouse { id, code, name, region, time_zone };
    let warehouses = Store::answering(&context, ADDED);
    let created = create_warehouse::create_warehouse(&warehouses, &warehouse).await;
    let (version, warehouse) = created.map_err(problem)?;
    Ok(Added(Tagged(version, warehouse)))
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ChangeWarehouse {
    code: Code,
    name: Name,
    /// Where sales from it are taxed.
    region: Region,
    /// By default it stays as it is.
    time_zone: Option<TimeZone>,
}

async fn change(
    context: Context,
    Path(id): Path<WarehouseId>,
    Json(request): Json<ChangeWarehouse>,
) -> Result<Tagged<Warehouse>, Problem> {
    let ChangeWarehouse { code, name, region, time_zone } = request;
    let warehouse = Warehouse { id, code, name, region, time_zone: known(&context, time_zone)? };
    let warehouses = Store::answering(&context, CHANGED);
    let changed = change_warehouse::change_warehouse(&warehouses, &warehouse, context.if_match()).await;
    let (version, warehouse) = changed.map_err(problem)?;
    Ok(Tagged(version, warehouse))
}

fn problem(error: SaveWarehouseError) -> Problem {
    match error {
        SaveWarehouseError::Unknown => Problem::not_found("warehouse"),
        SaveWarehouseError::IdTaken => Problem::state_conflict("This id belongs to another warehouse."),
        SaveWarehouseError::CodeTaken => Problem::state_conflict("This code belongs to another warehouse."),
        SaveWarehouseError::Stale => Problem::new(
            ProblemCode::PreconditionFailed,
            "The warehouse was changed in the meantime: read it again.",
        ),
        SaveWarehouseError::TooMany => {
            Problem::state_conflict("The maximum number of warehouses is reached.")
        }
        SaveWarehouseError::Failure(failure) => failure.into(),
    }
}
