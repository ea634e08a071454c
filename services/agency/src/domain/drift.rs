//! A step in what a partner pays: since when, from what to what, and what it would cost the others to follow.
//!
//! A neighbour who pays more draws the bank workers of all (the pan-London consultant rate was 67.24 pounds an hour when one
//! trust paid 90 and others had to follow: domain page "Magnitudes"). Only rises are looked for. Medians and quartiles are
//! taken, so that a few odd shifts neither make a step nor hide one.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{
    pay::{ONE, round_half_up},
    spend_table::share,
};

/// What counts as a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DriftRule {
    /// Least rise, parts per million of the rate before.
    pub step_ppm: i64,
    /// Least shifts on each side.
    pub shifts: i64,
    /// Weeks before the step that are looked at, at most.
    pub weeks_before: i64,
    /// Weeks from the step on that are looked at, at most.
    pub weeks_after: i64,
}

/// Shifts of a week at one rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paid {
    /// Monday.
    pub week: Date,
    /// Rate, pence an hour.
    pub rate: i64,
    /// Shifts.
    pub shifts: i64,
}

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Monday of the first week at the new rate.
    pub since: Date,
    /// Median before, pence an hour.
    pub before: i64,
    /// Median since, pence an hour.
    pub after: i64,
    /// Shifts before.
    pub shifts_before: i64,
    /// Shifts since.
    pub shifts_after: i64,
}

impl Step {
    /// The rise, parts per million of the rate before.
    pub fn ppm(&self) -> i64 {
        share(self.after - self.before, self.before).unwrap_or_default()
    }
}

/// Every step of one partner, group of staff, grade, supply and time band, the earliest first. Rows may come in any order.
///
/// A week is a step when the median from it on is above that before it by the rule's share, with the rule's shifts on each
/// side, the lower quartile from it on is not below the upper one before it, and the two sides are further apart than chance
/// leaves them (Mann and Whitney's test, four standard deviations: the best week of many is looked for). Of several such weeks in reach of each other
/// the one counts at which the rates lie closest to the two medians.
pub fn steps(paid: &[Paid], rule: &DriftRule) -> Vec<Step> {
    let mut rows = paid.to_vec();
    rows.sort_unstable_by_key(|row| (row.week, row.rate));
    let mut weeks: Vec<Date> = rows.iter().map(|row| row.week).collect();
    weeks.dedup();
    let candidates: Vec<(i128, Step)> = weeks.iter().filter_map(|week| at(&rows, *week, rule)).collect();
    let mut found: Vec<Step> = Vec::new();
    for (off, step) in &candidates {
        let near = |other: &Step| days(step.since, other.since).abs() <= 7 * rule.weeks_after;
        // ties go to the earlier week
        let better = |(theirs, other): &&(i128, Step)| {
            near(other) && (*theirs, other.since) < (*off, step.since) && days(other.since, step.since) != 0
        };
        if candidates.iter().find(better).is_none() {
            found.push(*step);
        }
    }
    found
}

fn days(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

/// The step at a week, with how far rates lie from the two medians on average, if it is one.
fn at(rows: &[Paid], week: Date, rule: &DriftRule) -> Option<(i128, Step)> {
    let side = |within: &dyn Fn(i64) -> bool| -> Vec<(i64, i64)> {
        // many shifts of a side share few rates
        let mut side: BTreeMap<i64, i64> = BTreeMap::new();
        for row in rows.iter().filter(|row| within(days(week, row.week))) {
            *side.entry(row.rate).or_default() += row.shifts;
        }
        side.into_iter().collect()
    };
    let before = side(&|days| (-7 * rule.weeks_before..0).contains(&days));
    let after = side(&|days| (0..7 * rule.weeks_after).contains(&days));
    let count = |side: &[(i64, i64)]| side.iter().map(|(_, shifts)| shifts).sum::<i64>();
    let (shifts_before, shifts_after) = (count(&before), count(&after));
    if shifts_before.min(shifts_after) < rule.shifts.max(1) {
        return None;
    }
    let step = Step {
        since: week,
        before: ranked(&before, 500_000)?,
        after: ranked(&after, 500_000)?,
        shifts_before,
        shifts_after,
    };
    let apart = ranked(&after, 250_000)? >= ranked(&before, 750_000)?;
    if step.before <= 0 || step.ppm() < rule.step_ppm || !apart || !beyond_chance(&before, &after) {
        return None;
    }
    let off = |side: &[(i64, i64)], middle: i64| -> i128 {
        side.iter().map(|(rate, shifts)| i128::from((rate - middle).abs()) * i128::from(*shifts)).sum()
    };
    let off = off(&before, step.before) + off(&after, step.after);
    Some((off * 1_000 / i128::from(shifts_before + shifts_after), step))
}

/// Four standard deviations between the ranks of two sides, which are rates in order with their shifts.
fn beyond_chance(before: &[(i64, i64)], after: &[(i64, i64)]) -> bool {
    let count = |side: &[(i64, i64)]| side.iter().map(|(_, shifts)| i128::from(*shifts)).sum::<i128>();
    let (n, m) = (count(before), count(after));
    // twice the number of pairs in which the later shift has the higher rate; an equal rate is half a pair
    let mut pairs = 0_i128;
    for (rate, shifts) in after {
        let below: i128 = before.iter().filter(|it| it.0 < *rate).map(|it| i128::from(it.1)).sum();
        let equal: i128 = before.iter().filter(|it| it.0 == *rate).map(|it| i128::from(it.1)).sum();
        pairs += (2 * below + equal) * i128::from(*shifts);
    }
    let off = pairs - n * m;
    off > 0 && 3 * off * off >= 16 * n * m * (n + m + 1)
}

/// The value at a rank, parts per million of the shifts, of rates in order with their shifts; none of nothing.
pub fn ranked(rates: &[(i64, i64)], at: i64) -> Option<i64> {
    let all: i64 = rates.iter().map(|(_, shifts)| shifts).sum();
    let wanted = round_half_up(i128::from(all) * i128::from(at), i128::from(ONE)).max(1);
    let mut seen = 0_i128;
    for (rate, shifts) in rates {
        seen += i128::from(*shifts);
        if seen >= wanted {
            return Some(*rate);
        }
    }
    None
}

/// What a partner would pay more in a year if it matched a rate: its minutes of so many weeks, brought to a year where they are fewer
/// than 52. A rate that is at or above it already costs nothing.
pub fn matched(rate: i64, own: i64, (minutes, weeks): (i64, i64)) -> i64 {
    let more = i128::from((rate - own).max(0)) * i128::from(minutes);
    let pence = if weeks >= 52 {
        round_half_up(more, 60)
    } else {
        round_half_up(more * 365, 60 * 7 * i128::from(weeks.max(1)))
    };
    i64::try_from(pence).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{ToSpan as _, civil::date};
    use proptest::prelude::*;

    const RULE: DriftRule = DriftRule { step_ppm: 50_000, shifts: 8, weeks_before: 26, weeks_after: 13 };

    fn week(n: i64) -> Date {
        date(2026, 1, 5).checked_add((7 * n).days()).unwrap()
    }

    /// Three shifts a week, a few pence apart.
    fn series(rates: impl Fn(i64) -> i64, weeks: i64) -> Vec<Paid> {
        let spread = |n: i64| [-40, 0, 40].map(|off| Paid { week: week(n), rate: rates(n) + off, shifts: 1 });
        (0..weeks).flat_map(spread).collect()
    }

    #[test]
    fn the_step_of_a_consultant_rate_is_found_at_its_week() {
        let paid = series(|n| if n < 20 { 6_724 } else { 9_000 }, 26);
        let found = steps(&paid, &RULE);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].since, found[0].before, found[0].after), (week(20), 6_724, 9_000));
        assert_eq!(found[0].ppm(), 338_489);
        // ten weeks later the other partners: 100 hours a month at 67.24
        assert_eq!(matched(9_000, 6_724, (6_000 * 12, 53)), 2_276 * 1_200);
        assert_eq!(
            matched(9_000, 6_724, (6_000 * 3, 13)),
            2_738_703,
            "300 hours of 13 weeks stand for a year"
        );
        assert_eq!(matched(9_000, 9_500, (6_000, 12)), 0);
    }

    #[test]
    fn a_slow_rise_a_fall_and_a_few_dear_shifts_are_no_steps() {
        assert_eq!(steps(&series(|n| 3_000 + n, 52), &RULE), []);
        assert_eq!(steps(&series(|n| if n < 20 { 4_000 } else { 3_000 }, 40), &RULE), []);
        let mut few = series(|_| 3_000, 30);
        few.extend((20..24).map(|n| Paid { week: week(n), rate: 6_000, shifts: 1 }));
        assert_eq!(steps(&few, &RULE), []);
        assert_eq!(
            steps(&series(|n| if n < 20 { 3_000 } else { 4_000 }, 22), &RULE),
            [],
            "six shifts are too few"
        );
    }

    #[test]
    fn two_steps_that_lie_apart_are_two() {
        let paid = series(|n| [3_000, 3_600, 4_500][usize::try_from(n / 20).unwrap()], 60);
        let found: Vec<_> = steps(&paid, &RULE).into_iter().map(|step| step.since).collect();
        assert_eq!(found, [week(20), week(40)]);
    }

    proptest! {
        #[test]
        fn a_clear_step_is_found_wherever_it_is_and_in_any_order(
            at in 4_i64..40, before in 1_500_i64..9_000, more in 12_i64..80, seed in any::<u64>(),
        ) {
            let after = before + before * more / 100 + 120;
            let mut paid = series(|n| if n < at { before } else { after }, at + 8);
            let n = paid.len();
            for place in 0..n {
                let other = usize::try_from(seed.rotate_left(u32::try_from(place % 64).unwrap()) % n as u64).unwrap();
                paid.swap(place, other);
            }
            let found = steps(&paid, &RULE);
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!((found[0].since, found[0].before, found[0].after), (week(at), before, after));
        }
    }

    #[test]
    fn noise_without_a_step_seldom_looks_like_one() {
        let found = (0..300_u64).map(|seed| {
            let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let mut noise = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                i64::try_from(state >> 33).unwrap() % 900
            };
            let paid: Vec<Paid> =
                (0..104).map(|n| Paid { week: week(n / 2), rate: 3_000 + noise(), shifts: 1 }).collect();
            steps(&paid, &RULE).len()
        });
        let found: usize = found.sum();
        assert!(found <= 3, "{found} steps in 300 years of noise");
    }
}
