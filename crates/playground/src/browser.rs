//! What the worker of a page calls. Structured answers are JSON, in which a number that is not finite is null.

use std::panic;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::{
    Error, Film, Network, STEPS, Setup, answer,
    pad::{self, Stroke},
    step,
};

#[wasm_bindgen]
extern "C" {
    /// The side of the page.
    pub type Page;

    /// Is told of a frame, as JSON, and of the weights from input to hidden layer in it.
    #[wasm_bindgen(method)]
    fn frame(this: &Page, frame: &str, weights: Vec<f32>);

    /// Is told of the text of a panic, before the module traps.
    #[wasm_bindgen(js_name = panicked)]
    fn panicked(message: &str);
}

/// Makes a panic tell the page its message.
#[wasm_bindgen(start)]
pub fn start() {
    panic::set_hook(Box::new(|info| panicked(&info.to_string())));
}

/// Returns the hyperparameters of the step called `name`, as they are set for the digits.
///
/// # Errors
///
/// If there is no such step.
#[wasm_bindgen]
pub fn settings(name: &str) -> Result<String, JsError> {
    json(&(step(name)?.settings)())
}

/// Returns the names of the steps, in the order in which they are read.
///
/// # Errors
///
/// None: the type is that of all answers.
#[wasm_bindgen]
pub fn steps() -> Result<String, JsError> {
    json(&Vec::from_iter(STEPS.iter().map(|step| step.name)))
}

/// A training that has been recorded.
#[wasm_bindgen]
pub struct Training(Box<dyn Film>);

#[wasm_bindgen]
impl Training {
    /// Trains a network as `setup`, JSON, says, and tells `page` of each frame.
    ///
    /// # Errors
    ///
    /// If the set-up has a setting that the network cannot have.
    pub fn record(setup: &str, page: &Page) -> Result<Self, JsError> {
        let setup: Setup = serde_json::from_str(setup).map_err(Error::from)?;
        let mut listener = |frame: &crate::Frame, weights| {
            page.frame(&serde_json::to_string(frame).expect("a frame is plain data"), weights);
        };
        Ok(Self((step(&setup.step)?.train)(&setup, &mut listener)?))
    }

    /// Returns the SHA-256 of the scaling and the weights in the end.
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint()
    }

    /// Returns true if all weights are of single precision.
    #[wasm_bindgen(js_name = isSingle)]
    pub fn is_single(&self) -> bool {
        self.0.is_single()
    }

    /// Returns the confusion matrix over the test set: rows of counts, one for each class.
    ///
    /// # Errors
    ///
    /// Here and below: if there is no such frame, example or class.
    pub fn confusion(&self, frame: usize) -> Result<String, JsError> {
        let confusion = self.0.confusion(frame)?;
        json(&Vec::from_iter(confusion.counts.rows().into_iter().map(|row| row.to_vec())))
    }

    /// Returns those test examples of a class that are taken for another.
    ///
    /// # Errors
    ///
    /// See [`Training::confusion`].
    #[wasm_bindgen(js_name = takenFor)]
    pub fn taken_for(&self, frame: usize, class: usize, answer: usize) -> Result<String, JsError> {
        json(&self.0.taken_for(frame, class, answer)?)
    }

    /// Returns the pixels of a test example, row by row, from 0 to 1.
    ///
    /// # Errors
    ///
    /// See [`Training::confusion`].
    pub fn pixels(&self, example: usize) -> Result<String, JsError> {
        json(&self.0.pixels(example)?)
    }

    /// Returns the course of a test example through the network and back, with one hidden unit in full.
    ///
    /// # Errors
    ///
    /// See [`Training::confusion`].
    pub fn microscope(&self, frame: usize, example: usize, unit: usize) -> Result<String, JsError> {
        json(&self.0.microscope(frame, example, unit)?)
    }

    /// Returns the parts that the hidden units play.
    ///
    /// # Errors
    ///
    /// See [`Training::confusion`].
    pub fn units(&self, frame: usize) -> Result<String, JsError> {
        json(&self.0.units(frame)?)
    }
}

/// Returns the image that MNIST would have of strokes, JSON, that were drawn on the pad with a pen that is `width`
/// pixels wide; an empty one if there is hardly any ink.
///
/// # Errors
///
/// If the strokes are none.
#[wasm_bindgen]
pub fn image(strokes: &str, width: f64) -> Result<Vec<u8>, JsError> {
    let strokes: Vec<Stroke> = serde_json::from_str(strokes).map_err(Error::from)?;
    Ok(pad::image(&strokes, width).unwrap_or_default())
}

/// A network that has learned MNIST.
#[wasm_bindgen]
pub struct Reader(Network);

#[wasm_bindgen]
impl Reader {
    /// Reads the contents of a network's file.
    ///
    /// # Errors
    ///
    /// If they are not those of such a file.
    pub fn open(bytes: &[u8]) -> Result<Self, JsError> {
        Ok(Self(Network::from_bytes(bytes)?))
    }

    /// Returns the number of MNIST's 10,000 test images that it recognises.
    pub fn right(&self) -> usize {
        self.0.right()
    }

    /// Returns the output activations for an image.
    ///
    /// # Errors
    ///
    /// If the network is of no known step.
    pub fn answer(&self, image: &[u8]) -> Result<Vec<f64>, JsError> {
        Ok(answer(&self.0, image)?)
    }
}

fn json(value: &impl Serialize) -> Result<String, JsError> {
    Ok(serde_json::to_string(value).map_err(Error::from)?)
}
