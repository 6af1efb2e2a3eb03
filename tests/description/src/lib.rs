//! The API's own description, made from the code: OpenAPI from the route tables and their types, AsyncAPI from the
//! table of services and events. What a route needs beyond its types stands in its line of the table; its example is a
//! request that was sent to the house in this process, with the answer that it got.
//!
//! `cargo xtask openapi` writes the files, and a test fails when they are stale.

mod asyncapi;
mod examples;
mod names;
mod openapi;
mod sagas;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::Value;

pub use openapi::public_routes;

/// The files, each with the text that it should have.
pub fn files() -> Result<Vec<(PathBuf, String)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../frontend/public/api/v1");
    let text = |value: &Value| Ok::<_, anyhow::Error>(serde_json::to_string_pretty(value)? + "\n");
    Ok(vec![
        (root.join("openapi.json"), text(&openapi::document(&examples::record()?)?)?),
        (root.join("asyncapi.json"), text(&asyncapi::document())?),
        (root.join("../../../../docs/sagas.md"), sagas::page()),
    ])
}

/// Writes them.
pub fn write() -> Result<()> {
    for (path, text) in files()? {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        }
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}
