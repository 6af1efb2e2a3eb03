//! The frame of every page.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::{Value, json};

use super::Site;
use crate::adapters::assets;
use crate::application::goods::Category;
use crate::domain::site::{Language, Legal, Page};

/// What the frame needs to know of a page.
pub(crate) struct Frame<'a> {
    pub(crate) page: Page,
    /// The query that belongs to its address, with its question mark.
    pub(crate) query: String,
    pub(crate) title: String,
    pub(crate) description: String,
    /// Whether search engines may show it.
    pub(crate) indexed: bool,
    pub(crate) categories: &'a [Category],
    /// What search engines read of it.
    pub(crate) data: Vec<Value>,
    /// What was searched for.
    pub(crate) searched: &'a str,
}

impl Frame<'_> {
    /// A page for its visitor alone.
    pub(crate) fn personal(page: Page, title: String) -> Self {
        Self {
            page,
            query: String::new(),
            title,
            description: String::new(),
            indexed: false,
            categories: &[],
            data: Vec::new(),
            searched: "",
        }
    }
}

/// Products and categories are fetched when somebody is about to look at them. Nothing else: it could be somebody's own, or do
/// something.
const AHEAD: &str = r#"{"prerender":[{"where":{"href_matches":["/p/*","/c/*","/:language/p/*","/:language/c/*"]},"eagerness":"moderate"}]}"#;

/// The whole page.
pub(crate) fn layout(site: &Site<'_>, frame: &Frame<'_>, main: &Markup) -> String {
    let (style, script) = (assets::style(site.settings).name, assets::script().name);
    let title = match (frame.title.as_str(), &frame.page) {
        ("", _) => site.settings.name.clone(),
        (title, _) => format!("{title} · {}", site.settings.name),
    };
    let page = html! {
        (DOCTYPE)
        html lang=(site.language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="stylesheet" href={ "/assets/" (style) };
                script type="module" src={ "/assets/" (script) } {}
                (found_by(site, frame, &title))
                script type="speculationrules" { (PreEscaped(AHEAD)) }
            }
            body data-adding=(site.text("script.adding")) data-added=(site.text("script.added")) {
                a class="skip" href="#main" { (site.text("skip")) }
                (header(site, frame))
                main id="main" tabindex="-1" { (main) }
                (footer(site, frame))
                div class="toast" role="status" aria-live="polite" {}
            }
        }
    };
    page.into_string()
}

/// What search engines and those who share a link read.
fn found_by(site: &Site<'_>, frame: &Frame<'_>, title: &str) -> Markup {
    if !frame.indexed {
        return html! { meta name="robots" content="noindex"; };
    }
    let address = |language: Language| {
        let path = frame.page.path(language, site.settings.language);
        site.settings.absolute(&format!("{path}{}", frame.query))
    };
    html! {
        @if !frame.description.is_empty() { meta name="description" content=(frame.description); }
        @if let Some(canonical) = address(site.language) {
            link rel="canonical" href=(canonical);
            meta property="og:url" content=(canonical);
            @for language in Language::ALL {
                @if let Some(address) = address(language) {
                    link rel="alternate" hreflang=(language.code()) href=(address);
                }
            }
        }
        meta property="og:title" content=(title);
        meta property="og:site_name" content=(site.settings.name);
        meta property="og:type" content=(if matches!(frame.page, Page::Product(_)) { "product" } else { "website" });
        meta property="og:locale" content=(site.language.code());
        @if !frame.description.is_empty() { meta property="og:description" content=(frame.description); }
        @for data in &frame.data { (ld(data)) }
    }
}

/// JSON in a page: `<` begins a tag even there.
fn ld(data: &Value) -> Markup {
    let json = data.to_string().replace('<', "\\u003c");
    html! { script type="application/ld+json" { (PreEscaped(json)) } }
}

fn header(site: &Site<'_>, frame: &Frame<'_>) -> Markup {
    let count = site.cart_units;
    html! {
        header class="top" {
            div class="bar" {
                a class="shop" href=(site.path(&Page::Home)) { (site.settings.name) }
                form class="search" role="search" action=(site.path(&Page::Search)) data-suggest=(site.path(&Page::Suggest)) {
                    label class="hidden" for="q" { (site.text("search.label")) }
                    input id="q" name="q" type="search" value=(frame.searched) maxlength="200"
                        placeholder=(site.text("search.placeholder")) autocomplete="off" enterkeyhint="search" list="names";
                    datalist id="names" {}
                    button { (site.text("search.button")) }
                }
                a class="cart" href=(site.path(&Page::Cart)) {
                    (basket())
                    span class="word" { (site.text("nav.cart")) }
                    span class="count" data-count hidden[count == 0] { (count) }
                }
            }
            @if !frame.categories.is_empty() {
                nav class="categories" aria-label=(site.text("nav.categories")) {
                    ul {
                        @for category in frame.categories {
                            @let page = Page::Category(category.slug.clone());
                            li {
                                a href=(site.path(&page)) aria-current=[(page == frame.page).then_some("page")] {
                                    (category.name)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn basket() -> Markup {
    html! {
        svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false" {
            path d="M6 8h12l1 12H5L6 8Zm3 0a3 3 0 0 1 6 0" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linejoin="round" {}
        }
    }
}

fn footer(site: &Site<'_>, frame: &Frame<'_>) -> Markup {
    html! {
        footer {
            nav aria-label=(site.text("nav.legal")) {
                ul {
                    @for legal in Legal::ALL {
                        li { a href=(site.path(&Page::Legal(legal))) { (site.text(&format!("legal.{}", legal.name()))) } }
                    }
                }
            }
            nav aria-label=(site.text("nav.language")) {
                ul {
                    @for language in Language::ALL {
                        @let texts = crate::domain::texts::Texts::of(language);
                        @let path = frame.page.path(language, site.settings.language);
                        li {
                            a href={ (path) (frame.query) } lang=(language.code()) hreflang=(language.code())
                                aria-current=[(language == site.language).then_some("true")] {
                                (texts.get("language.name"))
                            }
                        }
                    }
                }
            }
            p { (site.settings.name) }
        }
    }
}

/// The way to a page, for people and for search engines.
pub(crate) fn path_to(site: &Site<'_>, steps: &[(String, Page)], here: &str) -> (Markup, Value) {
    let markup = html! {
        nav class="path" aria-label=(site.text("nav.path")) {
            ol {
                @for (name, page) in steps { li { a href=(site.path(page)) { (name) } } }
                li aria-current="page" { (here) }
            }
        }
    };
    let named = steps.iter().map(|(name, page)| (name.as_str(), site.settings.absolute(&site.path(page))));
    let elements: Vec<Value> = named
        .chain([(here, None)])
        .zip(1..)
        .map(|((name, address), position)| {
            let mut element = json!({ "@type": "ListItem", "position": position, "name": name });
            if let (Some(address), Some(element)) = (address, element.as_object_mut()) {
                element.insert("item".to_owned(), address.into());
            }
            element
        })
        .collect();
    let data =
        json!({ "@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": elements });
    (markup, data)
}
