//! `POST /orders/credit-notes`.

use contracts::terms::{PaymentMethod, SalesChannel};
use kernel::ids::{CustomerId, RefundId, WarehouseId};
use kernel::text::{Code, ShortText, Sku};
use kernel::{Currency, Money, Quantity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::duties::{Action, check_method};
use web::{Context, Created, FieldError, Json, Problem, ProblemCode, Route};

use super::order_input::{request_key, request_text};
use super::refund_json::{self, RefundJson};
use super::refund_order::ITEM_COUNT_MAX;
use super::{duties, grants};
use crate::adapters::peers::{InventoryPeer, ProductPeer};
use crate::adapters::provider::Provider;
use crate::adapters::store::Store;
use crate::application::advance_refund::Effects;
use crate::application::issue_credit_note::{
    CreditNotePorts, IssueCreditNote, IssueCreditNoteError, issue_credit_note,
};
use crate::application::ports::refunds::RecordError;
use crate::domain::refund::Refund;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/orders/credit-notes", grants::ORDER_REFUND, "Give money or credit back without an order.", handle)
            .details(
                "For goods bought elsewhere, a later price reduction, or refunded postage. Repeating the same id or key \
                 returns the same credit note.",
            )
            .shared_duty(Action::CreditNote)
            .problems(&[ProblemCode::Forbidden, ProblemCode::StateConflict]),
    ]
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "IssueCreditNote")]
struct CreditNoteInput {
    id: Option<RefundId>,
    customer_id: Option<CustomerId>,
    /// The warehouse that gets the goods; decides the tax.
    warehouse_id: WarehouseId,
    /// The channel whose revenue is reduced; by default it follows from the customer's type.
    sales_channel: Option<SalesChannel>,
    #[schemars(length(min = 1, max = ITEM_COUNT_MAX))]
    items: Vec<ItemInput>,
    reason: ShortText,
    /// Whether the goods go into stock.
    restock: bool,
    /// By default on account for a customer, otherwise in cash; never to a card.
    method: Option<PaymentMethod>,
    /// The till from whose drawer the cash is paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    terminal_id: Option<Code>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "CreditNoteItem")]
struct ItemInput {
    sku: Sku,
    quantity: Quantity,
    unit_price: Money,
}

async fn handle(
    context: Context,
    Json(input): Json<CreditNoteInput>,
) -> Result<Created<RefundJson>, Problem> {
    check(&input, context.currency())?;
    if let Some(method @ PaymentMethod::BankTransfer) = input.method {
        check_method(&context, method, false, "/method")?;
    }
    let request = IssueCreditNote {
        id: context.given_or_new(input.id)?,
        request: request_text(&input)?,
        customer_id: input.customer_id,
        warehouse_id: input.warehouse_id,
        channel: input.sales_channel,
        items: input.items.into_iter().map(|item| (item.sku, item.quantity, item.unit_price)).collect(),
        method: input.method,
        restock: input.restock,
        reason: input.reason,
        refunded_by: context.caller.subject.clone(),
        terminal_id: input.terminal_id,
        request_key: request_key(&context, "credit note"),
        currency: context.currency(),
        at: context.now(),
    };
    let store = Store::presenting(&context, refund_json::CREATED);
    let inventory = InventoryPeer(&context);
    let ports = CreditNotePorts {
        refunds: &store,
        orders: &store,
        catalogue: &ProductPeer(&context),
        goods: &inventory,
    };
    let effects = Effects { goods: &inventory, provider: &Provider(&context) };
    let may = |refund: &Refund| duties::check_credit_note(&context, refund);
    let issued = issue_credit_note(&ports, &effects, request, may).await;
    issued.map(|refund| refund_json::created(&refund)).map_err(problem)
}

fn check(input: &CreditNoteInput, currency: Currency) -> Result<(), Problem> {
    if input.items.is_empty() || input.items.len() > ITEM_COUNT_MAX {
        return Err(Problem::field("/items", format!("must have 1 to {ITEM_COUNT_MAX} items")));
    }
    let mut errors = Vec::new();
    for (index, item) in input.items.iter().enumerate() {
        if item.unit_price.currency() != currency {
            let pointer = format!("/items/{index}/unitPrice/currency");
            errors.push(FieldError::new(pointer, format!("must be {currency}")));
        } else if item.unit_price.is_negative() {
            errors.push(FieldError::new(format!("/items/{index}/unitPrice/amount"), "must not be negative"));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::validation(errors)) }
}

fn problem(error: IssueCreditNoteError<Problem>) -> Problem {
    match error {
        IssueCreditNoteError::Forbidden(problem) => problem,
        IssueCreditNoteError::Record(RecordError::NoTill) => Problem::field("/terminalId", "names no till"),
        IssueCreditNoteError::NoWarehouse => Problem::field("/warehouseId", "is not a warehouse"),
        IssueCreditNoteError::NoCustomer => Problem::field("/customerId", "is not a customer"),
        IssueCreditNoteError::AccountNeedsCustomer => {
            Problem::field("/method", "PurchaseOrder needs a customerId")
        }
        IssueCreditNoteError::CardNeedsOrder => {
            Problem::field("/method", "must not be Card: a card refund needs the order that it paid")
        }
        IssueCreditNoteError::UnknownSkus(unknown) => {
            let pointers = unknown.iter().map(|index| format!("/items/{index}/sku"));
            Problem::validation(
                pointers.map(|pointer| FieldError::new(pointer, "is not in the catalogue")).collect(),
            )
        }
        IssueCreditNoteError::Record(RecordError::Taken) => {
            Problem::state_conflict("This id or key was used for another credit note.")
        }
        // A credit note has no order.
        IssueCreditNoteError::Record(
            error @ (RecordError::Stale | RecordError::NotCompleted | RecordError::NotSent),
        ) => Problem::internal(error),
        IssueCreditNoteError::Pricing(error) => Problem::field("/items", error.to_string()),
        IssueCreditNoteError::Record(RecordError::Failure(failure))
        | IssueCreditNoteError::Failure(failure) => failure.into(),
    }
}
