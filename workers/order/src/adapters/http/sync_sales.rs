//! `POST /orders/pos/sync`: sales that an enrolled till made without a connection, with a result for each.
//!
//! One faulty sale never holds up the others. What has happened is accepted. Only what is not a sale is refused; it is
//! kept with its bytes until a person settles it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use kernel::text::Code;
use schemars::JsonSchema;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use web::{Answer as _, Context, JsonBytes, Present, Problem, ProblemCode, Reply, Route};

use super::sale_input::{SaleInput, problem};
use super::till_key::TillKey;
use super::{grants, till_key};
use crate::adapters::peers::{InventoryPeer, ProductPeer, ResolvedBefore};
use crate::adapters::provider::Provider;
use crate::adapters::store::Store;
use crate::application::basket::names;
use crate::application::place_order::Placed;
use crate::application::ports::peers::Catalogue;
use crate::application::run_checkout::Ports;
use crate::application::sell_at_till::{Sale, SellError, sell_at_till};
use crate::domain::enrolment::KeyRefused;
use crate::domain::order::Order;
use crate::domain::till::Till;

/// The most sales of one request.
const SALES_MAX: usize = 200;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/orders/pos/sync", grants::POS_SALE, "Sync the sales that a till made offline.", handle)
            .details(
                "The sales are those of one enrolled till, whose key is in the header `Till-Key`. Each sale is read and \
                 stored separately, in the given order, and gets a result. A sale may also be sent as a text, exactly \
                 as the till has kept it. Sales that have happened are accepted, whatever prices, taxes, stock, \
                 catalogue or clocks say now; `detail` says what a person should review. A sale is `Refused` only when \
                 it cannot be understood, contradicts itself, belongs to another till or warehouse, or when its id \
                 belongs to another sale. It is then kept in `/orders/pos/refused-sales`. The answer says how far the \
                 till's sales have arrived.",
            )
            .problems(&[ProblemCode::TillNotEnrolled]),
    ]
}

/// The sales as they were sent: one that cannot be read harms no other.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SyncTillSales")]
struct SyncSales {
    #[schemars(with = "Vec<SaleOrText>", length(max = SALES_MAX))]
    sales: Vec<Box<RawValue>>,
}

/// A sale, or its JSON as a text.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[allow(dead_code, reason = "for the description")]
enum SaleOrText {
    Sale(Box<SaleInput>),
    Text(String),
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "TillSaleStatus")]
enum SyncStatus {
    Created,
    NeedsReview,
    AlreadyKnown,
    Refused,
}

const ANSWER: Present<SalesSynced> = Present::new(|answer| Reply(answer.clone()).into_response());

/// (1) Whose key is it? (2) Reads each sale separately. (3) Asks the catalogue once for all of them. (4) Sells them in
/// the given order. (5) Keeps what is not a sale.
async fn handle(
    context: Context,
    TillKey(key_hash): TillKey,
    body: JsonBytes<SyncSales>,
) -> Result<Reply<SalesSynced>, Problem> {
    let store = Store::new(&context);
    let till = match &key_hash {
        Some(hash) => {
            store.find_till_of_key(hash).await?.ok_or_else(|| till_key::refused(KeyRefused::Invalid))
        }
        None => Err(till_key::refused(KeyRefused::Missing)),
    }?;
    let request = match read_request(&body.0) {
        Ok(request) => request,
        // What a till has sold may be in it, so it is kept. The request can be corrected under the same key.
        Err(problem) => {
            if !body.0.is_empty() {
                Store::in_part(&context)
                    .keep_refused(&till.terminal_id, &[(&body.0, problem.detail().to_owned())])
                    .await?;
            }
            return Err(problem);
        }
    };
    if request.sales.len() > SALES_MAX {
        return Err(Problem::field("/sales", format!("must have at most {SALES_MAX} sales")));
    }
    let texts: Vec<Cow<'_, str>> = request.sales.iter().map(|sale| text(sale)).collect();
    let sales: Vec<(Option<String>, Result<Sale, String>)> =
        texts.iter().map(|text| read(&context, key_hash.as_ref(), text)).collect();
    let readable = || sales.iter().filter_map(|(_, sale)| sale.as_ref().ok());
    let (skus, barcodes) = names(readable().flat_map(|sale| &sale.lines));
    let variants = ResolvedBefore(ProductPeer(&context).resolve(skus, barcodes).await?);
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
    let kept = texts.iter().zip(&results).filter(|(_, result)| result.status == SyncStatus::Refused);
    let kept: Vec<(&[u8], String)> =
        kept.map(|(text, result)| (text.as_bytes(), result.detail.clone().unwrap_or_default())).collect();
    Store::in_part(&context).keep_refused(&till.terminal_id, &kept).await?;
    let arrived = |till: Till| TillArrived {
        terminal_id: till.terminal_id,
        contiguous_through: till.contiguous_through,
    };
    let tills = BTreeSet::from([till.terminal_id]);
    let terminals = store.find_tills(&tills).await?.into_iter().map(arrived).collect();
    let answer = SalesSynced { results, terminals };
    store.remember(ANSWER, &answer).await?;
    Ok(Reply(answer))
}

/// The sales of the body, none of them read.
fn read_request(body: &[u8]) -> Result<SyncSales, Problem> {
    let body = if body.is_empty() { b"{}" } else { body };
    // Says what is wrong with the body apart from its sales, as for every body.
    let SyncShape { _sales } = web::from_slice(body)?;
    serde_json::from_slice(body).map_err(|_| Problem::field("/sales", "must be a list of sales"))
}

/// The form of the body without its sales.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SyncShape {
    #[serde(rename = "sales")]
    _sales: Vec<IgnoredAny>,
}

/// The sale as JSON, whether it was sent as such or as a text.
fn text(sale: &RawValue) -> Cow<'_, str> {
    match serde_json::from_str::<String>(sale.get()) {
        Ok(text) => Cow::Owned(text),
        Err(_) => Cow::Borrowed(sale.get()),
    }
}

fn refused(id: Option<String>, detail: String) -> SyncResult {
    SyncResult { id, status: SyncStatus::Refused, order_number: None, detail: Some(detail) }
}

/// A sale and its id. The id is returned even when the rest cannot be read.
fn read(context: &Context, key_hash: Option<&String>, text: &str) -> (Option<String>, Result<Sale, String>) {
    let loose = serde_json::from_str::<Value>(text).ok();
    let id = loose.and_then(|sale| sale.get("id").and_then(Value::as_str).map(ToOwned::to_owned));
    let sale = web::from_slice::<SaleInput>(text.as_bytes());
    let sale = sale.map_err(|problem| problem.detail().to_owned()).and_then(|sale| {
        if sale.id.is_none() {
            return Err("id is required: it makes a repeated sync the same sale".to_owned());
        }
        sale.into_sale(context, key_hash.cloned(), true).map_err(|problem| problem.detail().to_owned())
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
    Ok(match Box::pin(sell_at_till(&ports, variants, sale, || Ok(context.new_id()?))).await {
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
