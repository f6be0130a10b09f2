use std::{collections::BTreeMap, convert::Infallible, path::Path, str::FromStr};

use csv::StringRecord;
use ndarray::Array2;
use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use crate::{Dataset, Error, Examples, Features, sheet::Sheet};

/// Beyond this, a column of labels is more likely to be a quantity than a class.
const MOST_CLASSES: usize = 1_000;

/// Which column of a table has the labels.
#[derive(Clone, Debug, PartialEq)]
pub enum Label {
    /// The first.
    First,
    /// The last.
    Last,
    /// The one that the first line gives this name.
    Named(String),
}

/// `first`, `last`, or else the name of a column.
impl FromStr for Label {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "first" => Self::First,
            "last" => Self::Last,
            name => Self::Named(name.to_owned()),
        })
    }
}

/// Any table of numbers: a CSV file in UTF-8 with a column of labels, and a number in all other columns.
///
/// The first line may name the columns; it is taken to if the label is looked for by name, or if one of the features
/// is not a number. Labels may be any text. The classes are the distinct labels, sorted as numbers if all of them are,
/// else alphabetically. `test_fraction` of each class, chosen by `seed`, makes up the test set; at least one example of
/// each class is left to learn from.
///
/// # Errors
///
/// If the file cannot be read; if a row has more or fewer columns than the first, an empty cell, or a feature that is
/// not a finite number in the range of single precision; if there is no such label, there are fewer than two classes,
/// more than 1,000, or too few examples for a test set; if `test_fraction` does not lie between 0 and 1.
pub fn table(path: &Path, label: &Label, test_fraction: f64, seed: u64) -> Result<Dataset, Error> {
    if !(test_fraction > 0.0 && test_fraction < 1.0) {
        return Err(Error::TestFraction(test_fraction));
    }
    let sheet = Sheet::read(path)?;
    let Columns { inputs, labels } = read(&sheet, label)?;
    let (classes, labels) = classify(&labels).map_err(|problem| sheet.error(problem))?;
    let (train, test) = split(&labels, classes.len(), test_fraction, seed);
    if test.is_empty() {
        return Err(sheet.error(format!(
            "{} examples of {} classes are too few to keep a fraction of {test_fraction} for the test set",
            labels.len(),
            classes.len()
        )));
    }
    let examples = Examples::new(inputs, labels, classes.len(), Features::Columns);
    Ok(Dataset {
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        train: examples.select(&train),
        test: examples.select(&test),
        classes,
    })
}

/// A table, taken apart.
struct Columns {
    /// Of shape (rows, columns less one).
    inputs: Array2<f32>,
    /// The cells of the column of labels.
    labels: Vec<String>,
}

fn read(sheet: &Sheet, label: &Label) -> Result<Columns, Error> {
    let no_rows = || sheet.error("there are no examples in it");
    let mut rows = sheet.rows();
    let first = rows.next()?.ok_or_else(no_rows)?.clone();
    if first.len() < 2 {
        return Err(sheet.error_in(&first, "one column only: a label and features, separated by commas, are expected"));
    }
    let label_column = match label {
        Label::First => 0,
        Label::Last => first.len() - 1,
        Label::Named(name) => first
            .iter()
            .position(|cell| cell.trim() == name.trim())
            .ok_or_else(|| sheet.error(format!("no column is called {name:?}: there are {}", names(&first))))?,
    };
    let is_name = |(column, cell): (usize, &str)| {
        column != label_column && !cell.trim().is_empty() && cell.trim().parse::<f32>().is_err()
    };
    let has_header = matches!(label, Label::Named(_)) || first.iter().enumerate().any(is_name);
    let title = |column: usize| match &first[column] {
        name if has_header => format!("column {:?}", name.trim()),
        _ => format!("column {}", column + 1),
    };

    let mut inputs = Vec::new();
    let mut labels = Vec::new();
    let mut read_row = |row: &StringRecord| {
        for (column, cell) in row.iter().enumerate() {
            let cell = cell.trim();
            let wrong = |problem: String| sheet.error_in(row, format!("{} {problem}", title(column)));
            if cell.is_empty() {
                return Err(wrong("is empty".to_owned()));
            } else if column == label_column {
                labels.push(cell.to_owned());
            } else {
                inputs.push(number(cell).map_err(wrong)?);
            }
        }
        Ok(())
    };
    if !has_header {
        read_row(&first)?;
    }
    while let Some(row) = rows.next()? {
        read_row(row)?;
    }
    if labels.is_empty() {
        return Err(no_rows());
    }
    let inputs = Array2::from_shape_vec((labels.len(), first.len() - 1), inputs).expect("as many columns in each row");
    Ok(Columns { inputs, labels })
}

/// The number that a cell holds, or what is wrong with it.
fn number(cell: &str) -> Result<f32, String> {
    match cell.parse::<f32>() {
        Ok(number) if number.is_finite() => Ok(number),
        // What has digits has a value, and was rounded to infinity.
        Ok(_) if cell.contains(|c: char| c.is_ascii_digit()) => {
            Err(format!("is {cell}, which is too large for a number in single precision"))
        }
        Ok(_) => Err(format!("is {cell}: a finite number is expected")),
        Err(_) => Err(format!("is {cell:?}: a number is expected")),
    }
}

/// The names of the columns, as far as one can take them in.
fn names(header: &StringRecord) -> String {
    const MOST: usize = 20;
    let mut names: Vec<_> = header.iter().take(MOST).map(|name| format!("{:?}", name.trim())).collect();
    if header.len() > MOST {
        names.push(format!("... ({} in all)", header.len()));
    }
    names.join(", ")
}

/// The distinct labels in order, and for each example the index of its label among them; or what is wrong.
fn classify(labels: &[String]) -> Result<(Vec<String>, Vec<usize>), String> {
    let numbers: Option<Vec<f64>> = labels.iter().map(|label| label.parse().ok()).collect();
    match numbers {
        // Adding 0 turns -0 into 0.
        Some(numbers) if numbers.iter().all(|number| number.is_finite()) => {
            // Maps numbers to integers so that order is kept.
            let key = |number: f64| {
                let bits = (number + 0.0).to_bits() as i64;
                bits ^ (((bits >> 63) as u64) >> 1) as i64
            };
            index(labels, numbers.into_iter().map(key))
        }
        Some(_) => Err("a label is a number, but not a finite one".to_owned()),
        None => index(labels, labels.iter()),
    }
}

fn index<K: Ord + Clone>(
    labels: &[String],
    keys: impl Iterator<Item = K> + Clone,
) -> Result<(Vec<String>, Vec<usize>), String> {
    let mut classes = BTreeMap::new();
    for (key, label) in keys.clone().zip(labels) {
        // The same number may be written in several ways: the first names the class.
        classes.entry(key).or_insert((label, 0));
    }
    match classes.len() {
        1 => return Err(format!("all labels are {:?}: there is nothing to tell apart", labels[0])),
        2..=MOST_CLASSES => {}
        count => {
            return Err(format!(
                "{count} distinct labels, where at most {MOST_CLASSES} are expected: is it the right column?"
            ));
        }
    }
    for (class, (_, index)) in classes.values_mut().enumerate() {
        *index = class;
    }
    let indices = keys.map(|key| classes[&key].1).collect();
    Ok((classes.into_values().map(|(label, _)| label.clone()).collect(), indices))
}

/// Deal the examples by `seed` into those to learn from and those to be judged by, in random order: of each class
/// `test_fraction` of its examples, rounded so that the fraction holds over all classes too, but never all of them.
fn split(labels: &[usize], classes: usize, test_fraction: f64, seed: u64) -> (Vec<usize>, Vec<usize>) {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    let mut members = vec![Vec::new(); classes];
    for &example in &order {
        members[labels[example]].push(example);
    }
    let mut is_test = vec![false; labels.len()];
    let mut wanted = 0.0_f64;
    for members in &members {
        let before = wanted.round();
        wanted += test_fraction * members.len() as f64;
        let count = ((wanted.round() - before) as usize).min(members.len() - 1);
        for &example in &members[..count] {
            is_test[example] = true;
        }
    }
    let (test, train) = order.into_iter().partition(|&example| is_test[example]);
    (train, test)
}
