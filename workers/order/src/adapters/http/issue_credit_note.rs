//! `POST /orders/credit-notes`.

use contracts::terms::{PaymentMethod, SalesChannel};
use kernel::ids::{CustomerId, RefundId, WarehouseId};
use kernel::text::{ShortText, Sku};
use kernel::{Currency, Money, Quantity};
use serde::{Deserialize, Serialize};
use web::{Context, Created, FieldError, Json, Problem};

use super::refund_json::{RefundJson, request_key};
use super::refund_order::ITEM_COUNT_MAX;
use crate::adapters::peers::{InventoryPeer, ProductPeer};
use crate::adapters::refund_effects::{PeerRestock, ProviderRefunds};
use crate::adapters::store::{SqlOrders, SqlRefunds};
use crate::application::advance_refund::Effects;
use crate::application::issue_credit_note::{
    CreditNotePorts, IssueCreditNote, IssueCreditNoteError, issue_credit_note,
};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CreditNoteInput {
    id: Option<RefundId>,
    customer_id: Option<CustomerId>,
    warehouse_id: WarehouseId,
    sales_channel: Option<SalesChannel>,
    items: Vec<ItemInput>,
    reason: ShortText,
    restock: bool,
    method: Option<PaymentMethod>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ItemInput {
    sku: Sku,
    quantity: Quantity,
    unit_price: Money,
}

/// Answers 201 with the credit note, the same again for the same id or key; 409 `STATE_CONFLICT`, 422 for
/// unknown SKUs, warehouse or customer, and for a method that cannot be.
pub(super) async fn handle(
    context: Context,
    Json(input): Json<CreditNoteInput>,
) -> Result<Created<RefundJson>, Problem> {
    check(&input, context.currency())?;
    let request = IssueCreditNote {
        id: input.id.unwrap_or_else(|| context.new_id()),
        request: serde_json::to_string(&input).unwrap_or_default(),
        customer_id: input.customer_id,
        warehouse_id: input.warehouse_id,
        channel: input.sales_channel,
        items: input.items.into_iter().map(|item| (item.sku, item.quantity, item.unit_price)).collect(),
        method: input.method,
        restock: input.restock,
        reason: input.reason,
        refunded_by: context.caller.subject.clone(),
        request_key: request_key(&context, "credit note"),
        currency: context.currency(),
        at: context.now(),
    };
    let ports = CreditNotePorts {
        refunds: &SqlRefunds::new(&context),
        orders: &SqlOrders::new(&context),
        catalogue: &ProductPeer(&context),
        goods: &InventoryPeer(&context),
    };
    let effects = Effects { goods: &PeerRestock::new(&context), cards: &ProviderRefunds::new(&context) };
    let issued = issue_credit_note(&ports, &effects, request).await;
    issued.map(|refund| Created(RefundJson::from(&refund))).map_err(problem)
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

fn problem(error: IssueCreditNoteError) -> Problem {
    match error {
        IssueCreditNoteError::NoWarehouse => Problem::field("/warehouseId", "is not a warehouse"),
        IssueCreditNoteError::NoCustomer => Problem::field("/customerId", "is not a customer"),
        IssueCreditNoteError::AccountNeedsCustomer => {
            Problem::field("/method", "PurchaseOrder needs a customerId")
        }
        IssueCreditNoteError::CardNeedsOrder => {
            Problem::field("/method", "must not be Card: a card is only given back what it paid")
        }
        IssueCreditNoteError::UnknownSkus(unknown) => {
            let pointers = unknown.iter().map(|index| format!("/items/{index}/sku"));
            Problem::validation(
                pointers.map(|pointer| FieldError::new(pointer, "is not in the catalogue")).collect(),
            )
        }
        IssueCreditNoteError::Conflict => {
            Problem::state_conflict("This id or key stands for another credit note.")
        }
        IssueCreditNoteError::Pricing(error) => Problem::field("/items", error.to_string()),
        IssueCreditNoteError::Failure(failure) => failure.into(),
    }
}
