//! `GET /accounting/invoices/{id}`.

use kernel::ids::InvoiceId;
use web::{Context, Path, Problem, Reply, Route};

use super::grants;
use crate::adapters::store::Store;
use crate::domain::invoice::Invoice;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/accounting/invoices/{id}", grants::ACCOUNTING_READ, "Show an invoice.", handle)]
}

async fn handle(context: Context, Path(id): Path<InvoiceId>) -> Result<Reply<Invoice>, Problem> {
    let invoice = Store::new(&context).find_invoice(id).await?;
    let invoice = invoice.ok_or_else(|| Problem::not_found("invoice"))?;
    Ok(Reply(invoice))
}
