//! What a visitor's browser keeps: the key of the cart, the number beside it, and the keys of orders. None of them is
//! readable to scripts but the number, and none is sent from another site.

use ::http::HeaderMap;
use web::input::cookie;

use crate::application::buy::CartKey;

/// As long as a cart lives.
const CART_SECONDS: u32 = 30 * 86_400;
/// As long as an order's token is good.
const ORDER_SECONDS: u32 = 90 * 86_400;

/// The shop's cookies of a request.
pub(super) struct Cookies(HeaderMap);

impl Cookies {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let cookies = headers.get_all(::http::header::COOKIE).into_iter().cloned();
        Self(cookies.map(|line| (::http::header::COOKIE, line)).collect())
    }

    /// The key of the cart.
    pub(super) fn cart(&self) -> Option<CartKey> {
        CartKey::parse(cookie(&self.0, "cart")?)
    }

    /// The units in it, as the browser remembers: only shown, never relied on.
    pub(super) fn units(&self) -> i64 {
        let units = cookie(&self.0, "cart-count").and_then(|count| count.parse().ok());
        units.filter(|units| (0..=99_900).contains(units)).unwrap_or(0)
    }

    /// The key of an order.
    pub(super) fn order(&self, id: &str) -> Option<String> {
        cookie(&self.0, &format!("order-{id}")).map(str::to_owned)
    }
}

/// Sets the cart and its number.
pub(super) fn set_cart(key: &CartKey, units: i64) -> [String; 2] {
    [
        format!("cart={key}; Path=/; Max-Age={CART_SECONDS}; HttpOnly; Secure; SameSite=Lax"),
        format!("cart-count={units}; Path=/; Max-Age={CART_SECONDS}; Secure; SameSite=Lax"),
    ]
}

/// Forgets them.
pub(super) fn forget_cart() -> [String; 2] {
    ["cart", "cart-count"].map(|name| format!("{name}=; Path=/; Max-Age=0; Secure; SameSite=Lax"))
}

/// Keeps the key of an order.
pub(super) fn set_order(id: &str, token: &str) -> String {
    format!("order-{id}={token}; Path=/; Max-Age={ORDER_SECONDS}; HttpOnly; Secure; SameSite=Lax")
}
