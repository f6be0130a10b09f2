//! Which code a result comes from.

use std::{
    fs,
    path::{Path, PathBuf},
};

use experiments::Experiment;
use sha2::{Digest, Sha256};

use crate::{
    error::{Error, read},
    record::Subject,
    steps::{STEPS, Step},
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
/// The same for those steps only whose sources have the word beside it.
const SHARED_BY_SOME: [(&str, &str); 1] = [("apply_single", "datasets/src/single.rs")];
/// What prints.
const WORKBENCH: &str = "crates/workbench/src";
const DIGITS: &str = "crates/datasets/data/digits.csv.gz";

/// What is measured besides the steps, and what measures it.
const BENCH: [&str; 4] =
    ["bench/contract.rs", "bench/burn/Cargo.lock", "bench/candle/Cargo.lock", "tests/reference/speed.py"];
const BENCH_FOLDERS: [&str; 4] = ["bench/burn/src", "bench/candle/src", "bench/python", "crates/xtask/src/bench"];

/// How the experiments train.
const TRAINING: &str = "crates/experiments/src/training.rs";

/// The fingerprint of all code and data that a result of `step` depends on, but for the settings, which a record holds
/// itself, and the libraries, whose versions it names: a result is stale once this has changed.
pub fn fingerprint(root: &Path, step: &Step) -> Result<String, Error> {
    let mut files = with_its_share(root, step)?;
    files.extend(shared());
    let codes: Vec<String> =
        files.iter().map(|file| Ok(code(&read(&root.join(file))?))).collect::<Result<_, Error>>()?;
    digest(root, &codes)
}

/// The same of what `experiment` finds: its own module, how the experiments train, and the steps that the module names.
/// The settings of these count too, since an experiment may use them without saying so.
pub fn of_experiment(root: &Path, experiment: &Experiment) -> Result<String, Error> {
    let module = module(experiment);
    let text = read(&root.join(&module))?;
    let mut files = vec![module, TRAINING.into()];
    for step in STEPS.iter().filter(|step| names(&text, step.name)) {
        files.extend(with_its_share(root, step)?);
    }
    files.extend(shared());
    let codes: Vec<String> =
        files.iter().map(|file| Ok(statements(&read(&root.join(file))?).collect())).collect::<Result<_, Error>>()?;
    digest(root, &codes)
}

/// The same of what `cargo xtask bench` measures: the steps, with their settings, the peers, and how they are measured.
pub fn of_bench(root: &Path) -> Result<String, Error> {
    let mut sources: Vec<PathBuf> = BENCH.iter().map(PathBuf::from).collect();
    for folder in BENCH_FOLDERS {
        sources.extend(files(root, Path::new(folder))?.into_iter().filter(|file| root.join(file).is_file()));
    }
    for step in &STEPS {
        sources.extend(with_its_share(root, step)?);
    }
    sources.extend(shared());
    let codes: Vec<String> =
        sources.iter().map(|file| Ok(statements(&read(&root.join(file))?).collect())).collect::<Result<_, Error>>()?;
    digest(root, &codes)
}

/// The source file of an experiment, from the folder of the workspace.
pub fn module(experiment: &Experiment) -> PathBuf {
    ["crates", "experiments", "src", &format!("{}.rs", experiment.module)].iter().collect()
}

fn shared() -> impl Iterator<Item = PathBuf> {
    SHARED.iter().map(|file| Path::new("crates").join(file))
}

/// The sources of `step`, and what it shares with some steps only.
fn with_its_share(root: &Path, step: &Step) -> Result<Vec<PathBuf>, Error> {
    let mut files = sources(root, step)?;
    let texts: String = files.iter().map(|file| read(&root.join(file))).collect::<Result<_, Error>>()?;
    let used = SHARED_BY_SOME.iter().filter(|(word, _)| texts.contains(word));
    files.extend(used.map(|(_, file)| Path::new("crates").join(file)));
    Ok(files)
}

/// Whether the source `text` names the crate `step`.
fn names(text: &str, step: &str) -> bool {
    text.contains(&format!("{}::", step.replace('-', "_")))
}

fn digest(root: &Path, codes: &[String]) -> Result<String, Error> {
    let mut hash = Sha256::new();
    for code in codes {
        // Length and text, so that nothing can pass from one file to the next unseen.
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

/// What of a step's source file has a bearing on results that name their settings.
fn code(text: &str) -> String {
    statements(text).map(|line| without_settings(line.trim_end()).to_owned() + "\n").collect()
}

/// What of a source file has a bearing on results: not blank lines, lines of comment (they may quote the results), or the
/// tests, which stand last.
fn statements(text: &str) -> impl Iterator<Item = String> {
    let lines = text.split("\n#[cfg(test)]\nmod ").take(1).flat_map(str::lines).map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with("//")).map(|line| format!("{line}\n"))
}

/// The line of a hyperparameter without its values: `hidden: usize` of `hidden: usize { digits: 30, mnist: 100 },`.
fn without_settings(line: &str) -> &str {
    line.split_once(" { digits: ").map_or(line, |(knob, _)| knob)
}

#[cfg(test)]
mod tests {
    use experiments::EXPERIMENTS;

    use super::*;

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

    #[test]
    fn what_some_steps_share_counts_for_these() {
        let root = crate::root();
        let shared = Path::new("crates/datasets/src/single.rs").to_owned();
        let using = STEPS.iter().filter(|step| with_its_share(&root, step).unwrap().contains(&shared));
        assert_eq!(using.map(|step| step.name).collect::<Vec<_>>(), ["minibatch", "distortions"]);
    }

    #[test]
    fn a_module_names_the_steps_that_it_uses() {
        let text = "use init_shuffle::{Hyperparameters, Network};\n// not naive-loops\n";
        let named: Vec<&str> = STEPS.iter().map(|step| step.name).filter(|step| names(text, step)).collect();
        assert_eq!(named, ["init-shuffle"]);
    }

    #[test]
    fn every_experiment_is_where_the_list_says() {
        let root = crate::root();
        for experiment in EXPERIMENTS {
            let source = fs::read_to_string(root.join(module(experiment))).unwrap();
            assert!(source.contains("pub fn "), "{}", experiment.name);
            assert_eq!(of_experiment(&root, experiment).unwrap().len(), 64);
        }
    }
}
