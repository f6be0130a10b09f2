//! The axes of a chart: where its values lie, and the round numbers at its side.

use crate::{Error, text::grouped};

/// The largest number that can be drawn: larger ones would overflow on the way.
pub const LARGEST: f64 = 1e300;

/// Checks that all `numbers` of the chart with this `title` have a place on its axes.
pub fn check(title: &str, logarithmic: bool, numbers: impl IntoIterator<Item = f64>) -> Result<(), Error> {
    let mut numbers = numbers.into_iter();
    let (least, problem) = match logarithmic {
        true => (1.0 / LARGEST, "numbers that are not above 0, not finite, or too large to draw"),
        false => (-LARGEST, "numbers that are not finite, or too large to draw"),
    };
    let has_place = |number: f64| (least..=LARGEST).contains(&number);
    if numbers.all(has_place) { Ok(()) } else { Err(Error::new(title, problem)) }
}

/// The values from one end of the picture to the other.
pub enum Axis {
    Linear {
        least: f64,
        most: f64,
        /// From one number at its side to the next: 1, 2 or 5 times a power of 10.
        step: f64,
    },
    Logarithmic {
        least: f64,
        most: f64,
        ticks: Vec<f64>,
    },
}

impl Axis {
    /// Returns an axis from the least of the values to the greatest. Values that are whole have whole numbers at its
    /// side.
    pub fn over(values: &[f64]) -> Self {
        let (mut least, mut most) = ends(values);
        let whole = values.iter().all(|value| value.fract() == 0.0);
        let size = f64::max(least.abs(), most.abs());
        // What is as good as a single value stands in the middle.
        if most - least <= 1e-9 * size.max(1e-90) {
            let hundredth = size / 100.0;
            let reach = if whole || size < 1e-90 { hundredth.max(1.0) } else { hundredth };
            (least, most) = (least - reach, most + reach);
        }
        let rough = (most - least) / 5.0;
        let power = 10_f64.powf(rough.log10().floor());
        let step =
            [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power).into_iter().find(|step| *step >= rough).unwrap_or(rough);
        let step = if whole { step.max(1.0) } else { step };
        // A tick just beyond the values is worth the space.
        let near = 0.3 * step;
        let (below, above) = ((least / step).floor() * step, (most / step).ceil() * step);
        let least = if least - below <= near { below } else { least };
        let most = if above - most <= near { above } else { most };
        Self::Linear { least, most, step }
    }

    /// The same, logarithmic, for values above 0.
    pub fn logarithmic_over(values: &[f64]) -> Self {
        /// A tick beyond the values, by at most this factor, is worth the space.
        const NEAR: f64 = 2.0;
        let (least, most) = ends(values);
        let mut ticks = round(least, most);
        ticks.retain(|tick| (least / NEAR..=most * NEAR).contains(tick));
        let (first, last) = ends(&ticks);
        Self::Logarithmic { least: least.min(first), most: most.max(last), ticks }
    }

    /// Returns how far a value is from the one end to the other: from 0 to 1.
    pub fn share(&self, value: f64) -> f64 {
        match self {
            Self::Linear { least, most, .. } => (value - least) / (most - least),
            Self::Logarithmic { least, most, .. } => (value / least).ln() / (most / least).ln(),
        }
    }

    /// Returns the values that have a number.
    pub fn ticks(&self) -> Vec<f64> {
        match self {
            Self::Linear { least, most, step } => {
                let first = (least / step - 1e-9).ceil() as i64;
                let last = (most / step + 1e-9).floor() as i64;
                (first..=last).map(|index| index as f64 * step).collect()
            }
            Self::Logarithmic { ticks, .. } => ticks.clone(),
        }
    }

    /// Returns that number, with the decimals that it needs.
    pub fn name(&self, tick: f64) -> String {
        let text = match self {
            Self::Logarithmic { .. } => tick.to_string(),
            Self::Linear { step, .. } => match step.log10().floor() as i32 {
                place @ -4..0 => format!("{tick:.0$}", place.unsigned_abs() as usize),
                0..6 => format!("{tick:.0}"),
                _ if tick == 0.0 => "0".to_owned(),
                place => format!("{tick:.0$e}", (tick.abs().log10().floor() as i32 - place).max(0) as usize),
            },
        };
        grouped(&text.replace('-', "−"))
    }
}

/// Returns the least of the values and the greatest.
fn ends(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), &value| (least.min(value), most.max(value)))
}

/// Returns round numbers from at most `least` to at least `most`: powers of ten, or 1, 2 and 5 times these if they are
/// few.
pub fn round(least: f64, most: f64) -> Vec<f64> {
    let (from, to) = (least.log10().floor() as i32, most.log10().ceil() as i32);
    let factors: &[u32] = if to - from > 3 { &[1] } else { &[1, 2, 5] };
    // By division, so that a tenth is written as one.
    let power = |exponent: i32, factor: u32| match exponent {
        0.. => f64::from(factor) * 10_f64.powi(exponent),
        _ => f64::from(factor) / 10_f64.powi(-exponent),
    };
    let all: Vec<f64> =
        (from..=to).flat_map(|exponent| factors.iter().map(move |&factor| power(exponent, factor))).collect();
    let first = all.iter().rposition(|tick| *tick <= least).unwrap_or(0);
    let last = all.iter().position(|tick| *tick >= most).unwrap_or(all.len() - 1).max(first + 1);
    all[first..=last].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(axis: &Axis) -> Vec<String> {
        axis.ticks().into_iter().map(|tick| axis.name(tick)).collect()
    }

    #[test]
    fn an_axis_has_round_numbers() {
        let linear = |values: &[f64]| names(&Axis::over(values));
        assert_eq!(linear(&[81.3, 98.4]), ["80", "85", "90", "95"]);
        assert_eq!(linear(&[-0.2, 0.11]), ["−0.2", "−0.1", "0.0", "0.1"]);
        assert_eq!(linear(&[0.0, 2000.0]), ["0", "500", "1,000", "1,500", "2,000"]);
        assert_eq!(linear(&[0.0, 3e-9]), ["0", "1e−9", "2e−9", "3e−9"]);
        assert_eq!(linear(&[9.9e9, 10.1e9]), ["9.90e9", "9.95e9", "1.000e10", "1.005e10", "1.010e10"]);
        // 10,000 is too far from the greatest.
        assert_eq!(names(&Axis::logarithmic_over(&[0.15, 3449.0])), ["0.1", "1", "10", "100", "1,000"]);
    }

    #[test]
    fn whole_values_have_whole_numbers() {
        let linear = |values: &[f64]| names(&Axis::over(values));
        assert_eq!(linear(&[1.0, 2.0, 3.0]), ["1", "2", "3"]);
        assert_eq!(linear(&[1.0, 2.0]), ["1", "2"]);
        assert_eq!(linear(&[1.0, 2.5]), ["1.0", "1.5", "2.0", "2.5"]);
    }

    #[test]
    fn a_single_value_stands_in_the_middle() {
        for (value, around) in [
            (1.0, ["0", "1", "2"].as_slice()),
            (0.0, &["−1", "0", "1"]),
            (0.05, &["0.0495", "0.0500", "0.0505"]),
            (97.5, &["96.5", "97.0", "97.5", "98.0", "98.5"]),
            (1e200, &["9.90e199", "9.95e199", "1.000e200", "1.005e200", "1.010e200"]),
        ] {
            let axis = Axis::over(&[value, value]);
            assert!((axis.share(value) - 0.5).abs() < 1e-9);
            assert_eq!(names(&axis), around);
        }
    }

    #[test]
    fn values_that_differ_by_rounding_are_a_single_one() {
        assert_eq!(names(&Axis::over(&[0.05, 0.05 + 1e-15])), names(&Axis::over(&[0.05])));
    }

    #[test]
    fn equal_factors_are_equally_far_on_a_logarithmic_axis() {
        let axis = Axis::logarithmic_over(&[0.1, 1000.0]);
        assert_eq!(
            [0.1, 1.0, 10.0, 100.0, 1000.0].map(|value| (100.0 * axis.share(value)).round()),
            [0.0, 25.0, 50.0, 75.0, 100.0]
        );
    }

    #[test]
    fn round_numbers_hold_everything() {
        assert_eq!(round(0.15, 3449.0), [0.1, 1.0, 10.0, 100.0, 1000.0, 10_000.0]);
        assert_eq!(round(0.42, 13.0), [0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0]);
        assert_eq!(round(1.0, 1.0), [1.0, 2.0]);
    }
}
