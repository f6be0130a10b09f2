//! Makes a module of each solution, and another one of the tests of its exercise: the tests are written once, in the
//! file that the reader opens.

use std::{env, error::Error, fs, io, path::Path};

/// The line after the reader's part of an exercise.
const TESTS: &str = "\n#[cfg(test)]\nmod tests {";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=../tests");
    let folder = env::current_dir()?;
    let mut files = fs::read_dir("../tests")?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, io::Error>>()?;
    files.sort();
    let mut modules = String::new();
    for file in files {
        let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let (_, name) = stem.split_once('_').ok_or(format!("tests/{stem}.rs: the name should be like 01_name.rs"))?;
        let text = fs::read_to_string(&file)?;
        let (_, tests) = text.split_once(TESTS).ok_or(format!("tests/{stem}.rs: there is no `mod tests`"))?;
        let solution = folder.join(name).with_extension("rs");
        modules += &format!(
            "/// A solution of the exercise `{name}`.\n#[path = {solution:?}]\npub mod {name};\n\
             #[cfg(test)]\nmod {name}_tests {{\n    use crate::{name}::*;\n{TESTS}{tests}}}\n"
        );
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("solutions.rs"), modules)?;
    Ok(())
}
