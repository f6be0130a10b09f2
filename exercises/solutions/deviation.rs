/// Returns the deviation of the weights of a unit with this fan-in.
pub fn deviation(fan_in: i32) -> f64 {
    // 1 / 2 is a division of whole numbers, and so 0: any fan-in to the power of 0 is 1.
    f64::from(fan_in).powf(-0.5)
}
