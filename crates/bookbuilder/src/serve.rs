use std::{path::Path, sync::mpsc, time::Duration};

use mdbook_steps::Steps;
use notify_debouncer_mini::{DebounceEventResult, new_debouncer, notify::RecursiveMode};

use crate::{build::build, error::Error, site::Site};

/// What the book is made from, in the folder of the workspace.
const SOURCES: [&str; 2] = ["book", "crates"];
/// How long nothing else may change before the book is built.
const QUIET: Duration = Duration::from_millis(200);

/// Build the book at `root` into the folder `site`, show it at `port`, and build it anew whenever its sources change,
/// until the process is ended.
///
/// # Errors
///
/// If the first build fails. Later ones are told on the terminal, and the old pages stay.
pub fn serve(root: &Path, site: &Path, port: u16, open: bool) -> Result<(), Error> {
    let (sender, changes) = mpsc::channel();
    let unwatched = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Watch { path, source }
    };
    let forward = move |events: DebounceEventResult| {
        // Nobody listens any more when the process ends.
        let _ = sender.send(events);
    };
    let mut watch = new_debouncer(QUIET, forward).map_err(unwatched(root))?;
    for folder in SOURCES.map(|folder| root.join(folder)) {
        watch.watcher().watch(&folder, RecursiveMode::Recursive).map_err(unwatched(&folder))?;
    }

    build(&root.join("book"), Steps::new(root), site)?;
    let server = Site::serve(site, port, true)?;
    let address = format!("http://{}/", server.address);
    println!("{address} (Ctrl-C ends it)");
    if open {
        opener::open(&address).map_err(|source| Error::Open { what: address.clone(), source })?;
    }
    for events in changes {
        let changed = events.map_err(unwatched(root))?;
        let Some(first) = changed.iter().map(|event| &event.path).find(|path| is_source(path)) else { continue };
        println!("{} changed", first.strip_prefix(root).unwrap_or(first).display());
        match build(&root.join("book"), Steps::new(root), site) {
            Ok(()) => server.reload(),
            Err(error) => eprintln!("error: {error}"),
        }
    }
    Ok(())
}

/// Whether the book may be made from the file at `path`: not from what an editor or a build leaves there.
fn is_source(path: &Path) -> bool {
    let known = ["css", "js", "json", "md", "rs", "svg", "toml", "txt"];
    path.extension().is_some_and(|extension| known.iter().any(|known| extension == *known))
}
