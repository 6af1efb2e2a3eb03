//! `POST /orders/{id}/refunds`.

use kernel::ids::{LineId, OrderId, RefundId};
use kernel::text::{Code, ShortText, Sku};
use kernel::{Money, Quantity};
use schemars::JsonSchema;
use selling::refund::{RefundError, Returned};
use serde::{Deserialize, Serialize};
use web::duties::Action;
use web::{Context, Created, FieldError, Json, Path, Problem, ProblemCode, Route};

use super::order_input::{article, named_field, request_key, request_text};
use super::refund_json::{self, RefundJson};
use super::{duties, grants};
use crate::adapters::peers::InventoryPeer;
use crate::adapters::provider::Provider;
use crate::adapters::store::Store;
use crate::application::advance_refund::Effects;
use crate::application::ports::refunds::RecordError;
use crate::application::refund_order::{RefundOrder, RefundOrderError, refund_order};
use crate::domain::refund::Refund;

/// The most items of one request.
pub(super) const ITEM_COUNT_MAX: usize = 1_000;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/orders/{id}/refunds", grants::ORDER_REFUND, "Refund items of a completed order.", handle)
            .details(
                "The money goes back to the original payments: cash from the drawer of the till that sold, or of `terminalId`. If inventory or the payment provider has not answered \
                 yet, the status shows the progress, and the refund continues automatically. Repeating the same id or \
                 key returns the same refund. An item names a `lineId`, or the lines of a `sku`. Of a line what was not sent is \
                 refunded first, and is then not sent.",
            )
            .shared_duty(Action::Refund)
            .problems(&[ProblemCode::StateConflict, ProblemCode::RefundExceedsOrder]),
    ]
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "RefundOrder")]
struct RefundInput {
    id: Option<RefundId>,
    #[serde(default)]
    #[schemars(length(max = ITEM_COUNT_MAX))]
    items: Vec<ItemInput>,
    reason: ShortText,
    /// Whether the goods go back into stock.
    restock: bool,
    /// Refunds more (above zero) or less (below zero) than the sum of the items.
    amount_adjustment: Option<Money>,
    /// The till from whose drawer the cash is paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    terminal_id: Option<Code>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "RefundOrderItem")]
struct ItemInput {
    /// All lines of this SKU, in their order. Give either this or the `lineId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    sku: Option<Sku>,
    /// One line.
    #[serde(skip_serializing_if = "Option::is_none")]
    line_id: Option<LineId>,
    quantity: Quantity,
    /// Whether the customer has the goods. By default what was not sent is refunded first, and is not sent any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    of_shipped: bool,
}

async fn handle(
    context: Context,
    Path(order_id): Path<OrderId>,
    Json(input): Json<RefundInput>,
) -> Result<Created<RefundJson>, Problem> {
    check(&context, &input)?;
    let items = items(&input.items)?;
    let request = RefundOrder {
        id: context.given_or_new(input.id)?,
        order_id,
        request: format!("{order_id} {}", request_text(&input)?),
        items,
        adjustment: input.amount_adjustment,
        restock: input.restock,
        reason: input.reason,
        refunded_by: context.caller.subject.clone(),
        terminal_id: input.terminal_id,
        request_key: request_key(&context, &format!("refund of {order_id}")),
        at: context.now(),
    };
    let effects = Effects { goods: &InventoryPeer(&context), provider: &Provider(&context) };
    let store = Store::presenting(&context, refund_json::CREATED);
    let may = |refund: &Refund, before: Money| duties::check_refund(&context, refund, before);
    let refunded = refund_order(&store, &effects, request, may).await;
    refunded.map(|refund| refund_json::created(&refund)).map_err(problem)
}

fn items(input: &[ItemInput]) -> Result<Vec<Returned>, Problem> {
    let mut errors = Vec::new();
    let mut items = Vec::with_capacity(input.len());
    for (index, &ItemInput { ref sku, line_id, quantity, of_shipped }) in input.iter().enumerate() {
        match article(sku.as_ref(), line_id, index) {
            Ok(article) => items.push(Returned { article, quantity, of_shipped }),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(items) } else { Err(Problem::validation(errors)) }
}

fn check(context: &Context, input: &RefundInput) -> Result<(), Problem> {
    if input.items.len() > ITEM_COUNT_MAX {
        return Err(Problem::field("/items", format!("must have at most {ITEM_COUNT_MAX} items")));
    }
    let currency = context.currency();
    match &input.amount_adjustment {
        Some(adjustment) if adjustment.currency() != currency => {
            Err(Problem::field("/amountAdjustment/currency", format!("must be {currency}")))
        }
        _ => Ok(()),
    }
}

fn problem(error: RefundOrderError<Problem>) -> Problem {
    match error {
        RefundOrderError::Forbidden(problem) => problem,
        RefundOrderError::NoOrder => Problem::not_found("order"),
        RefundOrderError::Record(error) => not_recorded(error),
        RefundOrderError::Refund(error) => refused(&error),
        RefundOrderError::Failure(failure) => failure.into(),
    }
}

fn not_recorded(error: RecordError) -> Problem {
    match error {
        RecordError::NotCompleted => Problem::state_conflict(
            "Only a completed order can be refunded. An order that waits for payment can be cancelled.",
        ),
        RecordError::NotSent => Problem::state_conflict(
            "The customer does not have that many of these goods. What is being picked or is packed is refunded after its \
             shipment was sent or cancelled.",
        )
        .with_errors(vec![FieldError::new("/items", "are not with the customer")]),
        RecordError::NoTill => Problem::field("/terminalId", "names no till"),
        RecordError::Taken => Problem::state_conflict("This id or key was used for another refund."),
        RecordError::Stale => {
            Problem::state_conflict("Other refunds of this order are in progress. Try again.").retry_after(1)
        }
        RecordError::Failure(failure) => failure.into(),
    }
}

fn refused(error: &RefundError) -> Problem {
    match error {
        RefundError::NotSold { index, article } => {
            Problem::field(named_field(*index, article), "is not in the order")
        }
        RefundError::TooMany { index, sku, left } => {
            let detail = format!("Only {left} of {sku} are left to refund.");
            let field =
                FieldError::new(format!("/items/{index}/quantity"), format!("must be at most {left}"));
            Problem::new(ProblemCode::RefundExceedsOrder, detail).with_errors(vec![field])
        }
        RefundError::TooMuch => {
            let detail = "The refund is more than what is left of the payments.";
            let field = FieldError::new("/amountAdjustment", "makes the refund larger than what is left");
            Problem::new(ProblemCode::RefundExceedsOrder, detail).with_errors(vec![field])
        }
        RefundError::BelowZero => {
            Problem::field("/amountAdjustment", "must not take off more than the sum of the items")
        }
        RefundError::Nothing => Problem::field("/items", "must not be empty without an amountAdjustment"),
        RefundError::TooLarge => Problem::field("/amountAdjustment", "is too large"),
    }
}
