//! What is read of the records in `book/results`, which `cargo xtask` writes.

use std::{cell::Cell, fs, path::Path};

use records::Pending;
use serde::de::DeserializeOwned;

use crate::{Outcome, html::block};

/// The mark of a number that comes from earlier code, within a paragraph or a cell.
pub const EARLIER: &str = "<sup title=\"measured with earlier code\">†</sup>";
/// What stands in the place of a number that there is none of yet.
const AWAITED: &str = "<em>being measured</em>";

/// The records as one directive reads them.
pub struct Records<'a> {
    root: &'a Path,
    pending: Pending,
    /// Whether one of those that were read is being made anew, and whether the last one is.
    read_pending: Cell<bool>,
    last_is_pending: Cell<bool>,
}

impl<'a> Records<'a> {
    /// Those in the workspace at `root`.
    pub fn open(root: &'a Path) -> Result<Self, String> {
        let pending = Pending::load(root).map_err(|error| format!("{} cannot be read: {error}", Pending::PATH))?;
        Ok(Self { root, pending, read_pending: Cell::new(false), last_is_pending: Cell::new(false) })
    }

    /// The record `name`, for example `digits/vectorized`.
    pub fn load<R: DeserializeOwned>(&self, name: &str) -> Result<R, String> {
        let repair = match name.strip_prefix("experiments/") {
            Some(experiment) => format!("`cargo xtask experiments --only {experiment}` makes it"),
            None if name == "bench" => "`cargo xtask bench` makes it".to_owned(),
            None => "`cargo xtask results` makes the records of the steps".to_owned(),
        };
        let text = self.text(name, "json", &repair)?;
        let path = format!("book/results/{name}.json");
        serde_json::from_str(&text).map_err(|error| format!("{path} cannot be understood: {error}; {repair}"))
    }

    /// The text of the record `name` in the file with this `extension`, and how to `repair` it if it is missing.
    pub fn text(&self, name: &str, extension: &str, repair: &str) -> Outcome {
        self.last_is_pending.set(self.is_pending(name));
        self.read_pending.set(self.read_pending.get() || self.last_is_pending.get());
        let path = format!("book/results/{name}.{extension}");
        fs::read_to_string(self.root.join(&path)).map_err(|error| format!("{path} cannot be read: {error}; {repair}"))
    }

    /// The text of a table's cell from the record `name`, marked if that is being made anew.
    pub fn cell<R: DeserializeOwned>(&self, name: &str, text: impl Fn(&R) -> String) -> Outcome {
        match self.load(name) {
            Ok(record) if self.is_pending(name) => Ok(text(&record) + EARLIER),
            Ok(record) => Ok(text(&record)),
            Err(_) if self.is_pending(name) => Ok(AWAITED.to_owned()),
            Err(problem) => Err(problem),
        }
    }

    /// What a directive gave by these records, with a mark if one of them is being made anew. What was wrong with the
    /// last one is no error then: the next one will have it.
    pub fn marked(&self, outcome: Outcome, within_paragraph: bool) -> Outcome {
        match outcome {
            Ok(value) if self.read_pending.get() && within_paragraph => Ok(value + EARLIER),
            Ok(html) if self.read_pending.get() => Ok(annotated(&html)),
            Err(_) if self.last_is_pending.get() && within_paragraph => Ok(AWAITED.to_owned()),
            Err(_) if self.last_is_pending.get() => Ok(block(&format!("<p>{AWAITED}</p>"))),
            outcome => outcome,
        }
    }

    fn is_pending(&self, name: &str) -> bool {
        self.pending.line(&format!("{name}.json")).is_some()
    }
}

/// A block of tables, charts or runs with a line beneath each: in its caption if it has one.
fn annotated(html: &str) -> String {
    let note = "<em>† measured with earlier code</em>";
    let mut annotated = html.to_owned();
    for end in ["</caption>", "</p></figure>"] {
        annotated = annotated.replace(end, &format!("<br>{note}{end}"));
    }
    if annotated == html { block(&format!("{}<p class=\"caption\">{note}</p>", html.trim())) } else { annotated }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Steps,
        tests::{RECORD, workspace},
    };

    const EXPERIMENT: &str = r#"{"title": "T", "command": "c", "columns": [
        {"key": "k", "label": "K", "unit": "number", "decimals": 1}], "rows": [
        {"key": "a", "label": "A", "cells": {"k": 0.5}}], "charts": [{"title": "U", "x": "x", "y": "y",
        "series": [{"label": "one", "points": [[1, 0.5], [2, 0.7]]}]}]}"#;

    /// What `directive` gives where the experiment `a` is recorded and those on the list `pending` are made anew.
    fn given(directive: &str, pending: &str) -> Outcome {
        let run = "$ cargo run -p vectorized\n\nstep vectorized\n";
        let files = [
            ("experiments/a.json", EXPERIMENT),
            ("pending.txt", pending),
            ("runs/vectorized.txt", run),
            ("bench.json", BENCH),
            ("digits/vectorized.json", RECORD),
        ];
        Steps::new(workspace(&files).path()).directive(directive, &Default::default())
    }

    const BENCH: &str = r#"{"command": "c", "tables": {"t": {"title": "T", "columns": [
        {"key": "seconds", "label": "an iteration", "unit": "seconds", "decimals": 2}], "rows": [
        {"key": "a", "label": "A", "cells": {"seconds": 0.5}}]}}}"#;

    #[test]
    fn numbers_of_earlier_code_are_marked() {
        let list = "experiments/a.json\nruns/vectorized.json\nbench.json\n";
        for (directive, mark) in [
            ("value experiments/a a k", "0&#46;5<sup title=\"measured with earlier code\">†</sup>"),
            ("experiment a", "<br><em>† measured with earlier code</em></caption>"),
            ("chart a", "<br><em>† measured with earlier code</em></p></figure>"),
            ("run vectorized", "</div><p class=\"caption\"><em>† measured with earlier code</em></p>\n\n"),
            ("bench t", "<br><em>† measured with earlier code</em></caption>"),
            ("dots t seconds", "<br><em>† measured with earlier code</em></p></figure>"),
            ("value bench/t a seconds", "0&#46;50\u{a0}s<sup title=\"measured with earlier code\">†</sup>"),
        ] {
            let marked = given(directive, list).unwrap_or_else(|error| error);
            assert!(marked.contains(mark), "{directive}: {marked}");
            let unmarked = given(directive, "# nothing\n").unwrap_or_else(|error| error);
            assert!(!unmarked.contains('†'), "{directive}: {unmarked}");
        }
    }

    #[test]
    fn what_is_missing_is_being_measured() {
        let list = "experiments/a.json\nexperiments/b.json\nruns/momentum.json\nruns/vectorized.json\nbench.json\n\
                    digits/momentum.json\nmnist/momentum.json\ndigits/regularized.json\n";
        // Of records that are there, a row, a column, a setting; and records that are not there.
        let values = [
            "value experiments/a b k",
            "value experiments/a a l",
            "value bench/t b seconds",
            "value bench/t a least",
            "value bench/u a seconds",
            "value digits/vectorized decay",
            "value experiments/b a k",
            "value digits/momentum accuracy",
        ];
        let list = &(list.to_owned() + "digits/vectorized.json");
        for directive in values {
            assert_eq!(given(directive, list).unwrap(), "<em>being measured</em>", "{directive}");
            assert!(given(directive, "").is_err(), "{directive}");
        }
        let blocks = [
            "bench u",
            "dots t least",
            "dots u seconds",
            "experiment b",
            "chart b",
            "run momentum",
            "curve momentum digits",
            "confusion momentum mnist",
        ];
        for directive in blocks {
            assert_eq!(given(directive, list).unwrap(), "\n\n<p><em>being measured</em></p>\n\n", "{directive}");
            assert!(given(directive, "").is_err(), "{directive}");
        }
        assert!(given("run momentun", list).is_err());
        assert!(given("value experiments/a a", list).unwrap_err().contains("needs a row and a column"));
        assert!(given("value digits/momentum", list).unwrap_err().contains("needs one field"));
    }

    #[test]
    fn each_cell_of_the_steps_is_marked_by_itself() {
        let files = |pending| {
            let of = ["digits/naive-loops.json", "mnist/naive-loops.json", "digits/vectorized.json"];
            workspace(&[(of[0], RECORD), (of[1], RECORD), (of[2], RECORD), ("pending.txt", pending)])
        };
        let given = |pending| Steps::new(files(pending).path()).directive("results vectorized", &Default::default());
        let html = given("mnist/vectorized.json\ndigits/vectorized.json\n").unwrap();
        let awaited = "<td><em>being measured</em></td>";
        assert_eq!((html.matches(EARLIER).count(), html.matches(awaited).count()), (1, 1), "{html}");
        assert_eq!(html.matches("<em>† measured with earlier code</em></caption>").count(), 1, "{html}");
        assert!(given("digits/vectorized.json").unwrap_err().contains("mnist/vectorized.json cannot be read"));
    }
}
