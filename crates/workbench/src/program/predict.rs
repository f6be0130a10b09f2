//! The command `predict`.

use std::{collections::BTreeMap, env, path::Path};

use console::{Term, style};
use datasets::{Features, Inputs, read_digits, table_rows};
use evaluation::{Classifier, predictions};
use ndarray::{Array1, ArrayView1, Axis};
use serde::Serialize;

use crate::{
    Error,
    arguments::Predict,
    checkpoint::load,
    error::{Outcome, print_error},
    model::Model,
    output::Output,
    picture::{Ink, Picture, gallery},
    text::short,
};

/// An answer, as a line of JSON.
#[derive(Serialize)]
struct Answer<'a> {
    input: String,
    /// Its number from the left, if the picture has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    digit: Option<usize>,
    /// Its number among the rows of a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<usize>,
    answer: &'a str,
    /// The activation of each class, by name.
    outputs: BTreeMap<String, f64>,
}

/// Something to answer.
struct Question {
    /// For the user.
    name: String,
    /// Its number from the left among several digits of a picture.
    digit: Option<usize>,
    /// Its number among the rows of a table.
    row: Option<usize>,
    /// Of shape (1, features).
    inputs: Inputs,
}

/// Answer for the digits of images, or for the rows of tables, with a network that was saved.
pub fn predict<C: Classifier>(arguments: &Predict) -> Result<Outcome, Error> {
    let Predict { model: path, files, json, show, color } = arguments;
    let output = Output::new(color.color, false, false);
    let model = load(C::STEP, path)?;
    let mut network = C::from_weights(model.weights.clone());
    let mut outcome = Outcome::Complete;
    for file in files {
        let questions = match questions(&model, file) {
            Ok(questions) => questions,
            Err(error) => {
                print_error(error);
                outcome = Outcome::Partial;
                continue;
            }
        };
        for Question { name, digit, row, inputs } in questions {
            let outputs = network.predict(&inputs);
            if outputs.iter().any(|output| !output.is_finite()) {
                return Err(Error::unusable(path, "its weights are so large that its outputs are not finite"));
            }
            let answer = predictions(outputs.view())[0];
            if *json {
                let outputs = model.classes.iter().cloned().zip(outputs.row(0).to_vec()).collect();
                let input = file.display().to_string();
                let answer = Answer { input, digit, row, answer: &model.classes[answer], outputs };
                // Fails only for maps with keys that are no text, and there are none.
                output.print(serde_json::to_string(&answer).unwrap_or_default())?;
                continue;
            }
            let activations = model.classes.iter().zip(outputs.row(0)).enumerate();
            let activations = activations.map(|(class, (name, activation))| {
                let text = format!("{} {activation:.3}", short(name));
                if class == answer { style(text).green().bold() } else { style(text) }.to_string()
            });
            let activations: Vec<String> = activations.collect();
            let answer = style(short(&model.classes[answer])).green().bold();
            output.print(format!("{name}: {answer}   [{}]", activations.join("  ")))?;
            if let (true, Inputs::Bytes(pixels)) = (*show, &inputs) {
                output.print(drawn(pixels.row(0), model.features))?;
            }
        }
    }
    Ok(outcome)
}

/// Returns the digits of an image from left to right, or the rows of a table, if the network has learned from one.
fn questions(model: &Model, file: &Path) -> Result<Vec<Question>, Error> {
    let name = file.display();
    if model.features != Features::Columns {
        let digits = read_digits(file, model.features)?;
        let count = digits.len();
        let question = |(number, pixels): (usize, Array1<u8>)| {
            let inputs = pixels.insert_axis(Axis(0)).into();
            match count {
                1 => Question { name: name.to_string(), digit: None, row: None, inputs },
                _ => Question {
                    name: format!("{name}, digit {number} of {count} from the left"),
                    digit: Some(number),
                    row: None,
                    inputs,
                },
            }
        };
        return Ok((1..).zip(digits).map(question).collect());
    }
    // Where the columns have no known names, nothing is found by these, and their number counts.
    let columns = model.origin.as_ref().and_then(|origin| origin.columns.clone());
    let columns = columns.unwrap_or_else(|| vec![String::new(); model.weights.scaling.offset.len()]);
    let rows = table_rows(file, &columns, None)?;
    let question = |(number, row): (usize, ArrayView1<f64>)| Question {
        name: format!("{name} row {number}"),
        digit: None,
        row: Some(number),
        inputs: row.to_owned().insert_axis(Axis(0)).into(),
    };
    Ok((1..).zip(rows.rows()).map(question).collect())
}

/// What the network sees of a picture, for the terminal.
fn drawn(pixels: ArrayView1<u8>, features: Features) -> String {
    let Features::Pixels { height, width, max } = features else { return String::new() };
    let pixels = pixels.iter().map(|&pixel| f32::from(pixel) / f32::from(max)).collect();
    let ink = Ink::choose(console::colors_enabled(), |name| env::var(name).ok());
    gallery(&[Picture { pixels, height, width, caption: String::new() }], ink, Term::stdout().size().1.into())
}
