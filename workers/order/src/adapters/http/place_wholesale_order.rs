//! `POST /orders/wholesale`.

use axum::response::Response;
use contracts::terms::{PaymentTerms, SalesChannel};
use kernel::Money;
use kernel::ids::{CustomerId, OrderId, WarehouseId};
use kernel::text::ShortText;
use serde::{Deserialize, Serialize};
use web::{Context, Json, Problem, ProblemCode, Role};

use super::order_input::{ItemInput, check_lines, order_id, request_hash};
use super::{answers, place_retail_order};
use crate::adapters::peers::{InventoryPeer, ProductPeer};
use crate::adapters::store::SqlOrders;
use crate::application::place_order::{Buyer, PlaceOrderError, Placement, place_order};
use crate::domain::order::Address;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PlaceWholesaleOrder {
    id: Option<OrderId>,
    customer_id: CustomerId,
    warehouse_id: WarehouseId,
    purchase_order_number: ShortText,
    payment_terms: Option<PaymentTerms>,
    shipping_address: Option<Address>,
    items: Vec<ItemInput>,
    discount: Option<Money>,
}

/// (1) May the caller order for this customer? 403. (2) Place it: 201 with the order; 422 `MOQ_NOT_MET` with
/// every line below its minimum, 422 `CREDIT_LIMIT_EXCEEDED`; else as on the retail web.
pub(super) async fn handle(
    context: Context,
    Json(request): Json<PlaceWholesaleOrder>,
) -> Result<Response, Problem> {
    let wholesaler = context.caller.role == Role::Wholesaler;
    if wholesaler && context.caller.customer_id != Some(request.customer_id) {
        return Err(Problem::new(ProblemCode::Forbidden, "You can order for yourself only.")
            .with_errors(vec![web::FieldError::new("/customerId", "is not you")]));
    }
    let lines = ItemInput::wanted(&request.items);
    check_lines(&context, &lines, request.discount)?;
    let placement = Placement {
        id: order_id(&context, request.id),
        warehouse_id: request.warehouse_id,
        request_hash: request_hash(SalesChannel::WholesaleWeb.as_str(), &request),
        shipping_address: request.shipping_address,
        lines,
        discount: request.discount,
        buyer: Buyer::Wholesale {
            customer_id: request.customer_id,
            payment_terms: request.payment_terms,
            purchase_order_number: request.purchase_order_number,
            any_terms: !wholesaler,
        },
        currency: context.currency(),
        now: context.now(),
    };
    let (product, inventory) = (ProductPeer(&context), InventoryPeer(&context));
    let placed = place_order(&SqlOrders::creating(&context), &product, &inventory, placement).await;
    placed.map(answers::placed).map_err(|error| match error {
        PlaceOrderError::UnknownCustomer => Problem::field("/customerId", "names no customer"),
        other => place_retail_order::problem(other),
    })
}
