//! The search for a mix that keeps every borough and year, by runs.

use super::{
    RunError, Table,
    mix::{Mix, cheapest},
};

/// Mixes that are tried for being cheap.
const ROUNDS: usize = 12;
/// Mixes between the nearest of them and all that is allowed, where none of them keeps.
const BETWEEN: usize = 4;
/// Mixes that are run at most.
pub(super) const MOST_TRIED: usize = ROUNDS + 1 + BETWEEN;
/// How much more than the draws lack is asked for in the next round of a borough and year that is short, FTE in 1/1000: a lever of one
/// borough also moves its neighbours a little, and mixes would creep towards what is wanted for ever.
const BEYOND_MILLI: f64 = 100.0;
/// What is to spare where it decides when no cheaper mix is looked for, FTE in 1/1000.
const TO_SPARE_MILLI: f64 = 250.0;

/// A mix that was run.
#[derive(Debug)]
pub(super) struct Tried {
    /// Of each lever, the share of its cap.
    pub(super) parts: Vec<f64>,
    /// By borough and year that must be kept: FTE in 1/1000 that are short.
    pub(super) short: Vec<f64>,
    /// What the run said.
    pub(super) table: Table,
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

    /// Whether all is done that may be.
    fn is_all(&self) -> bool {
        self.parts.iter().all(|part| *part > 0.999_9)
    }

    fn cost(&self, costs: &[f64]) -> f64 {
        self.parts.iter().zip(costs).map(|(part, cost)| part * cost).sum()
    }

    /// What keeps is better than what does not; then the cheaper is, or what comes nearer.
    fn is_better_than(&self, other: &Self, costs: &[f64]) -> bool {
        match (self.keeps(), other.keeps()) {
            (true, true) => self.cost(costs) < other.cost(costs),
            (false, false) => self.worst() < other.worst(),
            (keeps, _) => keeps,
        }
    }
}

/// Runs a mix.
pub(super) type Attempt<'a> = dyn FnMut(&[f64]) -> Result<Tried, RunError> + 'a;

/// The cheapest mix that was found to keep all that is `short` without it, or the one that comes nearest. `effects` are by lever and
/// borough and year, for the whole cap.
pub(super) fn search(
    effects: &[Vec<f64>],
    short: &[f64],
    costs: &[f64],
    attempt: &mut Attempt<'_>,
) -> Result<Tried, RunError> {
    let (mut wanted, mut beyond) = (short.to_vec(), vec![0.0; short.len()]);
    let (mut best, mut rounds): (Option<Tried>, _) = (None, 0);
    loop {
        let Mix { parts, slack, .. } = cheapest(effects, &wanted, costs);
        let tried = attempt(&parts)?;
        // whoever was short goes on asking for more than it lacks: boroughs would take turns at being short
        for (beyond, short) in beyond.iter_mut().zip(&tried.short) {
            if *short > 0.0 {
                *beyond = 1.5 * *beyond + BEYOND_MILLI;
            } else if tried.keeps() {
                *beyond /= 2.0;
            }
        }
        // what the straight lines say is met, and by how much the draws do not agree
        for (cell, wanted) in wanted.iter_mut().enumerate() {
            let said: f64 = effects.iter().zip(&parts).map(|(effect, part)| effect[cell] * part).sum();
            *wanted = tried.short[cell] + said + beyond[cell];
        }
        rounds += 1;
        let nothing_to_save = tried.worst() >= -TO_SPARE_MILLI || parts.iter().all(|part| *part <= 0.0);
        let done = tried.keeps() && nothing_to_save || tried.is_all() && slack > 0.0;
        let found = match best.take() {
            Some(best) if !tried.is_better_than(&best, costs) => best,
            _ => tried,
        };
        if done || rounds == ROUNDS {
            return Ok(found);
        }
        best = Some(found);
    }
}

/// Where all that is allowed keeps, a mix between `near`, which does not, and that: close to where it begins to, but found by halves and
/// not by what it costs.
pub(super) fn towards_all(near: Tried, attempt: &mut Attempt<'_>) -> Result<Tried, RunError> {
    if near.is_all() {
        return Ok(near);
    }
    let mut kept = attempt(&vec![1.0; near.parts.len()])?;
    if !kept.keeps() {
        return Ok(near);
    }
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
                Ok(Tried { parts: parts.to_vec(), short, table: Table::new() })
            };
            let costs = [100.0, 150.0];
            let found = search(&effects(), &short, &costs, &mut attempt).expect("no run fails");
            let found = if found.keeps() { found } else { towards_all(found, &mut attempt).expect("no run fails") };
            prop_assert!(found.keeps(), "{found:?}");
            prop_assert!(runs <= MOST_TRIED);
            let dear: Vec<f64> = short.iter().map(|short| short + 2.0 * jump + 2.0 * TO_SPARE_MILLI).collect();
            prop_assert!(found.cost(&costs) <= cheapest(&effects(), &dear, &costs).cost);
        }
    }

    #[test]
    fn where_only_much_more_keeps_than_lines_say_all_is_tried() {
        // nothing happens before nine tenths of the cap
        let mut attempt = |parts: &[f64]| {
            let short = vec![if parts[0] < 0.9 { 500.0 } else { -5_000.0 }];
            Ok(Tried { parts: parts.to_vec(), short, table: Table::new() })
        };
        let near = Tried { parts: vec![0.2], short: vec![500.0], table: Table::new() };
        let found = towards_all(near, &mut attempt).expect("no run fails");
        assert!(found.keeps() && found.parts[0] < 0.96, "{found:?}");
    }

    #[test]
    fn what_no_mix_keeps_comes_as_near_as_it_can() {
        let mut attempt = |parts: &[f64]| {
            let short = vec![9_000.0 - 4_000.0 * parts[0] - 500.0 * parts[1]];
            Ok(Tried { parts: parts.to_vec(), short, table: Table::new() })
        };
        let effects = vec![vec![4_000.0], vec![500.0]];
        let found = search(&effects, &[9_000.0], &[1.0, 1.0], &mut attempt).expect("no run fails");
        assert_eq!((found.keeps(), &found.parts[..], found.short[0]), (false, &[1.0, 1.0][..], 4_500.0));
    }
}
