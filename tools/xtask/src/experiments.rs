//! The records of the experiments, in book/results/experiments.

use std::path::{Path, PathBuf};

use records::{Environment, Findings, Pending};
use serde::{Deserialize, Serialize};

use crate::{
    declared::{Experiment, experiments},
    error::{Error, read},
    finding::{Fault, Finding},
    fingerprint::of_experiment,
    pending,
};

/// The folder of the records, from that of the workspace.
const FOLDER: &str = "book/results/experiments";

/// What an experiment found, and where from.
#[derive(Debug, Deserialize, Serialize)]
pub struct Record {
    /// The name of the experiment.
    pub name: String,
    /// What does the same.
    pub command: String,
    /// That of the code.
    pub fingerprint: String,
    /// What it was measured with.
    pub environment: Environment,
    /// What it found.
    #[serde(flatten)]
    pub findings: Findings,
}

/// What does not agree: records that are missing, stale or spoilt.
///
/// # Errors
///
/// If a file cannot be read.
pub fn check(root: &Path, list: &Pending) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for experiment in experiments(root)? {
        let (fault, repair) = (fault(root, &experiment)?, format!("run `{}`", command(&experiment)));
        findings.extend(pending::finding(list, root, &path(&experiment), fault, &repair));
    }
    Ok(findings)
}

/// What is wrong with the record of `experiment`, if there is something.
///
/// # Errors
///
/// If a file cannot be read.
pub fn fault(root: &Path, experiment: &Experiment) -> Result<Option<Fault>, Error> {
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

/// What measures it.
pub fn command(experiment: &Experiment) -> String {
    format!("cargo xtask experiments --only {}", experiment.name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use records::Column;

    use super::*;
    use crate::layout::to_json;

    #[test]
    fn every_experiment_has_a_name_of_its_own() {
        let experiments = experiments(&crate::root()).unwrap();
        let names: BTreeSet<&str> = experiments.iter().map(|experiment| experiment.name.as_str()).collect();
        assert_eq!(names.len(), experiments.len());
    }

    #[test]
    fn a_record_that_is_spoilt_or_stale_has_a_fault() {
        let experiment = &experiments(&crate::root()).unwrap()[0];
        let mut findings = Findings::new("T", [Column::number("count", "count", 0)]);
        findings.row("one", "one", [("count", 1.0.into())]);
        let sound = Record {
            name: experiment.name.clone(),
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
        assert_eq!(fault(&text.replacen(&experiment.name, "other", 1), "abc"), Some(("name", false)));
        let other_rows = text.replace("\"count\": 1", "\"account\": 1");
        assert_eq!(fault(&other_rows, "abc"), Some(("rows", false)));
        assert_eq!(fault(&other_rows, "abd"), Some(("fingerprint", true)));
        assert_eq!(fault("{}", "abc"), Some(("name", true)));
    }
}
