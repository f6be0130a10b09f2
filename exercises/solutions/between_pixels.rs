use ndarray::Array2;

/// Returns the value of `image` at a place, in pixels from the centre of the first one.
pub fn at(image: &Array2<f64>, row: f64, column: f64) -> f64 {
    let (top, left) = (row.floor(), column.floor());
    let (down, across) = (row - top, column - left);
    let pixel = |row: f64, column: f64| {
        let inside = row >= 0.0 && column >= 0.0;
        if inside { image.get((row as usize, column as usize)).copied().unwrap_or(0.0) } else { 0.0 }
    };
    let upper = (1.0 - across) * pixel(top, left) + across * pixel(top, left + 1.0);
    let lower = (1.0 - across) * pixel(top + 1.0, left) + across * pixel(top + 1.0, left + 1.0);
    (1.0 - down) * upper + down * lower
}
