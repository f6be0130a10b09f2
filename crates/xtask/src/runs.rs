//! What a run of each step prints, as the book shows it: the command, then its output.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, read},
    finding::Finding,
    fingerprint::fingerprint_of_run,
    layout::to_json,
    machine::Environment,
    record::Record,
    steps::{DataSet, STEPS, Task},
};

/// The seed of a run that does not name one.
const SEED: u64 = 1;

/// Where a recorded run comes from: it stands beside it, as JSON.
#[derive(Deserialize, Serialize)]
struct Origin {
    command: String,
    /// That of the code that learns and prints: once it has changed, the run is stale.
    fingerprint: String,
    environment: Environment,
}

/// Record what the step of `task` prints when it is run without arguments, unless that is recorded and not stale.
pub fn renew(root: &Path, task: &Task, record: &Record, environment: &Environment) -> Result<(), Error> {
    if task.data != DataSet::Digits || task.variant.is_some() || fault(root, record)?.is_none() {
        return Ok(());
    }
    let name = task.step.name;
    let command = format!("cargo run -p {name}");
    let failed = |problem: String| Error::Program { command: command.clone(), problem };
    let output = Command::new("cargo")
        .args(["run", "--quiet", "--package", name])
        .current_dir(root)
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let text = format!("$ {command}\n{}", String::from_utf8_lossy(&output.stdout));
    let fingerprint = fingerprint_of_run(root, &record.subject.fingerprint, &record.subject.hyperparameters)?;
    let origin = Origin { command: command.clone(), fingerprint, environment: environment.clone() };
    let path = root.join(path(name));
    let written = || Error::file(&path, "written");
    fs::create_dir_all(path.parent().unwrap_or(root)).map_err(written())?;
    fs::write(&path, text).map_err(written())?;
    // Last, so that a run without its origin is recorded anew.
    fs::write(path.with_extension("json"), to_json(&origin).map_err(|error| failed(error.to_string()))?)
        .map_err(written())
}

/// The runs that are missing or stale, or do not agree with the `records`.
pub fn check(root: &Path, records: &[Record]) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for step in &STEPS {
        let of_step = |record: &&Record| record.subject.step == step.name && record.subject.dataset == "digits";
        let Some(record) = records.iter().find(of_step) else { continue }; // which is a finding already
        if let Some(problem) = fault(root, record)? {
            let repair = format!("run `cargo xtask results --only {} --dataset digits`", step.name);
            findings.push(Finding { path: path(step.name), line: 1, problem: problem.to_owned(), repair });
        }
    }
    Ok(findings)
}

/// What is wrong with the run of the step that `record` is about, if something is.
fn fault(root: &Path, record: &Record) -> Result<Option<&'static str>, Error> {
    let path = root.join(path(&record.subject.step));
    let (Ok(text), Ok(origin)) = (read(&path), read(&path.with_extension("json"))) else {
        return Ok(Some("the run is missing, or the file beside it that says where it comes from"));
    };
    let fingerprint = fingerprint_of_run(root, &record.subject.fingerprint, &record.subject.hyperparameters)?;
    Ok(match serde_json::from_str::<Origin>(&origin) {
        Ok(origin) if origin.fingerprint != fingerprint => Some("the run is older than the code that prints it"),
        Ok(_) if !agrees(&text, record) => Some("the run ends with another accuracy than the record of its seed"),
        Ok(_) => None,
        Err(_) => Some("the file beside the run that says where it comes from cannot be understood"),
    })
}

/// The file of a run, from the folder of the workspace.
fn path(step: &str) -> PathBuf {
    ["book", "results", "runs", &format!("{step}.txt")].iter().collect()
}

/// Whether a run ends as `record` has it.
fn agrees(text: &str, record: &Record) -> bool {
    let Some(run) = record.runs.iter().find(|run| run.seed == SEED) else { return false };
    let right: usize = run.confusion.iter().enumerate().filter_map(|(class, row)| row.get(class)).sum();
    let counts = format!("({right} of {})", record.examples.test);
    let line = text.lines().find(|line| line.starts_with("test accuracy ") && line.contains(" of training"));
    text.starts_with("$ cargo run -p ") && line.is_some_and(|line| line.contains(&counts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::tasks;

    #[test]
    fn a_run_agrees_with_its_record_and_with_no_other_result() {
        let record = Record::load(&crate::root(), &tasks()[0]).unwrap().unwrap();
        let right: usize = (0..10).map(|class| record.runs[0].confusion[class][class]).sum();
        let run = |right| format!("$ cargo run -p a\n\ntest accuracy 1.00 % ({right} of 450) after 1 s of training\n");
        assert!(agrees(&run(right), &record));
        assert!(!agrees(&run(right - 1), &record));
        assert!(!agrees("", &record));
    }

    #[test]
    fn a_run_is_stale_once_the_settings_or_the_code_are_others() {
        let root = crate::root();
        let mut record = Record::load(&root, &tasks()[0]).unwrap().unwrap();
        let before = fingerprint_of_run(&root, &record.subject.fingerprint, &record.subject.hyperparameters).unwrap();
        record.subject.hyperparameters.insert("hidden".to_owned(), 31.into());
        let settings = fingerprint_of_run(&root, &record.subject.fingerprint, &record.subject.hyperparameters).unwrap();
        record.subject.fingerprint.push('0');
        let code = fingerprint_of_run(&root, &record.subject.fingerprint, &record.subject.hyperparameters).unwrap();
        assert!(before != settings && settings != code && before != code);
        assert_eq!(fault(&root, &record).unwrap(), Some("the run is older than the code that prints it"));
    }
}
