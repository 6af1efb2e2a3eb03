//! The page of an order: where it stands, and what its buyer can do.

use maud::{Markup, html};

use super::buying::{cards, sums};
use super::layout::{Frame, layout};
use super::{Site, picture};
use crate::application::buy::{Order, ShippingAddress};
use crate::domain::locale;
use crate::domain::region::parts;
use crate::domain::site::{OrderAct, Page};

/// What the last attempt to pay came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    None,
    Declined,
    Unknown,
    /// What is left is in a new cart.
    Kept,
    NoCard,
}

fn act(site: &Site<'_>, order: &Order, act: OrderAct) -> String {
    site.path(&Page::OrderAct(order.id.clone(), act))
}

/// Where it stands, in words, with what can be done about it.
fn state(site: &Site<'_>, order: &Order, news: News, takes_cards: bool, key: &str) -> Markup {
    let waits = news == News::Unknown || order.is_being_paid();
    html! {
        @if order.is_lost() {
            div class="note bad" role="alert" {
                p { strong { (site.text("order.lost")) } }
                @if news == News::Kept { p { a href=(site.path(&Page::Cart)) { (site.text("order.lost.kept")) } } }
            }
        } @else if order.is_cancelled() {
            p class="note" { (site.text("order.cancelled")) }
        } @else if waits && order.is_pending() {
            p class="note" role="alert" { (site.text("order.unknown")) }
        } @else if order.is_pending() {
            @if news == News::Declined { p class="note bad" role="alert" { (site.text("order.declined")) } }
            p class="note" { (site.text("order.pending")) }
            @if takes_cards || order.total.is_zero() {
                form class="pay" method="post" action=(act(site, order, OrderAct::Pay)) data-once {
                    @if !order.total.is_zero() {
                        (cards(site, "", (news == News::NoCard).then_some("error.card")))
                    }
                    input type="hidden" name="key" value=(key);
                    button class="primary" { (site.texts.with("order.pay", &[("total", &site.money(order.total))])) }
                }
            } @else {
                p { (site.text("checkout.no-cards")) }
            }
            form method="post" action=(act(site, order, OrderAct::Cancel)) data-once {
                button class="plain" { (site.text("order.cancel")) }
            }
        } @else {
            p class="note good" role="status" { (site.text("order.paid")) }
        }
        @if order.is_cancelled() && news != News::Kept {
            form method="post" action=(act(site, order, OrderAct::Again)) data-once {
                button { (site.text("order.again")) }
            }
        }
    }
}

fn address(site: &Site<'_>, address: &ShippingAddress) -> Markup {
    let (country, state) = parts(&address.region);
    let country = site.texts.find(&format!("country.{country}")).unwrap_or(country);
    html! {
        address {
            @if let Some(name) = &address.name { (name) br; }
            (address.line1) br;
            @if let Some(line2) = &address.line2 { (line2) br; }
            @if let Some(code) = &address.postal_code { (code) " " }
            (address.city) br;
            @if !state.is_empty() { (state) ", " }
            (country)
        }
    }
}

/// What the page of an order knows beside the order.
pub(crate) struct Known<'a> {
    pub(crate) news: News,
    pub(crate) takes_cards: bool,
    /// The key of the next attempt to pay.
    pub(crate) key: &'a str,
    /// The order's own secret, for its link.
    pub(crate) token: &'a str,
}

/// An order's page.
pub(crate) fn order(site: &Site<'_>, order: &Order, known: &Known<'_>) -> String {
    let Known { news, takes_cards, key, token } = *known;
    let number = site.texts.with("order.title", &[("number", &order.order_number)]);
    let buyer = order.customer.as_ref().map_or("", |customer| &customer.name);
    let paid = !order.is_pending() && !order.is_cancelled();
    let placed = locale::date(order.created_at.date(), site.language);
    let title = match (order.is_lost(), paid) {
        (true, _) => site.text("order.lost.title").to_owned(),
        (_, true) => site.texts.with("order.thanks", &[("name", buyer)]),
        _ => number.clone(),
    };
    let main = html! {
        h1 { (title) }
        p class="fine" {
            @if title != number { (number) " · " }
            (site.texts.with("order.placed", &[("date", &placed)])) " · "
            (site.text("order.status")) ": "
            strong { (site.text(&format!("order.status.{}", order.status))) }
        }
        (state(site, order, news, takes_cards, key))
        div class="columns" {
            section {
                h2 { (site.text("order.items")) }
                ul class="lines" {
                    @for line in &order.items {
                        li class="line" {
                            (picture(line.name.split(" - ").next().unwrap_or(&line.name)))
                            div class="what" {
                                p class="title" { (line.quantity) " × " (line.name) }
                                p class="fine" { (site.texts.with("cart.each", &[("price", &site.money(line.unit_price))])) }
                            }
                            p class="price" { (site.money(line.shown_total())) }
                        }
                    }
                }
            }
            section class="summary" {
                (sums(site, [order.subtotal, order.tax, order.total]))
                @if let Some(to) = &order.shipping_address {
                    h2 { (site.text("order.address")) }
                    (address(site, to))
                }
                @if !token.is_empty() {
                    @let here = site.path(&Page::Order(order.id.clone()));
                    p class="fine" {
                        (site.text("order.keep")) " "
                        a href={ (here) "?token=" (token) } { (site.text("order.link")) }
                    }
                }
            }
        }
    };
    layout(site, &Frame::personal(Page::Order(order.id.clone()), title), &main)
}
