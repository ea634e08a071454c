//! The best course of one worker through the shifts, given what each is worth.

use crate::pool::{Choice, Pool, id, next_run};

/// Most courses that may wait at one place before the exact search gives up.
const FRONT: usize = 150;

/// Room that is used again for every worker.
#[derive(Debug, Default)]
pub(crate) struct Room {
    table: Vec<i64>,
    /// Positions of the choices taken, in order of time.
    pub(crate) picks: Vec<u32>,
}

impl Room {
    /// The most that choices with rest between them are worth together, without regard to hours and runs of nights; `picks`
    /// says which. What is worth nothing is left.
    pub(crate) fn best(&mut self, list: &[Choice], worth: impl Fn(&Choice) -> i64) -> i64 {
        let table = &mut self.table;
        table.clear();
        table.push(0);
        let mut most = 0;
        for choice in list {
            let with = table[choice.ahead as usize] + worth(choice);
            most = most.max(with);
            table.push(most);
        }
        self.picks.clear();
        let mut at = list.len();
        while at > 0 {
            if self.table[at] == self.table[at - 1] {
                at -= 1;
            } else {
                self.picks.push(id(at - 1));
                at = list[at - 1].ahead as usize;
            }
        }
        self.picks.reverse();
        most
    }
}

/// A course up to some place.
#[derive(Clone, Copy, Debug)]
struct Label {
    worth: i64,
    minutes: i64,
    night: i64,
    run: u32,
    from: u32,
    pick: u32,
}

impl Label {
    /// Whatever follows, is this one at least as good?
    fn covers(&self, other: &Self) -> bool {
        self.worth >= other.worth
            && self.minutes <= other.minutes
            && (self.night < other.night || (self.night == other.night && self.run <= other.run))
    }
}

/// The most that a lawful course of a worker is worth, with the price of unfair hours taken off, and its picks; none when
/// there are too many courses to compare.
pub(crate) fn lawful(
    pool: &Pool,
    worker: usize,
    list: &[Choice],
    worth: impl Fn(&Choice) -> i64,
) -> Option<(i64, Vec<u32>)> {
    let person = &pool.people[worker];
    let start = Label { worth: 0, minutes: 0, night: person.night, run: person.run, from: 0, pick: u32::MAX };
    let mut labels = vec![start];
    let mut fronts: Vec<Vec<u32>> = vec![vec![0]];
    // by choice, how many worth something come before it: only those have a front
    let mut before: Vec<u32> = Vec::with_capacity(list.len() + 1);
    for (place, choice) in list.iter().enumerate() {
        before.push(id(fronts.len() - 1));
        let value = worth(choice);
        if value <= 0 {
            continue;
        }
        let mut front = fronts[fronts.len() - 1].clone();
        let ahead = before[choice.ahead as usize] as usize;
        for from in &fronts[ahead] {
            let Some(next) = extend(pool, worker, (labels[*from as usize], *from), choice) else {
                continue;
            };
            let next = Label { worth: next.worth + value, pick: id(place), ..next };
            if front.iter().any(|there| labels[*there as usize].covers(&next)) {
                continue;
            }
            front.retain(|there| !next.covers(&labels[*there as usize]));
            front.push(id(labels.len()));
            labels.push(next);
        }
        if front.len() > FRONT {
            return None;
        }
        fronts.push(front);
    }
    let worth = |label: &Label| label.worth - pool.unfairness(label.minutes);
    let best = fronts.last()?.iter().max_by_key(|at| worth(&labels[**at as usize]))?;
    let value = worth(&labels[*best as usize]);
    let (mut picks, mut at) = (Vec::new(), *best as usize);
    while labels[at].pick != u32::MAX {
        picks.push(labels[at].pick);
        at = labels[at].from as usize;
    }
    picks.reverse();
    Some((value, picks))
}

fn extend(pool: &Pool, worker: usize, (label, from): (Label, u32), choice: &Choice) -> Option<Label> {
    let minutes = label.minutes + i64::from(choice.minutes);
    let (mut night, mut run) = (label.night, label.run);
    if let Some(next) = pool.slots[choice.shift as usize].night {
        run = next_run((night, run), next);
        night = next;
    }
    // a run from before the case that is too long already does not forbid days
    let rested = run <= pool.nights_in_a_row || pool.slots[choice.shift as usize].night.is_none();
    (rested && minutes <= pool.people[worker].cap).then_some(Label {
        minutes,
        night,
        run,
        from,
        pick: 0,
        ..label
    })
}
