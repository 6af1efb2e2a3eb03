//! `POST /orders/pos`.

use web::{Context, Json, Placed, Problem, ProblemCode, Route};

use super::order_json::OrderJson;
use super::sale_input::{SaleInput, problem};
use super::till_key::TillKey;
use super::{answers, grants};
use crate::adapters::peers::{InventoryPeer, ProductPeer};
use crate::adapters::provider::Provider;
use crate::adapters::store::Store;
use crate::application::run_checkout::Ports;
use crate::application::sell_at_till::sell_at_till;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/orders/pos", grants::POS_SALE, "Sell at a till.", handle)
            .details(
                "The sale is paid and its stock is deducted at once. The same id with the same content is the same \
                 sale. Without enough stock the order is cancelled and its payments are voided; `availability` shows \
                 the units on hand.\n\nA sale with `offline` has already happened. It needs the key of its enrolled till \
                 in the header `Till-Key`; then nothing about prices, taxes, stock or time refuses it. It is valued as \
                 the till says, and `reviewReason` says what a person should look at. An online sale needs the key only \
                 if the shop demands it.\n\nThe sequence numbers of an enrolled till are its own. A sale that names one \
                 without the key, one that is used, or one that is more than 1000 beyond the highest, is accepted \
                 without the number, to be reviewed.",
            )
            .problems(&[ProblemCode::OutOfStock, ProblemCode::StateConflict, ProblemCode::TillNotEnrolled])
            // Before the order is stored with its key, prices, tax rates and the warehouse are only read.
            .claims_first(),
    ]
}

async fn handle(
    context: Context,
    TillKey(key_hash): TillKey,
    Json(request): Json<SaleInput>,
) -> Result<Placed<OrderJson>, Problem> {
    let sale = request.into_sale(&context, key_hash, false)?;
    let store = Store::presenting(&context, answers::CREATED);
    let ports = Ports { checkouts: &store, goods: &InventoryPeer(&context), provider: &Provider(&context) };
    // A large future is moved once, not with each step of the request.
    let sold = Box::pin(sell_at_till(&ports, &ProductPeer(&context), sale, || Ok(context.new_id()?))).await;
    sold.map(|sold| answers::placed(&sold)).map_err(problem)
}
