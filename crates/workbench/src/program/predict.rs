//! The command `predict`.

use std::path::Path;

use console::style;
use datasets::{Features, Inputs, read_image, table_rows};
use evaluation::{Classifier, predictions};
use ndarray::{ArrayView1, Axis};
use serde_json::{Map, Value, json};

use crate::{
    Error,
    arguments::Predict,
    error::{Outcome, print_error},
    model::Model,
    output::Output,
    text::short,
    train::load,
};

/// Answer for images or rows with a network that was saved.
pub fn predict<C: Classifier>(arguments: &Predict) -> Result<Outcome, Error> {
    let Predict { model: path, files, json, color } = arguments;
    let output = Output::new(color.color, false, false);
    let model = load(C::STEP, path)?;
    let mut network = C::from_weights(model.weights.clone());
    let mut outcome = Outcome::Complete;
    for file in files {
        match inputs(&model, file) {
            Ok(inputs) => {
                let outputs = network.predict(&inputs);
                if outputs.iter().any(|output| !output.is_finite()) {
                    return Err(Error::unusable(path, "its weights are so large that its outputs are not finite"));
                }
                for (row, (outputs, answer)) in outputs.rows().into_iter().zip(predictions(outputs.view())).enumerate()
                {
                    let row = (model.features == Features::Columns).then_some(row + 1);
                    output.print(match json {
                        true => as_json(&model.classes, file, row, outputs, answer),
                        false => as_text(&model.classes, file, row, outputs, answer),
                    })?;
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

/// Returns an image as a single row, or the rows of a table.
fn inputs(model: &Model, file: &Path) -> Result<Inputs, Error> {
    if model.features != Features::Columns {
        return Ok(read_image(file, model.features)?.insert_axis(Axis(0)).into());
    }
    // Files of earlier programs do not name the columns. Then these names are found nowhere, and their number counts.
    let columns = match model.division.columns.as_slice() {
        [] => vec![String::new(); model.weights.scaling.offset.len()],
        columns => columns.to_vec(),
    };
    Ok(table_rows(file, &columns, None)?.into())
}

fn as_text(classes: &[String], file: &Path, row: Option<usize>, outputs: ArrayView1<f64>, answer: usize) -> String {
    let outputs = classes.iter().zip(outputs).enumerate().map(|(class, (name, output))| {
        let text = format!("{} {output:.3}", short(name));
        if class == answer { style(text).green().bold() } else { style(text) }.to_string()
    });
    let outputs: Vec<String> = outputs.collect();
    let row = row.map_or(String::new(), |row| format!(" row {row}"));
    format!("{}{row}: {}   [{}]", file.display(), style(short(&classes[answer])).green().bold(), outputs.join("  "))
}

fn as_json(classes: &[String], file: &Path, row: Option<usize>, outputs: ArrayView1<f64>, answer: usize) -> String {
    let outputs: Map<String, Value> = classes.iter().cloned().zip(outputs.iter().map(|output| json!(output))).collect();
    let mut line = json!({ "file": file.to_string_lossy(), "answer": classes[answer], "outputs": outputs });
    if let Some(row) = row {
        line["row"] = row.into();
    }
    line.to_string()
}
