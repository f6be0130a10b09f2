use rand::Rng;
use rand_distr::{Distribution, UnitDisc};

/// Returns a random number from the normal distribution with mean 0 and deviation 1, the same from the same `rng` on
/// every system.
///
/// By the polar method of George Marsaglia: a point drawn from the unit disc, divided by its distance from the centre,
/// has a random direction, and the logarithm of that distance squared gives a random length that is independent of it.
/// `rand_distr::StandardNormal` is quicker, but takes the system's exp and ln in the tail, of which some systems round
/// the last bit in another way. Here the disc needs arithmetic alone, and the logarithm is that of the crate `libm`.
pub fn standard_normal(rng: &mut impl Rng) -> f64 {
    let [x, y]: [f64; 2] = UnitDisc.sample(rng);
    let square = (x * x + y * y).max(f64::MIN_POSITIVE); // not 0, whose logarithm is infinite
    x * (-2.0 * libm::log(square) / square).sqrt()
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;

    const DRAWS: usize = 200_000;

    fn draws() -> impl Iterator<Item = f64> {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        (0..DRAWS).map(move |_| standard_normal(&mut rng))
    }

    /// The moments of the normal distribution are 0, 1, 0 and 3, and their estimates are within four standard errors.
    #[test]
    fn it_has_the_moments_of_the_normal_distribution() {
        for (power, moment, deviation) in
            [(1, 0.0, 1.0_f64), (2, 1.0, 2.0_f64.sqrt()), (3, 0.0, 15.0_f64.sqrt()), (4, 3.0, 96.0_f64.sqrt())]
        {
            let mean = draws().map(|x| x.powi(power)).sum::<f64>() / DRAWS as f64;
            assert!((mean - moment).abs() < 4.0 * deviation / (DRAWS as f64).sqrt(), "power {power}: {mean}");
        }
    }

    /// The share beyond 1, 2 and 3 deviations is known, in each direction.
    #[test]
    fn it_has_the_tails_of_the_normal_distribution() {
        for (limit, share) in [(1.0, 0.158_655_f64), (2.0, 0.022_750), (3.0, 0.001_350)] {
            for sign in [1.0, -1.0] {
                let beyond = draws().filter(|x| sign * x > limit).count() as f64 / DRAWS as f64;
                assert!((beyond - share).abs() < 4.0 * (share / DRAWS as f64).sqrt(), "{sign} {limit}: {beyond}");
            }
        }
    }
}
