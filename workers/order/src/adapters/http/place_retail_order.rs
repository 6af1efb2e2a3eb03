//! `POST /orders/retail`.

use contracts::terms::{Language, SalesChannel};
use kernel::Money;
use kernel::ids::{CustomerId, OrderId, WarehouseId};
use kernel::text::{Email, Name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Context, FieldError, Json, Placed, Problem, ProblemCode, Role, Route};

use super::order_input::{ItemInput, LINES_MAX, check_lines, request_hash};
use super::order_json::OrderJson;
use super::{answers, grants, guest_token, problems};
use crate::adapters::peers::{InventoryPeer, ProductPeer};
use crate::adapters::store::Store;
use crate::application::place_order::{Buyer, PlaceOrderError, Placement, place_order};
use crate::domain::order::{Address, Contact};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/orders/retail", grants::RETAIL_ORDER, "Place an order on the retail web.", handle)
            .details(
                "The order waits for payment and holds no stock. The same id with the same content is the same order. \
                 Setting a price or a discount needs the grant `prices:override`. Customers order for themselves. A guest \
                 gets a `token`, here only and as a cookie: with it, in the header `Order-Token`, they reach the order.",
            )
            .finishing(guest_token::give)
            .problems(&[ProblemCode::Forbidden, ProblemCode::StateConflict]),
    ]
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PlaceRetailOrder {
    /// The order's id, if the client chooses it.
    id: Option<OrderId>,
    warehouse_id: WarehouseId,
    customer: CustomerInput,
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

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "RetailBuyer")]
pub(super) struct CustomerInput {
    /// The id of a registered customer.
    pub(super) id: Option<CustomerId>,
    pub(super) email: Email,
    pub(super) name: Name,
    /// The language of the mails about the order, by default that of the customer or of the house.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) language: Option<Language>,
}

async fn handle(
    context: Context,
    Json(request): Json<PlaceRetailOrder>,
) -> Result<Placed<OrderJson>, Problem> {
    let lines = ItemInput::wanted(&request.items);
    check_lines(&context, &lines, request.discount)?;
    let buyer = buyer(&context, &request.customer)?;
    let scope = format!("{} {:?}", SalesChannel::RetailWeb, context.caller.owner());
    let id = context.given_or_new(request.id)?;
    let placement = Placement {
        id,
        guest_token: guest_token::for_new(&context, id, request.customer.id)?,
        warehouse_id: request.warehouse_id,
        request_hash: request_hash(&scope, &request)?,
        shipping_address: request.shipping_address,
        billing_address: request.billing_address,
        lines,
        discount: request.discount,
        gives_discounts: context.caller.may(grants::PRICE_OVERRIDE),
        cart: None,
        expected_total: None,
        buyer,
        currency: context.currency(),
        now: context.now(),
    };
    let (product, inventory) = (ProductPeer(&context), InventoryPeer(&context));
    let store = Store::presenting(&context, answers::CREATED);
    let placed = place_order(&store, &product, &inventory, placement).await;
    placed.map(|placed| answers::placed(&placed)).map_err(problem)
}

/// Customers order for themselves, staff for anybody, visitors for an unregistered buyer.
pub(super) fn buyer(context: &Context, customer: &CustomerInput) -> Result<Buyer, Problem> {
    let caller = &context.caller;
    let staff = caller.may(grants::ORDER_READ_ALL);
    let own = matches!(caller.role, Role::Customer | Role::Wholesaler);
    let named = customer.id;
    if named.is_some() && !staff && named != caller.customer_id {
        let detail = "You can only order for yourself.";
        return Err(Problem::new(ProblemCode::Forbidden, detail)
            .with_errors(vec![FieldError::new("/customer/id", "is not your own")]));
    }
    Ok(Buyer::Retail {
        contact: Contact {
            email: customer.email.clone(),
            name: customer.name.clone(),
            language: customer.language,
        },
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
        PlaceOrderError::TotalChanged(total) => Problem::state_conflict(format!(
            "The order costs {total} now. Show that to the buyer before they order."
        ))
        .with_errors(vec![FieldError::new("/expectedTotal", "is no longer the total")])
        .with("total", &total),
        PlaceOrderError::Insert(error) => problems::not_inserted(error),
        PlaceOrderError::Failure(failure) => failure.into(),
    }
}
