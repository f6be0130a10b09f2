//! Ideas that the steps leave out, measured in PyTorch: rectifiers, Adam, a second hidden layer, convolutions.

use std::{env, process::Command};

use crate::{Bench, Cell, Column, Error, Findings, paired::Comparison};

const PROGRAM: &str = "tools/experiments/src/beyond.py";
/// The folder of the benchmark's Python programs, whose `contract.py` reads MNIST.
const SHARED: &str = "bench/python";
const SEEDS: u64 = 3;
/// Each rate is judged by this many seeds, and by a part of the training set.
const SEEDS_FOR_A_RATE: u64 = 2;
const RATES: [&str; 3] = ["0.05", "0.1", "0.2"];
const RATES_OF_ADAM: [&str; 3] = ["0.0005", "0.001", "0.002"];

/// Measures each variant on MNIST, at the learning rate that is best for it in validation.
pub fn beyond(bench: &Bench) -> Result<Findings, Error> {
    let variants = [
        ("as-it-is", "784-300-10 with tanh, gradient descent with momentum", RATES),
        ("relu", "rectifiers (ReLU) in place of tanh", RATES),
        ("adam", "Adam in place of gradient descent", RATES_OF_ADAM),
        ("deeper", "a second hidden layer of 300 units", RATES),
        ("convolutions", "two layers of convolutions, 8 and 16 maps, in place of the hidden layer", RATES),
    ];
    let rates = Vec::from_iter(variants.iter().flat_map(|(variant, _, rates)| rates.map(|rate| (*variant, rate))));
    let judged = bench.over_seeds(&rates, SEEDS_FOR_A_RATE, |(variant, rate), seed| {
        accuracy(bench, seed, variant, rate, "validation")
    })?;
    let judged = Vec::from_iter(judged.iter().map(|accuracies| accuracies.iter().sum::<f64>()));
    let best = |which: usize, rates: [&'static str; 3]| {
        let judged = &judged[which * rates.len()..];
        (0..rates.len()).max_by(|&a, &b| judged[a].total_cmp(&judged[b])).map_or(rates[0], |index| rates[index])
    };
    let chosen =
        Vec::from_iter(variants.iter().enumerate().map(|(which, (variant, _, rates))| (*variant, best(which, *rates))));
    let tested =
        bench.over_seeds(&chosen, SEEDS, |(variant, rate), seed| accuracy(bench, seed, variant, rate, "test"))?;

    let mut findings = Findings::new(
        "MNIST in PyTorch, ten iterations in batches of 128",
        [
            Column::text("rate", "learning rate"),
            Column::percent("accuracy", "test accuracy", 2),
            Column::percent("difference", "mean difference to the first row", 2),
            Column::percent("error", "its standard error", 2),
        ],
    );
    for (((key, label, _), (_, rate)), accuracies) in variants.iter().zip(&chosen).zip(&tested) {
        let mut cells = vec![("rate", Cell::Text((*rate).to_owned())), ("accuracy", accuracies.as_slice().into())];
        if *key != "as-it-is" {
            let Comparison { difference, apart, .. } = Comparison::of(&tested[0], accuracies);
            cells.extend([("difference", Cell::from(difference)), ("error", apart.into())]);
        }
        findings.row(*key, *label, cells);
    }
    Ok(findings)
}

/// Returns the accuracy of one training. In a trial there is none.
fn accuracy(bench: &Bench, seed: u64, variant: &str, rate: &str, part: &str) -> Result<f64, Error> {
    if bench.is_trial() {
        return Ok(seed as f64 / 10.0);
    }
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let python = env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let mut command = Command::new(&python);
    command.args([PROGRAM, &seed.to_string(), variant, rate, part]).env("PYTHONPATH", SHARED).current_dir(root);
    let failed = |why: String| {
        let python = python.display();
        Error::Findings(format!("{PROGRAM} needs a Python with torch, and {python} is none (PYTHON): {why}"))
    };
    let output = command.output().map_err(|error| failed(error.to_string()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().map_err(|_| failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
}
