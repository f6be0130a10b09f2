//! Cuts the tests out of the exercises, to run them on the solutions too: the tests are written once, in the file that
//! the reader opens. Does nothing for the reader, who does not build the solutions.

use std::{env, error::Error, fs, path::Path};

/// The line after the reader's part of an exercise.
const TESTS: &str = "\n#[cfg(test)]\nmod tests {";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_SOLUTIONS").is_none() {
        return Ok(());
    }
    println!("cargo::rerun-if-changed=src");
    let mut files: Vec<_> =
        fs::read_dir("src")?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    files.sort();
    let mut modules = String::new();
    for file in files {
        let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let (_, name) = stem.split_once('_').ok_or(format!("src/{stem}.rs: the name should be like 01_name.rs"))?;
        let text = fs::read_to_string(&file)?;
        let (_, tests) = text.split_once(TESTS).ok_or(format!("src/{stem}.rs: there is no `mod tests`"))?;
        modules += &format!("mod {name}_tests {{\n    use crate::{name}::*;\n{TESTS}{tests}}}\n");
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("tests.rs"), modules)?;
    Ok(())
}
