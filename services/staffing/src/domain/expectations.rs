//! What experts expected of counts, scored against the counts that came.
//!
//! An expectation is an 80% interval of something that a later baseline shows: FTE at a place, or the FTE that practices there gained
//! (joiners) or lost (leavers) from the year before. Scores are proper: who says what they believe scores best in the long run (Gneiting
//! and Raftery, Strictly proper scoring rules, prediction, and estimation, 2007). Lower is better.

use std::collections::{BTreeMap, HashMap};

use super::{
    assemble::{AreaData, nodes_of, with_real_zeros},
    missing::{FillRates, MissingReturns, PracticeYear, fill_one},
    role::Role,
    scenario::{Expectation, Measure, Uncertain},
    units::divide_rounded,
};

/// One expectation and what came of it. FTE in 1/1000.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scored {
    /// What was expected.
    pub expectation: Expectation,
    /// What came, or why there is nothing to put beside it.
    pub observed: Result<i64, String>,
}

/// Scores of an interval against what came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Score {
    /// The interval holds it, ends included.
    pub hit: bool,
    /// Width of the interval, and ten times what it was missed by: the interval score at 80%.
    pub interval: i64,
    /// Mean pinball loss of the 10th, 50th and 90th percentile.
    pub pinball: i64,
}

/// Scores an 80% interval.
pub fn score(of: Uncertain, came: i64) -> Score {
    let missed = (of.low - came).max(0) + (came - of.high).max(0);
    // ten times each loss, so that tenths stay whole
    let loss = |at: i64, tenth: i64| {
        if came >= at { (came - at) * tenth } else { (at - came) * (10 - tenth) }
    };
    let losses = loss(of.low, 1) + loss(of.value, 5) + loss(of.high, 9);
    Score {
        hit: missed == 0,
        interval: of.high - of.low + 10 * missed,
        pinball: divide_rounded(i128::from(losses), 30),
    }
}

/// Puts what came beside each expectation.
pub fn observe(data: &AreaData, expectations: &[Expectation]) -> Vec<Scored> {
    let mut years: BTreeMap<i32, Vec<PracticeYear>> = BTreeMap::new();
    for row in &data.rows {
        years.entry(row.year).or_default().push(with_real_zeros(row));
    }
    let score = |of: &Expectation| Scored { expectation: of.clone(), observed: observed(data, &years, of) };
    expectations.iter().map(score).collect()
}

fn observed(
    data: &AreaData,
    years: &BTreeMap<i32, Vec<PracticeYear>>,
    of: &Expectation,
) -> Result<i64, String> {
    let rows = years.get(&of.year).ok_or_else(|| format!("no baseline of {} is recorded", of.year))?;
    let here = |row: &&PracticeYear| is_at(data, row, &of.place);
    let there: Vec<&PracticeYear> = rows.iter().filter(here).collect();
    let known = years.values().flatten().any(|row| is_at(data, row, &of.place));
    if !known {
        return Err(format!("`{}` is no borough, federation, network or practice of the area", of.place));
    }
    let practice = there.len() == 1 && there[0].practice.eq_ignore_ascii_case(&of.place);
    if practice && there[0].fte[of.role].is_none() && there[0].list.is_positive() {
        return Err(format!("{} did not return {} in {}", of.place, of.role.plural(), of.year));
    }
    match of.measure {
        Measure::Fte => Ok(fte(rows, &there, of.role)),
        Measure::Joiners | Measure::Leavers => {
            let before = years.get(&(of.year - 1));
            let before = before
                .ok_or_else(|| format!("no baseline of {} is recorded to compare with", of.year - 1))?;
            Ok(moved(before.iter().filter(here), &there, of))
        }
    }
}

/// Is a practice at the place, by its own code, its borough's or one of its nodes'? The area itself where none is named.
fn is_at(data: &AreaData, row: &PracticeYear, place: &str) -> bool {
    place.is_empty()
        || row.practice.eq_ignore_ascii_case(place)
        || nodes_of(data, row).iter().any(|(_, code)| code.eq_ignore_ascii_case(place))
}

/// FTE of practices with patients, missing returns filled by the mean of their borough.
fn fte(all: &[PracticeYear], there: &[&PracticeYear], role: Role) -> i64 {
    let with_patients: Vec<&PracticeYear> = all.iter().filter(|row| row.list.is_positive()).collect();
    let rates = FillRates::of(&with_patients, role);
    let listed = there.iter().filter(|row| row.list.is_positive());
    let filled = listed.map(|row| {
        row.fte[role].unwrap_or_else(|| fill_one(row, &rates, None, MissingReturns::BoroughMean)).milli()
    });
    filled.sum()
}

/// FTE that practices gained or lost from the year before, of those that returned in both years.
fn moved<'a>(
    before: impl Iterator<Item = &'a PracticeYear>,
    after: &[&PracticeYear],
    of: &Expectation,
) -> i64 {
    let after: HashMap<&str, &PracticeYear> = after.iter().map(|row| (row.practice.as_str(), *row)).collect();
    let changes = before.filter_map(|row| {
        let later = after.get(row.practice.as_str())?.fte[of.role]?.milli();
        Some(later - row.fte[of.role]?.milli())
    });
    let sign = if of.measure == Measure::Joiners { 1 } else { -1 };
    changes.map(|change| (sign * change).max(0)).sum()
}

/// What the scores come to, a sentence each.
pub fn findings(of: &[Scored]) -> Vec<String> {
    let scored: Vec<Score> = of
        .iter()
        .filter_map(|of| Some(score(of.expectation.fte, of.observed.as_ref().ok().copied()?)))
        .collect();
    if of.is_empty() {
        return vec!["The scenario expects nothing that counts could be put beside: `expectations` of its document is empty.".to_owned()];
    }
    if scored.is_empty() {
        return vec![format!("None of its {} expectations has counts to put beside yet.", of.len())];
    }
    let hits = scored.iter().filter(|of| of.hit).count();
    let mut sentences = vec![format!(
        "{hits} of {} 80% intervals hold what came; {} of {} expectations have no counts yet.",
        scored.len(),
        of.len() - scored.len(),
        of.len()
    )];
    if scored.len() < 20 {
        sentences.push(format!(
            "{} intervals are too few to say whether they are too narrow: of intervals that are right, two of ten miss.",
            scored.len()
        ));
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        role::ByRole,
        units::{Fte, Patients},
    };
    use proptest::prelude::*;
    use rstest::rstest;

    const OF: Uncertain = Uncertain { low: 80_000, value: 100_000, high: 120_000 };

    #[rstest]
    #[case(100_000, true, 40_000, 1_333)]
    #[case(120_000, true, 40_000, 4_667)]
    #[case(130_000, false, 140_000, 9_667)]
    #[case(70_000, false, 140_000, 9_667)]
    fn scores_by_hand(#[case] came: i64, #[case] hit: bool, #[case] interval: i64, #[case] pinball: i64) {
        assert_eq!(score(OF, came), Score { hit, interval, pinball });
    }

    proptest! {
        /// The pinball losses of the two ends are a tenth of the interval score: the same thing counted twice.
        #[test]
        fn the_ends_lose_what_the_interval_does(low in -500..500_i64, width in 0..500_i64, came in -1_500..1_500_i64) {
            let of = Uncertain { low, value: came, high: low + width };
            let both = score(of, came);
            // the middle is what came, so it loses nothing
            prop_assert_eq!(both.pinball, divide_rounded(i128::from(both.interval), 30));
        }
    }

    fn row(practice: &str, year: i32, gp: Option<i64>) -> PracticeYear {
        let mut fte = ByRole::default();
        fte[Role::Gp] = gp.map(Fte::from_milli);
        let borough = if practice < "C" { "East" } else { "West" };
        PracticeYear {
            practice: practice.into(),
            year,
            borough: borough.into(),
            list: Patients::from_milli(10_000),
            fte,
        }
    }

    fn expected(measure: Measure, place: &str, year: i32) -> Expectation {
        Expectation {
            measure,
            place: place.into(),
            role: Role::Gp,
            year,
            fte: OF,
            expert: String::new(),
            source: "a test".into(),
        }
    }

    #[test]
    fn what_came_is_read_at_any_level() {
        let data = AreaData {
            code: "X".into(),
            rows: vec![
                row("A", 2016, Some(4_000)),
                row("B", 2016, Some(2_000)),
                row("C", 2016, Some(5_000)),
                row("A", 2017, Some(5_500)),
                row("B", 2017, None),
                row("C", 2017, Some(4_000)),
            ],
            ..AreaData::default()
        };
        let came =
            |measure, place, year| observe(&data, &[expected(measure, place, year)]).remove(0).observed;
        // B did not return in 2017: its list at the mean of its borough
        assert_eq!(came(Measure::Fte, "", 2017), Ok(5_500 + 5_500 + 4_000));
        assert_eq!(came(Measure::Fte, "east", 2016), Ok(6_000));
        assert_eq!(came(Measure::Joiners, "X", 2017), Ok(1_500));
        assert_eq!(came(Measure::Leavers, "West", 2017), Ok(1_000));
        assert!(came(Measure::Fte, "B", 2017).unwrap_err().contains("did not return"));
        assert!(came(Measure::Fte, "", 2018).unwrap_err().contains("no baseline of 2018"));
        assert!(came(Measure::Joiners, "", 2016).unwrap_err().contains("2015"));
        assert!(came(Measure::Fte, "North", 2016).unwrap_err().contains("no borough"));
        let all = observe(&data, &[expected(Measure::Fte, "", 2017), expected(Measure::Fte, "", 2030)]);
        assert!(findings(&all)[0].starts_with("0 of 1 80% intervals hold"), "{:?}", findings(&all));
    }
}
