//! Makes the outcome of an allocation: cost by line, shares, reasons.

use std::collections::BTreeMap;

use crate::{
    bill::bill,
    clock::London,
    document::{Case, Unfilled},
    outcome::{Against, Allocation, Cost, Fairness, Left, Nearest, Share},
    pool::{MILLI, Pool},
    refuse::{Question, Reason, broken, lacks, stranger},
    roster::Roster,
};

/// Everything that an outcome is made from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report<'a> {
    pub(crate) case: &'a Case,
    pub(crate) roster: &'a Roster<'a>,
}

impl<'a> Report<'a> {
    fn pool(&self) -> &'a Pool {
        self.roster.pool
    }

    /// Shift and worker of each allocation, by position, in the order of the document.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let of = self.roster.of.iter().enumerate();
        of.filter_map(|(shift, of)| of.map(|(worker, _)| (shift, worker as usize)))
    }

    pub(crate) fn allocations(&self) -> Vec<Allocation> {
        let london = London::new();
        let row = |(at, by)| {
            let (shift, worker, slot) =
                (&self.case.shifts[at], &self.case.workers[by], &self.pool().slots[at]);
            let bill = bill(self.case, slot, worker, shift);
            Allocation {
                shift_ref: shift.reference.clone(),
                organisation: self.case.organisations[shift.organisation].code.clone(),
                ward: shift.ward.clone(),
                start: london.shown(shift.start),
                end: london.shown(shift.end),
                worker_ref: worker.reference.clone(),
                home_organisation: self.case.organisations[worker.home].code.clone(),
                minutes: slot.minutes,
                known_ward: !stranger(worker, shift),
                bill,
                all_in_pence: bill.total(),
                instead_of: shift.unfilled,
            }
        };
        self.pairs().map(row).collect()
    }

    pub(crate) fn cost(&self) -> Cost {
        let mut cost = Cost::default();
        for (at, of) in self.roster.of.iter().enumerate() {
            let (shift, slot) = (&self.case.shifts[at], &self.pool().slots[at]);
            match (of, shift.unfilled) {
                (Some((worker, _)), _) => {
                    let worker = &self.case.workers[*worker as usize];
                    cost.bank_pence += bill(self.case, slot, worker, shift).total();
                    cost.continuity_pence +=
                        i64::from(stranger(worker, shift)) * self.case.weights.continuity_pence;
                    cost.filled += 1;
                    cost.filled_minutes += slot.minutes;
                }
                (None, Unfilled::Agency(pence)) => cost.agency_pence += pence,
                (None, Unfilled::Shortage(pence)) => cost.shortage_pence += pence,
            }
        }
        cost.fairness_millipence =
            self.minutes().into_iter().map(|minutes| self.pool().unfairness(minutes)).sum();
        cost.all_in_pence = cost.bank_pence + cost.agency_pence;
        let pence = cost.all_in_pence + cost.shortage_pence + cost.continuity_pence;
        cost.objective_millipence = pence * MILLI + cost.fairness_millipence;
        cost
    }

    /// What each worker got, in minutes.
    fn minutes(&self) -> Vec<i64> {
        let mut minutes = vec![0; self.case.workers.len()];
        self.pairs().for_each(|(shift, worker)| minutes[worker] += self.pool().slots[shift].minutes);
        minutes
    }

    pub(crate) fn fairness(&self) -> Fairness {
        let minutes = self.minutes();
        let able = |worker: &usize| !self.pool().options[*worker].is_empty();
        let mut sorted: Vec<i64> = (0..minutes.len()).filter(able).map(|worker| minutes[worker]).collect();
        sorted.sort_unstable();
        Fairness {
            able: sorted.len() as u64,
            working: sorted.iter().filter(|it| **it > 0).count() as u64,
            most_minutes: sorted.last().copied().unwrap_or(0),
            median_minutes: sorted.get(sorted.len() / 2).copied().unwrap_or(0),
            gini_ppm: gini_ppm(&sorted),
            organisations: self.shares(&minutes),
        }
    }

    fn shares(&self, minutes: &[i64]) -> Vec<Share> {
        let of = |code: &str| Share { organisation: code.to_owned(), ..Share::default() };
        let mut shares: Vec<Share> = self.case.organisations.iter().map(|it| of(&it.code)).collect();
        for (at, worker) in self.case.workers.iter().enumerate() {
            shares[worker.home].able += u64::from(!self.pool().options[at].is_empty());
            shares[worker.home].worked_minutes += minutes[at];
        }
        for (shift, of) in self.case.shifts.iter().zip(&self.roster.of) {
            shares[shift.organisation].asked += 1;
            shares[shift.organisation].filled += u64::from(of.is_some());
        }
        for share in &mut shares {
            share.minutes_per_able = share.worked_minutes / i64::try_from(share.able.max(1)).unwrap_or(1);
            let part = share.filled * 1_000_000 / share.asked.max(1);
            share.filled_ppm = i64::try_from(part).unwrap_or(0);
        }
        shares
    }

    pub(crate) fn unfilled(&self) -> Vec<Left> {
        let london = London::new();
        let plans: Vec<Vec<usize>> = (0_u32..)
            .zip(&self.roster.plans)
            .map(|(worker, plan)| {
                plan.iter().map(|place| self.roster.choice(worker, *place).shift as usize).collect()
            })
            .collect();
        let left = (0..self.case.shifts.len()).filter(|shift| self.roster.of[*shift].is_none());
        left.map(|at| {
            let shift = &self.case.shifts[at];
            let (refused, nearest) = self.reasons(at, &plans);
            Left {
                shift_ref: shift.reference.clone(),
                organisation: self.case.organisations[shift.organisation].code.clone(),
                start: london.shown(shift.start),
                end: london.shown(shift.end),
                unfilled: shift.unfilled,
                refused,
                nearest,
            }
        })
        .collect()
    }

    fn reasons(&self, shift: usize, plans: &[Vec<usize>]) -> (BTreeMap<Reason, u64>, Option<Nearest>) {
        let mut refused = BTreeMap::new();
        let mut nearest: Option<(usize, Vec<Reason>)> = None;
        for (worker, plan) in plans.iter().enumerate() {
            let reasons = self.against(Question { worker, plan, shift });
            *refused.entry(reasons[0]).or_default() += 1;
            // the fewest reasons, and among them those that are looked at last
            let nearer = nearest.as_ref().is_none_or(|(_, there)| {
                (reasons.len(), std::cmp::Reverse(reasons[0])) < (there.len(), std::cmp::Reverse(there[0]))
            });
            if nearer {
                nearest = Some((worker, reasons));
            }
        }
        let nearest = nearest.map(|(worker, reasons)| {
            let asked = Question { worker, plan: &plans[worker], shift };
            let against = |reason| Against { reason, what: lacks(self.pool(), self.case, asked, reason) };
            Nearest {
                worker_ref: self.case.workers[worker].reference.clone(),
                reasons: reasons.into_iter().map(against).collect(),
            }
        });
        (refused, nearest)
    }

    /// What stands against it: rules, else the price; never nothing.
    fn against(&self, asked: Question<'_>) -> Vec<Reason> {
        let rules = broken(self.pool(), self.case, asked);
        if !rules.is_empty() {
            return rules;
        }
        let slot = &self.pool().slots[asked.shift];
        let (worker, shift) = (&self.case.workers[asked.worker], &self.case.shifts[asked.shift]);
        let dearer = bill(self.case, slot, worker, shift).total() >= slot.price;
        vec![if dearer { Reason::Dearer } else { Reason::Weights }]
    }
}

/// Gini coefficient of sorted numbers, in ppm.
fn gini_ppm(sorted: &[i64]) -> i64 {
    let sum: i128 = sorted.iter().map(|it| i128::from(*it)).sum();
    let count = sorted.len() as i128;
    if sum == 0 {
        return 0;
    }
    let ranked: i128 = (1_i128..).zip(sorted).map(|(rank, it)| rank * i128::from(*it)).sum();
    let ppm = (2 * ranked - (count + 1) * sum) * 1_000_000 / (count * sum);
    i64::try_from(ppm).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::gini_ppm;

    #[test]
    fn gini_is_nothing_for_equals_and_near_all_for_one() {
        assert_eq!(gini_ppm(&[5, 5, 5, 5]), 0);
        assert_eq!(gini_ppm(&[0, 0, 0, 8]), 750_000);
        assert_eq!(gini_ppm(&[]), 0);
    }
}
