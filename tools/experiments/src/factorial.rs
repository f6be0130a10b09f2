//! All combinations of the tutorial's improvements on the digits: which of them did it?

use std::iter::zip;

use datasets::{Dataset, Examples, Row, Scaling};
use evaluation::{Confusion, folds, predictions, standard_normal};
use ndarray::{Array1, Array2, ArrayView1, azip};
use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};
use tanh_softmax::{dtanh, softmax, weighted_sums};
use vectorized::{dsigmoid, sigmoid};

use crate::{Bench, Cell, Chart, Column, Error, Findings, Series, paired::Comparison};

const SEEDS: u64 = 20;
/// The seeds whose training sets choose the learning rates: each is learned but for a fifth, which judges.
const VALIDATION_SEEDS: u64 = 3;
const RATES: [f64; 5] = [0.01, 0.03, 0.1, 0.3, 1.0];
const ITERATIONS: usize = 50;
const HIDDEN: usize = 100;

/// The improvements, each a letter of a network's name.
const TRICKS: [(char, &str); 6] = [
    ('T', "tanh in the hidden layer"),
    ('E', "softmax and cross-entropy"),
    ('O', "output weights of deviation 1/√n"),
    ('I', "input weights of deviation 1/√n"),
    ('M', "inputs of mean zero"),
    ('S', "shuffled in every iteration"),
];
/// The name of the network that has none of them, the tutorial's first.
const NONE: &str = "none";

/// A network by its tricks, the rule that moves its weights, and the order of its examples.
#[derive(Clone, Debug)]
struct Variant {
    /// Letters of [`TRICKS`].
    tricks: String,
    /// None for the printed rule, whose learning rate hardly matters.
    rate: Option<f64>,
    /// The examples come digit by digit, where they are not shuffled.
    sorted: bool,
}

impl Variant {
    fn has(&self, trick: char) -> bool {
        self.tricks.contains(trick)
    }

    /// Returns the same network with one trick more, or with one less.
    fn with(tricks: &str, trick: char, on: bool) -> String {
        let letters = TRICKS.iter().map(|&(letter, _)| letter);
        letters.filter(|&letter| if letter == trick { on } else { tricks.contains(letter) }).collect()
    }
}

/// Returns the names of all combinations of these tricks.
fn combinations(tricks: &[char]) -> Vec<String> {
    (0..1 << tricks.len())
        .map(|set| (0..tricks.len()).filter(|bit| set >> bit & 1 == 1).map(|bit| tricks[bit]).collect())
        .collect()
}

/// What came of a training: the test accuracy, and whether a digit is never among the answers.
type Read = (f64, bool);

/// Trains the first network with all combinations of the tricks, by plain steps, each at its own best rate; then those
/// with squares by the printed rule as well, and a few with the examples sorted by label.
pub fn factorial(bench: &Bench) -> Result<Findings, Error> {
    let letters = TRICKS.map(|(letter, _)| letter);
    let all: String = letters.iter().collect();
    let mut variants: Vec<Variant> =
        combinations(&letters).into_iter().map(|tricks| Variant { tricks, rate: Some(0.0), sorted: false }).collect();
    let unshuffled = Variant::with(&all, 'S', false);
    for tricks in ["", "O", "E", "EO", &unshuffled] {
        variants.push(Variant { tricks: tricks.to_owned(), rate: Some(0.0), sorted: true });
    }
    choose_rates(bench, &mut variants)?;
    let without_entropy: Vec<char> = letters.into_iter().filter(|&letter| letter != 'E').collect();
    let printed = |tricks| Variant { tricks, rate: None, sorted: false };
    variants.extend(combinations(&without_entropy).into_iter().map(printed));
    variants.push(Variant { sorted: true, ..printed(String::new()) });

    let found = bench.over_seeds(&variants, SEEDS, |variant, seed| {
        let digits = bench.digits(seed);
        let mut network = learn(&digits.train, variant, bench.iterations(ITERATIONS), seed);
        Ok(network.reads(&digits))
    })?;
    let mut findings = Findings::new(
        "The first network on the digits with the tutorial's improvements, in all combinations",
        [
            Column::number("rate", "learning rate", 2),
            Column::percent("accuracy", "test accuracy", 1),
            Column::number("silent", "seeds with a digit that is never answered", 0),
            Column::percent("difference", "difference", 1),
            Column::percent("error", "its standard error", 1),
        ],
    );
    for (variant, found) in zip(&variants, &found) {
        let mut cells = vec![("accuracy", Cell::from(accuracies(found).as_slice())), ("silent", silent(found).into())];
        cells.extend(variant.rate.map(|rate| ("rate", rate.into())));
        findings.row(key(variant), label(variant), cells);
    }
    effects(&mut findings, &variants, &found, &all);
    findings.charts.push(chart(&variants, &found));
    Ok(findings)
}

/// Gives each variant the rate with the highest mean accuracy on parts of training sets; of several, the least.
fn choose_rates(bench: &Bench, variants: &mut [Variant]) -> Result<(), Error> {
    let iterations = bench.iterations(ITERATIONS);
    let tried: Vec<Variant> =
        variants.iter().flat_map(|variant| RATES.map(|rate| Variant { rate: Some(rate), ..variant.clone() })).collect();
    let judged = bench.over_seeds(&tried, VALIDATION_SEEDS, |variant, seed| {
        let dataset = bench.digits(seed);
        let fold = folds(&dataset.train.labels, 5, seed).expect("more than five examples").swap_remove(0);
        let [train, test] = [&fold.train, &fold.validation].map(|part| dataset.train.select(part));
        Ok(learn(&train, variant, iterations, seed).reads(&Dataset { train, test, ..dataset }).0)
    })?;
    for (variant, judged) in zip(variants, judged.chunks(RATES.len())) {
        let means: Vec<f64> = judged.iter().map(|accuracies| accuracies.iter().sum()).collect();
        let best = (1..RATES.len()).fold(0, |best, index| if means[index] > means[best] { index } else { best });
        variant.rate = Some(RATES[best]);
    }
    Ok(())
}

/// Adds what each trick is worth: added alone, taken away from all, and on average over the combinations of the others;
/// added alone to the printed rule as well.
fn effects(findings: &mut Findings, variants: &[Variant], found: &[Vec<Read>], all: &str) {
    let of = |tricks: &str, printed: bool| {
        let is_it =
            |variant: &Variant| variant.tricks == tricks && variant.rate.is_none() == printed && !variant.sorted;
        let index = variants.iter().position(is_it).expect("all combinations are there");
        accuracies(&found[index])
    };
    let mut add = |key: String, label: String, old: &[f64], new: &[f64]| {
        let Comparison { difference, paired, .. } = Comparison::of(old, new);
        findings.row(key, label, [("difference", Cell::from(difference)), ("error", paired.into())]);
    };
    for (trick, name) in TRICKS {
        let letter = trick.to_string();
        add(format!("alone-{trick}"), format!("{name}, added alone"), &of("", false), &of(&letter, false));
        let less = Variant::with(all, trick, false);
        add(format!("without-{trick}"), format!("{name}, taken away alone"), &of(all, false), &of(&less, false));
        let others: Vec<char> = all.chars().filter(|&other| other != trick).collect();
        let [off, on] = [false, true].map(|on| {
            let each: Vec<_> =
                combinations(&others).iter().map(|tricks| of(&Variant::with(tricks, trick, on), false)).collect();
            let seeds = each[0].len();
            let mean = |seed: usize| each.iter().map(|accuracies| accuracies[seed]).sum::<f64>() / each.len() as f64;
            (0..seeds).map(mean).collect::<Vec<f64>>()
        });
        add(format!("mean-{trick}"), format!("{name}, on average"), &off, &on);
        if trick != 'E' {
            let label = format!("{name}, added alone to the printed rule");
            add(format!("printed-alone-{trick}"), label, &of("", true), &of(&letter, true));
        }
    }
}

/// The mean accuracy of all networks with plain steps, over the number of their tricks.
fn chart(variants: &[Variant], found: &[Vec<Read>]) -> Chart {
    let mut chart = Chart::new("Every combination of the six improvements", "improvements", "test accuracy");
    for (output, entropy, label) in [
        (false, false, "squares, output weights of deviation 1"),
        (false, true, "cross-entropy, output weights of deviation 1"),
        (true, false, "squares, small output weights"),
        (true, true, "cross-entropy, small output weights"),
    ] {
        let is_it = |variant: &Variant| {
            variant.rate.is_some() && !variant.sorted && (variant.has('O'), variant.has('E')) == (output, entropy)
        };
        let of_these = zip(variants, found).filter(|(variant, _)| is_it(variant));
        let points = of_these.map(|(variant, found)| vec![variant.tricks.len() as f64, mean(&accuracies(found))]);
        chart.series.push(Series { label: label.to_owned(), dots: true, points: points.collect() });
    }
    chart
}

fn key(variant: &Variant) -> String {
    let tricks = if variant.tricks.is_empty() { NONE } else { &variant.tricks };
    let printed = if variant.rate.is_none() { "printed-" } else { "" };
    let sorted = if variant.sorted { "sorted-" } else { "" };
    format!("{printed}{sorted}{tricks}")
}

fn label(variant: &Variant) -> String {
    let names = TRICKS.iter().filter(|(letter, _)| variant.has(*letter)).map(|&(_, name)| name);
    let mut parts = Vec::from_iter(names);
    if parts.is_empty() {
        parts.push("none of the improvements");
    }
    parts.extend(variant.sorted.then_some("sorted by label"));
    parts.extend(variant.rate.is_none().then_some("the printed rule"));
    parts.join("; ")
}

fn accuracies(found: &[Read]) -> Vec<f64> {
    found.iter().map(|&(accuracy, _)| accuracy).collect()
}

fn silent(found: &[Read]) -> usize {
    found.iter().filter(|(_, silent)| *silent).count()
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

/// Trains a network of this variant by `seed`, with random numbers in the order of the steps.
fn learn(examples: &Examples, variant: &Variant, iterations: usize, seed: u64) -> Network {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut network = Network::new(examples, variant, &mut rng);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    if variant.sorted {
        order.sort_by_key(|&example| examples.labels[example]);
    }
    for _ in 0..iterations {
        if variant.has('S') {
            order.shuffle(&mut rng);
        }
        for &example in &order {
            network.feed_forward(examples.inputs.row(example));
            network.back_propagate(examples.targets.row(example));
        }
    }
    network
}

/// The network of the first steps, with a choice of everything that they change.
struct Network {
    scaling: Scaling,
    tanh: bool,
    entropy: bool,
    /// The factors of the gradient and of the previous example's gradient.
    rule: (f64, f64),
    /// Of shape (inputs + 1).
    input: Array1<f64>,
    /// Activations and deltas of shape (hidden).
    hidden: Array1<f64>,
    hidden_deltas: Array1<f64>,
    /// Activations and deltas of shape (outputs).
    output: Array1<f64>,
    output_deltas: Array1<f64>,
    lower: Layer,
    upper: Layer,
}

/// Weights of shape (inputs, units), and the previous example's gradient.
struct Layer {
    weights: Array2<f64>,
    changes: Array2<f64>,
}

impl Network {
    fn new(examples: &Examples, variant: &Variant, rng: &mut ChaCha8Rng) -> Self {
        let (inputs, outputs) = (examples.inputs.ncols() + 1, examples.classes());
        let usual = vectorized::Hyperparameters::default().learning_rate;
        Self {
            scaling: if variant.has('M') { Scaling::mean_zero(examples) } else { Scaling::zero_to_one(examples) },
            tanh: variant.has('T'),
            entropy: variant.has('E'),
            rule: variant.rate.map_or((usual, 1.0), |rate| (rate, 0.0)),
            input: Array1::ones(inputs),
            hidden: Array1::zeros(HIDDEN),
            hidden_deltas: Array1::zeros(HIDDEN),
            output: Array1::zeros(outputs),
            output_deltas: Array1::zeros(outputs),
            lower: Layer::new(inputs, HIDDEN, variant.has('I'), rng),
            upper: Layer::new(HIDDEN, outputs, variant.has('O'), rng),
        }
    }

    fn feed_forward(&mut self, inputs: Row) {
        self.scaling.apply(inputs, self.input.view_mut());
        weighted_sums(&self.input, &self.lower.weights, &mut self.hidden);
        self.hidden.mapv_inplace(if self.tanh { libm::tanh } else { sigmoid });
        weighted_sums(&self.hidden, &self.upper.weights, &mut self.output);
        match self.entropy {
            true => softmax(self.output.view_mut()),
            false => self.output.mapv_inplace(sigmoid),
        }
    }

    fn back_propagate(&mut self, targets: ArrayView1<f64>) {
        let entropy = self.entropy;
        azip!((delta in &mut self.output_deltas, &output in &self.output, &target in targets) {
            *delta = (output - target) * if entropy { 1.0 } else { dsigmoid(output) };
        });
        let slope = if self.tanh { dtanh } else { dsigmoid };
        let weights = self.upper.weights.rows();
        azip!((delta in &mut self.hidden_deltas, weights in weights, &hidden in &self.hidden) {
            let sum: f64 = zip(&self.output_deltas, weights).map(|(delta, weight)| delta * weight).sum();
            *delta = sum * slope(hidden);
        });
        self.upper.learn(&self.hidden, &self.output_deltas, self.rule);
        self.lower.learn(&self.input, &self.hidden_deltas, self.rule);
    }

    /// Returns the test accuracy, and true if there is a digit that is never among the answers.
    fn reads(&mut self, data: &Dataset) -> Read {
        let mut outputs = Array2::zeros(data.test.targets.dim());
        for (mut output, inputs) in zip(outputs.rows_mut(), data.test.inputs.rows()) {
            self.feed_forward(inputs);
            output.assign(&self.output);
        }
        let confusion = Confusion::new(&data.test.labels, &predictions(outputs.view()), data.test.classes());
        (confusion.accuracy(), !confusion.report().never_predicted.is_empty())
    }
}

impl Layer {
    fn new(inputs: usize, units: usize, small: bool, rng: &mut ChaCha8Rng) -> Self {
        let deviation = if small { 1.0 / (inputs as f64).sqrt() } else { 1.0 };
        let weights = Array2::from_shape_simple_fn((inputs, units), || deviation * standard_normal(rng));
        Self { changes: Array2::zeros(weights.dim()), weights }
    }

    fn learn(&mut self, activations: &Array1<f64>, deltas: &Array1<f64>, (rate, factor): (f64, f64)) {
        let (weights, changes) = (self.weights.rows_mut(), self.changes.rows_mut());
        azip!((weights in weights, changes in changes, &activation in activations) {
            azip!((weight in weights, last_change in changes, &delta in deltas) {
                let change = activation * delta;
                *weight -= rate * change + factor * *last_change;
                *last_change = change;
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use evaluation::Classifier;

    use super::*;
    use crate::train;

    /// The weights after two iterations by seed 3.
    fn learned(tricks: &str, rate: Option<f64>) -> [Array2<f64>; 2] {
        let variant = Variant { tricks: tricks.to_owned(), rate, sorted: false };
        let network = learn(&datasets::digits(3).train, &variant, 2, 3);
        [network.lower.weights, network.upper.weights]
    }

    fn of_step<C: Classifier>(hyperparameters: &C::Hyperparameters) -> [Array2<f64>; 2] {
        let weights = train::<C>(&datasets::digits(3).train, hyperparameters, 3, &mut ()).weights();
        [weights.input_weights, weights.output_weights]
    }

    #[test]
    fn its_corners_are_the_steps() {
        let first = vectorized::Hyperparameters { iterations: 2, ..Default::default() };
        assert_eq!(learned("", None), of_step::<vectorized::Network>(&first));
        let second = tanh_softmax::Hyperparameters { iterations: 2, ..Default::default() };
        assert_eq!(learned("TE", Some(second.learning_rate)), of_step::<tanh_softmax::Network>(&second));
        let third = init_shuffle::Hyperparameters { iterations: 2, ..Default::default() };
        assert_eq!(learned("TEOIMS", Some(third.learning_rate)), of_step::<init_shuffle::Network>(&third));
    }

    #[test]
    fn every_combination_is_there_once() {
        let mut all = combinations(&['T', 'E', 'O']);
        assert_eq!(all, ["", "T", "E", "TE", "O", "TO", "EO", "TEO"]);
        all.dedup();
        assert_eq!(all.len(), 8);
        assert_eq!(Variant::with("TO", 'E', true), "TEO");
        assert_eq!(Variant::with("TEO", 'E', false), "TO");
    }
}
