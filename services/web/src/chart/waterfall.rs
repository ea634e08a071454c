//! Amounts of money as a waterfall: where it begins, each step from the last to the next, where it ends.
//!
//! What a row is stands above its bar, so that long names fit a phone. Wholes are filled, steps up and down differ in colour and
//! in the arrow of their words, and each says its amount.

use std::fmt::Write as _;

use super::{DEMAND, INK, LEFT_OF_ROWS as LEFT, LINE, SUPPLY, WIDTH, close, escape, fitted};
use crate::model::back_office::large;

const RIGHT: f64 = 350.0;
const ROW: f64 = 46.0;
/// A whole: neither up nor down.
const WHOLE: &str = "#4c6272";

/// A row, pence.
pub(crate) struct Bar {
    name: String,
    from: i64,
    to: i64,
    said: String,
    whole: bool,
}

impl Bar {
    /// An amount from nought.
    pub(crate) fn whole(name: impl Into<String>, pence: i64, said: impl Into<String>) -> Self {
        Self { name: name.into(), from: 0, to: pence, said: said.into(), whole: true }
    }

    /// A step on from an amount.
    pub(crate) fn step(name: impl Into<String>, from: i64, by: i64) -> Self {
        let sign = if by > 0 { "+" } else { "" };
        Self {
            name: name.into(),
            from,
            to: from.saturating_add(by),
            said: format!("{sign}{}", large(by)),
            whole: false,
        }
    }
}

/// What is drawn.
pub(crate) struct Waterfall<'a> {
    /// Id prefix, unique on the page.
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    pub(crate) finding: &'a str,
    pub(crate) bars: &'a [Bar],
}

/// The next of 1, 2 and 5 times a power of ten, at least a pound.
pub(super) fn nice_step(rough: f64) -> f64 {
    let power = 10_f64.powf(rough.max(100.0).log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * power).find(|step| *step >= rough).unwrap_or(10.0 * power)
}

struct Axis {
    low: f64,
    high: f64,
    step: f64,
}

impl Axis {
    /// Nought is always on it: a bar's length is an amount.
    fn of(bars: &[Bar]) -> Self {
        let values = bars.iter().flat_map(|bar| [bar.from, bar.to]).chain([0]);
        let (low, high) = values.fold((0_i64, 0_i64), |(low, high), it| (low.min(it), high.max(it)));
        let (low, high) = (low as f64, high as f64);
        let step = nice_step((high - low) / 4.0);
        Self { low: (low / step).floor() * step, high: (high / step).ceil().max(1.0) * step, step }
    }

    fn x(&self, pence: f64) -> f64 {
        LEFT + (RIGHT - LEFT) * (pence - self.low) / (self.high - self.low)
    }
}

/// The chart; empty when there is nothing to draw.
pub(crate) fn svg(chart: &Waterfall<'_>) -> String {
    if chart.bars.is_empty() {
        return String::new();
    }
    let axis = Axis::of(chart.bars);
    let bottom = 8.0 + ROW * chart.bars.len() as f64;
    let height = bottom + 26.0;
    let mut out = String::with_capacity(4_000);
    let (id, title, finding) = (chart.id, escape(chart.title), escape(chart.finding));
    let _ = write!(
        out,
        r#"<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{id}-t {id}-d" xmlns="http://www.w3.org/2000/svg"><title id="{id}-t">{title}</title><desc id="{id}-d">{finding}</desc>"#
    );
    grid(&mut out, &axis, bottom);
    for (place, bar) in chart.bars.iter().enumerate() {
        let y = 8.0 + ROW * place as f64;
        row(&mut out, &axis, bar, y);
        // where a step ends the next begins
        if let Some(next) = chart.bars.get(place + 1)
            && (!bar.whole || !next.whole)
        {
            let (x, from, to) = (axis.x(bar.to as f64), y + 37.0, y + ROW + 21.0);
            let _ = write!(
                out,
                r#"<line x1="{x:.1}" x2="{x:.1}" y1="{from:.1}" y2="{to:.1}" stroke="{INK}" stroke-dasharray="2 3"/>"#
            );
        }
    }
    close(&mut out);
    out
}

/// An amount of the axis: `£0`, `£50k`, `£400m`.
pub(super) fn tick(pence: f64) -> String {
    let pounds = pence / 100.0;
    let sign = if pounds < 0.0 { "\u{2212}" } else { "" };
    let size = pounds.abs();
    let (amount, unit) = if size >= 1_000_000.0 {
        (size / 1_000_000.0, "m")
    } else if size >= 1_000.0 {
        (size / 1_000.0, "k")
    } else {
        (size, "")
    };
    let amount = format!("{amount:.1}");
    format!("{sign}£{}{unit}", amount.trim_end_matches(".0"))
}

fn grid(out: &mut String, axis: &Axis, bottom: f64) {
    let mut value = axis.low;
    while value <= axis.high + 1.0 {
        // what stands at the edge is not cut off
        let anchor = if value <= axis.low { "start" } else { "middle" };
        let _ = write!(
            out,
            r#"<line x1="{0:.1}" x2="{0:.1}" y1="4" y2="{bottom}" stroke="{LINE}"/><text x="{0:.1}" y="{1:.1}" font-size="14" text-anchor="{anchor}" fill="{INK}">{2}</text>"#,
            axis.x(value),
            bottom + 18.0,
            tick(value)
        );
        value += axis.step;
    }
}

fn row(out: &mut String, axis: &Axis, bar: &Bar, y: f64) {
    let name = fitted(&bar.name);
    let colour = match (bar.whole, bar.to > bar.from) {
        (true, _) => WHOLE,
        (false, true) => DEMAND,
        (false, false) => SUPPLY,
    };
    let (from, to) = (axis.x(bar.from as f64), axis.x(bar.to as f64));
    let _ = write!(
        out,
        r##"<text x="{LEFT}" y="{:.1}" font-size="14" fill="{INK}" stroke="#fff" stroke-width="4" paint-order="stroke">{}</text><rect x="{:.1}" y="{:.1}" width="{:.1}" height="16" fill="{colour}"/><text x="{:.1}" y="{:.1}" font-size="14" font-weight="700" fill="{INK}">{}</text>"##,
        y + 14.0,
        escape(&name),
        from.min(to),
        y + 21.0,
        (from - to).abs().max(1.5),
        RIGHT + 8.0,
        y + 34.0,
        escape(&bar.said)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_begin_where_the_last_ended_and_nought_is_on_the_axis() {
        let bars = [
            Bar::whole("gap <before>", 93_400_000_000, "£934 million"),
            Bar::step("efficiency", 93_400_000_000, -18_900_000_000),
            Bar::whole("computed", 74_500_000_000, "£745 million"),
        ];
        let axis = Axis::of(&bars);
        assert!((axis.x(0.0) - LEFT).abs() < 1e-9 && axis.x(93_400_000_000.0) <= RIGHT);
        let drawn = svg(&Waterfall { id: "w", title: "t", finding: "f", bars: &bars });
        assert!(
            drawn.contains("gap &lt;before&gt;") && drawn.contains(">\u{2212}\u{2060}£189 million<"),
            "{drawn}"
        );
        assert!(drawn.contains(SUPPLY) && !drawn.contains(DEMAND) && drawn.contains(">£0<"));
    }

    #[test]
    fn ticks_are_short() {
        assert_eq!(
            [0.0, 5_000_000.0, -40_000_000_000.0, 150_000_000.0].map(tick),
            ["£0", "£50k", "\u{2212}£400m", "£1.5m"]
        );
    }
}
