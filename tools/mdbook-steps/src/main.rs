//! `mdbook-steps`, as mdBook calls it: `supports RENDERER`, or a book on standard input.

use std::{env, io, process::ExitCode};

use mdbook_preprocessor::{Preprocessor, errors::Result, parse_input};
use mdbook_steps::Steps;

fn main() -> ExitCode {
    if env::args().nth(1).as_deref() == Some("supports") {
        return ExitCode::SUCCESS; // plain HTML goes everywhere
    }
    match preprocess() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn preprocess() -> Result<()> {
    let (context, book) = parse_input(io::stdin())?;
    let root = context.root.join("..");
    let book = Steps::new(root).run(&context, book)?;
    Ok(serde_json::to_writer(io::stdout(), &book)?)
}
