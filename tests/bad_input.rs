//! Whatever a user gives the programs: one line that says what is wrong, an exit code, and nothing left behind.

use datasets::{Examples, Features};
use evaluation::{Classifier, Weights};
use ndarray::Array2;
use tests::{
    every_step,
    program::{Folder, Run},
};
use workbench::model::Model;

/// A training that is over soon.
const QUICK: &str = "--iterations 1 --hidden 4 --quiet";

every_step!(flags_have_a_range);

fn flags_have_a_range<N: Classifier>() {
    let folder = Folder::new();
    let refuses = |flags: &str, words: &[&str]| folder.refuses(&format!("{} {flags} --save model", N::STEP), 2, words);
    for count in ["--hidden", "--iterations"] {
        for bad in ["0", "-1", "1.5", "NaN", "ten", "1e3", "99999999999999999999", "1000001"] {
            refuses(&format!("{count} {bad}"), &[count, bad, "whole number from 1"]);
        }
    }
    for bad in ["-0.1", "NaN", "nan", "inf", "-inf", "1e999", "fast"] {
        refuses(&format!("--learning-rate={bad}"), &["--learning-rate", bad, "0 or more"]);
    }
    for bad in ["-1", "1.5", "one"] {
        refuses(&format!("--seed {bad}"), &["--seed", bad, "whole number"]);
    }
}

#[test]
fn flags_belong_together() {
    let folder = Folder::new();
    folder.write("table.csv", "1,a\n2,b\n3,a\n4,b\n");
    let wide = "1,".repeat(999);
    folder.write("wide.csv", format!("{wide}a\n{wide}b\n{wide}a\n{wide}b\n"));
    for (flags, words) in [
        ("--label last", ["--label", "tables"]),
        ("--test-fraction 0.5", ["--test-fraction", "tables"]),
        ("--data-dir .", ["--data-dir", "--dataset mnist"]),
        ("--dataset table.csv", ["--label", "first, last, its name or number"]),
        ("--dataset mnsit", ["--dataset", "mnist?"]),
        ("--dataset table.csv --label last --test table.csv --test-fraction 0.5", ["--test", "--test-fraction"]),
        ("--dataset table.csv --label last --pixels 28", ["--pixels", "28x28"]),
        ("--dataset table.csv --label last --separator xy", ["--separator", "semicolon"]),
        ("--dataset table.csv --label last --test-fraction 1", ["--test-fraction", "between 0 and 1"]),
        ("--dataset table.csv --label last --test-fraction -1", ["--test-fraction", "between 0 and 1"]),
        ("--save same --report same", ["--report", "--save"]),
        ("--save table.csv --dataset table.csv --label last", ["--save", "--dataset"]),
        ("--dataset wide.csv --label last --hidden 1000000", ["--hidden", "memory"]),
        ("tune --folds 1", ["--folds", "from 2"]),
        ("tune --folds 2000", ["--folds", "2000"]),
        ("tune --validation-fraction 0", ["--validation-fraction", "between 0 and 1"]),
        ("tune --validation-fraction 0.0001", ["--validation-fraction", "both parts"]),
        ("tune --hidden 10,0", ["--hidden", "\"0\""]),
        ("tune --threads 0", ["--threads", "from 1"]),
    ] {
        folder.refuses(&format!("regularized {flags}"), 2, &words);
    }
}

/// What is no value, but a word that the program does not know, is answered with how to call it.
#[test]
fn unknown_words_are_answered_with_the_usage() {
    let folder = Folder::new();
    for line in ["--bogus", "--hiden 3", "bogus", "--hidden", "--color blue", "predict", "predict image.png", "kaggle"]
    {
        let Run { code, stdout, stderr } = folder.run(&format!("regularized {line}"));
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{line}\n{stderr}");
        assert!(stderr.starts_with("error: ") && stderr.contains("--help"), "{line}\n{stderr}");
    }
    assert!(folder.contents().is_empty());
}

every_step!(files_that_cannot_be_written_are_refused_before_the_training);

fn files_that_cannot_be_written_are_refused_before_the_training<N: Classifier>() {
    let folder = Folder::new();
    folder.write("file", "text");
    for flag in ["--save", "--report", "--plot"] {
        for (path, problem) in [
            ("missing/file", "there is no folder"),
            (".", "it is a folder"),
            ("file/file", "folder"),
            ("new/", "a folder"),
        ] {
            // A million iterations: whoever waits for the end waits too long.
            let line = format!("{} --iterations 1000000 {flag} {path}", N::STEP);
            folder.refuses(&line, 1, &[flag, path, problem]);
        }
        let line = format!("{} --iterations 1000000 {flag} {}", N::STEP, "n".repeat(300));
        folder.refuses(&line, 1, &[flag, "too long"]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn full_disk_is_told() {
    let folder = Folder::new();
    for flag in ["--report", "--plot"] {
        folder.refuses(&format!("regularized {QUICK} {flag} /dev/full"), 1, &["/dev/full", "No space left"]);
    }
    let full = || std::fs::File::options().write(true).open("/dev/full").expect("Linux has it");
    let mut command = folder.command("regularized --iterations 1");
    folder.refuses_command(command.stdout(full()), 1, &["standard output", "No space left"]);

    // With a network to keep, it is told in the end, and the network is kept: where it was to be, or elsewhere.
    let mut command = folder.command("regularized --iterations 2 --hidden 4 --save model");
    let Run { code, stderr, .. } = Run::of(command.stdout(full()));
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.contains("standard output: No space left"), "{stderr}");
    Model::load(&folder.path().join("model")).expect("the network");
    let mut command = folder.command(&format!("regularized {QUICK} --save /dev/full"));
    let Run { code, stderr, .. } = Run::of(command.env("TMPDIR", folder.path()));
    let (problem, refuge) = stderr.trim_end().split_once("; the network is in ").expect("where it is");
    assert!(code == Some(1) && problem.contains("/dev/full") && problem.contains("No space left"), "{stderr}");
    Model::load(std::path::Path::new(refuge)).expect("the network");
}

#[cfg(unix)]
#[test]
fn a_log_that_is_named_again_is_written_at_its_end() {
    let folder = Folder::new();
    folder.write("log", "an earlier run\n");
    let log = std::fs::File::options().append(true).open(folder.path().join("log")).expect("a log");
    let mut command = folder.command(&format!("regularized {QUICK} --report /dev/stdout"));
    assert_eq!(Run::of(command.stdout(log)).code, Some(0));
    let log = String::from_utf8(folder.read("log")).expect("text");
    assert!(log.starts_with("an earlier run\n{") && log.trim_end().ends_with('}'), "{log}");
}

#[cfg(unix)]
#[test]
fn a_file_that_is_replaced_keeps_its_mode() {
    use std::{fs, os::unix::fs::PermissionsExt};

    let folder = Folder::new();
    folder.write("model", "old");
    let path = folder.path().join("model");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("a mode");
    folder.output(&format!("regularized {QUICK} --save model"));
    assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_to_be_ignored_is_ignored() {
    let folder = Folder::new();
    let program = folder.command("regularized");
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "trap '' HUP; exec \"$0\" --iterations 1000000 --quiet --save model"]).arg(program.get_program());
    let mut child = shell.current_dir(folder.path()).spawn().expect("it runs");
    let signal = |name: &str, id: u32| {
        std::thread::sleep(std::time::Duration::from_millis(700));
        let status = std::process::Command::new("kill").args([name, &id.to_string()]).status();
        assert!(status.expect("kill runs").success());
    };
    signal("-HUP", child.id());
    signal("-TERM", child.id());
    assert_eq!(child.wait().expect("an end").code(), Some(130), "a signal alone ends it, and the first was ignored");
    Model::load(&folder.path().join("model")).expect("the network");
}

every_step!(divergence_is_told: tanh_softmax, init_shuffle, regularized, momentum, minibatch, distortions);

/// The first networks cannot diverge: their units saturate, and then they do not learn any more.
fn divergence_is_told<N: Classifier>() {
    let folder = Folder::new();
    let fast = format!("{} --learning-rate 1e300", N::STEP);
    folder.refuses(
        &format!("{fast} --save model --report run.json --plot run.svg"),
        1,
        &["diverged", "in iteration 1;", "--learning-rate smaller than 1e300"],
    );
    folder.refuses(&format!("{} --momentum 1e200", N::STEP), 1, &["diverged", "--momentum smaller than 1e200"]);
    folder.refuses(
        &format!("{} tune --learning-rate 1e300 --folds 2 --quiet", N::STEP),
        1,
        &["every training diverged"],
    );
}

#[test]
fn tables_are_checked() {
    let folder = Folder::new();
    let many: String = (0..1200).map(|i| format!("{i},label{i}\n")).collect();
    for (table, words) in [
        ("", ["there are no examples", ""]),
        ("\r\n\r\n", ["there are no examples", ""]),
        ("size,fruit\r\n", ["there are no examples", ""]),
        ("1,a\n2,b\nthree,a\n", ["line 3", "\"three\": a number is expected"]),
        ("size,fruit\n1,a\n2,b\nthree,a\n", ["line 4", "\"three\": a number is expected"]),
        ("1,a\nNaN,b\n", ["line 2", "NaN: a finite number"]),
        ("1,a\ninf,b\n", ["line 2", "inf: a finite number"]),
        ("1,a\n1e99,b\n", ["line 2", "too large"]),
        ("1,a\n,b\n", ["line 2", "is empty"]),
        ("1,2,a\r\n3,4,b\r\n5,b\r\n", ["line 3", "2 columns, where the first line has 3"]),
        ("1,a\n2,a\n", ["all labels are \"a\"", "nothing to tell apart"]),
        ("1,a\n2,b\n", ["too few", "test set"]),
        ("1\n2\n3\n", ["one column only", ""]),
        ("1,x,a\n2,y,b\n3,z,a\n", ["--ignore 2", "text in 3"]),
        ("1,a\n2,\"b\n3,a\n", ["line 2", "a quote not closed"]),
        ("5,0,0\n6,1,1\n7,0,0\n", ["is the label once more", "--ignore 2"]),
        (many.as_str(), ["1200 distinct labels", "is it the right column?"]),
    ] {
        folder.write("table.csv", table);
        let line = format!("regularized --dataset table.csv --label last {QUICK} --save model");
        folder.refuses(&line, 1, &[&["table.csv"], &words[..]].concat());
    }
    folder.write("table.csv", b"1,\xff\n2,b\n");
    folder.refuses("regularized --dataset table.csv --label last", 1, &["table.csv", "UTF-8"]);
    folder.write("table.csv", "size,fruit\n1,a\n2,b\n");
    folder.refuses(
        "regularized --dataset table.csv --label colour",
        1,
        &["table.csv", "\"colour\"", "\"size\", \"fruit\""],
    );
    folder.refuses("regularized --dataset missing.csv --label last", 2, &["missing.csv"]);
    folder.refuses("regularized --dataset . --label last", 1, &["directory"]);
}

/// What is not bad, although it may look so: Windows line ends, a header, a mark of the byte order, empty lines.
#[test]
fn tables_may_come_from_anywhere() {
    let folder = Folder::new();
    let rows = "1,a\r\n2,b\r\n\r\n3,a\r\n4,b\r\n";
    for header in ["", "size,fruit\r\n", "\u{feff}size,fruit\r\n"] {
        folder.write("table.csv", format!("{header}{rows}"));
        let output = folder.output("regularized --dataset table.csv --label last --test-fraction 0.5 --iterations 1");
        assert!(output.contains("2 examples to learn from, 2 to be tested with"), "{output}");
    }
}

every_step!(model_files_are_checked);

fn model_files_are_checked<N: Classifier>() {
    let folder = Folder::new();
    folder.output(&format!("{} {QUICK} --save model", N::STEP));
    let good = folder.read("model");
    let refuses = |bytes: &[u8], words: &[&str]| {
        folder.write("bad", bytes);
        let words = [&["bad"], words].concat();
        folder.refuses(&format!("{} {QUICK} --load bad --save new", N::STEP), 1, &words);
        folder.refuses(&format!("{} predict --model bad digit.png", N::STEP), 1, &words);
    };
    for length in [0, 7, 8, 100, good.len() / 2, good.len() - 1] {
        refuses(&good[..length], &["not a whole safetensors file", "save the model again"]);
    }
    refuses(&[&good[..], b"more"].concat(), &["not a whole safetensors file"]);
    refuses(b"\x89PNG\r\n\x1a\n, or any other file that is no model", &["not a whole safetensors file"]);
    let mut bytes = good.clone();
    let last = bytes.len() - size_of::<f64>();
    bytes[last..].copy_from_slice(&f64::NAN.to_le_bytes());
    refuses(&bytes, &["output_weights", "not finite"]);

    folder.refuses(&format!("{} --load missing", N::STEP), 1, &["missing"]);
    folder.refuses(&format!("{} --load .", N::STEP), 1, &["directory"]);
    folder.refuses(&format!("{} --load model --hidden 5", N::STEP), 2, &["--hidden", "4 hidden units"]);
}

#[test]
fn models_of_something_else_are_refused() {
    let folder = Folder::new();
    folder.output(&format!("vectorized {QUICK} --save model"));
    let other = ["model", "vectorized, not of regularized", "cargo run -p vectorized"];
    folder.refuses("regularized --load model", 1, &other);
    folder.refuses("regularized predict --model model digit.png", 1, &other);

    folder.write("table.csv", "7,2,a\n5,3,b\n3,4,a\n4,5,b\n");
    folder.output(&format!("regularized {QUICK} --dataset table.csv --label last --test-fraction 0.5 --save table"));
    folder.refuses("regularized --load table", 1, &["table", "2 features, and digits has 64"]);
    let mut model = Model::load(&folder.path().join("table")).expect("a model");
    model.weights.input_weights = Array2::zeros((7, 4));
    model.save(&folder.path().join("torn")).expect("a file");
    folder.refuses("regularized --load torn", 1, &["torn", "the shape of input_weights is [7, 4]"]);
}

/// A model need not come from the program.
#[test]
fn models_of_other_classes_are_refused() {
    let folder = Folder::new();
    let pixels = Features::Pixels { height: 8, width: 8, max: 16 };
    let examples = Examples::new(Array2::<u8>::zeros((2, 64)), vec![0, 1], 2, pixels);
    let weights: Weights =
        regularized::Network::new(&examples, &tests::settings::<regularized::Network>(&[]), &mut tests::generator(1))
            .weights();
    let model = Model {
        step: "regularized".to_owned(),
        weights,
        features: pixels,
        classes: vec!["even".to_owned(), "odd".to_owned()],
        hyperparameters: Default::default(),
        dataset: "mine".to_owned(),
        seed: 1,
        origin: None,
    };
    model.save(&folder.path().join("model")).expect("a file");
    folder.refuses("regularized --load model", 1, &["model", "even, odd", "0, 1, 2, 3"]);
}

#[test]
fn pictures_are_checked_one_by_one() {
    let folder = Folder::new();
    folder.output(&format!("regularized {QUICK} --save model"));
    folder.write("text.png", "no picture");
    folder.write("empty.png", "");
    folder.write("phone.png", "\0\0\0\x18ftypheic");
    let Run { code, stdout, stderr } =
        folder.run("regularized predict --model model text.png empty.png missing.png . phone.png");
    assert_eq!((code, stdout.as_str()), (Some(1), ""), "{stderr}");
    assert_eq!(stderr.lines().filter(|line| line.starts_with("error: ")).count(), 5, "{stderr}");
    assert_eq!(stderr.lines().count(), 5, "{stderr}");
    for name in ["text.png", "empty.png", "missing.png", "phone.png: a HEIC or AVIF picture"] {
        assert!(stderr.contains(name), "{stderr}");
    }
}

#[test]
fn kaggle_files_are_checked() {
    let folder = Folder::new();
    let names: Vec<String> = (0..784).map(|i| format!("pixel{i}")).collect();
    let (names, pixels) = (names.join(","), vec!["0"; 784].join(","));
    let good = [format!("label,{names}\n1,{pixels}\n0,{pixels}\n"), format!("{names}\n{pixels}\n")];
    let refuses = |train: &str, test: &str, words: &[&str]| {
        folder.write("train.csv", train);
        folder.write("test.csv", test);
        let line = format!("regularized kaggle --train train.csv --test test.csv --submission out.csv {QUICK}");
        folder.refuses(&line, 1, words);
    };
    let [train, test] = &good;
    refuses(test, test, &["train.csv", "label,pixel0"]);
    refuses(train, train, &["test.csv", "pixel0"]);
    refuses("", test, &["train.csv"]);
    refuses(train, "", &["test.csv"]);
    refuses(&format!("label,{names}\n"), test, &["train.csv", "no images"]);
    refuses(train, &format!("{names}\n"), &["test.csv", "no images"]);
    refuses(&format!("label,{names}\n10,{pixels}\n"), test, &["train.csv", "line 2", "label", "0 to 9"]);
    refuses(train, &format!("{names}\n256{}\n", &pixels[1..]), &["test.csv", "line 2", "pixel0", "0 to 255"]);
    refuses(train, &format!("{names}\n{pixels},0\n"), &["test.csv", "line 2", "785 columns"]);
    folder.write("train.csv", train);
    folder.write("test.csv", test);
    let kaggle = "regularized kaggle --train train.csv --test test.csv";
    folder.refuses(&format!("{kaggle} --submission missing/out.csv"), 1, &["--submission", "there is no folder"]);
    folder.refuses(&format!("{kaggle} --submission train.csv"), 2, &["--submission", "--train"]);
    folder.refuses("regularized kaggle --train no.csv --test test.csv --submission out.csv", 1, &["no.csv"]);
}
