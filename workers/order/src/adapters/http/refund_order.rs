//! `POST /orders/{id}/refunds`.

use kernel::ids::{OrderId, RefundId};
use kernel::text::{Code, ShortText, Sku};
use kernel::{Money, Quantity};
use serde::{Deserialize, Serialize};
use web::{Context, Created, FieldError, Json, Path, Problem, ProblemCode};

use super::refund_json::{RefundJson, request_key};
use crate::adapters::refund_effects::{PeerRestock, ProviderRefunds};
use crate::adapters::store::SqlRefunds;
use crate::application::advance_refund::Effects;
use crate::application::refund_order::{RefundOrder, RefundOrderError, refund_order};
use crate::domain::refund::RefundError;

/// The most items of one request.
pub(super) const ITEM_COUNT_MAX: usize = 1_000;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RefundInput {
    id: Option<RefundId>,
    #[serde(default)]
    items: Vec<ItemInput>,
    reason: ShortText,
    restock: bool,
    amount_adjustment: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    terminal_id: Option<Code>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ItemInput {
    sku: Sku,
    quantity: Quantity,
}

/// Answers 201 with the refund, the same again for the same id or key; its status says how far it is where
/// inventory or the card did not answer yet. Its cash comes out of the drawer of `terminalId`, where one is named. 404, 409 `STATE_CONFLICT` for an order that is not completed,
/// 422 `REFUND_EXCEEDS_ORDER` with the line.
pub(super) async fn handle(
    context: Context,
    Path(order_id): Path<OrderId>,
    Json(input): Json<RefundInput>,
) -> Result<Created<RefundJson>, Problem> {
    check(&context, &input)?;
    let request = RefundOrder {
        id: input.id.unwrap_or_else(|| context.new_id()),
        order_id,
        request: format!("{order_id} {}", serde_json::to_string(&input).unwrap_or_default()),
        items: input.items.into_iter().map(|item| (item.sku, item.quantity)).collect(),
        adjustment: input.amount_adjustment,
        restock: input.restock,
        reason: input.reason,
        refunded_by: context.caller.subject.clone(),
        terminal_id: input.terminal_id,
        request_key: request_key(&context, &format!("refund of {order_id}")),
        at: context.now(),
    };
    let effects = Effects { goods: &PeerRestock::new(&context), cards: &ProviderRefunds::new(&context) };
    let refunded = refund_order(&SqlRefunds::new(&context), &effects, request).await;
    refunded.map(|refund| Created(RefundJson::from(&refund))).map_err(problem)
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

fn problem(error: RefundOrderError) -> Problem {
    match error {
        RefundOrderError::NoOrder => Problem::not_found("order"),
        RefundOrderError::NotCompleted => Problem::state_conflict(
            "Only a completed order can be refunded; one that waits can be cancelled.",
        ),
        RefundOrderError::NoTill => Problem::field("/terminalId", "names no till"),
        RefundOrderError::Conflict => Problem::state_conflict("This id or key stands for another refund."),
        RefundOrderError::Busy => {
            Problem::state_conflict("Other refunds of this order are under way. Try again.").retry_after(1)
        }
        RefundOrderError::Refund(error) => refused(&error),
        RefundOrderError::Failure(failure) => failure.into(),
    }
}

fn refused(error: &RefundError) -> Problem {
    match error {
        RefundError::NotSold { index, .. } => {
            Problem::field(format!("/items/{index}/sku"), "is not in the order")
        }
        RefundError::TooMany { index, sku, left } => {
            let detail = format!("Only {left} of {sku} are left to refund.");
            let field =
                FieldError::new(format!("/items/{index}/quantity"), format!("must be at most {left}"));
            Problem::new(ProblemCode::RefundExceedsOrder, detail).with_errors(vec![field])
        }
        RefundError::TooMuch => {
            let detail = "More would go back than was paid and is not refunded yet.";
            let field = FieldError::new("/amountAdjustment", "takes the refund above what is left");
            Problem::new(ProblemCode::RefundExceedsOrder, detail).with_errors(vec![field])
        }
        RefundError::BelowZero => {
            Problem::field("/amountAdjustment", "must not take more than the items come to")
        }
        RefundError::Nothing => Problem::field("/items", "must not be empty without an amountAdjustment"),
        RefundError::TooLarge => Problem::field("/amountAdjustment", "is too large"),
    }
}
