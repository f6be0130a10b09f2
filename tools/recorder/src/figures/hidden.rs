//! What the hidden units of networks that learned MNIST see: their weights, how saturated they are, and the images that
//! excite them. The networks are those of the pad in the book.

use std::{fs, iter::zip, path::Path};

use datasets::{Dataset, Examples};
use evaluation::{Classifier, Tunable, Weights};
use ndarray::{Array1, Array2, Axis};
use playground::Network;
use rand::{SeedableRng, rngs::ChaCha8Rng};
use tanh_softmax::{dtanh, weighted_sums};
use vectorized::{dsigmoid, sigmoid};

use super::sheet::{Image, Palette, Sheet};

/// The networks of the pad learned by this seed, with so many hidden units.
const SEED: u64 = 1;
const HIDDEN: &str = "100";
/// The units whose weights are drawn: the first.
const UNITS: usize = 10;
/// The side of an image, and how large one of its pixels is drawn.
const SIDE: usize = 28;
const SCALE: f64 = 2.0;
/// The left edge of all images.
const LEFT: f64 = 10.0;
/// The test images on which saturation is drawn: the first.
const IMAGES: usize = 100;
/// The images that excite a unit most, and least.
const EXCITING: usize = 5;

/// Returns the weights that the network of a step had before it learned, and those that it ended with.
fn before_and_after<N: Classifier>(root: &Path, train: &Examples) -> Result<[Weights; 2], xtask::Error> {
    let path = root.join("book/lab/networks").join(N::STEP).with_extension("safetensors");
    let bytes = fs::read(&path).map_err(xtask::Error::file(&path, "read"))?;
    let learned = Network::from_bytes(&bytes).expect("a network that the playground wrote");
    let mut hyperparameters = N::Hyperparameters::mnist();
    hyperparameters.set("hidden", HIDDEN).expect("a number of units");
    let before = N::new(train, &hyperparameters, &mut ChaCha8Rng::seed_from_u64(SEED));
    Ok([before.weights(), learned.classifier::<N>().weights()])
}

/// Returns a picture of the weights of the first hidden units, in four steps, before and after.
pub fn weights(root: &Path, mnist: &Dataset) -> Result<String, xtask::Error> {
    let networks = [
        ("vectorized", before_and_after::<vectorized::Network>(root, &mnist.train)?),
        ("tanh-softmax", before_and_after::<tanh_softmax::Network>(root, &mnist.train)?),
        ("init-shuffle", before_and_after::<init_shuffle::Network>(root, &mnist.train)?),
        ("distortions", before_and_after::<distortions::Network>(root, &mnist.train)?),
    ];
    let mut sheet = Sheet::new(2.0 * LEFT + SCALE * (UNITS * (SIDE + 1) - 1) as f64);
    let mut y = 8.0;
    for (step, weights) in networks {
        // One scale for both, so that they can be compared: three deviations of the weights at the end.
        let scale = 3.0 * weights[1].input_weights.std(0.0);
        let moves = &weights[1].input_weights - &weights[0].input_weights;
        let moved = moves.mapv(|moved| moved * moved).mean().expect("there are weights").sqrt();
        let label =
            format!("{step}, before and after: full blue is {scale:.2}, and a typical weight moved by {moved:.3}");
        sheet.text((LEFT, y + 12.0), &label);
        y += 20.0;
        for weights in &weights {
            y += sheet.image((LEFT, y), SCALE, &tiles(weights, 0..UNITS, scale)) + 4.0;
        }
        y += 10.0;
    }
    Ok(sheet.svg(y))
}

/// Returns the weights of hidden units as images, without those of the bias.
fn tiles(weights: &Weights, units: impl IntoIterator<Item = usize>, scale: f64) -> Image {
    let of_unit = |unit: usize| {
        let column = weights.input_weights.column(unit);
        column.iter().take(SIDE * SIDE).map(|weight| weight / scale).collect()
    };
    Image::row(Palette::Signed, SIDE, &units.into_iter().map(of_unit).collect::<Vec<_>>())
}

/// Returns the activations of the hidden units for each of the first `count` examples, of shape (examples, units).
fn activations(weights: &Weights, examples: &Examples, count: usize, activation: fn(f64) -> f64) -> Array2<f64> {
    let mut activations = Array2::zeros((count, weights.input_weights.ncols()));
    let mut input = Array1::ones(weights.input_weights.nrows());
    let mut hidden = Array1::zeros(weights.input_weights.ncols());
    for (inputs, mut row) in zip(examples.inputs.rows(), activations.rows_mut()) {
        weights.scaling.apply(inputs, input.view_mut());
        weighted_sums(&input, &weights.input_weights, &mut hidden);
        row.assign(&hidden.mapv(activation));
    }
    activations
}

/// Returns a map of the slopes of all hidden units on the first test images, in three steps, before and after.
pub fn saturated(root: &Path, mnist: &Dataset) -> Result<String, xtask::Error> {
    type Curve = fn(f64) -> f64;
    let networks: [(&str, [Weights; 2], Curve, Curve); 3] = [
        ("vectorized", before_and_after::<vectorized::Network>(root, &mnist.train)?, sigmoid, dsigmoid),
        ("tanh-softmax", before_and_after::<tanh_softmax::Network>(root, &mnist.train)?, libm::tanh, dtanh),
        ("init-shuffle", before_and_after::<init_shuffle::Network>(root, &mnist.train)?, libm::tanh, dtanh),
    ];
    let side = SCALE * IMAGES as f64;
    let mut sheet = Sheet::new(3.0 * LEFT + 2.0 * side);
    let mut y = 8.0;
    for (step, weights, activation, slope) in networks {
        let steepest = slope(activation(0.0));
        sheet.text((LEFT, y + 12.0), &format!("{step}, before"));
        sheet.text((2.0 * LEFT + side, y + 12.0), "and after");
        y += 20.0;
        for (weights, x) in zip(&weights, [LEFT, 2.0 * LEFT + side]) {
            let activations = activations(weights, &mnist.test, IMAGES, activation);
            // A row for each unit, and a column for each image.
            let values = activations.t().iter().map(|&activation| 1.0 - slope(activation) / steepest).collect();
            sheet.image((x, y), SCALE, &Image { width: IMAGES, palette: Palette::Ink, values });
        }
        y += SCALE * HIDDEN.parse::<f64>().expect("a number") + 10.0;
    }
    Ok(sheet.svg(y))
}

/// Returns the weights of some units of `init-shuffle`, each with the test images that excite it most and least.
pub fn excited(root: &Path, mnist: &Dataset) -> Result<String, xtask::Error> {
    let [_, weights] = before_and_after::<init_shuffle::Network>(root, &mnist.train)?;
    let units = 0..EXCITING;
    let some = Weights {
        input_weights: weights.input_weights.select(Axis(1), &Vec::from_iter(units.clone())),
        ..weights.clone()
    };
    let totals = activations(&some, &mnist.test, mnist.test.len(), |total| total);
    let scale = 3.0 * weights.input_weights.std(0.0);
    let mut sheet = Sheet::new(4.0 * LEFT + SCALE * ((2 * EXCITING + 1) * (SIDE + 1)) as f64);
    let step = SCALE * (SIDE + 1) as f64;
    let edges = [LEFT, 2.0 * LEFT + step, 3.0 * LEFT + step * (EXCITING + 1) as f64];
    for (edge, text) in zip(edges, ["weights", "the images that excite it most", "and least"]) {
        sheet.text((edge, 20.0), text);
    }
    let mut y = 28.0;
    for (unit, totals) in zip(units, totals.columns()) {
        let mut order = Vec::from_iter(0..mnist.test.len());
        order.sort_by(|&one, &other| totals[other].total_cmp(&totals[one]).then(one.cmp(&other)));
        let most = &order[..EXCITING];
        let least = Vec::from_iter(order.iter().rev().take(EXCITING).copied());
        sheet.image((edges[0], y), SCALE, &tiles(&weights, [unit], scale));
        sheet.image((edges[1], y), SCALE, &images(&mnist.test, most));
        y += sheet.image((edges[2], y), SCALE, &images(&mnist.test, &least)) + 2.0;
    }
    Ok(sheet.svg(y + 8.0))
}

/// Returns images of MNIST side by side.
pub fn images(examples: &Examples, indices: &[usize]) -> Image {
    let pixels = |&index: &usize| examples.inputs.row(index).iter().map(|ink| ink / 255.0).collect();
    Image::row(Palette::Ink, SIDE, &indices.iter().map(pixels).collect::<Vec<_>>())
}
