//! The pages that every visitor sees alike.

use platform::Response;
use web::Problem;

use super::Visit;
use super::answer::{IMMUTABLE, PERSONAL, SHARED, page, shared, text};
use crate::adapters::assets;
use crate::adapters::html::{catalogue as html, simple};
use crate::application::goods;
use crate::application::ports::{Asked, Refusal, Shelves};
use crate::domain::site::Page;

/// How many names are suggested.
const SUGGESTIONS: usize = 6;
/// The most pages of products in the sitemap.
const SITEMAP_PAGES: usize = 40;

pub(super) async fn show(visit: &Visit<'_>, wanted: &Page) -> Result<Response, Problem> {
    Ok(match answer(visit, wanted).await {
        Ok(answer) => answer,
        Err(refusal) => visit.refused(&refusal),
    })
}

async fn answer(visit: &Visit<'_>, wanted: &Page) -> Result<Response, Refusal> {
    let (site, api) = (&visit.site, &visit.api);
    let cursor = visit.query.get("cursor").to_owned();
    let asked = Asked { cursor, ..Asked::default() };
    let html = match wanted {
        Page::Home => {
            let shelf = goods::list(api, &asked).await?;
            if !shelf.is_open || (shelf.products.is_empty() && asked.cursor.is_empty()) {
                // Nothing to keep: it opens at any moment.
                return Ok(page(200, simple::start(site)));
            }
            html::home(site, &shelf, &asked)
        }
        Page::Category(slug) => {
            let asked = Asked { category: slug.clone(), ..asked };
            let shelf = goods::list(api, &asked).await?;
            html::category(site, &shelf, &asked).ok_or(Refusal::NotFound)?
        }
        Page::Search => {
            let query = visit.query.get("q").chars().take(200).collect();
            let asked = Asked { query, category: visit.query.get("category").to_owned(), ..asked };
            let shelf = goods::list(api, &asked).await?;
            html::search(site, &shelf, &asked)
        }
        Page::Suggest => return suggest(visit).await,
        Page::Product(handle) => {
            html::product(site, &goods::show(api, handle).await?, visit.query.get("variant"))
        }
        Page::Legal(legal) => simple::legal(site, *legal),
        Page::Robots => return Ok(text("text/plain; charset=utf-8", SHARED, simple::robots(site))),
        Page::Sitemap => return sitemap(visit).await,
        Page::Asset(name) => {
            let asset = assets::find(site.settings, name).ok_or(Refusal::NotFound)?;
            return Ok(text(asset.media, IMMUTABLE, asset.body));
        }
        _ => return Err(Refusal::NotFound),
    };
    Ok(if visit.is_anonymous() { shared(html) } else { page(200, html) })
}

/// The names of what would be found, the best first.
async fn suggest(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let query: String = visit.query.get("q").chars().take(200).collect();
    let mut names: Vec<String> = Vec::new();
    if !query.is_empty() {
        let asked = Asked { query, ..Asked::default() };
        let found = visit.api.products(&asked).await?.data.into_iter().filter(goods::Product::is_goods);
        names.extend(found.map(|product| product.name).take(SUGGESTIONS));
    }
    let control = if visit.is_anonymous() { SHARED } else { PERSONAL };
    Ok(text("application/json", control, serde_json::json!(names).to_string()))
}

/// Every product, page after page.
async fn sitemap(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let categories = visit.api.categories().await?;
    let (mut products, mut asked) = (Vec::new(), Asked::default());
    for _ in 0..SITEMAP_PAGES {
        let found = visit.api.products(&asked).await?;
        products.extend(found.data.into_iter().filter(goods::Product::is_goods));
        match found.next_cursor {
            Some(cursor) => asked.cursor = cursor,
            None => break,
        }
    }
    let xml = simple::sitemap(&visit.site, &categories, &products).ok_or(Refusal::NotFound)?;
    Ok(text("application/xml; charset=utf-8", SHARED, xml))
}
