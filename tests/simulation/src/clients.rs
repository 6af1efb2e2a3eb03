//! Who uses the house: each is one story, told as the client lives it.

mod back_office;
mod catalogue;
mod money_back;
mod parcels;
mod tills;
mod web;

pub(crate) use tills::stand_at;

use ::web::Role;

use crate::client::Client;
use crate::faults::Fault;

/// What somebody comes to do.
#[derive(Debug, Clone, Copy)]
enum Story {
    TillOnline,
    TillOffline,
    WebBuyer,
    Wholesaler,
    Clerk,
    Transfer,
    Accountant,
    InvoicePayment,
    Refund,
    CreditNote,
    Parcel,
    NewPrice,
    NewProduct,
    Shopper,
    MonthEnd,
}

/// How often each story is told: the last ones need what the first ones leave behind.
const STORIES: [(Story, u64); 15] = [
    (Story::TillOnline, 20),
    (Story::TillOffline, 8),
    (Story::WebBuyer, 30),
    (Story::Wholesaler, 16),
    (Story::Clerk, 10),
    (Story::Transfer, 5),
    (Story::Accountant, 5),
    (Story::InvoicePayment, 9),
    (Story::Refund, 14),
    (Story::CreditNote, 3),
    (Story::Parcel, 14),
    (Story::NewPrice, 4),
    (Story::NewProduct, 6),
    (Story::Shopper, 8),
    (Story::MonthEnd, 1),
];

/// Somebody comes.
pub(crate) async fn come(client: Client) {
    let total = STORIES.iter().map(|(_, weight)| weight).sum();
    let mut ticket = client.random(|random| random.below(total));
    let story = STORIES.iter().find(|(_, weight)| {
        let chosen = ticket < *weight;
        ticket = ticket.saturating_sub(*weight);
        chosen
    });
    match story.map_or(Story::WebBuyer, |(story, _)| *story) {
        Story::TillOnline => tills::sell(&client.role(Role::Cashier)).await,
        Story::TillOffline => tills::sell_offline(&client.role(Role::Cashier)).await,
        Story::WebBuyer => web::buy(&client.role(Role::Guest)).await,
        Story::Wholesaler => web::buy_wholesale(&client).await,
        Story::Clerk => back_office::adjust(&client.role(Role::Warehouse)).await,
        Story::Transfer => back_office::transfer(&client.role(Role::Warehouse)).await,
        Story::Accountant => back_office::book(&client.role(Role::Accountant)).await,
        Story::InvoicePayment => back_office::pay_invoice(&client.role(Role::Accountant)).await,
        Story::Refund => money_back::refund(&client.role(Role::Manager)).await,
        Story::CreditNote => money_back::credit(&client.role(Role::Manager)).await,
        Story::Parcel => parcels::send(&client.role(Role::Warehouse)).await,
        Story::NewPrice => catalogue::set_price(&client.role(Role::Manager)).await,
        Story::NewProduct => catalogue::launch(&client.role(Role::Manager)).await,
        // What is there is looked up in the simulation's own database.
        Story::Shopper if client.is_at_real_house() => web::buy(&client.role(Role::Guest)).await,
        Story::Shopper => catalogue::look(&client.role(Role::Guest)).await,
        // What a closed month holds is counted in the simulation's own database.
        Story::MonthEnd if client.is_at_real_house() => {
            back_office::book(&client.role(Role::Accountant)).await;
        }
        Story::MonthEnd => back_office::close_month(&client.role(Role::Accountant)).await,
    }
}

/// Notes that the provider was asked to misbehave.
fn count_provider(client: &Client, token: &str) {
    if token != "tok_approve" {
        client.core().state().faults.count(Fault::Provider);
    }
}

/// One or two articles of a known price and how many units of each: SKU, units, price of a unit.
fn basket(client: &Client, least: i64, most: i64) -> Vec<(String, i64, i64)> {
    use crate::shop::{ARTICLES, PRICED};
    client.random(|random| {
        let mut articles: Vec<_> = ARTICLES.into_iter().filter(|article| article.sku != PRICED).collect();
        random.shuffle(&mut articles);
        let count = if random.chance(300) { 2 } else { 1 };
        let line = |random: &mut crate::random::Random, article: &crate::shop::Article| {
            (article.sku.to_owned(), random.between(least, most), article.price_minor)
        };
        articles.iter().take(count).map(|article| line(random, article)).collect()
    })
}

/// What a basket comes to in a warehouse, with its tax.
fn total(basket: &[(String, i64, i64)], warehouse: usize) -> i64 {
    let net: i64 = basket.iter().map(|(_, units, price)| units * price).sum();
    net + net * crate::shop::TAX_PERCENT[warehouse] / 100
}

fn items(basket: &[(String, i64, i64)]) -> Vec<serde_json::Value> {
    basket.iter().map(|(sku, units, _)| serde_json::json!({ "sku": sku, "quantity": units })).collect()
}

fn lines(basket: &[(String, i64, i64)]) -> Vec<(String, i64)> {
    basket.iter().map(|(sku, units, _)| (sku.clone(), *units)).collect()
}
