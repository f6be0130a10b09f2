//! The table of results in the README, between two marks.

use std::{fs, path::Path};

use serde::Deserialize;

use crate::{
    error::{Error, read},
    record::{Record, Summary},
    steps::{DataSet, STEPS, Task, tasks},
};

/// The file with the table, in the folder of the workspace.
pub const README: &str = "README.md";
const BEGIN: &str = "<!-- results -->";
const END: &str = "<!-- /results -->";
const HEADER: &str = "\
| crate | the one idea | the tutorial's section | digits: mean ± deviation (least – most) | MNIST: mean ± deviation \
| the tutorial claims |
|---|---|---|---|---|---|
";

/// Write the table into the README, where its marks are.
pub fn write(root: &Path) -> Result<(), Error> {
    let path = root.join(README);
    let old = read(&path)?;
    let new = replace(&old, &table(root)?).map_err(|problem| Error::content(Path::new(README), problem))?;
    if new != old {
        fs::write(&path, new).map_err(Error::file(&path, "written"))?;
    }
    Ok(())
}

/// The table as the records have it, with a dash where there is none that can be read.
pub fn table(root: &Path) -> Result<String, Error> {
    let mut table = HEADER.to_owned();
    for step in &STEPS {
        let (mut usual, mut variants) = (Vec::new(), Vec::new());
        for task in tasks().into_iter().filter(|task| task.step.name == step.name) {
            let cell = Record::load(root, &task)
                .ok()
                .flatten()
                .map_or("–".to_owned(), |record| spread(&record.test_accuracy, task.data));
            if task.variant.is_none() { usual.push(cell) } else { variants.push((task, cell)) }
        }
        let idea = description(root, step.name)?;
        table += &format!(
            "| [`{0}`](crates/{0}) ([chapter](book/src/{0}.md)) | {idea} | {1} | {2} | {3} |\n",
            step.name,
            step.about.section,
            usual.join(" | "),
            step.about.claim
        );
        for (task, cell) in variants {
            table += &variant_row(&task, &cell);
        }
    }
    Ok(table)
}

/// The row of a variant: how it is called, and its result.
fn variant_row(task: &Task, cell: &str) -> String {
    let cells = match task.data {
        DataSet::Digits => format!("{cell} | |"),
        DataSet::Mnist => format!("| {cell} |"),
    };
    format!("| … with `{}` | | | {cells} |\n", task.changes())
}

/// What came of the runs, in per cent: of the digits also the range, since one seed's test set of 450 differs from the
/// next one's.
pub fn spread(summary: &Summary, data: DataSet) -> String {
    let places = data.places();
    let percent = |fraction: f64| format!("{:.places$}", 100.0 * fraction);
    let Summary { mean, deviation, min, max } = summary;
    let deviation = deviation.map_or("?".to_owned(), percent);
    let range = match data {
        DataSet::Digits => format!(" ({} – {})", percent(*min), percent(*max)),
        DataSet::Mnist => String::new(),
    };
    format!("{} ± {deviation}{range} %", percent(*mean))
}

/// What the manifest of a crate says of it, without the full stop.
fn description(root: &Path, name: &str) -> Result<String, Error> {
    #[derive(Deserialize)]
    struct Manifest {
        package: Package,
    }
    #[derive(Deserialize)]
    struct Package {
        description: String,
    }
    let path = root.join("crates").join(name).join("Cargo.toml");
    let manifest: Manifest = toml::from_str(&read(&path)?).map_err(|error| Error::content(&path, error.message()))?;
    Ok(manifest.package.description.trim_end_matches('.').to_owned())
}

/// `readme` with `table` between the marks.
fn replace(readme: &str, table: &str) -> Result<String, String> {
    let (before, _, after) = split(readme)?;
    Ok(format!("{before}{table}{after}"))
}

/// The line of `readme`, from 1, where what is between the marks is first other than `table`.
///
/// # Errors
///
/// If a mark is missing.
pub fn first_difference(readme: &str, table: &str) -> Result<Option<usize>, String> {
    let (before, old, _) = split(readme)?;
    let (mut old, mut new) = (old.lines(), table.lines());
    let mut line = before.lines().count();
    loop {
        line += 1;
        match (old.next(), new.next()) {
            (None, None) => return Ok(None),
            (old, new) if old != new => return Ok(Some(line)),
            _ => {}
        }
    }
}

/// What is before, between and after the lines of the marks; these are in the first and the last part.
fn split(readme: &str) -> Result<(&str, &str, &str), String> {
    let missing = |mark| format!("there is no line `{mark}`; add it where the table of results begins or ends");
    let begin = format!("{BEGIN}\n");
    let start = readme.find(&begin).ok_or_else(|| missing(BEGIN))? + begin.len();
    let length = readme[start..].find(END).ok_or_else(|| missing(END))?;
    Ok((&readme[..start], &readme[start..start + length], &readme[start + length..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const README: &str = "# Title\n\n<!-- results -->\n| a |\n| b |\n<!-- /results -->\n\nText.\n";

    #[test]
    fn the_table_is_replaced_and_nothing_else() {
        let new = "# Title\n\n<!-- results -->\n| c |\n<!-- /results -->\n\nText.\n";
        assert_eq!(replace(README, "| c |\n").unwrap(), new);
        assert_eq!(replace(new, "| a |\n| b |\n").unwrap(), README);
    }

    #[test]
    fn a_table_that_differs_is_found() {
        assert_eq!(first_difference(README, "| a |\n| b |\n"), Ok(None));
        assert_eq!(first_difference(README, "| a |\n| c |\n"), Ok(Some(5)));
        assert_eq!(first_difference(README, "| a |\n"), Ok(Some(5)));
        assert_eq!(first_difference(README, "| a |\n| b |\n| c |\n"), Ok(Some(6)));
    }

    #[test]
    fn missing_marks_are_named() {
        assert!(replace("Text.\n", "").unwrap_err().contains("`<!-- results -->`"));
        assert!(replace("<!-- results -->\n", "").unwrap_err().contains("`<!-- /results -->`"));
    }

    #[test]
    fn a_cell_tells_the_spread() {
        let summary = Summary { mean: 0.97311, deviation: Some(0.00514), min: 0.9622, max: 0.98 };
        assert_eq!(spread(&summary, DataSet::Digits), "97.3 ± 0.5 (96.2 – 98.0) %");
        assert_eq!(spread(&summary, DataSet::Mnist), "97.31 ± 0.51 %");
    }

    #[test]
    fn every_row_has_the_columns_of_the_header() {
        let table = table(&crate::root()).unwrap();
        let columns = |line: &str| line.matches('|').count();
        assert!(table.lines().all(|line| columns(line) == columns(HEADER.lines().next().unwrap())), "{table}");
        assert_eq!(table.lines().count(), 2 + tasks().len() - STEPS.len());
        assert!(table.contains("| [`naive-loops`](crates/naive-loops) ([chapter](book/src/naive-loops.md)) | A network is loops over neurons |"), "{table}");
        assert!(table.contains("| … with `--hidden 300 --iterations 20` |"), "{table}");
    }
}
