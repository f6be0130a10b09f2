//! The axes of a chart: where its values lie, and the round numbers at its side.

use crate::html::grouped;

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
    /// From the least of the values to the greatest.
    pub fn over(values: impl Iterator<Item = f64>) -> Self {
        let (mut least, mut most) = ends(values);
        if least == most {
            (least, most) = (least - 1.0, most + 1.0);
        }
        let rough = (most - least) / 5.0;
        let power = 10_f64.powf(rough.log10().floor());
        let step =
            [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power).into_iter().find(|step| *step >= rough).unwrap_or(rough);
        // A tick just beyond the values is worth the space.
        let near = 0.3 * step;
        let (below, above) = ((least / step).floor() * step, (most / step).ceil() * step);
        let least = if least - below <= near { below } else { least };
        let most = if above - most <= near { above } else { most };
        Self::Linear { least, most, step }
    }

    /// The same, logarithmic, for values above 0.
    pub fn logarithmic_over(values: impl Iterator<Item = f64>) -> Self {
        /// A tick beyond the values, by at most this factor, is worth the space.
        const NEAR: f64 = 2.0;
        let (least, most) = ends(values);
        let mut ticks = round(least, most);
        ticks.retain(|tick| (least / NEAR..=most * NEAR).contains(tick));
        let (least, most) = ends(ticks.iter().copied().chain([least, most]));
        Self::Logarithmic { least, most, ticks }
    }

    /// How far a value is from the one end to the other: from 0 to 1.
    pub fn share(&self, value: f64) -> f64 {
        match self {
            Self::Linear { least, most, .. } => (value - least) / (most - least),
            Self::Logarithmic { least, most, .. } => (value / least).ln() / (most / least).ln(),
        }
    }

    /// The values that have a number.
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

    /// That number, with the decimals that it needs.
    pub fn name(&self, tick: f64) -> String {
        let text = match self {
            Self::Linear { step, .. } => {
                let places = (-step.log10().floor()).clamp(0.0, 9.0) as usize;
                format!("{tick:.places$}")
            }
            Self::Logarithmic { .. } => tick.to_string(),
        };
        grouped(&text.replace('-', "−"))
    }
}

/// The least of the values and the greatest.
fn ends(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| (least.min(value), most.max(value)))
}

/// Round numbers from at most `least` to at least `most`: powers of ten, or 1, 2 and 5 times these if they are few.
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
        assert_eq!(names(&Axis::over([81.3, 98.4].into_iter())), ["80", "85", "90", "95"]);
        assert_eq!(names(&Axis::over([-0.2, 0.11].into_iter())), ["−0.2", "−0.1", "0.0", "0.1"]);
        assert_eq!(names(&Axis::over([0.0, 2000.0].into_iter())), ["0", "500", "1,000", "1,500", "2,000"]);
        assert_eq!(
            names(&Axis::logarithmic_over([0.15, 3449.0].into_iter())),
            ["0.1", "1", "10", "100", "1,000"] // 10,000 is too far from the greatest
        );
    }

    #[test]
    fn equal_factors_are_equally_far_on_a_logarithmic_axis() {
        let axis = Axis::logarithmic_over([0.1, 1000.0].into_iter());
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
