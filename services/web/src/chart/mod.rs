//! Charts as SVG: the fan of supply and demand over the years with their 80% bands, and what was recorded. How well
//! intervals held is in [`coverage`].
//!
//! Told apart by more than colour: demand is dashed, supply is solid, records are rings, and each line carries its name.

pub(crate) mod bars;
pub(crate) mod coverage;
pub(crate) mod flow;
pub(crate) mod lines;
pub(crate) mod waterfall;

use std::fmt::Write as _;

use crate::figures::{self, Interval};

/// Colours of the Government Analysis Function's palette; both reach 3:1 against white and each other's bands.
const SUPPLY: &str = "#12436D";
const DEMAND: &str = "#801650";
const INK: &str = "#212b32";
const LINE: &str = "#d8dde0";

const WIDTH: f64 = 470.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 58.0;
const RIGHT: f64 = 374.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 262.0;
/// Where rows of bars begin, and their names.
const LEFT_OF_ROWS: f64 = 8.0;
/// Between the names at the ends of two lines.
const APART: f64 = 40.0;

/// What a row is of, at most as wide as the picture has room for at 14 units a line: capitals take more room than small letters.
fn fitted(name: &str) -> String {
    let wide = |letter: char| match letter {
        'm' | 'w' | '%' | '@' => 11.5,
        _ if letter.is_uppercase() => 9.8,
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | ' ' | '.' | ',' | ':' | ';' | '(' | ')' => 5.0,
        _ => 8.4,
    };
    let room = WIDTH - LEFT_OF_ROWS - 4.0;
    if name.chars().map(wide).sum::<f64>() <= room {
        return name.to_owned();
    }
    let mut left = room - wide('m');
    let kept = name.chars().take_while(|letter| {
        left -= wide(*letter);
        left >= 0.0
    });
    kept.collect::<String>().trim_end().to_owned() + "\u{2026}"
}

/// One year of a forecast, FTE in 1/1000.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Point {
    pub(crate) year: i32,
    pub(crate) supply: Interval,
    pub(crate) demand: Interval,
}

/// What is drawn.
pub(crate) struct Fan<'a> {
    /// Id prefix, unique on the page.
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    pub(crate) finding: &'a str,
    /// What the dashed and the solid line are called.
    pub(crate) names: [&'a str; 2],
    /// By year.
    pub(crate) points: &'a [Point],
    /// Recorded FTE in 1/1000, by year.
    pub(crate) recorded: &'a [(i32, i64)],
}

/// Names of the lines of a forecast against need.
pub(crate) const NEEDED: [&str; 2] = ["Needed", "In post"];

struct Scale {
    years: (i32, i32),
    low: f64,
    high: f64,
    step: f64,
}

impl Scale {
    fn of(fan: &Fan<'_>) -> Option<Self> {
        let years = fan.points.iter().map(|p| p.year).chain(fan.recorded.iter().map(|r| r.0));
        let years = (years.clone().min()?, years.max()?);
        let values = fan
            .points
            .iter()
            .flat_map(|p| [p.supply.p10, p.supply.p90, p.demand.p10, p.demand.p90])
            .chain(fan.recorded.iter().map(|r| r.1));
        let (low, high) = (values.clone().min()? as f64, values.max()? as f64);
        let room = ((high - low) * 0.08).max(50.0);
        let step = nice_step((high - low + 2.0 * room) / 5.0);
        let low = (((low - room) / step).floor() * step).max(0.0);
        let high = ((high + room) / step).ceil() * step;
        Some(Self { years, low, high, step })
    }

    fn x(&self, year: i32) -> f64 {
        let span = f64::from((self.years.1 - self.years.0).max(1));
        LEFT + (RIGHT - LEFT) * f64::from(year - self.years.0) / span
    }

    fn y(&self, milli: i64) -> f64 {
        self.height(milli as f64)
    }

    fn height(&self, milli: f64) -> f64 {
        BOTTOM - (BOTTOM - TOP) * (milli - self.low) / (self.high - self.low).max(1.0)
    }
}

/// The next of 1, 2 and 5 times a power of ten, at least a tenth of an FTE.
fn nice_step(rough: f64) -> f64 {
    let power = 10_f64.powf(rough.max(100.0).log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * power).find(|step| *step >= rough).unwrap_or(10.0 * power)
}

/// The chart; empty when there is nothing to draw.
pub(crate) fn svg(fan: &Fan<'_>) -> String {
    let Some(scale) = Scale::of(fan) else { return String::new() };
    let mut out = String::with_capacity(6_000);
    open(&mut out, fan.id, fan.title, fan.finding);
    grid(&mut out, &scale);
    band(&mut out, &scale, fan.points, DEMAND, |p| p.demand);
    band(&mut out, &scale, fan.points, SUPPLY, |p| p.supply);
    line(&mut out, &scale, fan.points, (DEMAND, r#" stroke-dasharray="7 4""#), |p| p.demand);
    line(&mut out, &scale, fan.points, (SUPPLY, ""), |p| p.supply);
    for (year, milli) in fan.recorded {
        let (x, y) = (scale.x(*year), scale.y(*milli));
        let _ = write!(
            out,
            r##"<circle cx="{x:.1}" cy="{y:.1}" r="4.5" fill="#fff" stroke="{INK}" stroke-width="2"><title>{year}: {} recorded</title></circle>"##,
            figures::tenths(*milli)
        );
    }
    labels(&mut out, &scale, fan);
    close(&mut out);
    out
}

/// Begins a chart with its name and its finding, for those who do not see it.
fn open(out: &mut String, id: &str, title: &str, finding: &str) {
    let (title, finding) = (escape(title), escape(finding));
    let _ = write!(
        out,
        r#"<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{id}-t {id}-d" xmlns="http://www.w3.org/2000/svg"><title id="{id}-t">{title}</title><desc id="{id}-d">{finding}</desc>"#
    );
}

fn close(out: &mut String) {
    out.push_str("</svg>");
}

/// Where the value axis starts, when that is not zero: a reader must be told.
pub(crate) fn starts_at(fan: &Fan<'_>) -> Option<String> {
    start(&Scale::of(fan)?)
}

fn start(scale: &Scale) -> Option<String> {
    #[expect(clippy::cast_possible_truncation, reason = "a rounded figure in 1/1000, far within i64")]
    let low = scale.low as i64;
    (low > 0).then(|| figures::tenths(low).trim_end_matches(".0").to_owned())
}

fn grid(out: &mut String, scale: &Scale) {
    let mut value = scale.low;
    while value <= scale.high + 1.0 {
        let y = scale.height(value);
        #[expect(clippy::cast_possible_truncation, reason = "a rounded FTE in 1/1000, far within i64")]
        let text = figures::tenths(value as i64);
        let text = if scale.step >= 1_000.0 { text.trim_end_matches(".0") } else { text.as_str() };
        let _ = write!(
            out,
            r#"<line x1="{LEFT}" x2="{RIGHT}" y1="{y:.1}" y2="{y:.1}" stroke="{LINE}"/><text x="{:.1}" y="{:.1}" font-size="14" text-anchor="end" fill="{INK}">{text}</text>"#,
            LEFT - 6.0,
            y + 5.0
        );
        value += scale.step;
    }
    let years = scale.years.1 - scale.years.0;
    let every = if years > 12 {
        5
    } else if years > 6 {
        2
    } else {
        1
    };
    for year in (scale.years.0..=scale.years.1).rev().step_by(every) {
        let x = scale.x(year);
        let _ = write!(
            out,
            r#"<text x="{x:.1}" y="{:.1}" font-size="14" text-anchor="middle" fill="{INK}">{year}</text>"#,
            BOTTOM + 22.0
        );
    }
}

fn band(out: &mut String, scale: &Scale, points: &[Point], colour: &str, of: fn(&Point) -> Interval) {
    if points.len() < 2 {
        return;
    }
    let upper = points.iter().map(|p| (p.year, of(p).p90));
    let lower = points.iter().rev().map(|p| (p.year, of(p).p10));
    let corners: Vec<String> =
        upper.chain(lower).map(|(year, v)| format!("{:.1},{:.1}", scale.x(year), scale.y(v))).collect();
    let _ = write!(out, r#"<polygon points="{}" fill="{colour}" fill-opacity="0.16"/>"#, corners.join(" "));
}

fn line(out: &mut String, scale: &Scale, points: &[Point], ink: (&str, &str), of: fn(&Point) -> Interval) {
    let corners: Vec<String> =
        points.iter().map(|p| format!("{:.1},{:.1}", scale.x(p.year), scale.y(of(p).p50))).collect();
    let (colour, dash) = ink;
    let _ = write!(
        out,
        r#"<polyline points="{}" fill="none" stroke="{colour}" stroke-width="3" stroke-linejoin="round"{dash}/>"#,
        corners.join(" ")
    );
}

fn labels(out: &mut String, scale: &Scale, fan: &Fan<'_>) {
    let Some(last) = fan.points.last() else { return };
    let (demand, supply) = (last.demand.p50, last.supply.p50);
    ends(
        out,
        [
            (fan.names[0], scale.y(demand), figures::tenths(demand), DEMAND),
            (fan.names[1], scale.y(supply), figures::tenths(supply), SUPPLY),
        ],
    );
}

/// Names and values at the ends of two lines, kept apart: name, height, value, colour.
fn ends(out: &mut String, [first, second]: [(&str, f64, String, &str); 2]) {
    let (upper, lower) = if first.1 <= second.1 { (first, second) } else { (second, first) };
    let push = ((APART - (lower.1 - upper.1)) / 2.0).max(0.0);
    let top = (upper.1 - push).clamp(TOP + 6.0, BOTTOM - 14.0 - APART);
    let bottom = (lower.1 + push).clamp(top + APART, BOTTOM - 14.0);
    let x = RIGHT + 10.0;
    for ((name, _, value, colour), y) in [(upper, top), (lower, bottom)] {
        let _ = write!(
            out,
            r#"<text x="{x:.1}" y="{:.1}" font-size="15" font-weight="700" fill="{colour}">{name}<tspan x="{x:.1}" dy="17">{value}</tspan></text>"#,
            y - 2.0
        );
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(value: i64) -> Interval {
        Interval { p10: value - 20_000, p50: value, p90: value + 20_000 }
    }

    #[test]
    fn higher_figures_stand_higher_and_later_years_further_right() {
        let points = [
            Point { year: 2016, supply: at(874_100), demand: at(874_100) },
            Point { year: 2021, supply: at(831_500), demand: at(952_700) },
        ];
        let fan = Fan {
            id: "gp",
            title: "A <b>",
            finding: "f",
            names: NEEDED,
            points: &points,
            recorded: &[(2016, 874_100)],
        };
        let scale = Scale::of(&fan).unwrap();
        assert!(scale.y(952_700) < scale.y(831_500));
        assert!((scale.x(2016) - LEFT).abs() < 1e-9 && (scale.x(2021) - RIGHT).abs() < 1e-9);
        assert!(scale.y(972_700) >= TOP && scale.y(811_500) <= BOTTOM);
        let drawn = svg(&fan);
        assert!(drawn.contains(">952.7<") && drawn.contains(">831.5<") && drawn.contains("A &lt;b&gt;"));
        assert_eq!(starts_at(&fan).as_deref(), Some("750"));
        assert!((nice_step(43_000.0) - 50_000.0).abs() < 1e-6 && (nice_step(130.0) - 200.0).abs() < 1e-6);
    }
}
