//! `GET /accounting/payments?customerId=&invoiceId=&limit=&cursor=`, newest first.

use kernel::ids::{CustomerId, InvoiceId};
use kernel::{Cursor, Limit};
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Context, List, Problem, Query, Reply, Route, list};

use super::grants;
use crate::adapters::store::{PaymentsOf, Store};
use crate::domain::credit::PaymentRecord;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/accounting/payments",
            grants::ACCOUNTING_READ,
            "List payments from and to customers, the newest first.",
            handle,
        )
        .details("Payments of invoices, and credit that was paid out, each with its reversal if it did not arrive."),
    ]
}

/// Whose payments: everybody's by default.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ListPayments {
    customer_id: Option<CustomerId>,
    /// It cannot be combined with `customerId`.
    invoice_id: Option<InvoiceId>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

async fn handle(
    context: Context,
    Query(query): Query<ListPayments>,
) -> Result<Reply<List<PaymentRecord>>, Problem> {
    let of = match (query.customer_id, query.invoice_id) {
        (None, None) => PaymentsOf::Everybody,
        (Some(customer), None) => PaymentsOf::Customer(customer),
        (None, Some(invoice)) => PaymentsOf::Invoice(invoice),
        (Some(_), Some(_)) => {
            return Err(Problem::field("invoiceId", "names one customer's invoice: leave customerId out"));
        }
    };
    let before = query.cursor.as_ref().map_or("~", Cursor::key);
    let payments = Store::new(&context).list_payments(of, before, query.limit).await?;
    Ok(list(payments, query.limit, |payment| payment.id.to_string()))
}
