//! The command `tune`.

use std::{collections::BTreeMap, fmt, iter::zip, num::NonZero, thread};

use console::style;
use datasets::{Dataset, Examples};
use evaluation::{Classifier, Fold, evaluate, folds, hold_back, in_parallel, mean_and_deviation};
use indicatif::ProgressBar;
use rand::{SeedableRng, rngs::ChaCha8Rng};
use serde::Serialize;

use crate::{
    Error,
    arguments::Tune,
    error::Outcome,
    files::{Destination, keep_apart},
    interrupt,
    learning::{Evaluate, check_size, learn},
    output::Output,
    preamble::write_entry,
    progress::{bar_style, freeze_if_interrupted},
    report::to_json,
    settings::{self, Chosen, as_flags, flag_name},
    text::{grouped, percent},
};

/// The accuracy that a network reached in validation; NaN if its training diverged, nothing if it was interrupted.
type Accuracy = Option<f64>;

/// Find the best hyperparameters by cross-validation.
pub fn tune<C: Classifier>(arguments: &Tune, lists: &[(&'static str, Vec<String>)]) -> Result<Outcome, Error> {
    let Tune { data, randomness, .. } = arguments;
    let report = arguments.report.as_deref().map(|path| Destination::new("--report", path)).transpose()?;
    keep_apart(&report, data.files())?;
    let output = Output::new(arguments.color.color, arguments.quiet, report.is_some());
    let settings = settings::grid(lists)?;
    let hyperparameters = |chosen| settings::apply_overrides(data.settings::<C::Hyperparameters>(), chosen);
    // The test set is dropped here, unread.
    let Dataset { name, train: examples, .. } = data.load(randomness.seed, &output)?;
    settings.iter().try_for_each(|chosen| check_size(&examples, &hyperparameters(chosen)?))?;
    let divisions = divide(&examples, arguments)?;
    output.say(introduce(C::STEP, &name, &divisions, settings.len(), randomness.seed))?;

    let train = |job: usize| {
        let (chosen, division) = (&settings[job / divisions.len()], &divisions[job % divisions.len()]);
        (job, hyperparameters(chosen).and_then(|chosen| validate::<C>(&examples, division, &chosen, randomness.seed)))
    };
    let threads = arguments.threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, NonZero::get));
    let mut leaderboard = Leaderboard::new(&output, &settings, divisions.len());
    // Ctrl-C leaves the other jobs undone, and so does an error, which ends the trainings that have begun as well.
    let jobs = (0..settings.len() * divisions.len()).take_while(|_| !interrupt::pressed());
    in_parallel(threads, jobs, train, |(job, accuracy)| {
        accuracy.and_then(|accuracy| leaderboard.enter(job, accuracy)).inspect_err(|_| interrupt::press())
    })?;
    let command = format!("cargo run -p {} -- {}", C::STEP, data.as_flags(randomness.seed));
    leaderboard.finish(&command, report.as_ref())
}

fn introduce(step: &str, data: &str, divisions: &[Fold], settings: usize, seed: u64) -> String {
    let sizes = |division: &Fold| (grouped(division.train.len()), grouped(division.validation.len()));
    let data = match divisions {
        [division] => {
            let (train, validation) = sizes(division);
            format!("{data}: {train} of the training examples to learn from, the last {validation} to be judged by")
        }
        _ => {
            let examples: usize = divisions.iter().map(|division| division.validation.len()).sum();
            format!("{data}: {} training examples in {} folds", grouped(examples), divisions.len())
        }
    };
    let mut text = String::new();
    let settings = grouped(settings);
    let entries = [("step", step), ("data", &data), ("settings", &settings), ("seed", &seed.to_string())];
    for (name, entry) in entries {
        // Writing to a string does not fail.
        let _ = write_entry(&mut text, name, entry);
    }
    text
}

/// How to divide the training set in what to learn from and what to be judged by.
fn divide(examples: &Examples, arguments: &Tune) -> Result<Vec<Fold>, Error> {
    match arguments.validation_fraction {
        Some(fraction) => hold_back(examples.len(), fraction)
            .map(|division| vec![division])
            .map_err(|error| Error::flag("--validation-fraction", error.to_string())),
        None => folds(&examples.labels, arguments.folds, arguments.randomness.seed)
            .map_err(|error| Error::flag("--folds", error.to_string())),
    }
}

/// Train a network on one part of a `division`, and measure it on the other.
fn validate<C: Classifier>(
    examples: &Examples,
    division: &Fold,
    hyperparameters: &C::Hyperparameters,
    seed: u64,
) -> Result<Accuracy, Error> {
    let (train, validation) = (examples.select(&division.train), examples.select(&division.validation));
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut network = C::new(&train, hyperparameters, &mut rng);
    match learn(&mut network, &train, hyperparameters, &mut rng, Evaluate::default(), &Output::silent()) {
        Ok(history) if history.interrupted => Ok(None),
        Ok(_) => Ok(Some(evaluate(&mut network, &validation).accuracy())),
        Err(Error::Diverged { .. }) => Ok(Some(f64::NAN)),
        Err(error) => Err(error),
    }
}

/// What is known of each setting.
struct Leaderboard<'a> {
    output: &'a Output,
    settings: &'a [Chosen],
    /// For each setting, the accuracy in each division.
    accuracies: Vec<Vec<Accuracy>>,
    bar: Option<ProgressBar>,
    /// How many settings have been printed as they were completed.
    printed: usize,
}

impl<'a> Leaderboard<'a> {
    fn new(output: &'a Output, settings: &'a [Chosen], divisions: usize) -> Self {
        let bar = output.takes_a_bar().then(|| {
            ProgressBar::new((settings.len() * divisions) as u64)
                .with_style(bar_style("network {pos}/{len} {bar:30.green/dim} {eta} left"))
        });
        Self { output, settings, accuracies: vec![vec![None; divisions]; settings.len()], bar, printed: 0 }
    }

    /// Note what came of a job, and print the settings that are complete, in their order.
    fn enter(&mut self, job: usize, accuracy: Accuracy) -> Result<(), Error> {
        let divisions = self.accuracies[0].len();
        self.accuracies[job / divisions][job % divisions] = accuracy;
        if let Some(bar) = &self.bar {
            freeze_if_interrupted(bar);
            bar.inc(1);
            return Ok(());
        }
        while let Some(score) = self.accuracies.get(self.printed).and_then(|accuracies| Score::of(accuracies)) {
            let (number, all) = (self.printed + 1, self.settings.len());
            let width = all.to_string().len();
            self.output
                .say(format!("setting {number:>width$}/{all}  {score}  {}", as_flags(&self.settings[self.printed])))?;
            self.printed += 1;
        }
        Ok(())
    }

    /// Print all settings that are complete, the best first, and report them. `command` trains a network.
    fn finish(self, command: &str, report: Option<&Destination>) -> Result<Outcome, Error> {
        if let Some(bar) = &self.bar {
            freeze_if_interrupted(bar);
            bar.finish_and_clear();
        }
        let scores = zip(self.settings, &self.accuracies);
        let scores = scores.filter_map(|(chosen, accuracies)| Some((chosen, Score::of(accuracies)?, accuracies)));
        let mut scores: Vec<(&Chosen, Score, &Vec<Accuracy>)> = scores.collect();
        scores.sort_by(|(_, one, _), (_, other, _)| other.mean().total_cmp(&one.mean()));
        let best = scores.first().map(|(.., best)| *best);
        let tied: Vec<bool> = scores.iter().map(|(.., other)| best.is_some_and(|best| tied(best, other))).collect();

        self.output.say("")?;
        let (complete, all) = (scores.len(), self.settings.len());
        if complete < all {
            self.output.say(format!("Ctrl-C ended the comparison; {complete} of {all} settings are complete.\n"))?;
        }
        let rows: Vec<(&Chosen, Score)> = scores.iter().map(|(chosen, score, _)| (*chosen, *score)).collect();
        self.output.print(table(&rows).trim_end())?;
        if let Some(file) = report {
            let settings = zip(&scores, &tied).map(|((chosen, score, accuracies), &tied)| Setting {
                hyperparameters: chosen.iter().cloned().collect(),
                mean: Some(score.mean()).filter(|mean| mean.is_finite()),
                accuracies,
                not_told_from_best: tied,
            });
            file.write(&to_json(&settings.collect::<Vec<_>>()))?;
            self.output.say(format!("wrote {}", file.path.display()))?;
        }
        let folds = self.accuracies.first().map_or(0, Vec::len);
        if folds > 1 {
            self.output.say(format!("\n±: the standard deviation over the {folds} folds"))?;
        }
        match rows.first() {
            Some((_, Score::Diverged)) if complete == all => return Err(Error::AllDiverged),
            Some((chosen, Score::Accuracy { .. })) if !chosen.is_empty() => {
                self.output.say(format!("\n{} {}", style("best:").green().bold(), as_flags(chosen)))?;
                let others: Vec<String> = zip(&rows, &tied)
                    .skip(1)
                    .filter(|(_, tied)| **tied)
                    .map(|((other, _), _)| as_flags(other))
                    .collect();
                if !others.is_empty() {
                    let more = others.len().saturating_sub(MOST_TIED);
                    let more = if more > 0 { format!("\n  and {} more", grouped(more)) } else { String::new() };
                    self.output.say(format!(
                        "not to be told from it (less than two standard errors behind, fold by fold):\n  {}{more}",
                        others[..others.len().min(MOST_TIED)].join("\n  "),
                    ))?;
                }
                self.output.say(format!("to train it: {command}{}", as_flags(chosen)))?;
            }
            _ => {}
        }
        Ok(if complete < all { Outcome::Interrupted } else { Outcome::Complete })
    }
}

/// Settings that are named as no worse than the best.
const MOST_TIED: usize = 10;

/// What is known of a setting, for programs to read.
#[derive(Serialize)]
struct Setting<'a> {
    hyperparameters: BTreeMap<&'static str, String>,
    /// Of the accuracies; nothing if a training diverged.
    mean: Option<f64>,
    /// In each division; NaN, and null in JSON, for a training that diverged.
    accuracies: &'a [Accuracy],
    not_told_from_best: bool,
}

/// Whether a setting with the accuracies `other` may be as good as the `best`: it is less than two standard errors of
/// the differences behind. A single division has no such error, and tells nothing.
fn tied(best: &[Accuracy], other: &[Accuracy]) -> bool {
    let differences: Vec<f64> = zip(best, other).filter_map(|(best, other)| Some((*best)? - (*other)?)).collect();
    let (mean, deviation) = mean_and_deviation(&differences);
    mean == 0.0 || mean < 2.0 * deviation / (differences.len() as f64).sqrt()
}

/// How good a setting is in validation.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Score {
    Accuracy {
        mean: f64,
        /// Over the divisions; NaN if there is but one.
        deviation: f64,
    },
    /// A training diverged.
    Diverged,
}

impl Score {
    /// The score of a setting with these accuracies, if they are all known.
    fn of(accuracies: &[Accuracy]) -> Option<Self> {
        let accuracies: Vec<f64> = accuracies.iter().copied().collect::<Option<_>>()?;
        let (mean, deviation) = mean_and_deviation(&accuracies);
        Some(if mean.is_nan() { Self::Diverged } else { Self::Accuracy { mean, deviation } })
    }

    /// To sort by.
    fn mean(&self) -> f64 {
        match *self {
            Self::Accuracy { mean, .. } => mean,
            Self::Diverged => f64::NEG_INFINITY,
        }
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Accuracy { mean, deviation } if deviation.is_nan() => f.write_str(&percent(mean)),
            Self::Accuracy { mean, deviation } => write!(f, "{} ± {:.2}", percent(mean), 100.0 * deviation),
            Self::Diverged => f.write_str("diverged"),
        }
    }
}

/// The `scores`, a row for each setting, with a column for each hyperparameter that was given.
fn table(scores: &[(&Chosen, Score)]) -> String {
    let Some((first, _)) = scores.first() else { return String::new() };
    let columns: Vec<(String, usize)> = first
        .iter()
        .enumerate()
        .map(|(column, (name, _))| {
            let flag = format!("--{}", flag_name(name));
            let widths = scores.iter().map(|(chosen, _)| chosen[column].1.len());
            let width = widths.chain([flag.len()]).max().unwrap_or(0);
            (flag, width)
        })
        .collect();
    let mut table: String = columns.iter().map(|(flag, width)| format!("{flag:>width$}  ")).collect();
    table += "accuracy in validation\n";
    for (chosen, score) in scores {
        for ((_, width), (_, value)) in zip(&columns, *chosen) {
            table += &format!("{value:>width$}  ");
        }
        table += &format!("{score}\n");
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_has_a_score_when_all_is_known() {
        assert_eq!(Score::of(&[Some(0.5), None]), None);
        assert_eq!(Score::of(&[Some(0.5), Some(f64::NAN)]), Some(Score::Diverged));
        let score = Score::of(&[Some(0.9), Some(0.92), Some(0.94)]).unwrap();
        assert_eq!(score.to_string(), "92.00 % ± 2.00");
        assert_eq!(Score::of(&[Some(0.9)]).unwrap().to_string(), "90.00 %");
    }

    #[test]
    fn what_differs_by_less_than_luck_is_tied() {
        let some = |accuracies: [f64; 3]| accuracies.map(Some);
        assert!(tied(&some([0.9, 0.92, 0.94]), &some([0.91, 0.9, 0.93])));
        assert!(!tied(&some([0.9, 0.92, 0.94]), &some([0.8, 0.83, 0.84])));
        assert!(!tied(&some([0.9, 0.92, 0.94]), &some([0.9, f64::NAN, 0.94])));
        assert!(!tied(&[Some(0.9)], &[Some(0.89)]) && tied(&[Some(0.9)], &[Some(0.9)]));
    }

    #[test]
    fn the_table_has_the_flags_as_they_are_written() {
        let setting =
            |rate: &str, hidden: &str| vec![("learning_rate", rate.to_owned()), ("hidden", hidden.to_owned())];
        let (good, bad) = (setting("0.01", "1000000000"), setting("10", "30"));
        let scores = [(&good, Score::Accuracy { mean: 0.975, deviation: 0.0123 }), (&bad, Score::Diverged)];
        assert_eq!(
            table(&scores),
            "--learning-rate    --hidden  accuracy in validation\n           \
                0.01  1000000000  97.50 % ± 1.23\n             \
                  10          30  diverged\n"
        );
        assert_eq!(as_flags(&good), "--learning-rate 0.01 --hidden 1000000000");
    }
}
