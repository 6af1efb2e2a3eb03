//! `POST /orders/retail/{id}/confirm` and `/orders/wholesale/{id}/confirm`.

use contracts::terms::{PaymentMethod, SalesChannel};
use kernel::ids::OrderId;
use kernel::text::ShortText;
use schemars::JsonSchema;
use selling::tender::looks_like_card_number;
use serde::Deserialize;
use web::duties::check_method;
use web::{Context, Json, Path, Problem, ProblemCode, Route, Tagged, idempotency};

use super::order_input::{request_key, visible};
use super::order_json::{self, OrderJson};
use super::payer::{Client, counted};
use super::{answers, grants, problems};
use crate::adapters::peers::InventoryPeer;
use crate::adapters::provider::{Provider, takes_cards};
use crate::adapters::store::Store;
use crate::application::confirm_order::{ConfirmOrderError, Confirmation, confirm_order};
use crate::application::ports::peers::CardGiven;
use crate::application::run_checkout::Ports;
use crate::domain::order::Order;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/orders/retail/{id}/confirm",
            grants::RETAIL_ORDER,
            "Pay for a retail order and complete it.",
            retail,
        )
        .audited()
        .hiding(grants::ORDER_READ_ALL, order_json::INTERNAL)
        .details(DETAILS)
        .problems(PROBLEMS),
        Route::post(
            "/orders/wholesale/{id}/confirm",
            grants::WHOLESALE_ORDER,
            "Pay for a wholesale order, or take it on account, and complete it.",
            wholesale,
        )
        .audited()
        .hiding(grants::ORDER_READ_ALL, order_json::INTERNAL)
        .details(DETAILS)
        .problems(PROBLEMS),
    ]
}

const DETAILS: &str = "The payment is authorised, the stock is deducted, then the money is taken. If the payment is \
                       declined, the order waits for another payment. Without enough stock the order is cancelled and \
                       nobody is charged; `availability` shows the units on hand. An order whose total is zero needs no \
                       payment. Cash, a card terminal and a bank transfer need the grant `payments:record`, a bank \
                       transfer also `bank-transfers:record`; cash is taken at a till unless the shop allows it here. A \
                       bank may want to see the buyer of a card payment first (402, PAYMENT_ACTION_REQUIRED).";

const PROBLEMS: &[ProblemCode] = &[
    ProblemCode::Forbidden,
    ProblemCode::PaymentDeclined,
    ProblemCode::PaymentActionRequired,
    ProblemCode::OutOfStock,
    ProblemCode::StateConflict,
    ProblemCode::RateLimited,
];

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ConfirmOrder {
    /// Left out when there is nothing to pay.
    payment: Option<PaymentInput>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "ConfirmOrderPayment")]
struct PaymentInput {
    method: PaymentMethod,
    /// The payment provider's token of a card; a card number is never accepted.
    token: Option<ShortText>,
    /// The page of this shop, from `/` on, to which the buyer's bank sends the buyer back.
    return_path: Option<ShortText>,
}

async fn retail(
    context: Context,
    Path(id): Path<OrderId>,
    client: Client,
    Json(request): Json<ConfirmOrder>,
) -> Result<Tagged<OrderJson>, Problem> {
    confirm(&context, id, SalesChannel::RetailWeb, client, request.payment).await
}

async fn wholesale(
    context: Context,
    Path(id): Path<OrderId>,
    client: Client,
    Json(request): Json<ConfirmOrder>,
) -> Result<Tagged<OrderJson>, Problem> {
    confirm(&context, id, SalesChannel::WholesaleWeb, client, request.payment).await
}

async fn confirm(
    context: &Context,
    id: OrderId,
    channel: SalesChannel,
    client: Client,
    payment: Option<PaymentInput>,
) -> Result<Tagged<OrderJson>, Problem> {
    if let Some(payment) = &payment {
        check_payment(context, payment)?;
    }
    let counted = match &payment {
        Some(payment) => counted(context, client, payment.method, payment.token.as_ref())?,
        None => Vec::new(),
    };
    let method = payment.as_ref().map(|payment| payment.method);
    let card = payment.map(|payment| card(context, payment)).transpose()?.flatten();
    let confirmation = Confirmation {
        order_id: id,
        channel,
        payment_id: context.new_id()?,
        method,
        card,
        idempotency_key: request_key(context, "payment"),
        attempts_max: usize::try_from(context.number_setting("PAYMENT_ATTEMPTS", 0)?).unwrap_or(usize::MAX),
        counted,
        now: context.now(),
    };
    let store = Store::presenting(context, answers::CHANGED);
    let ports = Ports { checkouts: &store, goods: &InventoryPeer(context), provider: &Provider(context) };
    let sees = |order: &Order| visible(context, order);
    match confirm_order(&ports, confirmation, sees).await {
        Ok(order) => Ok(answers::tagged(&order)),
        Err(error) => {
            if matches!(error, ConfirmOrderError::BuyerAsked(_)) {
                idempotency::let_go(context).await?;
            }
            Err(problem(context, error))
        }
    }
}

fn card(context: &Context, payment: PaymentInput) -> Result<Option<CardGiven>, Problem> {
    let Some(token) = payment.token else { return Ok(None) };
    let return_url = payment.return_path.map(|path| page(context, path.as_str())).transpose()?;
    Ok(Some(CardGiven { token: token.to_string(), return_url }))
}

/// The address of a page of this shop: a buyer is never sent anywhere else.
fn page(context: &Context, path: &str) -> Result<String, Problem> {
    let refused = |detail| Problem::field("/payment/returnPath", detail);
    let shop = context.world.setting("PUBLIC_URL").unwrap_or_default();
    let shop = shop.trim().trim_end_matches('/');
    if shop.is_empty() {
        return Err(refused("is not possible: the setting PUBLIC_URL is empty"));
    }
    if !path.starts_with('/') || path.contains("//") || path.contains(['\\', '#']) || !path.is_ascii() {
        return Err(refused("must be a path of this shop, such as /checkout/return"));
    }
    Ok(format!("{shop}{path}"))
}

fn check_payment(context: &Context, payment: &PaymentInput) -> Result<(), Problem> {
    match (payment.method, &payment.token) {
        (_, Some(token)) if looks_like_card_number(token.as_str()) => {
            Err(Problem::field("/payment/token", "looks like a card number, which is never accepted"))
        }
        (PaymentMethod::Card, _) if !takes_cards(context) => {
            Err(Problem::field("/payment/method", "is not possible: no payment provider is configured"))
        }
        (PaymentMethod::Card, None) => Err(Problem::field("/payment/token", "is required for a card")),
        (PaymentMethod::Card, Some(_)) | (PaymentMethod::PurchaseOrder, None) => Ok(()),
        (_, Some(_)) => Err(Problem::field("/payment/token", "is for cards only")),
        (PaymentMethod::Cash | PaymentMethod::CardTerminal | PaymentMethod::BankTransfer, None) => {
            context.require(grants::PAYMENT_RECORD)?;
            check_method(context, payment.method, false, "/payment/method")
        }
    }
}

fn problem(context: &Context, error: ConfirmOrderError) -> Problem {
    match error {
        ConfirmOrderError::NotFound => Problem::not_found("order"),
        ConfirmOrderError::NoPayment => Problem::field("/payment", "is required: there is something to pay"),
        ConfirmOrderError::Method(detail) => Problem::field("/payment/method", detail),
        ConfirmOrderError::Declined(reason) => problems::declined(context, &reason),
        ConfirmOrderError::BuyerAsked(url) => {
            let detail = "The buyer has to confirm the payment with their bank: send them to redirectUrl, and send this \
                          request again, with the same Idempotency-Key, when they come back.";
            Problem::new(ProblemCode::PaymentActionRequired, detail).with("redirectUrl", &url)
        }
        ConfirmOrderError::OutOfStock(availability) => problems::out_of_stock(&availability),
        ConfirmOrderError::TooMany { wait_seconds } => {
            let detail = "There were too many attempts to pay. Wait before the next one.";
            Problem::new(ProblemCode::RateLimited, detail).retry_after(wait_seconds)
        }
        ConfirmOrderError::Conflict(detail) => Problem::state_conflict(detail),
        ConfirmOrderError::Failure(failure) => failure.into(),
    }
}
