//! A server of the built pages, for this machine alone.

use std::{
    fs,
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
    time::Duration,
};

use percent_encoding::percent_decode_str;
use tiny_http::{Header, Request, Response, Server};
use url::Url;

use crate::error::Error;

/// Where a page hears of new pages.
const RELOAD_PATH: &str = "/-/reload";
/// What is added to a page, so that it does.
const RELOAD_SCRIPT: &str = "<script>new EventSource('/-/reload').onmessage = () => location.reload()</script>";
/// After so long with nothing new, a page is written to all the same: it may have gone.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// Requests answered at the same time.
const THREADS: usize = 4;

/// Tells the open pages when there are new ones.
#[derive(Default)]
pub struct Reload {
    builds: Mutex<u64>,
    changed: Condvar,
}

impl Reload {
    /// There are new pages.
    pub fn announce(&self) {
        *self.builds.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.changed.notify_all();
    }

    /// Write an event whenever there are new pages, until the reader is gone.
    fn stream(&self, mut writer: impl Write) -> io::Result<()> {
        write!(
            writer,
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\r\n: here\n\n"
        )?;
        writer.flush()?;
        let mut builds = self.builds.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let seen = *builds;
            builds = self.changed.wait_timeout(builds, HEARTBEAT).unwrap_or_else(PoisonError::into_inner).0;
            writer.write_all(if *builds == seen { b": still here\n\n" } else { b"data: reload\n\n" })?;
            writer.flush()?;
        }
    }
}

/// Serve the files in `folder` at `port`, or at any free one if that is 0, as long as the process lives. With `reload`,
/// pages load themselves anew.
///
/// # Errors
///
/// If the port is taken.
pub fn serve(folder: &Path, port: u16, reload: Option<Arc<Reload>>) -> Result<SocketAddr, Error> {
    let taken = |source| Error::Port { port, source };
    let server = Server::http((Ipv4Addr::LOCALHOST, port)).map_err(taken)?;
    let address = server.server_addr().to_ip().ok_or_else(|| taken("no address of the internet".into()))?;
    let server = Arc::new(server);
    for _ in 0..THREADS {
        let (server, folder, reload) = (Arc::clone(&server), folder.to_owned(), reload.clone());
        thread::spawn(move || {
            while let Ok(request) = server.recv() {
                // A reader who has gone needs no answer.
                let _ = answer(request, &folder, reload.as_ref());
            }
        });
    }
    Ok(address)
}

fn answer(request: Request, folder: &Path, reload: Option<&Arc<Reload>>) -> io::Result<()> {
    if let Some(reload) = reload.filter(|_| request.url() == RELOAD_PATH) {
        let reload = Arc::clone(reload);
        // As long as the page is open.
        thread::spawn(move || reload.stream(request.into_writer()));
        return Ok(());
    }
    let file = file_of(request.url()).map(|file| folder.join(file));
    let file = file.map(|file| if file.is_dir() { file.join("index.html") } else { file });
    let (status, path, bytes) = match file.and_then(|file| Some((fs::read(&file).ok()?, file))) {
        Some((bytes, file)) => (200, file, bytes),
        None => {
            let page = folder.join("404.html");
            let bytes = fs::read(&page).unwrap_or_default();
            (404, page, bytes)
        }
    };
    let kind = mime_guess::from_path(&path).first_or_octet_stream();
    let mut response = bytes;
    if reload.is_some() && kind == mime_guess::mime::TEXT_HTML {
        response.extend_from_slice(RELOAD_SCRIPT.as_bytes());
    }
    let charset = if kind.type_() == mime_guess::mime::TEXT { "; charset=utf-8" } else { "" };
    let mut response = Response::from_data(response).with_status_code(status);
    for (name, value) in [("Content-Type", format!("{kind}{charset}")), ("Cache-Control", "no-store".to_owned())] {
        if let Ok(header) = Header::from_bytes(name, value) {
            response.add_header(header);
        }
    }
    request.respond(response)
}

/// The file that the path and query `url` of a request name, from the folder that is served; none outside of it.
fn file_of(url: &str) -> Option<PathBuf> {
    let url = Url::parse("http://localhost/").ok()?.join(url).ok()?;
    url.path_segments()?
        .map(|segment| {
            let name = percent_decode_str(segment).decode_utf8().ok()?;
            let leads_elsewhere = name == ".." || name.contains(['/', '\\', ':', '\0']);
            (!leads_elsewhere).then(|| name.into_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_names_a_file_in_the_folder_and_none_outside() {
        assert_eq!(file_of("/luck.html?highlight=a#b"), Some("luck.html".into()));
        assert_eq!(file_of("/theme/a%20b.css"), Some("theme/a b.css".into()));
        assert_eq!(file_of("/../../etc/passwd"), Some("etc/passwd".into()));
        assert_eq!(file_of("/%2e%2e/%2e%2e/etc/passwd"), Some("etc/passwd".into()));
        assert_eq!(file_of("/..%2f..%2fetc/passwd"), None);
        assert_eq!(file_of("/a%00b"), None);
        assert_eq!(file_of("//elsewhere/etc/passwd"), Some("etc/passwd".into()));
    }

    #[test]
    fn pages_are_served_and_told_of_new_ones() {
        use std::io::{BufRead, BufReader};
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("index.html"), "<p>ü").unwrap();
        fs::write(folder.path().join("404.html"), "<p>none").unwrap();
        let reload = Arc::new(Reload::default());
        let address = serve(folder.path(), 0, Some(Arc::clone(&reload))).unwrap();
        let get = |path: &str| {
            let mut stream = std::net::TcpStream::connect(address).unwrap();
            write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
            BufReader::new(stream)
        };
        let all = |path| io::read_to_string(get(path)).unwrap();
        let page = all("/");
        assert!(page.starts_with("HTTP/1.1 200") && page.contains("text/html; charset=utf-8"), "{page}");
        assert!(page.ends_with(&format!("<p>ü{RELOAD_SCRIPT}")), "{page}");
        assert!(all("/nothing").starts_with("HTTP/1.1 404"));
        let mut events = get(RELOAD_PATH).lines().map_while(Result::ok);
        assert!(events.any(|line| line == ": here"));
        reload.announce();
        assert!(events.any(|line| line == "data: reload"));
    }
}
