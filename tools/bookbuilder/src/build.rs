use std::{fs, path::Path};

use mdbook_driver::MDBook;
use mdbook_steps::Steps;

use crate::{error::Error, lab};

/// Build the book in the folder `book` into the folder `site`, with the `lab` of a workspace if there is one. If that
/// fails, `site` stays as it was.
///
/// # Errors
///
/// As mdBook and `steps` report them, with file and line; or if `site` cannot be replaced.
pub fn build(book: &Path, steps: Steps, site: &Path, lab: Option<&Path>) -> Result<(), Error> {
    let parent = site.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(Error::file(parent, "written"))?;
    let staging = tempfile::tempdir_in(parent).map_err(Error::file(parent, "written"))?;
    let (new, old) = (staging.path().join("new"), staging.path().join("old"));

    let mut builder = MDBook::load(book).map_err(Error::Build)?;
    builder.config.build.build_dir.clone_from(&new);
    // In place of the one of the same name that book.toml starts as a program.
    builder.with_preprocessor(steps);
    builder.build().map_err(Error::Build)?;
    if let Some(root) = lab {
        lab::add(root, &new)?;
    }

    if site.exists() {
        fs::rename(site, old).map_err(Error::file(site, "written"))?;
    }
    fs::rename(new, site).map_err(Error::file(site, "written"))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// A book of one chapter, whose preprocessor would fail as a program.
    fn book(folder: &Path, chapter: &str) -> PathBuf {
        let book = folder.join("book");
        fs::create_dir_all(book.join("src")).unwrap();
        fs::write(book.join("book.toml"), "[book]\ntitle = \"T\"\n[preprocessor.steps]\ncommand = \"false\"\n")
            .unwrap();
        fs::write(book.join("src/SUMMARY.md"), "[One](one.md)\n").unwrap();
        fs::write(book.join("src/one.md"), chapter).unwrap();
        book
    }

    #[test]
    fn the_preprocessor_runs_in_process_instead_of_its_command() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("target/book");
        build(&book(folder.path(), "# One\n\nText.\n"), Steps::new(crate::root()), &site, None).unwrap();
        assert!(fs::read_to_string(site.join("one.html")).unwrap().contains("<p>Text.</p>"));
        assert_eq!(fs::read_dir(site.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_build_that_fails_says_where_and_keeps_the_old_pages() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site");
        let path = book(folder.path(), "# One\n");
        build(&path, Steps::new(crate::root()), &site, None).unwrap();
        fs::write(path.join("src/one.md"), "# One\n\n{{#value none mean}}\n").unwrap();
        let error = build(&path, Steps::new(crate::root()), &site, None).unwrap_err().to_string();
        assert!(error.contains("one.md:3: "), "{error}");
        assert!(site.join("one.html").exists());
    }
}
