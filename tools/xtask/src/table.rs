//! The tables in the README, each between two marks.

use std::{fs, path::Path};

use records::STEPS;
use serde::Deserialize;

use crate::{
    bench,
    error::{Error, read},
    pending, record,
    tasks::{DataSet, Task, tasks},
};

/// The file with the table, in the folder of the workspace.
pub const README: &str = "README.md";
const HEADER: &str = "\
| crate | the one idea | the tutorial's section | digits: mean ± deviation (least – most) | MNIST: mean ± deviation \
| to compare with |
|---|---|---|---|---|---|
";

/// What stands above tables with numbers of records that are being made anew.
const OLD_RESULTS: &str = "\
Numbers marked * come from the code before the last change of the lessons, and are being measured anew.

";
const OLD_TIMES: &str = "\
All times and accuracies here come from the code before the last change of the lessons, and are being measured anew.

";

/// A table, or several: what is between `<!-- name -->` and `<!-- /name -->`.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// The name in its marks.
    pub name: &'static str,
    /// What should be there.
    pub text: fn(&Path) -> Result<String, Error>,
}

/// All that the README is given.
pub const BLOCKS: [Block; 2] = [Block { name: "results", text: table }, Block { name: "bench", text: times }];

/// Write the tables into the README, where their marks are.
pub fn write(root: &Path) -> Result<(), Error> {
    let path = root.join(README);
    let old = read(&path)?;
    let mut new = old.clone();
    for Block { name, text } in BLOCKS {
        new = replace(&new, name, &text(root)?).map_err(|problem| Error::content(Path::new(README), problem))?;
    }
    if new != old {
        fs::write(&path, new).map_err(Error::file(&path, "written"))?;
    }
    Ok(())
}

/// The tables of times, with nothing in them if they have not been measured.
fn times(root: &Path) -> Result<String, Error> {
    let old = pending::line(&pending::load(root)?, Path::new(bench::RECORD)).is_some();
    let tables = bench::load(root)?.as_ref().map(bench::markdown).unwrap_or_default();
    Ok(if old { OLD_TIMES.to_owned() + &tables } else { tables })
}

/// The table of results as the records have it, with a dash where there is none that can be read, and a mark where it
/// is being made anew.
pub fn table(root: &Path) -> Result<String, Error> {
    let (list, mut table) = (pending::load(root)?, HEADER.to_owned());
    let is_old = |task: &Task| pending::line(&list, &task.path()).is_some();
    if tasks().iter().any(is_old) {
        table.insert_str(0, OLD_RESULTS);
    }
    for step in &STEPS {
        let (mut usual, mut variants) = (Vec::new(), Vec::new());
        for task in tasks().into_iter().filter(|task| task.step.name == step.name) {
            let cell = record::load(root, &task)
                .ok()
                .flatten()
                .map_or("–".to_owned(), |record| record.test_accuracy.spread(task.data.name()));
            let cell = cell + if is_old(&task) { " *" } else { "" };
            if task.variant.is_none() { usual.push(cell) } else { variants.push((task, cell)) }
        }
        let idea = description(root, step.name)?;
        table += &format!(
            "| [`{0}`](crates/{0}) ([chapter](book/src/{0}.md)) | {idea} | {1} | {2} | {3} |\n",
            step.name,
            step.section,
            usual.join(" | "),
            step.claim
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

/// `readme` with `table` between the marks of this `name`.
fn replace(readme: &str, name: &str, table: &str) -> Result<String, String> {
    let (before, _, after) = split(readme, name)?;
    Ok(format!("{before}{table}{after}"))
}

/// The line of `readme`, from 1, where what is between the marks of this `name` is first other than
/// `table`.
///
/// # Errors
///
/// If a mark is missing.
pub fn first_difference(readme: &str, name: &str, table: &str) -> Result<Option<usize>, String> {
    let (before, old, _) = split(readme, name)?;
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
fn split<'a>(readme: &'a str, name: &str) -> Result<(&'a str, &'a str, &'a str), String> {
    let missing = |mark: &str| format!("there is no line `{mark}`; add it where the table begins or ends");
    let (begin, end) = (format!("<!-- {name} -->"), format!("<!-- /{name} -->"));
    let line = format!("{begin}\n");
    let start = readme.find(&line).ok_or_else(|| missing(&begin))? + line.len();
    let length = readme[start..].find(&end).ok_or_else(|| missing(&end))?;
    Ok((&readme[..start], &readme[start..start + length], &readme[start + length..]))
}

#[cfg(test)]
mod tests {
    use records::{Pending, Record, Summary};

    use super::*;
    use crate::{layout::save, workspace::tests::write as write_file};

    const README: &str = "# Title\n\n<!-- results -->\n| a |\n| b |\n<!-- /results -->\n\nText.\n";

    #[test]
    fn the_table_is_replaced_and_nothing_else() {
        let new = "# Title\n\n<!-- results -->\n| c |\n<!-- /results -->\n\nText.\n";
        assert_eq!(replace(README, "results", "| c |\n").unwrap(), new);
        assert_eq!(replace(new, "results", "| a |\n| b |\n").unwrap(), README);
    }

    #[test]
    fn a_table_that_differs_is_found() {
        assert_eq!(first_difference(README, "results", "| a |\n| b |\n"), Ok(None));
        assert_eq!(first_difference(README, "results", "| a |\n| c |\n"), Ok(Some(5)));
        assert_eq!(first_difference(README, "results", "| a |\n"), Ok(Some(5)));
        assert_eq!(first_difference(README, "results", "| a |\n| b |\n| c |\n"), Ok(Some(6)));
    }

    #[test]
    fn missing_marks_are_named() {
        assert!(replace("Text.\n", "results", "").unwrap_err().contains("`<!-- results -->`"));
        assert!(replace("<!-- results -->\n", "results", "").unwrap_err().contains("`<!-- /results -->`"));
    }

    /// A workspace that describes every step, and has a record of the first task.
    fn workspace() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for step in &STEPS {
            let manifest = format!("[package]\ndescription = \"The idea of {}.\"\n", step.name);
            write_file(folder.path(), &format!("crates/{}/Cargo.toml", step.name), &manifest);
        }
        let mut record = Record::new(record::subject(&crate::root(), &tasks()[0]).unwrap());
        record.test_accuracy = Summary { mean: 0.75, deviation: None, min: 0.75, max: 0.75, seeds: None };
        save(&record, &folder.path().join(tasks()[0].path())).unwrap();
        folder
    }

    #[test]
    fn every_row_has_the_columns_of_the_header() {
        let table = table(workspace().path()).unwrap();
        let columns = |line: &str| line.matches('|').count();
        assert!(table.lines().all(|line| columns(line) == columns(HEADER.lines().next().unwrap())), "{table}");
        assert_eq!(table.lines().count(), 2 + tasks().len() - STEPS.len());
        let row = "| [`naive-loops`](crates/naive-loops) ([chapter](book/src/naive-loops.md)) \
            | The idea of naive-loops | Neural network with numpy | 75.0 (75.0 – 75.0) % | – |";
        assert!(table.contains(row), "{table}");
        assert!(table.contains("| … with `--hidden 300 --iterations 20` |"), "{table}");
    }

    #[test]
    fn numbers_that_are_measured_anew_are_marked() {
        let folder = workspace();
        let unmarked = table(folder.path()).unwrap();
        write_file(folder.path(), Pending::PATH, "digits/naive-loops.json\nmnist/regularized-hidden-300.json\n");
        let marked = table(folder.path()).unwrap();
        let (sentence, rows) = marked.split_once("\n\n").unwrap();
        assert!(sentence.starts_with("Numbers marked * come from the code before"), "{sentence}");
        assert!(rows.contains("| 75.0 (75.0 – 75.0) % * | – |"), "{rows}");
        assert!(rows.contains("| … with `--hidden 300 --iterations 20` | | | | – * | |"), "{rows}");
        assert_eq!(rows.replace(" * |", " |"), unmarked);
        assert!(!times(folder.path()).unwrap().contains("anew"));
        write_file(folder.path(), Pending::PATH, "bench.json\n");
        assert_eq!(table(folder.path()).unwrap(), unmarked);
        assert!(times(folder.path()).unwrap().contains("being measured anew.\n\n"));
    }
}
