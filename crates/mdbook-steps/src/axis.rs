//! The axes of a chart: where its values lie, and the round numbers at its side.

use crate::html::grouped;

/// The values from one end of the picture to the other.
pub struct Axis {
    least: f64,
    most: f64,
    /// From one number at its side to the next: 1, 2 or 5 times a power of 10.
    step: f64,
}

impl Axis {
    /// From the least of the values to the greatest.
    pub fn over(values: impl Iterator<Item = f64>) -> Self {
        let (mut least, mut most) =
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), value| (a.min(value), b.max(value)));
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
        Self { least, most, step }
    }

    /// How far a value is from the one end to the other: from 0 to 1.
    pub fn share(&self, value: f64) -> f64 {
        (value - self.least) / (self.most - self.least)
    }

    /// The values that have a number.
    pub fn ticks(&self) -> impl Iterator<Item = f64> {
        let first = (self.least / self.step - 1e-9).ceil() as i64;
        let last = (self.most / self.step + 1e-9).floor() as i64;
        (first..=last).map(|index| index as f64 * self.step)
    }

    /// That number, with the decimals that the step needs.
    pub fn name(&self, tick: f64) -> String {
        let places = (-self.step.log10().floor()).clamp(0.0, 9.0) as usize;
        grouped(&format!("{tick:.places$}").replace('-', "−"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_has_round_numbers() {
        let axis = Axis::over([81.3, 98.4].into_iter());
        assert_eq!(axis.ticks().map(|tick| axis.name(tick)).collect::<Vec<_>>(), ["80", "85", "90", "95"]);
        let axis = Axis::over([-0.2, 0.11].into_iter());
        assert_eq!(axis.ticks().map(|tick| axis.name(tick)).collect::<Vec<_>>(), ["−0.2", "−0.1", "0.0", "0.1"]);
        let axis = Axis::over([0.0, 2000.0].into_iter());
        assert_eq!(
            axis.ticks().map(|tick| axis.name(tick)).collect::<Vec<_>>(),
            ["0", "500", "1,000", "1,500", "2,000"]
        );
    }
}
