//! The experiments, carried out and recorded.

use std::{num::NonZeroUsize, path::Path};

use clap::Args;
use experiments::{Bench, EXPERIMENTS};
use indicatif::{ProgressBar, ProgressStyle};
use records::Findings;
use xtask::{
    declared::{Experiment, experiments as declared},
    experiments::{Record, command, fault, path},
    fingerprint::of_experiment,
    layout::save,
    pending,
};

use crate::{
    error::Error,
    machine::{cores, environment},
};

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

/// Carry out the experiments that are chosen, and record what they find. Records that are not stale are kept.
pub fn experiments(root: &Path, choice: &Choice) -> Result<(), Error> {
    let threads = choice.threads.map_or_else(cores, Into::into);
    for experiment in &choice.experiments(root)? {
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
            findings => findings.map_err(|source| Error::Experiment { name: experiment.name.clone(), source })?,
        };
        let record = Record {
            name: experiment.name.clone(),
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
    fn experiments(&self, root: &Path) -> Result<Vec<Experiment>, Error> {
        let mut experiments = declared(root)?;
        if let Some(name) = self.only.iter().find(|name| experiments.iter().all(|known| known.name != **name)) {
            let known = experiments.iter().map(|experiment| experiment.name.as_str()).collect::<Vec<_>>().join(", ");
            return Err(xtask::Error::Unknown { flag: "--only", what: "experiment", name: name.clone(), known }.into());
        }
        experiments.retain(|experiment| self.only.is_empty() || self.only.contains(&experiment.name));
        Ok(experiments)
    }
}

fn measure(experiment: &Experiment, threads: usize) -> Result<Findings, experiments::Error> {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{msg}  {bar:30} {pos} of {len}  {eta} left") {
        bar.set_style(style);
    }
    bar.set_message(experiment.name.clone());
    let progress = |done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    };
    let known = EXPERIMENTS.iter().find(|known| known.name == experiment.name);
    let findings =
        (known.expect("the list that was compiled is that in the source").measure)(&Bench::new(threads, &progress));
    bar.finish_and_clear();
    let findings = findings?;
    findings.check().map_err(experiments::Error::Findings)?;
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_experiments_that_are_named_are_chosen() {
        let choice = |only: &[&str]| Choice {
            only: only.iter().map(ToString::to_string).collect(),
            threads: None,
            again: false,
        };
        let names = |only: &[&str]| -> Vec<String> {
            choice(only).experiments(&crate::root()).unwrap().into_iter().map(|experiment| experiment.name).collect()
        };
        assert_eq!(names(&[]).len(), EXPERIMENTS.len());
        assert_eq!(names(&[EXPERIMENTS[0].name]), [EXPERIMENTS[0].name]);
        assert!(choice(&["none"]).experiments(&crate::root()).unwrap_err().to_string().contains(EXPERIMENTS[0].name));
    }

    /// The checks read the list from the source, and this program has it compiled.
    #[test]
    fn the_list_in_the_source_is_that_of_the_program() {
        let compiled =
            EXPERIMENTS.iter().map(|known| Experiment { name: known.name.into(), module: known.module.into() });
        assert!(declared(&crate::root()).unwrap().into_iter().eq(compiled));
    }
}
