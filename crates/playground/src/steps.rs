//! All steps behind one type each, made from the one list.

use datasets::{Examples, Inputs};
use evaluation::{Classifier, Tunable, Value, evaluate};
use ndarray::{Array2, ArrayView1, Axis};
use serde::Serialize;

use crate::{
    error::Error,
    film::{self, Film, Frame},
    network::Network,
    setup::Setup,
};

/// A network whose hidden activations can be read, for its step has them as a public field.
pub trait Inspect: Classifier {
    /// Returns the activations of the hidden units for the example that was fed forward last.
    fn hidden(&self) -> Vec<f64>;

    /// Whether the units are sigmoids, from 0 to 1, and the error is half the sum of squares: the networks before
    /// `tanh-softmax`.
    fn is_sigmoid() -> bool {
        matches!(Self::STEP, "naive-loops" | "vectorized")
    }
}

/// A step that can be trained, whichever it is.
pub struct Step {
    /// Its name.
    pub name: &'static str,
    /// Returns its hyperparameters, as they are set for the digits.
    pub settings: fn() -> Vec<Setting>,
    /// Trains its network, and tells of each frame.
    pub train: Train,
    /// Returns the output activations of a network of MNIST for some images.
    pub predict: fn(&Network, &Inputs) -> Array2<f64>,
    /// Returns the number of examples that a network of MNIST recognises.
    pub right: fn(&Network, &Examples) -> usize,
}

/// A training: its set-up, and the listener that is told of each frame and of the weights from the inputs in it.
pub type Train = fn(&Setup, &mut Listener) -> Result<Box<dyn Film>, Error>;
/// Is told of each frame as soon as it is there, and of the weights from input to hidden layer, row after row.
pub type Listener<'a> = dyn FnMut(&Frame, Vec<f32>) + 'a;

/// A hyperparameter of a step, for a control.
#[derive(Debug, Serialize)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// Its description.
    pub help: &'static str,
    /// Its value for the digits.
    pub value: String,
    /// Whether it is a whole number.
    pub is_count: bool,
}

macro_rules! steps {
    (of $($step:ident)+) => {
        $(impl Inspect for $step::Network {
            fn hidden(&self) -> Vec<f64> {
                self.hidden.iter().copied().map(Into::into).collect()
            }
        })+

        /// The steps, in the order in which they are read.
        pub const STEPS: &[Step] = &[$(Step {
            name: <$step::Network as Classifier>::STEP,
            settings: settings::<$step::Network>,
            train: film::train::<$step::Network>,
            predict: |network, images| network.classifier::<$step::Network>().predict(images),
            right: |network, examples| {
                evaluate(&mut network.classifier::<$step::Network>(), examples).counts.diag().sum()
            },
        }),+];
    };
}
records::every_step!([steps] of);

/// Returns the step of this name.
///
/// # Errors
///
/// If there is none.
pub fn step(name: &str) -> Result<&'static Step, Error> {
    STEPS.iter().find(|step| step.name == name).ok_or_else(|| Error::Step(name.to_owned()))
}

/// Returns the output activations of a network of MNIST for an image, row by row and from 0 to 255.
///
/// # Errors
///
/// If the network is of no known step.
pub fn answer(network: &Network, image: &[u8]) -> Result<Vec<f64>, Error> {
    let images = ArrayView1::from(image).insert_axis(Axis(0)).to_owned();
    Ok((step(network.step())?.predict)(network, &Inputs::Bytes(images)).into_raw_vec_and_offset().0)
}

fn settings<N: Classifier>() -> Vec<Setting> {
    let hyperparameters = N::Hyperparameters::digits();
    let setting = |known: &evaluation::Hyperparameter| {
        let value = hyperparameters.get(known.name).expect("each of its own");
        let is_count = matches!(value, Value::Count(_));
        Setting { name: known.name, help: known.help, value: value.to_string(), is_count }
    };
    N::Hyperparameters::ALL.iter().map(setting).collect()
}
