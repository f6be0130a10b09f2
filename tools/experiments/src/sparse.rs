//! Four fifths of a digit is paper: a network that multiplies only the pixels with ink.
//!
//! Scaled, no pixel is 0, but paper is the same in all images. With x = p/s - c for a pixel of value p, the total
//! inputs of a layer are X W = (P/s) W - c W, and the gradient of its weights is X^T D = (P/s)^T D - c^T (sums of D's
//! columns). Here c stands for the row of all pixels' c, which is the same for all examples, so that its products are
//! computed once a batch; and four fifths of P are 0. This is the algebra of `minibatch`: only the order of the
//! additions is another, and with it their rounding.

use std::{iter::zip, ops::ControlFlow};

use datasets::{Examples, Inputs, Row, Scaling};
use evaluation::{Classifier, Observer, Weights, evaluate};
use minibatch::{Hyperparameters, softmax};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, azip};
use rand::{rngs::ChaCha8Rng, seq::SliceRandom};

use crate::{
    Bench, Cell, Column, Error, Findings,
    activation::{dtanh, tanh},
    timing::{MNIST, medians, training},
};

/// Measures a network that multiplies only the pixels with ink beside `minibatch`, both on one core.
pub fn four_fifths(bench: &Bench) -> Result<Findings, Error> {
    const SEEDS: u64 = 3;
    const PART: usize = 6_000;
    const REPETITIONS: usize = 7;
    let hyperparameters = Hyperparameters {
        hidden: 300,
        iterations: 3,
        learning_rate: 0.1,
        rate_decay: 1.0,
        ..evaluation::Tunable::mnist()
    };
    let mnist = bench.mnist()?;
    let part = mnist.train.select(&Vec::from_iter(0..bench.examples(PART)));
    let iterations = bench.iterations(hyperparameters.iterations);
    let settings = [("hidden", hyperparameters.hidden), ("batch", hyperparameters.batch), ("iterations", iterations)];
    let cases = [training::<minibatch::Network>(&part, &settings), training::<Network>(&part, &settings)];
    let seconds = medians(cases, bench.repetitions(REPETITIONS))
        .map(|seconds| seconds / iterations as f64 * MNIST as f64 / part.len() as f64);
    let accuracies =
        bench.over_seeds(&[accuracy::<minibatch::Network>, accuracy::<Network>], SEEDS, |accuracy, seed| {
            Ok(accuracy(bench, &mnist, &hyperparameters, seed))
        })?;
    let mut findings = Findings::new(
        &format!(
            "MNIST with {} hidden units, on one core, and after {} iterations",
            hyperparameters.hidden, iterations
        ),
        [
            Column::percent("pixels", "pixels that are multiplied", 1),
            Column::seconds("seconds", "seconds for an iteration", 2),
            Column::number("ratio", "times minibatch", 2),
            Column::percent("accuracy", "test accuracy", 2),
        ],
    );
    let rows = [("minibatch", "all pixels: minibatch", 1.0), ("sparse", "pixels with ink", inked(&mnist.train.inputs))];
    for ((key, label, pixels), (time, accuracies)) in zip(rows, zip(seconds, accuracies)) {
        let cells = [
            ("pixels", Cell::from(pixels)),
            ("seconds", time.into()),
            ("ratio", (time / seconds[0]).into()),
            ("accuracy", accuracies.as_slice().into()),
        ];
        findings.row(key, label, cells);
    }
    Ok(findings)
}

/// Returns the fraction of the pixels that are not 0.
fn inked(inputs: &Inputs) -> f64 {
    inputs.iter().filter(|pixel| *pixel != 0.0).count() as f64 / inputs.iter().len() as f64
}

/// Returns the test accuracy of a network that has learned by `seed`.
fn accuracy<C: Classifier<Hyperparameters = Hyperparameters>>(
    bench: &Bench,
    mnist: &datasets::Dataset,
    hyperparameters: &Hyperparameters,
    seed: u64,
) -> f64 {
    evaluate(&mut bench.train::<C>(&mnist.train, hyperparameters, seed, &mut ()), &mnist.test).accuracy()
}

/// A network with one hidden layer, which skips inputs of 0.
pub struct Network {
    /// Brings the inputs to mean 0 and deviation 1.
    scaling: Scaling,
    /// The scaled input of each pixel without ink, and a 1 for the bias, of shape (inputs + 1).
    paper: Array1<f32>,
    /// The pixels with ink of each example of the batch.
    inks: Vec<Ink>,
    /// The same by pixel: the examples that have ink there. The last is the bias, without ink.
    inks_by_pixel: Vec<Ink>,
    /// The number of hidden units. The matrices have more, up to a multiple of [`LANES`], whose weights are and stay 0.
    units: usize,
    /// Activations of the hidden layer, of shape (batch, hidden).
    pub hidden: Array2<f32>,
    /// Activations of the output layer, of shape (batch, outputs).
    pub output: Array2<f32>,
    /// Weights from input to hidden layer, of shape (inputs + 1, hidden).
    pub input_weights: Array2<f32>,
    /// Weights from hidden to output layer, of shape (hidden, outputs).
    pub output_weights: Array2<f32>,
    /// The last move of `input_weights`, of the same shape.
    input_changes: Array2<f32>,
    /// The last move of `output_weights`, of the same shape.
    output_changes: Array2<f32>,
}

/// The places of a row or a column of P/s that are not 0: the index and the value of each.
type Ink = Vec<(u32, f32)>;

/// The number of units that [`add_rows`] takes at once: their sums stay in registers.
const LANES: usize = 64;

impl Network {
    /// Feeds the `inputs` of a batch, of shape (batch, inputs), forward. Returns the outputs, (batch, outputs).
    pub fn feed_forward(&mut self, inputs: &Inputs) -> ArrayView2<'_, f32> {
        self.feed(inputs.rows().map(|row| self.ink(row)).collect())
    }

    /// Returns the pixels with ink of an example.
    fn ink(&self, pixels: Row) -> Ink {
        fn ink<T: Copy + Into<f64>>(pixels: ArrayView1<T>, factors: &Array1<f64>) -> Ink {
            let scaled = zip(pixels, factors).map(|(&pixel, factor)| (pixel.into() * factor) as f32);
            zip(0.., scaled).filter(|(_, pixel)| *pixel != 0.0).collect()
        }
        match pixels {
            Row::Bytes(pixels) => ink(pixels, &self.scaling.factor),
            Row::Reals(pixels) => ink(pixels, &self.scaling.factor),
        }
    }

    /// Feeds the pixels with ink of a batch forward.
    fn feed(&mut self, inks: Vec<Ink>) -> ArrayView2<'_, f32> {
        self.inks = inks;
        // The total inputs for an image without ink, row by row as the weights lie in memory.
        let mut blank = Array2::zeros((1, self.input_weights.ncols()));
        for (&paper, weights) in zip(&self.paper, self.input_weights.rows()) {
            blank.row_mut(0).scaled_add(paper, &weights);
        }
        self.hidden = Array2::zeros((self.inks.len(), blank.len()));
        let (blank, weights) = (in_lanes(&blank), in_lanes(&self.input_weights));
        let parts = blank.len();
        let hidden = self.hidden.as_slice_mut().expect(STANDARD).as_chunks_mut().0;
        // One part of the units after the other: their weights stay in the first cache while all examples pass.
        for part in 0..parts {
            for (example, ink) in self.inks.iter().enumerate() {
                hidden[example * parts + part] = add_rows(blank[part], ink, &weights[part..], parts);
            }
        }
        self.hidden.mapv_inplace(tanh);
        self.output = self.hidden.dot(&self.output_weights);
        self.output.rows_mut().into_iter().for_each(softmax);
        self.output.view()
    }

    /// Learns from the inputs just fed forward, as `minibatch` does. Returns the error before that: the cross-entropy.
    pub fn back_propagate(&mut self, targets: ArrayView2<f64>, hyperparameters: &Hyperparameters) -> f64 {
        let error = zip(&self.output, targets).filter(|(_, t)| **t > 0.0).map(|(&p, _)| -libm::log(p.into())).sum();
        let output_deltas = &self.output - &targets.mapv(|target| target as f32);
        let hidden_deltas = output_deltas.dot(&self.output_weights.t()) * self.hidden.mapv(dtanh);
        let &Hyperparameters { learning_rate, momentum, l2_in, l2_out, .. } = hyperparameters;
        let [learning_rate, momentum, l2_in, l2_out] = [learning_rate, momentum, l2_in, l2_out].map(|it| it as f32);
        let share = 1.0 / targets.nrows() as f32; // of each example in the mean gradient
        let moved = |sum: f32, weight: f32, last_change: f32, l2: f32| {
            learning_rate * (share * sum + l2 * weight) + momentum * last_change
        };

        let sums = self.hidden.t().dot(&output_deltas);
        azip!((weight in &mut self.output_weights, last_change in &mut self.output_changes, &sum in &sums) {
            *last_change = moved(sum, *weight, *last_change, l2_out);
            *weight -= *last_change;
        });

        self.inks_by_pixel.iter_mut().for_each(Vec::clear);
        for (example, ink) in self.inks.iter().enumerate() {
            for &(pixel, value) in ink {
                self.inks_by_pixel[pixel as usize].push((example as u32, value));
            }
        }
        let sums = hidden_deltas.sum_axis(Axis(0)).insert_axis(Axis(0));
        let (sums, deltas) = (in_lanes(&sums), in_lanes(&hidden_deltas));
        let parts = sums.len();
        let [weights, changes] = [&mut self.input_weights, &mut self.input_changes]
            .map(|matrix| matrix.as_slice_mut().expect(STANDARD).as_chunks_mut::<LANES>().0);
        // One part of the units after the other: their deltas stay in the first cache while all pixels pass.
        for part in 0..parts {
            for (pixel, (ink, paper)) in zip(&self.inks_by_pixel, &self.paper).enumerate() {
                let sums = add_rows(sums[part].map(|sum| paper * sum), ink, &deltas[part..], parts);
                let (weights, changes) = (&mut weights[pixel * parts + part], &mut changes[pixel * parts + part]);
                for ((weight, last_change), sum) in zip(zip(weights, changes), sums) {
                    *last_change = moved(sum, *weight, *last_change, l2_in);
                    *weight -= *last_change;
                }
            }
        }
        error
    }
}

const STANDARD: &str = "a matrix in standard layout";

/// Returns the rows of a matrix in parts, one row after the other.
fn in_lanes(matrix: &Array2<f32>) -> &[[f32; LANES]] {
    matrix.as_slice().expect(STANDARD).as_chunks().0
}

/// Adds to `sums` the rows of a matrix that have ink, each multiplied by it. The matrix has this many `parts` in a row,
/// and begins with the one that is added.
fn add_rows(mut sums: [f32; LANES], ink: &Ink, matrix: &[[f32; LANES]], parts: usize) -> [f32; LANES] {
    for &(row, value) in ink {
        let row = &matrix[row as usize * parts];
        // By index, which the compiler unrolls, so that all sums stay in registers.
        for lane in 0..LANES {
            sums[lane] = row[lane].mul_add(value, sums[lane]);
        }
    }
    sums
}

/// Returns a matrix of this shape with `weights` in its first rows and columns, and 0 elsewhere.
fn padded(weights: &Array2<f64>, shape: (usize, usize)) -> Array2<f32> {
    let mut padded = Array2::zeros(shape);
    weights.indexed_iter().for_each(|(place, &weight)| padded[place] = weight as f32);
    padded
}

impl Classifier for Network {
    const STEP: &'static str = "sparse";
    type Hyperparameters = Hyperparameters;

    fn new(examples: &Examples, hyperparameters: &Hyperparameters, rng: &mut ChaCha8Rng) -> Self {
        Self::from_weights(minibatch::Network::new(examples, hyperparameters, rng).weights())
    }

    fn from_weights(Weights { scaling, input_weights, output_weights }: Weights) -> Self {
        let ((inputs, units), outputs) = (input_weights.dim(), output_weights.ncols());
        let hidden = units.next_multiple_of(LANES);
        let nothing = Inputs::Reals(Array2::zeros((1, inputs - 1)));
        Self {
            paper: scaling.apply_all(&nothing).row(0).to_owned(),
            scaling,
            inks: Vec::new(),
            inks_by_pixel: vec![Vec::new(); inputs],
            units,
            hidden: Array2::zeros((0, hidden)),
            output: Array2::zeros((0, outputs)),
            input_weights: padded(&input_weights, (inputs, hidden)),
            output_weights: padded(&output_weights, (hidden, outputs)),
            input_changes: Array2::zeros((inputs, hidden)),
            output_changes: Array2::zeros((hidden, outputs)),
        }
    }

    fn weights(&self) -> Weights {
        Weights {
            scaling: self.scaling.clone(),
            input_weights: self.input_weights.slice_axis(Axis(1), (..self.units).into()).mapv(f64::from),
            output_weights: self.output_weights.slice_axis(Axis(0), (..self.units).into()).mapv(f64::from),
        }
    }

    fn train(
        &mut self,
        examples: &Examples,
        hyperparameters: &Hyperparameters,
        rng: &mut ChaCha8Rng,
        observer: &mut impl Observer<Self>,
    ) -> ControlFlow<()> {
        let hyperparameters = &mut hyperparameters.clone();
        let mut order: Vec<usize> = (0..examples.len()).collect();
        let inks = Vec::from_iter(examples.inputs.rows().map(|row| self.ink(row)));
        for _ in 0..hyperparameters.iterations {
            order.shuffle(rng);
            let mut error = 0.0;
            for batch in order.chunks(hyperparameters.batch) {
                self.feed(batch.iter().map(|&example| inks[example].clone()).collect());
                error += self.back_propagate(examples.targets.select(Axis(0), batch).view(), hyperparameters);
                batch.iter().try_for_each(|&example| observer.example(self, example))?;
            }
            observer.iteration(self, error / examples.len() as f64)?;
            hyperparameters.learning_rate /= 1.0 + hyperparameters.rate_decay;
        }
        ControlFlow::Continue(())
    }

    fn predict(&mut self, inputs: &Inputs) -> Array2<f64> {
        let mut outputs = Array2::zeros((inputs.nrows(), self.output.ncols()));
        for (mut output, inputs) in zip(outputs.axis_chunks_iter_mut(Axis(0), 1000), inputs.chunks(1000)) {
            output.assign(&self.feed_forward(&inputs).mapv(f64::from));
        }
        outputs
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use datasets::Features;
    use evaluation::Tunable;
    use ndarray::array;
    use rand::SeedableRng;

    use super::*;

    /// Asserts that two matrices are equal within single precision.
    fn assert_near<F: Copy + Into<f64>>(one: ArrayView2<F>, other: ArrayView2<F>) {
        assert_eq!(one.dim(), other.dim());
        zip(one, other).for_each(|(&one, &other)| assert_abs_diff_eq!(one.into(), other.into(), epsilon = 2e-6));
    }

    /// Asserts that both networks, from the same weights, learn the same from a few batches of `examples`.
    fn assert_like_minibatch(examples: &Examples, hidden: usize) {
        let hyperparameters = Hyperparameters { hidden, ..Hyperparameters::digits() };
        let mut dense = minibatch::Network::new(examples, &hyperparameters, &mut ChaCha8Rng::seed_from_u64(1));
        let mut sparse = Network::from_weights(dense.weights());
        assert_eq!(sparse.weights(), dense.weights());
        for batch in Vec::from_iter(0..examples.len()).chunks(30) {
            let (inputs, targets) = (examples.inputs.select(batch), examples.targets.select(Axis(0), batch));
            assert_near(sparse.feed_forward(&inputs), dense.feed_forward(&inputs));
            assert_near(sparse.hidden.slice_axis(Axis(1), (..hidden).into()), dense.hidden.view());
            let errors = [
                sparse.back_propagate(targets.view(), &hyperparameters),
                dense.back_propagate(targets.view(), &hyperparameters),
            ];
            assert_abs_diff_eq!(errors[0], errors[1], epsilon = 1e-4);
            let [sparse, dense] = [sparse.weights(), dense.weights()];
            assert_near(sparse.input_weights.view(), dense.input_weights.view());
            assert_near(sparse.output_weights.view(), dense.output_weights.view());
        }
        let padding = sparse.input_weights.slice_axis(Axis(1), (hidden..).into());
        assert!(padding.iter().all(|weight| *weight == 0.0), "units that nobody asked for");
    }

    #[test]
    fn it_learns_what_minibatch_learns_within_single_precision() {
        let examples = datasets::digits(1).train.select(&Vec::from_iter(0..100));
        assert_like_minibatch(&examples, 100);
        assert_like_minibatch(&examples, LANES);
    }

    #[test]
    fn columns_of_a_table_have_each_its_own_scaling() {
        let rows = array![[0.0, 1000.0, -1.0], [3.0, 0.0, 0.0], [0.0, 2000.0, 5.0], [1.0, 0.0, 0.0]];
        assert_like_minibatch(&Examples::new(rows, vec![0, 1, 0, 1], 2, Features::Columns), 5);
    }

    #[test]
    fn it_trains_as_minibatch_does() {
        let examples = datasets::digits(1).train;
        // At a low rate, so that rounding errors do not grow, which falls, so that this counts.
        let hyperparameters =
            Hyperparameters { iterations: 2, learning_rate: 0.01, rate_decay: 1.0, ..Hyperparameters::digits() };
        let sparse = crate::train::<Network>(&examples, &hyperparameters, 1, &mut ()).weights();
        let dense = crate::train::<minibatch::Network>(&examples, &hyperparameters, 1, &mut ()).weights();
        for (one, other) in zip(&sparse.input_weights, &dense.input_weights) {
            assert_abs_diff_eq!(one, other, epsilon = 1e-4);
        }
    }

    #[test]
    fn ink_is_what_is_not_paper() {
        assert_eq!(inked(&Inputs::Bytes(array![[0, 7, 0, 0], [255, 0, 0, 1]])), 0.375);
    }
}
