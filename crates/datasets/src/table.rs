use std::{collections::BTreeMap, convert::Infallible, path::Path, str::FromStr};

use csv::StringRecord;
use ndarray::Array2;

use crate::{Dataset, Error, Examples, Features, examples::check_fraction, sheet::Sheet};

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
    check_fraction(test_fraction)?; // before the file is read
    let sheet = Sheet::read(path)?;
    let Columns { inputs, labels, .. } = read(&sheet, label)?;
    let (classes, labels) = classify(&labels).map_err(|problem| sheet.error(problem))?;
    let examples = Examples::new(inputs, labels, classes.len(), Features::Columns);
    let (train, test) = examples.split(test_fraction, seed).map_err(|error| sheet.error(error.to_string()))?;
    Ok(Dataset { name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(), classes, train, test })
}

/// Returns the names of the features of a [`table`], if its first line names the columns.
///
/// # Errors
///
/// If the file cannot be read, or is not a table with such a label.
pub fn column_names(path: &Path, label: &Label) -> Result<Option<Vec<String>>, Error> {
    Ok(read(&Sheet::read(path)?, label)?.names)
}

/// A table, taken apart.
struct Columns {
    /// Of the features, if the first line has them.
    names: Option<Vec<String>>,
    /// Of shape (rows, columns less one).
    inputs: Array2<f64>,
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
        column != label_column && !cell.trim().is_empty() && cell.trim().parse::<f64>().is_err()
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
    let mut names: Vec<String> = first.iter().map(|name| name.trim().to_owned()).collect();
    names.remove(label_column);
    Ok(Columns { names: has_header.then_some(names), inputs, labels })
}

/// The number that a cell holds, or what is wrong with it.
fn number(cell: &str) -> Result<f64, String> {
    match cell.parse::<f64>() {
        // Squares and sums of numbers in this range stay finite.
        Ok(number) if number.abs() <= f64::from(f32::MAX) => Ok(number),
        // A cell with digits has a value, however large.
        Ok(_) if cell.contains(|c: char| c.is_ascii_digit()) => {
            Err(format!("is {cell}, which is too large: the limit is that of single precision, 3.4e38"))
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

#[cfg(test)]
mod tests {
    use std::fs;

    use csv::Terminator;
    use ndarray::array;
    use proptest::prelude::*;

    use super::*;

    fn columns(text: &str, label: &Label) -> Result<Columns, String> {
        let sheet = Sheet::new(Path::new("my.csv"), text.as_bytes().to_vec()).map_err(|error| error.to_string())?;
        read(&sheet, label).map_err(|error| error.to_string())
    }

    #[track_caller]
    fn problem(text: &str, label: &str) -> String {
        columns(text, &label.parse().unwrap()).map(|columns| columns.labels).unwrap_err()
    }

    #[test]
    fn the_label_is_first_last_or_named() {
        let expected = array![[1.0, 2.0], [3.0, 4.0]];
        for (text, label) in [
            ("a,1,2\nb,3,4\n", "first"),
            ("1,2,a\n3,4,b\n", "last"),
            ("x,species,y\n1,a,2\n3,b,4\n", "species"),
            ("1,2,3\n1,a,2\n3,b,4\n", "2"),
        ] {
            let columns = columns(text, &label.parse().unwrap()).unwrap();
            assert_eq!(columns.inputs, expected, "{text}");
            assert_eq!(columns.labels, ["a", "b"], "{text}");
        }
    }

    #[test]
    fn line_ends_byte_order_marks_blanks_and_headers_make_no_difference() {
        let expected = array![[1.0, -2.5], [3e-2, 4.0]];
        for text in [
            "1,-2.5,a\n3e-2,4,b\n",
            "1,-2.5,a\r\n3e-2,4,b\r\n",
            "1,-2.5,a\r3e-2,4,b",
            "\u{feff}1,-2.5,a\n3e-2,4,b",
            " 1 , -2.5,\ta \n\n3e-2,4 ,b\n   \n",
            "width,height,class\n1,-2.5,a\n3e-2,4,b\n",
            ",height,\n1,-2.5,a\n3e-2,4,b\n",
            "\u{feff}\"width, mm\",2,class\r\n\"1\",\"-2.5\",\"a\"\r\n3e-2,4,b\r\n",
        ] {
            let columns = columns(text, &Label::Last).unwrap();
            assert_eq!(columns.inputs, expected, "{text:?}");
            assert_eq!(columns.labels, ["a", "b"], "{text:?}");
        }
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        for (text, label, expected) in [
            ("", "last", "my.csv: there are no examples in it"),
            ("\n\r\n", "last", "my.csv: there are no examples in it"),
            ("x,y,class\n", "last", "my.csv: there are no examples in it"),
            (
                "1;2;a\n",
                "last",
                "my.csv: line 1: one column only: a label and features, separated by commas, are expected",
            ),
            ("1,2,a\n3,four,b\n", "last", "my.csv: line 2: column 2 is \"four\": a number is expected"),
            (
                "x,y,c\r\n1,2,a\r\n\r\n3,four,b\r\n",
                "last",
                "my.csv: line 4: column \"y\" is \"four\": a number is expected",
            ),
            ("x,y,c\r1,2,a\r3,four,b\r", "c", "my.csv: line 3: column \"y\" is \"four\": a number is expected"),
            ("1,2,a\n3,NaN,b\n", "last", "my.csv: line 2: column 2 is NaN: a finite number is expected"),
            ("1,-inf,a\n", "last", "my.csv: line 1: column 2 is -inf: a finite number is expected"),
            ("1,2,a\n,4,b\n", "last", "my.csv: line 2: column 1 is empty"),
            ("1,2,a\n3, ,b\n", "last", "my.csv: line 2: column 2 is empty"),
            ("1,2,a\n3,4,\n", "last", "my.csv: line 2: column 3 is empty"),
            (
                "a,1e39\n",
                "first",
                "my.csv: line 1: column 2 is 1e39, which is too large: the limit is that of single precision, 3.4e38",
            ),
            (
                "a,-1e999\n",
                "first",
                "my.csv: line 1: column 2 is -1e999, which is too large: the limit is that of single precision, 3.4e38",
            ),
            ("1,2,a\n3,b\n", "last", "my.csv: line 2: 2 columns, where the first line has 3"),
            ("1,2,a\n3,4,5,b\n", "last", "my.csv: line 2: 4 columns, where the first line has 3"),
            ("x,y,c\n1,2,a\n", "d", "my.csv: no column is called \"d\": there are \"x\", \"y\", \"c\""),
        ] {
            assert_eq!(problem(text, label), expected);
        }
    }

    #[test]
    fn lists_only_the_first_of_many_columns() {
        let header = (0..785).map(|i| format!("pixel{i}")).collect::<Vec<_>>().join(",");
        let problem = problem(&header, "label");
        assert!(problem.ends_with("\"pixel19\", ... (785 in all)"), "{problem}");
    }

    #[test]
    fn classes_are_sorted_as_numbers_if_all_are() {
        let classify = |labels: &[&str]| classify(&labels.iter().map(|&label| label.to_owned()).collect::<Vec<_>>());
        let expect = |classes: &[&str], labels: &[usize]| {
            Ok((classes.iter().map(|&class| class.to_owned()).collect(), labels.to_vec()))
        };
        assert_eq!(classify(&["10", "9", "-1", "9.0", "-2.5"]), expect(&["-2.5", "-1", "9", "10"], &[3, 2, 1, 2, 0]));
        assert_eq!(classify(&["0", "-0", "1"]), expect(&["0", "1"], &[0, 0, 1]));
        assert_eq!(classify(&["10", "9", "x"]), expect(&["10", "9", "x"], &[0, 1, 2]));
        assert_eq!(classify(&["Nan", "Bob"]), expect(&["Bob", "Nan"], &[1, 0]));
        assert_eq!(classify(&["1", "nan"]).unwrap_err(), "a label is a number, but not a finite one");
        assert_eq!(classify(&["a", "a"]).unwrap_err(), "all labels are \"a\": there is nothing to tell apart");
        let prices: Vec<String> = (0..1001).map(|i| i.to_string()).collect();
        let problem = super::classify(&prices).unwrap_err();
        assert_eq!(problem, "1001 distinct labels, where at most 1000 are expected: is it the right column?");
    }

    #[test]
    fn whole_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("flowers.csv");
        let rows = (0..40).map(|i| format!("{i},{}\n", ["rose", "tulip"][i % 2])).collect::<String>();
        fs::write(&path, rows).unwrap();
        let dataset = table(&path, &Label::Last, 0.25, 1).unwrap();
        assert_eq!(dataset.name, "flowers.csv");
        assert_eq!(dataset.classes, ["rose", "tulip"]);
        assert_eq!((dataset.train.len(), dataset.test.len()), (30, 10));
        assert_eq!(dataset.train.features, Features::Columns);
        for examples in [&dataset.train, &dataset.test] {
            for (feature, &label) in examples.inputs.column(0).zip(&examples.labels) {
                assert_eq!(feature as usize % 2, label);
            }
        }

        for fraction in [0.0, 1.0, -0.5, 1.5, f64::NAN, f64::INFINITY] {
            let error = table(&path, &Label::Last, fraction, 1).unwrap_err();
            assert!(matches!(error, Error::TestFraction(_)), "{error}");
        }
        let error = |path: &Path| table(path, &Label::Last, 0.25, 1).unwrap_err().to_string();
        assert!(error(&folder.path().join("nowhere.csv")).contains("nowhere.csv cannot be read: "));
        assert!(error(folder.path()).contains(" cannot be read: "));
        fs::write(&path, b"1,a\r2,b\r3,\xff\r").unwrap();
        assert!(error(&path).ends_with("line 3 is not UTF-8 text: save the table as CSV in UTF-8"));
        fs::write(&path, "1,a\n2,b\n").unwrap();
        assert!(error(&path).contains("2 examples of 2 classes are too few"), "{}", error(&path));
    }

    /// A row of three numbers and a label that may need quotes.
    fn row() -> impl Strategy<Value = ([f64; 3], String)> {
        use proptest::num::f64::{NORMAL, SUBNORMAL, ZERO};
        let number = (NORMAL | SUBNORMAL | ZERO).prop_map(|x| if x.abs() < 1e38 { x } else { x.recip() });
        (proptest::array::uniform3(number), "[a-z, \"]{0,3}x")
    }

    proptest! {
        #[test]
        fn every_number_comes_back(
            rows in proptest::collection::vec(row(), 1..20),
            line_end in proptest::sample::select(&[Terminator::CRLF, Terminator::Any(b'\n'), Terminator::Any(b'\r')]),
        ) {
            let mut writer = csv::WriterBuilder::new().terminator(line_end).from_writer(Vec::new());
            for ([x, y, z], label) in &rows {
                writer.write_record([x.to_string(), label.clone(), format!("{y:e}"), z.to_string()]).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let sheet = Sheet::new(Path::new(""), text.into_bytes()).unwrap();
            let mut rows_read = sheet.rows();
            let mut numbers = Vec::new();
            let mut labels = Vec::new();
            while let Some(row) = rows_read.next().unwrap() {
                numbers.push([0, 2, 3].map(|column| number(&row[column]).unwrap()));
                labels.push(row[1].to_owned());
            }
            prop_assert_eq!(numbers, rows.iter().map(|row| row.0).collect::<Vec<_>>());
            prop_assert_eq!(labels, rows.iter().map(|row| row.1.clone()).collect::<Vec<_>>());
        }

        #[test]
        fn no_text_makes_it_panic(text in "[0-9a-z,.\"\\r\\n \u{feff}é-]{0,60}", label in "first|last|a") {
            let _ = columns(&text, &label.parse().unwrap());
        }
    }
}
