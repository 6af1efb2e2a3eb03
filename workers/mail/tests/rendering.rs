//! Each template in each language: its links, its words, and that text and HTML say the same.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::type_complexity,
    reason = "test code: a failure here is a failed test"
)]

mod support;

use contracts::events::MailContent;
use contracts::terms::Language;
use mail::domain::catalogue::Catalogue;
use mail::domain::compose::{Shop, compose};
use support::{ORDER, SECRET, contents};

/// The words of an HTML page, without its tags, and the targets of its links.
fn read_html(html: &str) -> (String, Vec<String>) {
    let body = html.split_once("<body").unwrap().1.split_once('>').unwrap().1;
    let (mut words, mut links, mut rest) = (String::new(), Vec::new(), body);
    while let Some((before, tail)) = rest.split_once('<') {
        let (tag, after) = tail.split_once('>').unwrap();
        words.push_str(before);
        words.push(' ');
        links.extend(tag.split_once("href=\"").map(|(_, link)| unescaped(link.split_once('"').unwrap().0)));
        rest = after;
    }
    (unescaped(&words), links)
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

fn words(text: &str) -> Vec<&str> {
    let all = text.split_whitespace();
    all.filter(|word| !word.chars().all(|letter| letter == '=') && !word.starts_with("http")).collect()
}

#[test]
fn every_template_says_the_same_as_text_and_as_html_in_every_language() {
    let shop = Shop { name: "Harbour & Sons".to_owned(), url: "https://shop.example".to_owned() };
    let mut seen = Vec::new();
    for content in contents() {
        let mut subjects = Vec::new();
        for language in Language::ALL {
            let catalogue = Catalogue::of(*language).unwrap();
            let name = kernel::text::Name::parse("Ada <Lovelace>").unwrap();
            let document = compose(&catalogue, &shop, Some(&name), &content, Some(SECRET));
            let (text, html) = (document.text(), document.html());
            let what = format!("{} in {language:?}:\n{text}\n{html}", content.template());
            let (said, links) = read_html(&html);
            // The labels of links have a colon in the text.
            let of_text: Vec<String> =
                words(&text).iter().map(|word| word.trim_end_matches(':').to_owned()).collect();
            let of_html: Vec<String> =
                words(&said).iter().map(|word| word.trim_end_matches(':').to_owned()).collect();
            assert_eq!(of_text, of_html, "{what}");
            let in_text: Vec<&str> = text.lines().filter(|line| line.starts_with("http")).collect();
            assert_eq!(in_text, links, "{what}");
            for link in &links {
                let known = [
                    format!("https://shop.example/order/{ORDER}?token={SECRET}"),
                    format!("https://shop.example/wholesale/order/{ORDER}?token={SECRET}"),
                    format!("https://shop.example/password-reset?token={SECRET}"),
                    "https://shop.example".to_owned(),
                    "https://track.example/?n=1&m=2".to_owned(),
                ];
                assert!(known.contains(link), "{link} in {what}");
            }
            assert!(text.contains("Harbour & Sons") && text.contains("Ada <Lovelace>"), "{what}");
            // No place is left open, and no text is missing.
            assert!(
                !text.contains(['{', '}']) && !text.contains(&format!("{}.", content.template())),
                "{what}"
            );
            assert!(
                !html.contains("<Lovelace>") && !html.contains("<Mug>") && !html.contains("javascript:"),
                "{what}"
            );
            subjects.push(document.subject);
        }
        assert_ne!(subjects[0], subjects[1], "it is translated");
        seen.push(content.template());
    }
    seen.dedup();
    assert_eq!(seen, MailContent::TEMPLATES);
}

#[test]
fn without_its_secret_no_mail_shows_a_link_that_opens_anything() {
    let shop = Shop { name: "Shop".to_owned(), url: "https://shop.example".to_owned() };
    let catalogue = Catalogue::of(Language::En).unwrap();
    for content in contents() {
        let document = compose(&catalogue, &shop, None, &content, None);
        assert!(!document.text().contains("token=0") && !document.html().contains(SECRET));
    }
}
