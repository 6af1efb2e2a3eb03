//! `POST /orders/pos/terminals`, and the key of a till: issued again by `POST …/{terminalId}/key`, revoked by `DELETE`.

use kernel::Timestamp;
use kernel::ids::WarehouseId;
use kernel::text::{Code, Name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{
    Answer as _, Context, Created, FieldError, Json, NoContent, Path, Present, Problem, ProblemCode, Route,
};

use super::grants;
use crate::adapters::peers::InventoryPeer;
use crate::adapters::store::{Presents, Store};
use crate::application::enrol_till::{EnrolError, Wish, enrol_till, revoke_key};
use crate::domain::enrolment::Enrolment;

const KEY: &str = "/orders/pos/terminals/{terminalId}/key";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/orders/pos/terminals", grants::TILL_ENROL, "Enrol a till.", enrol)
            .audited()
            .step_up()
            .details(
                "Binds the till to a warehouse and a device, and issues its key. The key goes into the header \
                 `Till-Key` of the till's requests: without it no sale is accepted that has already happened, and no \
                 sequence number of the till is taken. The key is shown only once: a repeated request is answered with \
                 `\"key\": null`. A till that was used before keeps its sequence.",
            )
            .problems(&[ProblemCode::StateConflict]),
        Route::post(KEY, grants::TILL_ENROL, "Issue the key of a till again.", issue)
            .audited()
            .step_up()
            .details(
                "The old key ends at once. Also for a till whose key was revoked, and for one that gets another device \
                 or moves to another warehouse. The key is shown only once.",
            )
            .problems(&[ProblemCode::StateConflict]),
        Route::delete(KEY, grants::TILL_ENROL, "Revoke the key of a till.", revoke).audited()
            .details("The till stays enrolled, and nothing is accepted with its key any more.")
            .problems(&[ProblemCode::StateConflict]),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "EnrolTill")]
struct Enrol {
    terminal_id: Code,
    /// Its sales take goods from here, and from nowhere else.
    warehouse_id: WarehouseId,
    /// What the shop calls the device.
    device: Name,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "IssueTillKey")]
struct Issue {
    /// As before when it is left out.
    warehouse_id: Option<WarehouseId>,
    /// As before when it is left out.
    device: Option<Name>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "TillEnrolled")]
struct IssuedKey {
    terminal_id: Code,
    warehouse_id: WarehouseId,
    device: Name,
    enrolled_by: String,
    enrolled_at: Timestamp,
    /// For the header `Till-Key`. Shown once; null when the request is repeated.
    key: Option<String>,
}

/// The stored answer does not contain the key, because the answer is kept for retries.
const ISSUED: Present<Enrolment> = Present::new(|enrolment| answer(enrolment, None).into_response());
const REVOKED: Present<()> = Present::new(|()| NoContent.into_response());

fn answer(enrolment: &Enrolment, key: Option<String>) -> Created<IssuedKey> {
    let Enrolment { terminal_id, warehouse_id, device, enrolled_by, enrolled_at, .. } = enrolment.clone();
    Created(IssuedKey { terminal_id, warehouse_id, device, enrolled_by, enrolled_at, key })
}

async fn enrol(context: Context, Json(request): Json<Enrol>) -> Result<Created<IssuedKey>, Problem> {
    let Enrol { terminal_id, warehouse_id, device } = request;
    change(&context, terminal_id, Wish::Enrol { warehouse_id, device }).await
}

async fn issue(
    context: Context,
    Path(terminal_id): Path<Code>,
    Json(request): Json<Issue>,
) -> Result<Created<IssuedKey>, Problem> {
    let Issue { warehouse_id, device } = request;
    change(&context, terminal_id, Wish::IssueKey { warehouse_id, device }).await
}

async fn change(context: &Context, terminal_id: Code, wish: Wish) -> Result<Created<IssuedKey>, Problem> {
    let store = Store::presenting(context, Presents { enrolment: Some(ISSUED), ..Presents::NONE });
    let by = (context.caller.subject.clone(), context.now());
    let (enrolment, key) =
        enrol_till(&store, &InventoryPeer(context), terminal_id, wish, by).await.map_err(problem)?;
    Ok(answer(&enrolment, Some(key)))
}

async fn revoke(context: Context, Path(terminal_id): Path<Code>) -> Result<NoContent, Problem> {
    let store = Store::presenting(&context, Presents { done: Some(REVOKED), ..Presents::NONE });
    revoke_key(&store, &terminal_id).await.map_err(problem)?;
    Ok(NoContent)
}

fn problem(error: EnrolError) -> Problem {
    match error {
        EnrolError::NotEnrolled => Problem::not_found("enrolled till"),
        EnrolError::Enrolled => Problem::state_conflict(
            "This till is enrolled and has a valid key. Issue the key again, or revoke it first.",
        )
        .with_errors(vec![FieldError::new("/terminalId", "is enrolled")]),
        EnrolError::UnknownWarehouse => Problem::field("/warehouseId", "names no warehouse"),
        EnrolError::Contended => {
            Problem::state_conflict("Another request is changing the key of this till.").retry_after(1)
        }
        EnrolError::Failure(failure) => failure.into(),
    }
}
