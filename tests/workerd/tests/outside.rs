//! What those see who come from outside: the client, a fuzzer that knows only the description, a reader of the
//! reference page. Each gets a house with demo data, as `cargo xtask dev` makes it.

use std::path::PathBuf;

use xtask::runtime::{Runtime, RuntimeOptions};
use xtask::schemathesis::Options;
use xtask::{frontend, paths, schemathesis, seed, setup};

struct House {
    runtime: Runtime,
    folder: PathBuf,
}

impl House {
    fn start(name: &str) -> Self {
        let folder = paths::root().join("target/tmp").join(format!("{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let runtime = Runtime::start(RuntimeOptions::new(&folder)).unwrap();
        seed::demo_users(&runtime).unwrap();
        seed::demo_goods(runtime.gateway_url()).unwrap();
        Self { runtime, folder }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

#[test]
fn the_client_signs_in_sells_pages_and_retries_and_the_reference_page_is_there() {
    let house = House::start("client");
    let url = house.runtime.gateway_url();
    let get =
        |path: &str| ureq::get(format!("{url}{path}")).call().unwrap().body_mut().read_to_string().unwrap();
    let description = paths::root().join("frontend/public/api/v1/openapi.json");
    assert_eq!(get("/api/v1/openapi.json"), std::fs::read_to_string(description).unwrap());
    assert!(get("/docs/").contains("/docs/redoc.standalone.js"));
    assert!(get("/docs/redoc.standalone.js").len() > 100_000);
    frontend::test_client_at(&setup::ensure().unwrap(), url).unwrap();
}

#[test]
fn a_fuzzer_that_knows_only_the_description_finds_no_answer_that_it_does_not_have() {
    let house = House::start("schemathesis");
    let url = house.runtime.gateway_url().to_owned();
    schemathesis::run(&Options { url, cases: 5, seed: 1, stateful: false }).unwrap();
}
