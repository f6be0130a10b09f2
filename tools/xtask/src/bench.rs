//! What the checks and the README know of the record of the benchmark: its tables, which the runs were put into when
//! they were recorded.

use std::{collections::BTreeMap, fs, path::Path};

use records::{Cell, Findings, Row, STEPS};
use serde::Deserialize;

use crate::{
    error::{Error, read},
    finding::{Finding, line_of},
    fingerprint::of_bench,
};

/// The record, from the folder of the workspace.
pub const RECORD: &str = "book/results/bench.json";
/// What makes it.
pub const COMMAND: &str = "cargo xtask bench";

/// The record without its runs.
#[derive(Debug, Deserialize)]
pub struct Bench {
    /// That of the code.
    fingerprint: String,
    /// What the book and the README show.
    tables: BTreeMap<String, Findings>,
}

/// Returns the record of the workspace at `root`, if there is one.
///
/// # Errors
///
/// If it cannot be read or understood.
pub fn load(root: &Path) -> Result<Option<Bench>, Error> {
    let path = root.join(RECORD);
    if !path.exists() {
        return Ok(None);
    }
    let parse = |text: String| serde_json::from_str(&text).map_err(|error| Error::content(Path::new(RECORD), error));
    read(&path).and_then(parse).map(Some)
}

/// Returns the mean test accuracies that the record tells.
pub fn accuracies(bench: &Bench) -> impl Iterator<Item = f64> {
    bench.tables.values().flat_map(|table| &table.rows).filter_map(|row| mean(row, "accuracy"))
}

/// What does not agree: a record that is missing, stale or spoilt.
///
/// # Errors
///
/// If a file cannot be read.
pub fn check(root: &Path) -> Result<Vec<Finding>, Error> {
    let find = |field: &str, problem: &str| {
        let text = fs::read_to_string(root.join(RECORD)).unwrap_or_default();
        vec![Finding {
            path: RECORD.into(),
            line: line_of(&text, &format!("\"{field}\"")),
            problem: problem.to_owned(),
            repair: format!("run `{COMMAND}` on a machine that does nothing else"),
        }]
    };
    Ok(match load(root) {
        Ok(None) => find("command", "the record is missing"),
        Ok(Some(record)) if record.fingerprint != of_bench(root)? => {
            find("fingerprint", "the record is older than the code that it describes")
        }
        Ok(Some(_)) => Vec::new(),
        Err(Error::Content { problem, .. }) => find("command", &problem),
        Err(error) => return Err(error),
    })
}

/// Returns the README's tables.
pub fn markdown(bench: &Bench) -> String {
    let rows = |table: &str| bench.tables.get(table).map_or(&[][..], |table| &table.rows);
    let mut text = "| MNIST, 784-100-10, one core | an iteration | times `vectorized` |\n|---|---|---|\n".to_owned();
    for row in rows("steps") {
        text += &format!("| {} | {} | {} |\n", code(&row.label), seconds(row, "seconds"), digits(row, "ratio"));
    }
    text += "\n| MNIST, 784-300-10, batches of 128 | an iteration | times ours | test accuracy after three \
             | trained to 97 % |\n|---|---|---|---|---|\n";
    for row in rows("same-work") {
        text += &format!(
            "| {} | {} | {} | {} | {} |\n",
            code(&row.label),
            seconds(row, "seconds"),
            digits(row, "ratio"),
            mean(row, "accuracy").map_or(NOTHING.to_owned(), |accuracy| format!("{:.2} %", 100.0 * accuracy)),
            seconds(row, "to-97"),
        );
    }
    text
}

/// What stands in a cell without a number.
const NOTHING: &str = "–";

/// Returns the `label` of a row, with the name that it begins with as code if that is the name of a step.
fn code(label: &str) -> String {
    let name = label.split(',').next().unwrap_or(label);
    if STEPS.iter().any(|step| step.name == name) {
        label.replacen(name, &format!("`{name}`"), 1)
    } else {
        label.to_owned()
    }
}

fn seconds(row: &Row, column: &str) -> String {
    let digits = digits(row, column);
    if digits == NOTHING { digits } else { digits + " s" }
}

/// Returns the number in a cell with two or three digits that count, as in 0.42, 13.1 or 3,449.
fn digits(row: &Row, column: &str) -> String {
    let Some(Cell::Number(number)) = row.cells.get(column) else { return NOTHING.to_owned() };
    match *number {
        number @ 1000.0.. => format!("{:.0},{:03.0}", (number / 1000.0).floor(), number % 1000.0),
        number @ 100.0.. => format!("{number:.0}"),
        number @ 10.0.. => format!("{number:.1}"),
        number => format!("{number:.2}"),
    }
}

fn mean(row: &Row, column: &str) -> Option<f64> {
    match row.cells.get(column)? {
        Cell::Summary(summary) => Some(summary.mean),
        Cell::Number(_) | Cell::Text(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use records::Column;

    use super::*;

    #[test]
    fn the_readme_has_the_tables_of_the_record() {
        let mut steps = Findings::new("S", [Column::number("ratio", "", 2), Column::seconds("seconds", "", 2)]);
        let cells = |ratio: f64, seconds: f64| [("ratio", Cell::from(ratio)), ("seconds", Cell::from(seconds))];
        steps.row("loops", "Python: loops over numpy arrays", cells(1724.5, 3449.0));
        steps.row("vectorized", "vectorized", cells(1.0, 2.0));
        let mut same = Findings::new("T", ["ratio", "seconds", "to-97"].map(|key| Column::seconds(key, "", 2)));
        same.columns.push(Column::percent("accuracy", "", 2));
        let mut all = Vec::from(cells(13.14, 0.4249));
        all.extend([("accuracy", Cell::from([0.978, 0.98].as_slice())), ("to-97", 718.4.into())]);
        same.row("parallel-2", "parallel, 2 threads", all);
        let tables = BTreeMap::from([("steps".to_owned(), steps), ("same-work".to_owned(), same)]);
        let bench = Bench { fingerprint: String::new(), tables };

        let text = markdown(&bench);
        for row in [
            "| Python: loops over numpy arrays | 3,449 s | 1,724 |",
            "| `vectorized` | 2.00 s | 1.00 |",
            "| `parallel`, 2 threads | 0.42 s | 13.1 | 97.90 % | 718 s |",
        ] {
            assert!(text.lines().any(|line| line == row), "{row} in\n{text}");
        }
        assert_eq!(accuracies(&bench).collect::<Vec<_>>(), [0.979]);
    }
}
