use std::{
    fs,
    path::{Path, PathBuf},
};

use mdbook_preprocessor::{
    Preprocessor, PreprocessorContext,
    book::{Book, BookItem, Chapter},
    config::Config,
};

use tempfile::TempDir;

use crate::{Steps, equations::Equations};

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A workspace with these files in `book/results`.
pub fn workspace(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join("book/results").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// The record of a step.
pub const RECORD: &str = r#"{"step": "vectorized", "dataset": "mnist", "command": "run", "fingerprint": "",
    "hyperparameters": {"hidden": 100, "l2_in": 1e-5},
    "environment": {"date": "", "commit": "", "version": "", "libraries": {}, "rustc": "", "cpu": "", "cores": 2,
        "threads": 2},
    "examples": {"train": 60000, "test": 10000},
    "test_accuracy": {"mean": 0.97711, "deviation": 0.0014, "min": 0.9762, "max": 0.9786},
    "indicative_seconds_per_iteration": 0.00794,
    "runs": [{"seed": 1, "test_accuracy": 0.75, "seconds": 1.5, "errors": [2.0, 1.0], "test_accuracies": [0.5, 0.75],
        "confusion": [[5, 1], [2, 1000]]}]}"#;

fn run(chapters: &[(String, String)]) -> Result<Vec<String>, String> {
    let mut book = Book::new();
    for (path, text) in chapters {
        book.push_item(Chapter::new(path, text.clone(), path, Vec::new()));
    }
    let context = PreprocessorContext::new(root().join("book"), Config::default(), "html".to_owned());
    let book = Steps::new(root()).run(&context, book).map_err(|error| error.to_string())?;
    let mut filled = Vec::new();
    for item in &book.items {
        if let BookItem::Chapter(chapter) = item {
            filled.push(chapter.content.clone());
        }
    }
    Ok(filled)
}

fn one(text: &str) -> Result<String, String> {
    run(&[("a.md".to_owned(), text.to_owned())]).map(|filled| filled.concat())
}

#[test]
fn the_book_of_this_workspace_has_no_error() {
    let mut chapters = Vec::new();
    for entry in fs::read_dir(root().join("book/src")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".md") && name != "SUMMARY.md" {
            chapters.push((name.clone(), fs::read_to_string(root().join("book/src").join(&name)).unwrap()));
        }
    }
    assert!(chapters.len() > 10);
    let filled = run(&chapters).unwrap_or_else(|errors| panic!("\n{errors}"));
    for ((name, before), after) in chapters.iter().zip(filled) {
        // Without its directives, whose values may be shorter than they are.
        let own = before.split("{{").map(|part| part.split_once("}}").map_or(part, |(_, rest)| rest).len());
        assert!(own.sum::<usize>() <= after.len(), "{name} has lost something");
        let left = after.lines().find(|line| line.starts_with("{{#") || line.contains("$$"));
        assert_eq!(left, None, "{name}");
    }
}

#[test]
fn a_text_without_directives_stays_as_it_is() {
    let text = "# A\n\n- b `{{#eq C1}}` \\$5\n\n```sh\n$ c\n```\n";
    assert_eq!(one(text).unwrap(), text);
}

#[test]
fn all_errors_of_a_book_are_told_together() {
    let first = "# A\n\n{{#diff tanh}} and {{#eq C1}}\n\n{{#nothing}}\n".to_owned();
    let chapters = [("a.md".to_owned(), first), ("b.md".to_owned(), "{{#curve vectorized}}\n\n$\\frac$".to_owned())];
    let errors = run(&chapters).unwrap_err();
    let lines: Vec<&str> = errors.lines().collect();
    assert_eq!(lines.len(), 5, "{errors}");
    assert!(lines[0].starts_with("book/src/a.md:3: tanh is no step: there are tanh-softmax, "), "{errors}");
    assert!(lines[1].starts_with("book/src/a.md:3: no formula has the label C1"), "{errors}");
    assert!(lines[2].starts_with("book/src/a.md:5: there is no directive `nothing`: there are "), "{errors}");
    let usage = "book/src/b.md:1: it has other arguments: `{{#curve STEP DATASET}}`";
    assert_eq!(lines[3], usage);
    assert!(lines[4].starts_with("book/src/b.md:3: the formula `\\frac` "), "{errors}");
}

#[test]
fn a_formula_is_linked_to_from_other_chapters_and_labelled_once() {
    let chapter = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let filled = run(&[chapter("a.md", "{{#eq C7}}"), chapter("b.md", "$$ x $$ {#C7}\n")]).unwrap();
    assert_eq!(filled[0], "[(C7)](b.md#eq-C7)");
    assert!(filled[1].contains("id=\"eq-C7\""), "{filled:?}");
    let twice = run(&[chapter("a.md", "$$ x $$ {#C7}"), chapter("b.md", "\n$$ x $$ {#C7}\n")]).unwrap_err();
    assert!(twice.starts_with("book/src/b.md:2: the label C7 is there already, in a.md"), "{twice}");
}

#[test]
fn a_number_stands_in_the_middle_of_a_sentence() {
    let folder = workspace(&[("mnist/a.json", RECORD)]);
    let text = "It has {{#value mnist/a hidden}} units.";
    assert_eq!(Steps::new(folder.path()).fill_in(text, &Equations::default()).unwrap(), "It has 100 units.");
}
