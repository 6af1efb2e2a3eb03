//! The cart and the checkout. Every form works without scripts.

use maud::{Markup, html};

use super::layout::{Frame, layout};
use super::{Site, picture};
use crate::application::buy::{Cart, CartLine};
use crate::domain::address::Typed;
use crate::domain::form::Faults;
use crate::domain::site::Page;

/// The test provider's cards: their tokens and the keys of their names.
pub(crate) const CARDS: [(&str, &str); 3] = [
    ("tok_approve", "checkout.card.approve"),
    ("tok_decline", "checkout.card.decline"),
    ("tok_timeout_lost", "checkout.card.timeout"),
];

/// What to tell on top of the cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    None,
    Added,
    /// Beyond the limits of a cart.
    Full,
    /// Not for sale any more.
    Refused,
}

fn word(site: &Site<'_>, word: Word) -> Markup {
    let limits = [("units", "999"), ("lines", "100")];
    match word {
        Word::None => html! {},
        Word::Added => html! { p class="note good" role="status" { (site.text("cart.added")) } },
        Word::Full => html! { p class="note bad" role="alert" { (site.texts.with("cart.full", &limits)) } },
        Word::Refused => html! { p class="note bad" role="alert" { (site.text("cart.refused")) } },
    }
}

/// What has changed since the line was put.
fn change(site: &Site<'_>, line: &CartLine) -> Markup {
    let price = line.previous_price.zip(line.unit_price);
    html! {
        @if line.gone {
            p class="note bad" { (site.text("cart.changed.gone")) }
        } @else if line.available == 0 {
            p class="note bad" { (site.text("cart.changed.none")) }
        } @else if line.available < line.quantity {
            p class="note bad" {
                (site.texts.with("cart.changed.fewer",
                    &[("count", &line.available.to_string()), ("wanted", &line.quantity.to_string())]))
            }
        }
        @if let Some((from, to)) = price {
            p class="note" { (site.texts.with("cart.changed.price", &[("from", &site.money(from)), ("to", &site.money(to))])) }
        }
    }
}

fn cart_line(site: &Site<'_>, line: &CartLine, number: usize) -> Markup {
    let name = line.name.as_deref().unwrap_or(&line.sku);
    let field = format!("quantity-{number}");
    html! {
        li class="line" {
            (picture(name.split(" - ").next().unwrap_or(name)))
            div class="what" {
                p class="title" { (name) }
                @if let Some(price) = line.unit_price {
                    p class="fine" { (site.texts.with("cart.each", &[("price", &site.money(price))])) }
                }
                (change(site, line))
                form class="set" method="post" action=(site.path(&Page::CartSet)) {
                    input type="hidden" name="sku" value=(line.sku);
                    @if !line.gone {
                        label class="hidden" for=(field) { (site.text("product.quantity")) ": " (name) }
                        input id=(field) name="quantity" type="number" value=(line.quantity) min="1" max="999" inputmode="numeric" required;
                        button { (site.text("cart.update")) }
                    }
                    button name="remove" value="1" formnovalidate class="plain" {
                        (site.text("cart.remove")) span class="hidden" { ": " (name) }
                    }
                }
            }
            p class="price" { @if let Some(total) = line.shown_total() { (site.money(total)) } }
        }
    }
}

/// Subtotal, tax and total. Where the prices include the tax, the total is the subtotal, and the tax a part of it.
pub(crate) fn sums(site: &Site<'_>, [subtotal, tax, total]: [kernel::Money; 3]) -> Markup {
    let label = if subtotal == total && !tax.is_zero() { "cart.tax.included" } else { "cart.tax" };
    html! {
        dl class="sums" {
            div { dt { (site.text("cart.subtotal")) } dd { (site.money(subtotal)) } }
            div { dt { (site.text(label)) } dd { (site.money(tax)) } }
            div class="total" { dt { (site.text("cart.total")) } dd { (site.money(total)) } }
        }
    }
}

/// The cart; none is an empty one.
pub(crate) fn cart(site: &Site<'_>, cart: Option<&Cart>, told: Word) -> String {
    let title = site.text("cart.title");
    let lines = cart.filter(|cart| !cart.items.is_empty());
    let main = html! {
        h1 { (title) }
        (word(site, told))
        @if let Some(cart) = lines {
            div class="columns" {
                ul class="lines" { @for (line, number) in cart.items.iter().zip(1..) { (cart_line(site, line, number)) } }
                section class="summary" aria-label=(site.text("checkout.summary")) {
                    (sums(site, [cart.subtotal, cart.tax, cart.total]))
                    @if cart.ready {
                        a class="button primary wide" href=(site.path(&Page::Checkout)) { (site.text("cart.checkout")) }
                    } @else {
                        p class="note bad" { (site.text("cart.fix")) }
                    }
                    p class="fine" { (site.text("cart.reserve")) }
                }
            }
        } @else {
            p class="empty" { (site.text("cart.empty")) }
        }
        p { a href=(site.path(&Page::Home)) { (site.text("cart.continue")) } }
    };
    layout(site, &Frame::personal(Page::Cart, title.to_owned()), &main)
}

/// The checkout as it is shown.
pub(crate) struct Checkout<'a> {
    pub(crate) cart: &'a Cart,
    pub(crate) typed: &'a Typed,
    pub(crate) faults: &'a Faults,
    /// The chosen card; empty for none yet.
    pub(crate) card: &'a str,
    /// Whether cards can be paid with here.
    pub(crate) takes_cards: bool,
    /// The key of this attempt to pay.
    pub(crate) key: &'a str,
    /// Whether the total is another one than before.
    pub(crate) changed: bool,
}

/// A field with its label, hint and fault.
struct Field<'a> {
    name: &'static str,
    value: &'a str,
    autofill: &'static str,
    kind: &'static str,
    required: bool,
    hint: Option<&'static str>,
    most: u16,
}

fn field(site: &Site<'_>, faults: &Faults, field: &Field<'_>) -> Markup {
    let (name, fault) = (field.name, faults.of(field.name));
    let (hint_id, fault_id) = (format!("{name}-hint"), format!("{name}-fault"));
    let described = [field.hint.map(|_| hint_id.as_str()), fault.map(|_| fault_id.as_str())];
    let described: Vec<&str> = described.into_iter().flatten().collect();
    html! {
        div class={ "field " (name) } {
            label for=(name) { (site.text(&format!("checkout.{name}"))) }
            input id=(name) name=(name) type=(field.kind) value=(field.value) autocomplete=(field.autofill)
                maxlength=(field.most) required[field.required] aria-invalid=[fault.map(|_| "true")]
                aria-describedby=[(!described.is_empty()).then(|| described.join(" "))];
            @if let Some(fault) = fault { p class="fault" id=(fault_id) { (site.text(fault)) } }
            @if let Some(hint) = field.hint { p class="hint" id=(hint_id) { (site.text(hint)) } }
        }
    }
}

fn country(site: &Site<'_>, typed: &Typed, faults: &Faults) -> Markup {
    let mut countries: Vec<_> = site.texts.below("country.").collect();
    countries.sort_by_key(|(_, name)| name.replace('Ö', "O"));
    let fault = faults.of("country");
    html! {
        div class="field country" {
            label for="country" { (site.text("checkout.country")) }
            select id="country" name="country" autocomplete="country" required aria-invalid=[fault.map(|_| "true")]
                aria-describedby=[fault.map(|_| "country-fault")] {
                option value="" {}
                @for (code, name) in countries {
                    option value=(code) selected[code == typed.country] { (name) }
                }
            }
            @if let Some(fault) = fault { p class="fault" id="country-fault" { (site.text(fault)) } }
        }
    }
}

/// The choice of a test card, never a field for a card's number.
pub(crate) fn cards(site: &Site<'_>, chosen: &str, fault: Option<&'static str>) -> Markup {
    html! {
        fieldset class="cards" {
            legend { (site.text("checkout.card")) }
            p class="hint" { (site.text("checkout.card.hint")) }
            @for (token, name) in CARDS {
                label {
                    input type="radio" name="card" value=(token) required checked[token == chosen];
                    span { (site.text(name)) }
                }
            }
            @if let Some(fault) = fault { p class="fault" { (site.text(fault)) } }
        }
    }
}

fn fields(site: &Site<'_>, page: &Checkout<'_>) -> Markup {
    let (typed, faults) = (page.typed, page.faults);
    let text = |name, value, autofill| Field {
        name,
        value,
        autofill,
        kind: "text",
        required: true,
        hint: None,
        most: 200,
    };
    let email =
        Field { kind: "email", hint: Some("checkout.email.hint"), ..text("email", &typed.email, "email") };
    let line2 = Field { required: false, ..text("line2", &typed.line2, "address-line2") };
    let postal = Field { most: 12, ..text("postalCode", &typed.postal_code, "postal-code") };
    let state = Field {
        required: false,
        hint: Some("checkout.state.hint"),
        most: 3,
        ..text("state", &typed.state, "address-level1")
    };
    html! {
        section {
            h2 { (site.text("checkout.contact")) }
            (field(site, faults, &email))
        }
        section class="address" {
            h2 { (site.text("checkout.address")) }
            (field(site, faults, &text("name", &typed.name, "name")))
            (field(site, faults, &text("line1", &typed.line1, "address-line1")))
            (field(site, faults, &line2))
            div class="pair" {
                (field(site, faults, &postal))
                (field(site, faults, &text("city", &typed.city, "address-level2")))
            }
            div class="pair" {
                (country(site, typed, faults))
                (field(site, faults, &state))
            }
        }
    }
}

/// Everything on one page, with one total before paying.
pub(crate) fn checkout(site: &Site<'_>, page: &Checkout<'_>) -> String {
    let (title, cart) = (site.text("checkout.title"), page.cart);
    let total = site.money(cart.total);
    let button = if page.takes_cards && !cart.total.is_zero() { "checkout.pay" } else { "checkout.place" };
    let action = site.path(&Page::Checkout);
    let main = html! {
        h1 { (title) }
        @if !page.faults.is_empty() {
            div class="note bad" role="alert" {
                p { (site.text("checkout.errors")) }
                ul {
                    @for (name, fault) in page.faults.all() {
                        li { a href={ "#" (name) } { (site.text(&format!("checkout.{name}"))) } ": " (site.text(fault)) }
                    }
                }
            }
        }
        @if page.changed {
            p class="note" role="alert" { (site.texts.with("checkout.total.changed", &[("total", &total)])) }
        }
        form class="columns" method="post" action=(action) novalidate data-once {
            div class="fields" {
                (fields(site, page))
                section {
                    h2 { (site.text("checkout.payment")) }
                    @if page.takes_cards && !cart.total.is_zero() {
                        (cards(site, page.card, page.faults.of("card")))
                    } @else if !cart.total.is_zero() {
                        p class="note" { (site.text("checkout.no-cards")) }
                    }
                }
            }
            section class="summary" aria-label=(site.text("checkout.summary")) {
                h2 { (site.text("checkout.summary")) }
                ul class="short" {
                    @for line in &cart.items {
                        li {
                            span { (line.quantity) " × " (line.name.as_deref().unwrap_or(&line.sku)) }
                            @if let Some(total) = line.shown_total() { span { (site.money(total)) } }
                        }
                    }
                }
                (sums(site, [cart.subtotal, cart.tax, cart.total]))
                input type="hidden" name="total" value=(cart.total.amount());
                input type="hidden" name="key" value=(page.key);
                button class="primary wide" name="do" value="order" { (site.texts.with(button, &[("total", &total)])) }
                button class="wide" name="do" value="update" { (site.text("checkout.update")) }
                p class="fine" { (site.text("checkout.terms")) " " (site.text("cart.reserve")) }
            }
        }
    };
    layout(site, &Frame::personal(Page::Checkout, title.to_owned()), &main)
}
