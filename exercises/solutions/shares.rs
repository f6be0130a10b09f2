use ndarray::{Array2, Axis, concatenate};

/// Deals the hidden units, in order, to at most this many `cores`. Returns the columns of `input_weights`, of shape
/// (inputs, hidden), that belong to each share. All shares but the last have the same number of units, the least one
/// that will do. No share is empty.
pub fn deal(input_weights: &Array2<f32>, cores: usize) -> Vec<Array2<f32>> {
    let units = input_weights.ncols().div_ceil(cores);
    input_weights.axis_chunks_iter(Axis(1), units).map(|columns| columns.to_owned()).collect()
}

/// Joins the `shares` again to the weights of all units, of shape (inputs, hidden). There is at least one share.
pub fn join(shares: &[Array2<f32>]) -> Array2<f32> {
    let columns = Vec::from_iter(shares.iter().map(|share| share.view()));
    concatenate(Axis(1), &columns).expect("shares with the same inputs")
}
