//! Networks as files: what they know of their origin, and what is done with them.

use rand::RngExt;
use serde_json::Value;
use tests::{generator, program::Folder};

/// Rows whose labels are chance, so that only what was learned by heart is known.
fn noise() -> String {
    let mut rng = generator(7);
    let mut random = || rng.random_range(0..1000);
    let rows = (0..200).map(|_| format!("{},{},{},{}\n", random(), random(), random(), ["a", "b"][random() % 2]));
    "x,y,z,class\n".to_owned() + &rows.collect::<String>()
}

/// Returns the test accuracy, in per cent, that the program printed.
#[track_caller]
fn accuracy(output: &str) -> f64 {
    let line = output.lines().find(|line| line.starts_with("test accuracy")).expect(output);
    line.split_whitespace().nth(2).expect(line).parse().expect(line)
}

#[test]
fn a_network_is_not_tested_with_what_it_has_learned() {
    let folder = Folder::new();
    folder.write("noise.csv", noise());
    let learn = "--iterations 300 --l2-in 0 --l2-out 0 --learning-rate 0.05";
    let first = folder.output(&format!("regularized --dataset noise.csv --label class --seed 7 {learn} --save r"));
    assert!(accuracy(&first) < 70.0, "chance is 50 %\n{first}");
    // Whatever the seed of the order is now, the test set is the old one, and so is the label.
    let on = "regularized --dataset noise.csv --load r --iterations 1 --learning-rate 1e-6";
    for seed in ["", "--seed 8"] {
        let again = folder.output(&format!("{on} {seed}"));
        assert!(again.contains("note: the test set is the one of seed 7") && again.contains("begin anew"), "{again}");
        assert_eq!(accuracy(&again), accuracy(&first), "{again}");
    }
    folder.refuses(&format!("{on} --split-seed 8"), 2, &["--split-seed", "seed 7"]);
    folder.refuses(&format!("{on} --test-fraction 0.5"), 2, &["--test-fraction", "its own is 0.25"]);
    let digits = folder.output("regularized --iterations 20 --seed 3 --save d");
    let judged = folder.output("regularized evaluate --model d");
    assert_eq!(accuracy(&judged), accuracy(&digits), "{judged}");
}

#[test]
fn columns_are_those_that_were_learned() {
    let folder = Folder::new();
    let rows = |order: [usize; 2], names: &str| {
        let row = |i: usize| {
            let cells = [i % 2 * 10, i % 7];
            format!("{},{},{}\n", cells[order[0]], cells[order[1]], ["low", "high"][i % 2])
        };
        format!("{names},kind\n") + &(0..60).map(row).collect::<String>()
    };
    folder.write("good.csv", rows([0, 1], "size,age"));
    folder.write("swapped.csv", rows([1, 0], "age,size"));
    folder.write("unit.csv", rows([0, 1], "size,age").replace("10,", "10000,"));
    folder.output("regularized --dataset good.csv --label kind --iterations 30 --save m --quiet");
    let columns = ["m", "columns size, age", "are age, size"];
    folder.refuses("regularized --dataset swapped.csv --label kind --load m", 1, &columns);
    folder.refuses("regularized evaluate --model m --dataset swapped.csv --label kind", 1, &columns);
    let output = folder.output("regularized evaluate --model m --dataset unit.csv --label kind");
    assert!(output.contains("note: column size is far from what the network has learnt from"), "{output}");

    // Rows are found by the names of their columns, whatever the order, and whatever else is there.
    folder.write("new.csv", "name,age,size\nAnn,3,10\nBob,4,0\n");
    let output = folder.output("regularized predict --model m new.csv");
    let lines = Vec::from_iter(output.lines());
    assert!(lines[0].starts_with("new.csv row 1: high") && lines[1].starts_with("new.csv row 2: low"), "{output}");
    let output = folder.output("regularized predict --model m --json new.csv");
    let line: Value = serde_json::from_str(output.lines().next().expect("a line")).expect("JSON");
    let outputs =
        line["outputs"].as_object().expect("outputs").values().map(|output| output.as_f64().expect("a number"));
    assert!((outputs.sum::<f64>() - 1.0).abs() < 1e-12, "{line}");
    assert_eq!((&line["answer"], &line["row"]), (&"high".into(), &1.into()));
    folder.write("bare.csv", "10,3\n0,4\n");
    assert!(folder.output("regularized predict --model m bare.csv").starts_with("bare.csv row 1: high"));
    folder.write("other.csv", "length,width,height\n1,2,3\n");
    folder.refuses("regularized predict --model m other.csv", 1, &["other.csv", "size, age are expected"]);
}
