//! An allocation while it is being made: who has which shift, and what that is worth.

use crate::pool::{Choice, Pool};

/// An allocation.
#[derive(Clone, Debug)]
pub(crate) struct Roster<'a> {
    pub(crate) pool: &'a Pool,
    /// By shift, the worker and the position in the worker's list.
    pub(crate) of: Vec<Option<(u32, u32)>>,
    /// By worker, positions in the list, in order of time.
    pub(crate) plans: Vec<Vec<u32>>,
    minutes: Vec<i64>,
    /// What it costs with the prices of fairness and continuity, in 1/1000 pence.
    pub(crate) cost: i64,
}

impl<'a> Roster<'a> {
    /// Nobody has anything.
    pub(crate) fn empty(pool: &'a Pool) -> Self {
        Self {
            pool,
            of: vec![None; pool.slots.len()],
            plans: vec![Vec::new(); pool.people.len()],
            minutes: vec![0; pool.people.len()],
            cost: pool.all_left(),
        }
    }

    pub(crate) fn choice(&self, worker: u32, place: u32) -> &'a Choice {
        &self.pool.options[worker as usize][place as usize]
    }

    /// May the worker have this choice beside what the worker has?
    pub(crate) fn fits(&self, worker: u32, place: u32) -> bool {
        let (list, plan) = (&self.pool.options[worker as usize], &self.plans[worker as usize]);
        let choice = &list[place as usize];
        let after = plan.partition_point(|there| *there < place);
        if after > 0 && plan[after - 1] >= choice.ahead {
            return false;
        }
        if plan.get(after).is_some_and(|next| *next == place || list[*next as usize].ahead <= place) {
            return false;
        }
        let minutes = self.minutes[worker as usize] + i64::from(choice.minutes);
        if self.pool.slots[choice.shift as usize].night.is_none() {
            return minutes <= self.pool.people[worker as usize].cap;
        }
        let with = plan[..after].iter().chain([&place]).chain(&plan[after..]);
        self.pool.lawful(worker as usize, with.map(|place| list[*place as usize].shift))
    }

    /// What the worker's having this choice as well would save, in 1/1000 pence.
    pub(crate) fn saves(&self, worker: u32, place: u32) -> i64 {
        let choice = self.choice(worker, place);
        let minutes = self.minutes[worker as usize];
        let with = minutes + i64::from(choice.minutes);
        choice.gain - self.pool.unfairness(with) + self.pool.unfairness(minutes)
    }

    /// What the worker's losing this choice would cost, in 1/1000 pence.
    pub(crate) fn misses(&self, worker: u32, place: u32) -> i64 {
        let choice = self.choice(worker, place);
        let minutes = self.minutes[worker as usize];
        let without = minutes - i64::from(choice.minutes);
        choice.gain - self.pool.unfairness(minutes) + self.pool.unfairness(without)
    }

    /// Gives a free shift to a worker whom it fits.
    pub(crate) fn give(&mut self, worker: u32, place: u32) {
        self.cost -= self.saves(worker, place);
        let choice = self.choice(worker, place);
        self.minutes[worker as usize] += i64::from(choice.minutes);
        self.of[choice.shift as usize] = Some((worker, place));
        let plan = &mut self.plans[worker as usize];
        plan.insert(plan.partition_point(|there| *there < place), place);
    }

    /// Frees a shift; says who had it.
    pub(crate) fn free(&mut self, shift: u32) -> Option<(u32, u32)> {
        let (worker, place) = self.of[shift as usize].take()?;
        self.cost += self.misses(worker, place);
        self.minutes[worker as usize] -= i64::from(self.choice(worker, place).minutes);
        self.plans[worker as usize].retain(|there| *there != place);
        Some((worker, place))
    }
}
