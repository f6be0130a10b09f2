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

/// Returns the folder with the real files, which the variable MNIST_DIR names.
fn published() -> PathBuf {
    let folder = env::var_os("MNIST_DIR").expect("MNIST_DIR names the folder with MNIST's four files");
    fs::canonicalize(folder).expect("a folder")
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
#[ignore = "needs MNIST_DIR"]
fn damage_to_the_real_files_is_noticed() {
    let published = published();
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

#[test]
#[ignore = "needs MNIST_DIR"]
fn mnist_is_learned_from() {
    let stdout = learn(TRAIN).0;
    assert!(stdout.contains("mnist: 60,000 examples to learn from, 10,000 to be tested with"), "{stdout}");
    assert!(stdout.contains("784 inputs, 3 hidden units, 10 outputs"), "{stdout}");
}

/// Peak memory, in megabytes, that no step takes more than: as with a hundred hidden units, and with many and all
/// measurements.
#[cfg(target_os = "linux")]
mod memory {
    use evaluation::Classifier;
    use tests::every_step;

    use super::learn;

    every_step!(
        #[ignore = "needs MNIST_DIR"]
        with_a_hundred_units_is_at_most_300_megabytes
    );

    fn with_a_hundred_units_is_at_most_300_megabytes<N: Classifier>() {
        takes(&format!("{} --dataset mnist --hidden 100 --iterations 1", N::STEP), 300);
    }

    every_step!(
        #[ignore = "needs MNIST_DIR"]
        with_800_units_and_all_measurements_is_at_most_350_megabytes
    );

    fn with_800_units_and_all_measurements_is_at_most_350_megabytes<N: Classifier>() {
        takes(&format!("{} --dataset mnist --hidden 800 --iterations 1 --train-accuracy", N::STEP), 350);
    }

    #[track_caller]
    fn takes(line: &str, most: u64) {
        let megabytes = learn(line).1;
        println!("{line}: {megabytes} MB");
        assert!(megabytes <= most, "{line}: {megabytes} MB");
    }
}

/// Runs the command that `line` spells on the real files, and returns its output and its peak memory in megabytes; 0
/// where the system does not tell.
#[track_caller]
fn learn(line: &str) -> (String, u64) {
    let folder = Folder::new();
    let mut command = folder.command(line);
    let child = command.env("MNIST_DIR", published()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().expect("the program runs");
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut most = 0;
    while child.try_wait().expect("it can be waited for").is_none() {
        most = peak_megabytes(&status).unwrap_or(0).max(most);
        thread::sleep(Duration::from_millis(20));
    }
    let Run { code, stdout, stderr } = Run::from(child.wait_with_output().expect("it has ended"));
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{stdout}");
    (stdout, most)
}

/// Returns the most memory that the process with this `/proc/.../status` has had so far, where there is such a thing.
fn peak_megabytes(status: &Path) -> Option<u64> {
    let status = fs::read_to_string(status).ok()?;
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    kilobytes.trim().strip_suffix(" kB")?.parse().ok().map(|kilobytes: u64| kilobytes / 1024)
}
