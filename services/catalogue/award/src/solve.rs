//! From a round to an award with its bound, its runner-up and what each constraint costs.

use crate::{
    admit::Admitted,
    budget::{Budget, UpTo},
    document::Round,
    explain,
    outcome::{LeftOut, Outcome, Priced, RunnerUp, Status},
    parts::{second, solve as solve_programme},
    report::Report,
    rule::{Held, Rule, RuleKind},
    search::{Award, Found, Start},
};

/// Parts of the budget, in ppm, at which the award and the runner-up have to be there; what is left goes to constraints.
const AWARD_BY: u64 = 600_000;
const RUNNER_UP_BY: u64 = 750_000;

/// What was found without a constraint.
struct Without {
    rule: Rule,
    cost: Option<i64>,
    bound: i64,
    proven: bool,
}

/// Awards the lots at the least cost that the constraints allow, and says what comes next and what each constraint costs.
///
/// The same round and number of steps give the same outcome, in whatever order the bids stand. With a budget of time, the best award
/// found by then is given with its gap.
pub fn solve(round: &Round, budget: &mut dyn Budget) -> Outcome {
    let held = Held::all(round);
    let all = Admitted::of(round, &held);
    let mut found = solve_programme(&all.programme, &Start::default(), &mut UpTo::new(budget, AWARD_BY));
    let second = found.best.clone().map(|best| runner_up(&all, &mut found, best, budget));
    let withouts: Vec<Without> = if round.lots.is_empty() {
        Vec::new()
    } else {
        let rules = Rule::each(round);
        let count = rules.len();
        let each = rules.into_iter().enumerate();
        each.map(|(number, rule)| without(round, &all, &mut found, (rule, count - number), budget)).collect()
    };
    let report = Report { round, all: &all };
    let mut outcome = report.outcome(&found);
    outcome.runner_up = second.and_then(|second| runner_up_row(&report, &found, &second));
    outcome.constraints = withouts.iter().map(|it| priced(round, &all, &found, it)).collect();
    let kinds = withouts.iter().zip(&outcome.constraints).filter(|(it, _)| it.rule.whole());
    outcome.price_of_constraints =
        kinds.map(|(it, priced)| (it.rule.kind(), priced.price_pence.filter(|_| priced.proven))).collect();
    outcome.left_out = all
        .left_out
        .iter()
        .map(|(bid, reason)| LeftOut { bid: round.bids[*bid].id.clone(), reason: reason.clone() })
        .collect();
    if outcome.status == Status::Infeasible {
        outcome.reasons = explain::why(round, &all, &outcome.constraints, budget);
    }
    outcome
}

/// The award alone, without runner-up and prices of constraints.
pub fn award(round: &Round, budget: &mut dyn Budget) -> Outcome {
    let all = Admitted::of(round, &Held::all(round));
    let found = solve_programme(&all.programme, &Start::default(), budget);
    Report { round, all: &all }.outcome(&found)
}

/// The next best; should it be better after all (where the search was cut), the two change places.
fn runner_up(all: &Admitted, found: &mut Found, best: Award, budget: &mut dyn Budget) -> Found {
    let start = Start { awards: Vec::new(), hint: found.hint.clone() };
    let mut other = second(&all.programme, &best, &start, &mut UpTo::new(budget, RUNNER_UP_BY));
    found.nodes += other.nodes;
    if let Some(second) = other.best.as_mut().filter(|second| second.cost < best.cost) {
        found.best = Some(std::mem::replace(second, best));
        other.bound = found.bound;
        found.ended = false;
    }
    other
}

/// Solves the round without one constraint. What it finds may be better for the whole round, too, where that was cut short.
fn without(
    round: &Round,
    all: &Admitted,
    found: &mut Found,
    (rule, left): (Rule, usize),
    budget: &mut dyn Budget,
) -> Without {
    let other = Admitted::of(round, &Held::all(round).without(rule));
    if other.bids == all.bids && rule.kind() == RuleKind::Excluded {
        // every bid that the veto holds is held by another reason, too
        let cost = found.best.as_ref().map(|best| best.cost);
        return Without { rule, cost, bound: found.bound, proven: found.proven() };
    }
    let bids: Option<Vec<usize>> =
        found.best.as_ref().map(|best| best.columns.iter().map(|at| all.bids[*at]).collect());
    let awards = bids.and_then(|bids| other.columns(&bids)).into_iter().collect();
    let start = Start { awards, hint: found.hint.clone() };
    let part = 1_000_000 / u64::try_from(left).unwrap_or(1).max(1);
    let free = solve_programme(&other.programme, &start, &mut UpTo::part(budget, part));
    found.nodes += free.nodes;
    if let Some(best) = &free.best {
        let bids: Vec<usize> = best.columns.iter().map(|at| other.bids[*at]).collect();
        offer(all, found, &bids);
    }
    Without { rule, proven: free.proven(), cost: free.best.map(|best| best.cost), bound: free.bound }
}

fn offer(all: &Admitted, found: &mut Found, bids: &[usize]) {
    let Some(columns) = all.columns(bids) else { return };
    let Some(cost) = all.programme.cost(&columns) else { return };
    if found.best.as_ref().is_none_or(|best| cost < best.cost) {
        found.best = Some(Award { cost, columns });
        found.ended = false;
    }
}

/// The price of a constraint. The award itself may be had without it, too, so no price is below zero.
fn priced(round: &Round, all: &Admitted, found: &Found, it: &Without) -> Priced {
    let with = found.best.as_ref().map(|best| best.cost);
    let spared = found.best.as_ref().map(|best| {
        let sums = all.programme.sums(&best.columns);
        let of = round.constraints.switching.iter().enumerate();
        let named =
            of.filter(|(at, _)| matches!(it.rule, Rule::Switching(of) if of.is_none_or(|of| of == *at)));
        named.filter(|(_, (supplier, _))| sums.count[*supplier] > 0).map(|(_, (_, pence))| pence).sum::<i64>()
    });
    let own = with.zip(spared).map(|(with, spared)| with - spared);
    let without = it.cost.into_iter().chain(own).min();
    let several = match it.rule {
        Rule::Excluded(None) => round.constraints.excluded.len(),
        Rule::ExcludedBy(_) => 2,
        Rule::Switching(None) => round.constraints.switching.len(),
        _ => 1,
    };
    Priced {
        kind: it.rule.kind(),
        constraint: it.rule.words(round),
        price_pence: with.zip(without).map(|(with, without)| with - without),
        without_pence: without,
        at_most_pence: with
            .filter(|_| without.is_some())
            .map(|with| with - it.bound.min(without.unwrap_or(with))),
        proven: it.proven && found.proven(),
        together: several > 1,
    }
}

fn runner_up_row(report: &Report<'_>, found: &Found, second: &Found) -> Option<RunnerUp> {
    let (best, other) = (found.best.as_ref()?, second.best.as_ref()?);
    // a later search may have come to this very award
    if best.columns == other.columns {
        return None;
    }
    let new: Vec<usize> = other.columns.iter().copied().filter(|at| !best.columns.contains(at)).collect();
    Some(RunnerUp {
        cost_pence: other.cost,
        difference_pence: other.cost - best.cost,
        awards: report.ids(&other.columns),
        instead: report.ids(&new),
        proven: second.proven() && found.proven(),
    })
}
