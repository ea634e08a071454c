//! The search for a mix that keeps every borough and year, by runs.

use super::{
    RunError, Table,
    limits::Limits,
    mix::{Mix, cheapest, cost},
};

/// Mixes that are tried for being cheap.
const ROUNDS: usize = 12;
/// Mixes between the nearest of them that does not keep and one that does.
const BETWEEN: usize = 4;
/// Mixes that are run at most.
pub(super) const MOST_TRIED: usize = ROUNDS + 1 + BETWEEN;
/// How much more than the draws lack is asked for in the next round of a borough and year that is short, FTE in 1/1000: a lever of one
/// borough also moves its neighbours a little, and mixes would creep towards what is wanted for ever.
const BEYOND_MILLI: f64 = 100.0;
/// What is to spare at most where it decides, and asked for beyond what is needed anywhere, when no cheaper mix is looked for, FTE in
/// 1/1000.
const TO_SPARE_MILLI: f64 = 250.0;

/// What a solver's last digits may make of a shortage, FTE in 1/1000.
const SAME_MILLI: f64 = 1.0;

/// A mix that was run.
#[derive(Debug)]
pub(super) struct Tried {
    /// Of each lever, the share of its cap.
    pub(super) parts: Vec<f64>,
    /// By borough and year that must be kept: FTE in 1/1000 that are short.
    pub(super) short: Vec<f64>,
    /// What the run said.
    pub(super) table: Table,
    /// Whether it was found on the way to all that is allowed, and not for being cheap.
    pub(super) by_halves: bool,
}

impl Tried {
    /// Whether no borough and year is short.
    pub(super) fn keeps(&self) -> bool {
        self.worst() <= 0.0
    }

    /// What is short in the borough and year that decides, FTE in 1/1000; below nothing: to spare.
    fn worst(&self) -> f64 {
        self.short.iter().copied().fold(f64::MIN, f64::max)
    }

    /// How many boroughs and years are short, and what all of them are short of, FTE in 1/1000.
    fn left(&self) -> (usize, f64) {
        let short = || self.short.iter().filter(|short| **short > 0.0);
        (short().count(), short().sum())
    }

    /// Whether all that is allowed, which does not keep either, leaves so much less that it is worth it.
    fn leaves_too_much_beside(&self, all: &Self) -> bool {
        let ((cells, short), (fewest, least)) = (self.left(), all.left());
        fewest < cells || least + TO_SPARE_MILLI < short
    }
}

/// Runs a mix.
pub(super) type Attempt<'a> = dyn FnMut(&[f64]) -> Result<Tried, RunError> + 'a;

/// The cheapest mix that was found to keep all that is `short` without it, or where none does the one that leaves least. `effects` are by
/// lever and borough and year, for the whole cap.
pub(super) fn search(
    effects: &[Vec<f64>],
    short: &[f64],
    (costs, limits): (&[f64], &Limits),
    attempt: &mut Attempt<'_>,
) -> Result<Tried, RunError> {
    let cheaper = |one: &Tried, other: &Tried| cost(&one.parts, costs) < cost(&other.parts, costs);
    let (mut wanted, mut beyond) = (short.to_vec(), vec![0.0; short.len()]);
    // the cheapest that keeps, and of those that do not the one that leaves least
    let (mut kept, mut near): (Option<Tried>, Option<Tried>) = (None, None);
    let (mut rounds, mut done) = (0, false);
    let mut last = Vec::new();
    while rounds < ROUNDS && !done {
        let Mix { parts, slack, .. } = cheapest(effects, &wanted, costs, limits);
        let tried = attempt(&parts)?;
        let keeps = tried.keeps();
        // whoever was short goes on asking for more than it lacks: boroughs would take turns at being short
        for (beyond, short) in beyond.iter_mut().zip(&tried.short) {
            if *short > 0.0 {
                *beyond = 1.5 * *beyond + BEYOND_MILLI;
            } else if keeps {
                *beyond /= 2.0;
            }
        }
        // what the straight lines say is met, and by how much the draws do not agree
        for (cell, wanted) in wanted.iter_mut().enumerate() {
            let said: f64 = effects.iter().zip(&parts).map(|(effect, part)| effect[cell] * part).sum();
            *wanted = tried.short[cell] + said + beyond[cell];
        }
        let tight = tried.worst() >= -TO_SPARE_MILLI && beyond.iter().all(|beyond| *beyond <= TO_SPARE_MILLI);
        // nothing to save; or all that is allowed, and what is wanted is more
        done = if keeps {
            tight || tried.parts.iter().all(|part| *part <= 0.0)
        } else {
            // of a shared limit another borough may have more, as long as the lines say another thing than before
            let same = limits.shared.is_empty() || is_same(&last, &tried.parts);
            limits.is_all(&tried.parts) && slack > SAME_MILLI && same
        };
        last.clone_from(&tried.parts);
        if keeps && kept.as_ref().is_none_or(|kept| cheaper(&tried, kept)) {
            kept = Some(tried);
        } else if !keeps && near.as_ref().is_none_or(|near| tried.left().1 < near.left().1) {
            near = Some(tried);
        }
        rounds += 1;
    }
    match (near, kept) {
        (Some(near), Some(kept)) if !done && cheaper(&near, &kept) => between(near, kept, attempt),
        (_, Some(kept)) => Ok(kept),
        (Some(near), None) => towards_all(near, limits, attempt),
        (None, None) => attempt(&vec![0.0; costs.len()]),
    }
}

/// Whether two mixes are the same but for the solver's last digits.
fn is_same(one: &[f64], other: &[f64]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| (one - other).abs() < 1e-3)
}

/// Where all that is allowed keeps, a mix between `near`, which does not, and that. Else `near`, or all that is allowed where that leaves less.
fn towards_all(near: Tried, limits: &Limits, attempt: &mut Attempt<'_>) -> Result<Tried, RunError> {
    if limits.is_all(&near.parts) {
        return Ok(near);
    }
    let all = attempt(&limits.all_beside(&near.parts))?;
    if all.keeps() {
        return Ok(Tried { by_halves: true, ..between(near, all, attempt)? });
    }
    Ok(if near.leaves_too_much_beside(&all) { all } else { near })
}

/// A mix that keeps, close to where mixes begin to on the way from one that does not to one that does.
fn between(near: Tried, mut kept: Tried, attempt: &mut Attempt<'_>) -> Result<Tried, RunError> {
    let mut short = near.parts;
    for _ in 0..BETWEEN {
        let half: Vec<f64> = short.iter().zip(&kept.parts).map(|(one, other)| 0.5 * (one + other)).collect();
        let tried = attempt(&half)?;
        if tried.keeps() {
            kept = tried;
        } else {
            short = half;
        }
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What each of two levers does to each of three boroughs: as much as here, if it did as much again for each part of its cap.
    const EFFECTS: [[f64; 3]; 2] = [[4_000.0, 3_000.0, 500.0], [500.0, 2_000.0, 5_000.0]];

    fn effects() -> Vec<Vec<f64>> {
        EFFECTS.iter().map(|of| of.to_vec()).collect()
    }

    fn tried(parts: &[f64], short: Vec<f64>) -> Tried {
        Tried { parts: parts.to_vec(), short, table: Table::new(), by_halves: false }
    }

    proptest! {
        /// Draws do not follow straight lines: here they jump up and down, by up to a fifth of an FTE, with every small change of a mix.
        #[test]
        fn a_mix_is_found_that_keeps_although_draws_jump(
            short in prop::collection::vec(100.0..2_000.0_f64, 3),
            jump in 0.0..200.0_f64,
            jumps in prop::collection::vec(-1.0..1.0_f64, 3 * MOST_TRIED),
        ) {
            let mut runs = 0;
            let mut attempt = |parts: &[f64]| {
                let done = |cell: usize| parts.iter().zip(EFFECTS).map(|(part, of)| part * of[cell]).sum::<f64>();
                let left = |cell: usize| short[cell] - done(cell) + jump * jumps[3 * runs + cell];
                let short = (0..3).map(left).collect();
                runs += 1;
                Ok(tried(parts, short))
            };
            let costs = [100.0, 150.0];
            let alone = Limits::default();
            let found = search(&effects(), &short, (&costs, &alone), &mut attempt).expect("no run fails");
            prop_assert!(found.keeps() && !found.by_halves && runs <= MOST_TRIED, "{found:?}");
            let dear: Vec<f64> = short.iter().map(|short| short + 2.0 * jump + 2.0 * TO_SPARE_MILLI).collect();
            prop_assert!(cost(&found.parts, &costs) <= cost(&cheapest(&effects(), &dear, &costs, &alone).parts, &costs));
        }
    }

    #[test]
    fn all_that_is_allowed_is_no_end_where_less_would_do() {
        // half of the lever does a quarter of what all of it does
        let mut attempt = |parts: &[f64]| Ok(tried(parts, vec![3_600.0 - 4_000.0 * parts[0].powi(2)]));
        let found = search(&[vec![4_000.0]], &[3_600.0], (&[1.0], &Limits::default()), &mut attempt)
            .expect("no run fails");
        assert!(found.keeps() && (0.948..0.98).contains(&found.parts[0]), "{found:?}");
    }

    #[test]
    fn where_only_much_more_keeps_than_lines_say_all_is_tried() {
        // nothing happens before nine tenths of the cap
        let mut attempt = |parts: &[f64]| {
            let short = vec![if parts[0] < 0.9 { 500.0 } else { -5_000.0 }];
            Ok(tried(parts, short))
        };
        let found =
            towards_all(tried(&[0.2], vec![500.0]), &Limits::default(), &mut attempt).expect("no run fails");
        assert!(found.keeps() && found.by_halves && found.parts[0] < 0.96, "{found:?}");
    }

    #[test]
    fn a_shared_limit_is_shared_out_as_the_runs_say_and_not_as_the_lines_did() {
        // of two boroughs that share 10 posts one needs 7 and one 3; the lines say that the first needs more than there are
        let limits = Limits { shared: vec![vec![(0, 0.5), (1, 0.5)]] };
        let effects = vec![vec![4_500.0, 0.0], vec![0.0, 5_000.0]];
        let found = |wanted: [f64; 2]| {
            let mut runs = 0;
            let mut attempt = |parts: &[f64]| {
                runs += 1;
                Ok(tried(parts, (0..2).map(|cell| wanted[cell] - 5_000.0 * parts[cell]).collect()))
            };
            let found = search(&effects, &wanted, (&[1.0, 1.0], &limits), &mut attempt);
            (found.expect("no run fails"), runs)
        };
        let (enough, _) = found([6_900.0, 2_900.0]);
        assert!(enough.keeps() && !enough.by_halves, "{enough:?}");
        // 11 are wanted
        let (short, runs) = found([8_000.0, 3_000.0]);
        assert!(!short.keeps() && limits.is_all(&short.parts) && runs <= MOST_TRIED, "{short:?} {runs}");
        assert!((short.left().1 - 1_000.0).abs() < 10.0, "{short:?}");
    }

    #[test]
    fn what_no_mix_keeps_comes_as_near_as_it_can() {
        let mut attempt = |parts: &[f64]| {
            let short = vec![9_000.0 - 4_000.0 * parts[0] - 500.0 * parts[1]];
            Ok(tried(parts, short))
        };
        let effects = vec![vec![4_000.0], vec![500.0]];
        let found = search(&effects, &[9_000.0], (&[1.0, 1.0], &Limits::default()), &mut attempt)
            .expect("no run fails");
        assert_eq!((found.keeps(), &found.parts[..], found.short[0]), (false, &[1.0, 1.0][..], 4_500.0));
    }

    #[test]
    fn a_borough_that_cannot_be_kept_does_not_let_the_others_go() {
        let wanted = [9_000.0, 6_000.0, 1_000.0];
        let caps = [4_000.0, 8_000.0, 4_000.0];
        let mut attempt = |parts: &[f64]| {
            Ok(tried(parts, (0..3).map(|cell| wanted[cell] - caps[cell] * parts[cell]).collect()))
        };
        let effects: Vec<Vec<f64>> = (0..3)
            .map(|lever| (0..3).map(|cell| if cell == lever { caps[cell] } else { 0.0 }).collect())
            .collect();
        let found =
            search(&effects, &wanted, (&[1.0; 3], &Limits::default()), &mut attempt).expect("no run fails");
        assert!(found.left().0 == 1 && found.parts[1] < 0.8 && found.parts[2] < 0.4, "{found:?}");
        // and what comes near for less is left alone only where all that is allowed does not leave less
        let far = tried(&[1.0, 0.1, 0.1], vec![5_000.0, 5_200.0, 600.0]);
        let found = towards_all(far, &Limits::default(), &mut attempt).expect("no run fails");
        assert_eq!((found.left(), found.by_halves), ((1, 5_000.0), false));
    }
}
