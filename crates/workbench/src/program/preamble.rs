//! What is said before a training begins.

use std::fmt;

use console::style;
use datasets::Dataset;
use evaluation::{Value, Weights};

use crate::{settings::as_flags, text::grouped};

/// What is said before a training begins.
#[derive(Debug)]
pub struct Preamble<'a> {
    /// The step.
    pub step: &'a str,
    /// What the network learns from and what it is tested with.
    pub data: String,
    /// What it starts with.
    pub weights: &'a Weights,
    /// What was chosen before training.
    pub hyperparameters: &'a [(&'static str, Value)],
    /// The seed of the random numbers, or several.
    pub seed: String,
}

/// What a network learns from, and what it is tested with.
pub fn sizes(dataset: &Dataset) -> String {
    let Dataset { name, train, test, .. } = dataset;
    format!("{name}: {} examples to learn from, {} to be tested with", grouped(train.len()), grouped(test.len()))
}

impl fmt::Display for Preamble<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Weights { input_weights, output_weights, .. } = self.weights;
        let (inputs, (hidden, outputs)) = (input_weights.nrows() - 1, output_weights.dim());
        let weights = grouped(input_weights.len() + output_weights.len());
        write_entry(f, "step", self.step)?;
        write_entry(f, "data", &self.data)?;
        write_entry(
            f,
            "network",
            format_args!("{inputs} inputs, {hidden} hidden units, {outputs} outputs: {weights} weights"),
        )?;
        write_entry(f, "hyperparameters", as_flags(self.hyperparameters))?;
        write_entry(f, "seed", &self.seed)
    }
}

/// Write a line that says of the thing called `name` what it is.
pub fn write_entry(f: &mut impl fmt::Write, name: &str, entry: impl fmt::Display) -> fmt::Result {
    writeln!(f, "{}  {entry}", style(format!("{name:<15}")).dim())
}

#[cfg(test)]
mod tests {
    use datasets::Scaling;
    use ndarray::{Array1, Array2};

    use super::*;

    #[test]
    fn an_introduction_says_all_that_is_needed_to_repeat_it() {
        let weights = Weights {
            scaling: Scaling { offset: Array1::zeros(2), factor: Array1::ones(2) },
            input_weights: Array2::zeros((3, 400)),
            output_weights: Array2::zeros((400, 3)),
        };
        let introduction = Preamble {
            step: "vectorized",
            data: "table.csv: 30 examples".to_owned(),
            weights: &weights,
            hyperparameters: &[("hidden", Value::Count(400)), ("learning_rate", Value::Factor(0.01))],
            seed: 7.to_string(),
        };
        assert_eq!(
            console::strip_ansi_codes(&introduction.to_string()),
            "step             vectorized\n\
             data             table.csv: 30 examples\n\
             network          2 inputs, 400 hidden units, 3 outputs: 2,400 weights\n\
             hyperparameters  --hidden 400 --learning-rate 0.01\n\
             seed             7\n"
        );
    }
}
