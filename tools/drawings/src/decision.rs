//! What the networks of the steps say of one image while they learn.

use std::{iter::zip, ops::ControlFlow};

use charts::Drawing;
use datasets::{Inputs, digits};
use evaluation::{Classifier, Observer, Tunable};
use ndarray::{Array1, Array2};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use crate::{
    Captioned,
    pen::{Anchor::*, Pen, number},
};

const SEED: u64 = 1;
/// Of the test set that this seed deals.
const IMAGE: usize = 5;
/// How many examples have been learned when the network is asked.
const AFTER: [(usize, &str); 6] = [(0, "0"), (1, "1"), (10, "10"), (100, "100"), (1_000, "1,000"), (10_000, "10,000")];
/// Passes over the training set, more than enough for all of these.
const ITERATIONS: &str = "10";
/// The side of a pixel, and the value of one that is all ink.
const PIXEL: f64 = 6.0;
const INK: f64 = 16.0;
/// From one bar to the next.
const PITCH: f64 = 12.0;
/// Of the first bar.
const TOP: f64 = 24.0;
/// The length of a bar for 1, where the answers stand side by side, and where one changes into the next.
const SHORT: f64 = 34.0;
const LONG: f64 = 48.0;

/// Asks a network about an image, now and then.
struct Inquiry {
    /// Of shape (1, pixels).
    image: Inputs,
    /// How many examples have been learned.
    learned: usize,
    /// Its answers, of shape (classes).
    answers: Vec<Array1<f64>>,
}

impl Inquiry {
    fn ask(&mut self, network: &mut impl Classifier) {
        self.answers.push(network.predict(&self.image).row(0).to_owned());
    }
}

impl<N: Classifier> Observer<N> for Inquiry {
    fn example(&mut self, network: &mut N, _: usize) -> ControlFlow<()> {
        self.learned += 1;
        if AFTER.iter().any(|&(after, _)| after == self.learned) {
            self.ask(network);
        }
        if self.answers.len() == AFTER.len() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Returns the pixels of an image, its class, and what a network of step `N` answers as it learns.
fn answers<N: Classifier>() -> (Array2<f64>, usize, Vec<Array1<f64>>) {
    let dataset = digits(SEED);
    let mut hyperparameters = N::Hyperparameters::digits();
    hyperparameters.set("iterations", ITERATIONS).expect("all steps have iterations");
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut network = N::new(&dataset.train, &hyperparameters, &mut rng);
    let mut inquiry = Inquiry { image: dataset.test.inputs.select(&[IMAGE]), learned: 0, answers: Vec::new() };
    inquiry.ask(&mut network);
    let _ = network.train(&dataset.train, &hyperparameters, &mut rng, &mut inquiry);
    let side = dataset.test.inputs.ncols().isqrt();
    let pixels = Array2::from_shape_vec((side, side), dataset.test.inputs.row(IMAGE).iter().collect());
    (pixels.expect("the digits are square"), dataset.test.labels[IMAGE], inquiry.answers)
}

/// An image, and the ten outputs of a network of step `N` after so many examples.
pub fn decision<N: Classifier>() -> Captioned {
    let (image, class, answers) = answers::<N>();
    let mut pen = Pen::default();
    for ((row, column), value) in image.indexed_iter().filter(|(_, value)| **value > 0.0) {
        let place = (4.0 + PIXEL * column as f64, TOP + PIXEL * row as f64);
        pen.shaded("fill", place, (PIXEL, PIXEL), value / INK);
    }
    let side = PIXEL * image.ncols() as f64;
    pen.rectangle("axis", (4.0, TOP), (side, side));
    let row = |output: usize| TOP + PITCH * output as f64;
    let left = 84.0;
    for output in 0..answers[0].len() {
        let class = if output == class { "small colour" } else { "small" };
        pen.text(class, (left - 4.0, row(output) + 9.0), End, &output.to_string());
    }
    // The answers one after the other in the same place: the style sheet moves the bars. Without motion, the last.
    for output in 0..answers[0].len() {
        let shares = zip('a'..='f', &answers).map(|(name, answer)| format!("--{name}:{:.2};", answer[output]));
        pen.0 += &format!(
            "<rect class=\"fill changing {}\" x=\"{left}\" y=\"{}\" width=\"{LONG}\" height=\"9\" style=\"{}\"/>",
            colour(output == class),
            row(output) + 1.0,
            shares.collect::<String>()
        );
    }
    let mut course = String::new();
    for (index, ((_, after), answer)) in zip(AFTER, &answers).enumerate() {
        let left = 152.0 + 42.0 * index as f64;
        pen.text("small", (left, 14.0), Start, after);
        // What is shorter than half a unit cannot be seen.
        for (output, &share) in answer.iter().enumerate().filter(|(_, share)| SHORT * **share > 0.5) {
            let size = (SHORT * share, 9.0);
            pen.rectangle(&format!("fill {}", colour(output == class)), (left, row(output) + 1.0), size);
        }
        pen.line("axis", &[(left, TOP), (left, row(answer.len()))]);
        let (best, share) = best(answer);
        let mark = if best == class { "colour" } else { "small" };
        pen.text(mark, (left, row(answer.len()) + 15.0), Start, &best.to_string());
        course += &format!(" After {after}: {best}, with {}.", number(share, 2));
    }
    pen.text("small", (left + LONG, row(answers[0].len()) + 15.0), End, "the largest:");
    let description = format!("An image of a {class}, and the largest of ten outputs as the network learns.{course}");
    let batches =
        if N::Hyperparameters::digits().get("batch").is_some() { ", and the rest of their batch" } else { "" };
    let caption = format!(
        "A {class} from the test set, and the ten outputs of <code>{}</code> for it after so many examples{batches}, \
         with seed {SEED}. A bar that fills its column is 1; blue is the right answer.",
        N::STEP
    );
    let height = row(answers[0].len()) + 20.0;
    (Drawing::sketch(&format!("How {} makes up its mind", N::STEP), &description, height, pen.0), caption)
}

fn colour(right: bool) -> &'static str {
    if right { "plus" } else { "minus" }
}

/// Returns the largest output and its activation.
fn best(answer: &Array1<f64>) -> (usize, f64) {
    zip(0.., answer.iter().copied()).fold((0, f64::MIN), |best, next| if next.1 > best.1 { next } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_asked_before_it_learns_and_at_each_count() {
        let (image, class, answers) = answers::<regularized::Network>();
        assert_eq!((image.dim(), answers.len()), ((8, 8), AFTER.len()));
        assert!(answers.iter().all(|answer| (answer.sum() - 1.0).abs() < 1e-12), "{answers:?}");
        assert!(zip(&answers, &answers[1..]).all(|(one, next)| one != next));
        assert_eq!(best(&answers[AFTER.len() - 1]).0, class);
    }

    #[test]
    fn a_batch_counts_its_examples() {
        let (_, class, answers) = answers::<minibatch::Network>();
        assert_eq!(answers.len(), AFTER.len());
        assert_eq!(best(&answers[AFTER.len() - 1]).0, class);
    }
}
