use std::fmt;

use console::style;
use datasets::Examples;
use evaluation::{Value, Weights};

use crate::{settings::flag_name, text::grouped};

/// What is said before a training begins.
#[derive(Debug)]
pub struct Introduction<'a> {
    /// The step.
    pub step: &'a str,
    /// What the data set is called.
    pub data: &'a str,
    /// What the network learns from.
    pub train: &'a Examples,
    /// How many examples it is tested with.
    pub tested: usize,
    /// What it starts with.
    pub weights: &'a Weights,
    /// What was chosen before training.
    pub hyperparameters: &'a [(&'static str, Value)],
    /// What its random numbers start with.
    pub seed: u64,
}

impl fmt::Display for Introduction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, data, train, tested, weights: Weights { input_weights, output_weights, .. }, seed, .. } = self;
        let mut line = |name: &str, text: fmt::Arguments| writeln!(f, "{}  {text}", style(format!("{name:<15}")).dim());
        line("step", format_args!("{step}"))?;
        let (examples, tested) = (grouped(train.len()), grouped(*tested));
        line("data", format_args!("{data}: {examples} examples to learn from, {tested} to be tested with"))?;
        let (inputs, (hidden, outputs)) = (train.inputs.ncols(), output_weights.dim());
        let weights = grouped(input_weights.len() + output_weights.len());
        line("network", format_args!("{inputs} inputs, {hidden} hidden units, {outputs} outputs: {weights} weights"))?;
        let setting = |(name, value): &(&str, Value)| format!("--{} {value}", flag_name(name));
        let settings: Vec<String> = self.hyperparameters.iter().map(setting).collect();
        line("hyperparameters", format_args!("{}", settings.join(" ")))?;
        line("seed", format_args!("{seed}"))
    }
}

#[cfg(test)]
mod tests {
    use datasets::{Features, Scaling};
    use ndarray::Array2;

    use super::*;

    #[test]
    fn an_introduction_says_all_that_is_needed_to_repeat_it() {
        let train = Examples::new(Array2::ones((1200, 2)), vec![1; 1200], 3, Features::Columns);
        let weights = Weights {
            scaling: Scaling::zero_to_one(&train),
            input_weights: Array2::zeros((3, 400)),
            output_weights: Array2::zeros((400, 3)),
        };
        let introduction = Introduction {
            step: "vectorized",
            data: "table.csv",
            train: &train,
            tested: 300,
            weights: &weights,
            hyperparameters: &[("hidden", Value::Count(400)), ("learning_rate", Value::Factor(0.01))],
            seed: 7,
        };
        assert_eq!(
            console::strip_ansi_codes(&introduction.to_string()),
            "step             vectorized\n\
             data             table.csv: 1,200 examples to learn from, 300 to be tested with\n\
             network          2 inputs, 400 hidden units, 3 outputs: 2,400 weights\n\
             hyperparameters  --hidden 400 --learning-rate 0.01\n\
             seed             7\n"
        );
    }
}
