//! How fast the steps are, and others that do the same work: measured side by side in one run, and recorded in
//! book/results/bench.json.

mod contenders;
mod peak;
mod process;
mod processor;
mod tables;

use std::{collections::BTreeMap, path::Path, process::Command};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use records::{Environment, Findings};
use serde::{Deserialize, Serialize};

pub use self::process::Run;
use self::{
    contenders::{Contender, contenders},
    process::{Measurement, python, tutorial},
    processor::Processor,
};
use xtask::{
    bench::{COMMAND, RECORD},
    fingerprint::of_bench,
    layout::save,
};

use crate::{error::Error, machine::environment};

/// What to measure.
#[derive(Args, Debug)]
pub struct Choice {
    /// Only these, and record nothing; may be given several times
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// How many rounds there are; what takes long runs in some of them only
    #[arg(long, value_name = "COUNT", default_value = "5", value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// One round without what takes long, and record nothing
    #[arg(long)]
    quick: bool,
}

/// What was measured.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct Record {
    /// What does the same.
    pub command: String,
    /// That of the code.
    fingerprint: String,
    environment: Environment,
    /// What everybody computes with.
    #[serde(default)]
    processor: Processor,
    /// What the others say of themselves.
    peers: BTreeMap<String, Peer>,
    /// Who is missing, and why.
    skipped: BTreeMap<String, String>,
    /// What the book shows.
    pub tables: BTreeMap<String, Findings>,
    /// All runs of all programs, in the order in which they came.
    pub runs: BTreeMap<String, Vec<Run>>,
    /// Seconds for an iteration of the tutorial's algorithms in Python, from a part.
    tutorial: Vec<(String, f64)>,
    /// Thousand millions of operations, or of cycles, a second, by what was done, in each round.
    peaks: BTreeMap<String, Vec<f64>>,
}

/// A library beside which the steps are measured.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Peer {
    name: String,
    version: String,
    /// How it was set.
    settings: String,
}

/// Measure what is chosen, and record it if it is everything.
pub fn bench(root: &Path, choice: &Choice) -> Result<(), Error> {
    let mut contenders = choice.contenders()?;
    let fingerprint = of_bench(root)?;
    let mut record = Record { command: COMMAND.to_owned(), fingerprint, ..Record::default() };
    prepare(root, &mut contenders, &mut record.skipped)?;
    let rounds = if choice.quick { 1 } else { choice.runs as usize };
    measure(root, &contenders, rounds, choice.only.is_empty(), &mut record)?;
    if choice.only.is_empty() && !choice.quick {
        record.tutorial = tutorial(root, &mut record.skipped);
    }
    let measured: Vec<&Contender> = contenders.iter().filter(|one| record.runs.contains_key(&one.key)).collect();
    record.processor = Processor::here(root, &measured, &mut record.skipped)?;
    record.environment = environment(root, 1)?;
    record.tables = tables::tables(&record);
    for table in record.tables.values() {
        let unsound =
            |problem| Error::Experiment { name: "bench".to_owned(), source: experiments::Error::Findings(problem) };
        table.check().map_err(unsound)?;
        tables::print(table);
    }
    if choice.only.is_empty() && !choice.quick {
        save(&record, &root.join(RECORD))?;
        println!("{RECORD}: recorded; `cargo xtask readme` puts it into the README");
    }
    Ok(())
}

impl Choice {
    fn contenders(&self) -> Result<Vec<Contender>, Error> {
        let all = contenders();
        if let Some(name) = self.only.iter().find(|name| all.iter().all(|one| one.key != **name)) {
            let known = all.iter().map(|one| one.key.as_str()).collect::<Vec<_>>().join(", ");
            return Err(xtask::Error::Unknown { flag: "--only", what: "contender", name: name.clone(), known }.into());
        }
        let chosen = |one: &Contender| match self.only.is_empty() {
            true => !self.quick || one.every == 1,
            false => self.only.contains(&one.key),
        };
        Ok(all.into_iter().filter(chosen).collect())
    }
}

/// Build the programs of the `contenders`, and leave out those that cannot be built.
fn prepare(root: &Path, contenders: &mut Vec<Contender>, skipped: &mut BTreeMap<String, String>) -> Result<(), Error> {
    let mut outcomes = BTreeMap::new();
    for one in contenders.iter() {
        if let Some(mut build) = one.build(root)
            && !outcomes.contains_key(one.name)
        {
            eprintln!("building {}", one.name);
            let output = build.output().map_err(xtask::Error::file(Path::new("cargo"), "started"))?;
            let problem = process::last_line(&output.stderr);
            outcomes.insert(one.name, if output.status.success() { Ok(()) } else { Err(problem) });
        }
    }
    contenders.retain(|one| match outcomes.get(one.name) {
        Some(Err(problem)) => {
            skip(skipped, one.name, problem);
            false
        }
        _ => true,
    });
    Ok(())
}

/// Let the `contenders` take turns, so that whatever else the machine does meets all alike. If `peaks` are asked for,
/// each round begins with them.
fn measure(
    root: &Path,
    contenders: &[Contender],
    rounds: usize,
    peaks: bool,
    record: &mut Record,
) -> Result<(), Error> {
    let turn = |round: usize| {
        let runs = contenders
            .iter()
            .filter(move |one| round.is_multiple_of(one.every))
            .map(move |one| Turn::Run(one, round + 1));
        peaks.then_some(Turn::Peaks).into_iter().chain(runs)
    };
    let turns: Vec<Turn> = (0..rounds).flat_map(turn).collect();
    let bar = ProgressBar::new(turns.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} of {len}  {eta} left  {msg}") {
        bar.set_style(style);
    }
    for turn in turns {
        match turn {
            Turn::Peaks => {
                bar.set_message("the processor");
                peak::peaks().into_iter().for_each(|(key, rate)| record.peaks.entry(key).or_default().push(rate));
            }
            Turn::Run(one, _) if record.skipped.contains_key(one.name) => {}
            Turn::Run(one, seed) => {
                bar.set_message(one.key.clone());
                match one.run(root, seed)? {
                    Measurement::Run(run, peer) => {
                        record.runs.entry(one.key.clone()).or_default().push(run);
                        record.peers.extend(peer.map(|peer| (one.name.to_owned(), peer)));
                    }
                    Measurement::Failed(problem) if one.is_ours() => {
                        return Err(xtask::Error::Program { command: one.key.clone(), problem }.into());
                    }
                    Measurement::Failed(problem) => bar.suspend(|| skip(&mut record.skipped, one.name, &problem)),
                }
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

/// What is measured next.
enum Turn<'a> {
    /// What the processor can do.
    Peaks,
    /// A contender, by a seed.
    Run(&'a Contender, usize),
}

fn skip(skipped: &mut BTreeMap<String, String>, name: &str, problem: &str) {
    if skipped.insert(name.to_owned(), problem.to_owned()).is_none() {
        eprintln!("{name} is left out: {problem}; bench/README.md says how to install it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The README and the book show the tables, which are made of the runs. A record that is being made anew may have
    /// those of the code before.
    #[test]
    fn the_tables_of_the_record_are_those_of_its_runs() {
        let list = xtask::pending::load(&xtask::root()).unwrap();
        if xtask::pending::line(&list, Path::new(RECORD)).is_some() {
            return;
        }
        let text = std::fs::read_to_string(xtask::root().join(RECORD)).unwrap();
        let record: Record = serde_json::from_str(&text).unwrap();
        assert_eq!(record.tables, tables::tables(&record));
    }
}
