//! From a case to an allocation with its bound.

use crate::{
    branch::branch,
    budget::{Budget, Kept},
    document::Case,
    first_come::first_come,
    outcome::{Bound, FirstCome, Outcome},
    pool::{MILLI, Pool},
    recharge,
    relax::{Ascent, Grade, Prices},
    report::Report,
    roster::Roster,
    search::Search,
};

/// Most choices of workers in a case that is searched to the end.
const SMALL: usize = 3_000;

/// Where the stride of prices is this short, fast bounds have given what they have.
const SHARP_STRIDE: f64 = 0.02;

/// Shortest stride: nothing more comes of it.
const LEAST_STRIDE: f64 = 1e-3;

/// Stride with which prices start again from the best ones.
const AGAIN_STRIDE: f64 = 0.3;

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
    pub(crate) prices: Prices,
    pub(crate) steps: u64,
}

/// The cheapest allocation that the budget allows to find.
pub(crate) fn search<'a>(pool: &'a Pool, settings: Settings, budget: &mut impl Budget) -> Found<'a> {
    let small = settings.exact && pool.options.iter().map(Vec::len).sum::<usize>() <= SMALL;
    let mut search = Search::new(pool);
    let mut best = search.construct(pool, budget);
    let grade = if small { Grade::Exact } else { Grade::Fast };
    let mut ascent = Ascent::new(pool, &pool.options, Prices::zero(pool), grade);
    let (mut steps, mut next, mut tried) = (0_u64, 50_u64, i64::MIN);
    let mut began_at = 0;
    // of the budget, what the allocations had; the bound is to have as much
    let (began, mut on_rosters) = (budget.used_ppm(), 0);
    loop {
        ascent.step(best.cost);
        steps += 1;
        let used = budget.used_ppm();
        let enough = gap_ppm(best.cost, ascent.bound).is_some_and(|gap| gap <= settings.enough_ppm);
        if enough || used >= 1_000_000 {
            break;
        }
        if ascent.stride < LEAST_STRIDE {
            // as long as another start raises the bound by a few ppm, there is more to have
            if ascent.bound - began_at <= ascent.bound / 200_000 {
                break;
            }
            began_at = ascent.bound;
            ascent.sharpen(AGAIN_STRIDE);
        }
        let half = began + (1_000_000_u64.saturating_sub(began)) / 2;
        if ascent.grade == Grade::Fast && (ascent.stride < SHARP_STRIDE || used >= half) {
            ascent.sharpen(AGAIN_STRIDE);
        }
        // another start for the search as soon as the prices have moved
        if steps >= next && ascent.bound > tried && 2 * on_rosters <= used.saturating_sub(began) {
            tried = ascent.bound;
            let mut roster = Search::settle(pool, &pool.options, &ascent.taken);
            search.improve(&mut roster, 2, budget);
            if roster.cost < best.cost {
                best = roster;
            }
            on_rosters += budget.used_ppm().saturating_sub(used);
            next = steps + if small { 20 } else { 100 };
        }
    }
    search.improve(&mut best, 10, budget);
    let (bound, prices) = (ascent.bound, ascent.best.clone());
    let bound = if small { branch(pool, &mut best, (prices.clone(), bound), budget) } else { bound };
    Search::fill(&mut best);
    Found { roster: best, bound, prices, steps }
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

/// Steps that the bound of cost alone gets, after the prices of the objective have been found.
const STEPS_OF_COST: u32 = 20;

/// Allocates, and says what it costs, what stands against the rest and what first-come would have given.
///
/// The search ends early enough that the outcome can be put together within the budget, unless the budget is too small for
/// that alone.
pub fn solve(case: &Case, settings: Settings, budget: &mut impl Budget) -> Outcome {
    let before = budget.used_ppm();
    let pool = Pool::new(case);
    // putting the outcome together takes about as long as this did, a few times over
    let taken = budget.used_ppm().saturating_sub(before);
    let mut budget = Kept { budget, ppm: (8 * taken).clamp(20_000, 500_000) };
    let found = search(&pool, settings, &mut budget);
    let report = Report { case, roster: &found.roster };
    let cost = report.cost();
    let others = first_come(case, &pool, settings.seed);
    let others = Report { case, roster: &others };
    let others_cost = others.cost();
    let lines = recharge::lines(report);
    let unfilled = report.unfilled();
    let cost_bound = cost_bound(case, &found, budget.budget);
    Outcome {
        title: case.title.clone(),
        allocations: report.allocations(),
        unfilled,
        cost,
        bound: Bound {
            objective_millipence: found.bound.min(cost.objective_millipence),
            gap_ppm: gap_ppm(cost.objective_millipence, found.bound),
            optimal: found.bound >= cost.objective_millipence,
            cost_pence: cost_bound.min(cost.all_in_pence + cost.shortage_pence),
            steps: found.steps,
        },
        fairness: report.fairness(),
        first_come: FirstCome {
            seed: settings.seed,
            cost: others_cost,
            fairness: others.fairness(),
            saved_pence: others_cost.all_in_pence - cost.all_in_pence,
        },
        positions: recharge::positions(case, &lines),
        journal: recharge::journal(&lines),
        recharge: lines,
    }
}

/// What all-in cost and shortage cannot go below when nothing is weighed beside them, in pence.
fn cost_bound(case: &Case, found: &Found<'_>, budget: &mut impl Budget) -> i64 {
    if case.weights.continuity_pence == 0 && found.roster.pool.unfair == 0 {
        return rounded_up(found.bound);
    }
    let pool = found.roster.pool.without_weights(case);
    let mut ascent = Ascent::new(&pool, &pool.options, found.prices.clone(), Grade::Fast);
    for step in 1..=STEPS_OF_COST {
        ascent.step(found.roster.cost);
        if step >= STEPS_OF_COST / 4 {
            ascent.grade = Grade::Sharp;
            if budget.spent() {
                break;
            }
        }
    }
    rounded_up(ascent.bound)
}

/// Whole pence that an amount of whole pence cannot be below, when it is not below so many 1/1000 pence.
fn rounded_up(milli: i64) -> i64 {
    milli.div_euclid(MILLI) + i64::from(milli.rem_euclid(MILLI) > 0)
}
