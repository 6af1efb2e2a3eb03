//! `GET /customers?type=&email=&limit=&cursor=`.

use kernel::text::Email;
use kernel::{Cursor, Limit};
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Context, List, Problem, Query, Reply, Route, list};

use super::customer_json::CustomerJson;
use super::grants;
use crate::adapters::store::{CustomerFilter, Store};
use crate::domain::customer::CustomerType;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/customers", grants::CUSTOMER_READ, "List customers.", handle)
            .details("With an e-mail address, the list has at most one customer per type."),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ListCustomers")]
struct Filters {
    r#type: Option<CustomerType>,
    email: Option<Email>,
    /// Rows, 1 to 100.
    #[serde(default)]
    limit: Limit,
    /// Where the last page ended.
    cursor: Option<Cursor>,
}

async fn handle(
    context: Context,
    Query(filters): Query<Filters>,
) -> Result<Reply<List<CustomerJson>>, Problem> {
    let filter = match (filters.email, filters.r#type) {
        (Some(email), _) => CustomerFilter::Email(email),
        (None, Some(kind)) => CustomerFilter::Type(kind),
        (None, None) => CustomerFilter::All,
    };
    let after = filters.cursor.as_ref().map_or("", Cursor::key);
    let mut customers = Store::new(&context).list_customers(filter, after, filters.limit).await?;
    customers.retain(|customer| filters.r#type.is_none_or(|kind| customer.details.kind == kind));
    let customers: Vec<CustomerJson> = customers.iter().map(CustomerJson::new).collect::<Result<_, _>>()?;
    Ok(list(customers, filters.limit, |customer| customer.id.to_string()))
}
