//! Finds where a function of one number is zero, between bounds.

/// Pieces of the interval that are looked at when its ends lie on one side.
const PIECES: u32 = 48;

/// The point that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Found {
    /// Where.
    pub(crate) at: f64,
    /// The function there.
    pub(crate) value: f64,
    /// It is zero there, within the tolerance; otherwise this is the nearest that was seen.
    pub(crate) zero: bool,
}

#[derive(Clone, Copy)]
struct Point {
    at: f64,
    value: f64,
}

/// Share of the greatest value met at the bounds, or of `scale`, that counts as zero.
const ZERO: f64 = 1e-9;

/// Looks for a zero of a function whose terms are of the size of `scale`. When both ends lie on one side, the lowest change of side inside is taken, and where there is none the
/// point nearest to zero.
///
/// # Errors
/// Those of the function.
pub(crate) fn find<E>(
    mut function: impl FnMut(f64) -> Result<f64, E>,
    bounds: (f64, f64),
    scale: f64,
) -> Result<Found, E> {
    let mut see = |at: f64| function(at).map(|value| Point { at, value });
    let (low, high) = (see(bounds.0)?, see(bounds.1)?);
    let tolerance = ZERO * low.value.abs().max(high.value.abs()).max(scale.abs());
    if low.value * high.value <= 0.0 {
        return close_in(&mut see, low, high, tolerance);
    }
    let mut points = vec![low];
    for piece in 1..PIECES {
        let at = bounds.0 + (bounds.1 - bounds.0) * f64::from(piece) / f64::from(PIECES);
        points.push(see(at)?);
        let last = points.len() - 1;
        if points[last - 1].value * points[last].value <= 0.0 {
            return close_in(&mut see, points[last - 1], points[last], tolerance);
        }
    }
    points.push(high);
    nearest(&mut see, &points, tolerance)
}

/// Closes in on a change of side: false position, with a halving every third step so that it cannot creep.
fn close_in<E>(
    see: &mut impl FnMut(f64) -> Result<Point, E>,
    mut low: Point,
    mut high: Point,
    tolerance: f64,
) -> Result<Found, E> {
    for round in 0..200 {
        let best = if low.value.abs() <= high.value.abs() { low } else { high };
        let width = (high.at - low.at).abs();
        if best.value == 0.0 || width <= 1e-14 * (low.at.abs() + high.at.abs()) {
            break;
        }
        let middle = f64::midpoint(low.at, high.at);
        let chord = low.at - low.value * (high.at - low.at) / (high.value - low.value);
        let inside = chord > low.at.min(high.at) && chord < low.at.max(high.at);
        let next = see(if round % 3 == 2 || !inside { middle } else { chord })?;
        // no number is left between the two
        if next.at <= low.at.min(high.at) || next.at >= low.at.max(high.at) {
            break;
        }
        if low.value * next.value <= 0.0 {
            high = next;
        } else {
            low = next;
        }
        if next.value.abs() <= tolerance / 100.0 {
            break;
        }
    }
    let best = if low.value.abs() <= high.value.abs() { low } else { high };
    // a function that jumps over zero changes side without being zero anywhere
    Ok(Found { at: best.at, value: best.value, zero: best.value.abs() <= tolerance })
}

/// The point nearest to zero, by thirds around the best that was seen.
fn nearest<E>(
    see: &mut impl FnMut(f64) -> Result<Point, E>,
    points: &[Point],
    tolerance: f64,
) -> Result<Found, E> {
    let mut best = 0;
    for (at, point) in points.iter().enumerate() {
        if point.value.abs() < points[best].value.abs() {
            best = at;
        }
    }
    let mut point = points[best];
    let mut low = points[best.saturating_sub(1)].at;
    let mut high = points[(best + 1).min(points.len() - 1)].at;
    for _ in 0..60 {
        let (left, right) = (see(low + (high - low) / 3.0)?, see(high - (high - low) / 3.0)?);
        for seen in [left, right] {
            if seen.value.abs() < point.value.abs() {
                point = seen;
            }
        }
        if left.value.abs() < right.value.abs() {
            high = right.at;
        } else {
            low = left.at;
        }
    }
    Ok(Found { at: point.at, value: point.value, zero: point.value.abs() <= tolerance })
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn at(function: impl Fn(f64) -> f64, bounds: (f64, f64)) -> Found {
        find(|x| Ok::<_, Infallible>(function(x)), bounds, 1.0).unwrap()
    }

    #[test]
    fn zeros_are_found_and_their_absence_is_said() {
        let found = |function: fn(f64) -> f64, zero: f64| {
            let found = at(function, (0.0, 10.0));
            assert!(found.zero && (found.at - zero).abs() < 1e-2, "{zero}: {found:?}");
        };
        found(|x| x - 3.0, 3.0);
        found(|x| (-x).exp() - 0.5, std::f64::consts::LN_2);
        found(|x| (x - 2.0).powi(3), 2.0);
        // the lowest of two, and one that is only touched
        found(|x| (x - 4.0) * (x - 7.0), 4.0);
        found(|x| (x - 5.0) * (x - 5.0), 5.0);
        let none = at(|x| x + 1.0, (0.0, 10.0));
        assert!(!none.zero && none.at == 0.0 && none.value == 1.0, "{none:?}");
        let jump = at(|x| if x < 4.0 { -1.0 } else { 2.0 }, (0.0, 10.0));
        assert!(!jump.zero && (jump.at - 4.0).abs() < 1e-9 && jump.value == -1.0, "{jump:?}");
    }
}
