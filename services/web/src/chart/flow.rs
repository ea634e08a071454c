//! Running sums of a case's flows over its months: the plan with its low to high band, and what came and is forecast now.
//!
//! Told apart by more than colour: the plan is dashed where there are two, and each carries its name.

use std::fmt::Write as _;

use super::{
    BOTTOM, DEMAND, INK, LINE, RIGHT, SUPPLY, TOP, close, ends, open,
    waterfall::{nice_step, tick},
};

/// Wider than for FTE: amounts of money stand there.
const LEFT: f64 = 64.0;

/// Running sums at the end of a month, pence.
pub(crate) struct At<'a> {
    /// YYYY-MM.
    pub(crate) month: &'a str,
    pub(crate) planned: i64,
    pub(crate) low: i64,
    pub(crate) high: i64,
    /// As it came and is forecast now; none where nothing is.
    pub(crate) now: Option<i64>,
}

/// What is drawn.
pub(crate) struct Flow<'a> {
    /// Id prefix, unique on the page.
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    pub(crate) finding: &'a str,
    pub(crate) points: &'a [At<'a>],
    /// Last month that was attested; empty where there is none.
    pub(crate) as_of: &'a str,
}

struct Axes {
    low: f64,
    high: f64,
    step: f64,
    last: usize,
}

impl Axes {
    /// Nought is always on it: what has been spent lies below, what has been saved above.
    fn of(points: &[At<'_>]) -> Self {
        let values = points.iter().flat_map(|it| [it.planned, it.low, it.high, it.now.unwrap_or_default()]);
        let (low, high) = values.fold((0_i64, 0_i64), |(low, high), it| (low.min(it), high.max(it)));
        let (low, high) = (low as f64, high as f64);
        let step = nice_step((high - low) / 5.0);
        Self {
            low: (low / step).floor() * step,
            high: (high / step).ceil().max(1.0) * step,
            step,
            last: points.len().saturating_sub(1).max(1),
        }
    }

    fn x(&self, place: usize) -> f64 {
        LEFT + (RIGHT - LEFT) * place as f64 / self.last as f64
    }

    fn y(&self, pence: f64) -> f64 {
        BOTTOM - (BOTTOM - TOP) * (pence - self.low) / (self.high - self.low)
    }

    fn corners(&self, values: impl Iterator<Item = (usize, i64)>) -> String {
        let corners: Vec<String> =
            values.map(|(place, it)| format!("{:.1},{:.1}", self.x(place), self.y(it as f64))).collect();
        corners.join(" ")
    }
}

/// The chart; empty when there is nothing to draw.
pub(crate) fn svg(chart: &Flow<'_>) -> String {
    let Some(last) = chart.points.last() else { return String::new() };
    let axes = Axes::of(chart.points);
    let mut out = String::with_capacity(8_000);
    open(&mut out, chart.id, chart.title, chart.finding);
    grid(&mut out, &axes, chart.points);
    known(&mut out, &axes, chart);
    let places = || chart.points.iter().enumerate();
    let upper = places().map(|(place, it)| (place, it.high));
    let lower = places().rev().map(|(place, it)| (place, it.low));
    let band = axes.corners(upper.chain(lower));
    let planned = axes.corners(places().map(|(place, it)| (place, it.planned)));
    let dash = if last.now.is_some() { r#" stroke-dasharray="7 4""# } else { "" };
    let _ = write!(
        out,
        r#"<polygon points="{band}" fill="{DEMAND}" fill-opacity="0.14"/><polyline points="{planned}" fill="none" stroke="{DEMAND}" stroke-width="3" stroke-linejoin="round"{dash}/>"#
    );
    let short = |pence: i64| tick(nice_tenth(pence));
    let plan = ("Planned", axes.y(last.planned as f64), short(last.planned), DEMAND);
    if let Some(now) = last.now {
        let line = axes.corners(places().filter_map(|(place, it)| Some((place, it.now?))));
        let _ = write!(
            out,
            r#"<polyline points="{line}" fill="none" stroke="{SUPPLY}" stroke-width="3" stroke-linejoin="round"/>"#
        );
        ends(&mut out, [plan, ("Now", axes.y(now as f64), short(now), SUPPLY)]);
    } else {
        let (name, y, value, colour) = plan;
        let x = RIGHT + 10.0;
        let y = y.clamp(TOP + 6.0, BOTTOM - 20.0);
        let _ = write!(
            out,
            r#"<text x="{x:.1}" y="{y:.1}" font-size="15" font-weight="700" fill="{colour}">{name}<tspan x="{x:.1}" dy="17">{value}</tspan></text>"#
        );
    }
    close(&mut out);
    out
}

/// Rounded to what a tick shows: tenths of a million or of a thousand, whole pounds below.
fn nice_tenth(pence: i64) -> f64 {
    let unit = match pence.unsigned_abs() {
        100_000_000.. => 10_000_000.0,
        100_000.. => 100_000.0,
        _ => 100.0,
    };
    (pence as f64 / unit).round() * unit
}

/// Amounts across, and each January (or every few years) below.
fn grid(out: &mut String, axes: &Axes, points: &[At<'_>]) {
    let mut value = axes.low;
    while value <= axes.high + 1.0 {
        let y = axes.y(value);
        let (ink, width) = if value.abs() < 1.0 { (INK, 2) } else { (LINE, 1) };
        let _ = write!(
            out,
            r#"<line x1="{LEFT}" x2="{RIGHT}" y1="{y:.1}" y2="{y:.1}" stroke="{ink}" stroke-width="{width}"/><text x="{:.1}" y="{:.1}" font-size="14" text-anchor="end" fill="{INK}">{}</text>"#,
            LEFT - 6.0,
            y + 5.0,
            tick(value)
        );
        value += axes.step;
    }
    let januaries: Vec<(usize, &str)> = points
        .iter()
        .enumerate()
        .filter_map(|(place, it)| Some((place, it.month.strip_suffix("-01")?)))
        .collect();
    let every = januaries.len().div_ceil(6).max(1);
    for (place, year) in januaries.into_iter().step_by(every) {
        let x = axes.x(place);
        let _ = write!(
            out,
            r#"<line x1="{x:.1}" x2="{x:.1}" y1="{BOTTOM}" y2="{:.1}" stroke="{INK}"/><text x="{x:.1}" y="{:.1}" font-size="14" text-anchor="middle" fill="{INK}">{year}</text>"#,
            BOTTOM + 5.0,
            BOTTOM + 22.0
        );
    }
}

/// Where what was attested ends.
fn known(out: &mut String, axes: &Axes, chart: &Flow<'_>) {
    let Some(place) = chart.points.iter().position(|it| it.month == chart.as_of) else { return };
    let x = axes.x(place);
    // what stands near the right edge is not cut off
    let (anchor, at) = if place * 2 > chart.points.len() { ("end", x - 5.0) } else { ("start", x + 5.0) };
    let _ = write!(
        out,
        r##"<line x1="{x:.1}" x2="{x:.1}" y1="{TOP}" y2="{BOTTOM}" stroke="{INK}" stroke-dasharray="2 3"/><text x="{at:.1}" y="{:.1}" font-size="14" text-anchor="{anchor}" fill="{INK}" stroke="#fff" stroke-width="4" paint-order="stroke">attested to here</text>"##,
        TOP + 10.0
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_spent_lies_below_nought_and_years_stand_below() {
        let at =
            |month, planned: i64, now| At { month, planned, low: planned - 500, high: planned + 900, now };
        let points = [
            at("2017-12", -60_000_000, Some(-60_000_000)),
            at("2018-01", -40_000_000, Some(-50_000_000)),
            at("2018-02", 25_000_000, Some(-4_000_000)),
        ];
        let axes = Axes::of(&points);
        assert!(axes.y(-60_000_000.0) > axes.y(0.0) && axes.y(0.0) > axes.y(25_000_000.0));
        assert!(axes.y(-60_000_500.0) <= BOTTOM && axes.y(25_000_900.0) >= TOP);
        let drawn = svg(&Flow { id: "f", title: "A <b>", finding: "f", points: &points, as_of: "2018-01" });
        assert!(
            drawn.contains("A &lt;b&gt;") && drawn.contains(">2018<") && drawn.contains("attested to here")
        );
        assert!(
            drawn.contains(">£250k<")
                && drawn.contains(">\u{2212}£40k<")
                && drawn.contains("dasharray=\"7 4\"")
        );
        let alone = [at("2018-01", 5_000, None), at("2018-02", 9_000, None)];
        let drawn = svg(&Flow { id: "f", title: "t", finding: "f", points: &alone, as_of: "" });
        assert!(!drawn.contains("dasharray") && drawn.contains(">£90<"));
    }
}
