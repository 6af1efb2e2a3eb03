//! Descriptions: whatever comes in, what comes out is safe HTML, stays as it is, and keeps within its length.

use product::domain::html::{Html, sanitize};

/// Tags that may come out.
const TAGS: [&str; 14] =
    ["p", "ul", "ol", "li", "b", "strong", "i", "em", "h1", "h2", "h3", "h4", "h5", "h6"];

/// Any text.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let safe = sanitize(&text);
    check_safe(&safe);
    assert_eq!(sanitize(&safe), safe, "made safe twice it is something else");
    if let Ok(Some(html)) = Html::parse(&text) {
        assert!(html.as_str().chars().count() <= 20_000);
        assert_eq!(Html::parse(html.as_str()), Ok(Some(html.clone())));
        assert!(html.words().len() <= html.as_str().len().saturating_mul(2));
    }
}

/// Each `<` begins a known tag as this crate writes it, each tag is closed in order, and a link goes to the web.
fn check_safe(html: &str) {
    let mut open: Vec<&str> = Vec::new();
    for (at, piece) in html.split('<').enumerate() {
        let (tag, text) = if at == 0 { ("br", piece) } else { piece.split_once('>').expect("a tag ends") };
        assert!(!text.contains('>'), "a stray > in {html:?}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{html:?}");
        } else if let Some(link) = tag.strip_prefix("a href=\"") {
            let link = link.strip_suffix('"').expect("a link ends").to_ascii_lowercase();
            assert!(link.starts_with("http://") || link.starts_with("https://"), "{link}");
            assert!(!link.contains('"'), "{link}");
            open.push("a");
        } else if tag != "br" {
            assert!(tag == "a" || TAGS.contains(&tag), "the tag {tag:?}");
            open.push(tag);
        }
    }
    assert!(open.is_empty(), "{open:?} stay open in {html:?}");
    assert!(!html.chars().any(|c| c.is_control() && !"\n\t".contains(c)), "{html:?}");
}
