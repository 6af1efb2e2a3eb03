//! Pages of words: legal texts, what went wrong, a shop that is not open yet; and what search engines ask for first.

use maud::html;

use super::Site;
use super::layout::{Frame, layout, path_to};
use crate::application::goods::{Category, Product};
use crate::domain::site::{Language, Legal, Page};

/// A legal text.
pub(crate) fn legal(site: &Site<'_>, legal: Legal) -> String {
    let title = site.text(&format!("legal.{}", legal.name()));
    let (path, way) = path_to(site, &[(site.text("nav.home").to_owned(), Page::Home)], title);
    let paragraphs = site.settings.legal(legal);
    let main = html! {
        (path)
        h1 { (title) }
        @if paragraphs.is_empty() { p { (site.text("legal.none")) } }
        @for paragraph in &paragraphs { p { (paragraph) } }
    };
    let frame = Frame {
        indexed: !paragraphs.is_empty(),
        data: vec![way],
        ..Frame::personal(Page::Legal(legal), title.to_owned())
    };
    layout(site, &frame, &main)
}

/// What went wrong, by its status. 500 reads as 503: for a visitor it is the same.
pub(crate) fn fault(site: &Site<'_>, status: u16) -> String {
    let (title, text) = match status {
        403 => ("error.403.title", "error.403"),
        410 => ("error.410.title", "error.410"),
        429 => ("error.503.title", "error.429"),
        500.. => ("error.503.title", "error.503"),
        _ => ("error.404.title", "error.404"),
    };
    let main = html! {
        div class="hero" {
            h1 { (site.text(title)) }
            p { (site.text(text)) }
            p { a class="button" href=(site.path(&Page::Home)) { (site.text("cart.continue")) } }
        }
    };
    layout(site, &Frame::personal(Page::Home, site.text(title).to_owned()), &main)
}

/// A shop with nothing to sell yet.
pub(crate) fn start(site: &Site<'_>) -> String {
    let code = site.settings.warehouse.as_str();
    let main = html! {
        div class="hero" {
            h1 { (site.text("start.title")) }
            p { (site.texts.with("start.text", &[("code", code)])) }
            p { a href="/docs/" { (site.text("start.docs")) } }
        }
    };
    layout(site, &Frame::personal(Page::Home, site.text("start.title").to_owned()), &main)
}

/// The escapes of XML.
fn xml(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&apos;")
}

/// Every page that a search engine should know; none when the shop does not know its own address.
pub(crate) fn sitemap(site: &Site<'_>, categories: &[Category], products: &[Product]) -> Option<String> {
    let shown = categories.iter().filter(|category| !site.settings.hidden.contains(&category.slug));
    let pages = std::iter::once((Page::Home, None))
        .chain(shown.map(|category| (Page::Category(category.slug.clone()), None)))
        .chain(
            products
                .iter()
                .map(|product| (Page::Product(product.handle.clone()), Some(product.updated_at.as_str()))),
        );
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for (page, changed) in pages {
        for language in Language::ALL {
            let address = site.settings.absolute(&page.path(language, site.settings.language))?;
            let changed = changed.map(|at| format!("<lastmod>{}</lastmod>", xml(at))).unwrap_or_default();
            text.extend(["<url><loc>", &xml(&address), "</loc>", &changed, "</url>\n"]);
        }
    }
    text.push_str("</urlset>\n");
    Some(text)
}

/// What robots may read: everything but what is a visitor's own.
pub(crate) fn robots(site: &Site<'_>) -> String {
    let mut text = String::from("User-agent: *\n");
    for language in Language::ALL {
        for page in [Page::Cart, Page::Checkout, Page::Search] {
            text.extend(["Disallow: ", &page.path(language, site.settings.language), "\n"]);
        }
        let order = Page::Order(String::new()).path(language, site.settings.language);
        text.extend(["Disallow: ", &order, "\n"]);
    }
    text.push_str("Disallow: /api/\n");
    if let Some(sitemap) = site.settings.absolute("/sitemap.xml") {
        text.extend(["\nSitemap: ", &sitemap, "\n"]);
    }
    text
}
