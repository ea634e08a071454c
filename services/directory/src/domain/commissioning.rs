//! The commissioners and networks of a practice over time, from yearly sightings and from dated memberships.

use jiff::civil::Date;

use super::{
    FinancialYear, Period,
    period::{day_after, day_before},
};

/// A practice seen with a code in the file of a financial year.
pub type Sighting = (FinancialYear, String);

/// Code and period.
pub type Stay = (String, Period);

/// Turns yearly sightings into periods. A run of years with the same code is one stay; years without a file in between
/// do not break it. A stay lasts until the year in which another code is seen, or until the practice closed.
pub fn stays(mut sightings: Vec<Sighting>, opened: Option<Date>, closed: Option<Date>) -> Vec<Stay> {
    sightings.sort();
    sightings.dedup_by_key(|(year, _)| *year);
    let mut runs: Vec<(FinancialYear, String)> = sightings;
    runs.dedup_by(|later, earlier| later.1 == earlier.1);
    let starts: Vec<Date> = runs.iter().map(|(year, _)| year.first_day()).collect();
    let mut stays = Vec::new();
    for (place, (_, code)) in runs.into_iter().enumerate() {
        let from = starts[place];
        let next = starts.get(place + 1).copied().and_then(day_before);
        let to = match (next, closed) {
            (Some(next), Some(closed)) => Some(next.min(closed)),
            (next, closed) => next.or(closed),
        };
        // a practice that opened within its first year was with nobody before
        let first =
            opened.filter(|day| place == 0 && *day > from && to.is_none_or(|to| *day <= to)).unwrap_or(from);
        match Period::new(first, to) {
            Some(period) => stays.push((code, period)),
            // still listed in a year after it closed, and in none before: it was there until it closed
            None if place == 0 => stays.extend(to.and_then(|last| {
                let first = FinancialYear::of(last)?.first_day();
                Some((code, Period::new(first, Some(last))?))
            })),
            None => {}
        }
    }
    stays
}

/// Lays dated memberships (from ODS) over the yearly sightings. Where they speak of the same days the dated ones hold,
/// except that a dated membership without end gives way to a later sighting with another code: the file was older.
pub fn lay_over(dated: Vec<Stay>, seen: Vec<Stay>) -> Vec<Stay> {
    if dated.is_empty() {
        return seen;
    }
    let mut result: Vec<Stay> = Vec::new();
    for (code, period) in dated {
        let moved_on = period.to().is_none().then(|| {
            seen.iter()
                .filter(|(other, stay)| *other != code && stay.from() > period.from())
                .map(|(_, stay)| stay.from())
                .min()
        });
        let last = moved_on.flatten().and_then(day_before);
        let kept = last.map_or(Some(period), |last| period.until(last));
        result.extend(kept.map(|period| (code, period)));
    }
    for (code, period) in seen {
        let mut parts = vec![period];
        for (_, taken) in &result {
            parts = parts.into_iter().flat_map(|part| part.without(taken)).collect();
        }
        result.extend(parts.into_iter().map(|part| (code.clone(), part)));
    }
    join(result)
}

/// Cuts stays at the closing day.
pub fn until_closed(stays: Vec<Stay>, closed: Option<Date>) -> Vec<Stay> {
    let Some(closed) = closed else { return stays };
    stays.into_iter().filter_map(|(code, period)| Some((code, period.until(closed)?))).collect()
}

/// Joins stays with the same code that touch, by date.
fn join(mut stays: Vec<Stay>) -> Vec<Stay> {
    stays.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
    let mut joined: Vec<Stay> = Vec::new();
    for (code, period) in stays {
        match joined.last_mut() {
            Some((last_code, last)) if *last_code == code && touches(last, &period) => {
                if let Some(whole) = Period::coalesce(vec![*last, period]).first() {
                    *last = *whole;
                }
            }
            _ => joined.push((code, period)),
        }
    }
    joined
}

fn touches(earlier: &Period, later: &Period) -> bool {
    earlier.to().and_then(day_after).is_none_or(|after| later.from() <= after)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn seen(years: &[(i32, &str)]) -> Vec<Sighting> {
        years.iter().map(|(year, code)| (FinancialYear::ending(*year).unwrap(), (*code).to_owned())).collect()
    }

    fn period(from: Date, to: Option<Date>) -> Period {
        Period::new(from, to).unwrap()
    }

    #[test]
    fn a_change_of_commissioner_is_dated_by_the_year_in_which_it_is_seen() {
        let stays = stays(seen(&[(2021, "72Q"), (2015, "08Q"), (2019, "08Q")]), None, None);
        assert_eq!(
            stays,
            [
                ("08Q".into(), period(date(2014, 4, 1), Some(date(2020, 3, 31)))),
                ("72Q".into(), Period::since(date(2020, 4, 1)))
            ]
        );
    }

    #[test]
    fn a_practice_listed_after_it_closed_stays_until_it_closed() {
        let closed = Some(date(2017, 3, 31));
        assert_eq!(
            stays(seen(&[(2018, "08K")]), None, closed),
            [("08K".into(), period(date(2016, 4, 1), closed))]
        );
        assert_eq!(
            stays(seen(&[(2015, "08K"), (2018, "08K")]), None, closed),
            [("08K".into(), period(date(2014, 4, 1), closed))]
        );
    }

    #[test]
    fn dated_memberships_hold_until_a_later_sighting_contradicts() {
        let dated = vec![
            ("5LE".into(), period(date(2002, 4, 1), Some(date(2013, 3, 31)))),
            ("08Q".into(), Period::since(date(2013, 4, 1))),
        ];
        let seen = stays(seen(&[(2015, "08Q"), (2021, "72Q")]), None, None);
        assert_eq!(
            lay_over(dated, seen),
            [
                ("5LE".into(), period(date(2002, 4, 1), Some(date(2013, 3, 31)))),
                ("08Q".into(), period(date(2013, 4, 1), Some(date(2020, 3, 31)))),
                ("72Q".into(), Period::since(date(2020, 4, 1)))
            ]
        );
    }

    proptest! {
        /// On every day a practice is with at most one commissioner, in whatever order the years came.
        #[test]
        fn stays_never_overlap(years in prop::collection::vec((2013i32..2024, 0usize..3), 1..8)) {
            let codes = ["08Q", "08K", "72Q"];
            let mut sightings: Vec<Sighting> = years.iter()
                .map(|(year, code)| (FinancialYear::ending(*year).unwrap(), codes[*code].to_owned())).collect();
            sightings.sort();
            sightings.dedup_by_key(|(year, _)| *year);
            let forward = stays(sightings.clone(), None, None);
            sightings.reverse();
            prop_assert_eq!(&forward, &stays(sightings.clone(), None, None));
            for pair in forward.windows(2) {
                prop_assert!(pair[0].1.to().unwrap() < pair[1].1.from());
            }
            for (year, code) in sightings {
                let held = forward.iter().filter(|(other, stay)| *other == code && stay.contains(year.last_day())).count();
                prop_assert_eq!(held, 1);
            }
        }
    }
}
