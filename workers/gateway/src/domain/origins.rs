//! Which web origins may call the API from a browser.

/// Methods a page may use.
pub const METHODS: &str = "GET, POST, PUT, DELETE, OPTIONS";
/// Headers a page may send.
pub const REQUEST_HEADERS: &str = "authorization, bot-check, content-type, idempotency-key, if-match, if-none-match, order-token, till-key, traceparent, x-api-key, x-request-id";
/// Headers a page may read.
pub const EXPOSED_HEADERS: &str = "x-request-id, idempotent-replayed, etag, location, retry-after, server-timing, content-disposition, x-next-cursor";
/// How long a browser may cache the preflight answer, in seconds: the most that browsers accept.
pub const MAX_AGE_SECONDS: &str = "7200";

/// Whether an origin is in the configured list, separated by commas: compared literally, no wildcards.
#[must_use]
pub fn is_allowed(configured: &str, origin: &str) -> bool {
    !origin.is_empty() && configured.split(',').any(|allowed| allowed.trim() == origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_same_origin_is_allowed() {
        let configured = "https://shop.example, http://localhost:5173";
        for (configured, origin, allowed) in [
            (configured, "https://shop.example", true),
            (configured, "http://localhost:5173", true),
            (configured, "https://shop.example.evil.org", false),
            (configured, "http://shop.example", false),
            (configured, "null", false),
            (configured, "", false),
            ("", "", false),
            ("*", "https://shop.example", false),
        ] {
            assert_eq!(is_allowed(configured, origin), allowed, "{configured} {origin}");
        }
    }
}
