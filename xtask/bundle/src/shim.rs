//! The JavaScript around what wasm-bindgen writes: the Worker's entry points, and its recovery after a panic.

use std::fmt::Write as _;

use anyhow::{Result, bail};

/// worker-build 0.8.7's, unchanged (Apache-2.0, Cloudflare).
const SHIM: &str = include_str!("shim.js");
/// What runs when something comes in. The runtime gives it one argument; Rust wants three.
const EVENTS: [&str; 3] = ["fetch", "queue", "scheduled"];
/// Exported for the shim itself.
const INTERNAL: [&str; 2] = ["__wbg_reset_state", "__worker_init_state"];

/// The shim for what this JavaScript exports.
pub(crate) fn around(javascript: &str) -> Result<String> {
    let mut handlers = String::new();
    for name in functions(javascript).filter(|name| !INTERNAL.contains(name)) {
        if EVENTS.contains(&name) {
            writeln!(
                handlers,
                "Entrypoint.prototype.{name} = function {name} (arg) {{\n  \
                 return exports.{name}.call(this, arg, this.env, this.ctx);\n}}"
            )?;
        } else {
            writeln!(handlers, "Entrypoint.prototype.{name} = exports.{name};")?;
        }
    }
    if !handlers.contains("Entrypoint.prototype.fetch =") {
        bail!("the Worker exports no fetch handler, or wasm-bindgen writes it in another way than before");
    }
    let mut shim = SHIM.replace("$HANDLERS", &handlers);
    for name in classes(javascript) {
        writeln!(shim, "export const {name} = new Proxy(exports.{name}, classProxyHooks);")?;
    }
    Ok(shim)
}

/// Exported functions, as wasm-bindgen writes them: `export function name(…) {`, or `export { inside as name };`.
fn functions(javascript: &str) -> impl Iterator<Item = &str> {
    javascript.lines().filter_map(|line| {
        let direct =
            line.strip_prefix("export function ").or_else(|| line.strip_prefix("export async function "));
        if let Some(rest) = direct {
            return rest.split_once('(').map(|(name, _)| name.trim());
        }
        let (names, _) = line.strip_prefix("export {")?.split_once('}')?;
        names.split_once(" as ").map(|(_, name)| name.trim())
    })
}

fn classes(javascript: &str) -> impl Iterator<Item = &str> {
    let rests = javascript.lines().filter_map(|line| line.strip_prefix("export class "));
    rests.filter_map(|rest| rest.split_once('{').map(|(name, _)| name.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_export_has_its_place_in_the_shim() {
        let javascript = "export class Stream {\n    free() {\n    }\n}\n\
                          export function __wbg_reset_state() {\n}\n\
                          export function fetch(request, env, ctx) {\n}\n\
                          export async function scheduled(event, env, ctx) {\n}\n\
                          function hidden() {\n}\n\
                          export { hidden as shown };\n";
        let shim = around(javascript).unwrap();
        for part in [
            "return exports.fetch.call(this, arg, this.env, this.ctx);",
            "return exports.scheduled.call(this, arg, this.env, this.ctx);",
            "Entrypoint.prototype.shown = exports.shown;",
            "export const Stream = new Proxy(exports.Stream, classProxyHooks);",
        ] {
            assert!(shim.contains(part), "{part} is missing");
        }
        assert!(!shim.contains("prototype.__wbg_reset_state"));
        assert!(!shim.contains("prototype.hidden"));
        assert!(!shim.contains("$HANDLERS"));
    }

    #[test]
    fn a_worker_without_fetch_is_refused() {
        assert!(around("export function other() {\n}\n").is_err());
    }
}
