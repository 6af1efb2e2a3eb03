//! `POST /orders/wholesale`.

use contracts::terms::{PaymentTerms, SalesChannel};
use kernel::Money;
use kernel::ids::{CustomerId, OrderId, WarehouseId};
use kernel::text::ShortText;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Context, FieldError, Json, Placed, Problem, ProblemCode, Role, Route};

use super::order_input::{ItemInput, LINES_MAX, check_lines, request_hash};
use super::order_json::OrderJson;
use super::{answers, grants, place_retail_order};
use crate::adapters::peers::{InventoryPeer, ProductPeer};
use crate::adapters::store::Store;
use crate::application::place_order::{Buyer, PlaceOrderError, Placement, place_order};
use crate::domain::order::Address;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/orders/wholesale", grants::WHOLESALE_ORDER, "Place an order on the wholesale web.", handle)
            .details(
                "The order waits for payment and holds no stock. An order on account binds the customer's credit at \
                 once. Wholesalers order for themselves, on terms no longer than agreed. The same id with the same \
                 content is the same order.",
            )
            .problems(&[
                ProblemCode::StateConflict,
                ProblemCode::MoqNotMet,
                ProblemCode::CreditLimitExceeded,
            ]),
    ]
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PlaceWholesaleOrder {
    /// The order's id, if the client chooses it.
    id: Option<OrderId>,
    customer_id: CustomerId,
    warehouse_id: WarehouseId,
    purchase_order_number: ShortText,
    /// As agreed with the customer by default.
    payment_terms: Option<PaymentTerms>,
    /// Decides the tax; without it the warehouse's region does.
    shipping_address: Option<Address>,
    /// Who gets the invoice; by default the shipping address.
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_address: Option<Address>,
    #[schemars(length(min = 1, max = LINES_MAX))]
    items: Vec<ItemInput>,
    /// A whole-order discount.
    discount: Option<Money>,
}

async fn handle(
    context: Context,
    Json(request): Json<PlaceWholesaleOrder>,
) -> Result<Placed<OrderJson>, Problem> {
    let wholesaler = context.caller.role == Role::Wholesaler;
    if wholesaler && context.caller.customer_id != Some(request.customer_id) {
        return Err(Problem::new(ProblemCode::Forbidden, "You can only order for yourself.")
            .with_errors(vec![FieldError::new("/customerId", "is not your own")]));
    }
    let lines = ItemInput::wanted(&request.items);
    check_lines(&context, &lines, request.discount)?;
    let placement = Placement {
        id: context.given_or_new(request.id)?,
        warehouse_id: request.warehouse_id,
        guest_token: None,
        request_hash: request_hash(SalesChannel::WholesaleWeb.as_str(), &request)?,
        shipping_address: request.shipping_address,
        billing_address: request.billing_address,
        lines,
        discount: request.discount,
        gives_discounts: context.caller.may(grants::PRICE_OVERRIDE),
        cart: None,
        expected_total: None,
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
    let store = Store::presenting(&context, answers::CREATED);
    let placed = place_order(&store, &product, &inventory, placement).await;
    placed.map(|placed| answers::placed(&placed)).map_err(|error| match error {
        PlaceOrderError::UnknownCustomer => Problem::field("/customerId", "names no customer"),
        other => place_retail_order::problem(other),
    })
}
