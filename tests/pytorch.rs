//! Is `reference/pytorch.py` the network of `minibatch`, and of `momentum` in double precision?

use std::{env, process::Command};

use evaluation::Classifier;
use ndarray::Array2;
use rand::seq::SliceRandom;
use serde_json::{Value, json};
use tests::{
    generator,
    program::{Folder, Run},
    settings,
};
use workbench::model::Model;

/// Loads the network, answers, learns on in the given order with the given settings, and gives the weights back.
const PYTHON: &str = r#"
import json, sys
sys.path.append(sys.argv[1])
import torch, pytorch
torch.set_num_threads(1)
network = pytorch.load("model")
given = json.load(open("given"))
inputs = torch.tensor(given["inputs"], dtype=network.factor.dtype)
labels = torch.tensor(given["labels"])
outputs = torch.softmax(network(inputs), 1)
pytorch.train(network, inputs, labels, [torch.tensor(given["order"])], **given["settings"])
input_weights = torch.cat([network.hidden.weight.T, network.hidden.bias[None]])
found = {"outputs": outputs, "input_weights": input_weights, "output_weights": network.output.weight.T}
json.dump({name: tensor.tolist() for name, tensor in found.items()}, open("found", "w"))
"#;

#[test]
#[ignore = "needs PyTorch and safetensors for Python"]
fn pytorch_computes_and_learns_what_momentum_does() {
    compare::<momentum::Network>(1, 1e-12);
}

#[test]
#[ignore = "needs PyTorch and safetensors for Python"]
fn pytorch_computes_and_learns_what_minibatch_does() {
    compare::<minibatch::Network>(8, 2e-5); // PyTorch in double precision, the step in single, its tanh off by 6e-6
}

/// Compares the outputs of a network of the step `N`, and its weights after another iteration over 200 digits.
fn compare<N: Classifier>(batch: usize, tolerance: f64) {
    let folder = Folder::new();
    folder.output(&format!("{} --iterations 2 --save model --quiet", N::STEP));
    let examples = datasets::digits(1).train.select(&Vec::from_iter(0..200));
    // The order that the step will have, since it shuffles with the same generator.
    let mut order = Vec::from_iter(0..examples.len());
    order.shuffle(&mut generator(1));
    let values = [("iterations", 1.0), ("batch", batch as f64), ("learning_rate", 0.01), ("momentum", 0.9)];
    let decay = [("rate_decay", 0.1), ("l2_in", 1e-4), ("l2_out", 3e-3)];
    let hyperparameters = settings::<N>(&[values.as_slice(), &decay].concat());
    let arguments: serde_json::Map<_, _> =
        values[1..].iter().chain(&decay).map(|&(name, value)| (name.to_owned(), argument(value))).collect();
    let rows = Vec::from_iter(examples.inputs.rows().map(|row| Vec::from_iter(row.iter())));
    let given = json!({"inputs": rows, "labels": examples.labels, "order": order, "settings": arguments});
    folder.write("given", given.to_string());

    let model = Model::load(&folder.path().join("model")).expect("a model");
    let mut network = N::from_weights(model.weights);
    let outputs = network.predict(&examples.inputs);
    let _ = network.train(&examples, &hyperparameters, &mut generator(1), &mut ());
    let after = network.weights();

    let reference = concat!(env!("CARGO_MANIFEST_DIR"), "/reference");
    let python = env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let run = Run::of(Command::new(python).args(["-c", PYTHON, reference]).current_dir(folder.path()));
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "PYTHON names a Python with PyTorch and safetensors");
    let found: Value = serde_json::from_slice(&folder.read("found")).expect("JSON");
    for (name, ours) in
        [("outputs", outputs), ("input_weights", after.input_weights), ("output_weights", after.output_weights)]
    {
        let theirs: Vec<Vec<f64>> = serde_json::from_value(found[name].clone()).expect("numbers");
        let theirs = Array2::from_shape_vec(ours.dim(), theirs.concat()).expect("the same shape");
        let largest = (&ours - &theirs).into_iter().fold(0.0, |largest: f64, difference| largest.max(difference.abs()));
        println!("{}: {name} differ by {largest:.0e} at most", N::STEP);
        assert!(largest < tolerance, "{}: {name} differ by {largest:e}", N::STEP);
    }
}

/// Returns a number for Python, where the size of a batch has to be a whole one.
fn argument(value: f64) -> Value {
    if value.fract() == 0.0 { json!(value as u64) } else { json!(value) }
}
