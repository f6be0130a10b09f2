//! The findings of an experiment, as its record holds them and the book shows them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{Summary, significant};

/// The findings of an experiment: a table, and charts if there are any.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Findings {
    /// What the table shows, in a line.
    pub title: String,
    /// The columns of the table, after that of the rows' labels.
    pub columns: Vec<Column>,
    /// The rows of the table.
    pub rows: Vec<Row>,
    /// Curves.
    #[serde(default)]
    pub charts: Vec<Chart>,
}

/// A column of a table.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Column {
    /// What a chapter calls it when it quotes a number.
    pub key: String,
    /// What stands at its head.
    pub label: String,
    /// What its cells are.
    pub unit: Unit,
    /// The decimals that its numbers are shown with.
    pub decimals: usize,
}

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Fractions, which are shown times 100.
    Percent,
    /// Numbers without a unit.
    Number,
    /// Seconds.
    Seconds,
    /// Words.
    Text,
}

/// A row of a table.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Row {
    /// What a chapter calls it when it quotes a number.
    pub key: String,
    /// What stands at its beginning.
    pub label: String,
    /// What is known, by the keys of the columns.
    pub cells: BTreeMap<String, Cell>,
}

/// What stands in a row and a column.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Cell {
    /// A number that was measured over several seeds.
    Summary(Summary),
    /// A number.
    Number(f64),
    /// Words.
    Text(String),
}

/// Curves over a common axis.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Chart {
    /// What it shows, in a line.
    pub title: String,
    /// What the horizontal axis is.
    pub x: String,
    /// What the vertical axis is.
    pub y: String,
    /// Both axes are logarithmic.
    #[serde(default, skip_serializing_if = "is_false")]
    pub logarithmic: bool,
    /// The curves.
    pub series: Vec<Series>,
}

/// A curve.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Series {
    /// What it shows.
    pub label: String,
    /// Its points are drawn, and no line through them.
    #[serde(default, skip_serializing_if = "is_false")]
    pub dots: bool,
    /// Its points: x and y, or x, y, and the least and greatest y over the seeds.
    pub points: Vec<Vec<f64>>,
}

impl Findings {
    /// A table without rows.
    pub fn new(title: &str, columns: impl Into<Vec<Column>>) -> Self {
        Self { title: title.to_owned(), columns: columns.into(), rows: Vec::new(), charts: Vec::new() }
    }

    /// Add a row: a cell for each key of a column.
    pub fn row<'a>(
        &mut self,
        key: impl Into<String>,
        label: impl Into<String>,
        cells: impl IntoIterator<Item = (&'a str, Cell)>,
    ) {
        let cells = cells.into_iter().map(|(key, cell)| (key.to_owned(), cell)).collect();
        self.rows.push(Row { key: key.into(), label: label.into(), cells });
    }

    /// Checks that they can be kept and quoted: keys name one thing only, cells stand in columns of their kind, numbers
    /// are finite.
    ///
    /// # Errors
    ///
    /// If they cannot: what is wrong.
    pub fn check(&self) -> Result<(), String> {
        let keys: BTreeSet<&str> = self.columns.iter().map(|column| column.key.as_str()).collect();
        let rows: BTreeSet<&str> = self.rows.iter().map(|row| row.key.as_str()).collect();
        if keys.len() < self.columns.len() || rows.len() < self.rows.len() {
            return Err("two rows, or two columns, have the same key".to_owned());
        }
        if let Some(key) = keys.iter().chain(&rows).find(|key| key.is_empty() || key.contains(char::is_whitespace)) {
            return Err(format!("the key {key:?} is not one word"));
        }
        for row in &self.rows {
            for (key, cell) in &row.cells {
                let Some(column) = self.columns.iter().find(|column| column.key == *key) else {
                    return Err(format!("row {} has a cell for a column {key}, which there is not", row.key));
                };
                if !cell.fits(column.unit) {
                    return Err(format!("row {}, column {key}: {cell:?} is no finite number, or no words", row.key));
                }
            }
        }
        for chart in &self.charts {
            for Series { label, points, .. } in &chart.series {
                let drawn = |number: &f64| number.is_finite() && (!chart.logarithmic || *number > 0.0);
                let sound = |point: &Vec<f64>| matches!(point.len(), 2 | 4) && point.iter().all(drawn);
                if points.is_empty() || !points.iter().all(sound) {
                    return Err(format!("the curve {label} has no points, or some that cannot be drawn"));
                }
            }
        }
        Ok(())
    }
}

impl Column {
    /// A column of fractions.
    pub fn percent(key: &str, label: &str, decimals: usize) -> Self {
        Self::new(key, label, Unit::Percent, decimals)
    }

    /// A column of numbers without a unit.
    pub fn number(key: &str, label: &str, decimals: usize) -> Self {
        Self::new(key, label, Unit::Number, decimals)
    }

    /// A column of seconds.
    pub fn seconds(key: &str, label: &str, decimals: usize) -> Self {
        Self::new(key, label, Unit::Seconds, decimals)
    }

    /// A column of words.
    pub fn text(key: &str, label: &str) -> Self {
        Self::new(key, label, Unit::Text, 0)
    }

    fn new(key: &str, label: &str, unit: Unit, decimals: usize) -> Self {
        Self { key: key.to_owned(), label: label.to_owned(), unit, decimals }
    }
}

impl Cell {
    fn fits(&self, unit: Unit) -> bool {
        match self {
            Self::Text(_) => unit == Unit::Text,
            Self::Number(number) => unit != Unit::Text && number.is_finite(),
            Self::Summary(summary) => unit != Unit::Text && summary.mean.is_finite(),
        }
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Number(significant(number, 6))
    }
}

impl From<usize> for Cell {
    fn from(count: usize) -> Self {
        Self::Number(count as f64)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// One number for each seed.
impl From<&[f64]> for Cell {
    fn from(numbers: &[f64]) -> Self {
        Self::Summary(Summary::of(numbers))
    }
}

impl Chart {
    /// A chart without curves.
    pub fn new(title: &str, x: &str, y: &str) -> Self {
        Self { title: title.to_owned(), x: x.to_owned(), y: y.to_owned(), logarithmic: false, series: Vec::new() }
    }

    /// The chart with two logarithmic axes, on which all numbers must be above 0.
    pub fn logarithmic(self) -> Self {
        Self { logarithmic: true, ..self }
    }

    /// Add a curve through points of x and y.
    pub fn curve(&mut self, label: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) {
        let points = points.into_iter().map(pair).collect();
        self.series.push(Series { label: label.into(), dots: false, points });
    }

    /// Add points of x and y, without a line through them.
    pub fn dots(&mut self, label: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) {
        let points = points.into_iter().map(pair).collect();
        self.series.push(Series { label: label.into(), dots: true, points });
    }

    /// Add a curve through the means of what the seeds have at each x, in a band from the least to the greatest.
    pub fn band(&mut self, label: impl Into<String>, points: impl IntoIterator<Item = (f64, Summary)>) {
        let point = |(x, summary): (f64, Summary)| vec![significant(x, 6), summary.mean, summary.min, summary.max];
        let points = points.into_iter().map(point).collect();
        self.series.push(Series { label: label.into(), dots: false, points });
    }
}

fn pair((x, y): (f64, f64)) -> Vec<f64> {
    vec![significant(x, 6), significant(y, 6)]
}

fn is_false(value: &bool) -> bool {
    !value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings() -> Findings {
        let mut findings = Findings::new("T", [Column::percent("share", "a share", 1), Column::text("word", "a word")]);
        findings.row("one", "the first", [("share", 0.5.into()), ("word", "yes".into())]);
        findings.row("two", "the second", [("share", [0.25, 0.75].as_slice().into())]);
        let mut chart = Chart::new("C", "x", "y");
        chart.curve("a curve", [(0.0, 1.0), (1.0, 2.0)]);
        chart.band("a band", [(0.0, Summary::of(&[1.0, 2.0]))]);
        findings.charts.push(chart);
        findings
    }

    #[test]
    fn sound_findings_can_be_kept() {
        findings().check().unwrap();
    }

    #[test]
    fn unsound_findings_say_what_is_wrong() {
        let problem = |spoil: fn(&mut Findings)| {
            let mut findings = findings();
            spoil(&mut findings);
            findings.check().unwrap_err()
        };
        assert!(problem(|findings| findings.row("one", "again", [])).contains("the same key"));
        assert!(problem(|findings| findings.row("a b", "", [])).contains(r#""a b""#));
        assert!(problem(|findings| findings.row("x", "", [("y", 1.0.into())])).contains("column y"));
        assert!(problem(|findings| findings.row("x", "", [("share", "half".into())])).contains("half"));
        assert!(problem(|findings| findings.row("x", "", [("share", f64::NAN.into())])).contains("NaN"));
        assert!(problem(|findings| findings.row("x", "", [("share", [].as_slice().into())])).contains("NaN"));
        assert!(problem(|findings| findings.charts[0].curve("bad", [(0.0, f64::INFINITY)])).contains("bad"));
        assert!(problem(|findings| findings.charts[0].curve("empty", [])).contains("empty"));
        let below = |findings: &mut Findings| {
            let mut chart = Chart::new("L", "x", "y").logarithmic();
            chart.dots("no logarithm", [(1.0, 0.0)]);
            findings.charts.push(chart);
        };
        assert!(problem(below).contains("no logarithm"));
    }
}
