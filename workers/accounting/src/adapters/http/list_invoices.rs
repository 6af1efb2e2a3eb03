//! `GET /accounting/invoices?customerId=&status=&limit=&cursor=`, newest first.

use kernel::ids::CustomerId;
use kernel::{Cursor, Limit};
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Context, List, Problem, Query, Reply, Route, list};

use super::grants;
use crate::adapters::store::{InvoiceFilter, Store};
use crate::domain::invoice::{Invoice, InvoiceStatus};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(
        "/accounting/invoices",
        grants::ACCOUNTING_READ,
        "List the invoices, the newest first.",
        handle,
    )]
}

/// Which invoices.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ListInvoices {
    customer_id: Option<CustomerId>,
    status: Option<InvoiceStatus>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

async fn handle(
    context: Context,
    Query(query): Query<ListInvoices>,
) -> Result<Reply<List<Invoice>>, Problem> {
    let filter = InvoiceFilter {
        customer_id: query.customer_id,
        status: query.status,
        before: query.cursor.as_ref().map_or("~", Cursor::key).to_owned(),
        limit: query.limit,
    };
    let invoices = Store::new(&context).list_invoices(&filter).await?;
    Ok(list(invoices, query.limit, |invoice| invoice.id.to_string()))
}
