//! From a case to an allocation with its bound.

use crate::{
    branch::branch,
    budget::Budget,
    document::Case,
    pool::Pool,
    relax::{Ascent, Prices},
    roster::Roster,
    search::Search,
};

/// Most choices of workers in a case that is searched to the end.
const SMALL: usize = 3_000;

/// How hard to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// A gap to the bound that is small enough to stop at, in ppm of the bound; 0 goes on to the end of the budget.
    pub enough_ppm: u64,
    /// Search small cases to the end, so that no allocation can be cheaper.
    pub exact: bool,
    /// Seed of the answers that first-come draws.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { enough_ppm: 0, exact: true, seed: 1 }
    }
}

/// An allocation, and what nobody can go below.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    pub(crate) roster: Roster<'a>,
    /// In 1/1000 pence.
    pub(crate) bound: i64,
    pub(crate) steps: u64,
}

/// The cheapest allocation that the budget allows to find.
pub(crate) fn search<'a>(pool: &'a Pool, settings: Settings, budget: &mut impl Budget) -> Found<'a> {
    let small = settings.exact && pool.options.iter().map(Vec::len).sum::<usize>() <= SMALL;
    let mut search = Search::new(pool);
    let mut best = search.construct(pool, budget);
    search.improve(&mut best, 3, budget);
    let mut ascent = Ascent::new(pool, &pool.options, Prices::zero(pool), small);
    let (mut steps, mut next, mut tried) = (0_u64, 50_u64, i64::MIN);
    while !budget.spent() && ascent.stride > 1e-4 {
        ascent.step(best.cost);
        steps += 1;
        if enough(best.cost, ascent.bound, settings.enough_ppm) {
            break;
        }
        // another start for the search as soon as the prices have moved
        if steps >= next && ascent.bound > tried {
            tried = ascent.bound;
            let mut roster = Search::settle(pool, &pool.options, &ascent.taken);
            search.improve(&mut roster, 2, budget);
            if roster.cost < best.cost {
                best = roster;
            }
            next = steps + if small { 20 } else { 150 };
        }
    }
    search.improve(&mut best, 10, budget);
    let (bound, prices) = (ascent.bound, ascent.best.clone());
    let bound = if small { branch(pool, &mut best, (prices, bound), budget) } else { bound };
    Found { roster: best, bound, steps }
}

/// Is the gap no more than so many ppm of the bound?
fn enough(cost: i64, bound: i64, ppm: u64) -> bool {
    gap_ppm(cost, bound).is_some_and(|gap| gap <= ppm)
}

/// Gap between cost and bound in ppm of the bound, rounded up; none while the bound is not positive.
pub(crate) fn gap_ppm(cost: i64, bound: i64) -> Option<u64> {
    if cost <= bound {
        return Some(0);
    }
    if bound <= 0 {
        return None;
    }
    let gap = i128::from(cost - bound) * 1_000_000;
    let bound = i128::from(bound);
    u64::try_from((gap + bound - 1) / bound).ok()
}

/// Measures for the trial.
pub fn trial(case: &Case, budget: &mut impl Budget) -> String {
    let pool = Pool::new(case);
    let options: usize = pool.options.iter().map(Vec::len).sum();
    let found = search(&pool, Settings::default(), budget);
    format!(
        "options {options} cost {} bound {} gap {:?} steps {} filled {}",
        found.roster.cost / 1000, found.bound / 1000, gap_ppm(found.roster.cost, found.bound), found.steps,
        found.roster.of.iter().flatten().count()
    )
}
