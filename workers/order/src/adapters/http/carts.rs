//! `/carts`: a cart is started, shown, changed, and taken into that of an account.

use contracts::terms::SalesChannel;
use kernel::Quantity;
use kernel::ids::{CartId, WarehouseId};
use kernel::text::{Region, Sku};
use schemars::JsonSchema;
use serde::Deserialize;
use web::{
    Answer as _, Context, Created, FieldError, Json, Path, Placed, Present, Problem, ProblemCode, Query,
    Reply, Route,
};

use super::cart_json::CartJson;
use super::{grants, guest_token, problems};
use crate::adapters::peers::{InventoryPeer, ProductPeer};
use crate::adapters::store::{Presents, Store};
use crate::application::basket::{BasketError, LineFault};
use crate::application::price_cart::{CartPorts, PricedCart, Pricing, UseCartError};
use crate::application::use_cart::{Change, NewCart};
use crate::domain::cart::{Cart, LINES_MAX, UNITS_MAX};

pub(super) fn routes() -> Vec<Route> {
    let (grant, conflict) = (grants::RETAIL_ORDER, &[ProblemCode::StateConflict][..]);
    vec![
        Route::post_unkeyed("/carts", grant, "Start a cart.", start)
            .details(
                "A guest gets a `token`, here only: with it, in the header `Order-Token`, they reach the cart. An account \
                 has one cart: what is put goes into it. A cart reserves nothing and keeps no price; it is deleted 30 days \
                 after its last change.",
            )
            .finishing(guest_token::give_of_cart)
            .problems(conflict),
        Route::get("/carts/{id}", grant, "Show a cart with the prices of now.", show).details(
            "What has changed since a line was put is said with it: `previousPrice`, `available` below `quantity`, \
             `gone`. `region` is where it would be shipped to, for the tax; by default the warehouse's. A cart that was \
             ordered or has expired does not exist.",
        ),
        Route::post("/carts/{id}/items", grant, "Add units to a cart.", add).problems(conflict),
        Route::put("/carts/{id}/items/{sku}", grant, "Set the units of a line.", put).problems(conflict),
        Route::delete("/carts/{id}/items/{sku}", grant, "Take a line out of a cart.", remove).problems(conflict),
        Route::post("/carts/{id}/merge", grants::SELF_READ, "Take a guest's cart into your own.", merge)
            .details("With the guest's token in the header `Order-Token`. Units add up; the guest's cart ends.")
            .problems(conflict),
    ]
}

/// The most items of one request.
const ITEMS_MAX: usize = LINES_MAX;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StartCart {
    warehouse_id: WarehouseId,
    #[serde(default)]
    #[schemars(length(max = ITEMS_MAX))]
    items: Vec<CartItem>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CartItem {
    sku: Sku,
    quantity: Quantity,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AddToCart {
    #[schemars(length(min = 1, max = ITEMS_MAX))]
    items: Vec<CartItem>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PutInCart {
    #[schemars(range(min = 1, max = UNITS_MAX))]
    quantity: Quantity,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ShowCart {
    region: Option<Region>,
}

/// Whether the caller may use a cart: their own, or a guest's whose token they have.
pub(super) fn visible(context: &Context, cart: &Cart) -> bool {
    let token = context.caller.order_token.as_deref().map(guest_token::hash);
    match &cart.owner {
        Some(owner) => context.caller.owner().as_ref() == Some(owner),
        None => token.is_some() && cart.token_hash == token,
    }
}

fn pricing(context: &Context, region: Option<Region>) -> Pricing {
    Pricing { currency: context.currency(), region, now: context.now() }
}

fn items(items: Vec<CartItem>) -> Result<Vec<(Sku, Quantity)>, Problem> {
    if items.len() > ITEMS_MAX {
        return Err(Problem::field("/items", format!("may have at most {ITEMS_MAX} items")));
    }
    Ok(items.into_iter().map(|item| (item.sku, item.quantity)).collect())
}

const STARTED: Presents = Presents {
    cart: Some(Present::new(|cart: &PricedCart| Created(CartJson::from(cart)).into_response())),
    ..Presents::NONE
};
const CHANGED: Presents = Presents {
    cart: Some(Present::new(|cart: &PricedCart| Reply(CartJson::from(cart)).into_response())),
    ..Presents::NONE
};

fn new_cart(
    context: &Context,
    warehouse_id: WarehouseId,
    items: Vec<(Sku, Quantity)>,
) -> Result<NewCart, Problem> {
    let id: CartId = context.new_id()?;
    let token_hash = guest_token::for_new_cart(context, id)?;
    Ok(NewCart { id, warehouse_id, owner: context.caller.owner(), token_hash, items })
}

async fn start(context: Context, Json(request): Json<StartCart>) -> Result<Placed<CartJson>, Problem> {
    let new = new_cart(&context, request.warehouse_id, items(request.items)?)?;
    let (catalogue, goods) = (ProductPeer(&context), InventoryPeer(&context));
    let store = Store::presenting(&context, STARTED);
    let ports = CartPorts { store: &store, catalogue: &catalogue, goods: &goods };
    let (priced, created) = ports.start(&new, &pricing(&context, None)).await.map_err(problem)?;
    let json = CartJson::from(&priced);
    Ok(if created { Placed::New(json) } else { Placed::Known(json) })
}

async fn show(
    context: Context,
    Path(id): Path<CartId>,
    Query(query): Query<ShowCart>,
) -> Result<Reply<CartJson>, Problem> {
    let (catalogue, goods) = (ProductPeer(&context), InventoryPeer(&context));
    let ports = CartPorts { store: &Store::new(&context), catalogue: &catalogue, goods: &goods };
    let sees = |cart: &Cart| visible(&context, cart);
    let priced = ports.show(id, sees, &pricing(&context, query.region)).await.map_err(problem)?;
    Ok(Reply(CartJson::from(&priced)))
}

async fn add(
    context: Context,
    Path(id): Path<CartId>,
    Json(request): Json<AddToCart>,
) -> Result<Reply<CartJson>, Problem> {
    if request.items.is_empty() {
        return Err(Problem::field("/items", "must have at least one item"));
    }
    change(&context, id, Change::Add(items(request.items)?)).await.map_err(problem)
}

async fn put(
    context: Context,
    Path((id, sku)): Path<(CartId, Sku)>,
    Json(request): Json<PutInCart>,
) -> Result<Reply<CartJson>, Problem> {
    change(&context, id, Change::Put(sku, Some(request.quantity))).await.map_err(|error| match error {
        // The line is named by the path.
        UseCartError::Fault(_, fault) => Problem::field("/quantity", fault.to_string()),
        UseCartError::Basket(BasketError::Lines(faults)) => {
            let fault = faults.first().map_or(LineFault::Unknown, |(_, fault)| *fault);
            Problem::field("sku", fault.to_string())
        }
        error => problem(error),
    })
}

async fn remove(context: Context, Path((id, sku)): Path<(CartId, Sku)>) -> Result<Reply<CartJson>, Problem> {
    change(&context, id, Change::Put(sku, None)).await.map_err(problem)
}

async fn change(context: &Context, id: CartId, change: Change) -> Result<Reply<CartJson>, UseCartError> {
    let (catalogue, goods) = (ProductPeer(context), InventoryPeer(context));
    let store = Store::presenting(context, CHANGED);
    let ports = CartPorts { store: &store, catalogue: &catalogue, goods: &goods };
    let sees = |cart: &Cart| visible(context, cart);
    let priced = ports.change(id, sees, &change, &pricing(context, None)).await?;
    Ok(Reply(CartJson::from(&priced)))
}

async fn merge(context: Context, Path(id): Path<CartId>) -> Result<Reply<CartJson>, Problem> {
    let (catalogue, goods) = (ProductPeer(&context), InventoryPeer(&context));
    let store = Store::presenting(&context, CHANGED);
    let ports = CartPorts { store: &store, catalogue: &catalogue, goods: &goods };
    let opens = |cart: &Cart| cart.owner.is_none() && visible(&context, cart);
    // The warehouse is that of the guest's cart.
    let new = new_cart(&context, WarehouseId::from(uuid::Uuid::nil()), Vec::new())?;
    let priced = ports.merge(id, opens, &new, &pricing(&context, None)).await.map_err(problem)?;
    Ok(Reply(CartJson::from(&priced)))
}

fn problem(error: UseCartError) -> Problem {
    match error {
        UseCartError::NotFound => Problem::not_found("cart"),
        UseCartError::Merged => Problem::state_conflict("The cart was taken into another account's."),
        UseCartError::Basket(error) => problems::basket(error),
        UseCartError::Fault(index, fault) => {
            let errors = vec![FieldError::new(format!("/items/{index}"), fault.to_string())];
            Problem::validation(errors)
        }
        UseCartError::Contended => {
            Problem::state_conflict("Other requests are changing this cart. Try again.").retry_after(1)
        }
        UseCartError::Failure(failure) => failure.into(),
    }
}

/// Carts are for the retail web.
pub(super) const CHANNEL: SalesChannel = SalesChannel::RetailWeb;
