//! Steps down a narrow valley, with and without a velocity.

use charts::Drawing;

use crate::{
    Captioned,
    pen::{Anchor::*, Pen, Place, number},
};

/// The error is half of x^2 + 50 y^2: fifty times as curved across the valley as along it.
const CURVATURES: [f64; 2] = [1.0, 50.0];
const START: [f64; 2] = [-10.0, 1.6];
const LEARNING_RATE: f64 = 0.035;
const MOMENTUM: f64 = 0.7;
const MOVES: usize = 30;

/// Where the weights are at the start and after each move.
fn path(momentum: f64) -> Vec<[f64; 2]> {
    let (mut weights, mut velocity, mut path) = (START, [0.0; 2], vec![START]);
    for _ in 0..MOVES {
        for axis in 0..2 {
            velocity[axis] = momentum * velocity[axis] + LEARNING_RATE * CURVATURES[axis] * weights[axis];
            weights[axis] -= velocity[axis];
        }
        path.push(weights);
    }
    path
}

/// How far weights are from the lowest point.
fn distance([x, y]: [f64; 2]) -> f64 {
    x.hypot(y)
}

/// The path of two weights in a valley, without a velocity and with one.
pub fn valley() -> Captioned {
    const SCALE: f64 = 28.0;
    let mut pen = Pen::default();
    let paths = [(0.0, "without velocity"), (MOMENTUM, "with velocity")].map(|(momentum, name)| (path(momentum), name));
    for (row, (path, name)) in paths.iter().enumerate() {
        let middle = 74.0 + 136.0 * row as f64;
        let place = |[x, y]: [f64; 2]| -> Place { (300.0 + SCALE * x, middle - SCALE * y) };
        pen.0 +=
            &format!("<svg x=\"0\" y=\"{}\" width=\"400\" height=\"108\" viewBox=\"0 {0} 400 108\">", middle - 54.0);
        // Lines of equal error.
        for level in [0.5, 2.0, 4.5, 8.0, 12.5] {
            let [across, along] = CURVATURES.map(|curvature| SCALE * (2.0 * 2.0 * level / curvature).sqrt());
            pen.0 += &format!(
                "<ellipse class=\"grid\" fill=\"none\" cx=\"300\" cy=\"{middle}\" rx=\"{across:.1}\" \
                 ry=\"{along:.1}\"/>"
            );
        }
        pen.0 += "</svg>";
        let places: Vec<Place> = path.iter().map(|&weights| place(weights)).collect();
        let colour = ["minus", "plus"][row];
        pen.line(&format!("wire {colour}"), &places);
        for &at in &places {
            pen.circle(&format!("fill {colour}"), at, 2.2);
        }
        let (x, y) = place([0.0, 0.0]);
        pen.line("axis", &[(x - 5.0, y), (x + 5.0, y)]);
        pen.line("axis", &[(x, y - 5.0), (x, y + 5.0)]);
        pen.text("ink", (4.0, middle - 58.0), Start, name);
    }
    let ends = paths.map(|(path, _)| number(distance(path[MOVES]), 2));
    let description = format!(
        "Two maps of the same long, narrow valley, with lines of equal error and a path of {MOVES} moves from the same \
         start. Without velocity the path zigzags at first, creeps along the floor and ends {} from the lowest point. \
         With velocity it swings more and ends {} from it.",
        ends[0], ends[1]
    );
    let caption = format!(
        "Two weights, {MOVES} moves each, at the same learning rate of {LEARNING_RATE}; across, the valley is fifty \
         times as curved as along. Without velocity the steps are as long as the walls allow and the way along the \
         floor is slow: at the end {} are left of {}. With a momentum of {MOMENTUM} it is {}.",
        ends[0],
        number(distance(START), 1),
        ends[1]
    );
    (Drawing::sketch("A narrow valley", &description, 270.0, pen.0), caption)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_velocity_each_weight_shrinks_by_its_own_factor() {
        let end = path(0.0)[MOVES];
        for axis in 0..2 {
            let factor = 1.0 - LEARNING_RATE * CURVATURES[axis];
            assert!((end[axis] - START[axis] * factor.powi(MOVES as i32)).abs() < 1e-9);
        }
    }

    #[test]
    fn with_a_velocity_it_gets_nearer() {
        assert!(distance(path(MOMENTUM)[MOVES]) < distance(path(0.0)[MOVES]) / 10.0);
    }
}
