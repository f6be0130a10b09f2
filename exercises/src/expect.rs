use ndarray::{Array1, Array2, ArrayD, Dimension, arr0};

use crate::NOT_YET;

/// Largest difference between numbers that count as equal, relative to the larger of them and to 1. A central
/// difference is good to about 1e-9.
const TOLERANCE: f64 = 1e-7;

/// Largest such difference between numbers that differ by rounding alone, in single precision.
const ROUNDING: f64 = 1e-5;

/// A result that an exercise may have: a number, a vector or a matrix.
pub trait Quantity {
    /// Returns its numbers, in its shape.
    fn numbers(&self) -> ArrayD<f64>;
}

impl Quantity for f64 {
    fn numbers(&self) -> ArrayD<f64> {
        arr0(*self).into_dyn()
    }
}

impl Quantity for Array1<f64> {
    fn numbers(&self) -> ArrayD<f64> {
        self.clone().into_dyn()
    }
}

impl Quantity for Array2<f64> {
    fn numbers(&self) -> ArrayD<f64> {
        self.clone().into_dyn()
    }
}

impl Quantity for Array2<f32> {
    fn numbers(&self) -> ArrayD<f64> {
        self.mapv(f64::from).into_dyn()
    }
}

impl Quantity for Vec<usize> {
    fn numbers(&self) -> ArrayD<f64> {
        self.iter().map(|&count| count as f64).collect::<Array1<f64>>().into_dyn()
    }
}

impl Quantity for Array2<usize> {
    fn numbers(&self) -> ArrayD<f64> {
        self.mapv(|count| count as f64).into_dyn()
    }
}

/// A result, and the mistakes that are known by their results. Made by [`expect`].
#[must_use = "nothing is compared before `to_be` or `to_be_exactly`"]
#[derive(Debug)]
pub struct Expect<T> {
    description: String,
    result: T,
    /// The result of the function before anybody has mended it.
    defect: Option<T>,
    mistakes: Vec<(T, String)>,
}

/// Begins the check of a `result`, which the message calls by its `description`.
pub fn expect<T: Quantity>(description: impl Into<String>, result: T) -> Expect<T> {
    Expect { description: description.into(), result, defect: None, mistakes: Vec::new() }
}

impl<T: Quantity> Expect<T> {
    /// Makes `lesson` the end of the message if the result is `wrong`.
    pub fn mistake(mut self, wrong: T, lesson: impl Into<String>) -> Self {
        self.mistakes.push((wrong, lesson.into()));
        self
    }

    /// Makes the message say that nobody has mended the function yet if the result is `defect`.
    pub fn untouched(self, defect: T) -> Self {
        Self { defect: Some(defect), ..self }
    }

    /// Compares the result with the `right` one, and passes over small differences.
    ///
    /// # Panics
    ///
    /// If they differ. The message has both, and the lesson of the first mistake that has this result.
    #[track_caller]
    pub fn to_be(self, right: T) {
        self.compare(&right, TOLERANCE);
    }

    /// Compares the result with the `right` one, bit by bit.
    ///
    /// # Panics
    ///
    /// If they differ. The message has both, and the lesson of the first mistake that has the bits of this result.
    #[track_caller]
    pub fn to_be_exactly(self, right: T) {
        self.compare(&right, 0.0);
    }

    #[track_caller]
    fn compare(self, right: &T, tolerance: f64) {
        let (result, right) = (self.result.numbers(), right.numbers());
        if close(&result, &right, tolerance) {
            return;
        }
        let is = |wrong: &T| close(&result, &wrong.numbers(), tolerance);
        let (heading, lesson) = if self.defect.as_ref().is_some_and(is) {
            (NOT_YET, "This is the defect that you are to find.".to_owned())
        } else {
            let known = self.mistakes.into_iter().find(|(wrong, _)| is(wrong));
            ("", known.map_or_else(|| difference(&result, &right, tolerance), |(_, lesson)| lesson))
        };
        let expected = format!("  expected  {}", text(&right, &result, tolerance));
        let yours = format!("  yours     {}", text(&result, &right, tolerance));
        let lines = [heading, &self.description, &expected, &yours, &lesson];
        panic!("{}", lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n"))
    }
}

/// Returns true if the shapes are the same, and the numbers nearly. NaN counts as equal to NaN, which may be the result
/// of a known mistake, and infinity to infinity.
fn close(one: &ArrayD<f64>, other: &ArrayD<f64>, tolerance: f64) -> bool {
    one.shape() == other.shape() && one.iter().zip(other).all(|(&a, &b)| near(a, b, tolerance))
}

fn near(a: f64, b: f64, tolerance: f64) -> bool {
    let difference = (a - b).abs();
    let near = difference.is_finite() && difference <= tolerance * a.abs().max(b.abs()).max(1.0);
    near || a == b || a.is_nan() && b.is_nan()
}

/// Returns a description of a mistake that is not a known one.
fn difference(result: &ArrayD<f64>, right: &ArrayD<f64>, tolerance: f64) -> String {
    if result.ndim() == 2 && close(&result.t().to_owned(), right, tolerance) {
        return format!("It is transposed: rows and columns have changed places. Expected {}.", shape(right));
    }
    if result.shape() != right.shape() {
        return format!("Yours is {}, expected {}.", shape(result), shape(right));
    }
    if result.iter().any(|number| number.is_nan()) {
        return "NaN is not a number: 0/0, infinity − infinity, 0 · infinity, or the root or logarithm of something \
                negative."
            .to_owned();
    }
    if close(&result.mapv(|number| -number), right, tolerance) {
        return "It is right but for the sign.".to_owned();
    }
    if tolerance < ROUNDING && close(result, right, ROUNDING) {
        return "It is right but for rounding: the same bits take the same operations in the same order.".to_owned();
    }
    match result.indexed_iter().zip(right).find(|((_, a), b)| !near(**a, **b, tolerance)) {
        Some(((index, _), _)) if result.len() > 1 => format!("The first difference is at {:?}.", index.slice()),
        _ => String::new(),
    }
}

fn shape(numbers: &ArrayD<f64>) -> String {
    match numbers.shape() {
        [] => "a number".to_owned(),
        [length] => format!("of shape ({length})"),
        shape => format!("of shape ({})", shape.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")),
    }
}

/// Returns the `numbers` in brackets, short, but long enough to differ from `others` where they do.
fn text(numbers: &ArrayD<f64>, others: &ArrayD<f64>, tolerance: f64) -> String {
    let comparable = numbers.shape() == others.shape();
    let cell = |(index, &number): (ndarray::IxDyn, &f64)| {
        let short = short(number);
        let other = if comparable { others[index] } else { number };
        if self::short(other) == short && !near(number, other, tolerance) { number.to_string() } else { short }
    };
    let cells: Vec<String> = numbers.indexed_iter().map(cell).collect();
    match numbers.shape() {
        [] => cells.concat(),
        [_, columns] => {
            let rows: Vec<String> =
                cells.chunks((*columns).max(1)).map(|row| format!("[{}]", row.join(", "))).collect();
            format!("[{}]", rows.join(", "))
        }
        _ => format!("[{}]", cells.join(", ")),
    }
}

/// Returns the number with six digits after the point at most, or four and its power of ten.
fn short(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 {
        return "0".to_owned(); // and not -0
    }
    if size.is_finite() && !(1e-3..1e6).contains(&size) {
        return format!("{number:.4e}");
    }
    let text = format!("{number:.6}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use ndarray::array;

    use super::*;

    fn message<T: Quantity>(expect: Expect<T>, right: T) -> String {
        let panic = catch_unwind(AssertUnwindSafe(|| expect.to_be(right))).expect_err("they differ");
        panic.downcast_ref::<String>().expect("a message").clone()
    }

    #[test]
    fn a_right_result_passes() {
        expect("a number", 0.1 + 0.2).mistake(0.3, "never said").to_be(0.3);
        expect("bits", array![[0.1_f32]]).to_be_exactly(array![[0.1_f32]]);
        expect("infinity", f64::INFINITY).to_be(f64::INFINITY);
        expect("a matrix", array![[1.0, 2.0]]).to_be(array![[1.0, 2.0]]);
    }

    #[test]
    fn infinity_is_like_no_number() {
        let near = |a, b| near(a, b, TOLERANCE);
        assert!(near(f64::INFINITY, f64::INFINITY) && near(f64::NAN, f64::NAN));
        assert!(!near(f64::INFINITY, 5.0) && !near(f64::INFINITY, f64::NEG_INFINITY) && !near(f64::NAN, 5.0));
    }

    #[test]
    fn a_known_mistake_is_named() {
        let expectation = expect("f(0.9)", 1.71).mistake(0.9, "not this one").mistake(1.71, "The sign.");
        assert_eq!(message(expectation, 0.09), "f(0.9)\n  expected  0.09\n  yours     1.71\nThe sign.");
    }

    #[test]
    fn a_defect_that_is_still_there_is_no_mistake_of_the_readers() {
        let expectation = expect("f(4)", 1.0).untouched(1.0);
        assert_eq!(
            message(expectation, 0.5),
            format!("{NOT_YET}\nf(4)\n  expected  0.5\n  yours     1\nThis is the defect that you are to find.")
        );
    }

    #[test]
    fn shapes_and_places_are_named() {
        let right = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
        let said = |result: Array2<f64>| message(expect("m", result), right.clone()).lines().last().unwrap().to_owned();
        assert!(said(right.t().to_owned()).starts_with("It is transposed"));
        assert_eq!(said(array![[1.0], [2.0]]), "Yours is of shape (2, 1), expected of shape (2, 3).");
        assert_eq!(said(array![[1.0, 2.0, 3.0], [4.0, 0.0, 6.0]]), "The first difference is at [1, 1].");
        assert_eq!(said(-right.clone()), "It is right but for the sign.");
        assert!(said(right.mapv(|_| f64::NAN)).starts_with("NaN is not a number"));
    }

    #[test]
    fn different_numbers_look_different() {
        let said = message(expect("x", array![0.25, 1.0]), array![0.25, 1.000_000_2]);
        assert!(said.contains("expected  [0.25, 1.0000002]"), "{said}");
        assert_eq!(
            [-0.0, 1e-7, -12.5, 1e300, f64::INFINITY].map(short),
            ["0", "1.0000e-7", "-12.5", "1.0000e300", "inf"]
        );
    }
    #[test]
    fn bits_that_differ_are_told_apart() {
        let right = array![[0.1_f32 + 0.2, 1.0]];
        let other = array![[0.3_f32.next_down(), 1.0]];
        let said = |expect: Expect<Array2<f32>>| {
            let panic =
                catch_unwind(AssertUnwindSafe(|| expect.to_be_exactly(right.clone()))).expect_err("they differ");
            panic.downcast_ref::<String>().expect("a message").clone()
        };
        let (expected, yours) = (f64::from(right[(0, 0)]), f64::from(other[(0, 0)]));
        let numbers = format!("sum\n  expected  [[{expected}, 1]]\n  yours     [[{yours}, 1]]\n");
        let rounding = "It is right but for rounding: the same bits take the same operations in the same order.";
        assert_eq!(said(expect("sum", other.clone())), numbers.clone() + rounding);
        let mistakes = expect("sum", other.clone()).mistake(right.clone(), "not this one").mistake(other, "This one.");
        assert_eq!(said(mistakes), numbers + "This one.");
    }
}
