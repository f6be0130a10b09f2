//! The program as a user runs it.
#![cfg(feature = "fetch")]

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Output},
    thread,
};

use flate2::{Compression, write::GzEncoder};
use tempfile::TempDir;

/// A web server on this machine that has the files of `folder`, and the URL to ask it for them.
fn serve(folder: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let head = BufReader::new(&stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
            let head: Vec<String> = head.collect();
            let path = head.first().and_then(|line| line.split(' ').nth(1)).unwrap_or("/");
            let (status, body) = match fs::read(folder.join(path.trim_start_matches('/'))) {
                Ok(body) => ("200 OK", body),
                Err(_) => ("404 Not Found", Vec::new()),
            };
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        }
    });
    url
}

fn datasets(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_datasets"));
    command.args(arguments);
    for proxy in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env_remove(proxy);
    }
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn usage() {
    let run = |arguments: &[&str]| datasets(arguments).output().unwrap();
    assert_eq!(run(&["fetch", "mnist", "--help"]).status.code(), Some(0));
    assert_eq!(run(&["--version"]).status.code(), Some(0));
    for wrong in
        [&[][..], &["fetch"], &["fetch", "cifar"], &["fetch", "mnist", "--directory", "."], &["--data-dir", "."]]
    {
        assert_eq!(run(wrong).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn fails_with_one_line_that_says_why() {
    let empty = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let url = serve(empty.path().to_owned());
    let Output { status, stdout, stderr } =
        datasets(&["fetch", "mnist", "--quiet", "--mirror", &url]).env("MNIST_DIR", folder.path()).output().unwrap();
    assert_eq!(status.code(), Some(1));
    assert_eq!(text(&stdout), "");
    let expected = format!("error: train-images-idx3-ubyte could not be downloaded: {url}: answered 404 Not Found\n");
    assert_eq!(text(&stderr), expected);
}

/// Returns a folder with MNIST's files as mirrors have them: compressed.
fn published() -> TempDir {
    let source = PathBuf::from(env::var_os("MNIST_DIR").expect("MNIST_DIR names the folder with MNIST's four files"));
    let folder = tempfile::tempdir().unwrap();
    for name in
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]
    {
        let compressed = fs::read(source.join(format!("{name}.gz"))).unwrap_or_else(|_| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(&fs::read(source.join(name)).unwrap()).unwrap();
            encoder.finish().unwrap()
        });
        fs::write(folder.path().join(format!("{name}.gz")), compressed).unwrap();
    }
    folder
}

#[test]
#[ignore = "needs MNIST_DIR"]
fn two_processes_fetch_mnist() {
    let published = published();
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("mnist");
    let url = serve(published.path().to_owned());
    let arguments = ["fetch", "mnist", "--data-dir", data_dir.to_str().unwrap(), "--mirror", &url];
    thread::scope(|scope| {
        for process in [(); 2].map(|()| scope.spawn(|| datasets(&arguments).output().unwrap())) {
            let Output { status, stdout, stderr } = process.join().unwrap();
            assert!(status.success(), "{}", text(&stderr));
            assert_eq!(text(&stdout), format!("MNIST is in {}\n", data_dir.display()));
        }
    });
    assert_eq!(datasets::mnist(Some(&data_dir)).unwrap().train.len(), 60_000);

    // What is damaged is replaced, the rest is not asked for again.
    let labels = data_dir.join("t10k-labels-idx1-ubyte");
    fs::write(&labels, "damaged").unwrap();
    let error = datasets::mnist(Some(&data_dir)).unwrap_err().to_string();
    assert!(error.starts_with(&format!("{}: not a file of MNIST", labels.display())), "{error}");
    let Output { status, stderr, .. } = datasets(&arguments).output().unwrap();
    assert!(status.success(), "{}", text(&stderr));
    assert_eq!(text(&stderr).matches(&url).count(), 1, "{}", text(&stderr));
    assert_eq!(fs::read_to_string(Path::new(&data_dir).join("t10k-labels-idx1-ubyte.rejected")).unwrap(), "damaged");
    assert_eq!(datasets::mnist(Some(&data_dir)).unwrap().test.len(), 10_000);
}
