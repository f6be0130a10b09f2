//! MNIST through the programs: good, missing and damaged. The real files are in the folder that MNIST_DIR names;
//! without it, what can be made up is tested, and the rest says that it is skipped.

use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    process::Stdio,
    thread,
    time::Duration,
};

use flate2::{Compression, write::GzEncoder};
use tests::program::{Folder, Run};

const FILES: [&str; 4] =
    ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

const TRAIN: &str = "regularized --dataset mnist --hidden 3 --iterations 1 --save model";

/// The folder with the real files, if there is one.
fn published() -> Option<PathBuf> {
    let folder = env::var_os("MNIST_DIR").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: MNIST_DIR is not set");
    }
    folder
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

fn header(magic: [u8; 4], dimensions: &[u32]) -> Vec<u8> {
    let dimensions = dimensions.iter().flat_map(|dimension| dimension.to_be_bytes());
    magic.into_iter().chain(dimensions).collect()
}

#[test]
fn missing_mnist_is_told_with_the_command_that_gets_it() {
    let folder = Folder::new();
    let fetch = "cargo run -p datasets -- fetch mnist";
    folder.refuses(
        "regularized --dataset mnist --data-dir nowhere",
        1,
        &["nowhere", FILES[0], FILES[3], fetch, "--data-dir"],
    );
    folder.refuses("regularized --dataset mnist", 1, &[FILES[0], fetch, "MNIST_DIR"]);
    let mut command = folder.command("regularized --dataset mnist");
    folder.refuses_command(command.env("MNIST_DIR", "elsewhere"), 1, &["elsewhere", FILES[0], fetch]);
    for name in &FILES[..3] {
        folder.write(name, "");
    }
    folder.refuses("regularized --dataset mnist --data-dir .", 1, &[FILES[3], fetch]);
}

/// The first of the files is looked at first: what the others are does not matter.
#[test]
fn files_that_are_not_mnist_are_refused() {
    let folder = Folder::new();
    FILES.iter().for_each(|name| folder.write(name, "not reached"));
    let (images, labels) = ([0, 0, 8, 3], [0, 0, 8, 1]);
    let size = 60_000 * 28 * 28;
    let blank = [header(images, &[60_000, 28, 28]), vec![0; size]].concat();
    let compressed = gzip(&blank);
    for (bytes, problem) in [
        (vec![], "empty"),
        (images[..3].to_vec(), "cut short: 3 bytes"),
        (b"<!DOCTYPE html><title>404</title>".to_vec(), "not a file of MNIST"),
        (header(labels, &[60_000]), "these are labels, where images are expected"),
        (header(images, &[10_000, 28, 28]), "the test set in place of the training set?"),
        (header(images, &[60_000, 14, 56]), "14x56 pixels"),
        (header(images, &[u32::MAX, u32::MAX, u32::MAX]), "4294967295 examples"),
        (blank[..size].to_vec(), "cut short"),
        ([&blank[..], &[0]].concat(), "too long"),
        (blank, "not its content"),
        (compressed[..compressed.len() / 2].to_vec(), "gzip"),
        (b"\x1f\x8b and then nothing of the kind".to_vec(), "gzip"),
        (compressed, "not its content"),
    ] {
        folder.write(FILES[0], bytes);
        folder.refuses(&format!("{TRAIN} --data-dir ."), 1, &[FILES[0], problem, "fetch mnist"]);
    }
}

#[cfg(unix)]
#[test]
fn damage_to_the_real_files_is_noticed() {
    let Some(published) = published() else { return };
    let compressed = published.join(format!("{}.gz", FILES[0])).is_file();
    let suffix = if compressed { ".gz" } else { "" };
    for (number, name) in FILES.iter().enumerate() {
        let folder = Folder::new();
        let name = format!("{name}{suffix}");
        // All the others are as they should be.
        for other in FILES.map(|other| format!("{other}{suffix}")).iter().filter(|other| **other != name) {
            std::os::unix::fs::symlink(published.join(other), folder.path().join(other)).expect("a link");
        }
        let good = fs::read(published.join(&name)).expect("the real file");
        let mut flipped = good.clone();
        flipped[good.len() / 2] ^= 1 << number;
        // Images for labels, and the other way round.
        let swapped = fs::read(published.join(format!("{}{suffix}", FILES[number ^ 1]))).expect("the real file");
        for bytes in [flipped, good[..good.len() - 1].to_vec(), swapped] {
            folder.write(&name, bytes);
            folder.refuses(&format!("{TRAIN} --data-dir ."), 1, &[&name, "fetch mnist"]);
        }
    }
}

/// And in less than 500 MB.
#[test]
fn mnist_is_learnt_from() {
    let Some(published) = published() else { return };
    let folder = Folder::new();
    let mut command = folder.command(TRAIN);
    let child = command.env("MNIST_DIR", fs::canonicalize(published).expect("a folder"));
    let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut most = 0;
    while child.try_wait().expect("it can be waited for").is_none() {
        most = peak_megabytes(&status).unwrap_or(0).max(most);
        thread::sleep(Duration::from_millis(20));
    }
    let Run { code, stdout, stderr } = Run::from(child.wait_with_output().expect("it has ended"));
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{stdout}");
    assert!(stdout.contains("mnist: 60,000 examples to learn from, 10,000 to be tested with"), "{stdout}");
    assert!(stdout.contains("784 inputs, 3 hidden units, 10 outputs"), "{stdout}");
    println!("{most} MB at most");
    assert!(most < 500, "{most} MB");
}

/// The most memory that the process with this `/proc/.../status` has had so far, where there is such a thing.
fn peak_megabytes(status: &Path) -> Option<u64> {
    let status = fs::read_to_string(status).ok()?;
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    kilobytes.trim().strip_suffix(" kB")?.parse().ok().map(|kilobytes: u64| kilobytes / 1024)
}
