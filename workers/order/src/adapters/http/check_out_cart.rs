//! `POST /carts/{id}/checkout`.

use kernel::Money;
use kernel::ids::{CartId, WarehouseId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Context, Json, Path, Placed, Problem, ProblemCode, Route};

use super::carts::{CHANNEL, visible};
use super::order_input::request_hash;
use super::order_json::OrderJson;
use super::place_retail_order::{self, CustomerInput};
use super::{answers, grants, guest_token};
use crate::adapters::peers::{InventoryPeer, ProductPeer};
use crate::adapters::store::Store;
use crate::application::check_out_cart::{CheckOutError, check_out_cart};
use crate::application::place_order::Placement;
use crate::application::price_cart::CartPorts;
use crate::domain::cart::Cart;
use crate::domain::order::Address;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/carts/{id}/checkout", grants::RETAIL_ORDER, "Make the order of a cart.", handle)
            .details(
                "The order waits for payment, as one that is placed at `/orders/retail`; the cart ends. A cart is one order: \
                 asked for again, it is the same. `expectedTotal` is what the buyer was shown: if it is no longer the \
                 total, 409 `STATE_CONFLICT` says `total`, and nothing happens.",
            )
            .finishing(guest_token::give)
            .problems(&[ProblemCode::Forbidden, ProblemCode::StateConflict]),
    ]
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CheckOutCart {
    customer: CustomerInput,
    /// Decides the tax; without it the warehouse's region does.
    shipping_address: Option<Address>,
    /// Where the invoice goes, if that is elsewhere. It decides no tax.
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_address: Option<Address>,
    /// The total that the buyer has seen.
    expected_total: Option<Money>,
}

async fn handle(
    context: Context,
    Path(id): Path<CartId>,
    Json(request): Json<CheckOutCart>,
) -> Result<Placed<OrderJson>, Problem> {
    let buyer = place_retail_order::buyer(&context, &request.customer)?;
    let scope = format!("{CHANNEL} {id} {:?}", context.caller.owner());
    let order_id = context.new_id()?;
    let placement = Placement {
        id: order_id,
        guest_token: guest_token::for_new(&context, order_id, request.customer.id)?,
        // Both are the cart's.
        warehouse_id: WarehouseId::from(uuid::Uuid::nil()),
        lines: Vec::new(),
        request_hash: request_hash(&scope, &request)?,
        shipping_address: request.shipping_address,
        billing_address: request.billing_address,
        discount: None,
        gives_discounts: false,
        cart: None,
        expected_total: request.expected_total,
        buyer,
        currency: context.currency(),
        now: context.now(),
    };
    let (catalogue, goods) = (ProductPeer(&context), InventoryPeer(&context));
    let store = Store::presenting(&context, answers::CREATED);
    let ports = CartPorts { store: &store, catalogue: &catalogue, goods: &goods };
    let sees = |cart: &Cart| visible(&context, cart);
    let placed = check_out_cart(&ports, id, sees, context.caller.owner().as_deref(), &placement).await;
    placed.map(|placed| answers::placed(&placed)).map_err(problem)
}

fn problem(error: CheckOutError) -> Problem {
    match error {
        CheckOutError::NotFound => Problem::not_found("cart"),
        CheckOutError::Ordered => Problem::state_conflict("The cart was ordered already."),
        CheckOutError::Empty => Problem::field("/items", "must have at least one line: the cart is empty"),
        CheckOutError::Contended => {
            Problem::state_conflict("Other requests are changing this cart. Try again.").retry_after(1)
        }
        CheckOutError::Place(error) => place_retail_order::problem(error),
        CheckOutError::Failure(failure) => failure.into(),
    }
}
