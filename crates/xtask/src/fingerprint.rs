//! Which code a result comes from.

use std::{
    fs,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::{
    error::{Error, read},
    record::Subject,
    steps::Step,
};

/// What every step learns from and is judged by, in `crates`. The four files of MNIST are pinned by their checksums in
/// `mnist.rs`.
const SHARED: [&str; 6] = [
    "datasets/src/digits.rs",
    "datasets/src/examples.rs",
    "datasets/src/mnist.rs",
    "datasets/src/scaling.rs",
    "evaluation/src/answers.rs",
    "evaluation/src/confusion.rs",
];
/// What prints.
const WORKBENCH: &str = "crates/workbench/src";
const DIGITS: &str = "crates/datasets/data/digits.csv.gz";

/// The fingerprint of all code and data that a result of `step` depends on, but for the settings, which a record holds
/// itself, and the libraries, whose versions it names: a result is stale once this has changed.
pub fn fingerprint(root: &Path, step: &Step) -> Result<String, Error> {
    let mut hash = Sha256::new();
    let shared = SHARED.map(|file| Path::new("crates").join(file));
    for file in sources(root, step)?.into_iter().chain(shared) {
        // Length and text, so that nothing can pass from one file to the next unseen.
        let code = code(&read(&root.join(&file))?);
        hash.update((code.len() as u64).to_le_bytes());
        hash.update(code);
    }
    let digits = root.join(DIGITS);
    hash.update(fs::read(&digits).map_err(Error::file(&digits, "read"))?);
    Ok(hexadecimal(hash))
}

/// The fingerprint of all that has a say in what a run of a step prints, in whose record is `subject`: that, and the
/// code that does the printing.
pub fn fingerprint_of_run(root: &Path, subject: &Subject) -> Result<String, Error> {
    let mut hash = Sha256::new();
    hash.update(&subject.fingerprint);
    hash.update(format!("{:?}", subject.hyperparameters));
    let report = ["crates", "evaluation", "src", "report.rs"].iter().collect();
    for file in files(root, Path::new(WORKBENCH))?.into_iter().chain([report]) {
        let code = code(&read(&root.join(&file))?);
        hash.update((code.len() as u64).to_le_bytes());
        hash.update(code);
    }
    Ok(hexadecimal(hash))
}

fn hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The source files of `step` in the order of their names, from the folder of the workspace.
pub fn sources(root: &Path, step: &Step) -> Result<Vec<PathBuf>, Error> {
    files(root, &step.sources())
}

/// The files in `folder` in the order of their names, from the folder of the workspace.
fn files(root: &Path, folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let unreadable = || Error::file(folder, "read");
    let mut files = Vec::new();
    for entry in fs::read_dir(root.join(folder)).map_err(unreadable())? {
        files.push(folder.join(entry.map_err(unreadable())?.file_name()));
    }
    files.sort();
    Ok(files)
}

/// What of a source file has a bearing on results: not blank lines, lines of comment (they may quote the results), the
/// tests, which stand last, or the settings.
fn code(text: &str) -> String {
    let mut code = String::new();
    let lines = text.split("\n#[cfg(test)]\nmod ").take(1).flat_map(str::lines);
    for line in lines.map(str::trim) {
        if !line.is_empty() && !line.starts_with("//") {
            code += &format!("{}\n", without_settings(line));
        }
    }
    code
}

/// The line of a hyperparameter without its values: `hidden: usize` of `hidden: usize { digits: 30, mnist: 100 },`.
fn without_settings(line: &str) -> &str {
    line.split_once(" { digits: ").map_or(line, |(knob, _)| knob)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::STEPS;

    const TEXT: &str = "\
//! A header.

/// What it is.
fn two() -> u32 {
    // Reasons.
    2 // a number
}
";

    #[test]
    fn comments_tests_and_settings_do_not_count() {
        let changed = "fn two() -> u32 {\n\n        2 // a number\n}\n\n#[cfg(test)]\nmod tests {}\n";
        assert_eq!(code(TEXT), code(changed));
        assert_eq!(code("hidden: usize { digits: 30, mnist: 100 },"), code("hidden: usize { digits: 1, mnist: 2 },"));
    }

    #[test]
    fn code_counts() {
        for (old, new) in [("    2", "    3"), ("fn two", "fn three"), ("u32", "u64")] {
            assert_ne!(code(TEXT), code(&TEXT.replace(old, new)), "{new}");
        }
        assert_ne!(code("hidden: usize { digits: 1, mnist: 1 },"), code("units: usize { digits: 1, mnist: 1 },"));
    }

    #[test]
    fn every_step_has_its_own() {
        let root = crate::root();
        let mut all: Vec<String> = STEPS.iter().map(|step| fingerprint(&root, step).unwrap()).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), STEPS.len());
    }
}
