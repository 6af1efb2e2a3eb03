//! `GET /orders/reviews` and `POST /orders/reviews/{id}/settle`: completed sales that a person should look at.

use contracts::terms::ReviewOutcome;
use kernel::ids::OrderId;
use kernel::text::{Code, ShortText};
use kernel::{Cursor, Limit, Money, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Answer as _, Context, Json, List, Path, Present, Problem, ProblemCode, Query, Reply, Route, list};

use super::grants;
use crate::adapters::store::{Presents, Store, Which};
use crate::application::settle_review::{Finding, SettleError, settle_review};
use crate::domain::review::{Review, Settled};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/orders/reviews", grants::SALE_REVIEW, "List the sales to review, oldest first.", reviews)
            .details(
                "Sales that have happened and differ from what the system knows: prices, taxes, stock, catalogue, clock, \
                 sequence. A sale with `deviation` is in quarantine: it is beyond the shop's limits, and the amounts wait \
                 on the suspense accounts 1900 and 2900 until a manager settles it.",
            ),
        Route::post(
            "/orders/reviews/{id}/settle",
            grants::SALE_REVIEW,
            "Settle a sale to review.",
            settle,
        )
        .details(
            "`Accepted`: it happened like this. A reduction becomes a discount given, and missing units become cost of \
             goods sold, against the inventory count differences. `Corrected`: the list, the stock record or the sale was \
             wrong, and nothing was lost: the difference goes back to revenue, and the missing units leave the books \
             without a cost.",
        )
        .problems(&[ProblemCode::StateConflict]),
    ]
}

#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ReviewStatus")]
enum Status {
    #[default]
    Open,
    /// Open, and with amounts on the suspense accounts.
    Quarantined,
    All,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Reviews {
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
#[schemars(rename = "SaleReview")]
struct ReviewJson {
    order_id: OrderId,
    order_number: String,
    terminal_id: Option<Code>,
    cashier_id: Option<String>,
    /// Who sent the sale, whatever cashier it names.
    recorded_by: Option<String>,
    reason: String,
    deviation: Option<DeviationJson>,
    opened_at: Timestamp,
    settled: Option<SettledJson>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SaleReviewDeviation")]
struct DeviationJson {
    /// By how much the sale differs from the list, net of tax: positive when too little was charged.
    price: Money,
    /// The cost of units that were not in stock.
    missing_cost: Money,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SaleReviewSettled")]
struct SettledJson {
    outcome: ReviewOutcome,
    note: ShortText,
    settled_by: String,
    settled_at: Timestamp,
}

impl From<&Review> for ReviewJson {
    fn from(review: &Review) -> Self {
        let settled = review.settled.clone().map(|Settled { outcome, note, by, at }| SettledJson {
            outcome,
            note,
            settled_by: by,
            settled_at: at,
        });
        Self {
            order_id: review.order_id,
            order_number: review.order_number.clone(),
            terminal_id: review.terminal_id.clone(),
            cashier_id: review.cashier_id.clone(),
            recorded_by: review.recorded_by.clone(),
            reason: review.reason.clone(),
            deviation: review.deviation.map(|deviation| DeviationJson {
                price: deviation.price,
                missing_cost: deviation.missing_cost,
            }),
            opened_at: review.opened_at,
            settled,
        }
    }
}

async fn reviews(context: Context, Query(query): Query<Reviews>) -> Result<Reply<List<ReviewJson>>, Problem> {
    let which = match query.status {
        Status::Open => Which::Open,
        Status::Quarantined => Which::Quarantined,
        Status::All => Which::All,
    };
    let after = place(query.cursor.as_ref())?;
    let reviews = Store::new(&context).list_reviews(which, after, query.limit).await?;
    let reviews: Vec<ReviewJson> = reviews.iter().map(ReviewJson::from).collect();
    Ok(list(reviews, query.limit, |review| format!("{} {}", review.opened_at, review.order_id)))
}

/// Where a page starts: a time and an id.
pub(super) fn place(cursor: Option<&Cursor>) -> Result<(&str, &str), Problem> {
    let Some(cursor) = cursor else { return Ok(("", "")) };
    let wrong = || Problem::field("cursor", "must be the nextCursor of an earlier answer");
    cursor.key().split_once(' ').ok_or_else(wrong)
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "SettleReview")]
struct Settle {
    outcome: ReviewOutcome,
    /// What the review found.
    note: ShortText,
}

const ANSWER: Present<Review> = Present::new(|review| Reply(ReviewJson::from(review)).into_response());

async fn settle(
    context: Context,
    Path(id): Path<OrderId>,
    Json(request): Json<Settle>,
) -> Result<Reply<ReviewJson>, Problem> {
    let store = Store::presenting(&context, Presents { review: Some(ANSWER), ..Presents::NONE });
    let finding = finding(&context, request.note);
    let review = settle_review(&store, id, request.outcome, finding).await.map_err(problem)?;
    Ok(Reply(ReviewJson::from(&review)))
}

/// What the caller has found now.
pub(super) fn finding(context: &Context, note: ShortText) -> Finding {
    Finding { note, by: context.caller.subject.clone(), at: context.now() }
}

pub(super) fn problem(error: SettleError) -> Problem {
    match error {
        SettleError::NotFound => Problem::not_found("sale to settle"),
        SettleError::Settled => Problem::state_conflict("This sale is settled."),
        SettleError::Failure(failure) => failure.into(),
    }
}
