use std::{ops::ControlFlow, time::Instant};

use datasets::Dataset;
use evaluation::{Classifier, Confusion, Curve, Observer, evaluate};
use rand::{SeedableRng, rngs::ChaCha8Rng};

/// The result of a training.
#[derive(Debug)]
pub struct Trained {
    /// The mean error over the training set, for each iteration.
    pub errors: Vec<f64>,
    /// The fraction of the test set that was recognized, after each iteration.
    pub test_accuracies: Vec<f64>,
    /// The predictions for the test set in the end.
    pub confusion: Confusion,
    /// The time for learning, measurements not included.
    pub seconds: f64,
}

/// Trains a network by `seed` as the command line does, and calls `tick` after each iteration. The test set is read to
/// be reported, and nothing is chosen by it.
///
/// # Errors
///
/// The iteration, from 1, in which the error ceased to be a finite number.
pub fn train<C: Classifier>(
    dataset: &Dataset,
    hyperparameters: &C::Hyperparameters,
    seed: u64,
    tick: &dyn Fn(),
) -> Result<Trained, usize> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut network = C::new(&dataset.train, hyperparameters, &mut rng);
    let mut watcher = Watcher { curve: Curve::on(&dataset.test), tick, seconds: 0.0, began: Instant::now() };
    if network.train(&dataset.train, hyperparameters, &mut rng, &mut watcher).is_break() {
        return Err(watcher.curve.errors.len() + 1);
    }
    Ok(Trained {
        confusion: evaluate(&mut network, &dataset.test),
        errors: watcher.curve.errors,
        test_accuracies: watcher.curve.accuracies,
        seconds: watcher.seconds,
    })
}

/// Notes the curve and the time of a training, and stops one that diverges.
struct Watcher<'a> {
    curve: Curve<'a>,
    tick: &'a dyn Fn(),
    seconds: f64,
    /// The time at which the current iteration began.
    began: Instant,
}

impl<C: Classifier> Observer<C> for Watcher<'_> {
    fn iteration(&mut self, network: &mut C, error: f64) -> ControlFlow<()> {
        self.seconds += self.began.elapsed().as_secs_f64();
        if !error.is_finite() {
            return ControlFlow::Break(());
        }
        self.curve.iteration(network, error)?;
        (self.tick)();
        self.began = Instant::now();
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    type Network = vectorized::Network;

    fn settings(learning_rate: f64) -> vectorized::Hyperparameters {
        vectorized::Hyperparameters { hidden: 5, iterations: 3, learning_rate }
    }

    #[test]
    fn a_training_is_that_of_its_seed() {
        let ticks = Cell::new(0);
        let tick = || ticks.set(ticks.get() + 1);
        let run = |seed| train::<Network>(&datasets::digits(1), &settings(0.0002), seed, &tick).unwrap();
        let (one, same, other) = (run(1), run(1), run(2));
        assert_eq!((&one.errors, &one.confusion), (&same.errors, &same.confusion));
        assert_ne!(one.errors, other.errors);
        assert_eq!((one.errors.len(), one.test_accuracies.len(), ticks.get()), (3, 3, 9));
        assert_eq!(one.test_accuracies[2], one.confusion.accuracy());
        assert_eq!(one.confusion.counts.sum(), 450);
    }

    #[test]
    fn a_training_that_diverges_says_when() {
        assert_eq!(train::<Network>(&datasets::digits(1), &settings(f64::INFINITY), 1, &|| ()).unwrap_err(), 1);
    }
}
