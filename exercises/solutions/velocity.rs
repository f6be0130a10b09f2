/// Moves `weight` against the `gradient`. `memory` is 0 at first, and yours to use between the steps.
pub fn descend(weight: &mut f64, memory: &mut f64, gradient: f64, learning_rate: f64, momentum: f64) {
    let velocity = momentum * *memory + learning_rate * gradient;
    *weight -= velocity;
    *memory = velocity;
}
