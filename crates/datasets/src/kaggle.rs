use std::path::Path;

use csv::StringRecord;
use ndarray::Array2;

use crate::{Error, Examples, Features, sheet::Sheet};

const SIDE: usize = 28;
const PIXELS: usize = SIDE * SIDE;

/// The two files of Kaggle's digit-recognizer: the examples to learn from, and the images to be labelled, of shape
/// (images, 784). `train` has the columns `label`, `pixel0`, ..., `pixel783`, `test` the same without the label.
///
/// They are MNIST's 70,000 images, divided in another way: a network that has learnt from all of MNIST has seen the
/// answers.
///
/// # Errors
///
/// If a file cannot be read, has other columns, or no images; if a pixel is not an integer from 0 to 255, or a label
/// not one from 0 to 9.
pub fn kaggle(train: &Path, test: &Path) -> Result<(Examples, Array2<f32>), Error> {
    let (inputs, labels) = read(train, true)?;
    let (unlabelled, _) = read(test, false)?;
    let features = Features::Pixels { height: SIDE, width: SIDE, white: 255.0 };
    Ok((Examples::new(inputs, labels, 10, features), unlabelled))
}

fn read(path: &Path, labelled: bool) -> Result<(Array2<f32>, Vec<usize>), Error> {
    let sheet = Sheet::read(path)?;
    let mut rows = sheet.rows();
    if !rows.next()?.is_some_and(|header| is_header(header, labelled)) {
        let (name, columns) = if labelled {
            ("train.csv", "label,pixel0,pixel1,...,pixel783")
        } else {
            ("test.csv", "pixel0,pixel1,...,pixel783")
        };
        return Err(
            sheet.error(format!("not the {name} of Kaggle's digit-recognizer: the first line must be {columns}"))
        );
    }
    let mut pixels = Vec::new();
    let mut labels = Vec::new();
    while let Some(row) = rows.next()? {
        let mut cells = row.iter();
        if labelled {
            let label = cells.next().unwrap_or_default();
            let label = integer(label, 9).map_err(|problem| sheet.error_in(row, format!("label {problem}")))?;
            labels.push(usize::from(label));
        }
        for (i, cell) in cells.enumerate() {
            let pixel = integer(cell, 255).map_err(|problem| sheet.error_in(row, format!("pixel{i} {problem}")))?;
            pixels.push(f32::from(pixel));
        }
    }
    let images = pixels.len() / PIXELS;
    if images == 0 {
        return Err(sheet.error("there are no images in it"));
    }
    let pixels = Array2::from_shape_vec((images, PIXELS), pixels).expect("784 pixels in each row");
    Ok((pixels, labels))
}

fn is_header(row: &StringRecord, labelled: bool) -> bool {
    let label = labelled.then(|| "label".to_owned());
    let columns = label.into_iter().chain((0..PIXELS).map(|i| format!("pixel{i}")));
    row.iter().map(str::trim).eq(columns)
}

/// The integer from 0 to `most` that a cell holds, or what is wrong with it.
fn integer(cell: &str, most: u8) -> Result<u8, String> {
    let value = cell.trim().parse().ok().filter(|&value| value <= most);
    value.ok_or_else(|| format!("is {cell:?}: an integer from 0 to {most} is expected"))
}
