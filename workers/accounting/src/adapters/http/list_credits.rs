//! `GET /accounting/credits?customerId=&status=&limit=&cursor=`, newest first.

use kernel::ids::CustomerId;
use kernel::{Cursor, Limit};
use schemars::JsonSchema;
use serde::Deserialize;
use web::{Context, List, Problem, Query, Reply, Route, list};

use super::grants;
use crate::adapters::store::{CreditFilter, Store};
use crate::domain::credit::Credit;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/accounting/credits",
            grants::ACCOUNTING_READ,
            "List the credits of customers, the newest first.",
            handle,
        )
        .details("What a refund of a paid invoice, a credit note or an overpayment left."),
    ]
}

/// Of which credits a list consists: of those of which something is left.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[schemars(rename = "OpenCredits")]
enum Which {
    Open,
}

/// Which credits.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ListCredits {
    customer_id: Option<CustomerId>,
    /// `Open`: only those of which something is left.
    status: Option<Which>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Cursor>,
}

async fn handle(context: Context, Query(query): Query<ListCredits>) -> Result<Reply<List<Credit>>, Problem> {
    let filter = CreditFilter {
        customer_id: query.customer_id,
        open: query.status.is_some(),
        before: query.cursor.as_ref().map_or("~", Cursor::key).to_owned(),
        limit: query.limit,
    };
    let credits = Store::new(&context).list_credits(&filter).await?;
    Ok(list(credits, query.limit, |credit| credit.id.to_string()))
}
