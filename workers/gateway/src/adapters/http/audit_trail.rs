//! `GET /audit-trail?service=`: who changed prices, products, customers, credit limits, tax rates, warehouses users and
//! approvals, before and after. Each service keeps its own.

use contracts::Service;
use kernel::{Cursor, Limit};
use platform::Response;
use schemars::JsonSchema;
use serde::Deserialize;
use web::trail::{self, TrailQuery};
use web::{Answer, Context, Problem, Query, Route};
#[cfg(not(target_arch = "wasm32"))]
use web::{List, Reply, trail::TrailRow};

use super::grants;
use crate::adapters::peers::Peers;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/api/audit-trail",
            grants::AUDIT_READ,
            "List who changed what, the newest first.",
            handle,
        )
        .details("Nobody can change it. Sessions, keys and logins are in `GET /audit-log`."),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Filter {
    /// `product` for prices and products, `order` for customers and tax, `inventory` for warehouses, `gateway` for users and approvals.
    service: String,
    /// Only the changes of this thing: a product's id, a SKU, a customer's id, …
    subject: Option<String>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

/// A page of a service's trail, as it is.
struct Page(Response);

impl Answer for Page {
    fn into_response(self) -> Result<Response, Problem> {
        Ok(self.0)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(operation: &mut web::describe::Operation) {
        Reply::<List<TrailRow>>::describe(operation);
    }
}

async fn handle(context: Context, Query(filter): Query<Filter>) -> Result<Page, Problem> {
    let Filter { service, subject, limit, cursor } = filter;
    let service = Service::parse(&service).ok_or_else(|| Problem::field("service", "is no service"))?;
    if service == Service::Gateway {
        let query = TrailQuery { subject, limit, cursor };
        return trail::read(&context, &query).await?.into_response().map(Page);
    }
    Peers::new(&context).trail(service, subject.as_deref(), limit, cursor.as_ref()).await.map(Page)
}
