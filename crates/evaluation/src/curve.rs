use std::ops::ControlFlow;

use datasets::Examples;

use crate::{Classifier, Confusion, Observer, predictions};

/// The course of a training, noted after each iteration by a network that is tried on examples: a learning curve.
#[derive(Clone, Debug)]
pub struct Curve<'a> {
    /// The examples that the network is tried on.
    examples: &'a Examples,
    /// The mean error over the training set in each iteration, as the network learned.
    pub errors: Vec<f64>,
    /// The fraction of the examples that the network recognized after each iteration.
    pub accuracies: Vec<f64>,
}

impl<'a> Curve<'a> {
    /// Returns a curve without points, for a network that will be tried on `examples`.
    pub fn on(examples: &'a Examples) -> Self {
        Self { examples, errors: Vec::new(), accuracies: Vec::new() }
    }
}

impl<C: Classifier> Observer<C> for Curve<'_> {
    fn iteration(&mut self, network: &mut C, error: f64) -> ControlFlow<()> {
        self.errors.push(error);
        self.accuracies.push(evaluate(network, self.examples).accuracy());
        ControlFlow::Continue(())
    }
}

/// Returns the predictions of `network` for `examples`, beside their labels.
pub fn evaluate<C: Classifier>(network: &mut C, examples: &Examples) -> Confusion {
    let predictions = predictions(network.predict(&examples.inputs).view());
    Confusion::new(&examples.labels, &predictions, examples.classes())
}

#[cfg(test)]
mod tests {
    use datasets::{Features, Inputs, Scaling};
    use ndarray::{Array1, Array2, array};
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;
    use crate::{Weights, hyperparameters};

    hyperparameters! {
        /// Settings of a network that counts.
        pub struct Hyperparameters {
            /// Passes over the training set.
            iterations: usize { digits: 3, mnist: 3 },
        }
    }

    /// A network that has learned to answer with this class, the number of its iterations.
    struct Counting(usize);

    impl Classifier for Counting {
        const STEP: &'static str = "counting";
        type Hyperparameters = Hyperparameters;

        fn new(_: &Examples, _: &Hyperparameters, _: &mut ChaCha8Rng) -> Self {
            Self(0)
        }

        fn train(
            &mut self,
            _: &Examples,
            hyperparameters: &Hyperparameters,
            _: &mut ChaCha8Rng,
            observer: &mut impl Observer<Self>,
        ) -> ControlFlow<()> {
            for iteration in 1..=hyperparameters.iterations {
                self.0 = iteration;
                observer.iteration(self, 1.0 / iteration as f64)?;
            }
            ControlFlow::Continue(())
        }

        fn predict(&mut self, inputs: &Inputs) -> Array2<f64> {
            Array2::from_shape_fn((inputs.nrows(), 4), |(_, class)| f64::from(class == self.0))
        }

        fn weights(&self) -> Weights {
            let scaling = Scaling { offset: Array1::zeros(1), factor: Array1::ones(1) };
            Weights { scaling, input_weights: Array2::zeros((2, self.0)), output_weights: Array2::zeros((self.0, 4)) }
        }

        fn from_weights(weights: Weights) -> Self {
            Self(weights.output_weights.nrows())
        }
    }

    #[test]
    fn a_curve_has_a_point_for_each_iteration() {
        let examples = Examples::new(Array2::<f64>::zeros((4, 1)), vec![1, 2, 2, 0], 4, Features::Columns);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let hyperparameters = Hyperparameters::default();
        let mut network = Counting::new(&examples, &hyperparameters, &mut rng);
        let mut curve = Curve::on(&examples);
        assert!(network.train(&examples, &hyperparameters, &mut rng, &mut curve).is_continue());
        assert_eq!(curve.errors, [1.0, 0.5, 1.0 / 3.0]);
        assert_eq!(curve.accuracies, [0.25, 0.5, 0.0]);
        let expected = array![[0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 2], [0, 0, 0, 0]];
        assert_eq!(evaluate(&mut network, &examples).counts, expected);
    }
}
