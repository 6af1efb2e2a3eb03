//! `POST /orders/retail`.

use axum::response::Response;
use contracts::terms::SalesChannel;
use kernel::Money;
use kernel::ids::{CustomerId, OrderId, WarehouseId};
use kernel::text::{Email, Name};
use serde::{Deserialize, Serialize};
use web::{Context, Grant, Json, Problem, ProblemCode, Role};

use super::order_input::{ItemInput, check_lines, order_id, request_hash};
use super::{answers, problems};
use crate::adapters::peers::{InventoryPeer, ProductPeer};
use crate::adapters::store::SqlOrders;
use crate::application::place_order::{Buyer, PlaceOrderError, Placement, place_order};
use crate::domain::order::{Address, Contact};

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PlaceRetailOrder {
    id: Option<OrderId>,
    warehouse_id: WarehouseId,
    customer: CustomerInput,
    shipping_address: Option<Address>,
    items: Vec<ItemInput>,
    discount: Option<Money>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CustomerInput {
    id: Option<CustomerId>,
    email: Email,
    name: Name,
}

/// (1) May the caller order for this customer, and at these prices? 403. (2) Place it: 201 with the order;
/// 200 when the same request placed it before; 409 `STATE_CONFLICT` for an id that is another order's;
/// 422 with every line that cannot be sold.
pub(super) async fn handle(
    context: Context,
    Json(request): Json<PlaceRetailOrder>,
) -> Result<Response, Problem> {
    let lines = ItemInput::wanted(&request.items);
    check_lines(&context, &lines, request.discount)?;
    let buyer = buyer(&context, &request)?;
    let scope = format!("{} {:?}", SalesChannel::RetailWeb, context.caller.owner());
    let placement = Placement {
        id: order_id(&context, request.id),
        warehouse_id: request.warehouse_id,
        request_hash: request_hash(&scope, &request),
        shipping_address: request.shipping_address,
        lines,
        discount: request.discount,
        buyer,
        currency: context.currency(),
        now: context.now(),
    };
    let (product, inventory) = (ProductPeer(&context), InventoryPeer(&context));
    let placed = place_order(&SqlOrders::creating(&context), &product, &inventory, placement).await;
    placed.map(answers::placed).map_err(problem)
}

/// A customer orders for themselves, somebody of the house for anybody, a visitor for nobody known.
fn buyer(context: &Context, request: &PlaceRetailOrder) -> Result<Buyer, Problem> {
    let caller = &context.caller;
    let staff = caller.may(grants::ORDER_READ_ALL);
    let own = matches!(caller.role, Role::Customer | Role::Wholesaler);
    let named = request.customer.id;
    if named.is_some() && !staff && named != caller.customer_id {
        let detail = "You can order for yourself only.";
        return Err(Problem::new(ProblemCode::Forbidden, detail)
            .with_errors(vec![web::FieldError::new("/customer/id", "is not you")]));
    }
    Ok(Buyer::Retail {
        contact: Contact { email: request.customer.email.clone(), name: request.customer.name.clone() },
        customer_id: if own { caller.customer_id } else { named },
        must_exist: named.is_some() && staff,
        owner: if own { caller.owner() } else { None },
    })
}

pub(super) fn problem(error: PlaceOrderError) -> Problem {
    match error {
        PlaceOrderError::Basket(error) => problems::basket(error),
        PlaceOrderError::UnknownCustomer => Problem::field("/customer/id", "names no customer"),
        PlaceOrderError::NotWholesale => Problem::field("/customerId", "does not buy wholesale"),
        PlaceOrderError::TermsNotAgreed(agreed) => {
            Problem::field("/paymentTerms", format!("are longer than agreed, {agreed}"))
        }
        PlaceOrderError::CreditLimitExceeded => problems::credit_limit_exceeded(),
        PlaceOrderError::IdTaken => problems::id_taken(),
        PlaceOrderError::Failure(failure) => failure.into(),
    }
}
