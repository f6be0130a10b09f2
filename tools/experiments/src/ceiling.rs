//! The most that one core can compute in single precision: multiply-adds whose numbers never leave the registers, and
//! the clock that sets their pace.
//!
//! A plain loop over an array will not do, since the compiler chooses vectors of half the width for some processors. So
//! the vectors are spelt out, by the crate `wide`, as wide as the instructions of this build.

use std::{array::from_fn, hint::black_box};

/// A vector: the numbers that one instruction takes.
#[cfg(target_feature = "avx512f")]
type Vector = wide::f32x16;
#[cfg(all(target_feature = "avx", not(target_feature = "avx512f")))]
type Vector = wide::f32x8;
#[cfg(not(target_feature = "avx"))]
type Vector = wide::f32x4;

/// The numbers in a vector.
pub const LANES: usize = size_of::<Vector>() / size_of::<f32>();
/// Sums that do not wait for each other. A multiply-add takes about four cycles, and a core has two units for them, or
/// four where vectors are narrow, so that 8 to 16 must be under way. AVX2 has 16 registers, two of which hold factor
/// and term; the others have 32.
const SUMS: usize = if LANES == 8 { 12 } else { 24 };

/// Multiplies and adds `passes` times in each of the sums, in registers. Returns the number of operations: two for each
/// number and pass.
pub fn multiply_adds(passes: usize) -> usize {
    let [factor, term] = black_box([0.5, 1.0]).map(Vector::splat);
    let mut sums: [Vector; SUMS] = from_fn(|index| Vector::splat(index as f32)); // all of them approach 2
    for _ in 0..passes {
        for sum in &mut sums {
            *sum = sum.mul_add(factor, term);
        }
    }
    black_box(sums);
    2 * SUMS * LANES * passes
}

/// Works through a chain of additions and exclusive ors of whole numbers, each of which waits for the one before it.
/// Returns the number of cycles, on the assumption that each takes one, as it does on the processors of today.
pub fn cycles(passes: usize) -> usize {
    let [term, mask]: [u64; 2] = black_box([3, 5]); // from registers: some processors add constants in passing
    let mut chain = 1_u64;
    for _ in 0..passes {
        chain = chain.wrapping_add(term) ^ mask;
    }
    black_box(chain);
    2 * passes
}

/// Returns how many units for multiply-adds a core must have if it does so many operations a second, in vectors of so
/// many `lanes`, at so many cycles a second.
pub fn units(lanes: usize, operations: f64, cycles: f64) -> f64 {
    /// The clock may differ by so much from one measurement to the other.
    const SLACK: f64 = 0.1;
    (operations / (2 * lanes) as f64 / cycles - SLACK).ceil().max(1.0)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_core_has_as_many_units_as_it_takes() {
        let of_one = 2.0 * 16.0 * 3e9;
        assert_eq!(
            [0.7, 1.0, 1.05, 1.5, 1.9, 2.05].map(|part| units(16, part * of_one, 3e9)),
            [1.0, 1.0, 1.0, 2.0, 2.0, 2.0]
        );
    }

    #[test]
    fn multiply_adds_are_many_for_each_cycle_and_additions_are_one() {
        let rate = |work: fn(usize) -> usize, passes| {
            let rate = |_| {
                let start = Instant::now();
                let done = work(passes);
                done as f64 / start.elapsed().as_secs_f64()
            };
            (0..5).map(rate).fold(0.0, f64::max)
        };
        let (operations, cycles) = (rate(multiply_adds, 200_000), rate(cycles, 2_000_000));
        assert!((2e8..1e10).contains(&cycles), "{cycles} cycles a second");
        assert!(operations / cycles < (8 * LANES) as f64 * 1.1, "{operations} operations in {cycles} cycles");
    }
}
