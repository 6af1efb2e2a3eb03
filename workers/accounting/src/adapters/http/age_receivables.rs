//! `GET /accounting/receivables/ageing?asOf=`: what customers owe, by how long it is overdue.

use kernel::ids::CustomerId;
use kernel::{Currency, Date, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Context, Problem, Query, Reply, Route};

use super::grants;
use super::input::shown;
use crate::adapters::store::{Ageing, Store};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/accounting/receivables/ageing",
            grants::ACCOUNTING_READ,
            "Show what customers owe, by how long it is overdue.",
            handle,
        )
        .details(
            "As it was at the end of the day `asOf`. `total` less `unappliedCredits` is the receivables account of that day. \
             The hundred customers who owe most are listed individually; the totals include all customers.",
        ),
    ]
}

/// The most customers shown individually, those who owe most; the totals include all.
const CUSTOMERS_MAX: usize = 100;

/// The day of the report.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AgeReceivables {
    /// Today by default.
    as_of: Option<Date>,
}

/// `total` less `unappliedCredits` is the receivables account.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct AgeingReport {
    as_of: Date,
    totals: Buckets,
    unapplied_credits: Money,
    customers: Vec<Debtor>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AgeingCustomer")]
struct Debtor {
    customer_id: Option<CustomerId>,
    customer_name: Option<String>,
    #[serde(flatten)]
    buckets: Buckets,
    /// What the customer can still use: credits, and money that came before its invoice.
    credit: Money,
}

/// By days overdue.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AgeingBuckets")]
struct Buckets {
    invoices: i64,
    current: Money,
    #[serde(rename = "days1To30")]
    days_1_to_30: Money,
    #[serde(rename = "days31To60")]
    days_31_to_60: Money,
    #[serde(rename = "days61To90")]
    days_61_to_90: Money,
    #[serde(rename = "over90")]
    over_90: Money,
    total: Money,
}

fn buckets(ageing: &Ageing, currency: Currency) -> Result<Buckets, Problem> {
    Ok(Buckets {
        invoices: ageing.invoices,
        current: shown(ageing.current_minor, currency)?,
        days_1_to_30: shown(ageing.days_1_to_30_minor, currency)?,
        days_31_to_60: shown(ageing.days_31_to_60_minor, currency)?,
        days_61_to_90: shown(ageing.days_61_to_90_minor, currency)?,
        over_90: shown(ageing.over_90_minor, currency)?,
        total: shown(ageing.total_minor, currency)?,
    })
}

fn sum(all: &[Ageing]) -> Ageing {
    all.iter().fold(Ageing::default(), |sum, one| Ageing {
        invoices: sum.invoices.saturating_add(one.invoices),
        total_minor: sum.total_minor.saturating_add(one.total_minor),
        current_minor: sum.current_minor.saturating_add(one.current_minor),
        days_1_to_30_minor: sum.days_1_to_30_minor.saturating_add(one.days_1_to_30_minor),
        days_31_to_60_minor: sum.days_31_to_60_minor.saturating_add(one.days_31_to_60_minor),
        days_61_to_90_minor: sum.days_61_to_90_minor.saturating_add(one.days_61_to_90_minor),
        over_90_minor: sum.over_90_minor.saturating_add(one.over_90_minor),
        credit_minor: sum.credit_minor.saturating_add(one.credit_minor),
        ..sum
    })
}

async fn handle(
    context: Context,
    Query(query): Query<AgeReceivables>,
) -> Result<Reply<AgeingReport>, Problem> {
    let as_of = query.as_of.map_or_else(|| context.today(), Ok)?;
    let ageing = Store::new(&context).ageing(as_of).await?;
    let currency = context.currency();
    let customers = ageing.iter().take(CUSTOMERS_MAX).map(|one| {
        let (customer_id, customer_name) = (one.customer_id, one.customer_name.clone());
        let credit = shown(one.credit_minor, currency)?;
        buckets(one, currency).map(|buckets| Debtor { customer_id, customer_name, buckets, credit })
    });
    let totals = sum(&ageing);
    Ok(Reply(AgeingReport {
        as_of,
        totals: buckets(&totals, currency)?,
        unapplied_credits: shown(totals.credit_minor, currency)?,
        customers: customers.collect::<Result<_, _>>()?,
    }))
}
