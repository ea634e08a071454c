//! Looks at an allocation anew, from the case alone and by other code than the search's.

use std::collections::{BTreeMap, BTreeSet};

use crate::{clock::London, document::Case, outcome::Outcome};

/// Everything that an outcome breaks; empty when it keeps every rule and its sums agree.
pub fn check(case: &Case, outcome: &Outcome) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut given: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for row in &outcome.allocations {
        let shift = case.shifts.iter().position(|it| {
            it.reference == row.shift_ref && case.organisations[it.organisation].code == row.organisation
        });
        let worker = case.workers.iter().position(|it| it.reference == row.worker_ref);
        let (Some(shift), Some(worker)) = (shift, worker) else {
            wrong.push(format!("{} or {} is not of this case", row.shift_ref, row.worker_ref));
            continue;
        };
        if !seen.insert(shift) {
            wrong.push(format!("{} is given twice", row.shift_ref));
        }
        given.entry(worker).or_default().push(shift);
    }
    if seen.len() + outcome.unfilled.len() != case.shifts.len() {
        wrong.push("shifts are missing".to_owned());
    }
    for (worker, mut shifts) in given {
        shifts.sort_by_key(|shift| case.shifts[*shift].start);
        wrong.extend(course(case, worker, &shifts));
    }
    wrong.extend(sums(case, outcome));
    wrong
}

/// Rules that the course of one worker breaks.
fn course(case: &Case, at: usize, shifts: &[usize]) -> Vec<String> {
    let (worker, london) = (&case.workers[at], London::new());
    let mut wrong = Vec::new();
    let mut say = |what: &str, shift: usize| {
        wrong.push(format!("{}: {what} at {}", worker.reference, case.shifts[shift].reference));
    };
    let mut last = worker.last_end;
    let mut minutes = 0;
    let mut nights: Vec<i64> = Vec::new();
    if let (Some(end), true) = (worker.last_end, worker.nights_run > 0) {
        let night = london.night_ended(end);
        nights.extend(night + 1 - i64::from(worker.nights_run)..=night);
    }
    for number in shifts {
        let shift = &case.shifts[*number];
        if !worker.grades.contains(&shift.grade) || !shift.skills.is_subset(&worker.skills) {
            say("grade or skills", *number);
        }
        if worker.home != shift.organisation && !worker.consents.contains(&shift.organisation) {
            say("consent", *number);
        }
        if !worker.available.iter().any(|(from, to)| *from <= shift.start && shift.end <= *to) {
            say("availability", *number);
        }
        if last.is_some_and(|end| shift.start - end < case.rules.rest_minutes) {
            say("rest", *number);
        }
        last = Some(shift.end);
        minutes += shift.end - shift.start - shift.break_minutes;
        if let Some(night) = london.night(shift.start, shift.end, case.rules.night_minutes) {
            nights.push(night);
            let back = i64::from(case.rules.nights_in_a_row);
            if (0..=back).all(|days| nights.contains(&(night - days))) {
                say("nights", *number);
            }
        }
        let average = case.rules.average_minutes * case.rules.reference_weeks;
        if !worker.opted_out && worker.worked_minutes + minutes > average {
            say("average hours", *number);
        }
        if worker.wanted_minutes.is_some_and(|most| minutes > most) {
            say("wanted hours", *number);
        }
    }
    wrong
}

/// Sums that do not agree, and shifts without their reasons.
fn sums(case: &Case, outcome: &Outcome) -> Vec<String> {
    let rows = &outcome.allocations;
    let bank: i64 = rows.iter().map(|it| it.bill.pay_pence + it.bill.on_cost_pence + it.bill.fee_pence).sum();
    let left: i64 = outcome.unfilled.iter().map(|it| it.unfilled.pence()).sum();
    let cost = &outcome.cost;
    let posted: i64 = outcome.recharge.iter().map(|it| it.total_pence).sum();
    let borne: i64 = outcome.positions.iter().map(|it| it.cost_pence).sum();
    let side = |debit: bool| {
        let one = outcome.journal.iter().filter(|it| (it.side == crate::Side::Debit) == debit);
        one.map(|it| it.pence).sum::<i64>()
    };
    let pence = cost.all_in_pence + cost.shortage_pence + cost.continuity_pence;
    let explained = outcome.unfilled.iter().all(|it| {
        it.refused.values().sum::<u64>() == case.workers.len() as u64
            && it.nearest.as_ref().map_or(case.workers.is_empty(), |it| !it.reasons.is_empty())
    });
    [
        (bank == cost.bank_pence, "the bank's cost is not that of its shifts"),
        (left == cost.agency_pence + cost.shortage_pence, "the cost of what is left does not agree"),
        (cost.bank_pence + cost.agency_pence == cost.all_in_pence, "all-in cost does not add up"),
        (
            pence * 1000 + cost.fairness_millipence == cost.objective_millipence,
            "the objective does not add up",
        ),
        (posted == bank && borne == bank, "the recharge is not the cost"),
        (side(true) == side(false), "the journal does not balance"),
        (outcome.bound.objective_millipence <= cost.objective_millipence, "the bound is above the objective"),
        (
            outcome.bound.cost_pence <= cost.all_in_pence + cost.shortage_pence,
            "the bound of cost is above it",
        ),
        (explained, "a shift is left without a reason"),
    ]
    .into_iter()
    .filter(|(holds, _)| !holds)
    .map(|(_, what)| what.to_owned())
    .collect()
}
