//! `GET,POST /inventory/warehouses` and `GET,PUT /inventory/warehouses/{id}`.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use contracts::stock::Warehouse;
use kernel::Cursor;
use kernel::ids::WarehouseId;
use kernel::text::{Code, Name, Region};
use serde::Deserialize;
use web::{Context, Json, Page, Path, Problem, ProblemCode, Tagged};

use crate::adapters::store::{SqlWarehouses, list_warehouses};
use crate::application::change_warehouse::change_warehouse;
use crate::application::create_warehouse::{NewWarehouse, SaveWarehouseError, create_warehouse};
use crate::application::ports::Warehouses;

/// Answers a page of warehouses, by code.
pub(super) async fn list(context: Context, web::Query(page): web::Query<Page>) -> Result<Response, Problem> {
    let after = page.cursor.as_ref().map_or("", Cursor::key);
    let rows = list_warehouses(&context, after, page.limit).await?;
    Ok(web::list(rows, page.limit, |warehouse| warehouse.code.to_string()).into_response())
}

/// Answers 200 with the version as `ETag`, or 404.
pub(super) async fn find(
    context: Context,
    Path(id): Path<WarehouseId>,
) -> Result<Tagged<Warehouse>, Problem> {
    let found = SqlWarehouses::new(&context).find(id).await?;
    found
        .map(|(version, warehouse)| Tagged(version, warehouse))
        .ok_or_else(|| Problem::not_found("warehouse"))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CreateWarehouse {
    id: Option<WarehouseId>,
    code: Code,
    name: Name,
    region: Region,
}

/// Answers 201, 409 `STATE_CONFLICT` when the id or the code is another warehouse's.
pub(super) async fn create(
    context: Context,
    Json(request): Json<CreateWarehouse>,
) -> Result<Response, Problem> {
    let CreateWarehouse { id, code, name, region } = request;
    let new = NewWarehouse { id, code, name, region };
    let (version, warehouse) = create_warehouse(&SqlWarehouses::new(&context), new).await.map_err(problem)?;
    let mut response = Tagged(version, warehouse).into_response();
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ChangeWarehouse {
    code: Code,
    name: Name,
    region: Region,
}

/// Answers 200 with the new version as `ETag`, 404, 409 `STATE_CONFLICT` when the code is another's, 412 when
/// `If-Match` names an older version.
pub(super) async fn change(
    context: Context,
    Path(id): Path<WarehouseId>,
    Json(request): Json<ChangeWarehouse>,
) -> Result<Tagged<Warehouse>, Problem> {
    let warehouse = Warehouse { id, code: request.code, name: request.name, region: request.region };
    change_warehouse(&SqlWarehouses::new(&context), &warehouse, context.if_match())
        .await
        .map(|(version, warehouse)| Tagged(version, warehouse))
        .map_err(problem)
}

fn problem(error: SaveWarehouseError) -> Problem {
    match error {
        SaveWarehouseError::Unknown => Problem::not_found("warehouse"),
        SaveWarehouseError::IdTaken => Problem::state_conflict("This id is another warehouse's."),
        SaveWarehouseError::CodeTaken => Problem::state_conflict("This code is another warehouse's."),
        SaveWarehouseError::Stale => Problem::new(
            ProblemCode::PreconditionFailed,
            "The warehouse was changed meanwhile: read it again.",
        ),
        SaveWarehouseError::TooMany => {
            Problem::state_conflict("There are as many warehouses as there may be.")
        }
        SaveWarehouseError::Failure(failure) => failure.into(),
    }
}
