//! Which service answers a public path, and which parts of a request and its answer are passed on.

use contracts::Service;

/// Request headers that are passed on. None of them says who the caller is: a service trusts only its service token.
pub const REQUEST_HEADERS: [&str; 15] = [
    "content-type",
    "accept",
    "accept-language",
    "idempotency-key",
    "if-match",
    "if-none-match",
    // Which device a till's sales come from; the order service knows the keys.
    "till-key",
    // The secret of a guest's order.
    "order-token",
    // What proves an event of the payment provider.
    "stripe-signature",
    // How a mail provider signs its reports.
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
    "svix-id",
    "svix-timestamp",
    "svix-signature",
];

/// Answer headers that are passed back.
pub const ANSWER_HEADERS: [&str; 11] = [
    // The same secret, for a browser.
    "set-cookie",
    "content-type",
    "content-disposition",
    "etag",
    "last-modified",
    "location",
    "idempotent-replayed",
    "retry-after",
    "allow",
    "www-authenticate",
    // Where the catalogue's export continues.
    "x-next-cursor",
];

/// Request headers that are passed on to the shop: who a visitor is, it hears from its service token. The others say where a
/// form came from.
pub const PAGE_REQUEST_HEADERS: [&str; 5] = ["accept", "content-type", "cookie", "origin", "sec-fetch-site"];

/// The host that the visitor asked. On the way to the shop the header `Host` is the binding's.
pub const ASKED_HOST: &str = "x-forwarded-host";

/// Answer headers of the shop that are passed back: what a page may load, and what it tells others, is its own.
pub const PAGE_ANSWER_HEADERS: [&str; 8] = [
    "set-cookie",
    "allow",
    "content-type",
    "location",
    "cache-control",
    "content-security-policy",
    "referrer-policy",
    "x-robots-tag",
];

/// The cookies of the shop: by name, or by its beginning.
#[must_use]
pub fn is_shops_cookie(name: &str) -> bool {
    matches!(name, "cart" | "cart-count") || name.starts_with("order-")
}

/// Whether the shop answers a path: it has all that are neither the API's nor a service's own.
#[must_use]
pub fn is_page(path: &str) -> bool {
    // A program that writes them in another case is told so in its own language.
    let first = path.split('/').nth(1).unwrap_or_default().to_ascii_lowercase();
    let is_others = ["api", "internal", "health", "metrics", ".well-known"].contains(&first.as_str());
    // What a service answers is none of the shop's: a developer's mailbox.
    let is_others = is_others || passage(path).is_some();
    path.starts_with('/') && !is_others && !path.contains('\\') && !path.split('/').any(climbs)
}

/// The most bytes of a body that is passed on, in general and of a visitor.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;
pub const GUEST_BODY_BYTES_MAX: usize = 64 * 1024;
/// Files, the only larger bodies: by path, with the grant that one needs to send them.
const FILES: [(&str, &str); 1] = [("/api/products/import", "catalogue:write")];
const FILE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How many bytes a body for a path may have, and the grant without which it is not read at all.
#[must_use]
pub fn body_limit(path: &str, is_guest: bool) -> (usize, Option<&'static str>) {
    match FILES.iter().find(|(file, _)| *file == path) {
        Some((_, grant)) => (FILE_BYTES_MAX, Some(grant)),
        None if is_guest => (GUEST_BODY_BYTES_MAX, None),
        None => (BODY_BYTES_MAX, None),
    }
}

/// The public path without its version: `/api/v1/products` and `/api/products` are the same path. None when it has no
/// version.
#[must_use]
pub fn without_version(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("/api/v1")?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

/// The mailbox of a developer, a page of the mail service beside the API. It exists only while nothing leaves.
const DEV_MAILBOX: &str = "/dev/mail";

/// The service that answers a path, and the path there. None for everything that is not public.
#[must_use]
pub fn passage(path: &str) -> Option<(Service, &str)> {
    if path == DEV_MAILBOX || path.strip_prefix(DEV_MAILBOX).is_some_and(|rest| rest.starts_with('/')) {
        return (!path.split('/').any(climbs) && !path.contains('\\')).then_some((Service::Mail, path));
    }
    let inner = path.strip_prefix("/api")?;
    let mut segments = inner.strip_prefix('/')?.split('/');
    // A URL parser on the way would resolve these and change the path.
    if inner.contains('\\') || segments.clone().any(climbs) {
        return None;
    }
    Service::of_prefix(segments.next()?).map(|service| (service, inner))
}

/// `.` and `..`, plain or encoded.
fn climbs(segment: &str) -> bool {
    let plain = segment.to_ascii_lowercase().replace("%2e", ".");
    plain == "." || plain == ".."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_paths_have_one_service_and_all_others_none() {
        for (path, expected) in [
            ("/api/products", Some((Service::Product, "/products"))),
            ("/api/products/sku/A%2F1", Some((Service::Product, "/products/sku/A%2F1"))),
            ("/api/orders/pos/sync", Some((Service::Order, "/orders/pos/sync"))),
            ("/api/accounting/reports/tax", Some((Service::Accounting, "/accounting/reports/tax"))),
            ("/api/tax-rates", Some((Service::Order, "/tax-rates"))),
            ("/dev/mail", Some((Service::Mail, "/dev/mail"))),
            ("/dev/mail/x/text", Some((Service::Mail, "/dev/mail/x/text"))),
            ("/dev/mail/../internal/sweep", None),
            ("/dev/mailbox", None),
            ("/api/dev/mail", None),
            ("/api/internal/sweep", None),
            ("/internal/sweep", None),
            ("/api/products/../internal/sweep", None),
            ("/api/products/%2E%2e/internal/sweep", None),
            ("/api/products/.%2e/internal/sweep", None),
            ("/api/products\\..\\internal", None),
            ("/api//products", None),
            ("/api", None),
            ("/apiproducts", None),
            ("/products", None),
        ] {
            assert_eq!(passage(path), expected, "{path}");
        }
    }

    #[test]
    fn the_shop_has_every_path_that_is_nobody_elses() {
        for path in ["/", "/p/enamel-mug", "/de", "/apiproducts", "/sitemap.xml", "/nothing"] {
            assert!(is_page(path), "{path}");
        }
        for path in [
            "",
            "/api",
            "/api/products",
            "/api/v1/nothing",
            "/API/V1/PRODUCTS",
            "/internal/events",
            "/health",
            "/metrics",
            "/.well-known/x",
            "/p/../internal/events",
            "/p/%2e%2e/internal/events",
            "/p\\..\\internal",
            "/dev/mail",
            "/dev/mail/x/text",
        ] {
            assert!(!is_page(path), "{path}");
        }
    }

    #[test]
    fn a_version_is_taken_away_once() {
        for (path, rest) in [
            ("/api/v1/products", Some("/products")),
            ("/api/v1", Some("")),
            ("/api/v10/products", None),
            ("/api/products", None),
            ("/health", None),
        ] {
            assert_eq!(without_version(path), rest, "{path}");
        }
    }
}
