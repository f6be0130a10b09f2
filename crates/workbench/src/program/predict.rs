//! The command `predict`.

use std::{collections::BTreeMap, env};

use console::{Term, style};
use datasets::{Features, read_digits};
use evaluation::{Classifier, predictions};
use ndarray::{Array1, Axis};
use serde::Serialize;

use crate::{
    Error,
    arguments::Predict,
    checkpoint::load,
    error::{Outcome, print_error},
    output::Output,
    picture::{Ink, Picture, gallery},
};

/// An answer, as a line of JSON.
#[derive(Serialize)]
struct Answer<'a> {
    input: String,
    /// Its number from the left, if the picture has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    digit: Option<usize>,
    answer: &'a str,
    /// The activation of each class, by name.
    outputs: BTreeMap<String, f64>,
}

/// Read the digits of images with a network that was saved.
pub fn predict<C: Classifier>(arguments: &Predict) -> Result<Outcome, Error> {
    let Predict { model: path, images, json, show, color } = arguments;
    let output = Output::new(color.color, false, false);
    let model = load(C::STEP, path)?;
    if model.features == Features::Columns {
        return Err(Error::unusable(path, "it has learnt from a table, and cannot read images"));
    }
    let mut network = C::from_weights(model.weights);
    let mut outcome = Outcome::Complete;
    for image in images {
        match read_digits(image, model.features) {
            Ok(digits) => {
                for (number, pixels) in digits.iter().enumerate() {
                    let name = match digits.len() {
                        1 => image.display().to_string(),
                        count => format!("{}, digit {} of {count} from the left", image.display(), number + 1),
                    };
                    let outputs = network.predict(&pixels.to_owned().insert_axis(Axis(0)).into());
                    let answer = predictions(outputs.view())[0];
                    if *json {
                        let outputs = model.classes.iter().cloned().zip(outputs.row(0).to_vec()).collect();
                        let input = image.display().to_string();
                        let digit = (digits.len() > 1).then_some(number + 1);
                        let answer = Answer { input, digit, answer: &model.classes[answer], outputs };
                        // Fails only for maps with keys that are no text, and there are none.
                        output.print(serde_json::to_string(&answer).unwrap_or_default())?;
                        continue;
                    }
                    let activations = model.classes.iter().zip(outputs.row(0)).enumerate();
                    let activations = activations.map(|(class, (name, activation))| {
                        let text = format!("{name} {activation:.3}");
                        if class == answer { style(text).green().bold() } else { style(text) }.to_string()
                    });
                    let activations: Vec<String> = activations.collect();
                    let answer = style(&model.classes[answer]).green().bold();
                    output.print(format!("{name}: {answer}   [{}]", activations.join("  ")))?;
                    if *show {
                        output.print(drawn(pixels, model.features))?;
                    }
                }
            }
            Err(error) => {
                print_error(error);
                outcome = Outcome::Partial;
            }
        }
    }
    Ok(outcome)
}

/// What the network sees of a picture, for the terminal.
fn drawn(pixels: &Array1<u8>, features: Features) -> String {
    let Features::Pixels { height, width, max } = features else { return String::new() };
    let pixels = pixels.iter().map(|&pixel| f32::from(pixel) / f32::from(max)).collect();
    let ink = Ink::choose(console::colors_enabled(), |name| env::var(name).ok());
    gallery(&[Picture { pixels, height, width, caption: String::new() }], ink, Term::stdout().size().1.into())
}
