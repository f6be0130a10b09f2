//! Builds, serves, checks and draws the book: `cargo xtask book`.
//!
//! A crate of its own, so that mdBook and what drives the browser are compiled for the book alone. `build` makes the
//! pages; `serve` makes them again when something changes, and `site` hands them out. Of what a check finds
//! (`finding`), `pages` tells what can be read in the HTML, and `visits` what a `browser` shows.

mod browser;
mod build;
mod error;
mod finding;
mod lab;
mod pages;
mod serve;
mod site;
mod visits;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;
use mdbook_steps::Steps;
use tracing_subscriber::filter::LevelFilter;

use crate::error::Error;

/// Build the book, into target/book
///
/// For a folder of a server, such as `https://example.org/mean-near-zero/`, set MDBOOK_OUTPUT__HTML__SITE_URL to
/// /mean-near-zero/: the page for lost readers needs it; all others work anywhere.
/// MDBOOK_OUTPUT__HTML__GIT_REPOSITORY_URL adds a link to the repository to each page.
#[derive(Parser)]
#[command(bin_name = "cargo xtask book")]
struct Arguments {
    /// Show it in the browser
    #[arg(long)]
    open: bool,
    /// Serve it on this machine, and build it anew whenever its sources change
    #[arg(long, conflicts_with_all = ["check", "screenshots"])]
    serve: bool,
    /// Where to serve it; 0 is any free port
    #[arg(long, default_value_t = 3000, requires = "serve")]
    port: u16,
    /// Look for defects: dead links, requests that leave the site, faint text and the like. Needs Chromium
    #[arg(long)]
    check: bool,
    /// Leave out the lab, which needs the target wasm32-unknown-unknown
    #[arg(long)]
    no_lab: bool,
    /// Draw each page as PNG files: for a laptop and a phone, light and dark. Needs Chromium
    #[arg(long, value_name = "FOLDER")]
    screenshots: Option<PathBuf>,
}

/// The exit code after Ctrl-C, as shells have it.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    // What mdBook warns of.
    tracing_subscriber::fmt()
        .without_time()
        .with_target(false)
        .with_max_level(LevelFilter::WARN)
        .with_writer(std::io::stderr)
        .init();
    run(&Arguments::parse()).unwrap_or_else(|error| {
        eprintln!("error: {error}");
        if browser::interrupted() { ExitCode::from(INTERRUPTED) } else { ExitCode::FAILURE }
    })
}

fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let root = root();
    let site = root.join("target/book");
    if arguments.serve {
        return serve::serve(&root, &site, arguments.port, arguments.open, !arguments.no_lab)
            .map(|()| ExitCode::SUCCESS);
    }
    build::build(&root.join("book"), Steps::new(&root), &site, (!arguments.no_lab).then_some(&root))?;
    let index = site.join("index.html");
    println!("{}", index.display());
    if let Some(folder) = &arguments.screenshots {
        visits::draw(&site, folder)?;
    }
    if arguments.open {
        opener::open(&index).map_err(|source| Error::Open { what: index.display().to_string(), source })?;
    }
    if arguments.check {
        let mut findings = pages::check(&site)?;
        findings.extend(visits::check(&site)?);
        let lines = finding::report(&root, &findings);
        for line in &lines {
            println!("{line}");
        }
        if !lines.is_empty() {
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The folder of the workspace, two levels above this crate's.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).to_owned()
}
