//! Spot the bug: the error of a single example
//!
//! The tutorial's first network prints an error after each iteration. It falls, and jumps, and nobody can tell why: it
//! is not the error that it should be. Here is the same in Rust. Make it the mean over all examples.

/// Learns from each of the `examples` once, and returns the mean of the errors. `learn` takes the index of an example,
/// learns from it, and returns its error.
pub fn mean_error(examples: usize, mut learn: impl FnMut(usize) -> f64) -> f64 {
    let mut error = 0.0;
    for example in 0..examples {
        error = learn(example);
    }
    error
}

#[cfg(test)]
mod tests {
    use exercises::expect;
    use ndarray::Array1;

    use super::*;

    #[test]
    fn every_example_counts() {
        let errors = [4.0, 1.0, 0.5, 0.5];
        expect("the mean of the errors 4, 1, 0.5 and 0.5", mean_error(4, |example| errors[example]))
            .untouched(0.5)
            .mistake(6.0, "This is their sum. Divided by the number of examples, it can be compared between data sets.")
            .mistake(4.0, "This is the first one.")
            .mistake(0.125, "This is the last one, divided by their number.")
            .to_be(1.5);
    }

    #[test]
    fn every_example_is_learned_from_once() {
        let mut learned = Vec::new();
        mean_error(3, |example| {
            learned.push(example as f64);
            1.0
        });
        expect("the examples that the network learned from, of 0, 1 and 2", Array1::from(learned))
            .to_be(Array1::range(0.0, 3.0, 1.0));
    }
}
