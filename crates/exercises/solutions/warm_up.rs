/// The learning rate when the part `progress` of the training is over, from 0 to 1. It is `peak` at `warm_up`, a part
/// of the training too, which may be 0.
pub fn rate(peak: f64, warm_up: f64, progress: f64) -> f64 {
    if progress < warm_up { peak * progress / warm_up } else { peak * (1.0 - progress) / (1.0 - warm_up) }
}
