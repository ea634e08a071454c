//! A case as the search sees it: for each worker the shifts that the worker could fill alone, in order of their ends.

use std::collections::BTreeMap;

use crate::{
    bill::{Slot, bill, slots},
    document::{Case, Shift},
    refuse,
};

/// Money inside the search is counted in 1/1000 pence, because fairness is priced by the minute.
pub(crate) const MILLI: i64 = 1000;

/// A shift that a worker could fill if it were the only one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice {
    pub(crate) shift: u32,
    /// How many choices of the same list end early enough before this one begins; they are the first ones.
    pub(crate) ahead: u32,
    /// Working time, in minutes.
    pub(crate) minutes: u32,
    /// Position in the worker's full list.
    pub(crate) id: u32,
    /// Price of leaving the shift less all-in cost and continuity, in 1/1000 pence.
    pub(crate) gain: i64,
}

/// What rules see of a worker.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    /// Most working time that may be allocated, in minutes.
    pub(crate) cap: i64,
    /// Last night worked before, and the run that it ended.
    pub(crate) night: i64,
    pub(crate) run: u32,
}

/// Shifts, workers, and who could fill what.
#[derive(Clone, Debug)]
pub(crate) struct Pool {
    pub(crate) slots: Vec<Slot>,
    pub(crate) people: Vec<Person>,
    pub(crate) options: Vec<Vec<Choice>>,
    /// For each shift the workers who could fill it, with the positions in their lists.
    pub(crate) takers: Vec<Vec<(u32, u32)>>,
    pub(crate) rest: i64,
    pub(crate) nights_in_a_row: u32,
    /// Price of a minute above the fair ones, in 1/1000 pence.
    pub(crate) unfair: i64,
    pub(crate) fair_minutes: i64,
}

/// A count as the lists keep it.
pub(crate) fn id(count: usize) -> u32 {
    u32::try_from(count).expect("lists are shorter than 2^32")
}

impl Pool {
    pub(crate) fn new(case: &Case) -> Self {
        let slots = slots(case);
        let people: Vec<Person> = case.workers.iter().map(|worker| refuse::person(case, worker)).collect();
        let mut pool = Self {
            takers: vec![Vec::new(); slots.len()],
            slots,
            people,
            options: Vec::new(),
            rest: case.rules.rest_minutes,
            nights_in_a_row: case.rules.nights_in_a_row,
            // half a 1/1000 penny up
            unfair: (case.weights.fairness_pence_per_hour * MILLI + 30) / 60,
            fair_minutes: case.weights.fair_minutes,
        };
        let classes = classes(case);
        for worker in 0..case.workers.len() {
            let list = pool.list(case, worker, &classes);
            for (place, choice) in list.iter().enumerate() {
                pool.takers[choice.shift as usize].push((id(worker), id(place)));
            }
            pool.options.push(list);
        }
        pool
    }

    /// The same with nothing weighed beside money.
    pub(crate) fn without_weights(&self, case: &Case) -> Self {
        let mut plain = Self { unfair: 0, ..self.clone() };
        for (worker, list) in case.workers.iter().zip(&mut plain.options) {
            for choice in list {
                let stranger = refuse::stranger(worker, &case.shifts[choice.shift as usize]);
                choice.gain += i64::from(stranger) * case.weights.continuity_pence * MILLI;
            }
        }
        plain
    }

    /// Everything that a worker could fill, in order of ends.
    fn list(&self, case: &Case, at: usize, classes: &[Vec<usize>]) -> Vec<Choice> {
        let worker = &case.workers[at];
        let mut list = Vec::new();
        for class in classes {
            let Some(first) = class.first() else { continue };
            if !refuse::suits(worker, &case.shifts[*first]) {
                continue;
            }
            for shift in class {
                let (slot, asked) = (&self.slots[*shift], &case.shifts[*shift]);
                if !refuse::alone(self, case, (at, *shift)) {
                    continue;
                }
                let stranger = i64::from(refuse::stranger(worker, asked));
                let all_in = bill(case, slot, worker, asked).total();
                let gain = slot.price - all_in - stranger * case.weights.continuity_pence;
                let minutes = u32::try_from(slot.minutes).unwrap_or(0);
                list.push(Choice { shift: id(*shift), ahead: 0, minutes, id: 0, gain: gain * MILLI });
            }
        }
        self.order(&mut list);
        for (place, choice) in list.iter_mut().enumerate() {
            choice.id = id(place);
        }
        list
    }

    /// Sorts a list and says of each choice how many come early enough before it.
    pub(crate) fn order(&self, list: &mut [Choice]) {
        let slot = |choice: &Choice| &self.slots[choice.shift as usize];
        list.sort_unstable_by_key(|choice| (slot(choice).end, slot(choice).start, choice.shift));
        let ends: Vec<i64> = list.iter().map(|choice| slot(choice).end + self.rest).collect();
        for choice in list.iter_mut() {
            let start = self.slots[choice.shift as usize].start;
            choice.ahead = id(ends.partition_point(|end| *end <= start));
        }
    }

    /// Price of what a worker gets above the fair minutes, in 1/1000 pence.
    pub(crate) fn unfairness(&self, minutes: i64) -> i64 {
        self.unfair * (minutes - self.fair_minutes).max(0)
    }

    /// What it costs to leave every shift, in 1/1000 pence.
    pub(crate) fn all_left(&self) -> i64 {
        self.slots.iter().map(|slot| slot.price * MILLI).sum()
    }

    /// May a worker do these one after the other? Rest is left to the caller.
    pub(crate) fn lawful(&self, worker: usize, shifts: impl Iterator<Item = u32>) -> bool {
        let person = &self.people[worker];
        let (mut minutes, mut night, mut run) = (0, person.night, person.run);
        for shift in shifts {
            let slot = &self.slots[shift as usize];
            minutes += slot.minutes;
            if let Some(next) = slot.night {
                run = next_run((night, run), next);
                night = next;
                if run > self.nights_in_a_row {
                    return false;
                }
            }
        }
        minutes <= person.cap
    }
}

/// Length of the run of nights that a night makes after the last one.
pub(crate) fn next_run((last, run): (i64, u32), night: i64) -> u32 {
    match night - last {
        0 => run,
        1 => run + 1,
        _ => 1,
    }
}

/// Shifts that ask for the same of the same host.
fn classes(case: &Case) -> Vec<Vec<usize>> {
    let mut classes: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (place, Shift { organisation, grade, skills, .. }) in case.shifts.iter().enumerate() {
        classes.entry((organisation, grade, skills)).or_default().push(place);
    }
    classes.into_values().collect()
}
