//! The measurements of the chapters beyond the steps.
//!
//! An [`Experiment`] is a function that trains networks of the steps, as they are, and returns [`Findings`]: a table,
//! and charts if there are any. `cargo xtask experiments` runs those of the one list, [`EXPERIMENTS`], and keeps a
//! record of each, which the book shows. To add one, write a module, and give it its line in the list.

mod activation;
mod bench;
mod beyond;
mod by_heart;
mod cause;
pub mod ceiling;
mod chaos;
mod coincidence;
mod distortions;
mod effective_rate;
mod error;
mod factorial;
mod frozen;
mod last_bit;
mod lucky_seeds;
mod minibatch;
mod momentum;
mod output_bias;
mod paired;
mod parallel_batch;
mod printed_rule;
mod rate_schedule;
mod rates;
mod roofline;
mod silent_digits;
pub mod sparse;
mod speed;
mod splits;
mod start;
mod stuck;
mod timing;
mod training;
mod tricks;
mod tutorial_report;
mod vote;

pub use bench::Bench;
pub use error::Error;
pub use records::{Cell, Chart, Column, Findings, Row, Series, Summary, Unit};
pub use training::{train, validation};

/// A measurement.
#[derive(Clone, Copy, Debug)]
pub struct Experiment {
    /// Its name on the command line, in the book, and of its record.
    pub name: &'static str,
    /// The module that it is in. Its record is stale once the code of this module or of a step that it names has
    /// changed.
    pub module: &'static str,
    /// Carries it out.
    pub measure: fn(&Bench) -> Result<Findings, Error>,
}

/// All experiments.
pub static EXPERIMENTS: &[Experiment] = &[
    // The step of the distortions.
    Experiment { name: "displacements", module: "distortions", measure: distortions::displacements },
    Experiment { name: "distortion-share", module: "distortions", measure: distortions::share },
    Experiment { name: "distortions", module: "distortions", measure: distortions::distortions },
    Experiment { name: "distortions-further", module: "distortions", measure: distortions::further },
    // A vote.
    Experiment { name: "vote", module: "vote", measure: vote::vote },
    Experiment { name: "slant", module: "vote", measure: vote::slant },
    // The same in PyTorch.
    Experiment { name: "beyond", module: "beyond", measure: beyond::beyond },
    // The momentum that is not.
    Experiment { name: "effective-rate", module: "effective_rate", measure: effective_rate::effective_rate },
    Experiment { name: "printed-rule", module: "printed_rule", measure: printed_rule::printed_rule },
    Experiment { name: "stuck", module: "stuck", measure: stuck::stuck },
    Experiment { name: "chaos", module: "chaos", measure: chaos::chaos },
    // The momentum that is.
    Experiment { name: "momentum", module: "momentum", measure: momentum::momentum },
    Experiment { name: "momentum-mnist", module: "momentum", measure: momentum::momentum_mnist },
    Experiment { name: "averaging", module: "momentum", measure: momentum::averaging },
    // Batches.
    Experiment { name: "minibatch-noise", module: "minibatch", measure: minibatch::minibatch_noise },
    Experiment { name: "minibatch-speed", module: "minibatch", measure: minibatch::minibatch_speed },
    Experiment { name: "minibatch-size", module: "minibatch", measure: minibatch::minibatch_size },
    Experiment { name: "minibatch", module: "minibatch", measure: minibatch::minibatch },
    Experiment { name: "rate-schedule", module: "rate_schedule", measure: rate_schedule::rate_schedule },
    Experiment { name: "rate-schedule-full", module: "rate_schedule", measure: rate_schedule::rate_schedule_full },
    // All cores, and what is left out.
    Experiment { name: "parallel-batch", module: "parallel_batch", measure: parallel_batch::parallel_batch },
    Experiment { name: "weights-travel", module: "parallel_batch", measure: parallel_batch::weights_travel },
    Experiment { name: "four-fifths", module: "sparse", measure: sparse::four_fifths },
    // How fast could it be?
    Experiment { name: "roofline", module: "roofline", measure: roofline::roofline },
    // By heart.
    Experiment { name: "by-heart", module: "by_heart", measure: by_heart::by_heart },
    Experiment { name: "by-heart-curves", module: "by_heart", measure: by_heart::by_heart_curves },
    // How lucky is 97 %?
    Experiment { name: "lucky-seeds", module: "lucky_seeds", measure: lucky_seeds::lucky_seeds },
    Experiment { name: "cause", module: "cause", measure: cause::cause },
    Experiment { name: "cause-mnist", module: "cause", measure: cause::cause_mnist },
    Experiment { name: "start", module: "start", measure: start::start },
    Experiment { name: "factorial", module: "factorial", measure: factorial::factorial },
    Experiment { name: "frozen", module: "frozen", measure: frozen::frozen },
    Experiment { name: "silent-digits", module: "silent_digits", measure: silent_digits::silent_digits },
    Experiment { name: "output-bias", module: "output_bias", measure: output_bias::output_bias },
    Experiment { name: "rates", module: "rates", measure: rates::rates },
    Experiment { name: "splits", module: "splits", measure: splits::splits },
    Experiment { name: "paired", module: "paired", measure: paired::paired },
    Experiment { name: "tutorial-report", module: "tutorial_report", measure: tutorial_report::tutorial_report },
    Experiment { name: "last-bit", module: "last_bit", measure: last_bit::last_bit },
    Experiment { name: "coincidence", module: "coincidence", measure: coincidence::coincidence },
    // Efficient BackProp's tricks, and why the loops are slow.
    Experiment { name: "tricks", module: "tricks", measure: tricks::tricks },
    Experiment { name: "speed", module: "speed", measure: speed::speed },
    Experiment { name: "memory-order", module: "speed", measure: speed::memory_order },
    Experiment { name: "limits", module: "speed", measure: speed::limits },
    Experiment { name: "placement", module: "speed", measure: speed::placement },
    Experiment { name: "loops", module: "speed", measure: speed::loops },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_experiment_finds_what_can_be_kept() {
        let bench = Bench::trial();
        for Experiment { name, measure, .. } in EXPERIMENTS {
            let findings = measure(&bench).unwrap_or_else(|error| panic!("{name}: {error}"));
            findings.check().unwrap_or_else(|problem| panic!("{name}: {problem}"));
            assert!(!findings.rows.is_empty() && findings.rows.iter().all(|row| !row.cells.is_empty()), "{name}");
        }
    }
}
