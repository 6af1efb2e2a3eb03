//! `POST /orders/pos/sync`: sales that a till made without a connection, a result for each.
//!
//! One bad sale never holds up the others. What happened is accepted; a sale is refused only when it
//! cannot be understood, and then the till keeps it and says why.

use std::collections::BTreeSet;

use kernel::text::Code;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use web::{Context, Json, Problem, Reply};

use super::sale_input::{SaleInput, problem};
use crate::adapters::payment::Provider;
use crate::adapters::peers::{InventoryPeer, ProductPeer, ResolvedBefore};
use crate::adapters::store::{SqlOrders, TillRow};
use crate::application::basket::names;
use crate::application::ports::Catalogue;
use crate::application::run_checkout::Ports;
use crate::application::sell_at_till::{Sale, SellError, Sold, sell_at_till};
use crate::domain::order::Order;

/// The most sales of one request.
const SALES_MAX: usize = 200;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SyncSales {
    sales: Vec<Value>,
}

#[derive(Debug, Serialize)]
pub(super) struct SalesSynced {
    results: Vec<SyncResult>,
    terminals: Vec<TillRow>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SyncResult {
    id: Option<String>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// (1) Read each sale by itself. (2) One question to the catalogue for all. (3) Sell them in the order given. 200 with
/// a result per sale and how far each till has arrived; 422 for more than 200 sales; 503 when nothing could be done.
pub(super) async fn handle(
    context: Context,
    Json(request): Json<SyncSales>,
) -> Result<Reply<SalesSynced>, Problem> {
    if request.sales.len() > SALES_MAX {
        return Err(Problem::field("/sales", format!("must have at most {SALES_MAX} sales")));
    }
    let sales: Vec<(Option<String>, Result<Sale, String>)> =
        request.sales.iter().map(|sale| read(&context, sale)).collect();
    let readable = || sales.iter().filter_map(|(_, sale)| sale.as_ref().ok());
    let (skus, barcodes) = names(readable().flat_map(|sale| &sale.lines));
    let variants = ResolvedBefore(ProductPeer(&context).resolve(skus, barcodes).await?);
    let tills: BTreeSet<Code> = readable().map(|sale| sale.till.terminal_id.clone()).collect();
    let orders = SqlOrders::new(&context);
    // The sales are stored one by one: a key is taken before the first, lest another body with it sells too.
    orders.take_key().await?;
    let mut results = Vec::with_capacity(sales.len());
    for (id, sale) in sales {
        results.push(match sale {
            Ok(sale) => sell(&context, &variants, sale).await?,
            Err(detail) => SyncResult { id, status: "Refused", order_number: None, detail: Some(detail) },
        });
    }
    let answer = SalesSynced { results, terminals: orders.list_tills(&tills).await? };
    orders.remember_answer(&answer).await?;
    Ok(Reply(answer))
}

/// A sale and its id, which is told back even when the rest cannot be read.
fn read(context: &Context, sale: &Value) -> (Option<String>, Result<Sale, String>) {
    let id = sale.get("id").and_then(Value::as_str).map(ToOwned::to_owned);
    let sale =
        web::from_json::<SaleInput>(sale).map_err(|problem| problem.detail().to_owned()).and_then(|sale| {
            if sale.id.is_none() {
                return Err("id is required: it makes a repeated sync the same sale".to_owned());
            }
            sale.into_sale(context, true).map_err(|problem| problem.detail().to_owned())
        });
    (id, sale)
}

async fn sell(context: &Context, variants: &ResolvedBefore, sale: Sale) -> Result<SyncResult, Problem> {
    let (orders, inventory, provider) =
        (SqlOrders::in_part(context), InventoryPeer(context), Provider(context));
    let ports = Ports { checkouts: &orders, goods: &inventory, provider: &provider };
    let id = Some(sale.id.to_string());
    let result = |status, order: &Order, detail: Option<String>| SyncResult {
        id: id.clone(),
        status,
        order_number: Some(order.number.clone()),
        detail,
    };
    Ok(match sell_at_till(&ports, variants, sale, || context.new_id()).await {
        Ok(Sold::New(order)) if order.review_reason.is_some() => {
            result("NeedsReview", &order, order.review_reason.clone())
        }
        Ok(Sold::New(order)) => result("Created", &order, None),
        Ok(Sold::Known(order)) => result("AlreadyKnown", &order, order.review_reason.clone()),
        // Stored: the sweeper completes it.
        Err(SellError::Unfinished(order, _)) => {
            result("Created", &order, Some("is stored and will be completed".to_owned()))
        }
        // Nothing is known of this sale: the till sends all of them again, which repeats none.
        Err(SellError::Failure(failure)) => return Err(failure.into()),
        Err(error) => {
            let detail = problem(error).detail().to_owned();
            SyncResult { id, status: "Refused", order_number: None, detail: Some(detail) }
        }
    })
}
