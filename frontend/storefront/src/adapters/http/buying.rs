//! The cart and the checkout. After each form the visitor is sent on to a page, so that loading it again repeats nothing.

use kernel::Money;
use platform::Response;
use serde_json::json;
use web::Problem;

use super::answer::{json as as_json, page, see, with_cookies};
use super::cookies::{forget_cart, set_cart, set_order};
use super::{Visit, orders};
use crate::adapters::html::buying::{self as html, CARDS, Checkout, Word};
use crate::application::buy::{Cart, CartKey};
use crate::application::ports::{Refusal, Till};
use crate::domain::address::{Typed, field};
use crate::domain::form::{Faults, Form};
use crate::domain::site::Page;

/// The visitor's cart with its key; none for an empty one. A key that no longer opens anything is an empty cart, too.
async fn own_cart(visit: &Visit<'_>, region: Option<&str>) -> Result<Option<(CartKey, Cart)>, Refusal> {
    let Some(key) = visit.cookies.cart() else { return Ok(None) };
    match visit.api.show(&key, region).await {
        Ok(cart) => Ok(Some((key, cart))),
        Err(Refusal::NotFound) => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// `GET /cart`.
pub(super) async fn cart(visit: &Visit<'_>) -> Result<Response, Problem> {
    let told = match visit.query.get("told") {
        "added" => Word::Added,
        "full" => Word::Full,
        "refused" => Word::Refused,
        _ => Word::None,
    };
    let own = match own_cart(visit, None).await {
        Ok(own) => own,
        Err(refusal) => return Ok(visit.refused(&refusal)),
    };
    let mut site = visit.site;
    site.cart_units = own.as_ref().map_or(0, |(_, cart)| cart.units());
    let html = html::cart(&site, own.as_ref().map(|(_, cart)| cart), told);
    let cookies = match &own {
        Some((key, cart)) => set_cart(key, cart.units()),
        None => forget_cart(),
    };
    with_cookies(page(200, html), &cookies)
}

/// What a shopper wants of a line: a number of units, from the field.
fn units(form: &Form) -> i64 {
    form.get("quantity").parse().unwrap_or(1)
}

/// `POST /cart/add`: into the cart that there is, or into a new one.
pub(super) async fn add(visit: &Visit<'_>, form: &Form) -> Result<Response, Problem> {
    let (sku, units) = (form.get("sku"), units(form));
    let added = match orders::put_all(visit, &[(sku.to_owned(), units)]).await {
        Ok(added) => Ok(added),
        Err(Refusal::Invalid(pointers)) => {
            let full = pointers.iter().any(|pointer| !pointer.ends_with("/sku"));
            Err(if full { "full" } else { "refused" })
        }
        Err(Refusal::NotFound | Refusal::Gone) => Err("refused"),
        Err(refusal) => return Ok(visit.refused(&refusal)),
    };
    let by_script = visit.headers.get("accept").is_some_and(|accept| accept == "application/json");
    let cart = visit.site.path(&Page::Cart);
    match added {
        Ok((key, units)) => {
            let answer = if by_script {
                as_json(&json!({ "units": units }))
            } else {
                see(&format!("{cart}?told=added"))?
            };
            with_cookies(answer, &set_cart(&key, units))
        }
        // Our script follows to the page that says why.
        Err(told) if by_script => Ok(as_json(&json!({ "see": format!("{cart}?told={told}") }))),
        Err(told) => see(&format!("{cart}?told={told}")),
    }
}

/// `POST /cart/set`: another quantity, or none.
pub(super) async fn set(visit: &Visit<'_>, form: &Form) -> Result<Response, Problem> {
    let cart = visit.site.path(&Page::Cart);
    let Some(key) = visit.cookies.cart() else { return see(&cart) };
    let units = if form.has("remove") { 0 } else { units(form).max(0) };
    match visit.api.set(&key, form.get("sku"), units).await {
        Ok(now) => with_cookies(see(&cart)?, &set_cart(&key, now.units())),
        Err(Refusal::Invalid(pointers)) => {
            let full = pointers.iter().any(|pointer| pointer == "/quantity");
            see(&format!("{cart}?told={}", if full { "full" } else { "refused" }))
        }
        Err(Refusal::NotFound | Refusal::Conflict) => see(&cart),
        Err(refusal) => Ok(visit.refused(&refusal)),
    }
}

/// `GET /checkout`.
pub(super) async fn checkout(visit: &Visit<'_>) -> Result<Response, Problem> {
    match own_cart(visit, None).await {
        Ok(Some((_, cart))) if cart.ready => {
            let (typed, faults, key) = (Typed::default(), Faults::default(), visit.new_key()?);
            let takes_cards = visit.takes_cards();
            let empty = Checkout {
                cart: &cart,
                typed: &typed,
                faults: &faults,
                card: "",
                takes_cards,
                key: &key,
                changed: false,
            };
            Ok(shown(visit, 200, &empty))
        }
        Ok(_) => see(&visit.site.path(&Page::Cart)),
        Err(refusal) => Ok(visit.refused(&refusal)),
    }
}

fn shown(visit: &Visit<'_>, status: u16, checkout: &Checkout<'_>) -> Response {
    page(status, html::checkout(&visit.site, checkout))
}

/// The card that was chosen, if it is one of ours.
pub(super) fn chosen(form: &Form) -> Option<&'static str> {
    CARDS.iter().map(|(token, _)| *token).find(|token| *token == form.get("card"))
}

/// `POST /checkout`: (1) What was typed. (2) The total with the tax of the address; if it is another one than was shown,
/// the buyer sees it first. (3) The order, which ends the cart. (4) The payment. Sent twice, each happens once.
pub(super) async fn order(visit: &Visit<'_>, form: &Form) -> Result<Response, Problem> {
    let typed = Typed::of(form);
    let own = match own_cart(visit, typed.region().as_deref()).await {
        Ok(own) => own,
        Err(Refusal::Invalid(_)) => own_cart(visit, None).await.unwrap_or(None),
        Err(refusal) => return Ok(visit.refused(&refusal)),
    };
    let (key, means) = (form.get("key"), chosen(form));
    let key = if is_key(key) { key.to_owned() } else { visit.new_key()? };
    let back = || see(&visit.site.path(&Page::Cart));
    let Some((opens, cart)) = own else {
        // This form has been sent before: its cart is an order by now.
        let Some(opens) = visit.cookies.cart() else { return back() };
        return placed(visit, &opens, &typed, None, means, &key).await.or_else(|_| back());
    };
    if !cart.ready {
        return back();
    }
    let none = Faults::default();
    let page = Checkout {
        cart: &cart,
        typed: &typed,
        faults: &none,
        card: means.unwrap_or(""),
        takes_cards: visit.takes_cards(),
        key: &key,
        changed: false,
    };
    if form.get("do") == "update" {
        // Whoever only wants to see the total need not have typed everything.
        return Ok(shown(visit, 200, &page));
    }
    let mut faults = typed.faults();
    if page.takes_cards && !cart.total.is_zero() && means.is_none() {
        faults.add("card", "error.card");
    }
    if !faults.is_empty() {
        return Ok(shown(visit, 422, &Checkout { faults: &faults, ..page }));
    }
    let seen = Money::parse(form.get("total"), cart.total.currency()).ok();
    if seen != Some(cart.total) {
        return Ok(shown(visit, 200, &Checkout { changed: true, ..page }));
    }
    match placed(visit, &opens, &typed, seen, means, &key).await {
        Ok(answer) => Ok(answer),
        Err(Refusal::Invalid(pointers)) => {
            for pointer in &pointers {
                faults.add(field(pointer).unwrap_or("line1"), "error.invalid");
            }
            Ok(shown(visit, 422, &Checkout { faults: &faults, ..page }))
        }
        // The price has changed this very moment, or another window has changed the cart.
        Err(Refusal::Conflict | Refusal::NotFound) => {
            match own_cart(visit, typed.region().as_deref()).await {
                Ok(Some((_, now))) if now.ready => {
                    Ok(shown(visit, 200, &Checkout { cart: &now, changed: true, ..page }))
                }
                _ => back(),
            }
        }
        Err(refusal) => Ok(visit.refused(&refusal)),
    }
}

/// Whether a key can be one of ours.
pub(super) fn is_key(key: &str) -> bool {
    key.len() == 36 && key.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// Places the order and pays for it; to its page, whatever comes of it.
async fn placed(
    visit: &Visit<'_>,
    cart: &CartKey,
    typed: &Typed,
    seen: Option<Money>,
    means: Option<&'static str>,
    key: &str,
) -> Result<Response, Refusal> {
    let (order, token) = visit.api.check_out(cart, typed, seen).await?;
    let mut cookies = forget_cart().to_vec();
    cookies.push(set_order(&order.id, &token));
    let is_free = order.total.is_zero();
    let answer = if order.is_pending() && (is_free || (means.is_some() && visit.takes_cards())) {
        orders::paid(visit, &order.id, &token, means.filter(|_| !is_free), key, cookies).await?
    } else {
        let page = visit.site.path(&Page::Order(order.id.clone()));
        see(&page)
            .and_then(|answer| with_cookies(answer, &cookies))
            .map_err(|error| Refusal::Unknown(error.cause().unwrap_or_default().to_owned()))?
    };
    Ok(answer)
}
