use std::{
    collections::BTreeMap,
    convert::Infallible,
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use csv::StringRecord;
use ndarray::Array2;

use crate::{
    Dataset, Error, Examples, Features,
    examples::check_fraction,
    sheet::{Separator, Sheet},
};

/// Beyond this, a column of labels is more likely to be a quantity than a class.
const MOST_CLASSES: usize = 1_000;
/// Beyond this, one-hot targets take gigabytes.
const MOST_TARGETS: usize = 1 << 27;
/// The most columns that are named one by one.
const MOST_NAMED: usize = 20;
/// So many distinct numbers with fractions are a quantity.
const QUANTITY: usize = 10;

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

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::First => "first",
            Self::Last => "last",
            Self::Named(name) => name,
        })
    }
}

/// `first`, `last`, or else the name or the number of a column.
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

/// Where the test set comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// This fraction of each class.
    Fraction(f64),
    /// A table of its own, with the same columns.
    File(PathBuf),
}

/// How a table is to be read.
#[derive(Clone, Debug, PartialEq)]
pub struct TableOptions {
    /// The column of labels.
    pub label: Label,
    /// Columns to leave out, each by its name or its number, from 1.
    pub ignore: Vec<String>,
    /// What stands between columns, if it is not to be found out.
    pub separator: Option<Separator>,
    /// The height and width of the images that the rows are, with pixels from 0 to 255.
    pub pixels: Option<(usize, usize)>,
    /// Where the test set comes from.
    pub test: Test,
}

impl TableOptions {
    /// Returns the options for a table with this column of labels, of which a quarter becomes the test set.
    pub fn new(label: Label) -> Self {
        Self { label, ignore: Vec::new(), separator: None, pixels: None, test: Test::Fraction(0.25) }
    }
}

/// The examples of a table.
#[derive(Clone, Debug)]
pub struct Table {
    /// The examples, divided.
    pub dataset: Dataset,
    /// The names of the columns that are features, or their numbers.
    pub columns: Vec<String>,
    /// What was done to the table that its owner should know, a sentence each.
    pub remarks: Vec<String>,
}

/// Any table of numbers: a text file with a column of labels, and a number in all other columns.
///
/// The first line may name the columns; it is taken to if the label is looked for by name, if a feature in it is not a
/// number, or if it counts from 0. Row numbers in the first column, or any first column without a name, are left out.
/// Labels may be any text. The classes are the distinct labels, sorted as numbers if all of them are, else
/// alphabetically. If a fraction becomes the test set, it is taken of each class by `seed`, and at least one example of
/// each class is left to learn from.
///
/// # Errors
///
/// If the file cannot be read; if a row has more or fewer columns than the first; if a column holds something other
/// than finite numbers in the range of single precision; if the label is missing, a quantity, one of several columns
/// that say the same, or of fewer than two classes or more than 1,000; if there are too few examples for a test set.
pub fn table(path: &Path, options: &TableOptions, seed: u64) -> Result<Table, Error> {
    if let Test::Fraction(fraction) = options.test {
        check_fraction(fraction)?; // before the file is read
    }
    let sheet = Sheet::read(path, options.separator)?;
    let Columns { names, inputs, labels, remarks } = read(&sheet, options)?;
    let (classes, labels) = classify(&labels).map_err(|problem| sheet.error(problem))?;
    if labels.len().saturating_mul(classes.len()) > MOST_TARGETS {
        return Err(sheet.error(format!("{} rows of {} classes are too many for memory", labels.len(), classes.len())));
    }
    let examples = examples(&sheet, inputs, labels, classes.len(), options.pixels)?;
    let (train, test) = match &options.test {
        Test::Fraction(fraction) => examples.split(*fraction, seed).map_err(|error| sheet.error(error.to_string()))?,
        Test::File(path) => {
            let sheet = Sheet::read(path, options.separator)?;
            let test = read(&sheet, options)?;
            if test.names != names {
                let problem =
                    format!("its columns are {}, and those to learn from {}", list(&test.names), list(&names));
                return Err(sheet.error(problem));
            }
            let labels = known(&classes, &test.labels).map_err(|label| {
                sheet.error(format!("the label {label:?} is none of those to learn from: {}", list(&classes)))
            })?;
            (examples, self::examples(&sheet, test.inputs, labels, classes.len(), options.pixels)?)
        }
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Table { dataset: Dataset { name, classes, train, test }, columns: names, remarks })
}

/// Returns the names of the columns of a [`table`] that are features, or their numbers.
///
/// # Errors
///
/// Those of [`table`], but for the labels and the test set.
pub fn column_names(path: &Path, options: &TableOptions) -> Result<Vec<String>, Error> {
    Ok(read(&Sheet::read(path, options.separator)?, options)?.names)
}

/// The rows of a table that has no labels, or whose labels are not looked at: of shape (rows, columns), in the order of
/// these `columns`. They are found by their names if the first line has them all; else there must be as many columns,
/// and they are taken in their order.
///
/// # Errors
///
/// If the file cannot be read, has other columns, or a cell of these is not a number.
pub fn table_rows(path: &Path, columns: &[String], separator: Option<Separator>) -> Result<Array2<f64>, Error> {
    let sheet = Sheet::read(path, separator)?;
    let mut rows = sheet.rows();
    let first = rows.next()?.ok_or_else(|| sheet.error("there are no rows in it"))?.clone();
    let place = |wanted: &String| first.iter().position(|cell| name_of(cell) == wanted);
    let named: Option<Vec<usize>> = columns.iter().map(place).collect();
    let places = match &named {
        Some(places) => places.clone(),
        None if first.len() == columns.len() => (0..columns.len()).collect(),
        None => {
            return Err(sheet.error(format!("its columns are {}, and {} are expected", names(&first), list(columns))));
        }
    };
    let mut numbers = Vec::new();
    let mut read_row = |row: &StringRecord| {
        places.iter().try_for_each(|&place| {
            let wrong = |problem| sheet.error_in(row, format!("column {} {problem}", place + 1));
            numbers.push(number(row[place].trim(), sheet.separator).map_err(wrong)?);
            Ok(())
        })
    };
    if named.is_none() {
        read_row(&first)?;
    }
    while let Some(row) = rows.next()? {
        read_row(row)?;
    }
    Ok(Array2::from_shape_vec((numbers.len() / columns.len().max(1), columns.len()), numbers).expect("whole rows"))
}

/// Returns examples, with bytes for pixels if they are images.
fn examples(
    sheet: &Sheet,
    inputs: Array2<f64>,
    labels: Vec<usize>,
    classes: usize,
    pixels: Option<(usize, usize)>,
) -> Result<Examples, Error> {
    let Some((height, width)) = pixels else { return Ok(Examples::new(inputs, labels, classes, Features::Columns)) };
    if inputs.ncols() != height * width {
        let problem = format!("{} columns are no images of {height}x{width} pixels", inputs.ncols());
        return Err(sheet.error(problem));
    }
    if let Some(value) = inputs.iter().find(|value| !(0.0..=255.0).contains(*value) || value.fract() != 0.0) {
        return Err(sheet.error(format!("{value} is no pixel: a whole number from 0 to 255 is expected")));
    }
    let features = Features::Pixels { height, width, max: u8::MAX };
    Ok(Examples::new(inputs.mapv(|value| value as u8), labels, classes, features))
}

/// A table, taken apart.
struct Columns {
    /// Of the features.
    names: Vec<String>,
    /// Of shape (rows, features).
    inputs: Array2<f64>,
    /// The cells of the column of labels.
    labels: Vec<String>,
    remarks: Vec<String>,
}

/// What is known of a column when all rows have been seen.
struct Column {
    /// Its name in quotes, or its number.
    title: String,
    /// As --ignore takes it.
    name: String,
    /// Cells without a value, and cells that are no number.
    missing: usize,
    other: usize,
    /// The first of these, and what is wrong there, with the line.
    first: Option<(String, Error)>,
    /// The number of the first row, if all count on from there.
    counts_from: Option<f64>,
    /// Whether all are 0 or 1.
    is_binary: bool,
    /// Whether all cells are those of the label.
    is_label: bool,
}

/// Cells that programs write where there is no value.
const MISSING: [&str; 9] = ["", "NA", "N/A", "nan", "NaN", "null", "None", "?", "-"];
/// Of these, the ones that are no label: a class may be called "None".
const MISSING_LABELS: [&str; 6] = ["", "NA", "N/A", "nan", "NaN", "null"];

fn name_of(cell: &str) -> &str {
    cell.trim().trim_matches('\'')
}

/// Returns true if the `first` line of a table names the columns, and the column of labels. A text in the first line is
/// a name only if there is none in the `second`.
fn head(
    sheet: &Sheet,
    first: &StringRecord,
    second: Option<&StringRecord>,
    label: &Label,
) -> Result<(bool, usize), Error> {
    let is_number = |cell: &&str| cell.trim().parse::<f64>().is_ok() || number(cell.trim(), sheet.separator).is_ok();
    let counts = |cells: &[&str]| (0..).zip(cells).all(|(n, cell)| cell.trim() == n.to_string());
    let cells = Vec::from_iter(first.iter());
    let header_but_for = |label: Option<usize>| {
        let others =
            Vec::from_iter((0..).zip(&cells).filter(|(column, _)| Some(*column) != label).map(|(_, cell)| *cell));
        let unnamed = others.first().is_some_and(|cell| cell.trim().is_empty());
        let is_text = |cell: &str| !MISSING.contains(&cell.trim()) && !is_number(&cell);
        let mut columns = (0..cells.len()).filter(|column| Some(*column) != label);
        columns.any(|column| is_text(cells[column]) && !second.is_some_and(|second| is_text(&second[column])))
            || unnamed && counts(&others[1..])
            || others.len() > 2 && counts(&others)
    };
    let name = match label {
        Label::First => return Ok((header_but_for(Some(0)), 0)),
        Label::Last => return Ok((header_but_for(Some(cells.len() - 1)), cells.len() - 1)),
        Label::Named(name) => name.trim(),
    };
    let number = name.parse().ok().filter(|number| (1..=cells.len()).contains(number));
    let found = Vec::from_iter((0..cells.len()).filter(|&column| name_of(cells[column]) == name));
    match (found.as_slice(), number) {
        (&[column], None) => Ok((true, column)),
        // A number in the first line is a name only if the others are.
        (&[column], Some(number))
            if cells.len() > 2 && counts(&cells)
                || header_but_for(Some(column)) && header_but_for(Some(number - 1)) =>
        {
            Ok((true, column))
        }
        ([], None) => Err(sheet.error(format!("no column is called {name:?}: there are {}", names(first)))),
        ([_, _, ..], _) => Err(sheet.error(format!("{} columns are called {name:?}; name them apart", found.len()))),
        (_, Some(number)) => Ok((header_but_for(Some(number - 1)), number - 1)),
    }
}

fn read(sheet: &Sheet, options: &TableOptions) -> Result<Columns, Error> {
    let no_rows = || sheet.error("there are no examples in it");
    let mut rows = sheet.rows();
    let first = rows.next()?.ok_or_else(no_rows)?.clone();
    if first.len() < 2 {
        let problem = "one column only: a label and features are expected, and --separator says what is between them";
        return Err(sheet.error_in(&first, problem));
    }
    let (has_header, label) = head(sheet, &first, sheet.rows().nth(1)?.as_ref(), &options.label)?;
    let mut columns = Vec::from_iter(first.iter().enumerate().map(|(column, cell)| {
        let (number, cell) = ((column + 1).to_string(), name_of(cell));
        let is_named = has_header && !cell.is_empty();
        let title = if is_named { format!("column {cell:?}") } else { format!("column {number}") };
        let name = if is_named { cell.to_owned() } else { number };
        Column { title, name, missing: 0, other: 0, first: None, counts_from: None, is_binary: true, is_label: true }
    }));
    let mut ignored = vec![false; columns.len()];
    ignored[label] = true;
    for wanted in &options.ignore {
        let position = columns.iter().position(|column| column.name == *wanted);
        let number = wanted.parse::<usize>().ok().filter(|number| (1..=columns.len()).contains(number));
        let position = position.or(number.map(|number| number - 1));
        ignored[position.ok_or_else(|| sheet.error(format!("--ignore: no column is called {wanted:?}")))?] = true;
    }

    let mut count = 0;
    let mut judge = |row: &StringRecord| {
        for (index, (column, cell)) in columns.iter_mut().zip(row.iter()).enumerate() {
            let cell = cell.trim();
            let number = number(cell, sheet.separator);
            let is_missing = if index == label { MISSING_LABELS.contains(&cell) } else { MISSING.contains(&cell) };
            if let Err(problem) = &number
                && (is_missing || index != label)
            {
                column.missing += usize::from(is_missing);
                column.other += usize::from(!is_missing);
                column.first.get_or_insert_with(|| {
                    (cell.to_owned(), sheet.error_in(row, format!("{} {problem}", column.title)))
                });
            }
            let number = number.unwrap_or(f64::NAN);
            if count == 0 {
                column.counts_from = Some(number).filter(|number| [0.0, 1.0].contains(number));
            }
            column.counts_from = column.counts_from.filter(|start| number == start + f64::from(count));
            column.is_binary &= number == 0.0 || number == 1.0;
            column.is_label &= cell == row[label].trim();
        }
        count += 1;
    };
    if !has_header {
        judge(&first);
    }
    while let Some(row) = rows.next()? {
        judge(row);
    }
    if count == 0 {
        return Err(no_rows());
    }
    let mut remarks = Vec::new();
    let others = ignored.iter().filter(|ignored| !**ignored).count();
    let is_unnamed = has_header && name_of(&first[0]).is_empty();
    if !ignored[0] && others > 1 && (is_unnamed || count > 2 && columns[0].counts_from.is_some()) {
        ignored[0] = true;
        let what = if columns[0].counts_from.is_some() { "numbers the rows" } else { "has no name" };
        remarks.push(format!("{} {what}, and is left out", columns[0].title));
    }
    if has_header && first.iter().skip(1).any(|cell| cell.trim() == "1") {
        remarks.push("the first line is taken for the names of the columns".to_owned());
    }
    refuse(sheet, &mut columns, &ignored, label)?;

    let kept = Vec::from_iter((0..columns.len()).filter(|&column| !ignored[column]));
    if kept.is_empty() {
        return Err(sheet.error("no feature is left to learn from"));
    }
    let (mut inputs, mut labels) =
        (Vec::with_capacity(count as usize * kept.len()), Vec::with_capacity(count as usize));
    let mut one_hot = OneHot::around(label, &columns);
    let mut rows = sheet.rows();
    while let Some(row) = rows.next()? {
        if has_header && row.position().map(|place| place.byte()) == first.position().map(|place| place.byte()) {
            continue;
        }
        labels.push(name_of(&row[label]).to_owned());
        inputs.extend(kept.iter().map(|&column| number(row[column].trim(), sheet.separator).expect("it was judged")));
        one_hot.see(row);
    }
    if let Some((from, to)) = one_hot.found() {
        let problem = format!(
            "of the {} columns from {} to {}, one is 1 in each row and the others are 0: a label that is spread over \
             columns. Make one of them, in pandas by table.iloc[:, {from}:{}].idxmax(axis=1)",
            to - from + 1,
            columns[from].title.trim_start_matches("column "),
            columns[to].title.trim_start_matches("column "),
            to + 1
        );
        return Err(sheet.error(problem));
    }
    let inputs = Array2::from_shape_vec((labels.len(), kept.len()), inputs).expect("as many columns in each row");
    let names = kept.iter().map(|&column| columns[column].name.clone()).collect();
    Ok(Columns { names, inputs, labels, remarks })
}

/// Refuses a table with columns of which nothing can be learned, all of them at once.
fn refuse(sheet: &Sheet, columns: &mut [Column], ignored: &[bool], label: usize) -> Result<(), Error> {
    let missing = columns[label].missing;
    if missing > 0 {
        let problem = match columns[label].first.take() {
            Some((cell, error)) if missing == 1 && cell.is_empty() => return Err(error),
            _ => format!("the label, {}, is missing in {missing} rows: leave these out", columns[label].title),
        };
        return Err(sheet.error(problem));
    }
    if let Some(same) = (0..columns.len()).find(|&column| !ignored[column] && columns[column].is_label) {
        let Column { title, name, .. } = &columns[same];
        return Err(sheet.error(format!("{title} is the label once more; leave it out by --ignore {name}")));
    }
    let mut wrong =
        Vec::from_iter((0..columns.len()).filter(|&index| !ignored[index] && columns[index].first.is_some()));
    match wrong.as_slice() {
        [] => return Ok(()),
        &[one] if columns[one].missing + columns[one].other == 1 => {
            return Err(columns[one].first.take().expect("there is one").1);
        }
        _ => {}
    }
    let all = wrong.len();
    wrong.truncate(MOST_NAMED);
    let each = wrong.iter().map(|&column| {
        let Column { title, missing, other, first, .. } = &columns[column];
        let title = title.trim_start_matches("column ");
        let text = first.as_ref().map_or("", |(cell, _)| cell).chars().take(20).collect::<String>();
        match (missing, other) {
            (missing, 0) => format!("{title} (no value in {missing})"),
            (0, other) => format!("{title} (text in {other}, such as {text:?})"),
            (missing, other) => format!("{title} (text in {other}, no value in {missing})"),
        }
    });
    let each = each.collect::<Vec<_>>().join(", ");
    let names = wrong.iter().map(|&column| columns[column].name.as_str()).collect::<Vec<_>>().join(",");
    let more = if all > MOST_NAMED { format!(" and {} more", all - MOST_NAMED) } else { String::new() };
    let has_text = wrong.iter().any(|&column| columns[column].other > 0);
    let pandas = match has_text {
        true => "in pandas, get_dummies(table, columns=[...]) makes numbers of text",
        false => "in pandas, table.dropna() leaves out the rows without a value",
    };
    Err(sheet.error(format!(
        "{} something other than numbers: {each}{more}. Prepare the table ({pandas}), or leave columns out by \
         --ignore {names}",
        if all == 1 { "a column holds".to_owned() } else { format!("{all} columns hold") }
    )))
}

/// A search for a label that is spread over columns, of which one is 1 in each row: what neural networks want, and what
/// is no label here.
struct OneHot(Vec<(usize, usize)>);

impl OneHot {
    /// Looks at all runs of three columns or more that have the `label`, and nothing but 0 and 1.
    fn around(label: usize, columns: &[Column]) -> Self {
        const WIDEST: usize = 40;
        let binary = |column: &usize| columns[*column].is_binary;
        let from = (0..=label).rev().take(WIDEST).take_while(binary).last();
        let to = (label..columns.len()).take(WIDEST).take_while(binary).last();
        let (Some(from), Some(to)) = (from, to) else { return Self(Vec::new()) };
        Self((from..=label).flat_map(|from| (label.max(from + 2)..=to).map(move |to| (from, to))).collect())
    }

    fn see(&mut self, row: &StringRecord) {
        let is_one = |cell: &str| cell.trim().parse::<f64>() == Ok(1.0);
        self.0.retain(|&(from, to)| (from..=to).filter(|&column| is_one(&row[column])).count() == 1);
    }

    /// Returns the widest run that has one 1 in each row.
    fn found(&self) -> Option<(usize, usize)> {
        self.0.iter().copied().max_by_key(|(from, to)| to - from)
    }
}

/// Returns the indices of `labels` among the classes; or the first that is none of them.
fn known<'a>(classes: &[String], labels: &'a [String]) -> Result<Vec<usize>, &'a String> {
    let same = |class: &str, label: &str| class == label || class.parse::<f64>().is_ok_and(|n| label.parse() == Ok(n));
    labels.iter().map(|label| classes.iter().position(|class| same(class, label)).ok_or(label)).collect()
}

fn list(names: &[String]) -> String {
    let more = if names.len() > MOST_NAMED { format!(", ... ({} in all)", names.len()) } else { String::new() };
    names.iter().take(MOST_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ") + &more
}

/// The number that a cell holds, in quotes or not, or what is wrong with it.
fn number(cell: &str, separator: Separator) -> Result<f64, String> {
    let cell = name_of(cell);
    let parsed = match separator.leaves_commas() && !cell.contains('.') {
        true => cell.replacen(',', ".", 1).parse::<f64>(),
        false => cell.parse::<f64>(),
    };
    match parsed {
        _ if cell.is_empty() => Err("is empty".to_owned()),
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
    let mut names: Vec<_> = header.iter().take(MOST_NAMED).map(|name| format!("{:?}", name_of(name))).collect();
    if header.len() > MOST_NAMED {
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
            let is_whole = numbers.iter().all(|number| number.fract() == 0.0);
            let (classes, indices) = index(labels, numbers.into_iter().map(key))?;
            if !is_whole && classes.len() > QUANTITY {
                return Err(format!(
                    "the label has {} distinct values, such as {}: that is a quantity, and classes are expected",
                    classes.len(),
                    classes[classes.len() / 2]
                ));
            }
            Ok((classes, indices))
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
        2..=MOST_CLASSES if 2 * classes.len() <= labels.len() || classes.len() <= QUANTITY => {}
        count if count <= MOST_CLASSES => {
            return Err(format!("{count} distinct labels in {} rows: is it the right column?", labels.len()));
        }
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
        wanted(text, &TableOptions::new(label.clone()))
    }

    fn wanted(text: &str, options: &TableOptions) -> Result<Columns, String> {
        let sheet = Sheet::new(Path::new("my.csv"), text.as_bytes().to_vec(), options.separator);
        sheet.and_then(|sheet| read(&sheet, options)).map_err(|error| error.to_string())
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
            ("0,1,2\n1,a,2\n3,b,4\n", "1"),
            ("1,a,2\n3,b,4\n", "2"),
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
            "width;height;class\n1;-2,5;a\n3e-2;4;b\n",
            "1\t-2.5\ta\n3e-2\t4\tb\n",
            "1|-2.5|a\n3e-2|4|b\n",
            "  1   -2.5 a\n3e-2 4   b\n",
            "sep=;\r\n1;-2.5;a\r\n3e-2;4;b\r\n",
            ",'width',height,class\n0,1,-2.5,a\n1,3e-2,4,b\n",
            "\"\",\"0\",\"1\",class\n0,1,-2.5,a\n1,3e-2,4,b\n",
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
                "1\n2\n",
                "last",
                "my.csv: line 1: one column only: a label and features are expected, and --separator says what is \
                 between them",
            ),
            (
                "1,2,a\n3,4,\"b\n5,6,a\n",
                "last",
                "my.csv: line 2: \"b\" goes on in the next line: is a quote not closed?",
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
    fn columns_that_cannot_be_learned_from_are_refused_together() {
        for (text, label, parts) in [
            (
                "x,sex,age,y\n1,male,,a\n2,female,3,b\n3,male,NA,a\n",
                "y",
                &["2 columns", "\"sex\" (text in 3, such as \"male\")", "\"age\" (no value in 2)", "--ignore sex,age"]
                    [..],
            ),
            ("x,y\n1,a\n2,\n3,NA\n", "y", &["column \"y\"", "missing in 2 rows"]),
            ("x,y,y\n1,2,a\n2,3,b\n", "y", &["2 columns are called \"y\""]),
            ("x,same,y\n1,a,a\n2,b,b\n", "y", &["column \"same\" is the label once more", "--ignore same"]),
            ("x,a,b,c\n5,1,0,0\n6,0,1,0\n7,0,0,1\n", "last", &["3 columns from \"a\" to \"c\"", "iloc[:, 1:4]"]),
            ("x,a,b,c\n5,1,0,0\n6,0,1,0\n7,0,0,1\n", "b", &["spread over columns"]),
        ] {
            let problem = problem(text, label);
            assert!(parts.iter().all(|part| problem.contains(part)), "{problem}");
        }
    }

    #[test]
    fn row_numbers_and_columns_that_are_to_be_ignored_are_left_out() {
        for text in ["n,x,y\n1,7,a\n2,5,b\n3,6,a\n", "0,7,a\n1,5,b\n2,6,a\n", ",x,y\nAnn,7,a\nBob,5,b\nCy,6,a\n"] {
            let columns = columns(text, &Label::Last).unwrap();
            assert_eq!(columns.inputs, array![[7.0], [5.0], [6.0]], "{text}");
            assert_eq!(columns.remarks.len(), 1, "{:?}", columns.remarks);
        }
        let mut options = TableOptions::new(Label::Last);
        options.ignore = vec!["name".to_owned(), "3".to_owned()];
        let columns = wanted("x,name,z,y\n7,Ann,1,a\n5,Bob,2,b\n", &options).unwrap();
        assert_eq!((columns.inputs, columns.names), (array![[7.0], [5.0]], vec!["x".to_owned()]));
        let columns = wanted("7,Ann,a\n5,Bob,b\n", &TableOptions { ignore: vec!["2".to_owned()], ..options.clone() });
        assert_eq!(columns.unwrap().inputs, array![[7.0], [5.0]], "no header");
        options.ignore = vec!["size".to_owned()];
        assert!(wanted("x,y\n7,a\n5,b\n", &options).err().unwrap().contains("--ignore: no column is called \"size\""));
    }

    #[test]
    fn images_and_test_sets_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let [train, test] = ["train.csv", "test.csv"].map(|name| folder.path().join(name));
        fs::write(&train, "label,p0,p1,p2,p3\n3,0,255,7,9\n5,1,2,3,4\n").unwrap();
        fs::write(&test, "label,p0,p1,p2,p3\n5.0,9,9,9,9\n").unwrap();
        let mut options = TableOptions { pixels: Some((2, 2)), ..TableOptions::new(Label::First) };
        options.test = Test::File(test.clone());
        let Table { dataset, columns, .. } = table(&train, &options, 1).unwrap();
        assert_eq!(dataset.train.features, Features::Pixels { height: 2, width: 2, max: 255 });
        assert_eq!((dataset.train.labels, dataset.test.labels), (vec![0, 1], vec![1]));
        assert_eq!(columns, ["p0", "p1", "p2", "p3"]);
        let error = |options: &TableOptions| table(&train, options, 1).unwrap_err().to_string();
        fs::write(&test, "label,p0,p1,p3,p2\n5,9,9,9,9\n").unwrap();
        assert!(error(&options).contains("p0, p1, p3, p2, and those to learn from p0, p1, p2, p3"));
        fs::write(&test, "label,p0,p1,p2,p3\n4,9,9,9,9\n").unwrap();
        assert!(error(&options).contains("the label \"4\" is none of those to learn from: 3, 5"));
        options.pixels = Some((2, 3));
        assert!(error(&options).contains("4 columns are no images of 2x3 pixels"));
    }

    #[test]
    fn tables_in_other_wrappings() {
        use std::io::Write;

        let text = "x,y\n7,a\n5,b\n";
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(text.as_bytes()).unwrap();
        let utf16 = [0xfeff_u16].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table");
        for bytes in [gzip.finish().unwrap(), utf16] {
            fs::write(&path, bytes).unwrap();
            let sheet = Sheet::read(&path, None).unwrap();
            let columns = read(&sheet, &TableOptions::new(Label::Last)).unwrap();
            assert_eq!((columns.inputs, columns.labels), (array![[7.0], [5.0]], vec!["a".to_owned(), "b".to_owned()]));
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
        let lengths: Vec<String> = (0..22).map(|i| (f64::from(i / 2) + 0.5).to_string()).collect();
        assert!(super::classify(&lengths).unwrap_err().contains("11 distinct values, such as 5.5: that is a quantity"));
        let ids: Vec<String> = (0..30).map(|i| i.to_string()).collect();
        assert!(super::classify(&ids).unwrap_err().contains("30 distinct labels in 30 rows"));
    }

    #[test]
    fn whole_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("flowers.csv");
        let rows = (0..40).map(|i| format!("{i},{}\n", ["rose", "tulip"][i % 2])).collect::<String>();
        fs::write(&path, rows).unwrap();
        let dataset = table(&path, &TableOptions::new(Label::Last), 1).unwrap().dataset;
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
            let options = TableOptions { test: Test::Fraction(fraction), ..TableOptions::new(Label::Last) };
            let error = table(&path, &options, 1).unwrap_err();
            assert!(matches!(error, Error::TestFraction(_)), "{error}");
        }
        let error = |path: &Path| table(path, &TableOptions::new(Label::Last), 1).unwrap_err().to_string();
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
            let comma = "comma".parse().unwrap();
            let sheet = Sheet::new(Path::new(""), text.into_bytes(), Some(comma)).unwrap();
            let mut rows_read = sheet.rows();
            let mut numbers = Vec::new();
            let mut labels = Vec::new();
            while let Some(row) = rows_read.next().unwrap() {
                numbers.push([0, 2, 3].map(|column| number(&row[column], comma).unwrap()));
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
