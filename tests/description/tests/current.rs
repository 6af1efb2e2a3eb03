//! The committed description is what the code says today, and every example in it was answered as it says.

use std::collections::BTreeSet;

use contracts::Service;

#[test]
fn the_description_is_what_the_code_says() {
    for (path, wanted) in description::files().unwrap() {
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        let differs = found.lines().zip(wanted.lines()).position(|(found, wanted)| found != wanted);
        assert!(
            found == wanted,
            "{} is stale from line {:?}: run `cargo xtask openapi`",
            path.display(),
            differs.map(|line| line + 1)
        );
    }
}

#[test]
fn every_route_says_what_it_does_in_a_sentence() {
    for (service, route) in description::public_routes() {
        let summary = route.about.summary;
        let sentence =
            summary.len() > 10 && summary.ends_with('.') && summary.starts_with(char::is_uppercase);
        assert!(sentence, "{service} {} {}: {summary:?}", route.method, route.path);
    }
}

#[test]
fn every_group_says_what_it_is_about() {
    let (_, openapi) = description::files().unwrap().remove(0);
    let openapi: serde_json::Value = serde_json::from_str(&openapi).unwrap();
    for tag in openapi["tags"].as_array().unwrap() {
        assert!(tag["description"].as_str().is_some_and(|text| !text.is_empty()), "{tag}");
    }
}

#[test]
fn every_grant_that_is_asked_for_stands_in_the_table_and_the_other_way_round() {
    let routes = description::public_routes();
    let mut asked: BTreeSet<String> = routes.iter().map(|(_, route)| route.grant.to_string()).collect();
    asked.remove("public:any");
    // What no route names is asked for by a handler. The compiler refuses one that is declared and not used.
    // Every page of the shop is public: it asks for none.
    let asking = Service::ALL.into_iter().filter(|service| *service != Service::Storefront);
    let of_services = asking.map(|service| format!("{}/src/adapters/http/grants.rs", service.folder()));
    for file in of_services.chain(["shared/web/src/duties.rs".to_owned()]) {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        let text = std::fs::read_to_string(format!("{root}/{file}")).unwrap();
        let declared = text.split("Grant::new(\"").skip(1);
        asked.extend(declared.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
    }
    let table: BTreeSet<String> = web::auth::TABLE.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(asked, table);
}
