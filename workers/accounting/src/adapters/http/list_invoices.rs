//! `GET /accounting/invoices?customerId=&status=&limit=&cursor=`, newest first.

use kernel::ids::CustomerId;
use kernel::{Cursor, Limit};
use serde::{Deserialize, Serialize};
use web::{Context, Problem, Query, list};

use crate::adapters::store::{InvoiceFilter, SqlReceivables};
use crate::adapters::views::InvoiceView;
use crate::domain::invoice::InvoiceStatus;

/// Which invoices.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ListInvoices {
    customer_id: Option<CustomerId>,
    status: Option<InvoiceStatus>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

/// Answers 200 with a page.
pub(super) async fn handle(
    context: Context,
    Query(query): Query<ListInvoices>,
) -> Result<web::Reply<impl Serialize>, Problem> {
    let filter = InvoiceFilter {
        customer_id: query.customer_id,
        status: query.status,
        before: query.cursor.as_ref().map_or("~", Cursor::key).to_owned(),
        limit: query.limit,
    };
    let invoices = SqlReceivables::new(&context).list(&filter).await?;
    let views: Vec<_> = invoices.iter().map(InvoiceView::from).collect();
    Ok(list(views, query.limit, |view| view.id.to_string()))
}
