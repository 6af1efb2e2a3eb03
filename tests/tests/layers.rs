//! Dependencies point inward: nothing in `domain` or `application` names HTTP, SQL or Cloudflare, and
//! nothing but the edge names the `worker` crate.

use std::fs;
use std::path::{Path, PathBuf};

use contracts::Service;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The files of a module of a service: its own, and those in its folder, when it has one.
fn module(service: Service, name: &str) -> Vec<PathBuf> {
    let folder = root().join(service.folder()).join("src").join(name);
    let mut files = vec![folder.with_extension("rs")];
    files.retain(|file| file.exists());
    if folder.is_dir() {
        sources(&folder, &mut files);
    }
    files
}

/// Lines of code, without comments, that hold one of the words.
fn offences(path: &Path, words: &[&str]) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .filter(|(_, line)| words.iter().any(|word| line.contains(word)))
        .map(|(number, line)| format!("{}:{}: {}", path.display(), number + 1, line.trim()))
        .collect()
}

#[test]
fn domain_and_application_name_no_technology() {
    let forbidden = [
        "use http",
        "http::",
        "use web",
        "web::",
        "use store",
        "store::",
        "use worker",
        "worker::",
        "crate::adapters",
    ];
    let mut found = Vec::new();
    for service in Service::ALL {
        let files = [module(service, "domain"), module(service, "application")].concat();
        assert!(files.len() > 3, "{service} has too few files to be true");
        found.extend(files.iter().flat_map(|file| offences(file, &forbidden)));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn domain_does_not_know_the_use_cases() {
    let mut found = Vec::new();
    for service in Service::ALL {
        let files = module(service, "domain");
        found.extend(
            files.iter().flat_map(|file| offences(file, &["crate::application", "async fn", ".await"])),
        );
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn selling_has_no_outside() {
    let mut files = Vec::new();
    sources(&root().join("shared/selling/src"), &mut files);
    assert!(files.len() > 3, "selling has too few files to be true");
    let forbidden = ["http::", "web::", "store::", "platform::", "async fn", ".await", "::now", "std::time"];
    let found: Vec<String> = files.iter().flat_map(|file| offences(file, &forbidden)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    let manifest = fs::read_to_string(root().join("shared/selling/Cargo.toml")).unwrap();
    let (_, needed) = manifest.split_once("[dependencies]\n").unwrap();
    for outside in ["store", "platform", "web", "edge", "native", "http", "worker"] {
        assert!(!needed.contains(&format!("{outside}.workspace")), "selling needs {outside}");
    }
}

#[test]
fn only_the_edge_names_the_worker_crate() {
    let mut files = Vec::new();
    for folder in ["shared", "workers", "frontend/storefront/src"] {
        sources(&root().join(folder), &mut files);
    }
    files.retain(|path| {
        let path = path.to_string_lossy();
        !path.contains("shared/edge/") && !path.ends_with("store/src/d1.rs") && !path.contains("/build/")
    });
    let found: Vec<String> =
        files.iter().flat_map(|file| offences(file, &["use worker::", " worker::"])).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_store_does_not_know_how_an_answer_looks() {
    let mut found = Vec::new();
    for service in Service::ALL {
        let files = module(service, "adapters/store");
        let forbidden = ["adapters::http", "super::http", "use http", "http::"];
        found.extend(files.iter().flat_map(|file| offences(file, &forbidden)));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
