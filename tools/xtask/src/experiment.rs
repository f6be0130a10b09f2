//! The experiments: their records, in book/results/experiments.

use std::{num::NonZeroUsize, path::Path, path::PathBuf};

use clap::Args;
use experiments::{Bench, EXPERIMENTS, Experiment};
use indicatif::{ProgressBar, ProgressStyle};
use records::{Environment, Findings, Pending};
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, read},
    finding::{Fault, Finding},
    fingerprint::of_experiment,
    layout::save,
    machine::{cores, environment},
    pending,
};

/// The folder of the records, from that of the workspace.
pub const FOLDER: &str = "book/results/experiments";

/// What to measure.
#[derive(Args, Debug)]
pub struct Choice {
    /// Only this experiment; may be given several times
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// How many measurements run side by side [default: one for each core]
    #[arg(long, value_name = "COUNT")]
    threads: Option<NonZeroUsize>,
    /// Repeat the experiments that are recorded and not stale
    #[arg(long)]
    again: bool,
}

/// What an experiment found, and where from.
#[derive(Debug, Deserialize, Serialize)]
struct Record {
    name: String,
    /// What does the same.
    command: String,
    /// That of the code.
    fingerprint: String,
    environment: Environment,
    #[serde(flatten)]
    findings: Findings,
}

/// Carry out the experiments that are chosen, and record what they find. Records that are not stale are kept.
pub fn experiments(root: &Path, choice: &Choice) -> Result<(), Error> {
    let threads = choice.threads.map_or_else(cores, Into::into);
    for experiment in choice.experiments()? {
        if !choice.again && fault(root, experiment)?.is_none() {
            println!("{}: recorded already", experiment.name);
            pending::take_off(root, &path(experiment))?;
            continue;
        }
        let fingerprint = of_experiment(root, experiment)?;
        let findings = match measure(experiment, threads) {
            // Who asks for it wants to know what is wrong with the data.
            Err(experiments::Error::Data(error @ datasets::Error::NoMnist { .. })) if choice.only.is_empty() => {
                eprintln!("{} is left out: {error}", experiment.name);
                continue;
            }
            findings => findings.map_err(|source| Error::Experiment { name: experiment.name, source })?,
        };
        let record = Record {
            name: experiment.name.to_owned(),
            command: command(experiment),
            fingerprint,
            environment: environment(root, threads)?,
            findings,
        };
        save(&record, &root.join(path(experiment)))?;
        pending::take_off(root, &path(experiment))?;
        println!("{}: recorded", experiment.name);
    }
    Ok(())
}

impl Choice {
    fn experiments(&self) -> Result<Vec<&'static Experiment>, Error> {
        if let Some(name) = self.only.iter().find(|name| EXPERIMENTS.iter().all(|known| known.name != **name)) {
            let known = EXPERIMENTS.iter().map(|experiment| experiment.name).collect::<Vec<_>>().join(", ");
            return Err(Error::Unknown { flag: "--only", what: "experiment", name: name.clone(), known });
        }
        let chosen =
            |experiment: &&Experiment| self.only.is_empty() || self.only.iter().any(|name| name == experiment.name);
        Ok(EXPERIMENTS.iter().filter(chosen).collect())
    }
}

fn measure(experiment: &Experiment, threads: usize) -> Result<Findings, experiments::Error> {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{msg}  {bar:30} {pos} of {len}  {eta} left") {
        bar.set_style(style);
    }
    bar.set_message(experiment.name);
    let progress = |done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    };
    let findings = (experiment.measure)(&Bench::new(threads, &progress));
    bar.finish_and_clear();
    let findings = findings?;
    findings.check().map_err(experiments::Error::Findings)?;
    Ok(findings)
}

/// What does not agree: records that are missing, stale or spoilt.
pub fn check(root: &Path, list: &Pending) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for experiment in EXPERIMENTS {
        let (fault, repair) = (fault(root, experiment)?, format!("run `{}`", command(experiment)));
        findings.extend(pending::finding(list, root, &path(experiment), fault, &repair));
    }
    Ok(findings)
}

/// What is wrong with the record of `experiment`, if there is something.
fn fault(root: &Path, experiment: &Experiment) -> Result<Option<Fault>, Error> {
    let path = root.join(path(experiment));
    if !path.exists() {
        return Ok(Some(Fault::stale("name", "the record is missing")));
    }
    Ok(fault_in(&read(&path)?, experiment, &of_experiment(root, experiment)?))
}

/// The same, for the `text` of a record and the `fingerprint` that it should have.
fn fault_in(text: &str, experiment: &Experiment, fingerprint: &str) -> Option<Fault> {
    let record: Record = match serde_json::from_str(text) {
        Ok(record) => record,
        Err(error) => return Some(Fault::stale("name", format!("the record cannot be understood: {error}"))),
    };
    if record.name != experiment.name {
        Some(Fault::spoilt("name", "the record is about something else than its name says"))
    } else if record.fingerprint != fingerprint {
        Some(Fault::stale("fingerprint", "the record is older than the code that it describes"))
    } else if record.command != command(experiment) {
        Some(Fault::stale("command", "the command is no longer that of the code"))
    } else {
        record.findings.check().err().map(|error| Fault::spoilt("rows", error))
    }
}

/// The file of its record, from the folder of the workspace.
pub fn path(experiment: &Experiment) -> PathBuf {
    Path::new(FOLDER).join(format!("{}.json", experiment.name))
}

fn command(experiment: &Experiment) -> String {
    format!("cargo xtask experiments --only {}", experiment.name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use experiments::Column;

    use super::*;
    use crate::layout::to_json;

    #[test]
    fn every_experiment_has_a_name_of_its_own() {
        let names: BTreeSet<&str> = EXPERIMENTS.iter().map(|experiment| experiment.name).collect();
        assert_eq!(names.len(), EXPERIMENTS.len());
    }

    #[test]
    fn only_the_experiments_that_are_named_are_chosen() {
        let choice = |only: &[&str]| Choice {
            only: only.iter().map(ToString::to_string).collect(),
            threads: None,
            again: false,
        };
        let names = |only: &[&str]| -> Vec<&str> {
            choice(only).experiments().unwrap().iter().map(|experiment| experiment.name).collect()
        };
        assert_eq!(names(&[]).len(), EXPERIMENTS.len());
        assert_eq!(names(&[EXPERIMENTS[0].name]), [EXPERIMENTS[0].name]);
        assert!(choice(&["none"]).experiments().unwrap_err().to_string().contains(EXPERIMENTS[0].name));
    }

    #[test]
    fn a_record_that_is_spoilt_or_stale_has_a_fault() {
        let experiment = &EXPERIMENTS[0];
        let mut findings = Findings::new("T", [Column::number("count", "count", 0)]);
        findings.row("one", "one", [("count", 1.0.into())]);
        let sound = Record {
            name: experiment.name.to_owned(),
            command: command(experiment),
            fingerprint: "abc".to_owned(),
            environment: Environment::default(),
            findings,
        };
        let text = String::from_utf8(to_json(&sound).unwrap()).unwrap();
        let fault = |text: &str, fingerprint| {
            fault_in(text, experiment, fingerprint).map(|fault| (fault.field, fault.is_stale))
        };
        assert_eq!(fault(&text, "abc"), None);
        assert_eq!(fault(&text, "abd"), Some(("fingerprint", true)));
        assert_eq!(fault(&text.replacen("xtask", "x", 1), "abc"), Some(("command", true)));
        assert_eq!(fault(&text.replacen(experiment.name, "other", 1), "abc"), Some(("name", false)));
        let other_rows = text.replace("\"count\": 1", "\"account\": 1");
        assert_eq!(fault(&other_rows, "abc"), Some(("rows", false)));
        assert_eq!(fault(&other_rows, "abd"), Some(("fingerprint", true)));
        assert_eq!(fault("{}", "abc"), Some(("name", true)));
    }
}
