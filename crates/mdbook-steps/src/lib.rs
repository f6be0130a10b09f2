//! The preprocessor of the book: code, diffs, results and formulas, made at build time.

use std::path::PathBuf;

use mdbook_preprocessor::{Preprocessor, PreprocessorContext, book::Book, errors::Result};

/// The preprocessor.
#[derive(Debug)]
pub struct Steps {
    /// The folder of the workspace.
    root: PathBuf,
}

impl Steps {
    /// A preprocessor that reads the workspace at `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder of the workspace.
    pub fn root(&self) -> &std::path::Path {
        &self.root
    }
}

impl Preprocessor for Steps {
    fn name(&self) -> &str {
        "steps"
    }

    fn run(&self, _context: &PreprocessorContext, book: Book) -> Result<Book> {
        Ok(book)
    }
}
