//! The solutions, and the tests of the exercises, run on them.

mod between_pixels;
mod changes;
mod confusion;
mod cross_entropy;
mod deviation;
mod dsigmoid;
mod falling_rate;
mod feed_batch;
mod feed_forward;
mod folds;
mod gradient_check;
mod hidden_deltas;
mod mean_error;
mod mean_gradient;
mod orders;
mod output_deltas;
mod output_layer;
mod random_weights;
mod shares;
mod softmax;
mod softmax_deltas;
mod standardise;
mod velocity;
mod weight_decay;

include!(concat!(env!("OUT_DIR"), "/tests.rs"));
