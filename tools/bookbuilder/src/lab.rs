//! The lab: the steps as WebAssembly, and the scripts and styles of `<step-lab>`, added to the pages that have one.
//!
//! A page loads one small script and its styles. On the first click the script loads the payload: the modules that the
//! lab consists of, what wasm-bindgen writes, the worker, the WebAssembly as base64 of gzip, and the records. All of it
//! is one classic script, which a page may load from a disk as well. Each file is named by the hash of its contents.

use std::{
    collections::BTreeMap,
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use flate2::{Compression, write::GzEncoder};
use records::{Record, STEPS, Step};
use serde::Serialize;
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::{error::Error, pages::pages};

/// The modules of the page's script: each after those that it imports.
const PAGE: [&str; 4] = ["dom", "setup", "loading", "elements"];
/// The modules of the script that is loaded on the first click.
const PAYLOAD: [&str; 19] = [
    "dom",
    "setup",
    "loading",
    "scales",
    "words",
    "race",
    "player",
    "trainer",
    "pictures",
    "chart",
    "tiles",
    "microscope",
    "mistakes",
    "controls",
    "timeline",
    "share",
    "lab",
    "strokes",
    "pad",
];
const TARGET: &str = "wasm32-unknown-unknown";
/// The elements that a page with a lab has.
const ELEMENTS: [&str; 2] = ["<step-lab", "<digit-pad"];

/// What the page loads on the first click.
#[derive(Serialize)]
struct Payload {
    /// The functions of the module, as wasm-bindgen writes them.
    glue: String,
    /// The worker that calls them.
    worker: String,
    /// The module: base64 of gzip.
    wasm: String,
    /// The recorded curves of each step.
    records: BTreeMap<&'static str, Band>,
}

/// The least and the largest value over the seeds of a record, for each iteration.
#[derive(Serialize)]
struct Band {
    seeds: usize,
    accuracies: Vec<[f64; 2]>,
    errors: Vec<[f64; 2]>,
}

/// Add the lab to the built pages in the folder `site`, for the workspace at `root`.
///
/// # Errors
///
/// If the steps cannot be compiled, or a file cannot be read or written.
pub fn add(root: &Path, site: &Path) -> Result<(), Error> {
    let source = root.join("book/lab");
    let (glue, wasm) = bind(&compile(root)?)?;
    let records = STEPS.iter().map(|step| Ok((step.name, band(root, step.name)?)));
    let payload = Payload {
        glue,
        worker: read(&source.join("worker.js"))?,
        wasm: BASE64_STANDARD.encode(gzip(&wasm)),
        records: records.collect::<Result<_, Error>>()?,
    };
    let data = serde_json::to_string(&payload).expect("texts and finite numbers");
    let payload = script(&source, &PAYLOAD, &format!("window.labHandsOver({{ Lab, Pad, data: {data} }});\n"))?;
    let payload = write(site, "lab-payload", "js", &payload)?;
    // A new step has none yet.
    let file = |step: &Step| source.join(format!("networks/{}.safetensors", step.name));
    let networks = STEPS.iter().filter(|step| file(step).exists()).map(|step| {
        let path = file(step);
        let bytes = fs::read(&path).map_err(Error::file(&path, "read"))?;
        let network = serde_json::json!({ "step": step.name, "file": BASE64_STANDARD.encode(bytes) });
        write(site, &format!("lab-{}", step.name), "js", &format!("window.labHandsOver({network});\n"))
    });
    let networks = networks.collect::<Result<Vec<_>, Error>>()?.join(" ");
    let script = write(site, "lab", "js", &script(&source, &PAGE, "")?)?;
    let styles = write(site, "lab", "css", &read(&source.join("lab.css"))?)?;
    for page in pages(site)? {
        let path = site.join(&page);
        let text = read(&path)?;
        if !ELEMENTS.iter().any(|element| text.contains(element)) {
            continue;
        }
        let up = "../".repeat(page.matches('/').count());
        let head = format!(
            "<link rel=\"stylesheet\" href=\"{up}{styles}\">\n\
             <script defer src=\"{up}{script}\" data-payload=\"{payload}\" \
             data-networks=\"{networks}\"></script>\n</head>"
        );
        fs::write(&path, text.replacen("</head>", &head, 1)).map_err(Error::file(&path, "written"))?;
    }
    Ok(())
}

/// Compiles the steps to WebAssembly, and returns the path of the module.
fn compile(root: &Path) -> Result<PathBuf, Error> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root).args(["build", "--quiet", "--locked", "--profile", "lab", "--package", "playground"]);
    cargo.args(["--lib", "--target", TARGET]);
    // What Cargo tells this program of its own toolchain must not reach another one.
    for (variable, _) in env::vars_os() {
        let name = variable.to_string_lossy();
        if name.starts_with("CARGO") && !["CARGO_HOME", "CARGO_TARGET_DIR"].contains(&&*name) || name == "RUSTC" {
            cargo.env_remove(variable);
        }
    }
    if let Some(toolchain) = env::var_os("WASM_TOOLCHAIN") {
        cargo.env("RUSTUP_TOOLCHAIN", toolchain);
    }
    // Vectors of 128 bits, which all browsers have. Wider or relaxed ones would not give the same bits everywhere.
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "-C target-feature=+simd128");
    let output = cargo.output().map_err(Error::file(Path::new("cargo"), "started"))?;
    if !output.status.success() {
        let problem = String::from_utf8_lossy(&output.stderr).into_owned();
        let no_target = problem.contains("target may not be installed");
        return Err(if no_target { Error::NoTarget { target: TARGET } } else { Error::Lab { problem } });
    }
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join(TARGET).join("lab/playground.wasm"))
}

/// Returns the functions of the module at `path` for a classic script, and the module that they call.
fn bind(path: &Path) -> Result<(String, Vec<u8>), Error> {
    let unbound = |problem: &dyn std::fmt::Display| Error::Lab { problem: format!("{problem:#}") };
    let mut bindgen = Bindgen::new();
    bindgen.input_path(path).typescript(false).remove_name_section(true).remove_producers_section(true);
    let output = bindgen.no_modules(true).and_then(|bindgen| bindgen.generate_output());
    let mut output = output.map_err(|error| unbound(&error))?;
    let wasm = output.wasm_mut().emit_wasm();
    Ok((output.js().to_owned(), wasm))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes all bytes")
}

/// Returns the modules as one classic script, as they are written but for imports and exports, and then the `end`.
fn script(source: &Path, modules: &[&str], end: &str) -> Result<String, Error> {
    let mut script = String::from("\"use strict\";\n(() => {\n");
    for module in modules {
        let text = read(&source.join(format!("{module}.js")))?;
        for line in text.lines().filter(|line| !line.starts_with("import ")) {
            script += line.strip_prefix("export ").unwrap_or(line);
            script.push('\n');
        }
    }
    Ok(script + end + "})();\n")
}

/// Returns the recorded curves of a step on the digits.
fn band(root: &Path, step: &str) -> Result<Band, Error> {
    let path = root.join(format!("book/results/digits/{step}.json"));
    let record: Record = serde_json::from_str(&read(&path)?)
        .map_err(|error| Error::Lab { problem: format!("{}: {error}", path.display()) })?;
    let extremes = |curve: fn(&records::Run) -> &Vec<f64>| {
        let iterations = record.runs.iter().map(|run| curve(run).len()).min().unwrap_or(0);
        let at = |iteration: usize| {
            let values = || record.runs.iter().map(|run| curve(run)[iteration]);
            [values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max)]
        };
        (0..iterations).map(at).collect()
    };
    Ok(Band {
        seeds: record.runs.len(),
        accuracies: extremes(|run| &run.test_accuracies),
        errors: extremes(|run| &run.errors),
    })
}

/// Writes a file whose name has the hash of its text, and returns that name.
fn write(site: &Path, stem: &str, extension: &str, text: &str) -> Result<String, Error> {
    let hash: String = Sha256::digest(text).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let name = format!("{stem}-{hash}.{extension}");
    let path = site.join(&name);
    fs::write(&path, text).map_err(Error::file(&path, "written"))?;
    Ok(name)
}

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(Error::file(path, "read"))
}

#[cfg(test)]
mod tests;
