//! What a run of each step prints, as the book shows it: the command, then its output.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    check::Finding,
    error::{Error, read},
    record::Record,
    steps::{DataSet, STEPS, Task},
};

/// The seed of a run that does not name one.
const SEED: u64 = 1;

/// Record what the step of `task` prints when it is run without arguments, unless what is there agrees with `record`.
pub fn renew(root: &Path, task: &Task, record: &Record) -> Result<(), Error> {
    if task.data != DataSet::Digits || task.variant.is_some() {
        return Ok(());
    }
    let path = path(task.step.name);
    if read(&root.join(&path)).is_ok_and(|text| agrees(&text, record)) {
        return Ok(());
    }
    let arguments = ["run", "--quiet", "--package", task.step.name];
    let command = format!("cargo run -p {}", task.step.name);
    let failed = |problem: String| Error::Program { command: command.clone(), problem };
    let output =
        Command::new("cargo").args(arguments).current_dir(root).output().map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let text = format!("$ {command}\n{}", String::from_utf8_lossy(&output.stdout));
    let file = root.join(&path);
    fs::create_dir_all(file.parent().unwrap_or(root)).map_err(Error::file(&file, "written"))?;
    fs::write(&file, text).map_err(Error::file(&file, "written"))
}

/// The runs that are missing or do not agree with the `records`.
pub fn check(root: &Path, records: &[Record]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for step in &STEPS {
        let path = path(step.name);
        let of_step = |record: &&Record| record.subject.step == step.name && record.subject.dataset == "digits";
        let Some(record) = records.iter().find(of_step) else { continue }; // which is a finding already
        if !read(&root.join(&path)).is_ok_and(|text| agrees(&text, record)) {
            let problem = "the run is missing, or ends with another accuracy than the record of its seed".to_owned();
            let repair = format!("run `cargo xtask results --only {} --dataset digits`", step.name);
            findings.push(Finding { path, line: 1, problem, repair });
        }
    }
    findings
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
}
