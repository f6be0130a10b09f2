use std::{
    path::{Path, PathBuf},
    sync::mpsc::{self, Receiver},
    time::Duration,
};

use mdbook_steps::Steps;
use notify::{Event, RecursiveMode, Watcher};

use crate::{build::build, error::Error, site::Site};

/// What the book is made from, in the folder of the workspace.
const SOURCES: [&str; 2] = ["book", "crates"];
/// How long nothing else may change before the book is built: an editor may write a file in parts, and git many files.
const QUIET: Duration = Duration::from_millis(200);

/// Build the book at `root` into the folder `site`, show it at `port`, and build it anew whenever its sources change,
/// until the process is ended.
///
/// # Errors
///
/// If the first build fails. Later ones are told on the terminal, and the old pages stay.
pub fn serve(root: &Path, site: &Path, port: u16, open: bool, with_lab: bool) -> Result<(), Error> {
    let (sender, events) = mpsc::channel();
    let unwatched = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Watch { path, source }
    };
    let mut watcher = notify::recommended_watcher(sender).map_err(unwatched(root))?;
    for folder in SOURCES.map(|folder| root.join(folder)) {
        watcher.watch(&folder, RecursiveMode::Recursive).map_err(unwatched(&folder))?;
    }

    let lab = with_lab.then_some(root);
    build(&root.join("book"), Steps::new(root), site, lab)?;
    let server = Site::serve(site, port, true)?;
    let address = format!("http://{}/", server.address);
    println!("{address} (Ctrl-C ends it)");
    if open {
        opener::open(&address).map_err(|source| Error::Open { what: address.clone(), source })?;
    }
    while let Some(path) = changed(&events).map_err(unwatched(root))? {
        println!("{} changed", path.strip_prefix(root).unwrap_or(&path).display());
        match build(&root.join("book"), Steps::new(root), site, lab) {
            Ok(()) => server.reload(),
            Err(error) => eprintln!("error: {error}"),
        }
    }
    Ok(())
}

/// Wait until a source has changed, and then nothing for a while. Gives the source; `None` if nobody watches any more.
fn changed(events: &Receiver<notify::Result<Event>>) -> notify::Result<Option<PathBuf>> {
    let mut changed = None;
    loop {
        let event = match changed {
            None => events.recv().ok(),
            Some(_) => events.recv_timeout(QUIET).ok(),
        };
        let Some(event) = event.transpose()? else { return Ok(changed) };
        // The build itself reads.
        if !event.kind.is_access() {
            changed = changed.or(event.paths.into_iter().find(|path| is_source(path)));
        }
    }
}

/// Whether the book may be made from the file at `path`: not from what an editor or a build leaves there.
fn is_source(path: &Path) -> bool {
    let known = ["css", "js", "json", "md", "rs", "svg", "toml", "txt"];
    path.extension().is_some_and(|extension| known.iter().any(|known| extension == *known))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_change_is_told_and_reading_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap().join("chapter.md");
        fs::write(&path, "Before").unwrap();
        let (sender, events) = mpsc::channel();
        let mut watcher = notify::recommended_watcher(sender).unwrap();
        watcher.watch(path.parent().unwrap(), RecursiveMode::Recursive).unwrap();
        fs::read(&path).unwrap();
        fs::write(path.with_extension("swp"), "An editor's").unwrap();
        let other = path.with_file_name("other.rs");
        fs::write(&other, "After").unwrap();
        assert_eq!(changed(&events).unwrap(), Some(other));
        drop(watcher);
        assert_eq!(changed(&events).unwrap(), None);
    }
}
