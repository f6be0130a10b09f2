//! A server of the built pages, for this machine alone.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
};

use axum::{
    Router,
    http::{HeaderValue, header::CACHE_CONTROL},
};
use tokio::{net::TcpListener, runtime::Runtime};
use tower_http::{
    services::{ServeDir, ServeFile},
    set_header::SetResponseHeaderLayer,
};
use tower_livereload::{LiveReloadLayer, Reloader};

use crate::error::Error;

/// The pages at an address, as long as this value lives.
pub struct Site {
    pub address: SocketAddr,
    reloader: Option<Reloader>,
    _runtime: Runtime,
}

impl Site {
    /// Serve the files in `folder` at `port`, or at any free one if that is 0. With `live`, pages can be made to load
    /// themselves anew.
    ///
    /// # Errors
    ///
    /// If the port is taken.
    pub fn serve(folder: &Path, port: u16, live: bool) -> Result<Self, Error> {
        let taken = |source| Error::Port { port, source };
        let runtime = Runtime::new().map_err(taken)?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, port))).map_err(taken)?;
        let address = listener.local_addr().map_err(taken)?;
        let files = ServeDir::new(folder).not_found_service(ServeFile::new(folder.join("404.html")));
        // Built twice in a second, a file would seem to be the same.
        let fresh = SetResponseHeaderLayer::overriding(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let mut router = Router::new().fallback_service(files).layer(fresh);
        let mut reloader = None;
        if live {
            let layer = LiveReloadLayer::new();
            reloader = Some(layer.reloader());
            router = router.layer(layer);
        }
        runtime.spawn(async { axum::serve(listener, router).await });
        Ok(Self { address, reloader, _runtime: runtime })
    }

    /// Make the open pages load themselves anew, if the site is a live one.
    pub fn reload(&self) {
        if let Some(reloader) = &self.reloader {
            reloader.reload();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        io::{self, Write},
        net::TcpStream,
    };

    use super::*;

    #[test]
    fn pages_are_served_and_nothing_outside() {
        let folder = tempfile::tempdir().unwrap();
        let pages = folder.path().join("pages");
        fs::create_dir(&pages).unwrap();
        fs::write(pages.join("index.html"), "<!DOCTYPE html><p>Page</p>").unwrap();
        fs::write(pages.join("404.html"), "<!DOCTYPE html><p>None</p>").unwrap();
        fs::write(folder.path().join("secret"), "Secret").unwrap();
        let get = |site: &Site, path: &str| {
            let mut stream = TcpStream::connect(site.address).unwrap();
            write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
            io::read_to_string(stream).unwrap()
        };
        let site = Site::serve(&pages, 0, false).unwrap();
        let page = get(&site, "/");
        assert!(page.starts_with("HTTP/1.1 200") && page.ends_with("<p>Page</p>"), "{page}");
        let page = get(&site, "/nothing");
        assert!(page.starts_with("HTTP/1.1 404") && page.ends_with("<p>None</p>"), "{page}");
        assert!(get(&site, "/../secret").starts_with("HTTP/1.1 404"));
        assert!(get(&site, "/%2e%2e/secret").starts_with("HTTP/1.1 404"));
        let page = get(&Site::serve(&pages, 0, true).unwrap(), "/");
        assert!(page.contains("<p>Page</p>") && page.contains("<script"), "{page}");
    }

    #[test]
    fn a_port_that_is_taken_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let port = Site::serve(folder.path(), 0, false).map(|site| (site.address.port(), site)).unwrap();
        let error = Site::serve(folder.path(), port.0, false).err().unwrap().to_string();
        assert!(error.contains(&format!("port {}", port.0)), "{error}");
    }
}
