//! What those see who come from outside: the client, people with a browser, a fuzzer that knows only the
//! description, a reader of the reference page. Each gets a house with demo data, as `cargo xtask dev` makes it.

use xtask::schemathesis::Options;
use xtask::seed::DemoHouse;
use xtask::{frontend, paths, schemathesis, setup};

#[test]
fn the_client_signs_in_sells_pages_and_retries_and_the_reference_page_is_there() {
    let house = DemoHouse::start("client").unwrap();
    let url = house.url();
    let get =
        |path: &str| ureq::get(format!("{url}{path}")).call().unwrap().body_mut().read_to_string().unwrap();
    let description = paths::root().join("frontend/public/api/v1/openapi.json");
    assert_eq!(get("/api/v1/openapi.json"), std::fs::read_to_string(description).unwrap());
    assert!(get("/docs/").contains("/docs/redoc.standalone.js"));
    assert!(get("/docs/redoc.standalone.js").len() > 100_000);
    frontend::test_client_at(&setup::ensure().unwrap(), url).unwrap();
}

#[test]
fn what_people_see_works_in_a_browser() {
    let house = DemoHouse::start("browser").unwrap();
    frontend::test_pages_at(&setup::ensure().unwrap(), house.url()).unwrap();
}

#[test]
fn a_fuzzer_that_knows_only_the_description_finds_no_answer_that_it_does_not_have() {
    schemathesis::run(&Options { url: None, cases: 5, seed: 1, stateful: false }).unwrap();
}
