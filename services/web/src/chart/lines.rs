//! One or two gaps over the years with their 80% bands, and the line where nobody is missing.
//!
//! Told apart by more than colour: the first is dashed where there are two, and each carries its name.

use std::fmt::Write as _;

use super::{DEMAND, INK, LEFT, RIGHT, SUPPLY, Scale, close, ends, grid, nice_step, open};
use crate::figures::{self, Interval};

/// One line with its band: a name, and FTE in 1/1000 by year.
pub(crate) struct Line<'a> {
    pub(crate) name: &'a str,
    pub(crate) points: &'a [(i32, Interval)],
}

/// What is drawn.
pub(crate) struct Lines<'a> {
    /// Id prefix, unique on the page.
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    pub(crate) finding: &'a str,
    /// One or two.
    pub(crate) drawn: &'a [Line<'a>],
}

/// The chart; empty when there is nothing to draw.
pub(crate) fn svg(chart: &Lines<'_>) -> String {
    let Some(scale) = scale(chart) else { return String::new() };
    let mut out = String::with_capacity(5_000);
    open(&mut out, chart.id, chart.title, chart.finding);
    grid(&mut out, &scale);
    let zero = scale.y(0);
    let _ = write!(
        out,
        r#"<line x1="{LEFT}" x2="{RIGHT}" y1="{zero:.1}" y2="{zero:.1}" stroke="{INK}" stroke-width="2"/>"#
    );
    let inks = [(DEMAND, r#" stroke-dasharray="7 4""#), (SUPPLY, "")];
    let inks = if chart.drawn.len() == 1 { &inks[1..] } else { &inks[..] };
    for (line, (colour, dash)) in chart.drawn.iter().zip(inks) {
        let upper = line.points.iter().map(|(year, at)| (*year, at.p90));
        let lower = line.points.iter().rev().map(|(year, at)| (*year, at.p10));
        let band = corners(&scale, upper.chain(lower));
        let middle = corners(&scale, line.points.iter().map(|(year, at)| (*year, at.p50)));
        let _ = write!(
            out,
            r#"<polygon points="{band}" fill="{colour}" fill-opacity="0.16"/><polyline points="{middle}" fill="none" stroke="{colour}" stroke-width="3" stroke-linejoin="round"{dash}/>"#
        );
    }
    let mut names = chart.drawn.iter().zip(inks).filter_map(|(line, (colour, _))| {
        let last = line.points.last()?.1.p50;
        Some((line.name, scale.y(last), figures::tenths(last), *colour))
    });
    match (names.next(), names.next()) {
        (Some(first), Some(second)) => ends(&mut out, [first, second]),
        (Some((name, y, value, colour)), None) => {
            let x = RIGHT + 10.0;
            let _ = write!(
                out,
                r#"<text x="{x:.1}" y="{y:.1}" font-size="15" font-weight="700" fill="{colour}">{name}<tspan x="{x:.1}" dy="17">{value}</tspan></text>"#
            );
        }
        _ => {}
    }
    close(&mut out);
    out
}

fn corners(scale: &Scale, points: impl Iterator<Item = (i32, i64)>) -> String {
    let corners: Vec<String> =
        points.map(|(year, milli)| format!("{:.1},{:.1}", scale.x(year), scale.y(milli))).collect();
    corners.join(" ")
}

/// The scale holds zero: a gap is read against nobody missing.
fn scale(chart: &Lines<'_>) -> Option<Scale> {
    let points = chart.drawn.iter().flat_map(|line| line.points.iter());
    let years = points.clone().map(|(year, _)| *year);
    let years = (years.clone().min()?, years.max()?);
    let values = points.flat_map(|(_, at)| [at.p10, at.p90]).chain([0]);
    let (low, high) = (values.clone().min()? as f64, values.max()? as f64);
    let room = (high - low).max(400.0) * 0.06;
    let step = nice_step((high - low + 2.0 * room) / 5.0);
    let low = if low < 0.0 { ((low - room) / step).floor() * step } else { 0.0 };
    let high = ((high + room) / step).ceil() * step;
    Some(Scale { years, low, high, step })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_surplus_lies_below_the_line_of_nobody_missing() {
        let at = |p50: i64| Interval { p10: p50 - 9_000, p50, p90: p50 + 9_000 };
        let (first, second) = ([(2016, at(0)), (2021, at(26_000))], [(2016, at(0)), (2021, at(-4_000))]);
        let lines = [Line { name: "Do nothing", points: &first }, Line { name: "Mine", points: &second }];
        let chart = Lines { id: "g", title: "t", finding: "f", drawn: &lines };
        let scale = scale(&chart).unwrap();
        assert!(scale.y(-13_000) > scale.y(0) && scale.y(0) > scale.y(26_000));
        assert!(scale.y(-13_000) <= super::super::BOTTOM && scale.y(35_000) >= super::super::TOP);
        let drawn = svg(&chart);
        assert!(
            drawn.contains(">26.0<") && drawn.contains(">\u{2212}4.0<") && drawn.contains("stroke-dasharray")
        );
        assert!(
            !svg(&Lines { drawn: &lines[..1], ..chart }).contains("stroke-dasharray"),
            "one line is solid"
        );
    }
}
