//! From a forecast gap to the cover that it would need: hours filled by bank and agency, and what they cost all-in.
//!
//! A whole-time equivalent that is missing leaves `hours` a year to cover. A share of them is filled, a share of those by the
//! bank; the rest stays empty. Gap, fill and mix each come with an interval, and are combined point by point over a fixed
//! sequence, so that the same question always has the same answer. Hourly costs are taken as they are.

use super::{
    pay::{ONE, round_half_up},
    projection::Interval,
};

/// How a role is covered where no shifts of its group of staff tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverRule {
    /// Role of the forecast: `gp`, `nurse` ...
    pub role: String,
    /// Group of staff whose shifts cover it.
    pub staff_group: String,
    /// Hours that a whole-time equivalent works in a year.
    pub hours: i64,
    /// Share of the hours asked for that are filled, parts per million.
    pub fill: Interval,
    /// Share of the filled hours that the bank works, parts per million.
    pub bank: Interval,
    /// All-in cost of an hour of the bank, pence.
    pub bank_hour: i64,
    /// All-in cost of an hour of an agency, pence.
    pub agency_hour: i64,
}

/// How the hours are filled and what they cost, from a rule or from shifts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filling {
    /// Hours that a whole-time equivalent works in a year.
    pub hours: i64,
    /// Share filled, parts per million.
    pub fill: Interval,
    /// Share of the filled hours that the bank works, parts per million.
    pub bank: Interval,
    /// All-in cost of an hour of the bank, pence.
    pub bank_hour: i64,
    /// All-in cost of an hour of an agency, pence.
    pub agency_hour: i64,
}

/// What covering a gap comes to in a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cover {
    /// Hours filled.
    pub hours: Interval,
    /// Hours that nobody fills.
    pub unfilled: Interval,
    /// Hours worked by the bank.
    pub bank: Interval,
    /// Hours worked by agencies.
    pub agency: Interval,
    /// All-in cost of the filled hours, pence.
    pub cost: Interval,
}

/// Points of the sequence. Percentiles of this many points are within a fiftieth of the spread of those of ten times as many.
const POINTS: u32 = 1_024;

/// What covering a gap would need. The gap is in FTE in 1/1000; at or below nought none is needed.
pub fn cover(gap: Interval, of: &Filling) -> Cover {
    let mut columns: [Vec<i64>; 5] = Default::default();
    for point in 1..=POINTS {
        let missing = i128::from(quantile(gap, halton(point, 2)).max(0));
        let fill = i128::from(quantile(of.fill, halton(point, 3)).clamp(0, ONE));
        let bank = i128::from(quantile(of.bank, halton(point, 5)).clamp(0, ONE));
        let one = i128::from(ONE);
        // thousandths of hours, so that small gaps are not rounded away before they are priced
        let asked = missing * i128::from(of.hours);
        let filled = round_half_up(asked * fill, one);
        let by_bank = round_half_up(filled * bank, one);
        let by_agency = filled - by_bank;
        let cost = by_bank * i128::from(of.bank_hour) + by_agency * i128::from(of.agency_hour);
        let row = [filled, asked - filled, by_bank, by_agency, cost];
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(i64::try_from(round_half_up(value, 1_000)).unwrap_or(i64::MAX));
        }
    }
    let [hours, unfilled, bank, agency, cost] = columns.map(|column| percentiles(column).unwrap_or_default());
    Cover { hours, unfilled, bank, agency, cost }
}

/// The value at a probability in parts per million: straight lines through the three percentiles, and on beyond them.
fn quantile(of: Interval, at: i64) -> i64 {
    let (from, to, start) = if at < 500_000 { (of.p10, of.p50, 100_000) } else { (of.p50, of.p90, 500_000) };
    let step = i128::from(to - from) * i128::from(at - start);
    from + i64::try_from(round_half_up(step, 400_000)).unwrap_or_default()
}

/// A point of Halton's sequence in a base, parts per million: the digits of the index mirrored behind the point.
fn halton(index: u32, base: u32) -> i64 {
    let (mut rest, mut below, mut above) = (index, 1_i128, 0_i128);
    while rest > 0 {
        below *= i128::from(base);
        above = above * i128::from(base) + i128::from(rest % base);
        rest /= base;
    }
    i64::try_from(above * i128::from(ONE) / below).unwrap_or_default()
}

/// The 10th, 50th and 90th percentile by rank; none of nothing.
pub fn percentiles(mut values: Vec<i64>) -> Option<Interval> {
    values.sort_unstable();
    let last = values.len().checked_sub(1)?;
    let at = |percent: usize| values[(last * percent + 50) / 100];
    Some(Interval { p10: at(10), p50: at(50), p90: at(90) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sure(value: i64) -> Interval {
        Interval { p10: value, p50: value, p90: value }
    }

    #[test]
    fn without_doubt_it_is_plain_arithmetic() {
        // ten nurses, 1,575 hours each, 80% filled, three quarters of it by the bank
        let filling = Filling {
            hours: 1_575,
            fill: sure(800_000),
            bank: sure(750_000),
            bank_hour: 2_857,
            agency_hour: 3_429,
        };
        let found = cover(sure(10_000), &filling);
        assert_eq!((found.hours, found.unfilled), (sure(12_600), sure(3_150)));
        assert_eq!((found.bank, found.agency), (sure(9_450), sure(3_150)));
        assert_eq!(found.cost, sure(9_450 * 2_857 + 3_150 * 3_429));
        assert_eq!(cover(sure(-10_000), &filling).cost, sure(0), "too many need no cover");
    }

    proptest! {
        #[test]
        fn percentiles_are_in_order_and_more_missing_never_costs_less(
            low in -50_000_i64..50_000, up in 0_i64..40_000, more in 0_i64..40_000,
            fill in 0_i64..=1_000_000, bank in 0_i64..=1_000_000,
        ) {
            let filling = Filling {
                hours: 1_575,
                fill: Interval { p10: fill * 8 / 10, p50: fill, p90: (fill * 11 / 10).min(ONE) },
                bank: Interval { p10: bank / 2, p50: bank, p90: (bank * 12 / 10).min(ONE) },
                bank_hour: 2_857,
                agency_hour: 3_429,
            };
            let gap = Interval { p10: low, p50: low + up, p90: low + 2 * up };
            let found = cover(gap, &filling);
            for it in [found.hours, found.unfilled, found.bank, found.agency, found.cost] {
                prop_assert!(0 <= it.p10 && it.p10 <= it.p50 && it.p50 <= it.p90);
            }
            let wider = Interval { p10: gap.p10 + more, p50: gap.p50 + more, p90: gap.p90 + more };
            let dearer = cover(wider, &filling);
            prop_assert!(dearer.cost.p10 >= found.cost.p10 && dearer.cost.p90 >= found.cost.p90);
        }

        #[test]
        fn the_three_percentiles_come_back(p10 in -9_000_i64..9_000, up in 0_i64..9_000, on in 0_i64..9_000) {
            let of = Interval { p10, p50: p10 + up, p90: p10 + up + on };
            let values = (1..=POINTS).map(|point| quantile(of, halton(point, 2))).collect();
            let back = percentiles(values).unwrap();
            let near = |a: i64, b: i64| (a - b).abs() <= 2 + (up + on) / 100;
            prop_assert!(near(back.p10, of.p10) && near(back.p50, of.p50) && near(back.p90, of.p90), "{back:?} {of:?}");
        }
    }
}
