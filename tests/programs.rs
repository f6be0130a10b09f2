//! The programs do what they promise.

use std::{
    io::{BufRead, BufReader, Read},
    process::{ChildStdout, Command, Stdio},
};

use evaluation::{Classifier, Tunable, predictions};
use serde_json::Value;
use tests::{
    every_step,
    program::{Folder, Run},
};
use workbench::model::Model;

every_step!(trains_without_being_told_anything);

fn trains_without_being_told_anything<N: Classifier>() {
    let folder = Folder::new();
    let output = folder.output(N::STEP);
    for part in
        ["digits: 1,347 examples to learn from, 450 to be tested with", "seed             1\n", "test accuracy "]
    {
        assert!(output.contains(part), "no {part:?} in\n{output}");
    }
    for (name, value) in N::Hyperparameters::ALL
        .iter()
        .map(|hyperparameter| (hyperparameter.name, N::Hyperparameters::digits().get(hyperparameter.name)))
    {
        let flag = format!("--{} {}", name.replace('_', "-"), value.expect("a known hyperparameter"));
        assert!(output.contains(&flag), "no {flag:?} in\n{output}");
    }
    for heading in ["precision    recall  f1-score   support", "Confusion", "Worst mistakes"] {
        assert_eq!(output.matches(heading).count(), 1, "{heading:?} in\n{output}");
    }
    let iterations = output.lines().filter(|line| line.starts_with("iteration ")).count();
    assert_eq!(N::Hyperparameters::digits().get("iterations"), Some(evaluation::Value::Count(iterations)));
    assert!(folder.contents().is_empty(), "{:?}", folder.contents().keys());
}

every_step!(explains_every_flag);

fn explains_every_flag<N: Classifier>() {
    let folder = Folder::new();
    for command in ["", "tune ", "kaggle "] {
        let help = folder.output(&format!("{} {command}--help", N::STEP));
        for hyperparameter in N::Hyperparameters::ALL {
            let flag = format!("--{} <", hyperparameter.name.replace('_', "-"));
            assert!(help.contains(&flag), "no {flag:?} in\n{help}");
        }
        assert!(help.contains("Example"), "{help}");
    }
    assert!(folder.output(&format!("{} predict --help", N::STEP)).contains("--model <FILE>"));
    assert_eq!(
        folder.output(&format!("{} --version", N::STEP)),
        format!("{} {}\n", N::STEP, env!("CARGO_PKG_VERSION"))
    );
}

every_step!(is_quiet_when_told_so);

fn is_quiet_when_told_so<N: Classifier>() {
    let folder = Folder::new();
    for flag in ["--quiet", "-q"] {
        assert_eq!(folder.output(&format!("{} --iterations 1 {flag}", N::STEP)), "");
    }
}

every_step!(same_seed_gives_the_same_bytes);

fn same_seed_gives_the_same_bytes<N: Classifier>() {
    let folder = Folder::new();
    for (file, seed) in [("a", 7), ("b", 7), ("c", 8)] {
        folder.output(&format!("{} --iterations 2 --hidden 8 --quiet --seed {seed} --save {file}", N::STEP));
    }
    assert!(folder.read("a") == folder.read("b"), "the same seed gives another model");
    let [one, other] = ["a", "c"].map(|file| Model::load(&folder.path().join(file)).expect("a model"));
    assert!(one.weights.input_weights != other.weights.input_weights, "another seed gives the same weights");
}

every_step!(report_says_what_was_done);

fn report_says_what_was_done<N: Classifier>() {
    let folder = Folder::new();
    let output =
        folder.output(&format!("{} --iterations 3 --hidden 9 --seed 4 --train-accuracy --report run.json", N::STEP));
    let report: Value = serde_json::from_slice(&folder.read("run.json")).expect("JSON");
    assert_eq!(report["step"], N::STEP);
    assert_eq!(report["dataset"], "digits");
    assert_eq!(report["seed"], 4);
    assert_eq!(report["hyperparameters"]["hidden"], 9);
    let names: Vec<_> = N::Hyperparameters::ALL.iter().map(|hyperparameter| hyperparameter.name).collect();
    let mut known: Vec<_> = report["hyperparameters"].as_object().expect("an object").keys().collect();
    known.sort_by_key(|known| names.iter().position(|name| name == known));
    assert_eq!(known, names);
    assert_eq!((&report["examples"]["train"], &report["examples"]["test"]), (&1347.into(), &450.into()));
    assert_eq!(report["interrupted"], false);
    assert!(report["seconds"].as_f64().expect("a number") > 0.0);

    let iterations = report["iterations"].as_array().expect("an array");
    for (number, iteration) in iterations.iter().enumerate() {
        assert_eq!(iteration["iteration"], number + 1);
        for key in ["error", "train_accuracy", "test_accuracy", "seconds"] {
            assert!(iteration[key].as_f64().expect(key) > 0.0, "{iteration}");
        }
    }
    assert_eq!(iterations.len(), 3);

    let test = &report["test"];
    assert_eq!(test["accuracy"], iterations[2]["test_accuracy"]);
    let percent = format!("test accuracy {:.2} %", 100.0 * test["accuracy"].as_f64().expect("a number"));
    assert!(output.contains(&percent), "no {percent:?} in\n{output}");
    let confusion: Vec<Vec<u64>> = serde_json::from_value(test["confusion"].clone()).expect("a matrix of counts");
    assert_eq!(confusion.iter().flatten().sum::<u64>(), 450);
    let right: u64 = (0..10).map(|class| confusion[class][class]).sum();
    assert!((test["accuracy"].as_f64().expect("a number") - right as f64 / 450.0).abs() < 1e-12);
    for (class, row) in confusion.iter().enumerate() {
        let known = &test["classes"][class];
        let support: u64 = row.iter().sum();
        assert_eq!((&known["label"], &known["support"]), (&class.to_string().into(), &support.into()));
        assert!((known["recall"].as_f64().expect("a number") - row[class] as f64 / support as f64).abs() < 1e-12);
    }
}

every_step!(several_seeds_are_as_many_runs);

/// Each network is the one that its seed gives alone, and they vote where all have the same test set.
fn several_seeds_are_as_many_runs<N: Classifier>() {
    let folder = Folder::new();
    let settings = format!("{} --iterations 2 --hidden 9", N::STEP);
    let json = |file: &str| -> Value { serde_json::from_slice(&folder.read(file)).expect("JSON") };
    let output = folder.output(&format!("{settings} --seed 3 --seeds 3 --report all.json --plot all.svg"));
    let all = json("all.json");
    let mut accuracies = Vec::new();
    for (index, seed) in (3..6).enumerate() {
        folder.output(&format!("{settings} --seed {seed} --report one.json --quiet"));
        let (one, training) = (json("one.json"), &all["trainings"][index]);
        for key in ["step", "dataset", "seed", "hyperparameters", "examples", "test"] {
            assert_eq!(one[key], training[key], "{key} of seed {seed}");
        }
        let accuracy = one["test"]["accuracy"].as_f64().expect("a number");
        assert!(output.contains(&format!("seed {seed}  test accuracy {:.2} %\n", 100.0 * accuracy)), "{output}");
        accuracies.push(accuracy);
    }
    let mean = accuracies.iter().sum::<f64>() / 3.0;
    assert!((all["test_accuracy"]["mean"].as_f64().expect("a number") - mean).abs() < 1e-12);
    assert!(output.contains(&format!("test accuracy {:.2} % ± ", 100.0 * mean)), "{output}");
    assert!(output.contains("no vote of all of them") && all.get("vote").is_none(), "{output}");
    assert!(String::from_utf8(folder.read("all.svg")).expect("text").contains("class=\"band"));

    // With the same examples to answer.
    let output = folder.output(&format!("{settings} --seeds 3 --split-seed 1 --report all.json"));
    let confusion = json("all.json")["vote"]["confusion"].clone();
    let answers: u64 = confusion
        .as_array()
        .expect("rows")
        .iter()
        .flat_map(|row| row.as_array())
        .flatten()
        .map(|count| count.as_u64().expect("a count"))
        .sum();
    assert_eq!(answers, 450);
    assert!(output.contains("by the vote of all of them"), "{output}");
    folder.output(&format!("{settings} --report one.json --quiet"));
    assert_eq!(json("one.json")["test"], json("all.json")["trainings"][0]["test"], "seed 1 deals for seed 1");
}

/// The seed draws them, from a training set that is otherwise the same: so is the test set.
#[test]
fn a_network_can_learn_from_fewer_examples() {
    let folder = Folder::new();
    let learn = |limit: &str| {
        folder.output(&format!("regularized --iterations 2 --quiet --report run.json {limit}"));
        serde_json::from_slice::<Value>(&folder.read("run.json")).expect("JSON")
    };
    let [all, some, again, others] =
        ["", "--train-limit 100", "--train-limit 100", "--train-limit 100 --split-seed 1 --seed 3"].map(learn);
    assert_eq!(some["examples"]["train"], 100);
    assert_eq!(all["examples"]["test"], some["examples"]["test"]);
    assert_eq!(some["iterations"][1]["error"], again["iterations"][1]["error"]);
    assert_ne!(some["iterations"][1]["error"], others["iterations"][1]["error"], "other weights");
    folder.refuses("regularized --train-limit 0", 2, &["--train-limit", "1 or more"]);
    folder.refuses("regularized --train-limit 9999", 2, &["--train-limit", "1347"]);
}

#[test]
fn several_networks_have_no_one_file() {
    let folder = Folder::new();
    folder.refuses("regularized --seeds 3 --save model", 2, &["--save", "one network"]);
    folder.refuses("regularized --seeds 3 --load model", 2, &["--load", "one network"]);
    folder.refuses("regularized --seeds 2 --seed 18446744073709551615", 2, &["--seeds", "largest"]);
}

every_step!(plot_is_a_picture);

fn plot_is_a_picture<N: Classifier>() {
    let folder = Folder::new();
    folder.output(&format!("{} --iterations 3 --quiet --plot run.svg", N::STEP));
    let plot = String::from_utf8(folder.read("run.svg")).expect("text");
    assert!(plot.trim_start().starts_with("<svg") && plot.trim_end().ends_with("</svg>"), "{plot}");
    for part in [N::STEP, "mean error", "accuracy, %", "iteration", "<polyline"] {
        assert!(plot.contains(part), "no {part:?} in\n{plot}");
    }
}

every_step!(saved_network_reads_pictures);

/// As the network itself would.
fn saved_network_reads_pictures<N: Classifier>() {
    let folder = Folder::new();
    folder.output(&format!("{} --iterations 3 --save model --quiet", N::STEP));
    let examples = datasets::digits(1).test.select(&(0..20).collect::<Vec<_>>());
    let mut names = String::new();
    for (number, pixels) in examples.inputs.rows().enumerate() {
        let grey: Vec<u8> = pixels.iter().map(|pixel| (pixel / 16.0 * 255.0).round() as u8).collect();
        folder.write(&format!("{number}.png"), png(8, 8, &grey));
        names += &format!(" {number}.png");
    }
    let output = folder.output(&format!("{} predict --model model{names}", N::STEP));
    let mut network = N::from_weights(Model::load(&folder.path().join("model")).expect("a model").weights);
    let expected = predictions(network.predict(&examples.inputs).view());
    assert_eq!(output.lines().count(), expected.len(), "{output}");
    for ((number, line), answer) in output.lines().enumerate().zip(expected) {
        assert!(line.starts_with(&format!("{number}.png")), "{line}");
        let (_, found) = line.split_once(": ").expect("a colon");
        assert_eq!(found.split_whitespace().next(), Some(answer.to_string().as_str()), "{line}");
    }
}

#[test]
fn several_digits_are_read_from_left_to_right_and_drawn() {
    let folder = Folder::new();
    folder.output("regularized --iterations 1 --save model");
    // A zero and a one, in black on white.
    let mut pixels = vec![255_u8; 80 * 40];
    for (y, x) in (5..35).flat_map(|y| (5..65).map(move |x| (y, x))) {
        let zero = (5..25).contains(&x) && !((9..31).contains(&y) && (9..21).contains(&x));
        if zero || (55..60).contains(&x) {
            pixels[y * 80 + x] = 0;
        }
    }
    folder.write("ten.png", png(80, 40, &pixels));
    let output = folder.output("regularized predict --model model --show --color never ten.png");
    let names: Vec<&str> = output.lines().filter_map(|line| line.split_once(": ")).map(|(name, _)| name).collect();
    assert_eq!(names, ["ten.png, digit 1 of 2 from the left", "ten.png, digit 2 of 2 from the left"], "{output}");
    let (zero, one) = output.split_once("ten.png, digit 2").expect("two digits");
    let inked = |text: &str| text.lines().skip(1).map(str::trim).filter(|line| !line.is_empty()).count();
    assert_eq!((inked(zero), inked(one)), (8, 8), "{output}");
}

/// A picture in shades of grey.
fn png(width: u32, height: u32, pixels: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().expect("a picture");
    writer.write_image_data(pixels).expect("a picture");
    writer.finish().expect("a picture");
    bytes
}

#[test]
fn loaded_network_goes_on_where_it_was() {
    let folder = Folder::new();
    folder.output("regularized --iterations 2 --hidden 12 --save model --report saved --quiet");
    // At rate 0 nothing is learnt, whatever the decay.
    folder.output("regularized --iterations 1 --learning-rate 0 --load model --save same --report loaded --quiet");
    let [saved, loaded] =
        ["saved", "loaded"].map(|file| -> Value { serde_json::from_slice(&folder.read(file)).expect("JSON") });
    assert_eq!(saved["test"], loaded["test"]);
    assert_eq!(loaded["hyperparameters"]["hidden"], 12);
    let [model, same] = ["model", "same"].map(|file| Model::load(&folder.path().join(file)).expect("a model"));
    assert!(model.weights == same.weights, "the weights have changed on their way");

    folder.output("regularized --iterations 1 --load model --save model --quiet");
    let more = Model::load(&folder.path().join("model")).expect("a model");
    assert!(more.weights != model.weights, "nothing was learnt");
}

#[test]
fn colours_where_they_are_wanted() {
    let folder = Folder::new();
    let coloured = |flags: &str, variables: &[(&str, &str)]| {
        let mut command = folder.command(&format!("regularized --iterations 1 {flags}"));
        Run::of(command.envs(variables.iter().copied())).stdout.contains('\u{1b}')
    };
    assert!(!coloured("", &[]), "into a pipe");
    assert!(coloured("", &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured("", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(coloured("", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")]), "set to nothing is not set");
    assert!(coloured("--color always", &[("NO_COLOR", "1")]));
    assert!(!coloured("--color never", &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn reader_may_leave_early() {
    let folder = Folder::new();
    let leave = |line: &str| {
        let mut command = folder.command(line);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
        let mut first = [0];
        child.stdout.take().expect("a pipe").read_exact(&mut first).expect("a byte");
        let run = Run::from(child.wait_with_output().expect("the program ends"));
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{line}");
    };
    leave("regularized --iterations 200");
    // There is still something to be done.
    leave("regularized --iterations 20 --save model");
    let model = Model::load(&folder.path().join("model")).expect("a model");
    assert_eq!(model.hyperparameters["iterations"], "20");
    leave("regularized tune --iterations 5 --hidden 3,4,5,6 --folds 2");
}

#[test]
fn any_table_can_be_learnt_from() {
    let folder = Folder::new();
    let rows: Vec<String> = (0..60).map(|i| format!("{},{}.5", i % 3 * 10 + i % 2, i % 7)).collect();
    let class = |i: usize| ["apple", "pear", "quince"][i % 3];
    let table = |row: &dyn Fn(usize) -> String| (0..60).map(row).collect::<Vec<_>>().join("\r\n");
    folder.write("last.csv", table(&|i| format!("{},{}", rows[i], class(i))));
    folder.write("first.csv", table(&|i| format!("{},{}", class(i), rows[i])));
    folder.write(
        "named.csv",
        format!("size,fruit,weight\r\n{}", table(&|i| rows[i].replace(',', &format!(",{},", class(i))))),
    );
    for (file, label) in [("last.csv", "last"), ("first.csv", "first"), ("named.csv", "fruit")] {
        let output = folder.output(&format!("regularized --dataset {file} --label {label} --learning-rate 0.1"));
        for part in [
            &format!("{file}: 45 examples to learn from, 15 to be tested with"),
            "test accuracy 100.00 %",
            "quince       1.00",
        ] {
            assert!(output.contains(part), "no {part:?} in\n{output}");
        }
        assert!(!output.contains("Worst mistakes"), "a row of a table is no picture");
    }
    let output = folder.output("vectorized --dataset last.csv --label last --test-fraction 0.5 --iterations 1");
    assert!(output.contains("30 examples to learn from, 30 to be tested with"), "{output}");

    folder.output("regularized --dataset last.csv --label last --save fruit --quiet");
    folder.output("regularized --dataset last.csv --label last --load fruit --iterations 1 --quiet");
    folder.write("digit.png", png(8, 8, &[255; 64]));
    folder.refuses("regularized predict --model fruit digit.png", 1, &["digit.png", "not UTF-8"]);
}

#[test]
fn tune_compares_and_names_the_best() {
    let folder = Folder::new();
    let tune = "regularized tune --hidden 2,30 --iterations 3 --folds 3";
    let output = folder.output(tune);
    let rows: Vec<Vec<&str>> = output.lines().map(|line| line.split_whitespace().collect()).collect();
    let header = rows.iter().position(|row| row.starts_with(&["--hidden", "--iterations", "accuracy"]));
    let header = header.unwrap_or_else(|| panic!("no table in\n{output}"));
    assert_eq!((rows[header + 1][0], rows[header + 2][0]), ("30", "2"), "the better first:\n{output}");
    let command = "cargo run -p regularized -- --hidden 30 --iterations 3";
    for part in [
        "best: --hidden 30 --iterations 3\n",
        "±: the standard deviation over the 3 folds",
        &format!("to train it: {command}\n"),
    ] {
        assert!(output.contains(part), "no {part:?} in\n{output}");
    }
    folder.output(&format!("{tune} --report tuned.json --quiet"));
    let report: Value = serde_json::from_slice(&folder.read("tuned.json")).expect("JSON");
    assert_eq!(
        (&report[0]["hyperparameters"]["hidden"], &report[1]["not_told_from_best"]),
        (&"30".into(), &false.into())
    );
    assert_eq!(report[0]["accuracies"].as_array().expect("an array").len(), 3);

    let on = |threads| folder.output(&format!("{tune} --quiet --threads {threads}"));
    assert_eq!(on(1), on(3), "the threads make a difference");
    assert!(on(1).starts_with("--hidden"), "only the table:\n{}", on(1));
    let output = folder.output("regularized tune --hidden 2 --iterations 1 --validation-fraction 0.2");
    assert!(output.contains("1,078 of the training examples to learn from, the last 269"), "{output}");
}

/// Kaggle's two files, of small images: a bar at the left for 0, at the right for 1.
fn kaggle_files(folder: &Folder) {
    let names: Vec<String> = (0..784).map(|i| format!("pixel{i}")).collect();
    let pixels = |label: usize| {
        (0..784).map(|i| if (i % 28 < 14) == (label == 0) { "200" } else { "0" }).collect::<Vec<_>>().join(",")
    };
    let train: Vec<String> = (0..40).map(|i| format!("{},{}", i % 2, pixels(i % 2))).collect();
    let test: Vec<String> = [1, 0, 0, 1].map(pixels).to_vec();
    folder.write("train.csv", format!("label,{}\n{}\n", names.join(","), train.join("\n")));
    folder.write("test.csv", format!("{}\n{}\n", names.join(","), test.join("\n")));
}

every_step!(kaggle_gets_its_submission);

fn kaggle_gets_its_submission<N: Classifier>() {
    let folder = Folder::new();
    kaggle_files(&folder);
    let kaggle =
        format!("{} kaggle --train train.csv --test test.csv --submission out.csv --iterations 20 --seed 3", N::STEP);
    let output = folder.output(&kaggle);
    assert!(output.contains("40 examples to learn from") && output.contains("wrote 4 answers to out.csv"), "{output}");
    assert_eq!(String::from_utf8(folder.read("out.csv")).expect("text"), "ImageId,Label\n1,1\n2,0\n3,0\n4,1\n");
    let output = folder.output(&format!("{kaggle} --validation-fraction 0.25"));
    assert!(output.contains("30 examples to learn from, 10 held back"), "{output}");
    assert!(output.contains("test accuracy 100.00 %"), "{output}");

    let files = "--save model --report run.json --plot run.svg";
    folder.output(&format!("{kaggle} --validation-fraction 0.25 --quiet {files}"));
    let report: Value = serde_json::from_slice(&folder.read("run.json")).expect("JSON");
    assert_eq!((&report["dataset"], &report["test"]["accuracy"]), (&"kaggle".into(), &1.0.into()));
    assert!(folder.read("run.svg").starts_with(b"<svg"));
    folder.output(&format!("{kaggle} --validation-fraction 0.25 --load model --quiet"));
    folder.refuses(&format!("{kaggle} --validation-fraction 0.5 --load model"), 2, &["--load", "the same fraction"]);
    folder.refuses(&format!("{kaggle} --report other.json"), 2, &["--report", "--validation-fraction"]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_reports_and_saves() {
    let folder = Folder::new();
    let run =
        interrupted(folder.command("regularized --iterations 1000000 --save model --report run.json"), "iteration");
    assert_eq!((run.code, run.stderr.as_str()), (Some(130), ""), "{}", run.stdout);
    for part in
        ["Ctrl-C ended the training in iteration", "test accuracy", "precision", "wrote model", "wrote run.json"]
    {
        assert!(run.stdout.contains(part), "no {part:?} in\n{}", run.stdout);
    }
    let report: Value = serde_json::from_slice(&folder.read("run.json")).expect("JSON");
    assert_eq!(report["interrupted"], true);
    assert!(!report["iterations"].as_array().expect("an array").is_empty());
    Model::load(&folder.path().join("model")).expect("a model");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_tune_and_kaggle() {
    let folder = Folder::new();
    let tune = "regularized tune --iterations 5 --folds 2 --l2-in 0,1,2,3,4,5,6,7,8,9 \
        --l2-out 0,1,2,3,4,5,6,7,8,9 --hidden 20,30";
    let run = interrupted(folder.command(tune), "setting 1");
    assert_eq!(run.code, Some(130), "{}", run.stdout);
    assert!(run.stdout.contains("Ctrl-C ended the comparison"), "{}", run.stdout);

    kaggle_files(&folder);
    let kaggle = "regularized kaggle --train train.csv --test test.csv --submission out.csv --iterations 1000000";
    let run = interrupted(folder.command(kaggle), "iteration");
    assert_eq!(run.code, Some(130), "{}", run.stdout);
    assert_eq!(String::from_utf8(folder.read("out.csv")).expect("text").lines().count(), 5);
}

/// Run `command`, and press Ctrl-C once it has written a line that begins with `sign`.
#[cfg(unix)]
fn interrupted(mut command: Command, sign: &str) -> Run {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
    let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut stdout = String::new();
    let mut line = |output: &mut BufReader<ChildStdout>| {
        let start = stdout.len();
        let read = output.read_line(&mut stdout).expect("text");
        (read > 0).then(|| stdout[start..].to_owned())
    };
    while !line(&mut output).expect("the sign comes before the end").starts_with(sign) {}
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(kill.success());
    while line(&mut output).is_some() {}
    Run { stdout, ..Run::from(child.wait_with_output().expect("the program ends")) }
}

/// What R, pandas, Excel and others write, and what a table of images becomes.
#[test]
fn tables_of_many_kinds_are_learned_from() {
    let folder = Folder::new();
    let row = |i: usize| (i % 7, (i * 5) % 11, ["a", "b"][i % 2]);
    let rows = |line: &dyn Fn(usize) -> String| (0..40).map(line).collect::<String>();
    folder.write(
        "pandas.csv",
        ",x,y,kind\n".to_owned() + &rows(&|i| format!("{i},{},{},{}\n", row(i).0, row(i).1, row(i).2)),
    );
    folder.write(
        "excel.csv",
        "x;y;kind\r\n".to_owned() + &rows(&|i| format!("{},5;{},25;{}\r\n", row(i).0, row(i).1, row(i).2)),
    );
    folder.write(
        "text.csv",
        "x,y,who,kind\n".to_owned() + &rows(&|i| format!("{},{},Ann,{}\n", row(i).0, row(i).1, row(i).2)),
    );
    let learn = |flags: &str| folder.output(&format!("regularized --iterations 2 {flags}"));
    for (flags, note) in [
        ("--dataset pandas.csv --label kind", "note: column 1 numbers the rows, and is left out"),
        ("--dataset excel.csv --label 3", ""),
        ("--dataset text.csv --label last --ignore who", ""),
        ("--dataset text.csv --label last --ignore 3 --separator comma", ""),
    ] {
        let output = learn(flags);
        assert!(output.contains("2 inputs") && output.contains(note), "{flags}\n{output}");
        assert_eq!(note.is_empty(), !output.contains("note: "), "{flags}\n{output}");
    }
    let wide = format!("regularized {} --dataset many.csv --label last", "--iterations 1");
    folder.write(
        "many.csv",
        rows(&|i| format!("{i}.5,{i},class{}\n{i}.5,{i},class{}\n", i + 1000, i + 1000))
            + &rows(&|i| format!("1,2,c{i}\n3,4,c{i}\n")),
    );
    let output = folder.output(&wide);
    assert!(output.contains("each of 80 classes") && output.lines().count() < 20, "{output}");

    // Images in a table are images in all that follows.
    let images = datasets::digits(1);
    let line = |examples: &datasets::Examples, i: usize| {
        let pixels = examples.inputs.row(i).iter().map(|pixel| format!("{}", 15.0 * pixel)).collect::<Vec<_>>();
        format!("{},{}\n", examples.labels[i], pixels.join(","))
    };
    folder.write("train.csv", (0..300).map(|i| line(&images.train, i)).collect::<String>());
    folder.write("test.csv", (0..50).map(|i| line(&images.test, i)).collect::<String>());
    let output = learn("--dataset train.csv --label first --test test.csv --pixels 8x8 --save model");
    assert!(output.contains("300 examples to learn from, 50 to be tested with"), "{output}");
    assert!(output.contains("taken for"), "mistakes are drawn\n{output}");
    let image = images.test.inputs.row(0).iter().map(|pixel| (15.0 * pixel) as u8).collect::<Vec<u8>>();
    folder.write("one.png", png(8, 8, &image));
    folder.output("regularized predict --model model one.png");
}
