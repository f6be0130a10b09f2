use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
};

use super::*;
use crate::idx::tests::{gzip, small_files};

/// What a server sends before it hangs up.
enum Answer {
    /// A status line, further headers, a body, and how many bytes of it.
    Whole(&'static str, String, Vec<u8>),
    /// A body that is announced, of which only the first bytes arrive before the connection is closed.
    Cut(Vec<u8>, usize),
    /// The same, but the connection stays open, and silent.
    Stalled(Vec<u8>, usize),
}

/// A web server on this machine that notes which paths it is asked for, and from which byte on.
struct Server {
    url: String,
    requests: Arc<Mutex<Vec<(String, u64)>>>,
}

impl Server {
    fn new(answer: impl Fn(&str, u64) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/mnist/", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let noted = requests.clone();
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (noted, answer) = (noted.clone(), answer.clone());
                thread::spawn(move || {
                    let head =
                        BufReader::new(&stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
                    let head: Vec<String> = head.collect();
                    let Some(path) = head.first().and_then(|line| line.split(' ').nth(1)) else { return };
                    let range = head
                        .iter()
                        .find_map(|line| line.to_lowercase().strip_prefix("range: bytes=").map(str::to_owned));
                    let start = range.map_or(0, |range| range.trim_end_matches('-').parse().unwrap());
                    noted.lock().unwrap().push((path.to_owned(), start));
                    let (status, headers, body, sent, stall) = match answer(path, start) {
                        Answer::Whole(status, headers, body) => (status, headers, body.clone(), body.len(), false),
                        Answer::Cut(body, sent) => ("200 OK", String::new(), body, sent, false),
                        Answer::Stalled(body, sent) => ("200 OK", String::new(), body, sent, true),
                    };
                    let head = format!(
                        "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n",
                        body.len()
                    );
                    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body[..sent]));
                    if stall {
                        loop {
                            thread::park(); // for good
                        }
                    }
                });
            }
        });
        Self { url, requests }
    }

    /// A server that has `files`, by name, and knows ranges.
    fn with(files: HashMap<String, Vec<u8>>) -> Self {
        Self::new(move |path, start| {
            let Some(file) = files.get(path.trim_start_matches("/mnist/")) else { return not_found() };
            match file.get(start as usize..) {
                _ if start == 0 => ok(file.clone()),
                Some([]) | None => Answer::Whole("416 Range Not Satisfiable", String::new(), Vec::new()),
                Some(rest) => {
                    let range = format!("Content-Range: bytes {start}-{}/{}\r\n", file.len() - 1, file.len());
                    Answer::Whole("206 Partial Content", range, rest.to_vec())
                }
            }
        })
    }

    fn requests(&self) -> Vec<(String, u64)> {
        self.requests.lock().unwrap().clone()
    }
}

fn ok(body: Vec<u8>) -> Answer {
    Answer::Whole("200 OK", String::new(), body)
}

fn not_found() -> Answer {
    Answer::Whole("404 Not Found", String::new(), b"<html>no such file</html>".to_vec())
}

/// The small files as a mirror has them.
fn published() -> HashMap<String, Vec<u8>> {
    small_files().iter().map(|(file, bytes)| (format!("{}.gz", file.name), gzip(bytes))).collect()
}

/// Fetch the small files to `folder`.
fn fetch(folder: &Path, mirrors: &[&Server]) -> Result<(), Error> {
    fetch_patiently(folder, mirrors, PATIENCE)
}

fn fetch_patiently(folder: &Path, mirrors: &[&Server], patience: Duration) -> Result<(), Error> {
    let mirrors: Vec<String> = mirrors.iter().map(|server| server.url.clone()).collect();
    let agent = agent(patience).proxy(None).build().into();
    Fetcher { agent, mirrors: &mirrors, quiet: true }.fetch(&small_files().map(|(file, _)| file), folder)
}

/// What is in `folder`, without the lock.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name != "fetch.lock");
    names.sort();
    names
}

#[track_caller]
fn assert_complete(folder: &Path) {
    for (file, bytes) in small_files() {
        assert!(fs::read(folder.join(file.name)).unwrap() == bytes, "{}", file.name);
    }
}

const IMAGES: &str = "train-images-idx3-ubyte";
const LABELS: &str = "train-labels-idx1-ubyte";

#[test]
fn brings_the_files_uncompressed_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("not").join("yet");
    fetch(&folder, &[&Server::with(published())]).unwrap();
    assert_complete(&folder);
    assert_eq!(names(&folder), [IMAGES, LABELS]);
}

#[test]
fn downloads_nothing_that_is_there_compressed_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let [(_, images), (_, labels)] = small_files();
    fs::write(folder.path().join("train-images.idx3-ubyte.gz"), gzip(&images)).unwrap();
    fs::write(folder.path().join(LABELS), labels).unwrap();
    fetch(folder.path(), &[]).unwrap();
    assert!(!folder.path().join("fetch.lock").exists(), "a folder that is complete may be read-only");
}

#[test]
fn sets_a_bad_file_aside_and_replaces_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with(published());
    fetch(folder.path(), &[&server]).unwrap();
    for content in ["of the user", "of the user, too"] {
        fs::write(folder.path().join(LABELS), content).unwrap();
        fetch(folder.path(), &[&server]).unwrap();
    }
    assert_complete(folder.path());
    let rejected = |suffix| fs::read_to_string(folder.path().join(format!("{LABELS}{suffix}"))).unwrap();
    assert_eq!(rejected(".rejected"), "of the user");
    assert_eq!(rejected(".rejected.rejected"), "of the user, too");
    assert_eq!(server.requests().len(), 4, "the images stay");
}

#[test]
fn takes_up_a_download_that_broke_off() {
    let folder = tempfile::tempdir().unwrap();
    let file = published()[&format!("{IMAGES}.gz")].clone();
    let half = file.len() / 2;
    let broken = Server::new(move |_, _| Answer::Cut(file.clone(), half));
    let error = fetch(folder.path(), &[&broken]).unwrap_err().to_string();
    assert!(
        error.contains("train-images-idx3-ubyte could not be downloaded") && error.contains("broke off"),
        "{error}"
    );
    assert_eq!(names(folder.path()), [format!("{IMAGES}.gz.part")]);

    let server = Server::with(published());
    fetch(folder.path(), &[&server]).unwrap();
    assert_complete(folder.path());
    assert_eq!(names(folder.path()), [IMAGES, LABELS]);
    assert_eq!(server.requests()[0], (format!("/mnist/{IMAGES}.gz"), half as u64));
}

#[test]
fn begins_anew_where_a_server_knows_no_ranges() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(format!("{IMAGES}.gz.part")), [0x1f, 0x8b, 8]).unwrap();
    let files = published();
    let server = Server::new(move |path, _| ok(files[path.trim_start_matches("/mnist/")].clone()));
    fetch(folder.path(), &[&server]).unwrap();
    assert_complete(folder.path());
    assert_eq!(server.requests()[0].1, 3);
}

#[test]
fn begins_anew_when_the_beginning_is_of_another_file() {
    for part in [vec![1, 2, 3], vec![0; 100_000]] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(format!("{IMAGES}.gz.part")), part).unwrap();
        fetch(folder.path(), &[&Server::with(published())]).unwrap();
        assert_complete(folder.path());
    }
}

#[test]
fn accepts_a_part_that_is_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = &published()[&format!("{IMAGES}.gz")];
    fs::write(folder.path().join(format!("{IMAGES}.gz.part")), file).unwrap();
    let server = Server::with(published());
    fetch(folder.path(), &[&server]).unwrap();
    assert_complete(folder.path());
    assert_eq!(server.requests()[0].1, file.len() as u64);
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn does_not_append_a_range_that_was_not_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = published()[&format!("{IMAGES}.gz")].clone();
    fs::write(folder.path().join(format!("{IMAGES}.gz.part")), &file[..10]).unwrap();
    let wrong = Server::new(move |_, _| {
        Answer::Whole("206 Partial Content", "Content-Range: bytes 0-9/99\r\n".to_owned(), file[..10].to_vec())
    });
    assert!(fetch(folder.path(), &[&wrong]).unwrap_err().to_string().contains("answered 206"));
    fetch(folder.path(), &[&Server::with(published())]).unwrap();
    assert_complete(folder.path());
}

#[test]
fn tries_the_next_mirror_whatever_is_wrong_with_the_first() {
    let with_status = |status| Server::new(move |_, _| Answer::Whole(status, String::new(), Vec::new()));
    let other_set = {
        let [(_, mut images), (_, mut labels)] = small_files();
        images[20] ^= 1;
        labels[9] = 7;
        HashMap::from([(format!("{IMAGES}.gz"), gzip(&images)), (format!("{LABELS}.gz"), gzip(&labels))])
    };
    let closed = Server { url: "http://127.0.0.1:1/".to_owned(), requests: Arc::default() };
    let no_url = Server { url: "not a URL".to_owned(), requests: Arc::default() };
    let circle = Server::new(|path, _| Answer::Whole("302 Found", format!("Location: {path}\r\n"), Vec::new()));
    let page = Server::new(|_, _| ok(b"<!DOCTYPE html><p>This file has moved.".to_vec()));
    for (bad, reason) in [
        (Server::with(HashMap::new()), "answered 404 Not Found"),
        (with_status("403 Forbidden"), "answered 403 Forbidden"),
        (with_status("500 Internal Server Error"), "answered 500"),
        (with_status("416 Range Not Satisfiable"), "answered 416"),
        (with_status("200 OK"), "the file is empty"),
        (Server::with(other_set), "but not its content"),
        (page, "sent something else: not a file of MNIST"),
        (circle, "too many redirects"),
        (closed, "onnection refused"),
        (no_url, "uri"),
        (Server::new(|_, _| Answer::Cut(vec![0x1f; 100], 50)), "broke off"),
        (Server::new(|_, _| Answer::Cut(vec![0x1f; 100], 0)), "broke off"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let error = fetch(folder.path(), &[&bad]).unwrap_err().to_string();
        assert!(error.contains(&bad.url) && error.contains(reason), "{reason}: {error}");
        assert!(!names(folder.path()).contains(&IMAGES.to_owned()));

        fetch(folder.path(), &[&bad, &Server::with(published())]).unwrap();
        assert_complete(folder.path());
    }
}

#[test]
fn follows_a_redirect() {
    let there = Server::with(published());
    let url = there.url.clone();
    let here = Server::new(move |path, _| {
        let location = format!("Location: {url}{}\r\n", path.trim_start_matches("/mnist/"));
        Answer::Whole("302 Found", location, Vec::new())
    });
    let folder = tempfile::tempdir().unwrap();
    fetch(folder.path(), &[&here]).unwrap();
    assert_complete(folder.path());
}

/// It never speaks again, so that to end at all is to have given it up.
#[test]
fn gives_up_a_server_that_falls_silent() {
    let file = published()[&format!("{IMAGES}.gz")].clone();
    for sent in [0, 10] {
        let file = file.clone();
        let silent = Server::new(move |_, _| Answer::Stalled(file.clone(), sent));
        let folder = tempfile::tempdir().unwrap();
        fetch_patiently(folder.path(), &[&silent, &Server::with(published())], Duration::from_secs(1)).unwrap();
        assert_complete(folder.path());
    }
}

#[test]
fn does_not_take_more_than_the_file_can_have() {
    let endless = Server::new(|_, _| ok(vec![0x1f; 5_000_000]));
    let folder = tempfile::tempdir().unwrap();
    let error = fetch(folder.path(), &[&endless]).unwrap_err().to_string();
    assert!(error.contains("sent something else"), "{error}");
}

#[test]
fn two_at_once_download_each_file_once() {
    let server = Server::with(published());
    let folder = tempfile::tempdir().unwrap();
    thread::scope(|scope| {
        let both = [(); 2].map(|()| scope.spawn(|| fetch(folder.path(), &[&server])));
        for one in both {
            one.join().unwrap().unwrap();
        }
    });
    assert_complete(folder.path());
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn says_where_it_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = fetch(&file.join("folder"), &[]).unwrap_err().to_string();
    assert!(error.contains("file/folder cannot be written"), "{error}");
}
