//! The catalogue's pages: lists and products.

use maud::{Markup, PreEscaped, html};
use serde_json::{Value, json};

use super::layout::{Frame, layout, path_to};
use super::{Site, picture};
use crate::application::goods::{Category, Product, Shelf, Shown, Stock};
use crate::application::ports::Asked;
use crate::domain::site::{Page, escaped};

/// What of a description a search engine shows.
const DESCRIPTION_LENGTH: usize = 160;

/// The words of a text with tags.
fn plain(html: &str) -> String {
    let mut words = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        words.push_str(before);
        words.push(' ');
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    words.push_str(rest);
    let words = words.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    let words: Vec<&str> = words.split_whitespace().collect();
    words.join(" ").chars().take(DESCRIPTION_LENGTH).collect()
}

fn card(site: &Site<'_>, product: &Product, stock: Stock) -> Markup {
    let price = product.price().map(|(price, others)| {
        let price = site.money(price);
        if others { site.texts.with("price.from", &[("price", &price)]) } else { price }
    });
    html! {
        li class="card" {
            a href=(site.path(&Page::Product(product.handle.clone()))) {
                (picture(&product.name))
                span class="what" {
                    span class="title" { (product.name) }
                    @if let Some(price) = price { span class="price" { (price) } }
                    @if stock != Stock::Available { (site.stock(stock)) }
                }
            }
        }
    }
}

/// A query of the parameters that have a value, with its question mark.
fn query(parameters: &[(&str, &str)]) -> String {
    let pairs = parameters.iter().filter(|(_, value)| !value.is_empty());
    let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

fn grid(site: &Site<'_>, shelf: &Shelf, here: &str, asked: &Asked, category: &str) -> Markup {
    let others = [("q", asked.query.as_str()), ("category", category)];
    let link = |cursor: &str| {
        let [q, category] = others;
        format!("{here}{}", query(&[q, category, ("cursor", cursor)]))
    };
    html! {
        @if shelf.products.is_empty() {
            p class="empty" { (site.text("list.empty")) }
        } @else {
            ul class="grid" { @for (product, stock) in &shelf.products { (card(site, product, *stock)) } }
        }
        @if shelf.next.is_some() || !asked.cursor.is_empty() {
            p class="pages" {
                @if !asked.cursor.is_empty() { a href=(link("")) { (site.text("list.first")) } }
                @if let Some(next) = &shelf.next { a class="button" rel="next" href=(link(next)) { (site.text("list.next")) } }
            }
        }
    }
}

/// The categories that the shop shows.
fn shown<'a>(site: &Site<'_>, categories: &'a [Category]) -> Vec<Category> {
    let hidden = |category: &&'a Category| !site.settings.hidden.contains(&category.slug);
    categories.iter().filter(hidden).cloned().collect()
}

/// The front page.
pub(crate) fn home(site: &Site<'_>, shelf: &Shelf, asked: &Asked) -> String {
    let categories = shown(site, &shelf.categories);
    let main = html! {
        div class="hero" {
            h1 { (site.text("home.title")) }
            p { (site.text("home.intro")) }
        }
        (grid(site, shelf, &site.path(&Page::Home), asked, ""))
    };
    let mut data = Vec::new();
    if let Some(address) = site.settings.absolute("/") {
        data.push(json!({ "@context": "https://schema.org", "@type": "Organization",
            "name": site.settings.name, "url": address }));
    }
    let frame = Frame {
        description: site.text("home.intro").to_owned(),
        indexed: asked.cursor.is_empty(),
        categories: &categories,
        data,
        ..Frame::personal(Page::Home, String::new())
    };
    layout(site, &frame, &main)
}

/// A category; none when there is no such category.
pub(crate) fn category(site: &Site<'_>, shelf: &Shelf, asked: &Asked) -> Option<String> {
    let found = shelf.categories.iter().find(|category| category.slug == asked.category)?;
    let categories = shown(site, &shelf.categories);
    let page = Page::Category(found.slug.clone());
    let home = [(site.text("nav.home").to_owned(), Page::Home)];
    let (path, data) = path_to(site, &home, &found.name);
    let main = html! {
        (path)
        h1 { (found.name) }
        (grid(site, shelf, &site.path(&page), asked, ""))
    };
    let frame = Frame {
        description: found.name.clone(),
        indexed: asked.cursor.is_empty(),
        categories: &categories,
        data: vec![data],
        ..Frame::personal(page, found.name.clone())
    };
    Some(layout(site, &frame, &main))
}

/// What a search has found.
pub(crate) fn search(site: &Site<'_>, shelf: &Shelf, asked: &Asked) -> String {
    let categories = shown(site, &shelf.categories);
    let here = site.path(&Page::Search);
    let title = match asked.query.as_str() {
        "" => site.text("search.title.empty").to_owned(),
        query => site.texts.with("search.title", &[("query", query)]),
    };
    let chip = |slug: &str, name: &str| {
        let link = format!("{here}{}", query(&[("q", &asked.query), ("category", slug)]));
        html! { li { a href=(link) aria-current=[(slug == asked.category).then_some("true")] { (name) } } }
    };
    let main = html! {
        h1 { (title) }
        nav class="chips" aria-label=(site.text("search.in")) {
            ul {
                (chip("", site.text("search.all")))
                @for category in &categories { (chip(&category.slug, &category.name)) }
            }
        }
        @if shelf.products.is_empty() && !asked.query.is_empty() {
            p class="empty" { (site.texts.with("search.none", &[("query", &asked.query)])) }
        } @else {
            (grid(site, shelf, &here, asked, &asked.category))
        }
    };
    let frame = Frame {
        query: query(&[("q", &asked.query), ("category", &asked.category)]),
        categories: &categories,
        searched: &asked.query,
        ..Frame::personal(Page::Search, title)
    };
    layout(site, &frame, &main)
}

/// A product, with one of its variants chosen.
pub(crate) fn product(site: &Site<'_>, shown_product: &Shown, chosen: &str) -> String {
    let Shown { categories, product, stock } = shown_product;
    let categories = shown(site, categories);
    let page = Page::Product(product.handle.clone());
    let here = site.path(&page);
    let mut steps = vec![(site.text("nav.home").to_owned(), Page::Home)];
    let of = |category: &&Category| product.category.as_ref() == Some(&category.name);
    steps.extend(
        categories.iter().find(of).map(|found| (found.name.clone(), Page::Category(found.slug.clone()))),
    );
    let (path, way) = path_to(site, &steps, &product.name);
    let variants: Vec<_> = product.variants.iter().zip(stock.iter().copied()).collect();
    // The one that was asked for, otherwise the first that is there.
    let asked = variants.iter().find(|(variant, _)| variant.sku == chosen);
    let there = || variants.iter().find(|(_, stock)| *stock != Stock::SoldOut);
    let current = asked.or_else(there).or_else(|| variants.first());
    let main = html! {
        (path)
        article class="product" {
            div class="picture" { (picture(&product.name)) }
            div class="buy" {
                h1 { (product.name) }
                @if let Some(brand) = &product.brand {
                    p class="brand" { span class="hidden" { (site.text("product.brand")) ": " } (brand) }
                }
                @if let Some((variant, stock)) = current {
                    p class="price large" { (site.money(variant.price)) }
                    @if variants.len() > 1 {
                        nav class="variants" aria-label=(site.text("product.choose")) {
                            ul {
                                @for (other, stock) in &variants {
                                    li {
                                        a href={ (here) "?variant=" (escaped(&other.sku)) }
                                            aria-current=[(other.sku == variant.sku).then_some("true")] {
                                            span class="title" { (other.label()) }
                                            span class="price" { (site.money(other.price)) }
                                            (site.stock(*stock))
                                        }
                                    }
                                }
                            }
                        }
                    } @else {
                        p { (site.stock(*stock)) }
                    }
                    @if *stock == Stock::SoldOut {
                        p class="note" { (site.text("stock.none")) }
                    } @else {
                        form class="add" method="post" action=(site.path(&Page::CartAdd)) data-add {
                            input type="hidden" name="sku" value=(variant.sku);
                            label for="quantity" { (site.text("product.quantity")) }
                            input id="quantity" name="quantity" type="number" value="1" min="1" max="999" inputmode="numeric" required;
                            button class="primary" { (site.text("product.add")) }
                        }
                    }
                    p class="fine" { (site.text("product.taxed")) }
                    @if let Some(description) = &product.description {
                        div class="description" { (PreEscaped(description)) }
                    }
                    p class="fine" { (site.text("product.sku")) ": " (variant.sku) }
                }
            }
        }
    };
    let description = product.description.as_deref().map(plain).unwrap_or_default();
    let frame = Frame {
        data: vec![product_data(site, shown_product, &description), way],
        description,
        indexed: true,
        categories: &categories,
        ..Frame::personal(page, product.name.clone())
    };
    layout(site, &frame, &main)
}

/// The product as search engines read it (schema.org).
fn product_data(site: &Site<'_>, shown: &Shown, description: &str) -> Value {
    let Shown { product, stock, .. } = shown;
    let address = site.settings.absolute(&site.path(&Page::Product(product.handle.clone())));
    let offers: Vec<Value> = product
        .variants
        .iter()
        .zip(stock)
        .map(|(variant, stock)| {
            let availability = match stock {
                Stock::Available => "https://schema.org/InStock",
                Stock::Left(_) => "https://schema.org/LimitedAvailability",
                Stock::SoldOut => "https://schema.org/OutOfStock",
            };
            let url = address.as_ref().map(|address| format!("{address}?variant={}", escaped(&variant.sku)));
            json!({ "@type": "Offer", "sku": variant.sku, "name": variant.label(), "url": url,
                "price": variant.price.amount(), "priceCurrency": variant.price.currency().code(),
                "availability": availability, "itemCondition": "https://schema.org/NewCondition" })
        })
        .collect();
    let mut data = json!({ "@context": "https://schema.org", "@type": "Product", "name": product.name,
        "description": description, "url": address, "offers": offers });
    if let (Some(brand), Some(data)) = (&product.brand, data.as_object_mut()) {
        data.insert("brand".to_owned(), json!({ "@type": "Brand", "name": brand }));
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_its_words() {
        assert_eq!(plain("<p>A <b>mug</b> &amp; more</p><p>Steel"), "A mug & more Steel");
        assert_eq!(plain(&"x".repeat(500)).len(), DESCRIPTION_LENGTH);
        assert_eq!(plain("<"), "");
    }
}
