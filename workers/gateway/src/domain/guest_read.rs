//! Which requests read the catalogue as every guest sees it, so that one answer serves all of them, and the key of that
//! answer.

use kernel::ids::ProductId;

use super::passage::without_version;

/// A longer path with its query is not worth the memory.
const KEY_BYTES_MAX: usize = 512;

/// The key of the answer to a path with its query; none for everything that is not kept. Two requests have the same key
/// only if they are the same question: the version of the path, the order of the parameters and those without a value
/// make no difference. A parameter that is given twice, or that has another name than one in small letters, is left to
/// the service to refuse.
#[must_use]
pub fn key(path: &str, query: Option<&str>) -> Option<String> {
    let path = without_version(path).or_else(|| path.strip_prefix("/api"))?;
    if is_catalogue(path) { question(path, query) } else { None }
}

/// The same for a page of the shop. Which of them every visitor sees alike, the shop says with its answer.
#[must_use]
pub fn page_key(path: &str, query: Option<&str>) -> Option<String> {
    question(path, query)
}

fn question(path: &str, query: Option<&str>) -> Option<String> {
    let length = path.len().saturating_add(query.map_or(0, str::len));
    if length > KEY_BYTES_MAX {
        return None;
    }
    let mut parameters: Vec<(&str, &str)> = Vec::new();
    for parameter in query.into_iter().flat_map(|query| query.split('&')) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if value.is_empty() {
            continue;
        }
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
        if !plain || parameters.iter().any(|(other, _)| *other == name) {
            return None;
        }
        let place = parameters.iter().take_while(|(other, _)| *other < name).count();
        parameters.insert(place, (name, value));
    }
    let mut key = path.to_owned();
    for (name, value) in parameters {
        // Neither can be in the path, nor can `&` be in a value.
        let before = if key.len() == path.len() { "?" } else { "&" };
        key.extend([before, name, "=", value]);
    }
    Some(key)
}

/// The reads of the catalogue, all of them by name: what is added to the service later is not kept until it is added
/// here. Such an answer may depend on nothing but the request and the tables that count the catalogue's version.
fn is_catalogue(path: &str) -> bool {
    let Some(path) = path.strip_prefix('/') else { return false };
    let mut steps = path.split('/');
    match (steps.next(), steps.next(), steps.next(), steps.next()) {
        (Some("products" | "categories"), None, ..) => true,
        (Some("products"), Some(id), None, _) => ProductId::parse(id).is_some(),
        (Some("products"), Some("sku" | "barcode" | "handle"), Some(name), None) => !name.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_has_the_same_key() {
        let list = Some("/products?category=mugs&limit=20".to_owned());
        for (path, query) in [
            ("/api/v1/products", "category=mugs&limit=20"),
            ("/api/products", "limit=20&category=mugs"),
            ("/api/v1/products", "limit=20&&cursor=&q&category=mugs"),
        ] {
            assert_eq!(key(path, Some(query)), list, "{path}?{query}");
        }
        for other in
            ["category=mugs?limit=20", "category=mugs&limit=2", "category=mugs%26limit=20", "category=mugs"]
        {
            assert_ne!(key("/api/products", Some(other)), list, "{other}");
        }
    }

    #[test]
    fn only_the_reads_of_the_catalogue_are_kept() {
        let id = "0193e9a0-0000-7000-8000-000000000001";
        for path in ["/products", "/categories", "/products/sku/A%2F1", "/products/barcode/4006381333931"] {
            assert_eq!(key(&format!("/api/v1{path}"), None).as_deref(), Some(path));
        }
        assert!(key(&format!("/api/products/{id}"), Some("")).is_some());
        for path in [
            "/api/v1/products/export",
            "/api/v1/products/sku/A/prices",
            "/api/v1/products/sku/",
            "/api/v1/products/",
            "/api/v1/orders",
            "/api/v1/inventory/stock",
            "/api/v10/products",
            "/products",
            "/api/v1",
        ] {
            assert_eq!(key(path, None), None, "{path}");
        }
        for query in ["limit=1&limit=2", "Limit=1", "li%6Dit=1", "=1", &format!("q={}", "x".repeat(600))] {
            assert_eq!(key("/api/v1/products", Some(query)), None, "{query}");
        }
    }
}
