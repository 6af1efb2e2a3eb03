//! `GET,POST /inventory/transfers`, `GET /inventory/transfers/{id}` and its steps `/ship`, `/receive`.

use axum::response::{IntoResponse, Response};
use contracts::stock::{CreateTransfer, Transfer, TransferStatus};
use kernel::ids::TransferId;
use kernel::{Cursor, Limit};
use serde::Deserialize;
use web::{Context, Created, Json, Path, Problem, Query, Reply};

use super::{lines_problem, out_of_stock, too_much, unknown_skus, unknown_warehouse};
use crate::adapters::store::{SqlStock, SqlTransfers, list_transfers};
use crate::application::create_transfer::{CreateTransferError, create_transfer};
use crate::application::ports::Transfers;
use crate::application::receive_transfer::receive_transfer;
use crate::application::ship_transfer::{MoveTransferError, ship_transfer};

/// What a list of transfers takes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ListTransfers {
    status: Option<TransferStatus>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

/// Answers a page of transfers, newest first.
pub(super) async fn list(context: Context, Query(query): Query<ListTransfers>) -> Result<Response, Problem> {
    // Without a cursor: before a key that no time reaches.
    let key = query.cursor.as_ref().map_or("~/", Cursor::key);
    let before = key
        .split_once('/')
        .ok_or_else(|| Problem::field("cursor", "must be the nextCursor of an earlier answer"))?;
    let rows = list_transfers(&context, query.status, before, query.limit).await?;
    Ok(web::list(rows, query.limit, |row| format!("{}/{}", row.created_at, row.id)).into_response())
}

/// Answers 200, or 404.
pub(super) async fn find(context: Context, Path(id): Path<TransferId>) -> Result<Reply<Transfer>, Problem> {
    SqlTransfers::new(&context).find(id).await?.map(Reply).ok_or_else(|| Problem::not_found("transfer"))
}

/// Answers 201 with the draft, 409 `STATE_CONFLICT` when the id is another transfer's, 422 for what cannot be.
pub(super) async fn create(
    context: Context,
    Json(request): Json<CreateTransfer>,
) -> Result<Created<Transfer>, Problem> {
    let (transfers, stock) = (SqlTransfers::new(&context), SqlStock::new(&context));
    create_transfer(&transfers, &stock, &request).await.map(Created).map_err(|error| match error {
        CreateTransferError::Lines(error) => lines_problem(&error),
        CreateTransferError::SameWarehouse => {
            Problem::field("/toWarehouseId", "must be another warehouse than fromWarehouseId")
        }
        CreateTransferError::UnknownFrom => unknown_warehouse("/fromWarehouseId"),
        CreateTransferError::UnknownTo => unknown_warehouse("/toWarehouseId"),
        CreateTransferError::UnknownSkus(lines) => unknown_skus(&lines),
        CreateTransferError::Conflict => Problem::state_conflict("This id is another transfer's."),
        CreateTransferError::Failure(failure) => failure.into(),
    })
}

/// A step has nothing to say beside its path.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {}

/// Answers 200 with the value of each line, 404, 409 `STATE_CONFLICT` unless it is a draft, 409
/// `OUT_OF_STOCK` with the availability of each line.
pub(super) async fn ship(
    context: Context,
    Path(id): Path<TransferId>,
    Json(Step {}): Json<Step>,
) -> Result<Reply<Transfer>, Problem> {
    let (transfers, stock) = (SqlTransfers::new(&context), SqlStock::new(&context));
    ship_transfer(&transfers, &stock, id).await.map(Reply).map_err(problem)
}

/// Answers 200, 404, 409 `STATE_CONFLICT` unless it has shipped and not arrived.
pub(super) async fn receive(
    context: Context,
    Path(id): Path<TransferId>,
    Json(Step {}): Json<Step>,
) -> Result<Reply<Transfer>, Problem> {
    receive_transfer(&SqlTransfers::new(&context), id).await.map(Reply).map_err(problem)
}

fn problem(error: MoveTransferError) -> Problem {
    match error {
        MoveTransferError::Unknown => Problem::not_found("transfer"),
        MoveTransferError::State => {
            Problem::state_conflict("A transfer is shipped once, and then received once.")
        }
        MoveTransferError::OutOfStock(availability) => out_of_stock(&availability),
        MoveTransferError::TooMuch => too_much(),
        MoveTransferError::Failure(failure) => failure.into(),
    }
}
