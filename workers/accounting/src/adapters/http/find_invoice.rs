//! `GET /accounting/invoices/{id}`.

use kernel::ids::InvoiceId;
use serde::Serialize;
use web::{Context, Path, Problem, Reply};

use crate::adapters::store::SqlReceivables;
use crate::adapters::views::InvoiceView;
use crate::application::ports::Receivables;

/// Answers 200 with the invoice, 404.
pub(super) async fn handle(
    context: Context,
    Path(id): Path<InvoiceId>,
) -> Result<Reply<impl Serialize>, Problem> {
    let invoice = SqlReceivables::new(&context).find(id).await?;
    let invoice = invoice.ok_or_else(|| Problem::not_found("invoice"))?;
    Ok(Reply(InvoiceView::from(&invoice)))
}
