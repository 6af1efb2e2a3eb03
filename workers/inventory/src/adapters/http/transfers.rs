//! `/inventory/transfers`, `/inventory/transfers/{id}` and its steps `/ship` and `/receive`.

use contracts::stock::{CreateTransfer, Transfer, TransferStatus};
use kernel::ids::TransferId;
use kernel::{Cursor, Limit};
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Answer, Context, Created, Json, List, Path, Present, Problem, ProblemCode, Query, Reply, Route};

use super::{grants, problems};
use crate::adapters::store::{Store, list_transfers};
use crate::application::create_transfer::{self, CreateTransferError};
use crate::application::ports::Transfers;
use crate::application::receive_transfer;
use crate::application::ship_transfer::{self, MoveTransferError};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/inventory/transfers", grants::INVENTORY_READ, "List transfers, the newest first.", list).hiding(grants::COST_READ, grants::COSTS),
        Route::post(
            "/inventory/transfers",
            grants::INVENTORY_WRITE,
            "Plan a transfer between two warehouses.",
            create,
        ).audited()
        .details("Nothing moves before it is shipped. Repeating the same id returns the same transfer.")
        .problems(&[ProblemCode::StateConflict]),
        Route::get("/inventory/transfers/{id}", grants::INVENTORY_READ, "Show a transfer.", find).hiding(grants::COST_READ, grants::COSTS),
        Route::post(
            "/inventory/transfers/{id}/ship",
            grants::INVENTORY_WRITE,
            "Ship a transfer: the goods leave the source warehouse.",
            ship,
        ).audited()
        .details("All lines or none, and only a draft. From then on each line has its value.")
        .problems(&[ProblemCode::OutOfStock, ProblemCode::StateConflict]),
        Route::post(
            "/inventory/transfers/{id}/receive",
            grants::INVENTORY_WRITE,
            "Receive a transfer: the goods arrive in the target warehouse.",
            receive,
        ).audited()
        .details("They arrive with the value that they had when they left. Only a shipped transfer can be received, and only once.")
        .problems(&[ProblemCode::StateConflict]),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ListTransfers {
    status: Option<TransferStatus>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

async fn list(
    context: Context,
    Query(query): Query<ListTransfers>,
) -> Result<Reply<List<Transfer>>, Problem> {
    // Without a cursor: before a key that is later than any time.
    let key = query.cursor.as_ref().map_or("~/", Cursor::key);
    let before = key
        .split_once('/')
        .ok_or_else(|| Problem::field("cursor", "must be the nextCursor of an earlier answer"))?;
    let rows = list_transfers(&context, query.status, before, query.limit).await?;
    Ok(web::list(rows, query.limit, |row| format!("{}/{}", row.created_at, row.id)))
}

async fn find(context: Context, Path(id): Path<TransferId>) -> Result<Reply<Transfer>, Problem> {
    Store::new(&context).find(id).await?.map(Reply).ok_or_else(|| Problem::not_found("transfer"))
}

const PLANNED: Present<Transfer> = Present::new(|transfer| Created(transfer).into_response());
const MOVED: Present<Transfer> = Present::new(|transfer| Reply(transfer).into_response());

async fn create(context: Context, Json(request): Json<CreateTransfer>) -> Result<Created<Transfer>, Problem> {
    let id = context.given_or_new(request.id)?;
    let transfers = Store::answering(&context, PLANNED);
    let created = create_transfer::create_transfer(&transfers, id, &request).await;
    created.map(Created).map_err(|error| match error {
        CreateTransferError::Lines(error) => problems::lines(&error),
        CreateTransferError::SameWarehouse => {
            Problem::field("/toWarehouseId", "must be another warehouse than fromWarehouseId")
        }
        CreateTransferError::UnknownFrom => problems::unknown_warehouse("/fromWarehouseId"),
        CreateTransferError::UnknownTo => problems::unknown_warehouse("/toWarehouseId"),
        CreateTransferError::UnknownSkus(lines) => problems::unknown_skus(&lines),
        CreateTransferError::Conflict => Problem::state_conflict("This id belongs to another transfer."),
        CreateTransferError::Failure(failure) => failure.into(),
    })
}

/// A step needs nothing apart from its path: an empty object.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MoveTransfer")]
struct Step {}

async fn ship(
    context: Context,
    Path(id): Path<TransferId>,
    Json(Step {}): Json<Step>,
) -> Result<Reply<Transfer>, Problem> {
    ship_transfer::ship_transfer(&Store::answering(&context, MOVED), id).await.map(Reply).map_err(problem)
}

async fn receive(
    context: Context,
    Path(id): Path<TransferId>,
    Json(Step {}): Json<Step>,
) -> Result<Reply<Transfer>, Problem> {
    receive_transfer::receive_transfer(&Store::answering(&context, MOVED), id)
        .await
        .map(Reply)
        .map_err(problem)
}

fn problem(error: MoveTransferError) -> Problem {
    match error {
        MoveTransferError::Unknown => Problem::not_found("transfer"),
        MoveTransferError::Refused(refusal) => {
            problems::refused(refusal, "A transfer is shipped once, and then received once.")
        }
    }
}
