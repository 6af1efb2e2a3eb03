use super::*;
use proptest::prelude::*;

#[test]
fn what_is_safe_is_kept_and_the_rest_dropped() {
    for (given, safe) in [
        ("<p>Clay <b>pot</b></p>", "<p>Clay <b>pot</b></p>"),
        ("<P CLASS='x' onclick=\"a()\">Clay</P>", "<p>Clay</p>"),
        ("<script>alert(1)</script>ok", "ok"),
        ("<SCRIPT >alert('</p>')</ScRiPt >ok", "ok"),
        ("<style>p{}</style><p>x</p>", "<p>x</p>"),
        ("<script>never ends", ""),
        ("<scr<b>ipt>x", "ipt&gt;x"),
        ("<img src=x onerror=alert(1)>", ""),
        (
            "<a href=\"https://example.org/?a=1&b=2\" target=_blank>x</a>",
            "<a href=\"https://example.org/?a=1&amp;b=2\">x</a>",
        ),
        ("<a href='javascript:alert(1)'>x</a>", "<a>x</a>"),
        ("<a href=java&#115;cript:alert(1)>x</a>", "<a>x</a>"),
        ("<a href=' JaVaScRiPt:x'>x</a>", "<a>x</a>"),
        ("<a title=\"href='http://x'\" href=\"data:x\">x</a>", "<a>x</a>"),
        ("<a href='http://x/\"onclick=\"y'>x</a>", "<a href=\"http://x/%22onclick=%22y\">x</a>"),
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("Fish &amp; chips&nbsp;&#163;5 &copy", "Fish &amp; chips&nbsp;&#163;5 &amp;copy"),
        ("x <b", "x &lt;b"),
        ("x <!-- never ends", "x "),
        ("<b><i>x</b>y</i>", "<b><i>x</i></b>y"),
        ("</p>x<br/>y</br>", "x<br>y"),
        ("<!-- <script> -->a<!doctype html>b<?php x ?>c", "abc"),
        ("<div><table><h2>T</h2></table></div>", "<h2>T</h2>"),
        ("plain, 5\" pipe", "plain, 5\" pipe"),
    ] {
        assert_eq!(sanitize(given), safe, "{given}");
        assert_eq!(sanitize(safe), safe, "{given}, twice");
    }
}

#[test]
fn a_link_that_escaping_makes_too_long_is_dropped_at_once() {
    let link = |ampersands: usize| format!("<a href=\"https://x/{}\">x</a>", "&".repeat(ampersands));
    assert!(sanitize(&link(190)).contains("&amp;"));
    assert_eq!(sanitize(&link(300)), "<a>x</a>");
}

#[test]
fn words_have_no_markup() {
    let html = Html::parse("<p>Clay&nbsp;pot</p><ul><li>Fish &amp; chips</li></ul>").unwrap().unwrap();
    assert_eq!(html.words().split_whitespace().collect::<Vec<_>>(), ["Clay", "pot", "Fish", "&", "chips"]);
    assert_eq!(
        Html::parse(" <p></p> ").unwrap().map(|html| html.as_str().to_owned()),
        Some("<p></p>".to_owned())
    );
    assert_eq!(Html::parse("<script>x</script>").unwrap(), None);
    assert!(Html::parse(&"x".repeat(20_001)).is_err());
    assert!(Html::parse(&"x".repeat(300_000)).is_err());
}

/// Every `<` starts one of the allowed tags, written exactly as this module writes them, and every tag
/// that is opened is closed.
fn check_safe(html: &str) -> Result<(), String> {
    let mut open = Vec::new();
    let mut pieces = html.split('<');
    if pieces.next().is_some_and(|text| text.contains('>')) {
        return Err("a stray >".to_owned());
    }
    for piece in pieces {
        let (tag, text) = piece.split_once('>').ok_or("an open tag without an end")?;
        if text.contains('>') {
            return Err("a stray >".to_owned());
        }
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Err(format!("{name} is closed but not open"));
            }
        } else if let Some(href) = tag.strip_prefix("a href=\"") {
            let url = href.strip_suffix('"').ok_or("an open quote")?;
            let lower = url.to_ascii_lowercase();
            if url.contains('"') || !(lower.starts_with("http://") || lower.starts_with("https://")) {
                return Err(format!("a bad link {url}"));
            }
            open.push("a");
        } else if KEPT.contains(&tag) {
            open.push(tag);
        } else if tag != "br" {
            return Err(format!("the tag {tag}"));
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("{open:?} stay open")) }
}

fn fragment() -> impl Strategy<Value = String> {
    let pieces = [
        "<script>",
        "</script>",
        "<scr",
        "ipt>",
        "<p>",
        "</p>",
        "<b",
        ">",
        "<",
        "/",
        "\"",
        "'",
        "=",
        "&",
        ";",
        "&lt;",
        "&#60;",
        "&amp;lt;",
        "<a href=",
        "javascript:",
        "java\u{0}script:",
        "http://x",
        "https://y?a=b&c",
        " onclick=",
        "<img ",
        "<!--",
        "-->",
        "<style>",
        "</style",
        "<svg/onload=",
        " ",
        "\n",
        "\r",
        "\u{0}",
        "text",
        "é",
        "<li>",
        "</ul>",
        "<br/>",
        "<H1 class=x>",
        "<?",
        "<!",
        "]]>",
        "<A\thref='",
        "title",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_input_yields_a_script_an_event_or_a_javascript_link(input in prop_oneof![fragment(), any::<String>()]) {
        let safe = sanitize(&input);
        prop_assert_eq!(check_safe(&safe), Ok(()), "{}", safe);
        prop_assert!(!safe.to_ascii_lowercase().contains("<script"));
    }

    #[test]
    fn what_is_safe_stays_as_it_is(input in prop_oneof![fragment(), any::<String>()]) {
        let once = sanitize(&input);
        prop_assert_eq!(sanitize(&once), once);
    }

    #[test]
    fn a_description_read_again_is_the_same(input in fragment()) {
        if let Ok(Some(html)) = Html::parse(&input) {
            prop_assert_eq!(Html::parse(html.as_str()), Ok(Some(html.clone())));
        }
    }
}
