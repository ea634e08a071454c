//! The price-cap formula, in whole numbers to the end.
//!
//! cap = round_half_up( top of band / (365.25/7 x hours a week) x (1 + uplift), 2 ), rounded once (domain page "Cap
//! formula", 12 of 12 published points). Enhancements multiply basic pay; the high-cost supplement stands outside of
//! their base (domain page "Pay").

/// One in parts per million.
pub const ONE: i64 = 1_000_000;

/// High-cost area supplement: a share of basic pay between a floor and a ceiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Supplement {
    /// Share of basic pay, parts per million.
    pub share_ppm: i64,
    /// Least, pence a year.
    pub floor: i64,
    /// Most, pence a year.
    pub ceiling: i64,
}

/// What an hour's cap is computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Basis {
    /// Top of the band, pence a year.
    pub top: i64,
    /// Hours a week in minutes: 2250 or 2400.
    pub week_minutes: i64,
    /// Enhancement of unsocial hours, parts per million of basic pay.
    pub enhancement_ppm: i64,
    /// Supplement of the zone.
    pub supplement: Option<Supplement>,
    /// Uplift over pay, parts per million.
    pub uplift_ppm: i64,
}

impl Basis {
    /// Pay of a year in pence times a million: basic, enhanced, and the supplement.
    fn year_micro(&self) -> i128 {
        let (top, one) = (i128::from(self.top), i128::from(ONE));
        let supplement = self.supplement.map_or(0, |it| {
            (top * i128::from(it.share_ppm)).clamp(i128::from(it.floor) * one, i128::from(it.ceiling) * one)
        });
        top * (one + i128::from(self.enhancement_ppm)) + supplement
    }

    /// The cap in pence an hour, rounded half up once.
    pub fn cap_pence(&self) -> i64 {
        // weeks of a year are 36525/700, hours a week are minutes/60
        let above = self.year_micro() * i128::from(ONE + self.uplift_ppm) * 700 * 60;
        let below = 36_525 * i128::from(self.week_minutes) * i128::from(ONE) * i128::from(ONE);
        i64::try_from(round_half_up(above, below)).unwrap_or(i64::MAX)
    }

    /// The formula with its figures.
    pub fn formula(&self) -> String {
        let mut pay = pounds(self.top);
        if self.enhancement_ppm != 0 {
            pay.push_str(&format!(" x {}", ratio(ONE + self.enhancement_ppm)));
        }
        if let Some(it) = self.supplement {
            let (floor, ceiling) = (pounds(it.floor), pounds(it.ceiling));
            pay = format!("({pay} + {} within {floor} to {ceiling})", ratio(it.share_ppm));
        }
        let hours = ratio(self.week_minutes * ONE / 60);
        let (uplift, cap) = (ratio(ONE + self.uplift_ppm), pounds(self.cap_pence()));
        format!("round_half_up({pay} / (365.25/7 x {hours}) x {uplift}, 2) = {cap}")
    }
}

/// Quotient of two whole numbers, a half rounded up; `below` is above zero.
pub fn round_half_up(above: i128, below: i128) -> i128 {
    (2 * above + below).div_euclid(2 * below)
}

/// Pence as pounds: 2232 is `22.32`.
pub fn pounds(pence: i64) -> String {
    let sign = if pence < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", pence.abs() / 100, pence.abs() % 100)
}

/// Parts per million as a number: 1550000 is `1.55`.
fn ratio(ppm: i64) -> String {
    let text = format!("{}.{:06}", ppm / ONE, ppm % ONE);
    let text = text.trim_end_matches('0');
    if text.ends_with('.') { format!("{text}0") } else { text.to_owned() }
}
