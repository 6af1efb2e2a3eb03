//! `GET /dashboard`.

use contracts::ops::ChannelSales;
use kernel::{Currency, Date, Failure, Money};
use serde::Serialize;
use web::{Context, Problem, Reply};

use crate::Gateway;
use crate::adapters::peers::Peers;
use crate::application::show_dashboard::{Dashboard, show_dashboard};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answer {
    today: Option<Today>,
    open_orders: Option<i64>,
    low_stock: Option<i64>,
    out_of_stock: Option<i64>,
    stock_value: Option<Money>,
    receivables: Option<Money>,
    cash: Option<Money>,
    /// Services that did not answer: what they know is null.
    unavailable: Vec<&'static str>,
}

#[derive(Serialize)]
struct Today {
    date: Date,
    channels: Vec<ChannelSales>,
    total: Money,
}

/// Answers 200 with what is there.
pub(super) async fn handle(context: Context) -> Result<Reply<Answer>, Problem> {
    let dashboard = show_dashboard(&Peers::<P, Gateway>::new(&context)).await;
    for (service, failure) in &dashboard.unavailable {
        let line = serde_json::json!({
            "level": "warn",
            "service": "gateway",
            "requestId": &*context.request_id,
            "unavailable": service.name(),
            "cause": failure.to_string(),
        });
        context.world.log(&line.to_string());
    }
    Ok(Reply(answer(dashboard, context.now().date(), context.currency())?))
}

fn answer(dashboard: Dashboard, date: Date, currency: Currency) -> Result<Answer, Failure> {
    let defect = |error: kernel::MoneyError| Failure::Defect(error.to_string());
    let Dashboard { sales, stock, books, unavailable } = dashboard;
    let open_orders = sales.as_ref().map(|sales| sales.open_orders);
    let today = sales.map(|sales| -> Result<Today, Failure> {
        let total = Money::sum(currency, sales.today.iter().map(|channel| channel.total)).map_err(defect)?;
        Ok(Today { date, channels: sales.today, total })
    });
    let stock_value = stock.as_ref().map(|stock| Money::from_minor(stock.valuation_minor, currency));
    Ok(Answer {
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
