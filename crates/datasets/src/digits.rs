use std::io::Read;

use flate2::read::GzDecoder;
use ndarray::Array2;
use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use crate::{Dataset, Examples, Features};

/// 1,797 lines of 64 pixels from 0 to 16 and the digit: see `data/README.md` for where they come from.
const DIGITS: &[u8] = include_bytes!("../data/digits.csv.gz");
const TEST_EXAMPLES: usize = 450;

/// The 1,797 handwritten digits that come with the program, 8x8 pixels each, dealt by `seed` into 1,347 to learn from
/// and 450 to be judged by (as many as the report in the tutorial has).
pub fn digits(seed: u64) -> Dataset {
    let mut text = String::new();
    GzDecoder::new(DIGITS).read_to_string(&mut text).expect("the embedded digits decompress");
    let mut pixels = Vec::new();
    let mut labels = Vec::new();
    for line in text.split_ascii_whitespace() {
        pixels.extend(line.split(',').map(|number| number.parse::<u8>().expect("a number")));
        labels.push(pixels.pop().expect("a label at the end of the line").into());
    }
    let inputs = Array2::from_shape_vec((labels.len(), 64), pixels).expect("64 pixels for each label");
    let examples = Examples::new(inputs, labels, 10, Features::Pixels { height: 8, width: 8, max: 16 });

    let mut order: Vec<usize> = (0..examples.len()).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    let (test, train) = order.split_at(TEST_EXAMPLES);
    Dataset {
        name: "digits".to_owned(),
        classes: (0..10).map(|digit| digit.to_string()).collect(),
        train: examples.select(train),
        test: examples.select(test),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Inputs;

    #[test]
    fn has_the_published_digits() {
        let Dataset { train, test, .. } = digits(1);
        let mut counts = [0; 10];
        for &label in train.labels.iter().chain(&test.labels) {
            counts[label] += 1;
        }
        assert_eq!(counts, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
        for inputs in [&train.inputs, &test.inputs] {
            assert!(matches!(inputs, Inputs::Bytes(pixels) if pixels.iter().all(|pixel| *pixel <= 16)));
        }
        // The pixels that nobody writes on.
        for pixel in [0, 32, 39] {
            assert!(train.inputs.column(pixel).chain(test.inputs.column(pixel)).all(|ink| ink == 0.0));
        }
    }

    #[test]
    fn deals_every_digit_once_as_the_seed_says() {
        let rows = |dataset: &Dataset| -> Vec<Vec<u64>> {
            let rows = dataset.train.inputs.rows().chain(dataset.test.inputs.rows());
            rows.map(|row| row.iter().map(f64::to_bits).collect()).collect()
        };
        let (one, again, other) = (digits(1), digits(1), digits(2));
        assert_eq!((one.train.len(), one.test.len()), (1347, 450));
        assert_eq!(rows(&one), rows(&again));
        assert_ne!(rows(&one), rows(&other));
        let sorted = |dataset| {
            let mut rows = rows(dataset);
            rows.sort();
            rows
        };
        assert_eq!(sorted(&one), sorted(&other));
    }
}
