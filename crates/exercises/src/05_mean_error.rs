//! Spot the bug: the error that looks at one example
//!
//! The tutorial's first network prints an error after each iteration. It falls, and jumps, and nobody can tell why: it
//! is not what it should be. Here is the same in Rust. What it should say is the mean over all examples.

/// Learn from each of the `examples` once, and give the mean of the errors. `learn` takes the number of an example,
/// learns from it, and gives its error.
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
    fn every_example_is_learnt_from_once() {
        let mut learnt = Vec::new();
        mean_error(3, |example| {
            learnt.push(example as f64);
            1.0
        });
        expect("the examples that were learnt from, of 0, 1 and 2", Array1::from(learnt))
            .to_be(Array1::range(0.0, 3.0, 1.0));
    }
}
