//! The measurements of `cargo xtask experiments` and `cargo xtask bench` as tables, curves and single numbers. A table
//! is that of an experiment, `experiments/NAME`, or one of the benchmark's, `bench/TABLE`.

use std::collections::BTreeMap;

use charts::{Dot, Dots, Panel, Point};
use records::{Cell, Chart, Column, Findings, Row, Series, Unit};
use serde::Deserialize;

use crate::{
    Outcome,
    html::{block, escape, figure, grouped, table as html_table, unbroken, unmarked},
    meant,
    record::Records,
};

/// The record of an experiment, or a table of the benchmark.
#[derive(Deserialize)]
struct Experiment {
    /// The benchmark has it once, for all tables.
    #[serde(default)]
    command: String,
    #[serde(flatten)]
    findings: Findings,
}

/// The record of the benchmark.
#[derive(Deserialize)]
struct Bench {
    command: String,
    tables: BTreeMap<String, Experiment>,
}

/// The table of an experiment, and the command that makes it.
pub fn table(records: &Records, name: &str) -> Outcome {
    let Experiment { command, findings } = read(records, name)?;
    let mut header = vec![String::new()];
    header.extend(findings.columns.iter().map(|column| escape(&column.label)));
    let mut rows = Vec::new();
    for row in &findings.rows {
        let cell = |column: &Column| {
            row.cells.get(&column.key).map_or("–".to_owned(), |cell| escape(&unbroken(&show(cell, column))))
        };
        rows.push([escape(&row.label)].into_iter().chain(findings.columns.iter().map(cell)).collect());
    }
    let caption = format!("{}.<br><code>{}</code>", escape(findings.title.trim_end_matches('.')), escape(&command));
    Ok(block(&html_table(&header, &rows, &caption)))
}

/// The curves of an findings.
pub fn charts(records: &Records, name: &str) -> Outcome {
    let Experiment { command, findings } = read(records, name)?;
    if findings.charts.is_empty() {
        return Err(format!("{name} has no charts"));
    }
    let note = format!("<code>{}</code>", escape(&command));
    let mut all = String::new();
    for Chart { title, x, y, logarithmic, series } in findings.charts {
        let mut lines = Vec::new();
        for Series { label, dots, points } in series {
            let point = |point: &Vec<f64>| match point[..] {
                [x, y] => Ok(Point { x, y, band: None }),
                [x, y, low, high] => Ok(Point { x, y, band: Some((low, high)) }),
                _ => Err(format!("a point of {label} in {name} has {} numbers, and not 2 or 4", point.len())),
            };
            let points = points.iter().map(point).collect::<Result<_, _>>()?;
            lines.push(charts::Series { label, dots, points });
        }
        let panels = vec![Panel { y, series: lines }];
        all += &figure(charts::Chart { title, x, logarithmic, panels }.draw(), &note)?;
    }
    Ok(all)
}

/// The numbers of a column, each with the least and the greatest of its row if the columns `least` and `most` have
/// them.
pub fn dots(records: &Records, name: &str, column: &str) -> Outcome {
    let Experiment { command, findings } = read(records, name)?;
    let no_column = || {
        let known = findings.columns.iter().map(|column| column.key.as_str());
        format!("{name} has no column {column}: {}", meant(column, known))
    };
    let column = findings.columns.iter().find(|other| other.key == column).ok_or_else(no_column)?;
    let number = |row: &Row, key: &str| match row.cells.get(key) {
        Some(Cell::Number(number)) => Some(*number),
        _ => None,
    };
    let dot = |row: &Row| {
        let value = number(row, &column.key)?;
        let range = number(row, "least").zip(number(row, "most"));
        Some(Dot { label: row.label.clone(), value, range, text: show(row.cells.get(&column.key)?, column) })
    };
    let rows = findings.rows.iter().filter_map(dot).collect();
    let axis = format!("{}, logarithmic", column.label);
    let note = format!("<code>{}</code>", escape(&command));
    figure(Dots { title: findings.title, axis, rows }.draw(), &note)
}

/// The number in a row and a column.
pub fn value(records: &Records, name: &str, place: &[&str]) -> Outcome {
    let &[row, column] = place else { return Err(format!("`value {name}` needs a row and a column")) };
    let Findings { rows, columns, .. } = read(records, name)?.findings;
    let no_row = || format!("{name} has no row {row}: {}", meant(row, rows.iter().map(|row| row.key.as_str())));
    let no_column = || {
        format!("{name} has no column {column}: {}", meant(column, columns.iter().map(|column| column.key.as_str())))
    };
    let row = rows.iter().find(|other| other.key == row).ok_or_else(no_row)?;
    let column = columns.iter().find(|other| other.key == column).ok_or_else(no_column)?;
    let empty = || format!("{name} has nothing in row {} and column {}", row.key, column.key);
    Ok(unmarked(&escape(&show(row.cells.get(&column.key).ok_or_else(empty)?, column))))
}

fn read(records: &Records, name: &str) -> Result<Experiment, String> {
    let Some(table) = name.strip_prefix("bench/") else { return records.load(name) };
    let Bench { command, mut tables } = records.load("bench")?;
    match tables.remove(table) {
        Some(found) => Ok(Experiment { command, ..found }),
        None => Err(format!("the benchmark has no table {table}: {}", meant(table, tables.keys().map(String::as_str)))),
    }
}

fn show(cell: &Cell, column: &Column) -> String {
    let factor = if column.unit == Unit::Percent { 100.0 } else { 1.0 };
    let unit = match column.unit {
        Unit::Percent => " %",
        Unit::Seconds => " s",
        Unit::Number | Unit::Text => "",
    };
    let text = match cell {
        Cell::Text(text) => return power_of_ten(text).unwrap_or_else(|| text.clone()),
        Cell::Number(number) => format!("{:.*}", column.decimals, factor * number),
        Cell::Summary(summary) => summary.mean_and_deviation(column.decimals, factor),
    };
    grouped(&text.replace('-', "−")) + unit
}

/// `3e-7` as it is written by hand, 3 × 10⁻⁷, if it is such a number.
fn power_of_ten(text: &str) -> Option<String> {
    let (factor, exponent) = text.split_once('e')?;
    let (Ok(_), Ok(_)) = (factor.parse::<f64>(), exponent.parse::<i32>()) else { return None };
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raised = exponent.chars().filter_map(|sign| match sign.to_digit(10) {
        Some(digit) => Some(DIGITS[digit as usize]),
        None => (sign == '-').then_some('⁻'),
    });
    Some(format!("{factor}\u{a0}×\u{a0}10{}", raised.collect::<String>()))
}

#[cfg(test)]
mod tests {
    use records::Summary;

    use super::*;

    #[test]
    fn a_cell_is_shown_with_its_unit() {
        let column = |unit, decimals| Column { key: String::new(), label: String::new(), unit, decimals };
        let summary = Cell::Summary(Summary { mean: 0.9771, deviation: Some(0.0049), min: 0.9, max: 1.0, seeds: None });
        assert_eq!(show(&summary, &column(Unit::Percent, 1)), "97.7 ± 0.5 %");
        assert_eq!(show(&Cell::Number(2565.23), &column(Unit::Number, 1)), "2,565.2");
        assert_eq!(show(&Cell::Number(-1.25), &column(Unit::Seconds, 1)), "−1.2 s");
        assert_eq!(show(&Cell::Text("3e-17".to_owned()), &column(Unit::Text, 0)), "3\u{a0}×\u{a0}10⁻¹⁷");
        assert_eq!(show(&Cell::Text("never".to_owned()), &column(Unit::Text, 0)), "never");
        assert_eq!(show(&Cell::Text("a-b".to_owned()), &column(Unit::Text, 0)), "a-b");
    }

    const RECORD: &str = r#"{"name": "a", "title": "Factors", "command": "cargo xtask experiments --only a",
        "columns": [{"key": "accuracy", "label": "test accuracy", "unit": "percent", "decimals": 1},
                    {"key": "note", "label": "what happens", "unit": "text", "decimals": 0}],
        "rows": [{"key": "factor-1", "label": "factor 1", "cells": {
                    "accuracy": {"mean": 0.9, "deviation": 0.01, "min": 0.8, "max": 1.0, "seeds": 10},
                    "note": "a_b_ < c"}},
                 {"key": "factor-2", "label": "factor 2", "cells": {"accuracy": 0.5}}],
        "charts": [{"title": "T", "x": "iteration", "y": "accuracy",
                    "series": [{"label": "one", "points": [[1, 0.5, 0.4, 0.6], [2, 0.7]]}]}]}"#;

    fn recorded(record: &str, of: impl Fn(&Records) -> Outcome) -> Outcome {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("book/results/experiments")).unwrap();
        std::fs::write(folder.path().join("book/results/experiments/a.json"), record).unwrap();
        of(&Records::open(folder.path()).unwrap())
    }

    #[test]
    fn a_record_gives_a_table_curves_and_numbers() {
        let table = recorded(RECORD, |records| table(records, "experiments/a")).unwrap();
        assert!(table.contains(
            "<tr><th scope=\"row\">factor 1</th><td class=\"number\">90.0\u{a0}±\u{a0}1.0\u{a0}%</td>\
             <td>a_b_ &lt; c</td></tr>"
        ));
        assert!(
            table.contains("<tr><th scope=\"row\">factor 2</th><td class=\"number\">50.0\u{a0}%</td><td>–</td></tr>"),
            "{table}"
        );
        assert!(table.contains("<caption>Factors.<br><code>cargo xtask experiments --only a</code></caption>"));
        assert!(recorded(RECORD, |records| charts(records, "experiments/a")).unwrap().contains("<title>T</title>"));
        let value = |place: &[&str]| recorded(RECORD, |records| value(records, "experiments/a", place));
        assert_eq!(value(&["factor-1", "accuracy"]).unwrap(), "90&#46;0 ± 1&#46;0 %");
        assert_eq!(value(&["factor-1", "note"]).unwrap(), "a&#95;b&#95; &lt; c");
        assert!(value(&["factor-2", "note"]).unwrap_err().contains("nothing in row factor-2 and column note"));
        assert!(value(&["factor1", "note"]).unwrap_err().contains("there are factor-1, factor-2"));
        assert!(value(&["factor-1", "acc"]).unwrap_err().contains("there are accuracy, note"));
        assert!(value(&["factor-1"]).unwrap_err().contains("needs a row and a column"));
    }

    #[test]
    fn a_record_that_is_not_as_it_should_be_is_an_error() {
        let broken = RECORD.replace("[2, 0.7]", "[2]");
        assert!(recorded(&broken, |records| charts(records, "experiments/a")).unwrap_err().contains("has 1 numbers"));
        let error = recorded("{}", |records| table(records, "experiments/a")).unwrap_err();
        assert!(error.contains("book/results/experiments/a.json cannot be understood"), "{error}");
        let error = recorded(RECORD, |records| table(records, "experiments/b")).unwrap_err();
        assert!(error.contains("`cargo xtask experiments --only b` makes it"), "{error}");
    }

    #[test]
    fn the_benchmark_gives_tables_dots_and_numbers() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("book/results")).unwrap();
        let record = r#"{"command": "c", "tables": {"t": {"title": "T", "columns": [
            {"key": "seconds", "label": "an iteration", "unit": "seconds", "decimals": 2}], "rows": [
            {"key": "a", "label": "A", "cells": {"seconds": 0.5, "least": 0.4, "most": 0.6}},
            {"key": "b", "label": "B", "cells": {}}]}}}"#;
        std::fs::write(folder.path().join("book/results/bench.json"), record).unwrap();
        let records = Records::open(folder.path()).unwrap();
        assert_eq!(value(&records, "bench/t", &["a", "seconds"]).unwrap(), "0&#46;50 s");
        assert!(table(&records, "bench/t").unwrap().contains("<caption>T.<br><code>c</code></caption>"));
        let drawn = dots(&records, "bench/t", "seconds").unwrap();
        assert_eq!((drawn.matches("<circle").count(), drawn.contains("an iteration, logarithmic")), (1, true));
        assert!(dots(&records, "bench/t", "second").unwrap_err().contains("there are seconds"));
        assert!(table(&records, "bench/u").unwrap_err().contains("there are t"));
    }
}
