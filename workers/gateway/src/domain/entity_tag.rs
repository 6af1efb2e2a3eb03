//! The entity tags of what guests read (RFC 9110, 8.8.3): one tag, one sequence of bytes.

use std::hash::{DefaultHasher, Hasher as _};

/// The strong tag of a body. The version of a resource, as the service tagged it, stays in front: `If-Match` reads it.
#[must_use]
pub fn entity_tag(version: Option<&str>, body: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(body);
    let hash = hasher.finish();
    match version.map(|version| version.trim_matches('"')) {
        Some(version) if !version.is_empty() => format!("\"{version}-{hash:016x}\""),
        _ => format!("\"{hash:016x}\""),
    }
}

/// Whether `If-None-Match` names the tag: the client has these bytes already. Compared weakly, as RFC 9110, 13.1.2
/// wants it.
#[must_use]
pub fn is_known(if_none_match: &str, tag: &str) -> bool {
    let mut known = if_none_match.split(',').map(str::trim);
    known.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_follows_from_the_bytes_and_keeps_the_version() {
        let tag = entity_tag(None, b"{}");
        assert_eq!((tag.len(), &tag), (18, &entity_tag(None, b"{}")));
        assert_ne!(tag, entity_tag(None, b"{ }"));
        assert!(entity_tag(Some("\"7\""), b"{}").starts_with("\"7-"));
    }

    #[test]
    fn a_client_that_has_the_bytes_is_known_by_their_tag() {
        let tag = "\"7-0011223344556677\"";
        for (header, known) in [
            (tag, true),
            ("W/\"7-0011223344556677\"", true),
            ("\"a\", \"7-0011223344556677\" ,\"b\"", true),
            ("*", true),
            ("\"7\"", false),
            ("7-0011223344556677", false),
            ("", false),
        ] {
            assert_eq!(is_known(header, tag), known, "{header}");
        }
    }
}
