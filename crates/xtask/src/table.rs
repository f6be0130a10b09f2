//! The tables in the README, each between two marks.

use std::{fs, path::Path};

use serde::Deserialize;

use crate::{
    bench,
    error::{Error, read},
    record::Record,
    steps::{DataSet, STEPS, Task, tasks},
};

/// The file with the table, in the folder of the workspace.
pub const README: &str = "README.md";
const HEADER: &str = "\
| crate | the one idea | the tutorial's section | digits: mean ± deviation (least – most) | MNIST: mean ± deviation \
| the tutorial claims |
|---|---|---|---|---|---|
";

/// A table, or several: what is between `<!-- name -->` and `<!-- /name -->`.
#[derive(Clone, Copy, Debug)]
pub struct Block {
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
    Ok(bench::Record::load(root)?.unwrap_or_default().markdown())
}

/// The table of results as the records have it, with a dash where there is none that can be read.
pub fn table(root: &Path) -> Result<String, Error> {
    let mut table = HEADER.to_owned();
    for step in &STEPS {
        let (mut usual, mut variants) = (Vec::new(), Vec::new());
        for task in tasks().into_iter().filter(|task| task.step.name == step.name) {
            let cell = Record::load(root, &task)
                .ok()
                .flatten()
                .map_or("–".to_owned(), |record| record.test_accuracy.spread(task.data.name()));
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
    use super::*;

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
