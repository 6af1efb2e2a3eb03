//! The other services, asked on behalf of the visitor: they see and may do what the visitor may.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use ::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use contracts::Service;
use kernel::Money;
use platform::Body;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use web::Context;

use crate::application::buy::{Cart, CartKey, Order};
use crate::application::goods::{Category, Found, Product};
use crate::application::ports::{Asked, Buyer, Refusal, Shelves, Till};
use crate::domain::site::escaped;

const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Products on a page of a list.
const PAGE: usize = 24;
/// Categories in the menu.
const CATEGORIES: usize = 30;

/// What the shop remembers: the id of its warehouse, by code. An id never changes.
#[derive(Debug, Default)]
pub(crate) struct Known(Mutex<Option<(String, String)>>);

/// The services for one visitor.
pub(crate) struct Api<'a> {
    pub(crate) context: &'a Context,
    pub(crate) known: &'a Known,
    /// The code of the shop's warehouse.
    pub(crate) warehouse: &'a str,
}

#[derive(Deserialize)]
struct List<T> {
    data: Vec<T>,
}

#[derive(Deserialize)]
struct Warehouse {
    id: String,
    code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Held {
    sku: String,
    on_hand: i64,
}

#[derive(Deserialize)]
struct Availability {
    items: Vec<Held>,
}

#[derive(Deserialize)]
struct Fault {
    pointer: String,
}

#[derive(Deserialize, Default)]
struct ProblemBody {
    #[serde(default)]
    code: String,
    #[serde(default)]
    errors: Vec<Fault>,
    #[serde(default)]
    availability: Vec<Held>,
}

fn refusal(status: u16, body: &[u8]) -> Refusal {
    let problem: ProblemBody = serde_json::from_slice(body).unwrap_or_default();
    match (status, problem.code.as_str()) {
        (_, "OUT_OF_STOCK") => Refusal::OutOfStock(
            problem.availability.into_iter().map(|held| (held.sku, held.on_hand)).collect(),
        ),
        (404, _) => Refusal::NotFound,
        (410, _) => Refusal::Gone,
        (402, _) => Refusal::Declined,
        (429, _) => Refusal::TooOften,
        (409, "IDEMPOTENCY_IN_PROGRESS") => Refusal::Unknown("the same request is running".to_owned()),
        (409, _) => Refusal::Conflict,
        (400..=499, _) => Refusal::Invalid(problem.errors.into_iter().map(|fault| fault.pointer).collect()),
        _ => Refusal::Unknown(format!("{status} {}", problem.code)),
    }
}

impl Api<'_> {
    async fn send<T: DeserializeOwned>(
        &self,
        peer: Service,
        method: Method,
        path: &str,
        secrets: &[(&'static str, &str)],
        body: Option<Value>,
    ) -> Result<T, Refusal> {
        let unknown = |cause: &dyn std::fmt::Display| Refusal::Unknown(format!("{peer}: {cause}"));
        let mut headers = HeaderMap::new();
        for (name, value) in secrets {
            let value = HeaderValue::from_str(value).map_err(|_| Refusal::NotFound)?;
            headers.insert(HeaderName::from_static(name), value);
        }
        let body = body.map_or_else(Vec::new, |body| {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            body.to_string().into_bytes()
        });
        let answer = self.context.forward(peer, method, path, headers, Body::Bytes(body)).await;
        let answer = answer.map_err(|error| unknown(&error))?;
        let status = answer.status().as_u16();
        let body = answer.into_body().read(ANSWER_BYTES_MAX).await.map_err(|error| unknown(&error))?;
        if status >= 400 {
            return Err(refusal(status, &body));
        }
        serde_json::from_slice(&body).map_err(|error| unknown(&error))
    }

    async fn read<T: DeserializeOwned>(&self, peer: Service, path: &str) -> Result<T, Refusal> {
        self.send(peer, Method::GET, path, &[], None).await
    }
}

impl Shelves for Api<'_> {
    async fn categories(&self) -> Result<Vec<Category>, Refusal> {
        let list: List<Category> =
            self.read(Service::Product, &format!("/categories?limit={CATEGORIES}")).await?;
        Ok(list.data)
    }

    async fn products(&self, asked: &Asked) -> Result<Found, Refusal> {
        let mut path = format!("/products?limit={PAGE}");
        for (name, value) in [("q", &asked.query), ("category", &asked.category), ("cursor", &asked.cursor)] {
            if !value.is_empty() {
                path.extend(["&", name, "=", &escaped(value)]);
            }
        }
        self.read(Service::Product, &path).await
    }

    async fn product(&self, handle: &str) -> Result<Product, Refusal> {
        match self.read(Service::Product, &format!("/products/handle/{}", escaped(handle))).await {
            // What cannot be a handle names nothing.
            Err(Refusal::Invalid(_)) => Err(Refusal::NotFound),
            answer => answer,
        }
    }

    async fn warehouse(&self) -> Result<Option<String>, Refusal> {
        let lock = || self.known.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, id)) = lock().as_ref().filter(|(code, _)| code == self.warehouse) {
            return Ok(Some(id.clone()));
        }
        let list: List<Warehouse> = self.read(Service::Inventory, "/inventory/warehouses?limit=100").await?;
        let found = list.data.into_iter().find(|warehouse| warehouse.code == self.warehouse);
        *lock() = found.as_ref().map(|warehouse| (warehouse.code.clone(), warehouse.id.clone()));
        Ok(found.map(|warehouse| warehouse.id))
    }

    async fn on_hand(
        &self,
        warehouse: &str,
        skus: Vec<String>,
        most: i64,
    ) -> Result<BTreeMap<String, i64>, Refusal> {
        if skus.is_empty() {
            return Ok(BTreeMap::new());
        }
        let items: Vec<Value> = skus.iter().map(|sku| json!({ "sku": sku, "quantity": most })).collect();
        let body = json!({ "warehouseId": warehouse, "items": items });
        let path = "/inventory/check-availability";
        let answer: Availability = self.send(Service::Inventory, Method::POST, path, &[], Some(body)).await?;
        Ok(answer.items.into_iter().map(|held| (held.sku, held.on_hand)).collect())
    }
}

/// The header with a guest's secret of a cart or an order.
const TOKEN: &str = web::auth::ORDER_TOKEN;

#[derive(Deserialize)]
struct Started {
    id: String,
    #[serde(default)]
    token: String,
    #[serde(flatten)]
    cart: Cart,
}

#[derive(Deserialize)]
struct Placed {
    #[serde(default)]
    token: String,
    #[serde(flatten)]
    order: Order,
}

fn items_json(items: &[(String, i64)]) -> Vec<Value> {
    items.iter().map(|(sku, units)| json!({ "sku": sku, "quantity": units })).collect()
}

/// A buyer as the order service reads it.
fn buyer_json(buyer: &Buyer, expected: Option<Money>) -> Value {
    let optional = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    json!({
        "customer": { "email": buyer.email, "name": buyer.name },
        "shippingAddress": {
            "name": buyer.name, "line1": buyer.line1, "line2": optional(&buyer.line2), "city": buyer.city,
            "postalCode": optional(&buyer.postal_code), "region": buyer.region(),
        },
        "expectedTotal": expected,
    })
}

impl Till for Api<'_> {
    async fn start(&self, warehouse: &str, items: &[(String, i64)]) -> Result<(CartKey, Cart), Refusal> {
        let body = json!({ "warehouseId": warehouse, "items": items_json(items) });
        let started: Started = self.send(Service::Order, Method::POST, "/carts", &[], Some(body)).await?;
        Ok((CartKey { id: started.id, token: started.token }, started.cart))
    }

    async fn add(&self, key: &CartKey, items: &[(String, i64)]) -> Result<Cart, Refusal> {
        let body = json!({ "items": items_json(items) });
        let path = format!("/carts/{}/items", key.id);
        self.send(Service::Order, Method::POST, &path, &[(TOKEN, &key.token)], Some(body)).await
    }

    async fn set(&self, key: &CartKey, sku: &str, units: i64) -> Result<Cart, Refusal> {
        let path = format!("/carts/{}/items/{}", key.id, escaped(sku));
        let (method, body) = if units > 0 {
            (Method::PUT, Some(json!({ "quantity": units })))
        } else {
            (Method::DELETE, None)
        };
        self.send(Service::Order, method, &path, &[(TOKEN, &key.token)], body).await
    }

    async fn show(&self, key: &CartKey, region: Option<&str>) -> Result<Cart, Refusal> {
        let region = region.map(|region| format!("?region={}", escaped(region))).unwrap_or_default();
        let path = format!("/carts/{}{region}", key.id);
        self.send(Service::Order, Method::GET, &path, &[(TOKEN, &key.token)], None).await
    }

    async fn check_out(
        &self,
        key: &CartKey,
        buyer: &Buyer,
        expected: Option<Money>,
    ) -> Result<(Order, String), Refusal> {
        let path = format!("/carts/{}/checkout", key.id);
        let body = buyer_json(buyer, expected);
        let placed: Placed =
            self.send(Service::Order, Method::POST, &path, &[(TOKEN, &key.token)], Some(body)).await?;
        Ok((placed.order, placed.token))
    }

    async fn order(&self, id: &str, token: &str) -> Result<Order, Refusal> {
        let path = format!("/orders/retail/{}", escaped(id));
        self.send(Service::Order, Method::GET, &path, &[(TOKEN, token)], None).await
    }

    async fn pay(&self, id: &str, token: &str, card: Option<&str>, key: &str) -> Result<Order, Refusal> {
        let path = format!("/orders/retail/{}/confirm", escaped(id));
        let body =
            card.map_or_else(|| json!({}), |card| json!({ "payment": { "method": "Card", "token": card } }));
        let secrets = [(TOKEN, token), ("idempotency-key", key)];
        self.send(Service::Order, Method::POST, &path, &secrets, Some(body)).await
    }

    async fn cancel(&self, id: &str, token: &str, reason: &str) -> Result<Order, Refusal> {
        let path = format!("/orders/retail/{}/cancel", escaped(id));
        let body = json!({ "reason": reason });
        self.send(Service::Order, Method::POST, &path, &[(TOKEN, token)], Some(body)).await
    }
}
