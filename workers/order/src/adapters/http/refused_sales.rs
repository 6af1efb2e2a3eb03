//! `GET /orders/pos/refused-sales` and `POST /orders/pos/refused-sales/{id}/settle`: what tills handed in and is not a
//! sale, with its bytes.

use kernel::text::{Code, ShortText};
use kernel::{Cursor, Limit, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Answer as _, Context, Json, List, Path, Present, Problem, ProblemCode, Query, Reply, Route, list};

use super::grants;
use super::reviews::{finding, place, problem};
use super::sale_input::SEQUENCE_MAX;
use crate::adapters::store::{Presents, Store};
use crate::application::settle_review::settle_refused;
use crate::domain::review::RefusedSale;

pub(super) fn routes() -> Vec<Route> {
    let list = "/orders/pos/refused-sales";
    let settling = "/orders/pos/refused-sales/{id}/settle";
    vec![
        Route::get(list, grants::SALE_REVIEW, "List the refused sales, oldest first.", refused).details(
            "What a till handed in and is not a sale: it cannot be read, or contradicts itself. It stays here until a \
             person settles it. Sent again, it is the same entry.",
        ),
        Route::post(settling, grants::SALE_REVIEW, "Settle a refused sale.", settle)
            .details(
                "A person has seen to it: sold again with correct data, or found to be no sale. Its sequence number is \
                 void from then on: it is no gap, and holds up no closing.",
            )
            .problems(&[ProblemCode::StateConflict]),
    ]
}

#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "RefusedSaleStatus")]
enum Status {
    #[default]
    Open,
    All,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RefusedSales {
    #[serde(default)]
    status: Status,
    /// Rows, 1 to 100.
    #[serde(default)]
    limit: Limit,
    /// Where the last page ended.
    cursor: Option<Cursor>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "RefusedSale")]
struct RefusedJson {
    id: String,
    terminal_id: Code,
    /// Its sequence number, as far as it is known.
    terminal_sequence: Option<i64>,
    /// The bytes as they came; in hexadecimal when they are no text.
    body: String,
    /// Why it is not a sale.
    reason: String,
    /// Who sent it first.
    sent_by: String,
    refused_at: Timestamp,
    /// What a person found; null while it is open.
    note: Option<ShortText>,
    settled_by: Option<String>,
    settled_at: Option<Timestamp>,
}

impl From<&RefusedSale> for RefusedJson {
    fn from(sale: &RefusedSale) -> Self {
        let sale = sale.clone();
        Self {
            id: sale.id,
            terminal_id: sale.terminal_id,
            terminal_sequence: sale.terminal_sequence,
            body: sale.body,
            reason: sale.reason,
            sent_by: sale.sent_by,
            refused_at: sale.refused_at,
            note: sale.note,
            settled_by: sale.settled_by,
            settled_at: sale.settled_at,
        }
    }
}

async fn refused(
    context: Context,
    Query(query): Query<RefusedSales>,
) -> Result<Reply<List<RefusedJson>>, Problem> {
    let (all, after) = (matches!(query.status, Status::All), place(query.cursor.as_ref())?);
    let sales = Store::new(&context).list_refused(all, after, query.limit).await?;
    let sales: Vec<RefusedJson> = sales.iter().map(RefusedJson::from).collect();
    Ok(list(sales, query.limit, |sale| format!("{} {}", sale.refused_at, sale.id)))
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "SettleRefusedSale")]
struct Settle {
    /// What was found.
    note: ShortText,
    /// Its sequence number, if that cannot be read.
    #[schemars(range(min = 1, max = SEQUENCE_MAX))]
    terminal_sequence: Option<i64>,
}

const ANSWER: Present<RefusedSale> = Present::new(|sale| Reply(RefusedJson::from(sale)).into_response());

async fn settle(
    context: Context,
    Path(id): Path<String>,
    Json(request): Json<Settle>,
) -> Result<Reply<RefusedJson>, Problem> {
    if request.terminal_sequence.is_some_and(|number| !(1..=SEQUENCE_MAX).contains(&number)) {
        let detail = format!("must be a whole number from 1 to {SEQUENCE_MAX}");
        return Err(Problem::field("/terminalSequence", detail));
    }
    let store = Store::presenting(&context, Presents { refused_sale: Some(ANSWER), ..Presents::NONE });
    let sale = settle_refused(&store, &id, request.terminal_sequence, finding(&context, request.note))
        .await
        .map_err(problem)?;
    Ok(Reply(RefusedJson::from(&sale)))
}
