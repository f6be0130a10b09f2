//! What the steps spend their time with, on MNIST's shapes: 784 inputs, 100 or 300 hidden units, 10 outputs.

use datasets::{Examples, Features};
use divan::{Bencher, black_box, counter::ItemsCount};
use evaluation::{Classifier, Tunable};
use ndarray::{Array2, Axis, linalg::general_mat_mul};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

workbench::allocator!(); // the memory that the programs use

const INPUTS: usize = 784;
const BATCH: usize = 128;

fn main() {
    divan::main();
}

/// So many examples in the shape of MNIST.
fn examples(count: usize) -> Examples {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let inputs = Array2::from_shape_simple_fn((count, INPUTS), || rng.random::<u8>());
    let labels = (0..count).map(|example| example % 10).collect();
    Examples::new(inputs, labels, 10, Features::Pixels { height: 28, width: 28, max: 255 })
}

fn network<C: Classifier>(examples: &Examples, changes: &[(&str, &str)]) -> (C, C::Hyperparameters) {
    let mut hyperparameters = C::Hyperparameters::mnist();
    for (name, value) in changes {
        hyperparameters.set(name, value).expect("a setting of this step");
    }
    (C::new(examples, &hyperparameters, &mut ChaCha8Rng::seed_from_u64(1)), hyperparameters)
}

/// For steps that learn from example by example: the weighted sums and activations, and the step against the gradient.
macro_rules! one_by_one {
    ($step:ident) => {
        mod $step {
            use super::*;

            #[divan::bench]
            fn weighted_sums(bencher: Bencher) {
                let examples = examples(16);
                let (mut network, _) = network::<::$step::Network>(&examples, &[]);
                bencher.bench_local(|| {
                    let _ = black_box(network.feed_forward(black_box(examples.inputs.row(0))));
                });
            }

            #[divan::bench]
            fn update(bencher: Bencher) {
                let examples = examples(16);
                let (mut network, hyperparameters) =
                    network::<::$step::Network>(&examples, &[("learning_rate", "1e-6")]);
                network.feed_forward(examples.inputs.row(0));
                bencher.bench_local(|| network.back_propagate(black_box(examples.targets.row(0)), &hyperparameters));
            }
        }
    };
}

one_by_one!(naive_loops);
one_by_one!(vectorized);
one_by_one!(regularized);
one_by_one!(momentum);

mod minibatch_300 {
    use super::*;

    const CHANGES: [(&str, &str); 2] = [("hidden", "300"), ("learning_rate", "1e-6")];

    #[divan::bench]
    fn weighted_sums(bencher: Bencher) {
        let examples = examples(BATCH);
        let (mut network, _) = network::<minibatch::Network>(&examples, &CHANGES);
        bencher.counter(ItemsCount::new(BATCH)).bench_local(|| {
            let _ = black_box(network.feed_forward(black_box(&examples.inputs)));
        });
    }

    #[divan::bench]
    fn update(bencher: Bencher) {
        let examples = examples(BATCH);
        let (mut network, hyperparameters) = network::<minibatch::Network>(&examples, &CHANGES);
        network.feed_forward(&examples.inputs);
        let bencher = bencher.counter(ItemsCount::new(BATCH));
        bencher.bench_local(|| network.back_propagate(black_box(examples.targets.view()), &hyperparameters));
    }

    #[divan::bench]
    fn select_targets(bencher: Bencher) {
        let (examples, batch) = (examples(BATCH), Vec::from_iter(0..BATCH));
        bencher.bench_local(|| examples.targets.select(Axis(0), black_box(&batch)));
    }
}

/// Matrix products of minibatch, on one thread: rows, inner, columns; as many items as operations.
mod product {
    use super::*;

    fn product(bencher: Bencher, [rows, inner, columns]: [usize; 3]) {
        let (left, right) = (Array2::<f32>::ones((rows, inner)), Array2::<f32>::ones((inner, columns)));
        let mut out = Array2::zeros((rows, columns));
        bencher.counter(ItemsCount::new(2 * rows * inner * columns)).bench_local(|| {
            general_mat_mul(1.0, black_box(&left), black_box(&right), 0.0, black_box(&mut out));
        });
    }

    #[divan::bench]
    fn total_inputs(bencher: Bencher) {
        product(bencher, [BATCH, INPUTS + 1, 300]);
    }

    #[divan::bench]
    fn gradients(bencher: Bencher) {
        product(bencher, [INPUTS + 1, BATCH, 300]);
    }

    #[divan::bench]
    fn outputs(bencher: Bencher) {
        product(bencher, [BATCH, 300, 10]);
    }
}

/// Of the hidden layer of a batch.
mod activation {
    use super::*;

    fn apply<T: Copy + 'static>(bencher: Bencher, of: impl Fn(usize) -> T, function: impl Fn(T) -> T) {
        let mut numbers: Vec<T> = (0..BATCH * 300).map(of).collect();
        bencher.counter(ItemsCount::new(BATCH * 300)).bench_local(|| {
            black_box(&mut numbers).iter_mut().for_each(|x| *x = function(*x));
        });
    }

    #[divan::bench]
    fn tanh_of_minibatch(bencher: Bencher) {
        apply(bencher, |index| (index % 100) as f32 / 20.0 - 2.5, minibatch::tanh);
    }

    #[divan::bench]
    fn tanh_of_the_library(bencher: Bencher) {
        apply(bencher, |index| (index % 100) as f32 / 20.0 - 2.5, f32::tanh);
    }

    #[divan::bench]
    fn sigmoid_of_vectorized(bencher: Bencher) {
        apply(bencher, |index| (index % 100) as f64 / 20.0 - 2.5, ::vectorized::sigmoid);
    }
}
