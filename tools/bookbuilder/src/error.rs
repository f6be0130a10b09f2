use std::{
    io,
    path::{Path, PathBuf},
};

use mdbook_driver::errors::Error as Problem;

/// Why the book could not be built, shown or looked at.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// mdBook, or the preprocessor, found something wrong; it says where.
    #[error("{0:#}")]
    Build(Problem),
    /// A file or folder cannot be read or written.
    #[error("{} cannot be {attempt}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// `read` or `written`.
        attempt: &'static str,
        /// What the operating system says.
        source: io::Error,
    },
    /// The name of a page makes no address.
    #[error("a page has a name that makes no address: {0}")]
    Address(#[from] url::ParseError),
    /// There is nothing to check.
    #[error("{} has no pages; build the book", site.display())]
    NoPages {
        /// The folder.
        site: PathBuf,
    },
    /// Changes to a file or folder are not told.
    #[error("{} cannot be watched: {source}; build by hand, with `cargo xtask book`", path.display())]
    Watch {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        source: notify::Error,
    },
    /// The book cannot be served.
    #[error("port {port} cannot be had: {source}; choose another one with --port")]
    Port {
        /// The port.
        port: u16,
        /// What the operating system says.
        source: io::Error,
    },
    /// No program shows the book.
    #[error("{what} cannot be opened: {source}; open it by hand")]
    Open {
        /// The page.
        what: String,
        /// What the operating system says.
        source: opener::OpenError,
    },
    /// The steps cannot be compiled for the browser, as the standard library for it is not there.
    #[error(
        "the lab needs the steps as WebAssembly: `rustup target add {target}`; or build the book without it: `cargo \
         xtask book --no-lab`"
    )]
    NoTarget {
        /// The platform.
        target: &'static str,
    },
    /// The lab cannot be made.
    #[error("the lab cannot be made: {problem}")]
    Lab {
        /// What the compiler or wasm-bindgen says.
        problem: String,
    },
    /// There is no browser to look at the pages with.
    #[error(
        "there is no Chromium to look at the pages with; install it (Debian and Ubuntu: `apt-get install chromium`; or \
         Google Chrome, or Edge), or set CHROME to the path of one"
    )]
    NoBrowser,
    /// The browser does not start.
    #[error("{} does not start: {problem:#}; set CHROME to the path of another", path.display())]
    Start {
        /// The browser.
        path: PathBuf,
        /// What it says.
        problem: Problem,
    },
    /// A page cannot be looked at.
    #[error("{url} cannot be looked at: {problem:#}")]
    Page {
        /// The page.
        url: String,
        /// What the browser says.
        problem: Problem,
    },
}

impl Error {
    /// For `map_err`: the file or folder at `path` cannot be `attempt`ed.
    pub fn file(path: &Path, attempt: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { path: path.to_owned(), attempt, source }
    }
}
