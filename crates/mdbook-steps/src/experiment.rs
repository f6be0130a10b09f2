//! Experiments: what `cargo xtask experiments` measured, as tables, curves and single numbers.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

use crate::{
    Outcome,
    chart::{Chart, Point, Series, draw},
    html::{block, escape, table as html_table},
    meant,
    record::{Summary, load},
};

/// The record of an experiment.
#[derive(Deserialize)]
struct Experiment {
    title: String,
    command: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    #[serde(default)]
    charts: Vec<Curves>,
}

#[derive(Deserialize)]
struct Column {
    key: String,
    label: String,
    unit: Unit,
    #[serde(default)]
    decimals: usize,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Unit {
    /// A fraction, shown in per cent.
    Percent,
    Number,
    Seconds,
    Text,
}

#[derive(Deserialize)]
struct Row {
    key: String,
    label: String,
    cells: BTreeMap<String, Cell>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Cell {
    Summary(Summary),
    Number(f64),
    Text(String),
}

#[derive(Deserialize)]
struct Curves {
    title: String,
    x: String,
    y: String,
    series: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    label: String,
    /// Of x and y, and the ends of the band if there is one.
    points: Vec<Vec<f64>>,
}

/// The table of an experiment, and the command that makes it.
pub fn table(root: &Path, name: &str) -> Outcome {
    let experiment = read(root, name)?;
    let mut header = vec![String::new()];
    header.extend(experiment.columns.iter().map(|column| escape(&column.label)));
    let mut rows = Vec::new();
    for row in &experiment.rows {
        let cell =
            |column: &Column| row.cells.get(&column.key).map_or("–".to_owned(), |cell| escape(&show(cell, column)));
        rows.push([escape(&row.label)].into_iter().chain(experiment.columns.iter().map(cell)).collect());
    }
    let caption =
        format!("<p class=\"caption\">{}. <code>{}</code></p>", escape(&experiment.title), escape(&experiment.command));
    Ok(block(&(html_table(&header, &rows) + &caption)))
}

/// The curves of an experiment.
pub fn charts(root: &Path, name: &str) -> Outcome {
    let experiment = read(root, name)?;
    if experiment.charts.is_empty() {
        return Err(format!("the experiment {name} has no charts"));
    }
    let mut all = String::new();
    for Curves { title, x, y, series } in experiment.charts {
        let mut lines = Vec::new();
        for Line { label, points } in series {
            let point = |point: &Vec<f64>| match point[..] {
                [x, y] => Ok(Point { x, y, band: None }),
                [x, y, low, high] => Ok(Point { x, y, band: Some((low, high)) }),
                _ => Err(format!("a point of {label} in {name} has {} numbers, and not 2 or 4", point.len())),
            };
            let points = points.iter().map(point).collect::<Result<_, _>>()?;
            lines.push(Series { label, points });
        }
        all += &draw(&Chart { title, x, y, series: lines }, &experiment.command)?;
    }
    Ok(all)
}

/// The number in a row and a column.
pub fn value(root: &Path, name: &str, place: &[&str]) -> Outcome {
    let experiment = read(root, name)?;
    let &[row, column] = place else { return Err(format!("`value experiments/{name}` needs a row and a column")) };
    let no_row =
        || format!("{name} has no row {row}: {}", meant(row, experiment.rows.iter().map(|row| row.key.as_str())));
    let no_column = || {
        format!(
            "{name} has no column {column}: {}",
            meant(column, experiment.columns.iter().map(|column| column.key.as_str()))
        )
    };
    let row = experiment.rows.iter().find(|other| other.key == row).ok_or_else(no_row)?;
    let column = experiment.columns.iter().find(|other| other.key == column).ok_or_else(no_column)?;
    let empty = || format!("{name} has nothing in row {} and column {}", row.key, column.key);
    Ok(show(row.cells.get(&column.key).ok_or_else(empty)?, column))
}

fn read(root: &Path, name: &str) -> Result<Experiment, String> {
    load(root, &format!("experiments/{name}"))
}

fn show(cell: &Cell, column: &Column) -> String {
    let number = |number: f64| match column.unit {
        Unit::Percent => format!("{:.*}", column.decimals, 100.0 * number),
        _ => format!("{number:.*}", column.decimals),
    };
    let unit = match column.unit {
        Unit::Percent => " %",
        Unit::Seconds => " s",
        Unit::Number | Unit::Text => "",
    };
    let text = match cell {
        Cell::Text(text) => return text.clone(),
        Cell::Number(value) => number(*value),
        Cell::Summary(Summary { mean, deviation: Some(deviation), .. }) => {
            format!("{} ± {}", number(*mean), number(*deviation))
        }
        Cell::Summary(Summary { mean, .. }) => number(*mean),
    };
    text.replace('-', "−") + unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_shown_with_its_unit() {
        let column = |unit, decimals| Column { key: String::new(), label: String::new(), unit, decimals };
        let summary = Cell::Summary(Summary { mean: 0.9771, deviation: Some(0.0049), min: 0.9, max: 1.0 });
        assert_eq!(show(&summary, &column(Unit::Percent, 1)), "97.7 ± 0.5 %");
        assert_eq!(show(&Cell::Number(-1.25), &column(Unit::Seconds, 1)), "−1.2 s");
        assert_eq!(show(&Cell::Text("a-b".to_owned()), &column(Unit::Text, 0)), "a-b");
    }
}
