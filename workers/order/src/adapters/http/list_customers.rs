//! `GET /customers?type=&email=&limit=&cursor=`.

use kernel::text::Email;
use kernel::{Cursor, Limit};
use serde::Deserialize;
use web::{Context, Problem, Query};

use super::customer_json::CustomerJson;
use crate::adapters::store::{CustomerFilter, SqlCustomers};
use crate::domain::customer::CustomerType;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Filters {
    r#type: Option<CustomerType>,
    email: Option<Email>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

/// Answers 200 with a page by id. An address narrows it to at most one customer per type.
pub(super) async fn handle(
    context: Context,
    Query(filters): Query<Filters>,
) -> Result<impl axum::response::IntoResponse, Problem> {
    let filter = match (filters.email, filters.r#type) {
        (Some(email), _) => CustomerFilter::Email(email),
        (None, Some(kind)) => CustomerFilter::Type(kind),
        (None, None) => CustomerFilter::All,
    };
    let after = filters.cursor.as_ref().map_or("", Cursor::key);
    let mut customers = SqlCustomers::new(&context).list(filter, after, filters.limit).await?;
    customers.retain(|customer| filters.r#type.is_none_or(|kind| customer.details.kind == kind));
    let customers = customers.iter().map(CustomerJson::from).collect();
    Ok(web::list(customers, filters.limit, |customer: &CustomerJson| customer.id.to_string()))
}
