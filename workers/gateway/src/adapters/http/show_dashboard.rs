//! `GET /dashboard`.

use contracts::ops::ChannelSales;
use kernel::{Currency, Date, Failure, Money};
use schemars::JsonSchema;
use serde::Serialize;
use web::{Context, Problem, Reply, Route};

use super::grants;
use crate::adapters::peers::Peers;
use crate::application::show_dashboard::{Dashboard, show_dashboard};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/dashboard", grants::DASHBOARD_READ, "Show the figures of the day.", handle).details(
            "Collected from three services at once. The values of a service that does not answer are null, and \
             `unavailable` names the service.",
        ),
    ]
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Dashboard")]
struct DashboardJson {
    today: Option<Today>,
    /// Orders that wait for payment.
    open_orders: Option<i64>,
    /// SKUs at or below their reorder point.
    low_stock: Option<i64>,
    /// SKUs with nothing left.
    out_of_stock: Option<i64>,
    /// The value of all stock at cost.
    stock_value: Option<Money>,
    /// What customers owe.
    receivables: Option<Money>,
    /// Cash and bank.
    cash: Option<Money>,
    /// Services that did not answer: their values are null.
    unavailable: Vec<&'static str>,
}

/// Completed orders of today: of each shop on the day that its clocks show.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SalesToday")]
struct Today {
    /// Today in the time zone of the books.
    date: Date,
    channels: Vec<ChannelSales>,
    total: Money,
}

async fn handle(context: Context) -> Result<Reply<DashboardJson>, Problem> {
    let dashboard = show_dashboard(&Peers::new(&context)).await;
    for (service, failure) in &dashboard.unavailable {
        let cause = failure.to_string();
        context.log("warn", &[("unavailable", service.name().into()), ("cause", cause.into())]);
    }
    Ok(Reply(shown(dashboard, context.today()?, context.currency())?))
}

fn shown(dashboard: Dashboard, date: Date, currency: Currency) -> Result<DashboardJson, Failure> {
    let defect = |error: kernel::MoneyError| Failure::Defect(error.to_string());
    let Dashboard { sales, stock, books, unavailable } = dashboard;
    let open_orders = sales.as_ref().map(|sales| sales.open_orders);
    let today = sales.map(|sales| -> Result<Today, Failure> {
        let total = Money::sum(currency, sales.today.iter().map(|channel| channel.total)).map_err(defect)?;
        Ok(Today { date, channels: sales.today, total })
    });
    let stock_value = stock.as_ref().map(|stock| Money::from_minor(stock.valuation_minor, currency));
    Ok(DashboardJson {
        today: today.transpose()?,
        open_orders,
        low_stock: stock.as_ref().map(|stock| stock.low_stock),
        out_of_stock: stock.as_ref().map(|stock| stock.out_of_stock),
        stock_value: stock_value.transpose().map_err(defect)?,
        receivables: books.as_ref().map(|books| books.receivables),
        cash: books.map(|books| books.cash),
        unavailable: unavailable.into_iter().map(|(service, _)| service.name()).collect(),
    })
}
