//! Networks in files: where they come from, and what they are used for.

use serde_json::Value;
use tests::program::Folder;
use workbench::model::Model;

/// Flowers of three kinds, whose petals tell them apart, with their names in the first line.
fn flowers(order: [usize; 3]) -> String {
    let names = ["width", "petals", "height"];
    let row = |i: usize| [(i % 7) as f64, (i % 3 * 10 + i % 2) as f64, 1000.0 + (i % 11) as f64];
    let line =
        |cells: [String; 3], class: &str| format!("{},{class}\n", order.map(|column| cells[column].clone()).join(","));
    let rows = (0..90).map(|i| line(row(i).map(|cell| cell.to_string()), ["rose", "tulip", "aster"][i % 3]));
    line(names.map(str::to_owned), "kind") + &rows.collect::<String>()
}

fn json(folder: &Folder, file: &str) -> Value {
    serde_json::from_slice(&folder.read(file)).expect("JSON")
}

#[test]
fn the_division_follows_the_file() {
    let folder = Folder::new();
    folder.write("flowers.csv", flowers([0, 1, 2]));
    for (data, division, contradictions) in [
        ("", "--split-seed 5", vec![("--split-seed 6", "--split-seed")]),
        (
            "--dataset flowers.csv --label kind",
            "--test-fraction 0.1",
            vec![("--test-fraction 0.5", "--test-fraction"), ("--split-seed 3", "--split-seed")],
        ),
    ] {
        let quick = format!("regularized {data} --iterations 2 --quiet");
        folder.output(&format!("{quick} {division} --seed 2 --save model --report saved"));
        // At rate 0 nothing is learnt, whatever the seed.
        let load = "--load model --learning-rate 0";
        folder.output(&format!("{quick} {load} --seed 9 --save again --report loaded"));
        assert_eq!(json(&folder, "saved")["test"], json(&folder, "loaded")["test"], "{data}");
        let [one, other] = ["model", "again"].map(|file| Model::load(&folder.path().join(file)).expect("a model"));
        assert!(one.origin.is_some() && one.origin == other.origin, "{data}");
        folder.output(&format!("{quick} {load} {division}"));
        for (flag, word) in contradictions {
            folder.refuses(&format!("{quick} {load} {flag}"), 2, &[word, "model has learnt from another part"]);
            folder.refuses(&format!("regularized evaluate --model model {data} {flag}"), 2, &[word, "another part"]);
        }
        folder.output(&format!("regularized evaluate --model model {data} --report evaluated --seed 4 --quiet"));
        assert_eq!(json(&folder, "saved")["test"], json(&folder, "evaluated"), "{data}");
    }
    let output = folder.output("regularized --dataset flowers.csv --load model --iterations 1");
    assert!(output.contains("note: the network goes on learning with velocity, schedule and the order"), "{output}");
    assert!(folder.output("regularized --help").contains("velocity, schedule and order begin anew"));
}

#[test]
fn a_file_that_does_not_say_is_divided_by_its_seed() {
    let folder = Folder::new();
    folder.output("regularized --iterations 2 --seed 3 --save model --report saved --quiet");
    let mut model = Model::load(&folder.path().join("model")).expect("a model");
    model.origin = None;
    model.save(&folder.path().join("model")).expect("a file");
    let output = folder.output("regularized evaluate --model model --report evaluated");
    assert!(output.contains("note: model does not say which examples it has learnt from"), "{output}");
    assert_eq!(json(&folder, "saved")["test"], json(&folder, "evaluated"));
}

#[test]
fn a_table_has_the_columns_that_the_network_knows() {
    let folder = Folder::new();
    folder.write("flowers.csv", flowers([0, 1, 2]));
    folder.output("regularized --dataset flowers.csv --label kind --learning-rate 0.1 --save model --quiet");
    folder.write("swapped.csv", flowers([1, 0, 2]));
    folder.write("renamed.csv", flowers([0, 1, 2]).replace("height", "length"));
    for (file, words) in [
        ("swapped.csv", ["feature 1 was \"width\"", "is \"petals\" in swapped.csv"]),
        ("renamed.csv", ["feature 3 was \"height\"", "is \"length\" in renamed.csv"]),
    ] {
        folder.refuses(&format!("regularized evaluate --model model --dataset {file}"), 1, &words);
        folder.refuses(&format!("regularized --load model --dataset {file}"), 1, &words);
    }

    // Without names, the numbers tell.
    let nameless = |order| flowers(order).lines().skip(1).map(|line| format!("{line}\n")).collect::<String>();
    folder.write("nameless.csv", nameless([0, 2, 1]));
    let evaluate = "regularized evaluate --model model --label last --dataset";
    let output = folder.output(&format!("{evaluate} nameless.csv"));
    assert!(output.contains("lie far from those that model has learnt from (feature 2, 3)"), "{output}");

    // All of another table is a test.
    let more = flowers([0, 1, 2]).lines().take(61).map(|line| format!("{line}\n")).collect::<String>();
    folder.write("more.csv", more);
    let output = folder.output(&format!("{evaluate} more.csv"));
    for part in ["more.csv: 60 examples, all", "test accuracy 100.00 % (60 of 60)", "more.csv is not what model has"] {
        assert!(output.contains(part), "no {part:?} in\n{output}");
    }
    folder.refuses("regularized evaluate --model model", 1, &["learnt from 3 features, and digits has 64"]);
}
