/// The deviation that the weights of a unit should have where `fan_in` activations come in.
pub fn deviation(fan_in: i32) -> f64 {
    // 1 / 2 is a division of whole numbers, and so 0: whatever the fan-in, its power was 1.
    f64::from(fan_in).powf(-0.5)
}
