//! Where the drawn digits of a picture are: the ink without paper, shadows, grain, dust, rules and frames.

use ndarray::{Array2, ArrayView2, Axis, Slice, Zip};

use crate::Error;

/// Larger pictures are reduced to about this many pixels a side, which also averages their grain.
const WORKING_SIDE: usize = 512;
/// A picture of MNIST's size shows one digit, even if its line is broken.
const ONE_DIGIT: usize = 28;
/// The least share of the paper's light that a pen takes away: less is grain.
const LEAST_CONTRAST: f32 = 0.11;
/// The share of full ink that belongs to the drawing for certain: more than dust, less than the edge of a stroke.
const DRAWN: f32 = 0.05;

/// Ink that hangs together: the number of its pixels and its smallest rectangle, ends excluded.
#[derive(Clone, Debug)]
struct Component {
    labels: Vec<usize>,
    size: usize,
    /// How many of its pixels lie near the border of the picture.
    near_border: usize,
    rows: (usize, usize),
    columns: (usize, usize),
}

impl Component {
    fn height(&self) -> usize {
        self.rows.1 - self.rows.0
    }

    fn width(&self) -> usize {
        self.columns.1 - self.columns.0
    }

    fn merge(&mut self, other: Self) {
        self.labels.extend(other.labels);
        self.size += other.size;
        self.near_border += other.near_border;
        self.rows = (self.rows.0.min(other.rows.0), self.rows.1.max(other.rows.1));
        self.columns = (self.columns.0.min(other.columns.0), self.columns.1.max(other.columns.1));
    }

    /// Whether `other` lies within its rectangle and is not much smaller, as a digit in a frame.
    fn surrounds(&self, other: &Self) -> bool {
        let within = |outer: (usize, usize), inner: (usize, usize)| outer.0 < inner.0 && inner.1 < outer.1;
        within(self.rows, other.rows) && within(self.columns, other.columns) && other.height() * 4 > self.height()
    }
}

/// The digits of a picture from left to right, each in its smallest rectangle: the ink from 0 to 1. `brightness` is of
/// shape (height, width). A picture of at most [`ONE_DIGIT`] pixels a side is taken for one digit.
///
/// # Errors
///
/// If there is no ink, or digits stand one above the other.
pub(crate) fn digits(brightness: ArrayView2<u8>) -> Result<Vec<Array2<f32>>, Error> {
    let picture = reduce(brightness);
    let (ink, mask) = ink(&picture).ok_or(Error::Blank)?;
    let (labels, components) = components(&mask);
    let drawn = without_frames(components, ink.dim());
    let is_one = brightness.nrows().max(brightness.ncols()) <= ONE_DIGIT;
    let digits = if is_one { together(drawn) } else { group(drawn)? };
    if digits.is_empty() {
        return Err(Error::Blank);
    }
    // The edge of a stroke has less ink, and is next to where there is more: no further than a pixel of MNIST.
    let reach = 2.max(ink.nrows().max(ink.ncols()) / ONE_DIGIT);
    let cut_out = |digit: Component| {
        let own = labels.mapv(|label| if digit.labels.contains(&label) { 1.0_f32 } else { 0.0 });
        let own = box_sum(&own, reach);
        let drawing = Zip::from(&ink).and(&own).map_collect(|&ink, &own| if own > 0.5 { ink } else { 0.0 });
        let is_drawn = |axis| -> Option<(usize, usize)> {
            let line: Vec<bool> = drawing.axis_iter(axis).map(|line| line.iter().any(|&ink| ink > DRAWN)).collect();
            Some((line.iter().position(|&drawn| drawn)?, line.iter().rposition(|&drawn| drawn)? + 1))
        };
        let (rows, columns) = (is_drawn(Axis(0))?, is_drawn(Axis(1))?);
        Some(rectangle(drawing.view(), rows, columns).to_owned())
    };
    Ok(digits.into_iter().filter_map(cut_out).collect())
}

fn rectangle<T>(picture: ArrayView2<T>, rows: (usize, usize), columns: (usize, usize)) -> ArrayView2<T> {
    let mut rectangle = picture;
    for (axis, (start, end)) in [(Axis(0), rows), (Axis(1), columns)] {
        rectangle.slice_axis_inplace(axis, Slice::from(start..end));
    }
    rectangle
}

/// The picture as it is, or the means of squares of its pixels if it is large.
fn reduce(brightness: ArrayView2<u8>) -> Array2<f32> {
    let (height, width) = brightness.dim();
    let factor = height.max(width).div_ceil(WORKING_SIDE).max(1);
    let shape = (height.div_ceil(factor), width.div_ceil(factor));
    Array2::from_shape_fn(shape, |(y, x)| {
        let range = |at: usize, end: usize| (at * factor, end.min((at + 1) * factor));
        let square = rectangle(brightness, range(y, height), range(x, width));
        square.iter().map(|&brightness| f32::from(brightness)).sum::<f32>() / square.len() as f32
    })
}

/// The ink from 0 to 1, as the share of the paper's light that it takes away, and where it is for certain; none if
/// there is no drawing.
///
/// The paper's brightness is the mean around each pixel: first of everything, unless one threshold divides the picture
/// well, then of all that was not found to be ink.
fn ink(picture: &Array2<f32>) -> Option<(Array2<f32>, Array2<bool>)> {
    let (height, width) = picture.dim();
    if picture.is_empty() {
        return None;
    }
    let longest = height.max(width);
    let (threshold, separation) = otsu(picture.iter().copied())?;
    let bright = if separation > 0.85 {
        picture.mapv(|brightness| brightness > threshold)
    } else {
        let difference = picture - &local_mean(picture, &Array2::ones(picture.dim()), (longest / 3).max(2));
        let (threshold, _) = otsu(difference.iter().copied())?;
        difference.mapv(|difference| difference > threshold)
    };

    // Ink is what there is much less of. Where a digit fills the picture, paper is what most of the border is.
    let share = count(bright.iter()) as f32 / bright.len() as f32;
    let is_light = if (0.25..=0.75).contains(&share) {
        let is_border = |y, x| y == 0 || x == 0 || y + 1 == height || x + 1 == width;
        let border: Vec<&bool> =
            bright.indexed_iter().filter(|&((y, x), _)| is_border(y, x)).map(|(_, bright)| bright).collect();
        count(border.iter().copied()) * 2 >= border.len()
    } else {
        share > 0.5
    };
    // Dark ink on light paper from here on.
    let picture = if is_light { picture.clone() } else { picture.mapv(|brightness| 255.0 - brightness) };
    let mut is_ink = bright.mapv(|bright| bright != is_light);

    let mut taken = Array2::zeros(picture.dim());
    for _ in 0..2 {
        let inked = is_ink.mapv(|ink| if ink { 1.0_f32 } else { 0.0 });
        let is_paper = box_sum(&inked, 1.max(longest / ONE_DIGIT)).mapv(|ink| if ink > 0.5 { 0.0 } else { 1.0 });
        let paper = local_mean(&picture, &is_paper, (longest / 6).max(3));
        taken = Zip::from(&picture)
            .and(&paper)
            .map_collect(|&brightness, &paper| (1.0 - brightness / paper.max(1.0)).max(0.0));
        // The grain of a large picture is smoothed before it is compared, as strokes are many pixels wide there.
        let smooth = if longest >= 64 { local_mean(&taken, &Array2::ones(taken.dim()), 1) } else { taken.clone() };
        let threshold = otsu(smooth.iter().copied())?.0.max(LEAST_CONTRAST / 2.0);
        is_ink = smooth.mapv(|ink| ink > threshold);
    }

    let mut inked: Vec<f32> = Zip::from(&taken).and(&is_ink).fold(Vec::new(), |mut inked, &taken, &is_ink| {
        if is_ink {
            inked.push(taken);
        }
        inked
    });
    if inked.is_empty() {
        return None;
    }
    let nearly_last = inked.len() * 19 / 20;
    let full = *inked.select_nth_unstable_by(nearly_last, f32::total_cmp).1;
    if full < LEAST_CONTRAST {
        return None;
    }
    Some((taken.mapv(|taken| (taken / full).min(1.0)), is_ink))
}

fn count<'a>(mut flags: impl Iterator<Item = &'a bool>) -> usize {
    flags.by_ref().filter(|flag| **flag).count()
}

/// The sums of `values` over squares that reach `reach` pixels to each side, cut off at the border.
fn box_sum(values: &Array2<f32>, reach: usize) -> Array2<f32> {
    let (height, width) = values.dim();
    let mut integral = Array2::<f64>::zeros((height + 1, width + 1));
    for y in 0..height {
        let mut row = 0.0;
        for x in 0..width {
            row += f64::from(values[(y, x)]);
            integral[(y + 1, x + 1)] = integral[(y, x + 1)] + row;
        }
    }
    Array2::from_shape_fn((height, width), |(y, x)| {
        let (top, left) = (y.saturating_sub(reach), x.saturating_sub(reach));
        let (bottom, right) = ((y + reach + 1).min(height), (x + reach + 1).min(width));
        let sum = integral[(bottom, right)] - integral[(top, right)] - integral[(bottom, left)] + integral[(top, left)];
        sum as f32
    })
}

/// The means of `values` with these `weights` over squares; where a square has no weight, the mean of all.
fn local_mean(values: &Array2<f32>, weights: &Array2<f32>, reach: usize) -> Array2<f32> {
    let total = (values * weights).sum() / weights.sum().max(1.0);
    let (sums, weights) = (box_sum(&(values * weights), reach), box_sum(weights, reach));
    Zip::from(&sums).and(&weights).map_collect(|&sum, &weight| if weight > 0.5 { sum / weight } else { total })
}

/// Otsu's threshold, which divides `values` into two classes with the greatest variance between their means; none if
/// all are the same. With it comes the share of the variance that lies between the classes.
fn otsu(values: impl Iterator<Item = f32> + Clone) -> Option<(f32, f64)> {
    const BINS: usize = 256;
    let (least, most) =
        values.clone().fold((f32::MAX, f32::MIN), |(least, most), value| (least.min(value), most.max(value)));
    if most - least < 1e-6 {
        return None;
    }
    let width = (most - least) / BINS as f32;
    let mut histogram = [0_u32; BINS];
    values.for_each(|value| histogram[(((value - least) / width) as usize).min(BINS - 1)] += 1);

    let total: f64 = histogram.iter().map(|&count| f64::from(count)).sum();
    let moment: f64 = histogram.iter().enumerate().map(|(bin, &count)| bin as f64 * f64::from(count)).sum();
    let (mut below, mut moment_below, mut best) = (0.0, 0.0, (0.0, 0, 0));
    for (bin, &count) in histogram.iter().enumerate().take(BINS - 1) {
        below += f64::from(count);
        moment_below += bin as f64 * f64::from(count);
        if below == 0.0 || below == total {
            continue;
        }
        let distance = moment_below / below - (moment - moment_below) / (total - below);
        let variance = below * (total - below) * distance * distance;
        if variance > best.0 {
            best = (variance, bin, bin);
        } else if variance == best.0 {
            best.2 = bin;
        }
    }
    // In the middle of a gap, any bin of which divides the values as well.
    let threshold = least + ((best.1 + best.2) as f32 / 2.0 + 1.0) * width;
    let mean = moment / total;
    let squares = histogram.iter().enumerate().map(|(bin, &count)| f64::from(count) * (bin as f64 - mean).powi(2));
    Some((threshold, best.0 / total / squares.sum::<f64>()))
}

/// What hangs together in `mask`, diagonals included: for each pixel the number of its component, from 1 on.
fn components(mask: &Array2<bool>) -> (Array2<usize>, Vec<Component>) {
    let (height, width) = mask.dim();
    let mut labels = Array2::zeros(mask.dim());
    let mut components = Vec::new();
    let mut pending = Vec::new();
    for (start, _) in mask.indexed_iter().filter(|(_, inked)| **inked) {
        if labels[start] > 0 {
            continue;
        }
        let label = components.len() + 1;
        let (rows, columns) = ((start.0, start.0 + 1), (start.1, start.1 + 1));
        let mut component = Component { labels: vec![label], size: 0, near_border: 0, rows, columns };
        labels[start] = label;
        pending.push(start);
        while let Some((y, x)) = pending.pop() {
            let from_border = y.min(x).min(height - 1 - y).min(width - 1 - x);
            component.size += 1;
            component.near_border += usize::from(from_border * 8 <= height.min(width));
            component.rows = (component.rows.0.min(y), component.rows.1.max(y + 1));
            component.columns = (component.columns.0.min(x), component.columns.1.max(x + 1));
            for y in y.saturating_sub(1)..(y + 2).min(height) {
                for x in x.saturating_sub(1)..(x + 2).min(width) {
                    if mask[(y, x)] && labels[(y, x)] == 0 {
                        labels[(y, x)] = label;
                        pending.push((y, x));
                    }
                }
            }
        }
        components.push(component);
    }
    (labels, components)
}

/// The components that are drawn: not the frame around another, not a ruled line, not dust.
fn without_frames(components: Vec<Component>, (height, width): (usize, usize)) -> Vec<Component> {
    let is_drawn = |component: &Component| {
        let (rows, columns) = (component.rows, component.columns);
        let touches = rows.0 == 0 || columns.0 == 0 || rows.1 == height || columns.1 == width;
        let is_frame = (touches && component.near_border * 10 >= component.size * 9)
            || components.iter().any(|other| component.surrounds(other) && component.size < other.size * 20)
                && component.height() * 10 >= height * 7
                && component.width() * 10 >= width * 7;
        let is_rule = (component.width() * 10 >= width * 9 && component.height() * 12 <= height)
            || (component.height() * 10 >= height * 9 && component.width() * 12 <= width);
        !is_frame && !is_rule
    };
    let largest = |components: &[&Component]| components.iter().map(|component| component.size).max().unwrap_or(0);
    let all: Vec<&Component> = components.iter().collect();
    let drawn: Vec<&Component> = components.iter().filter(|component| is_drawn(component)).collect();
    // If next to nothing is left, what looked like a frame was the digit: a one from top to bottom, say.
    let kept = if largest(&drawn) * 25 >= largest(&all) { drawn } else { all };
    let least = largest(&kept).div_ceil(10);
    kept.into_iter().filter(|component| component.size >= least).cloned().collect()
}

/// All components as the parts of one digit.
fn together(components: Vec<Component>) -> Vec<Component> {
    let whole = components.into_iter().reduce(|mut whole, part| {
        whole.merge(part);
        whole
    });
    whole.into_iter().collect()
}

/// The components put together to digits, from left to right: what stands above each other is one digit, and what is
/// much lower than the highest is a part of its neighbour.
fn group(mut components: Vec<Component>) -> Result<Vec<Component>, Error> {
    let highest = components.iter().map(Component::height).max().unwrap_or(0);
    let large = |component: &Component| component.height() * 5 > highest * 3;
    components.sort_by_key(|component| component.columns);
    let mut digits: Vec<Component> = Vec::new();
    for component in components {
        let Some(last) = digits.last_mut() else {
            digits.push(component);
            continue;
        };
        let overlap = (last.columns.1.min(component.columns.1)).saturating_sub(component.columns.0);
        let overlaps = overlap * 2 > last.width().min(component.width());
        let apart = last.rows.1.max(component.rows.1) - last.rows.0.min(component.rows.0)
            > (last.height() + component.height()) * 11 / 10;
        if overlaps && apart && large(last) && large(&component) {
            return Err(Error::OneAboveTheOther);
        }
        if overlaps || !large(last) || !large(&component) {
            last.merge(component);
        } else {
            digits.push(component);
        }
    }
    Ok(digits)
}
