//! Why outputs of the first network fall silent: its start and its rule, each taken away alone.

use datasets::Dataset;
use evaluation::{Classifier, Tunable, Weights, evaluate};
use rand::{SeedableRng, rngs::ChaCha8Rng};
use vectorized::{Hyperparameters, Network};

use crate::{Bench, Cell, Column, Error, Findings};

const SEEDS: u64 = 20;
const SEEDS_ON_MNIST: u64 = 3;

/// The rule that moves the weights.
#[derive(Clone, Copy, Debug)]
enum Rule {
    /// That of the step.
    Printed,
    /// Plain steps with this learning rate.
    Plain(f64),
}
use Rule::{Plain, Printed};

/// Which weights start with a deviation of 1 / √n instead of 1, where n is the number of units that they come from.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Small {
    Neither,
    Input,
    Output,
    Both,
}
use Small::{Both, Input, Neither, Output};

/// A key, a label, the number of hidden units, the start and the rule.
type Case = (&'static str, &'static str, usize, Small, Rule);

/// Trains the first network on the digits from several starts, by its own rule and by plain steps.
pub fn cause(bench: &Bench) -> Result<Findings, Error> {
    let cases = [
        ("printed", "as printed", 100, Neither, Printed),
        ("printed-input", "as printed, but input weights of deviation 1/√65", 100, Input, Printed),
        ("printed-output", "as printed, but output weights of deviation 1/√100", 100, Output, Printed),
        ("printed-both", "as printed, but both", 100, Both, Printed),
        ("plain-0.1", "plain steps, rate 0.1", 100, Neither, Plain(0.1)),
        ("plain-0.5", "plain steps, rate 0.5", 100, Neither, Plain(0.5)),
        ("plain-1", "plain steps, rate 1", 100, Neither, Plain(1.0)),
        ("plain-0.1-output", "rate 0.1, output weights of deviation 1/√100", 100, Output, Plain(0.1)),
        ("plain-0.1-50", "50 hidden units, plain steps, rate 0.1", 50, Neither, Plain(0.1)),
        ("plain-0.5-50", "50 hidden units, plain steps, rate 0.5", 50, Neither, Plain(0.5)),
        (
            "printed-200-output",
            "200 hidden units, as printed, but output weights of deviation 1/√200",
            200,
            Output,
            Printed,
        ),
        ("plain-0.1-200-output", "the same with plain steps, rate 0.1", 200, Output, Plain(0.1)),
    ];
    let found = bench.over_seeds(&cases, SEEDS, |case, seed| {
        Ok(reads(case, &Hyperparameters::digits(), &bench.digits(seed), bench, seed))
    })?;
    Ok(table("The first network on the digits: its start, and the rule that moves its weights", &cases, found))
}

/// Trains the first network on MNIST from its own start and from small output weights, by its own rule.
pub fn cause_mnist(bench: &Bench) -> Result<Findings, Error> {
    let cases = [
        ("printed", "as printed", 100, Neither, Printed),
        ("printed-output", "as printed, but output weights of deviation 1/√100", 100, Output, Printed),
    ];
    let mnist = bench.mnist()?;
    let found = bench.over_seeds(&cases, SEEDS_ON_MNIST, |case, seed| {
        Ok(reads(case, &Hyperparameters::mnist(), &mnist, bench, seed))
    })?;
    Ok(table("The first network on MNIST: its start", &cases, found))
}

/// What came of a training: the test accuracy, and how many digits are never among the answers.
type Read = (f64, usize);

fn table(title: &str, cases: &[Case], found: Vec<Vec<Read>>) -> Findings {
    let mut findings = Findings::new(
        title,
        [
            Column::percent("accuracy", "test accuracy", 1),
            Column::number("silent", "seeds with a digit that is never answered", 0),
            Column::number("seeds", "seeds", 0),
        ],
    );
    for (&(key, label, ..), found) in cases.iter().zip(found) {
        let accuracies = Vec::from_iter(found.iter().map(|&(accuracy, _)| accuracy));
        let silent = found.iter().filter(|(_, silent)| *silent > 0).count();
        let cells =
            [("accuracy", Cell::from(accuracies.as_slice())), ("silent", silent.into()), ("seeds", found.len().into())];
        findings.row(key, label, cells);
    }
    findings
}

/// Trains a network of `case` and tests it.
fn reads(case: &Case, usual: &Hyperparameters, data: &Dataset, bench: &Bench, seed: u64) -> Read {
    let &(_, _, hidden, small, rule) = case;
    let iterations = bench.iterations(usual.iterations);
    let hyperparameters = Hyperparameters { hidden, iterations, ..usual.clone() };
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut weights = Network::new(&data.train, &hyperparameters, &mut rng).weights();
    let Weights { input_weights, output_weights, .. } = &mut weights;
    if [Input, Both].contains(&small) {
        *input_weights /= (input_weights.nrows() as f64).sqrt();
    }
    if [Output, Both].contains(&small) {
        *output_weights /= (output_weights.nrows() as f64).sqrt();
    }
    let mut network = Network::from_weights(weights);
    match rule {
        // An observer of nothing never stops it.
        Printed => _ = network.train(&data.train, &hyperparameters, &mut rng, &mut ()),
        Plain(learning_rate) => {
            let hyperparameters = Hyperparameters { learning_rate, ..hyperparameters };
            for _ in 0..iterations {
                network = plain_iteration(network, data, &hyperparameters);
            }
        }
    }
    let confusion = evaluate(&mut network, &data.test);
    (confusion.accuracy(), confusion.report().never_predicted.len())
}

/// Learns from each example once. A network that is made of its weights has no previous gradient, which the step's rule
/// would add: what remains of the rule is the plain step.
fn plain_iteration(mut network: Network, data: &Dataset, hyperparameters: &Hyperparameters) -> Network {
    for example in 0..data.train.len() {
        network.feed_forward(data.train.inputs.row(example));
        network.back_propagate(data.train.targets.row(example), hyperparameters);
        network = Network::from_weights(network.weights());
    }
    network
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With its own start and rule, it is the step.
    #[test]
    fn as_printed_it_is_the_step() {
        let bench = Bench::trial();
        let data = bench.digits(3);
        let case = ("", "", 7, Neither, Printed);
        let usual = Hyperparameters { hidden: 7, ..Hyperparameters::digits() };
        let mut network: Network = bench.train(&data.train, &usual, 3, &mut ());
        assert_eq!(reads(&case, &usual, &data, &bench, 3).0, evaluate(&mut network, &data.test).accuracy());
    }

    /// A plain step moves each weight in proportion to the rate, and by nothing at rate 0.
    #[test]
    fn a_plain_step_forgets_the_gradient_before() {
        let data = Bench::trial().digits(1);
        let one = Dataset { train: data.train.select(&[0]), ..data.clone() };
        let two = Dataset { train: data.train.select(&[1, 0]), ..data };
        let rate = |learning_rate| Hyperparameters { hidden: 5, learning_rate, ..Hyperparameters::digits() };
        let start = Network::new(&one.train, &rate(0.0), &mut ChaCha8Rng::seed_from_u64(1));
        let weights = start.weights();
        // At rate 0 the printed rule would still move by the gradient of the example before.
        let after = plain_iteration(start, &two, &rate(0.0)).weights();
        assert_eq!(after, weights);
        let moved = |learning_rate| {
            let after = plain_iteration(Network::from_weights(weights.clone()), &one, &rate(learning_rate)).weights();
            after.output_weights - &weights.output_weights
        };
        let difference = moved(0.2) - 2.0 * moved(0.1);
        assert!(difference.iter().all(|part| part.abs() < 1e-12));
    }
}
