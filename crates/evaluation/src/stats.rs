/// Returns the mean of `values` and their sample standard deviation (dividing by n - 1). The deviation of one value is
/// NaN, because one value says nothing of how far the next may lie from it; so are both results for no values.
pub fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    // 0 / 0 for one value, 0 / -1 for none.
    let deviation = if values.is_empty() { f64::NAN } else { (squares / (n - 1.0)).sqrt() };
    (mean, deviation)
}

/// Returns the median of `values`: the one in the middle, or the mean of the two in the middle; NaN for no values.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        even if even % 2 == 0 => (sorted[middle - 1] + sorted[middle]) / 2.0,
        _ => sorted[middle],
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn deviation_does_not_depend_on_the_mean(
            values in prop::collection::vec(-1.0..1.0_f64, 2..20),
            shift in -9.0..9.0_f64,
        ) {
            let shifted: Vec<f64> = values.iter().map(|value| value + shift).collect();
            let ((mean, deviation), (shifted_mean, same)) = (mean_and_deviation(&values), mean_and_deviation(&shifted));
            prop_assert!((shifted_mean - mean - shift).abs() < 1e-12);
            prop_assert!((deviation - same).abs() < 1e-12);
        }

        #[test]
        fn as_many_values_lie_above_the_median_as_below(values in prop::collection::vec(-1.0..1.0_f64, 1..20)) {
            let median = median(&values);
            let count = |side: fn(&f64, &f64) -> bool| values.iter().filter(|value| side(value, &median)).count();
            prop_assert!(count(f64::lt) <= values.len() / 2 && count(f64::gt) <= values.len() / 2);
        }
    }

    #[test]
    fn mean_and_deviation_of_known_values() {
        assert_eq!(mean_and_deviation(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]), (5.0, (32.0_f64 / 7.0).sqrt()));
        let (mean, deviation) = mean_and_deviation(&[0.97]);
        assert!(mean == 0.97 && deviation.is_nan());
        let (mean, deviation) = mean_and_deviation(&[]);
        assert!(mean.is_nan() && deviation.is_nan());
    }

    #[test]
    fn median_of_known_values() {
        assert_eq!(median(&[3.0, 1.0, 100.0]), 3.0);
        assert_eq!(median(&[4.0, 1.0, 100.0, 3.0]), 3.5);
        assert!(median(&[]).is_nan());
    }
}
