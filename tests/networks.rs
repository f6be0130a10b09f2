//! Networks in files: where they come from, and what they are used for.

use std::{collections::BTreeMap, env, process::Command};

use evaluation::Classifier;
use serde_json::Value;
use tests::{
    every_step, is_single,
    program::{Folder, Run},
};
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

/// A picture of 8 x 8 pixels in shades of grey.
fn png(pixels: &[u8; 64]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 8, 8);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().expect("a picture");
    writer.write_image_data(pixels).expect("a picture");
    writer.finish().expect("a picture");
    bytes
}

#[test]
fn answers_as_json_have_all_digits() {
    let folder = Folder::new();
    folder.output("regularized --iterations 2 --save model --quiet");
    let bar = |from: usize| png(&std::array::from_fn(|i| if (from..from + 2).contains(&(i % 8)) { 255 } else { 0 }));
    folder.write("one.png", bar(3));
    folder.write("other.png", bar(5));
    let text = folder.output("regularized predict --model model one.png other.png");
    let json = folder.output("regularized predict --model model --json one.png other.png");
    assert_eq!(json.lines().count(), 2, "{json}");
    for ((line, text), name) in json.lines().zip(text.lines()).zip(["one.png", "other.png"]) {
        let found: Value = serde_json::from_str(line).expect("JSON");
        let answer = found["answer"].as_str().expect("a class");
        assert!(found["input"] == name && text.starts_with(&format!("{name}: {answer} ")), "{line}\n{text}");
        let outputs: BTreeMap<String, f64> = serde_json::from_value(found["outputs"].clone()).expect("numbers");
        assert!((outputs.values().sum::<f64>() - 1.0).abs() < 1e-12, "{line}");
        assert!(outputs.len() == 10 && outputs.values().all(|output| *output <= outputs[answer]), "{line}");
        assert!(outputs.iter().all(|(class, output)| text.contains(&format!("{class} {output:.3}"))), "{line}");
    }
}

/// The arithmetic of the README, and nothing else. Python reads the tensors as the format's page has them: the length
/// of the header, the header in JSON, the numbers.
const PYTHON: &str = r#"
import json, struct, sys
import numpy
readme, model, inputs, outputs, copy, step = sys.argv[1:]
raw = open(model, "rb").read()
length = struct.unpack("<Q", raw[:8])[0]
header = json.loads(raw[8:8 + length])
tensors = {}
for name, entry in header.items():
    if name != "__metadata__":
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = numpy.frombuffer(raw[begin:end], "<f8").reshape(entry["shape"])
code = open(readme, encoding="utf-8").read().split("```python\n")[1].split("```")[0]
if step in ("naive-loops", "vectorized"):
    code = code.split("z = ")[0].replace("numpy.tanh", "sigmoid") + "probabilities = sigmoid(hidden @ output_weights)"
names = dict(tensors, numpy=numpy, sigmoid=lambda a: 1 / (1 + numpy.exp(-a)), x=numpy.array(json.load(open(inputs))))
exec(code, names)
json.dump(names["probabilities"].tolist(), open(outputs, "w"))
# The same network as another program would write it: single precision, no metadata.
header, data = {}, b""
for name, tensor in tensors.items():
    end = len(data) + 4 * tensor.size
    header[name] = {"dtype": "F32", "shape": tensor.shape, "data_offsets": [len(data), end]}
    data += tensor.astype("<f4").tobytes()
header = json.dumps(header).encode()
open(copy, "wb").write(struct.pack("<Q", len(header)) + header + data)
"#;

every_step!(
    #[ignore = "needs numpy"]
    numpy_repeats_the_probabilities
);

fn numpy_repeats_the_probabilities<N: Classifier>() {
    let folder = Folder::new();
    folder.output(&format!("{} --iterations 2 --save model --report saved --quiet", N::STEP));
    let inputs = datasets::digits(1).test.inputs;
    let rows: Vec<Vec<f64>> = inputs.rows().map(|row| row.iter().collect()).collect();
    folder.write("inputs", serde_json::to_string(&rows).expect("JSON"));
    folder.write("repeat.py", PYTHON);
    let python = env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
    let files = ["repeat.py", readme, "model", "inputs", "outputs", "copy", N::STEP];
    let run = Run::of(Command::new(python).args(files).current_dir(folder.path()));
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "PYTHON names a Python with numpy");

    let repeated: Vec<Vec<f64>> = serde_json::from_value(json(&folder, "outputs")).expect("numbers");
    let mut network = N::from_weights(Model::load(&folder.path().join("model")).expect("a model").weights);
    let tolerance = if is_single::<N>() { 1e-4 } else { 1e-12 };
    for (found, expected) in network.predict(&inputs).rows().into_iter().zip(&repeated) {
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < tolerance, "{}: {found} and {expected}", N::STEP);
        }
    }

    let output = folder.output(&format!("{} evaluate --model copy --report copied", N::STEP));
    assert!(output.contains("copy does not say which examples it has learnt from"), "{output}");
    let accuracy = |file: &str| json(&folder, file)["accuracy"].as_f64().expect("a number");
    let saved = json(&folder, "saved")["test"]["accuracy"].as_f64().expect("a number");
    assert!((accuracy("copied") - saved).abs() < 0.01, "{}: the copy answers otherwise", N::STEP);
}

#[test]
fn rows_of_a_table_are_answered_for() {
    let folder = Folder::new();
    folder.write("flowers.csv", flowers([0, 1, 2]));
    folder.output("regularized --dataset flowers.csv --label kind --iterations 60 --save model --quiet");
    // Found by the names of their columns, whatever the order, and whatever else is there.
    folder.write("new.csv", "who,height,petals,width\nAnn,1003,10,3\nBob,1004,0,4\n");
    let output = folder.output("regularized predict --model model new.csv");
    let lines = Vec::from_iter(output.lines());
    assert!(lines[0].starts_with("new.csv row 1: tulip") && lines[1].starts_with("new.csv row 2: rose"), "{output}");
    let output = folder.output("regularized predict --model model --json new.csv");
    let line: Value = serde_json::from_str(output.lines().next().expect("a line")).expect("JSON");
    let outputs =
        line["outputs"].as_object().expect("outputs").values().map(|output| output.as_f64().expect("a number"));
    assert!((outputs.sum::<f64>() - 1.0).abs() < 1e-12, "{line}");
    assert_eq!((&line["answer"], &line["row"]), (&"tulip".into(), &1.into()));
    folder.write("bare.csv", "3,10,1003\n4,0,1004\n");
    assert!(folder.output("regularized predict --model model bare.csv").starts_with("bare.csv row 1: tulip"));
    folder.write("other.csv", "length,weight\n1,2\n");
    folder.refuses(
        "regularized predict --model model other.csv",
        1,
        &["other.csv", "width, petals, height are expected"],
    );
}
