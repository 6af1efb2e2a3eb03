//! `bundle COMPILED FOLDER [-O]`: turns one compiled Worker into `index.js` and `index_bg.wasm`.
//!
//! It does what Cloudflare's worker-build does after its cargo build, with the same options, so that what comes
//! out is the same. worker-build and the wasm-bindgen program take minutes to compile, most of it for things
//! that are not needed here, such as downloads; this takes as long as the wasm-bindgen library. wasm-opt and
//! esbuild come from npm, and `WASM_OPT_BIN` and `ESBUILD_BIN` say where they are.

mod shim;

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

/// What wasm-opt may write: what rustc writes for this target, and the exceptions of wasm-bindgen.
///
/// Never `--all-features`: wasm-opt would also write encodings that workerd does not read yet.
const FEATURES: [&str; 7] = [
    "--enable-mutable-globals",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-reference-types",
    "--enable-exception-handling",
];
const WASM: &str = "index_bg.wasm";
const JAVASCRIPT: &str = "index.js";

fn main() -> Result<()> {
    let mut arguments = env::args_os().skip(1);
    let (Some(compiled), Some(folder)) = (arguments.next(), arguments.next()) else {
        bail!("usage: bundle COMPILED FOLDER [-O]");
    };
    bundle(Path::new(&compiled), Path::new(&folder), arguments.next().as_deref())
}

fn bundle(compiled: &Path, folder: &Path, level: Option<&OsStr>) -> Result<()> {
    // What runs from the folder never sees half a file. Inside it, because it is not in the repository.
    let work = folder.join(".unfinished");
    if work.exists() {
        fs::remove_dir_all(&work).with_context(|| format!("cannot remove {}", work.display()))?;
    }
    let javascript = bind(compiled, &work)?;
    if let Some(level) = level {
        wasm_opt(&work, level)?;
    }
    fs::write(work.join("shim.js"), shim::around(&javascript)?)?;
    esbuild(&work)?;
    for name in [WASM, JAVASCRIPT] {
        fs::rename(work.join(name), folder.join(name))
            .with_context(|| format!("cannot move {name} into {}", folder.display()))?;
    }
    fs::remove_dir_all(&work).with_context(|| format!("cannot remove {}", work.display()))
}

/// wasm-bindgen: the wasm without what is only for it, and the JavaScript between wasm and runtime, which is
/// also the answer.
fn bind(compiled: &Path, work: &Path) -> Result<String> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .out_name("index")
        .module(true)?
        .omit_default_module_path(false)
        // Both are for the recovery after a panic, as the shim does it.
        .reset_state_function(true)
        .force_enable_abort_handler(true);
    let mut output = bindgen.generate_output().context("wasm-bindgen failed")?;
    output.emit(work)?;
    Ok(output.js().to_owned())
}

/// Makes the wasm smaller and faster. The names of functions are dropped on the way: they are a sixth of what is
/// uploaded, and a panic says its file and line without them.
fn wasm_opt(work: &Path, level: &OsStr) -> Result<()> {
    let mut command = tool("WASM_OPT_BIN")?;
    command.arg(level).args([WASM, "-o", WASM]).args(FEATURES).current_dir(work);
    run(command)
}

/// One file of all the JavaScript, minified. wasm stays a file beside it, and `cloudflare:workers` is the runtime's.
fn esbuild(work: &Path) -> Result<()> {
    let mut command = tool("ESBUILD_BIN")?;
    command
        .args([
            "--bundle",
            "./shim.js",
            "--format=esm",
            "--minify",
            "--log-level=warning",
            "--allow-overwrite",
        ])
        .args(["--external:./index_bg.wasm", "--external:cloudflare:*"])
        .arg(format!("--outfile={JAVASCRIPT}"))
        .current_dir(work);
    run(command)?;
    // workerd knows the import of a compiled module only without this word.
    let file = work.join(JAVASCRIPT);
    let text = fs::read_to_string(&file)?.replace("import source ", "import ");
    fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))
}

fn tool(variable: &str) -> Result<Command> {
    let program: OsString = env::var_os(variable).with_context(|| format!("{variable} is not set"))?;
    // The commands run in another folder.
    Ok(Command::new(std::path::absolute(PathBuf::from(program))?))
}

fn run(mut command: Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("cannot start {program}"))?;
    if !status.success() {
        bail!("{program} ended with {status}");
    }
    Ok(())
}
