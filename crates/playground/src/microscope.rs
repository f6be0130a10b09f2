use evaluation::Weights;
use ndarray::{Array1, Array2, Axis};
use serde::Serialize;

use crate::{error::Error, film::Recording, steps::Inspect};

/// The course of one example through a network and back, on the formulas of the chapters.
#[derive(Clone, Debug, Serialize)]
pub struct Microscope {
    /// The class of the example.
    pub label: usize,
    /// Whether the units are sigmoids and the error is half the sum of squares; otherwise they are tanh, the outputs
    /// softmax, and the error is the cross-entropy.
    pub is_sigmoid: bool,
    /// The scaled inputs, and the 1 of the bias.
    pub inputs: Vec<f64>,
    /// The total input of each hidden unit.
    pub sums: Vec<f64>,
    /// The activation of each hidden unit.
    pub hidden: Vec<f64>,
    /// The activation of each output unit.
    pub outputs: Vec<f64>,
    /// The delta of each hidden unit: the slope of the error with respect to its total input.
    pub hidden_deltas: Vec<f64>,
    /// The delta of each output unit.
    pub output_deltas: Vec<f64>,
    /// One of the hidden units, in full.
    pub unit: Closeup,
}

/// A hidden unit and its weights, for one example. Inputs are the 64 pixels, in order, and the bias.
#[derive(Clone, Debug, Serialize)]
pub struct Closeup {
    /// Its weight from each input.
    pub weights: Vec<f64>,
    /// The part that each input has in its total input: the scaled input times the weight.
    pub terms: Vec<f64>,
    /// The gradient with respect to the weight from each input: the scaled input times the delta.
    pub gradients: Vec<f64>,
    /// Its weight to each output unit.
    pub output_weights: Vec<f64>,
    /// The sum of the deltas of the output units, each times the weight to it.
    pub collected: f64,
    /// The slope of its activation.
    pub slope: f64,
}

/// The part that a hidden unit plays.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unit {
    /// The class that it votes for most: that of its largest weight, times the sign of its activation if that is
    /// always the same.
    pub favours: usize,
    /// The part of the test set for which its slope is less than a twentieth of the largest.
    pub saturated: f64,
    /// The difference between its largest and its least activation over the test set. A unit that hardly answers
    /// differently tells nothing.
    pub range: f64,
}

impl Microscope {
    pub(crate) fn of<N: Inspect>(
        film: &Recording<N>,
        frame: usize,
        example: usize,
        unit: usize,
    ) -> Result<Self, Error> {
        film.check(example)?;
        let (mut network, test) = (film.network(frame)?, &film.dataset.test);
        let Weights { scaling, input_weights, output_weights } = film.weights(frame)?;
        if unit >= output_weights.nrows() {
            return Err(Error::Index { what: "unit", index: unit });
        }
        let outputs: Array2<f64> = network.predict(&test.inputs.select(&[example]));
        let outputs = outputs.row(0);
        let mut inputs = Array1::ones(input_weights.nrows());
        scaling.apply(test.inputs.row(example), inputs.view_mut());
        let hidden = Array1::from_vec(network.hidden());
        let mut output_deltas = &outputs - &test.targets.row(example);
        let slope: fn(f64) -> f64 = if N::is_sigmoid() { |y| y * (1.0 - y) } else { |y| 1.0 - y * y };
        if N::is_sigmoid() {
            output_deltas *= &outputs.mapv(slope); // softmax and cross-entropy have none
        }
        let (collected, slopes) = (output_weights.dot(&output_deltas), hidden.mapv(slope));
        let hidden_deltas = &collected * &slopes;
        let weights = input_weights.column(unit);
        Ok(Self {
            label: test.labels[example],
            is_sigmoid: N::is_sigmoid(),
            sums: inputs.dot(input_weights).to_vec(),
            unit: Closeup {
                weights: weights.to_vec(),
                terms: (&inputs * &weights).to_vec(),
                gradients: (&inputs * hidden_deltas[unit]).to_vec(),
                output_weights: output_weights.row(unit).to_vec(),
                collected: collected[unit],
                slope: slopes[unit],
            },
            inputs: inputs.to_vec(),
            hidden: hidden.to_vec(),
            outputs: outputs.to_vec(),
            hidden_deltas: hidden_deltas.to_vec(),
            output_deltas: output_deltas.to_vec(),
        })
    }
}

impl Unit {
    pub(crate) fn all<N: Inspect>(film: &Recording<N>, frame: usize) -> Result<Vec<Self>, Error> {
        let (mut network, test) = (film.network(frame)?, &film.dataset.test);
        let output_weights = &film.weights(frame)?.output_weights;
        // Of shape (examples, hidden).
        let mut activations = Array2::zeros((test.len(), output_weights.nrows()));
        for (example, mut row) in activations.rows_mut().into_iter().enumerate() {
            network.predict(&test.inputs.select(&[example]));
            row.assign(&Array1::from_vec(network.hidden()));
        }
        let slope: fn(f64) -> f64 = if N::is_sigmoid() { |y| 4.0 * y * (1.0 - y) } else { |y| 1.0 - y * y };
        let unit = |(activations, weights): (ndarray::ArrayView1<f64>, ndarray::ArrayView1<f64>)| {
            let extreme = |choose: fn(f64, f64) -> f64| activations.iter().copied().reduce(choose).unwrap_or(0.0);
            let (least, largest) = (extreme(f64::min), extreme(f64::max));
            let sign = if largest < 0.0 { -1.0 } else { 1.0 };
            let favours = weights.iter().enumerate().max_by(|(_, a), (_, b)| (sign * **a).total_cmp(&(sign * **b)));
            let saturated = activations.iter().filter(|&&activation| slope(activation) < 0.05).count();
            Self {
                favours: favours.map_or(0, |(class, _)| class),
                saturated: saturated as f64 / activations.len().max(1) as f64,
                range: largest - least,
            }
        };
        Ok(activations.axis_iter(Axis(1)).zip(output_weights.rows()).map(unit).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::iter::zip;

    use approx::assert_abs_diff_eq;
    use datasets::Dataset;
    use evaluation::Tunable;
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use crate::{Setup, film, steps::Inspect};

    /// With a learning rate of 1 and nothing else, a step moves each weight by its gradient.
    fn the_deltas_are_those_that_the_step_moves_its_weights_by<N: Inspect + 'static>() {
        let setup = Setup { seed: 1, settings: [("iterations".into(), "1".into())].into(), ..Setup::default() };
        let Dataset { test, .. } = datasets::digits(1);
        let mut hyperparameters = N::Hyperparameters::digits();
        for setting in N::Hyperparameters::ALL {
            let value = match setting.name {
                "hidden" => "100",
                "learning_rate" | "iterations" | "batch" => "1",
                _ => "0",
            };
            hyperparameters.set(setting.name, value).expect("a value");
        }
        let example = 7;
        let mut network = setup.start::<N>().expect("a start").network;
        let before = network.weights();
        let one = test.select(&[example]);
        let _ = network.train(&one, &hyperparameters, &mut ChaCha8Rng::seed_from_u64(1), &mut ());
        let after = network.weights();
        let film = film::train::<N>(&setup, &mut |_, _| ()).expect("a film");
        let epsilon = if matches!(N::STEP, "minibatch" | "parallel" | "distortions") { 2e-6 } else { 1e-12 };
        for unit in [0, 42, 99] {
            let seen = film.microscope(0, example, unit).expect("a frame");
            let moves = zip(before.input_weights.column(unit), after.input_weights.column(unit));
            for ((before, after), gradient) in zip(moves, &seen.unit.gradients) {
                assert_abs_diff_eq!(before - gradient, *after, epsilon = epsilon);
            }
            for (k, delta) in seen.output_deltas.iter().enumerate() {
                let place = (unit, k);
                let moved = before.output_weights[place] - seen.hidden[unit] * delta;
                assert_abs_diff_eq!(moved, after.output_weights[place], epsilon = epsilon);
            }
            assert_abs_diff_eq!(seen.unit.terms.iter().sum::<f64>(), seen.sums[unit], epsilon = 1e-12);
        }
        let seen = film.microscope(0, example, 0).expect("a frame");
        assert_eq!(seen.label, test.labels[example]);
        assert!(seen.hidden_deltas.iter().any(|delta| delta.abs() > 1e-3), "no change is no test");
        let activation: fn(f64) -> f64 = if N::is_sigmoid() { |z| 1.0 / (1.0 + (-z).exp()) } else { f64::tanh };
        for (sum, hidden) in seen.sums.iter().zip(&seen.hidden) {
            assert_abs_diff_eq!(activation(*sum), *hidden, epsilon = 1e-5);
        }
    }

    macro_rules! each {
        (step $($step:ident)+) => {
            $(#[test]
            fn $step() {
                the_deltas_are_those_that_the_step_moves_its_weights_by::<$step::Network>();
            })+
        };
    }
    records::every_step!([each] step);

    #[test]
    fn units_that_start_too_steep_are_saturated() {
        let saturated = |step: &str| {
            let setup = Setup { seed: 1, settings: [("iterations".into(), "1".into())].into(), ..Setup::default() };
            let film = (crate::steps::step(step).expect("a step").train)(&setup, &mut |_, _| ()).expect("a film");
            let units = film.units(0).expect("a frame");
            assert!(units.iter().all(|unit| unit.favours < 10 && (0.0..=2.0).contains(&unit.range)));
            units.iter().map(|unit| unit.saturated).sum::<f64>() / units.len() as f64
        };
        // Weights of deviation 1 against 1 / sqrt(65), with inputs of deviation 1: sums of deviation 8 against 1.
        let [steep, mild] = ["tanh-softmax", "init-shuffle"].map(saturated);
        assert!(steep > 0.5 && mild < 0.05, "{steep} {mild}");
    }
}
