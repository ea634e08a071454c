//! Rows of bars along one axis: steps from one gap to another, and how far a parameter moves a gap.
//!
//! What a row is stands above its bar, so that long names fit a phone; which way it goes is said in figures too.

use std::fmt::Write as _;

use super::{DEMAND, INK, LEFT_OF_ROWS as LEFT, LINE, SUPPLY, WIDTH, close, escape, fitted, nice_step};
use crate::figures;

const RIGHT: f64 = 380.0;
const ROW: f64 = 46.0;

/// A row, FTE in 1/1000.
pub(crate) struct Bar {
    pub(crate) name: String,
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// At the end of the row.
    pub(crate) said: String,
}

/// What is drawn.
pub(crate) struct Bars<'a> {
    /// Id prefix, unique on the page.
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    pub(crate) finding: &'a str,
    pub(crate) rows: &'a [Bar],
    /// A line through all rows.
    pub(crate) at: Option<i64>,
}

/// The chart; empty when there is nothing to draw.
pub(crate) fn svg(chart: &Bars<'_>) -> String {
    let values = chart.rows.iter().flat_map(|bar| [bar.from, bar.to]).chain(chart.at);
    let (Some(low), Some(high)) = (values.clone().min(), values.max()) else { return String::new() };
    let (low, high) = (low as f64, high as f64);
    let room = ((high - low) * 0.05).max(100.0);
    let step = nice_step((high - low + 2.0 * room) / 4.0);
    // what is never below nought has no axis there
    let floor = if low < 0.0 { f64::NEG_INFINITY } else { 0.0 };
    let (low, high) =
        ((((low - room) / step).floor() * step).max(floor), ((high + room) / step).ceil() * step);
    let x = |milli: f64| LEFT + (RIGHT - LEFT) * (milli - low) / (high - low);
    let bottom = 8.0 + ROW * chart.rows.len() as f64;
    let height = bottom + 26.0;
    let mut out = String::with_capacity(4_000);
    let (id, title, finding) = (chart.id, escape(chart.title), escape(chart.finding));
    let _ = write!(
        out,
        r#"<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{id}-t {id}-d" xmlns="http://www.w3.org/2000/svg"><title id="{id}-t">{title}</title><desc id="{id}-d">{finding}</desc>"#
    );
    let mut value = low;
    while value <= high + 1.0 {
        #[expect(clippy::cast_possible_truncation, reason = "a rounded FTE in 1/1000, far within i64")]
        let text = figures::tenths(value as i64);
        // what stands at the edge is not cut off
        let anchor = if value <= low { "start" } else { "middle" };
        let _ = write!(
            out,
            r#"<line x1="{0:.1}" x2="{0:.1}" y1="4" y2="{bottom}" stroke="{LINE}"/><text x="{0:.1}" y="{1:.1}" font-size="14" text-anchor="{anchor}" fill="{INK}">{2}</text>"#,
            x(value).clamp(LEFT, RIGHT),
            bottom + 18.0,
            text.trim_end_matches(".0")
        );
        value += step;
    }
    if let Some(at) = chart.at {
        let x = x(at as f64);
        let _ = write!(
            out,
            r#"<line x1="{x:.1}" x2="{x:.1}" y1="4" y2="{bottom}" stroke="{INK}" stroke-width="2" stroke-dasharray="4 3"/>"#
        );
    }
    for (place, bar) in chart.rows.iter().enumerate() {
        let y = 8.0 + ROW * place as f64;
        row(&mut out, bar, y, (x(bar.from as f64), x(bar.to as f64)));
    }
    close(&mut out);
    out
}

fn row(out: &mut String, bar: &Bar, y: f64, (from, to): (f64, f64)) {
    let name = fitted(&bar.name);
    let _ = write!(
        out,
        r##"<text x="{LEFT}" y="{:.1}" font-size="14" fill="{INK}" stroke="#fff" stroke-width="4" paint-order="stroke">{}</text>"##,
        y + 14.0,
        escape(&name)
    );
    let (middle, end) = (y + 29.0, RIGHT + 8.0);
    if bar.from == bar.to {
        let _ = write!(
            out,
            r##"<circle cx="{to:.1}" cy="{middle:.1}" r="6" fill="#fff" stroke="{INK}" stroke-width="3"/>"##
        );
    } else {
        let colour = if bar.to > bar.from { DEMAND } else { SUPPLY };
        let _ = write!(
            out,
            r#"<rect x="{:.1}" y="{:.1}" width="{:.1}" height="16" fill="{colour}"/>"#,
            from.min(to),
            middle - 8.0,
            (from - to).abs().max(1.5)
        );
    }
    let _ = write!(
        out,
        r#"<text x="{end:.1}" y="{:.1}" font-size="14" font-weight="700" fill="{INK}">{}</text>"#,
        middle + 5.0,
        escape(&bar.said)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_closes_a_gap_goes_left_and_names_are_cut_not_spilt() {
        let bar = |name: &str, from, to| Bar { name: name.into(), from, to, said: "x".into() };
        let rows = [bar(&"long ".repeat(20), 120_000, 108_000), bar("end", 108_000, 108_000)];
        let drawn = svg(&Bars { id: "b", title: "t", finding: "f", rows: &rows, at: None });
        assert!(
            drawn.contains('\u{2026}')
                && drawn.contains(SUPPLY)
                && !drawn.contains(DEMAND)
                && drawn.contains("<circle")
        );
    }

    #[test]
    fn costs_have_no_axis_below_nought() {
        let rows = [Bar { name: "a".into(), from: 0, to: 760_000, said: "x".into() }];
        let drawn = svg(&Bars { id: "b", title: "t", finding: "f", rows: &rows, at: None });
        assert!(drawn.contains(">0<") && !drawn.contains('\u{2212}'), "{drawn}");
    }
}
