use ndarray::{Array2, Axis, concatenate};

/// Returns the total inputs of the output layer, of shape (batch, outputs), with the bits of the product
/// `hidden.dot(&output_weights)` on one core. A share has the activations of a core's hidden units, of shape (batch,
/// units), and their output weights, of shape (units, outputs). The shares are in the order of the units, and at least
/// one.
pub fn output_sums(shares: &[(Array2<f32>, Array2<f32>)]) -> Array2<f32> {
    let hidden = Vec::from_iter(shares.iter().map(|(hidden, _)| hidden.view())); // each unit is a column
    let weights = Vec::from_iter(shares.iter().map(|(_, weights)| weights.view())); // and a row
    let joined = |axis, parts: &[_]| concatenate(axis, parts).expect("shares of one network");
    joined(Axis(1), &hidden).dot(&joined(Axis(0), &weights))
}
