use std::{
    fs,
    path::{Path, PathBuf},
};

use mdbook_preprocessor::{
    Preprocessor, PreprocessorContext,
    book::{Book, BookItem, Chapter},
    config::Config,
};

use crate::Steps;

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

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
        assert!(before.len() <= after.len(), "{name} has lost something");
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
    let filled = one("It has {{#value mnist/regularized-hidden-300 hidden}} units.").unwrap();
    assert_eq!(filled, "It has 300 units.");
}
