//! `POST /orders/pos`.

use axum::response::Response;
use web::{Context, Json, Problem};

use super::answers;
use super::sale_input::{SaleInput, problem};
use crate::adapters::payment::Provider;
use crate::adapters::peers::{InventoryPeer, ProductPeer};
use crate::adapters::store::SqlOrders;
use crate::application::run_checkout::Ports;
use crate::application::sell_at_till::{Sold, sell_at_till};

/// 201 with the completed sale; 200 when the same sale was made before; 409 `OUT_OF_STOCK` with the availability, the
/// order is cancelled and its payments are void; 409 `STATE_CONFLICT` for an id or a count of another sale; 422 with
/// the expected total when the payments do not make it.
pub(super) async fn handle(context: Context, Json(request): Json<SaleInput>) -> Result<Response, Problem> {
    let sale = request.into_sale(&context, false)?;
    let (orders, inventory, provider) =
        (SqlOrders::creating(&context), InventoryPeer(&context), Provider(&context));
    let ports = Ports { checkouts: &orders, goods: &inventory, provider: &provider };
    match sell_at_till(&ports, &ProductPeer(&context), sale, || context.new_id()).await {
        Ok(Sold::New(order)) => Ok(answers::created(&order)),
        Ok(Sold::Known(order)) => Ok(answers::replayed(&order)),
        Err(error) => Err(problem(error)),
    }
}
