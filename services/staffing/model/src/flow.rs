//! The kernel: what one year does to heads in cohorts, as mean flows.
//!
//! Cohorts are slots of a slice, ordered so that ageing leads from a slot to the next one. Several ladders (men and women by
//! age band, say) can stand one after the other in a slice: an ageing share of zero at the last slot of each keeps them apart.
//! Units are whatever the caller counts in, heads or FTE; nothing is rounded.

/// Heads that moved in a step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moved {
    /// Left for good.
    pub left: f64,
    /// Joined.
    pub joined: f64,
}

/// One year: heads leave by the hazard of their cohort, those who stay move up by the ageing share, then others join.
///
/// - `hazards`: chance in 0..=1 to leave within the year, by cohort.
/// - `ageing`: share in 0..=1 of those who stayed that is in the next cohort a year later; the last one is not used.
/// - `joiners`: heads that join, by cohort; they face no hazard in their first year.
///
/// `sum(after) = sum(before) - left + joined`, up to rounding of the last digit.
///
/// # Panics
/// When the slices differ in length.
pub fn step(heads: &mut [f64], hazards: &[f64], ageing: &[f64], joiners: &[f64]) -> Moved {
    let cohorts = heads.len();
    assert!(
        hazards.len() == cohorts && ageing.len() == cohorts && joiners.len() == cohorts,
        "one hazard, ageing share and number of joiners a cohort"
    );
    let mut moved = Moved::default();
    let mut from_below = 0.0;
    for (cohort, count) in heads.iter_mut().enumerate() {
        let leave = *count * hazards[cohort];
        let stay = *count - leave;
        let up = if cohort + 1 < cohorts { stay * ageing[cohort] } else { 0.0 };
        *count = stay - up + from_below + joiners[cohort];
        from_below = up;
        moved.left += leave;
        moved.joined += joiners[cohort];
    }
    moved
}

/// Takes fixed numbers of leavers out, by cohort, never more than are there. Returns how many left.
///
/// # Panics
/// When the slices differ in length.
pub fn withdraw(heads: &mut [f64], leavers: &[f64]) -> f64 {
    assert_eq!(heads.len(), leavers.len(), "one number of leavers a cohort");
    let mut left = 0.0;
    for (count, leavers) in heads.iter_mut().zip(leavers) {
        let leave = leavers.clamp(0.0, count.max(0.0));
        *count -= leave;
        left += leave;
    }
    left
}

/// FTE of heads, given the FTE per head of each cohort.
///
/// # Panics
/// When the slices differ in length.
pub fn fte(heads: &[f64], per_head: &[f64]) -> f64 {
    assert_eq!(heads.len(), per_head.len(), "one FTE per head a cohort");
    heads.iter().zip(per_head).map(|(heads, fte)| heads * fte).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn those_who_stay_age_and_those_who_join_do_not() {
        let mut heads = [100.0, 50.0];
        let moved = step(&mut heads, &[0.1, 0.2], &[0.5, 0.9], &[7.0, 0.0]);
        assert_eq!(moved, Moved { left: 20.0, joined: 7.0 });
        assert_eq!(heads, [52.0, 85.0]);
        assert_eq!(withdraw(&mut heads, &[60.0, 5.0]), 57.0);
        assert_eq!(heads, [0.0, 80.0]);
        assert!((fte(&heads, &[0.5, 0.75]) - 60.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn no_head_is_lost_or_made(
            cohorts in prop::collection::vec((0.0..1e5_f64, 0.0..=1.0_f64, 0.0..=1.0_f64, 0.0..1e3_f64), 1..12),
        ) {
            let mut heads: Vec<f64> = cohorts.iter().map(|cohort| cohort.0).collect();
            let before: f64 = heads.iter().sum();
            let hazards: Vec<f64> = cohorts.iter().map(|cohort| cohort.1).collect();
            let ageing: Vec<f64> = cohorts.iter().map(|cohort| cohort.2).collect();
            let joiners: Vec<f64> = cohorts.iter().map(|cohort| cohort.3).collect();
            let moved = step(&mut heads, &hazards, &ageing, &joiners);
            let after: f64 = heads.iter().sum();
            prop_assert!((before - moved.left + moved.joined - after).abs() < 1e-6 * (1.0 + before));
            prop_assert!(heads.iter().all(|count| *count >= 0.0));
            prop_assert!(moved.left <= before + 1e-9);
        }
    }
}
