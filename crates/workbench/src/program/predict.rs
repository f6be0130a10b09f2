//! The command `predict`.

use std::collections::BTreeMap;

use console::style;
use datasets::{Features, read_image};
use evaluation::{Classifier, predictions};
use ndarray::Axis;
use serde::Serialize;

use crate::{
    Error,
    arguments::Predict,
    checkpoint::load,
    error::{Outcome, print_error},
    output::Output,
};

/// An answer, as a line of JSON.
#[derive(Serialize)]
struct Answer<'a> {
    input: String,
    answer: &'a str,
    /// The activation of each class, by name.
    outputs: BTreeMap<String, f64>,
}

/// Read images with a network that was saved.
pub fn predict<C: Classifier>(arguments: &Predict) -> Result<Outcome, Error> {
    let Predict { model: path, images, json, color } = arguments;
    let output = Output::new(color.color, false, false);
    let model = load(C::STEP, path)?;
    if model.features == Features::Columns {
        return Err(Error::unusable(path, "it has learnt from a table, and cannot read images"));
    }
    let mut network = C::from_weights(model.weights);
    let mut outcome = Outcome::Complete;
    for image in images {
        match read_image(image, model.features) {
            Ok(pixels) => {
                let outputs = network.predict(&pixels.insert_axis(Axis(0)).into());
                let answer = predictions(outputs.view())[0];
                if *json {
                    let outputs = model.classes.iter().cloned().zip(outputs.row(0).to_vec()).collect();
                    let input = image.display().to_string();
                    let answer = Answer { input, answer: &model.classes[answer], outputs };
                    // Fails only for maps with keys that are no text, and there are none.
                    output.print(serde_json::to_string(&answer).unwrap_or_default())?;
                    continue;
                }
                let activations =
                    model.classes.iter().zip(outputs.row(0)).enumerate().map(|(class, (name, activation))| {
                        let text = format!("{name} {activation:.3}");
                        if class == answer { style(text).green().bold() } else { style(text) }.to_string()
                    });
                let activations: Vec<String> = activations.collect();
                let answer = style(&model.classes[answer]).green().bold();
                output.print(format!("{}: {answer}   [{}]", image.display(), activations.join("  ")))?;
            }
            Err(error) => {
                print_error(error);
                outcome = Outcome::Partial;
            }
        }
    }
    Ok(outcome)
}
