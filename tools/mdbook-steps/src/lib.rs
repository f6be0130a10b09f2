//! The preprocessor of the book: code, diffs, results and formulas, made at build time.
//!
//! A chapter says what it wants in directives, `{{#name argument ...}}` on one line, and writes formulas between
//! dollars:
//!
//! | directive | gives |
//! |---|---|
//! | `code STEP ITEM [Cn]` | an item of a step's source, or the part of it under the comment that names equation Cn |
//! | `code PATH [ITEM [Cn]]` | the same of any file, in Rust or Python; without an item, all of it |
//! | `diff STEP` | what differs from the step before |
//! | `results [STEP]` | the table of all steps, or of one and the step before |
//! | `curve STEP DATASET` | its test accuracy after each iteration, and that of the step before |
//! | `confusion STEP DATASET` | its confusion matrix |
//! | `run STEP` | its recorded run on the terminal |
//! | `value RECORD FIELD` | a number of the record, such as `accuracy`, or a hyperparameter |
//! | `value experiments/NAME ROW COLUMN` | a number of an experiment |
//! | `drawing NAME` | a drawing: the names are in the package `drawings` |
//! | `experiment NAME`, `chart NAME` | the table and the curves of an experiment |
//! | `bench TABLE` | a table of `cargo xtask bench` |
//! | `dots TABLE COLUMN` | one of its columns, drawn on a logarithmic scale |
//! | `value bench/TABLE ROW COLUMN` | a number of that table |
//! | `eq LABEL` | a link to the formula that ends in `$$ {#LABEL}` |
//!
//! Whatever cannot be given is an error with the file and the line; all errors of a book are reported together. What
//! comes from a record that is being made anew ([`records::Pending`]) is marked. If that record is missing, or a row, a
//! column or a table of it, a note stands in its place until it has been made.

use std::{
    fs,
    path::{Path, PathBuf},
};

use mdbook_preprocessor::{
    Preprocessor, PreprocessorContext,
    book::Book,
    errors::{Error, Result},
};

mod code;
mod diff;
mod equations;
mod experiment;
mod html;
mod items;
mod record;
mod results;
mod run;
mod scan;

use equations::Equations;
use record::Records;
use scan::{Found, Kind, line_of};

/// How the directives are written.
const USAGE: [(&str, &str); 13] = [
    ("code", "STEP ITEM [Cn], or PATH [ITEM [Cn]]"),
    ("diff", "STEP"),
    ("results", "[STEP]"),
    ("curve", "STEP DATASET"),
    ("confusion", "STEP DATASET"),
    ("run", "STEP"),
    ("value", "RECORD FIELD, or experiments/NAME ROW COLUMN, or bench/TABLE ROW COLUMN"),
    ("drawing", "NAME"),
    ("experiment", "NAME"),
    ("chart", "NAME"),
    ("bench", "TABLE"),
    ("dots", "TABLE COLUMN"),
    ("eq", "LABEL"),
];

/// The preprocessor.
#[derive(Debug)]
pub struct Steps {
    /// The folder of the workspace.
    root: PathBuf,
}

/// The text in place of a directive, or what is wrong with the directive and how to mend it.
type Outcome = std::result::Result<String, String>;

impl Steps {
    /// A preprocessor that reads the workspace at `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// `text`, a chapter, with everything put in; the errors, each with its line, from 1.
    fn fill_in(&self, text: &str, equations: &Equations) -> std::result::Result<String, Vec<(usize, String)>> {
        let (mut filled, mut errors, mut end) = (String::new(), Vec::new(), 0);
        for Found { range, kind } in scan::scan(text) {
            let outcome = match kind {
                Kind::Directive(directive) => self.directive(directive, equations),
                Kind::Formula { latex, label, display } => equations.formula(latex, label, display),
                Kind::Mistake(mistake) => Err(mistake.to_owned()),
            };
            filled += &text[end..range.start];
            match outcome {
                Ok(html) => filled += &html,
                Err(problem) => errors.push((line_of(text, range.start), problem)),
            }
            end = range.end;
        }
        filled += &text[end..];
        if errors.is_empty() { Ok(filled) } else { Err(errors) }
    }

    /// `path` from the folder of the workspace, as errors name it.
    fn within_root(&self, path: &Path) -> PathBuf {
        let (Ok(root), Ok(path)) = (self.root.canonicalize(), path.canonicalize()) else { return path.to_owned() };
        path.strip_prefix(root).unwrap_or(&path).to_owned()
    }

    /// Returns the text in place of a directive, with a mark if it comes from records that are being made anew.
    fn directive(&self, directive: &str, equations: &Equations) -> Outcome {
        let words: Vec<&str> = directive.split_whitespace().collect();
        let (root, records) = (&self.root, &Records::open(&self.root)?);
        let outcome = match words[..] {
            ["code", path] => code::whole(root, path),
            ["code", place, item] => code::item(root, place, item, None),
            ["code", place, item, equation] => code::item(root, place, item, Some(equation)),
            ["diff", step] => diff::diff(root, step),
            ["results"] => results::all(records),
            ["results", step] => results::one(records, step),
            ["curve", step, dataset] => results::curve(records, step, dataset),
            ["confusion", step, dataset] => results::confusion(records, step, dataset),
            ["run", step] => run::run(records, step),
            ["value", record, ref fields @ ..] => match record.split_once('/') {
                Some(("experiments" | "bench", _)) => experiment::value(records, record, fields),
                _ => results::value(records, record, fields),
            }
            .map(|value| html::unbroken(&value)),
            ["drawing", name] => drawing(name),
            ["experiment", name] => experiment::table(records, &format!("experiments/{name}")),
            ["chart", name] => experiment::charts(records, &format!("experiments/{name}")),
            ["bench", table] => experiment::table(records, &format!("bench/{table}")),
            ["dots", table, column] => experiment::dots(records, &format!("bench/{table}"), column),
            ["eq", label] => equations.link(label),
            _ => Err(misuse(words.first().copied().unwrap_or_default())),
        };
        records.marked(outcome, words.first() == Some(&"value"))
    }
}

impl Preprocessor for Steps {
    fn name(&self) -> &str {
        "steps"
    }

    fn run(&self, context: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let source = self.within_root(&context.root.join(&context.config.book.src));
        let (mut errors, mut equations) = (Vec::new(), Equations::default());
        let mut report = |chapter: &Path, found: Vec<(usize, String)>| {
            let place = source.join(chapter);
            errors.extend(found.iter().map(|(line, problem)| format!("{}:{line}: {problem}", place.display())));
        };
        book.for_each_chapter_mut(|chapter| {
            if let Some(path) = &chapter.path {
                report(path, equations.collect(path, &chapter.content));
            }
        });
        book.for_each_chapter_mut(|chapter| {
            if let Some(path) = &chapter.path {
                equations.turn_to(path);
                match self.fill_in(&chapter.content, &equations) {
                    Ok(filled) => chapter.content = filled,
                    Err(found) => report(path, found),
                }
            }
        });
        if errors.is_empty() { Ok(book) } else { Err(Error::msg(errors.join("\n"))) }
    }
}

/// A drawing and its caption.
fn drawing(name: &str) -> Outcome {
    let (drawing, caption) = drawings::draw(name)
        .ok_or_else(|| format!("there is no drawing `{name}`: {}", meant(name, drawings::names())))?;
    Ok(html::block(&drawing.figure(&caption)))
}

/// What is wrong with a directive of this name, if it is not its arguments that are.
fn misuse(name: &str) -> String {
    match USAGE.iter().find(|(known, _)| *known == name) {
        Some((_, arguments)) => format!("it has other arguments: `{{{{#{name} {arguments}}}}}`"),
        None => format!("there is no directive `{name}`: {}", meant(name, USAGE.map(|(known, _)| known))),
    }
}

/// The text of a file, from the folder of the workspace.
fn read(root: &Path, path: &str) -> Outcome {
    fs::read_to_string(root.join(path)).map_err(|error| format!("{path} cannot be read: {error}"))
}

/// What is `known`, as a hint: first what someone who wrote `word` may have meant.
fn meant<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let mut known: Vec<&str> = known.into_iter().collect();
    let likeness = |name: &str| similar::TextDiff::from_chars(word, name).ratio();
    known.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)));
    if known.is_empty() { "there are none".to_owned() } else { format!("there are {}", known.join(", ")) }
}

#[cfg(test)]
mod tests;
