//! A name in a path is never taken for a word of another route.

use contracts::Service;

/// Routes whose last parameter is a name that people choose, beside routes with a word in its place; each with the route
/// that has no such neighbour.
const NAMES_BESIDE_WORDS: [(&str, &str); 1] = [("/inventory/{sku}", "/inventory/sku/{sku}")];

#[test]
fn no_name_in_a_path_is_shadowed_by_a_route() {
    for service in Service::ALL {
        let paths: Vec<&str> = services::bounded(service).routes().iter().map(|route| route.path).collect();
        for path in &paths {
            if !paths.iter().any(|other| shadows(other, path)) {
                continue;
            }
            let parameters: Vec<&str> = path.split('/').filter(|part| part.starts_with('{')).collect();
            let way_out = NAMES_BESIDE_WORDS.iter().find(|(shadowed, _)| shadowed == path);
            match way_out {
                // An id is a UUID, and no word is one.
                None => assert!(parameters.iter().all(|name| name.to_lowercase().ends_with("id}")), "{path}"),
                Some((_, clear)) => {
                    assert!(
                        paths.contains(clear) && !paths.iter().any(|other| shadows(other, clear)),
                        "{path}"
                    );
                }
            }
        }
    }
}

/// Whether some request could mean either, with a word of `other` where `path` has a parameter.
fn shadows(other: &str, path: &str) -> bool {
    let (other, path): (Vec<&str>, Vec<&str>) = (other.split('/').collect(), path.split('/').collect());
    let is_parameter = |part: &str| part.starts_with('{');
    other.len() == path.len()
        && other.iter().zip(&path).all(|(a, b)| a == b || is_parameter(a) || is_parameter(b))
        && other.iter().zip(&path).any(|(a, b)| !is_parameter(a) && is_parameter(b))
}
