//! Descriptions as safe HTML: a short list of tags, links to the web, text. Everything else is dropped.
//!
//! The output is built, never patched: each `<` in it was written here as part of one of the allowed tags. Tags are
//! balanced, attributes are dropped except a link's `href`, text is escaped, and scripts, styles and the like are
//! dropped with their content. Sanitizing safe output again does not change it.

use kernel::text::{Prose, TextError};

/// Allowed tags, apart from `br` and `a`.
const KEPT: [&str; 15] =
    ["p", "ul", "ol", "li", "b", "strong", "i", "em", "h1", "h2", "h3", "h4", "h5", "h6", "a"];
/// Tags that are dropped with their content: it is not text for people.
const DROPPED_WITH_CONTENT: [&str; 12] = [
    "script", "style", "title", "textarea", "template", "iframe", "object", "noscript", "noembed",
    "noframes", "xmp", "svg",
];
/// Deeper nesting is dropped.
const DEPTH_MAX: usize = 32;
/// A longer text, in bytes, is not parsed at all: no description is that long.
const BYTES_MAX: usize = 131_072;
/// The longest tag and the longest entity, in bytes. Anything longer is treated as text. So each look-ahead is limited,
/// and the total time is proportional to the input.
const TAG_BYTES_MAX: usize = 2_048;
const ENTITY_BYTES_MAX: usize = 34;
/// The longest written address of a link, in bytes.
const HREF_BYTES_MAX: usize = 1_000;

/// A description: HTML that is safe to show. At most 20,000 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    /// Sanitizes a text; none when nothing is left of it.
    pub fn parse(text: &str) -> Result<Option<Self>, TextError> {
        if text.len() > BYTES_MAX {
            return Err(TextError::TooLong(20_000));
        }
        let safe = sanitize(text);
        match Prose::parse(&safe) {
            Ok(prose) => Ok(Some(Self(prose.as_str().to_owned()))),
            Err(TextError::Empty) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Takes a sanitized text from the database.
    #[must_use]
    pub fn stored(text: String) -> Self {
        Self(text)
    }
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The words without markup, for the search index.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = String::with_capacity(self.0.len());
        let mut in_tag = false;
        for c in self.0.chars() {
            match c {
                '<' => in_tag = true,
                '>' => {
                    in_tag = false;
                    words.push(' ');
                }
                c if !in_tag => words.push(c),
                _ => {}
            }
        }
        words.replace("&amp;", "&").replace("&nbsp;", " ").replace("&quot;", "\"")
    }
}

/// The safe form of any text.
#[must_use]
pub fn sanitize(input: &str) -> String {
    let mut out = String::with_capacity(input.len());
    let mut open: Vec<&'static str> = Vec::new();
    let mut rest = input;
    while let Some(start) = rest.find('<') {
        let (text, from) = rest.split_at(start);
        push_text(&mut out, text);
        let Some(piece) = markup(from) else {
            out.push_str("&lt;");
            rest = from.strip_prefix('<').unwrap_or_default();
            continue;
        };
        rest = piece.rest;
        match piece.what {
            Markup::Close(name) => close(&mut out, &mut open, name),
            Markup::Open("br") => out.push_str("<br>"),
            Markup::Open(name) if open.len() < DEPTH_MAX => {
                out.push('<');
                out.push_str(name);
                if let Some(href) = piece.href.filter(|_| name == "a") {
                    push_href(&mut out, href);
                }
                out.push('>');
                open.push(name);
            }
            // Not an allowed tag, or nested too deeply.
            Markup::Nothing | Markup::Open(_) => {}
        }
    }
    push_text(&mut out, rest);
    while let Some(name) = open.pop() {
        push_close(&mut out, name);
    }
    out
}

/// Closes a tag and the open tags inside it; a tag that is not open is dropped.
fn close(out: &mut String, open: &mut Vec<&'static str>, name: &'static str) {
    if !open.contains(&name) {
        return;
    }
    while let Some(inner) = open.pop() {
        push_close(out, inner);
        if inner == name {
            return;
        }
    }
}

fn push_close(out: &mut String, name: &str) {
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

/// A link's address, escaped. If it is then too long, it is dropped: sanitizing it again would drop it.
fn push_href(out: &mut String, href: &str) {
    let mut written = String::with_capacity(href.len());
    push_text(&mut written, &href.replace('"', "%22"));
    if written.len() <= HREF_BYTES_MAX {
        out.push_str(" href=\"");
        out.push_str(&written);
        out.push('"');
    }
}

/// Text, escaped. Entities stay as they are; control characters except line ends and tabs are removed.
fn push_text(out: &mut String, text: &str) {
    for (at, c) in text.char_indices() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' if !is_entity(text.get(at..).unwrap_or_default()) => out.push_str("&amp;"),
            c if c.is_control() && !matches!(c, '\n' | '\t') => {}
            c => out.push(c),
        }
    }
}

/// Whether the text starts with `&name;`, `&#9;` or `&#x9;`.
fn is_entity(text: &str) -> bool {
    let window = text.get(..text.floor_char_boundary(ENTITY_BYTES_MAX)).unwrap_or_default();
    let Some((body, _)) = window.strip_prefix('&').and_then(|body| body.split_once(';')) else {
        return false;
    };
    let all = |digits: &str, ok: fn(&u8) -> bool| {
        (1..=31).contains(&digits.len()) && digits.as_bytes().iter().all(ok)
    };
    match body.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => all(hexadecimal, u8::is_ascii_hexdigit),
            None => all(number, u8::is_ascii_digit),
        },
        None => all(body, u8::is_ascii_alphanumeric),
    }
}

/// The markup at a `<`.
struct Piece<'a> {
    what: Markup,
    href: Option<&'a str>,
    rest: &'a str,
}

enum Markup {
    Open(&'static str),
    Close(&'static str),
    Nothing,
}

/// Reads the markup at a `<`; none when it is only the character.
fn markup(from: &str) -> Option<Piece<'_>> {
    let dropped = |rest| Piece { what: Markup::Nothing, href: None, rest };
    if let Some(comment) = from.strip_prefix("<!--") {
        return Some(dropped(comment.split_once("-->").map_or("", |(_, rest)| rest)));
    }
    if from.starts_with("<!") || from.starts_with("<?") {
        return Some(dropped(from.split_once('>').map_or("", |(_, rest)| rest)));
    }
    let window = from.get(..from.floor_char_boundary(TAG_BYTES_MAX))?;
    if !window.contains('>') {
        return None;
    }
    let body = window.strip_prefix('<')?;
    let (closing, body) = body.strip_prefix('/').map_or((false, body), |body| (true, body));
    if !body.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let name_length = body.find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>')?;
    let (name, attributes) = body.split_at_checked(name_length)?;
    let name = name.to_ascii_lowercase();
    let (attributes, after) = split_tag(attributes)?;
    let rest = from.get(window.len().saturating_sub(after.len())..)?;
    if !closing && DROPPED_WITH_CONTENT.contains(&name.as_str()) {
        return Some(dropped(after_content(rest, &name)));
    }
    let Some(kept) = KEPT.into_iter().chain(["br"]).find(|kept| *kept == name) else {
        return Some(dropped(rest));
    };
    let what = match (closing, kept) {
        (true, "br") => Markup::Nothing,
        (true, kept) => Markup::Close(kept),
        (false, kept) => Markup::Open(kept),
    };
    Some(Piece { what, href: href(attributes), rest })
}

/// Splits a tag's attributes from the text after its `>`. A `>` may also be inside quotes. None when the tag never
/// ends.
fn split_tag(text: &str) -> Option<(&str, &str)> {
    let mut quote: Option<char> = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return Some((text.get(..at)?, text.get(at.saturating_add(1)..)?)),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    None
}

/// The text after the end tag of `name`; empty when it never ends.
fn after_content<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("</") {
        let ends = after.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
        if ends {
            return after.split_once('>').map_or("", |(_, rest)| rest);
        }
        rest = after;
    }
    ""
}

/// The value of `href` when it is a plain address on the web.
fn href(attributes: &str) -> Option<&str> {
    let mut rest = attributes;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        let name_length =
            rest.find(|c: char| c.is_ascii_whitespace() || c == '=' || c == '/').unwrap_or(rest.len());
        let (name, after) = rest.split_at_checked(name_length)?;
        let after = after.trim_start();
        let Some(value) = after.strip_prefix('=') else {
            if after.is_empty() || name.is_empty() {
                return None;
            }
            rest = after;
            continue;
        };
        let value = value.trim_start();
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value.get(1..)?.split_once(quote)?,
            _ => value.split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len())),
        };
        if name.eq_ignore_ascii_case("href") {
            return is_web_address(value.trim()).then(|| value.trim());
        }
        rest = after;
    }
}

fn is_web_address(address: &str) -> bool {
    let starts = |scheme: &str| {
        address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            && address.len() > scheme.len()
    };
    address.len() <= HREF_BYTES_MAX
        && (starts("http://") || starts("https://"))
        && !address.chars().any(|c| c.is_control() || c.is_whitespace())
}

#[cfg(test)]
mod tests;
