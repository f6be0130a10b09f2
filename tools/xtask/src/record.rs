//! The records of the steps: the subject that each should have, its file, and what may be wrong with it.

use std::path::Path;

use records::{Record, Subject};

use crate::{
    error::{Error, read},
    finding::Fault,
    fingerprint::fingerprint,
    tasks::Task,
};

/// Returns the subject that a record of `task` should have.
pub fn subject(root: &Path, task: &Task) -> Result<Subject, Error> {
    Ok(Subject {
        step: task.step.name.to_owned(),
        dataset: task.data.name().to_owned(),
        variant: task.variant.map(|variant| variant.name.to_owned()),
        command: task.command(),
        hyperparameters: task.hyperparameters(root)?,
        fingerprint: fingerprint(root, task.step, task.data)?,
    })
}

/// Returns the record of `task`, if there is one.
pub fn load(root: &Path, task: &Task) -> Result<Option<Record>, Error> {
    let path = root.join(task.path());
    if !path.exists() {
        return Ok(None);
    }
    serde_json::from_str(&read(&path)?).map(Some).map_err(|error| Error::content(&task.path(), error))
}

/// Returns what is wrong with a record that has to be about `subject`, with one run for each of the `seeds`.
pub fn fault(record: &Record, subject: &Subject, seeds: &[u64]) -> Option<Fault> {
    let mut runs: Vec<u64> = record.runs.iter().map(|run| run.seed).collect();
    runs.sort();
    let name = |subject: &Subject| (subject.step.clone(), subject.dataset.clone(), subject.variant.clone());
    if name(&record.subject) != name(subject) {
        Some(Fault::spoilt("step", "the record is about something else than its name says"))
    } else if !record.is_sound() {
        Some(Fault::spoilt("test_accuracy", "the accuracy is not that of the runs"))
    } else if record.subject.hyperparameters != subject.hyperparameters {
        Some(Fault::stale("hyperparameters", "the hyperparameters are no longer those of the code"))
    } else if record.subject.fingerprint != subject.fingerprint {
        Some(Fault::stale("fingerprint", "the record is older than the code that it describes"))
    } else if record.subject != *subject {
        Some(Fault::stale("command", "the command is no longer that of the code"))
    } else if runs != seeds {
        Some(Fault::stale("runs", "the record does not have one run for each seed"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use records::{Environment, Examples, Run};

    use super::*;
    use crate::{layout::save, tasks::tasks};

    fn run(seed: u64, right: usize) -> Run {
        Run {
            seed,
            test_accuracy: right as f64 / 10.0,
            seconds: seed as f64,
            errors: vec![0.5, 0.25],
            test_accuracies: vec![0.5, right as f64 / 10.0],
            confusion: vec![vec![right, 10 - right], vec![0, 0]],
        }
    }

    /// A record of the first task, and what it has to be about.
    fn record(seeds: &[u64]) -> (Record, Subject) {
        let subject = subject(&crate::root(), &tasks()[0]).unwrap();
        let mut record = Record::new(subject.clone());
        for &seed in seeds {
            record.add(run(seed, 5 + seed as usize % 5), Examples { train: 1347, test: 450 }, &Environment::default());
        }
        (record, subject)
    }

    const ALL: [u64; 10] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

    #[test]
    fn a_complete_record_has_no_fault_whatever_the_order_of_its_runs() {
        let (record, subject) = record(&[3, 1, 2, 10, 9, 8, 7, 6, 5, 4]);
        assert_eq!(fault(&record, &subject, &ALL), None);
    }

    #[test]
    fn a_record_that_is_stale_or_spoilt_has_a_fault() {
        let (complete, subject) = record(&ALL);
        let fault = |change: fn(&mut Record)| {
            let mut record = complete.clone();
            change(&mut record);
            fault(&record, &subject, &ALL).map(|fault| (fault.field, fault.is_stale)).unwrap()
        };
        let hidden = |record: &mut Record| *record.subject.hyperparameters.get_mut("hidden").unwrap() = 99.into();
        assert_eq!(fault(hidden), ("hyperparameters", true));
        assert_eq!(fault(|record| record.subject.fingerprint.replace_range(..1, "?")), ("fingerprint", true));
        assert_eq!(fault(|record| record.subject.command.clear()), ("command", true));
        let run_less = |record: &mut Record| {
            let runs = std::mem::take(&mut record.runs);
            *record = Record::new(record.subject.clone());
            let (examples, environment) = (Examples::default(), Environment::default());
            runs.into_iter().skip(1).for_each(|run| record.add(run, examples, &environment));
        };
        assert_eq!(fault(run_less), ("runs", true));
        assert_eq!(fault(|record| record.subject.dataset = "mnist".to_owned()), ("step", false));
        assert_eq!(fault(|record| record.test_accuracy.mean += 0.001), ("test_accuracy", false));
        let both = |record: &mut Record| {
            record.subject.fingerprint.clear();
            record.test_accuracy.mean += 0.001;
        };
        assert_eq!(fault(both), ("test_accuracy", false));
    }

    #[test]
    fn runs_are_added_only_to_what_is_sound() {
        let (sound, subject) = record(&[2, 5]);
        let can_go_on = |change: fn(&mut Record)| {
            let mut record = sound.clone();
            change(&mut record);
            record.can_go_on(&subject, &ALL)
        };
        assert!(can_go_on(|_| ()));
        assert!(!can_go_on(|record| record.subject.fingerprint.clear()));
        assert!(!can_go_on(|record| record.test_accuracy.mean += 0.001));
        for seed in [2, 11] {
            assert!(!record(&[2, 5, seed]).0.can_go_on(&subject, &ALL), "{seed}");
        }
    }

    #[test]
    fn missing_seeds_are_known() {
        assert_eq!(record(&[2, 5]).0.missing(&ALL), [1, 3, 4, 6, 7, 8, 9, 10]);
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let (record, _) = record(&ALL);
        save(&record, &folder.path().join(tasks()[0].path())).unwrap();
        assert_eq!(load(folder.path(), &tasks()[0]).unwrap(), Some(record));
        assert_eq!(load(folder.path(), &tasks()[1]).unwrap(), None);
    }
}
