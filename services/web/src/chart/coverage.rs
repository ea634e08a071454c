//! Coverage by years ahead as SVG: how much of what came lay in the 80% and in the 95% interval, beside what they promise.
//!
//! Told apart by more than colour: the 80% interval is a solid line with rings, the 95% interval a dashed one with squares.

use std::fmt::Write as _;

use super::{DEMAND, LEFT, RIGHT, SUPPLY, Scale, close, ends, grid, open};
use crate::figures;

/// What the two intervals promise, per cent in 1/1000.
pub(crate) const PROMISED: (i64, i64) = (80_000, 95_000);

/// Shares some years ahead, per cent in 1/1000.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Covered {
    pub(crate) ahead: i32,
    pub(crate) in80: i64,
    pub(crate) in95: i64,
}

/// What is drawn.
pub(crate) struct Coverage<'a> {
    /// Id prefix, unique on the page.
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    pub(crate) finding: &'a str,
    /// By years ahead.
    pub(crate) points: &'a [Covered],
}

/// How one interval looks: colour, dash of its line, and its share.
type Series = (&'static str, &'static str, fn(&Covered) -> i64);

const IN80: Series = (SUPPLY, "", |point| point.in80);
const IN95: Series = (DEMAND, r#" stroke-dasharray="7 4""#, |point| point.in95);

/// The chart; empty when there is nothing to draw.
pub(crate) fn svg(coverage: &Coverage<'_>) -> String {
    let (Some(scale), Some(last)) = (scale(coverage), coverage.points.last()) else { return String::new() };
    let mut out = String::with_capacity(4_000);
    open(&mut out, coverage.id, coverage.title, coverage.finding);
    grid(&mut out, &scale);
    for (value, (colour, ..)) in [(PROMISED.0, IN80), (PROMISED.1, IN95)] {
        let y = scale.y(value);
        let _ = write!(
            out,
            r#"<line x1="{LEFT}" x2="{RIGHT}" y1="{y:.1}" y2="{y:.1}" stroke="{colour}" stroke-width="2" stroke-dasharray="1 5"/>"#
        );
    }
    for series in [IN95, IN80] {
        line(&mut out, &scale, coverage.points, series);
    }
    for point in coverage.points {
        marks(&mut out, &scale, point);
    }
    let percent = |milli| format!("{}%", figures::tenths(milli));
    ends(
        &mut out,
        [
            ("In 95%", scale.y(last.in95), percent(last.in95), DEMAND),
            ("In 80%", scale.y(last.in80), percent(last.in80), SUPPLY),
        ],
    );
    close(&mut out);
    out
}

/// Where the value axis starts, in whole per cent.
pub(crate) fn starts_at(coverage: &Coverage<'_>) -> Option<String> {
    super::start(&scale(coverage)?)
}

/// From some way below the lowest share to 100%.
fn scale(coverage: &Coverage<'_>) -> Option<Scale> {
    let ahead = coverage.points.iter().map(|point| point.ahead);
    let lowest = coverage.points.iter().map(|point| point.in80.min(point.in95)).min()?.min(PROMISED.0);
    let step = if lowest >= 50_000 { 10_000.0 } else { 20_000.0 };
    let low = (((lowest as f64 - 2_000.0) / step).floor() * step).max(0.0);
    Some(Scale { years: (ahead.clone().min()?, ahead.max()?), low, high: 100_000.0, step })
}

fn line(out: &mut String, scale: &Scale, points: &[Covered], (colour, dash, share): Series) {
    let corners: Vec<String> = points
        .iter()
        .map(|point| format!("{:.1},{:.1}", scale.x(point.ahead), scale.y(share(point))))
        .collect();
    let _ = write!(
        out,
        r#"<polyline points="{}" fill="none" stroke="{colour}" stroke-width="3" stroke-linejoin="round"{dash}/>"#,
        corners.join(" ")
    );
}

/// A ring and a square, so that a single year is seen too.
fn marks(out: &mut String, scale: &Scale, point: &Covered) {
    let (x, in80, in95) = (scale.x(point.ahead), scale.y(point.in80), scale.y(point.in95));
    let said = |share| format!("{}% {} ahead", figures::tenths(share), figures::years(point.ahead));
    let _ = write!(
        out,
        r##"<rect x="{:.1}" y="{:.1}" width="9" height="9" fill="#fff" stroke="{DEMAND}" stroke-width="2"><title>{}</title></rect><circle cx="{x:.1}" cy="{in80:.1}" r="5" fill="#fff" stroke="{SUPPLY}" stroke-width="2"><title>{}</title></circle>"##,
        x - 4.5,
        in95 - 4.5,
        said(point.in95),
        said(point.in80),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_larger_share_stands_higher_and_nothing_leaves_the_chart() {
        let points = [
            Covered { ahead: 1, in80: 83_000, in95: 96_400 },
            Covered { ahead: 4, in80: 57_200, in95: 100_000 },
        ];
        let chart = Coverage { id: "c", title: "A <b>", finding: "f", points: &points };
        let scale = scale(&chart).unwrap();
        assert!(scale.y(83_000) < scale.y(57_200) && scale.y(95_000) < scale.y(80_000));
        assert!(scale.y(100_000) >= super::super::TOP && scale.y(57_200) <= super::super::BOTTOM);
        let drawn = svg(&chart);
        assert!(drawn.contains(">57.2%<") && drawn.contains(">100.0%<") && drawn.contains("A &lt;b&gt;"));
        assert!(drawn.contains("83.0% 1 year ahead") && drawn.contains("57.2% 4 years ahead"));
        assert_eq!(starts_at(&chart).as_deref(), Some("50"));
        assert_eq!(svg(&Coverage { points: &[], ..chart }), "");
    }
}
