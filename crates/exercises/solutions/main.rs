//! The solutions, and the tests of the exercises put to them.

mod changes;
mod confusion;
mod cross_entropy;
mod deviation;
mod dsigmoid;
mod falling_rate;
mod feed_forward;
mod folds;
mod gradient_check;
mod hidden_deltas;
mod mean_error;
mod orders;
mod output_deltas;
mod random_weights;
mod softmax;
mod softmax_deltas;
mod standardise;
mod velocity;
mod weight_decay;

include!(concat!(env!("OUT_DIR"), "/tests.rs"));
