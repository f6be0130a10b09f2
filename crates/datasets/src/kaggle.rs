use std::path::Path;

use csv::StringRecord;
use ndarray::Array2;

use crate::{Error, Examples, Features, Inputs, sheet::Sheet};

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
pub fn kaggle(train: &Path, test: &Path) -> Result<(Examples, Inputs), Error> {
    let (inputs, labels) = read(train, true)?;
    let (unlabelled, _) = read(test, false)?;
    let features = Features::Pixels { height: SIDE, width: SIDE, max: 255 };
    Ok((Examples::new(inputs, labels, 10, features), unlabelled.into()))
}

fn read(path: &Path, labelled: bool) -> Result<(Array2<u8>, Vec<usize>), Error> {
    let sheet = Sheet::read(path, None)?;
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
            pixels.push(pixel);
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// The text of a file with the given rows, of which all pixels but the first few are 0.
    fn text(labelled: bool, rows: &[&str]) -> String {
        let mut text = if labelled { "label," } else { "" }.to_owned();
        text += &(0..784).map(|i| format!("pixel{i}")).collect::<Vec<_>>().join(",");
        for row in rows {
            let columns = 784 + usize::from(labelled);
            text += &format!("\n{row}{}", ",0".repeat(columns - row.split(',').count()));
        }
        text
    }

    fn load(train: &str, test: &str) -> Result<(Examples, Inputs), String> {
        let folder = tempfile::tempdir().unwrap();
        let paths = [("train.csv", train), ("test.csv", test)].map(|(name, text)| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        });
        kaggle(&paths[0], &paths[1])
            .map_err(|error| error.to_string().replace(&format!("{}/", folder.path().display()), ""))
    }

    #[test]
    fn reads_both_files() {
        let train = text(true, &["7,1,255", "0,2"]);
        let test = text(false, &["3,4", "5", "6"]);
        for (train, test) in [(train.clone(), test.clone()), (train.replace('\n', "\r\n"), test + "\r\n\r\n")] {
            let (examples, images) = load(&train, &test).unwrap();
            assert_eq!(examples.labels, [7, 0]);
            assert_eq!((examples.classes(), examples.inputs.dim(), images.dim()), (10, (2, 784), (3, 784)));
            assert_eq!(Vec::from_iter(examples.inputs.column(0)), [1.0, 2.0]);
            assert_eq!(examples.inputs.column(1).next(), Some(255.0));
            assert_eq!(Vec::from_iter(images.column(0)), [3.0, 5.0, 6.0]);
            assert_eq!(examples.features, Features::Pixels { height: 28, width: 28, max: 255 });
        }
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        let (train, test) = (text(true, &["7"]), text(false, &["3"]));
        let train_header =
            "not the train.csv of Kaggle's digit-recognizer: the first line must be label,pixel0,pixel1,...,pixel783";
        let test_header =
            "not the test.csv of Kaggle's digit-recognizer: the first line must be pixel0,pixel1,...,pixel783";
        for (train, test, expected) in [
            (&test, &train, format!("train.csv: {train_header}")),
            (&train, &train, format!("test.csv: {test_header}")),
            (&String::new(), &test, format!("train.csv: {train_header}")),
            (&train, &"1,2,3\n".to_owned(), format!("test.csv: {test_header}")),
            (&text(true, &[]), &test, "train.csv: there are no images in it".to_owned()),
            (&train, &text(false, &[]), "test.csv: there are no images in it".to_owned()),
            (
                &text(true, &["7", "10"]),
                &test,
                "train.csv: line 3: label is \"10\": an integer from 0 to 9 is expected".to_owned(),
            ),
            (
                &text(true, &["7,0,256"]),
                &test,
                "train.csv: line 2: pixel1 is \"256\": an integer from 0 to 255 is expected".to_owned(),
            ),
            (
                &text(true, &["7,0.5"]),
                &test,
                "train.csv: line 2: pixel0 is \"0.5\": an integer from 0 to 255 is expected".to_owned(),
            ),
            (
                &train,
                &text(false, &["0,-1"]),
                "test.csv: line 2: pixel1 is \"-1\": an integer from 0 to 255 is expected".to_owned(),
            ),
            (
                &train,
                &text(false, &["0,,1"]),
                "test.csv: line 2: pixel1 is \"\": an integer from 0 to 255 is expected".to_owned(),
            ),
            (&train, &format!("{test}\n1,2"), "test.csv: line 3: 2 columns, where the first line has 784".to_owned()),
        ] {
            assert_eq!(load(train, test).map(|(examples, _)| examples.labels), Err(expected));
        }
    }
}
