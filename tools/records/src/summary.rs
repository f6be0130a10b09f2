use serde::{Deserialize, Serialize};

/// One number, measured over the seeds.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Summary {
    /// The mean.
    pub mean: f64,
    /// The sample standard deviation; of one run there is none.
    pub deviation: Option<f64>,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// The number of measurements, unless they are listed beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seeds: Option<usize>,
}

/// The places of a percentage that the test set of a data set, of 450 digits or 10,000 images of MNIST, is worth.
pub fn places(dataset: &str) -> usize {
    if dataset == "mnist" { 2 } else { 1 }
}

/// `number` to this many significant digits: a record is also read by people.
pub fn significant(number: f64, digits: usize) -> f64 {
    format!("{number:.*e}", digits - 1).parse().unwrap_or(number)
}

impl Summary {
    /// The summary of `numbers`, one for each seed, to six significant digits.
    pub fn of(numbers: &[f64]) -> Self {
        Self { seeds: Some(numbers.len()), ..Self::listed(numbers, |number| significant(number, 6)) }
    }

    /// The summary of `numbers` that are listed beside it, each of its own numbers rounded by `round`.
    pub fn listed(numbers: &[f64], round: impl Fn(f64) -> f64) -> Self {
        let n = numbers.len() as f64;
        let mean = numbers.iter().sum::<f64>() / n;
        let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
        Self {
            mean: round(mean),
            deviation: (numbers.len() > 1).then(|| round((squares / (n - 1.0)).sqrt())),
            min: round(numbers.iter().copied().fold(f64::INFINITY, f64::min)),
            max: round(numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
            seeds: None,
        }
    }

    /// The mean and the deviation of fractions in per cent, and the range of the digits, since one seed's test set of
    /// 450 differs from the next one's: `97.3 ± 0.5 (96.2 – 98.0) %`.
    pub fn spread(&self, dataset: &str) -> String {
        let percent = |fraction: f64| format!("{:.*}", places(dataset), 100.0 * fraction);
        let range = match dataset {
            "mnist" => String::new(),
            _ => format!(" ({} – {})", percent(self.min), percent(self.max)),
        };
        format!("{}{range} %", self.mean_and_deviation(places(dataset), 100.0))
    }

    /// The mean and, of several runs, the deviation, `factor` times, with so many `places`: `97.3 ± 0.5`.
    pub fn mean_and_deviation(&self, places: usize, factor: f64) -> String {
        let mean = format!("{:.places$}", factor * self.mean);
        self.deviation.map_or(mean.clone(), |deviation| format!("{mean} ± {:.places$}", factor * deviation))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_tells_the_spread() {
        let summary = Summary { mean: 0.97311, deviation: Some(0.00514), min: 0.9622, max: 0.98, seeds: None };
        assert_eq!(summary.spread("digits"), "97.3 ± 0.5 (96.2 – 98.0) %");
        assert_eq!(summary.spread("mnist"), "97.31 ± 0.51 %");
        assert_eq!(Summary { deviation: None, ..summary }.mean_and_deviation(1, 100.0), "97.3");
    }

    #[test]
    fn a_summary_is_of_all_seeds() {
        let summary = Summary { mean: 0.5, deviation: Some(0.353553), min: 0.25, max: 0.75, seeds: Some(2) };
        assert_eq!(Summary::of(&[0.25, 0.75]), summary);
        assert_eq!(Summary::of(&[0.25]).deviation, None);
        assert!(Summary::of(&[]).mean.is_nan());
    }

    #[test]
    fn a_number_has_its_significant_digits() {
        assert_eq!((significant(1234.567, 4), significant(0.000123456, 4)), (1235.0, 0.0001235));
        assert_eq!(significant(0.0, 4), 0.0);
    }
}
