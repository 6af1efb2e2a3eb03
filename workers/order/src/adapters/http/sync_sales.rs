//! `POST /orders/pos/sync`: sales that a till made without a connection, with a result for each.
//!
//! One faulty sale never holds up the others. What has happened is accepted. A sale is refused only when it cannot be
//! understood; then the till keeps it and shows the reason.

use std::collections::BTreeSet;

use kernel::text::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use web::{Answer as _, Context, Json, Present, Problem, Reply, Route};

use super::grants;
use super::sale_input::{SaleInput, problem};
use crate::adapters::peers::{InventoryPeer, ProductPeer, ResolvedBefore};
use crate::adapters::provider::Provider;
use crate::adapters::store::Store;
use crate::application::basket::names;
use crate::application::place_order::Placed;
use crate::application::ports::peers::Catalogue;
use crate::application::run_checkout::Ports;
use crate::application::sell_at_till::{Sale, SellError, sell_at_till};
use crate::domain::order::Order;
use crate::domain::till::Till;

/// The most sales of one request.
const SALES_MAX: usize = 200;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/orders/pos/sync", grants::POS_SALE, "Sync the sales that a till made offline.", handle)
            .details(
                "Each sale is read and stored separately, in the given order, and gets a result. Sales that have \
                 happened are accepted. A sale is `Refused` only when it cannot be understood, or when its id or \
                 sequence number belongs to another sale. The answer says how far each till's sales have arrived.",
            ),
    ]
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SyncTillSales")]
struct SyncSales {
    #[schemars(with = "Vec<SaleInput>", length(max = SALES_MAX))]
    sales: Vec<Value>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "TillSalesSynced")]
struct SalesSynced {
    /// One for each sale, in the same order.
    results: Vec<SyncResult>,
    terminals: Vec<TillArrived>,
}

/// How far a till's sales have arrived.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TillArrived {
    terminal_id: Code,
    /// Every sequence number up to this one has arrived.
    contiguous_through: i64,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "TillSaleSynced")]
struct SyncResult {
    /// The id that was sent, even if the sale cannot be read.
    id: Option<String>,
    status: SyncStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_number: Option<String>,
    /// Why it is refused, or why a person should review it.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[schemars(rename = "TillSaleStatus")]
enum SyncStatus {
    Created,
    NeedsReview,
    AlreadyKnown,
    Refused,
}

const ANSWER: Present<SalesSynced> = Present::new(|answer| Reply(answer.clone()).into_response());

/// (1) Reads each sale separately. (2) Asks the catalogue once for all of them. (3) Sells them in the given order.
async fn handle(context: Context, Json(request): Json<SyncSales>) -> Result<Reply<SalesSynced>, Problem> {
    if request.sales.len() > SALES_MAX {
        return Err(Problem::field("/sales", format!("must have at most {SALES_MAX} sales")));
    }
    let sales: Vec<(Option<String>, Result<Sale, String>)> =
        request.sales.iter().map(|sale| read(&context, sale)).collect();
    let readable = || sales.iter().filter_map(|(_, sale)| sale.as_ref().ok());
    let (skus, barcodes) = names(readable().flat_map(|sale| &sale.lines));
    let variants = ResolvedBefore(ProductPeer(&context).resolve(skus, barcodes).await?);
    let tills: BTreeSet<Code> = readable().map(|sale| sale.till.terminal_id.clone()).collect();
    let store = Store::new(&context);
    // The sales are stored one by one. The key is claimed before the first, so that another body with the same key
    // cannot sell too.
    store.take_key().await?;
    let mut results = Vec::with_capacity(sales.len());
    for (id, sale) in sales {
        results.push(match sale {
            // Boxed, so that the request's future is not as large as a sale's.
            Ok(sale) => Box::pin(sell(&context, &variants, sale)).await?,
            Err(detail) => refused(id, detail),
        });
    }
    let arrived = |till: Till| TillArrived {
        terminal_id: till.terminal_id,
        contiguous_through: till.contiguous_through,
    };
    let terminals = store.find_tills(&tills).await?.into_iter().map(arrived).collect();
    let answer = SalesSynced { results, terminals };
    store.remember(ANSWER, &answer).await?;
    Ok(Reply(answer))
}

fn refused(id: Option<String>, detail: String) -> SyncResult {
    SyncResult { id, status: SyncStatus::Refused, order_number: None, detail: Some(detail) }
}

/// A sale and its id. The id is returned even when the rest cannot be read.
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
    let store = Store::in_part(context);
    let ports = Ports { checkouts: &store, goods: &InventoryPeer(context), provider: &Provider(context) };
    let id = Some(sale.id.to_string());
    let result = |status, order: &Order, detail: Option<String>| SyncResult {
        id: id.clone(),
        status,
        order_number: Some(order.number.clone()),
        detail,
    };
    Ok(match sell_at_till(&ports, variants, sale, || Ok(context.new_id()?)).await {
        Ok(Placed::New(order)) if order.review_reason.is_some() => {
            result(SyncStatus::NeedsReview, &order, order.review_reason.clone())
        }
        Ok(Placed::New(order)) => result(SyncStatus::Created, &order, None),
        Ok(Placed::Known(order)) => result(SyncStatus::AlreadyKnown, &order, order.review_reason.clone()),
        // It is stored: the sweep completes it.
        Err(SellError::Unfinished(order, _)) => {
            result(SyncStatus::Created, &order, Some("is stored and will be completed".to_owned()))
        }
        Err(error) => match problem(error) {
            // Nothing is known about this sale: the till sends all of them again, and none is repeated.
            unknown if unknown.status() >= 500 => return Err(unknown),
            refusal => refused(id, refusal.detail().to_owned()),
        },
    })
}
