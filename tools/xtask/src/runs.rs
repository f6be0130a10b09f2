//! What a run of each step prints, as the book shows it: the command, then its output.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use records::{Environment, Pending, Record, Subject};
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, read},
    finding::{Fault, Finding},
    fingerprint::fingerprint_of_run,
    layout::to_json,
    pending, record,
    tasks::{DataSet, Task, tasks},
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
    if !is_shown(task) {
        return Ok(());
    }
    if fault(root, &record.subject, record)?.is_some() {
        run(root, task, record, environment)?;
    }
    pending::take_off(root, &origin(task.step.name))
}

/// Whether `task` is a step on the digits as it comes, whose run the book shows.
fn is_shown(task: &Task) -> bool {
    task.data == DataSet::Digits && task.variant.is_none()
}

/// Run the step of `task`, and record what it prints and where that comes from.
fn run(root: &Path, task: &Task, record: &Record, environment: &Environment) -> Result<(), Error> {
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
pub fn check(root: &Path, records: &[Record], list: &Pending) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for task in tasks().iter().filter(|task| is_shown(task)) {
        let step = task.step.name;
        let of_step = |record: &&Record| record.subject.step == step && record.subject.dataset == task.data.name();
        let Some(record) = records.iter().find(of_step) else { continue }; // which is a finding already
        let fault = fault(root, &record::subject(root, task)?, record)?;
        let repair = format!("run `cargo xtask results --only {step} --dataset digits`");
        findings.extend(pending::finding(list, root, &origin(step), fault, &repair));
    }
    Ok(findings)
}

/// What is wrong with the run that goes with `record`, which has to be about `subject`, if something is.
fn fault(root: &Path, subject: &Subject, record: &Record) -> Result<Option<Fault>, Error> {
    let (text, origin) = (root.join(path(&subject.step)), root.join(origin(&subject.step)));
    let (Ok(text), Ok(origin)) = (read(&text), read(&origin)) else {
        let problem = "the run is missing, or the file beside it that says where it comes from";
        return Ok(Some(Fault::stale("command", problem)));
    };
    let fingerprint = fingerprint_of_run(root, &subject.fingerprint, &subject.hyperparameters)?;
    Ok(match serde_json::from_str::<Origin>(&origin) {
        Ok(origin) if origin.fingerprint != fingerprint => {
            Some(Fault::stale("fingerprint", "the run is older than the code that prints it"))
        }
        Ok(_) if !agrees(&text, record) => {
            Some(Fault::spoilt("command", "the run ends with another accuracy than the record of its seed"))
        }
        Ok(_) => None,
        Err(_) => Some(Fault::stale("command", "the file that says where the run comes from cannot be understood")),
    })
}

/// The file of a run, from the folder of the workspace.
fn path(step: &str) -> PathBuf {
    ["book", "results", "runs", &format!("{step}.txt")].iter().collect()
}

/// The file that says where the run comes from.
fn origin(step: &str) -> PathBuf {
    path(step).with_extension("json")
}

/// The files that say where the runs of all steps come from.
pub fn origins() -> Vec<PathBuf> {
    tasks().iter().filter(|task| is_shown(task)).map(|task| origin(task.step.name)).collect()
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
    use records::Run;

    use super::*;

    /// A record of the first task whose seed 1 has 3 of 4 examples right.
    fn record() -> Record {
        let mut record = Record::new(record::subject(&crate::root(), &tasks()[0]).unwrap());
        record.runs.push(Run {
            seed: SEED,
            test_accuracy: 0.75,
            seconds: 1.0,
            errors: vec![0.5],
            test_accuracies: vec![0.75],
            confusion: vec![vec![2, 0], vec![1, 1]],
        });
        record.examples.test = 4;
        record
    }

    const TEXT: &str = "$ cargo run -p a\n\ntest accuracy 75.00 % (3 of 4) after 1 s of training\n";

    #[test]
    fn a_run_agrees_with_its_record_and_with_no_other_result() {
        assert!(agrees(TEXT, &record()));
        assert!(!agrees(&TEXT.replace("(3 of", "(2 of"), &record()));
        assert!(!agrees("", &record()));
    }

    #[test]
    fn a_run_is_stale_once_the_settings_or_the_code_are_others() {
        let folder = crate::workspace::tests::small_workspace();
        let (root, mut record) = (folder.path(), record());
        let fault = |subject: &Subject, record: &Record| {
            fault(root, subject, record).unwrap().map(|fault| (fault.field, fault.is_stale))
        };
        let subject = record.subject.clone();
        assert_eq!(fault(&subject, &record), Some(("command", true)));
        let fingerprint = fingerprint_of_run(root, &subject.fingerprint, &subject.hyperparameters).unwrap();
        let comes_from = Origin { command: "a".to_owned(), fingerprint, environment: Environment::default() };
        let json = String::from_utf8(to_json(&comes_from).unwrap()).unwrap();
        crate::workspace::tests::write(root, path(&subject.step).to_str().unwrap(), TEXT);
        crate::workspace::tests::write(root, origin(&subject.step).to_str().unwrap(), &json);
        assert_eq!(fault(&subject, &record), None);
        let mut other = subject.clone();
        other.hyperparameters.insert("hidden".to_owned(), 31.into());
        assert_eq!(fault(&other, &record), Some(("fingerprint", true)));
        let other = Subject { fingerprint: "0".to_owned(), ..subject.clone() };
        assert_eq!(fault(&other, &record), Some(("fingerprint", true)));
        record.runs[0].confusion[0] = vec![1, 1];
        assert_eq!(fault(&subject, &record), Some(("command", false)));
    }
}
