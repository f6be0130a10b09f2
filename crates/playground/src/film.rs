use std::{marker::PhantomData, ops::ControlFlow};

use datasets::{Dataset, Features};
use evaluation::{Confusion, Observer, Tunable, Value, Weights, evaluate, predictions};
use ndarray::Array2;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    error::Error,
    microscope::{Microscope, Unit},
    setup::{Setup, Start},
    steps::{Inspect, Listener},
};

/// A moment of a training.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Frame {
    /// The number of examples that the network has learned from, each as often as it was seen.
    pub examples: usize,
    /// The number of whole iterations.
    pub iteration: usize,
    /// The mean error over the training set in the iteration that has just ended, each example measured before the
    /// network learned from it. None within the first iteration.
    pub error: Option<f64>,
    /// The number of test examples that it recognises.
    pub right: usize,
    /// The number of test examples.
    pub tests: usize,
    /// Whether all weights are numbers: once one is not, the network has diverged, and the training ends.
    pub finite: bool,
}

/// A training that has been recorded, and can be looked at as it was in any of its frames.
pub trait Film {
    /// Returns the SHA-256 of the scaling and the weights in the end, as little-endian doubles.
    fn fingerprint(&self) -> String;

    /// Returns true if all weights are of single precision, which is rounded as the processor's vectors are wide.
    fn is_single(&self) -> bool;

    /// Returns the confusion matrix over the test set.
    ///
    /// # Errors
    ///
    /// Here and below: if there is no such frame, example, unit or class.
    fn confusion(&self, frame: usize) -> Result<Confusion, Error>;

    /// Returns those test examples of a class that are taken for another.
    fn taken_for(&self, frame: usize, class: usize, answer: usize) -> Result<Vec<usize>, Error>;

    /// Returns the pixels of a test example, row by row, from 0 to 1.
    fn pixels(&self, example: usize) -> Result<Vec<f64>, Error>;

    /// Returns the course of a test example through the network and back, with one hidden unit in full.
    fn microscope(&self, frame: usize, example: usize, unit: usize) -> Result<Microscope, Error>;

    /// Returns what the hidden units are good for over the whole test set.
    fn units(&self, frame: usize) -> Result<Vec<Unit>, Error>;
}

/// The training of a network on the digits.
pub(crate) struct Recording<N: Inspect> {
    pub dataset: Dataset,
    frames: Vec<Weights>,
    network: PhantomData<N>,
}

/// Trains a network on the digits, and tells of each frame: before the first example, after the 1st, 2nd, 4th, 8th and
/// so on of the first iteration, and after each iteration.
///
/// # Errors
///
/// If the set-up has a setting that the network cannot have.
pub fn train<N: Inspect + 'static>(setup: &Setup, listener: &mut Listener) -> Result<Box<dyn Film>, Error> {
    let Start { dataset, hyperparameters, mut rng, mut network } = setup.start::<N>()?;
    let batch = match hyperparameters.get("batch") {
        Some(Value::Count(batch)) => batch,
        _ => 1,
    };
    let mut recorder =
        Recorder { dataset: &dataset, batch, told: 0, learned: 0, iteration: 0, frames: Vec::new(), listener };
    let _ = recorder.take(&mut network, None);
    let _ = network.train(&dataset.train, &hyperparameters, &mut rng, &mut recorder); // it ends early if it diverges
    let frames = recorder.frames;
    Ok(Box::new(Recording::<N> { dataset, frames, network: PhantomData }))
}

/// Takes the frames.
struct Recorder<'a, 'l> {
    dataset: &'a Dataset,
    batch: usize,
    /// The number of examples that were told of.
    told: usize,
    /// The number of examples that the network had learned from in the last frame.
    learned: usize,
    iteration: usize,
    frames: Vec<Weights>,
    listener: &'a mut Listener<'l>,
}

impl Recorder<'_, '_> {
    fn take<N: Inspect>(&mut self, network: &mut N, error: Option<f64>) -> ControlFlow<()> {
        let weights = network.weights();
        let confusion = evaluate(network, &self.dataset.test);
        let finite = weights.input_weights.iter().chain(&weights.output_weights).all(|weight| weight.is_finite());
        let (examples, iteration, right) = (self.learned, self.iteration, confusion.counts.diag().sum());
        let frame = Frame { examples, iteration, error, right, tests: self.dataset.test.len(), finite };
        (self.listener)(&frame, weights.input_weights.iter().map(|weight| *weight as f32).collect());
        self.frames.push(weights);
        if finite { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

impl<N: Inspect> Observer<N> for Recorder<'_, '_> {
    fn example(&mut self, network: &mut N, _: usize) -> ControlFlow<()> {
        self.told += 1;
        if self.iteration > 0 || !self.told.is_power_of_two() {
            return ControlFlow::Continue(());
        }
        // The examples of a batch are told of one by one, when the network has learned from all of them.
        let learned = self.told.next_multiple_of(self.batch).min(self.dataset.train.len());
        if learned <= self.learned {
            return ControlFlow::Continue(());
        }
        self.learned = learned;
        self.take(network, None)
    }

    fn iteration(&mut self, network: &mut N, error: f64) -> ControlFlow<()> {
        self.iteration += 1;
        self.learned = self.iteration * self.dataset.train.len();
        self.take(network, Some(error))
    }
}

impl<N: Inspect> Recording<N> {
    /// Returns the network as it was.
    pub(crate) fn network(&self, frame: usize) -> Result<N, Error> {
        Ok(N::from_weights(self.weights(frame)?.clone()))
    }

    pub(crate) fn weights(&self, frame: usize) -> Result<&Weights, Error> {
        self.frames.get(frame).ok_or(Error::Index { what: "frame", index: frame })
    }

    /// Returns an error if there is no such test example.
    pub(crate) fn check(&self, example: usize) -> Result<(), Error> {
        let known = example < self.dataset.test.len();
        if known { Ok(()) } else { Err(Error::Index { what: "example", index: example }) }
    }
}

impl<N: Inspect> Film for Recording<N> {
    fn fingerprint(&self) -> String {
        let Weights { scaling, input_weights, output_weights } = self.frames.last().expect("one frame or more");
        let mut hash = Sha256::new();
        for number in scaling.offset.iter().chain(&scaling.factor).chain(input_weights).chain(output_weights) {
            hash.update(number.to_le_bytes());
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn is_single(&self) -> bool {
        self.frames.last().is_some_and(|weights| {
            weights.input_weights.iter().all(|weight| weight.is_nan() || f64::from(*weight as f32) == *weight)
        })
    }

    fn confusion(&self, frame: usize) -> Result<Confusion, Error> {
        Ok(evaluate(&mut self.network(frame)?, &self.dataset.test))
    }

    fn taken_for(&self, frame: usize, class: usize, answer: usize) -> Result<Vec<usize>, Error> {
        let test = &self.dataset.test;
        if let Some(&index) = [class, answer].iter().find(|index| **index >= test.classes()) {
            return Err(Error::Index { what: "class", index });
        }
        let outputs: Array2<f64> = self.network(frame)?.predict(&test.inputs);
        let answers = predictions(outputs.view());
        Ok((0..test.len()).filter(|&example| test.labels[example] == class && answers[example] == answer).collect())
    }

    fn pixels(&self, example: usize) -> Result<Vec<f64>, Error> {
        self.check(example)?;
        let Features::Pixels { max, .. } = self.dataset.test.features else { unreachable!("digits are images") };
        Ok(self.dataset.test.inputs.row(example).iter().map(|ink| ink / f64::from(max)).collect())
    }

    fn microscope(&self, frame: usize, example: usize, unit: usize) -> Result<Microscope, Error> {
        Microscope::of(self, frame, example, unit)
    }

    fn units(&self, frame: usize) -> Result<Vec<Unit>, Error> {
        Unit::all(self, frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::STEPS;

    fn setup(settings: &[(&str, &str)]) -> Setup {
        let settings = settings.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        Setup { seed: 2, settings, ..Setup::default() }
    }

    fn frames(step: &str, setup: &Setup) -> (Vec<Frame>, Box<dyn Film>) {
        let mut frames = Vec::new();
        let step = crate::steps::step(step).expect("a step");
        let film = (step.train)(setup, &mut |frame, weights| {
            assert!(weights.len() >= 65);
            frames.push(frame.clone());
        });
        (frames, film.expect("a film"))
    }

    #[test]
    fn frames_are_taken_more_and_more_rarely() {
        let (frames, _) = frames("momentum", &setup(&[("iterations", "2")]));
        let examples = Vec::from_iter(frames.iter().map(|frame| frame.examples));
        assert_eq!(examples, [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1347, 2694]);
        assert!(frames.iter().all(|frame| frame.error.is_some() == (frame.iteration > 0) && frame.finite));
        assert!(frames[0].right < 100 && frames[13].right > 400, "{frames:?}");
    }

    #[test]
    fn a_batch_counts_as_a_whole() {
        let (frames, _) = frames("minibatch", &setup(&[("iterations", "1"), ("batch", "100")]));
        let examples = Vec::from_iter(frames.iter().map(|frame| frame.examples));
        assert_eq!(examples, [0, 100, 200, 300, 600, 1100, 1347]);
    }

    #[test]
    fn a_step_learns_the_same_although_it_is_watched() {
        let (step, fingerprint) = bits::STEPS[5];
        let native = fingerprint(2).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!(frames(step, &setup(&[])).1.fingerprint(), native);
    }

    #[test]
    fn each_step_is_there_and_tells_its_settings() {
        assert_eq!(STEPS.len(), records::STEPS.len());
        for (step, known) in STEPS.iter().zip(&records::STEPS) {
            assert_eq!(step.name, known.name);
            let settings = (step.settings)();
            assert!(settings.iter().any(|setting| setting.name == "iterations" && setting.is_count));
            assert!(settings.iter().any(|setting| setting.name == "learning_rate" && !setting.is_count));
            let (frames, film) = frames(step.name, &setup(&[("iterations", "1")]));
            assert!(frames.iter().all(|frame| frame.tests == 450));
            assert_eq!(film.is_single(), ["minibatch", "parallel", "distortions"].contains(&step.name));
        }
    }

    #[test]
    fn a_network_that_diverges_ends() {
        let (frames, film) = frames("momentum", &setup(&[("learning_rate", "1e300")]));
        let (last, before) = frames.split_last().expect("frames");
        assert!(!last.finite && before.iter().all(|frame| frame.finite), "{frames:?}");
        assert!(film.microscope(frames.len() - 1, 0, 0).is_ok());
    }

    #[test]
    fn mistakes_are_those_of_the_matrix() {
        let (frames, film) = frames("regularized", &setup(&[("iterations", "1")]));
        let last = frames.len() - 1;
        let confusion = film.confusion(last).expect("a frame");
        assert_eq!(confusion.counts.diag().sum(), frames[last].right);
        for ((class, answer), count) in confusion.counts.indexed_iter() {
            assert_eq!(film.taken_for(last, class, answer).expect("classes").len(), *count);
        }
        assert!(film.taken_for(last, 10, 0).is_err() && film.confusion(last + 1).is_err() && film.pixels(450).is_err());
    }
}
