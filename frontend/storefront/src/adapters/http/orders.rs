//! The page of an order. A guest reaches it with the order's token: by a link, which is turned into a cookie at once, so
//! that the token stands in no address that is kept or sent on.

use platform::Response;
use web::Problem;

use super::Visit;
use super::answer::{page, see, with_cookies};
use super::buying::{chosen, is_key};
use super::cookies::{set_cart, set_order};
use crate::adapters::html::order::{self as html, Known, News};
use crate::application::buy::{CartKey, Paid, pay as pay_order};
use crate::application::ports::{Refusal, Shelves, Till};
use crate::domain::form::Form;
use crate::domain::site::Page;

/// `GET /order/{id}`, with `?token=` from a link.
pub(super) async fn show(visit: &Visit<'_>, id: &str) -> Result<Response, Problem> {
    let here = visit.site.path(&Page::Order(id.to_owned()));
    let token = visit.query.get("token");
    if !token.is_empty() {
        // It opens something only if it is the right one.
        return match visit.api.order(id, token).await {
            Ok(order) => with_cookies(see(&here)?, &[set_order(&order.id, token)]),
            Err(refusal) => Ok(visit.refused(&refusal)),
        };
    }
    let news = match visit.query.get("news") {
        "declined" => News::Declined,
        "unknown" => News::Unknown,
        "kept" => News::Kept,
        "card" => News::NoCard,
        _ => News::None,
    };
    let token = visit.cookies.order(id).unwrap_or_default();
    match visit.api.order(id, &token).await {
        Ok(order) => {
            let (takes_cards, key) = (visit.takes_cards(), visit.new_key()?);
            let known = Known { news, takes_cards, key: &key, token: &token };
            Ok(page(200, html::order(&visit.site, &order, &known)))
        }
        Err(refusal) => Ok(visit.refused(&refusal)),
    }
}

/// Pays for an order and sends its buyer to its page.
pub(super) async fn paid(
    visit: &Visit<'_>,
    id: &str,
    token: &str,
    card: Option<&str>,
    key: &str,
    mut cookies: Vec<String>,
) -> Result<Response, Refusal> {
    let warehouse = visit.api.warehouse().await?;
    let here = visit.site.path(&Page::Order(id.to_owned()));
    let news = match pay_order(&visit.api, (id, token), warehouse.as_deref(), card, key).await? {
        Paid::Done | Paid::Not | Paid::Lost(None) => "",
        Paid::Declined => "?news=declined",
        Paid::Unknown => "?news=unknown",
        Paid::TooOften => return Err(Refusal::TooOften),
        Paid::Lost(Some((rest, units))) => {
            // What is left goes on in a new cart.
            cookies.retain(|cookie| !cookie.starts_with("cart"));
            cookies.extend(set_cart(&rest, units));
            "?news=kept"
        }
    };
    let answer = see(&format!("{here}{news}")).and_then(|answer| with_cookies(answer, &cookies));
    answer.map_err(|error| Refusal::Unknown(error.cause().unwrap_or_default().to_owned()))
}

/// `POST /order/{id}/pay`.
pub(super) async fn pay(visit: &Visit<'_>, id: &str, form: &Form) -> Result<Response, Problem> {
    let here = visit.site.path(&Page::Order(id.to_owned()));
    let token = visit.cookies.order(id).unwrap_or_default();
    let order = match visit.api.order(id, &token).await {
        Ok(order) => order,
        Err(refusal) => return Ok(visit.refused(&refusal)),
    };
    let card = chosen(form).filter(|_| visit.takes_cards());
    if !order.is_pending() {
        return see(&here);
    }
    if card.is_none() && !order.total.is_zero() {
        return see(&format!("{here}?news=card"));
    }
    let key = form.get("key");
    let key = if is_key(key) { key.to_owned() } else { visit.new_key()? };
    match paid(visit, id, &token, card, &key, Vec::new()).await {
        Ok(answer) => Ok(answer),
        Err(refusal) => Ok(visit.refused(&refusal)),
    }
}

/// `POST /order/{id}/cancel`.
pub(super) async fn cancel(visit: &Visit<'_>, id: &str) -> Result<Response, Problem> {
    let here = visit.site.path(&Page::Order(id.to_owned()));
    let token = visit.cookies.order(id).unwrap_or_default();
    match visit.api.cancel(id, &token, "cancelled in the shop").await {
        // What is paid or cancelled already shows on its page.
        Ok(_) | Err(Refusal::Conflict) => see(&here),
        Err(refusal) => Ok(visit.refused(&refusal)),
    }
}

/// `POST /order/{id}/again`: its items go into the cart that there is, or into a new one.
pub(super) async fn again(visit: &Visit<'_>, id: &str) -> Result<Response, Problem> {
    let cart = visit.site.path(&Page::Cart);
    let token = visit.cookies.order(id).unwrap_or_default();
    let order = match visit.api.order(id, &token).await {
        Ok(order) => order,
        Err(refusal) => return Ok(visit.refused(&refusal)),
    };
    let items: Vec<_> = order.items.into_iter().map(|line| (line.sku, line.quantity.min(999))).collect();
    match put_all(visit, &items).await {
        Ok((key, units)) => with_cookies(see(&cart)?, &set_cart(&key, units)),
        Err(Refusal::Invalid(_) | Refusal::NotFound) => see(&format!("{cart}?told=refused")),
        Err(refusal) => Ok(visit.refused(&refusal)),
    }
}

/// The cart with these items in it, and its units.
pub(super) async fn put_all(visit: &Visit<'_>, items: &[(String, i64)]) -> Result<(CartKey, i64), Refusal> {
    if let Some(key) = visit.cookies.cart() {
        match visit.api.add(&key, items).await {
            Ok(cart) => return Ok((key, cart.units())),
            // It was ordered or has expired.
            Err(Refusal::NotFound) => {}
            Err(refusal) => return Err(refusal),
        }
    }
    let warehouse = visit.api.warehouse().await?.ok_or(Refusal::NotFound)?;
    let (key, cart) = visit.api.start(&warehouse, items).await?;
    Ok((key, cart.units()))
}
