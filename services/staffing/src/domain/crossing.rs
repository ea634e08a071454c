//! Gaps that came to matter, or ceased to, from one forecast of a scenario and area to the next.

use std::collections::HashMap;

use super::{
    forecast::{Interval, Level, Row},
    role::Role,
};

/// A shortage: gap over demand, in parts per million. The same tenth that a plan of levers works with.
pub const SHORTAGE_PPM: i64 = 100_000;
/// A middle moves with the seed by so many of its standard errors hardly ever (once in 370 rows); beyond, something has changed.
const ERRORS: f64 = 3.0;
/// Distance of the 10th from the 90th percentile of a normal distribution, in standard deviations.
const P10_TO_P90: f64 = 2.563;
/// Standard error of a median over that of a mean: the square root of half pi.
const OF_MEDIAN: f64 = 1.253;

/// A gap that crossed the line between too few and enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crossing {
    /// Level.
    pub level: Level,
    /// Code of the node.
    pub node: String,
    /// Its name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Financial year ending.
    pub year: i32,
    /// Gap over demand before, in parts per million.
    pub before: Interval,
    /// And now.
    pub now: Interval,
}

/// Crossings of nodes above the practice between two runs of so many draws each. A middle that moved over the line by no more than the
/// draws themselves move it is none.
pub fn crossings((before, draws_before): (&[Row], u32), (now, draws): (&[Row], u32)) -> Vec<Crossing> {
    let known: HashMap<_, _> = before.iter().map(|row| (key(row), row.shortfall_ppm)).collect();
    now.iter()
        .filter(|row| row.level != Level::Practice)
        .filter_map(|row| {
            let before = *known.get(&key(row))?;
            let now = row.shortfall_ppm;
            let crossed = (before.p50 > SHORTAGE_PPM) != (now.p50 > SHORTAGE_PPM);
            let noise = error(before, draws_before).hypot(error(now, draws));
            let moved = (now.p50 - before.p50).abs() as f64;
            (crossed && moved > ERRORS * noise).then(|| Crossing {
                level: row.level,
                node: row.node.to_string(),
                name: row.name.to_string(),
                role: row.role,
                year: row.year,
                before,
                now,
            })
        })
        .collect()
}

fn key(row: &Row) -> (Level, &str, Role, i32) {
    (row.level, &row.node, row.role, row.year)
}

/// Standard error of the middle of so many draws.
fn error(of: Interval, draws: u32) -> f64 {
    OF_MEDIAN * (of.p90 - of.p10) as f64 / P10_TO_P90 / f64::from(draws.max(1)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(level: Level, p50: i64) -> Row {
        Row {
            level,
            node: "X".into(),
            name: "X".into(),
            role: Role::Gp,
            year: 2020,
            supply: Interval::default(),
            demand: Interval::default(),
            gap: Interval::default(),
            shortfall_ppm: Interval { p10: p50 - 50_000, p50, p90: p50 + 50_000 },
            cost_pence: Interval::default(),
            list: Interval::default(),
            placeholder: false,
        }
    }

    fn crossed(level: Level, before: i64, now: i64) -> usize {
        crossings((&[row(level, before)], 1_024), (&[row(level, now)], 1_024)).len()
    }

    #[test]
    fn only_a_move_over_the_line_and_beyond_the_draws_counts() {
        // the standard error of either middle is 1,528 parts per million: three of both are 6,483
        assert_eq!(crossed(Level::Borough, 98_000, 103_000), 0);
        assert_eq!(crossed(Level::Borough, 98_000, 105_000), 1);
        assert_eq!(crossed(Level::Borough, 105_000, 98_000), 1);
        assert_eq!(crossed(Level::Borough, 120_000, 180_000), 0);
        assert_eq!(crossed(Level::Practice, 50_000, 200_000), 0);
    }
}
