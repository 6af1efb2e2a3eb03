//! `POST /orders/retail/{id}/confirm` and `/orders/wholesale/{id}/confirm`.

use contracts::terms::{PaymentMethod, SalesChannel};
use kernel::ids::OrderId;
use kernel::text::ShortText;
use serde::Deserialize;
use web::{Context, Grant, Json, Path, Problem, Tagged};

use super::order_input::visible;
use super::refund_json::request_key;
use super::{OrderJson, problems};
use crate::adapters::payment::{Provider, takes_cards};
use crate::adapters::peers::InventoryPeer;
use crate::adapters::store::SqlOrders;
use crate::application::confirm_order::{ConfirmOrderError, Confirmation, confirm_order};
use crate::application::run_checkout::Ports;
use crate::domain::tender::looks_like_card_number;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfirmOrder {
    payment: PaymentInput,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PaymentInput {
    method: PaymentMethod,
    token: Option<ShortText>,
}

pub(super) async fn retail(
    context: Context,
    Path(id): Path<OrderId>,
    Json(request): Json<ConfirmOrder>,
) -> Result<Tagged<OrderJson>, Problem> {
    confirm(&context, id, SalesChannel::RetailWeb, request.payment).await
}

pub(super) async fn wholesale(
    context: Context,
    Path(id): Path<OrderId>,
    Json(request): Json<ConfirmOrder>,
) -> Result<Tagged<OrderJson>, Problem> {
    confirm(&context, id, SalesChannel::WholesaleWeb, request.payment).await
}

/// (1) May the caller pay so? 403, 422. (2) Pay: 200 with the completed order; 402 `PAYMENT_DECLINED`, the order
/// waits on; 409 `OUT_OF_STOCK` with the availability, the order is cancelled; 409 `STATE_CONFLICT` when it is paid,
/// being paid or cancelled; 503 while the provider has not answered.
async fn confirm(
    context: &Context,
    id: OrderId,
    channel: SalesChannel,
    payment: PaymentInput,
) -> Result<Tagged<OrderJson>, Problem> {
    check_payment(context, &payment)?;
    let confirmation = Confirmation {
        order_id: id,
        channel,
        payment_id: context.new_id(),
        method: payment.method,
        token: payment.token.map(|token| token.to_string()),
        idempotency_key: request_key(context, "payment"),
        now: context.now(),
    };
    let (orders, inventory, provider) = (SqlOrders::new(context), InventoryPeer(context), Provider(context));
    let ports = Ports { checkouts: &orders, goods: &inventory, provider: &provider };
    let sees = |order: &crate::domain::order::Order| visible(&context.caller, order);
    confirm_order(&ports, confirmation, sees)
        .await
        .map(|order| Tagged(order.version, OrderJson::from(&order)))
        .map_err(problem)
}

fn check_payment(context: &Context, payment: &PaymentInput) -> Result<(), Problem> {
    match (payment.method, &payment.token) {
        (_, Some(token)) if looks_like_card_number(token.as_str()) => {
            Err(Problem::field("/payment/token", "looks like a card number, which is never accepted"))
        }
        (PaymentMethod::Card, _) if !takes_cards(context) => {
            Err(Problem::field("/payment/method", "is not possible: no payment provider is set up"))
        }
        (PaymentMethod::Card, None) => Err(Problem::field("/payment/token", "is required for a card")),
        (PaymentMethod::Card, Some(_)) | (PaymentMethod::PurchaseOrder, None) => Ok(()),
        (_, Some(_)) => Err(Problem::field("/payment/token", "is for cards only")),
        (PaymentMethod::Cash | PaymentMethod::CardTerminal | PaymentMethod::BankTransfer, None) => {
            context.require(grants::PAYMENT_RECORD)
        }
    }
}

fn problem(error: ConfirmOrderError) -> Problem {
    match error {
        ConfirmOrderError::NotFound => Problem::not_found("order"),
        ConfirmOrderError::Method(detail) => Problem::field("/payment/method", detail),
        ConfirmOrderError::Declined(reason) => problems::declined(&reason),
        ConfirmOrderError::OutOfStock(availability) => problems::out_of_stock(&availability),
        ConfirmOrderError::Conflict(detail) => Problem::state_conflict(detail),
        ConfirmOrderError::Failure(failure) => failure.into(),
    }
}
