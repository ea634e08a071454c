//! Makes an allocation cheaper: a worker's whole course anew, taking shifts from others where that pays; and all shifts of
//! which nobody can have two, matched anew at once.

use crate::{
    assign::{Edge, assign},
    budget::Budget,
    paths::Room,
    pool::{Choice, Pool, id},
    relax::Taken,
    roster::Roster,
};

/// Improvements.
#[derive(Debug)]
pub(crate) struct Search {
    /// Sets of shifts of which nobody can have two, in order of time.
    cliques: Vec<Vec<u32>>,
    room: Room,
    column: Vec<u32>,
}

impl Search {
    pub(crate) fn new(pool: &Pool) -> Self {
        Self { cliques: cliques(pool), room: Room::default(), column: vec![u32::MAX; pool.people.len()] }
    }

    /// An allocation from nothing, matched from the first day to the last.
    pub(crate) fn construct<'a>(&mut self, pool: &'a Pool, budget: &mut impl Budget) -> Roster<'a> {
        let mut roster = Roster::empty(pool);
        self.sweep(&mut roster, budget);
        roster
    }

    /// An allocation from what workers would take, each shift to the one who saves most by it.
    pub(crate) fn settle<'a>(pool: &'a Pool, lists: &[Vec<Choice>], taken: &Taken) -> Roster<'a> {
        let mut wanted: Vec<(i64, u32, u32)> = Vec::new();
        for (worker, picks) in taken.picks.iter().enumerate() {
            let choices = picks.iter().map(|pick| &lists[worker][*pick as usize]);
            wanted.extend(choices.map(|choice| (-choice.gain, id(worker), choice.id)));
        }
        wanted.sort_unstable();
        let mut roster = Roster::empty(pool);
        for (_, worker, place) in wanted {
            let shift = roster.choice(worker, place).shift;
            let free = roster.of[shift as usize].is_none();
            if free && roster.fits(worker, place) && roster.saves(worker, place) > 0 {
                roster.give(worker, place);
            }
        }
        roster
    }

    /// Improves until nothing more is found, or the budget is spent.
    pub(crate) fn improve(&mut self, roster: &mut Roster<'_>, rounds: u32, budget: &mut impl Budget) {
        for _ in 0..rounds {
            let before = roster.cost;
            self.courses(roster, budget);
            self.sweep(roster, budget);
            if budget.spent() || before - roster.cost < before / 100_000 {
                return;
            }
        }
    }

    /// Gives away what still fits somebody and saves something, so that every shift that is left has a reason.
    pub(crate) fn fill(roster: &mut Roster<'_>) {
        for shift in 0..roster.of.len() {
            if roster.of[shift].is_some() {
                continue;
            }
            let pool = roster.pool;
            let fitting = pool.takers[shift].iter().filter(|(worker, place)| roster.fits(*worker, *place));
            let best = fitting.max_by_key(|(worker, place)| roster.saves(*worker, *place)).copied();
            if let Some((worker, place)) = best.filter(|(worker, place)| roster.saves(*worker, *place) > 0) {
                roster.give(worker, place);
            }
        }
    }

    /// Every worker's course anew, until a round changes little.
    fn courses(&mut self, roster: &mut Roster<'_>, budget: &mut impl Budget) {
        loop {
            let before = roster.cost;
            for worker in 0..roster.plans.len() {
                self.course(roster, id(worker));
                if worker % 64 == 0 && budget.spent() {
                    return;
                }
            }
            if before - roster.cost <= before / 20_000 {
                return;
            }
        }
    }

    fn course(&mut self, roster: &mut Roster<'_>, worker: u32) {
        let pool = roster.pool;
        let list = &pool.options[worker as usize];
        // hours that are unfair cost something: with a price of minutes the course is shorter
        for minute in [0, pool.unfair] {
            let worth = |choice: &Choice| {
                let lost = match roster.of[choice.shift as usize] {
                    Some((other, place)) if other != worker => roster.misses(other, place),
                    _ => 0,
                };
                choice.gain - lost - minute * i64::from(choice.minutes)
            };
            self.room.best(list, worth);
            let picks = trimmed(roster, worker, &self.room.picks, &worth);
            let better = picks != roster.plans[worker as usize] && replace(roster, worker, &picks);
            if better || pool.unfair == 0 {
                return;
            }
        }
    }

    /// Matches every set of shifts anew, in order of time.
    fn sweep(&mut self, roster: &mut Roster<'_>, budget: &mut impl Budget) {
        for number in 0..self.cliques.len() {
            self.rematch(roster, number);
            if budget.spent() {
                return;
            }
        }
    }

    fn rematch(&mut self, roster: &mut Roster<'_>, number: usize) {
        let shifts = &self.cliques[number];
        for shift in shifts {
            roster.free(*shift);
        }
        let mut workers: Vec<u32> = Vec::new();
        let mut rows = Vec::with_capacity(shifts.len());
        for shift in shifts {
            let mut row = Vec::new();
            for (worker, place) in &roster.pool.takers[*shift as usize] {
                let saves = roster.saves(*worker, *place);
                if saves > 0 && roster.fits(*worker, *place) {
                    let column = &mut self.column[*worker as usize];
                    if *column == u32::MAX {
                        *column = id(workers.len());
                        workers.push(*worker);
                    }
                    row.push((*place, Edge { column: *column, saves }));
                }
            }
            rows.push(row);
        }
        let edges: Vec<Vec<Edge>> =
            rows.iter().map(|row| row.iter().map(|(_, edge)| *edge).collect()).collect();
        for (row, column) in assign(&edges, workers.len()).into_iter().enumerate() {
            let Some(column) = column else { continue };
            let found = rows[row].iter().find(|(_, edge)| edge.column as usize == column);
            if let Some((place, _)) = found {
                roster.give(workers[column], *place);
            }
        }
        for worker in workers {
            self.column[worker as usize] = u32::MAX;
        }
    }
}

/// A course without what breaks a rule, the most worthy kept first.
fn trimmed(roster: &Roster<'_>, worker: u32, picks: &[u32], worth: &impl Fn(&Choice) -> i64) -> Vec<u32> {
    let (pool, list) = (roster.pool, &roster.pool.options[worker as usize]);
    let shifts = |picks: &[u32]| picks.iter().map(|pick| list[*pick as usize].shift).collect::<Vec<u32>>();
    if pool.lawful(worker as usize, shifts(picks).into_iter()) {
        return picks.to_vec();
    }
    let mut order = picks.to_vec();
    order.sort_by_key(|pick| std::cmp::Reverse(worth(&list[*pick as usize])));
    let mut kept: Vec<u32> = Vec::new();
    for pick in order {
        let at = kept.partition_point(|there| *there < pick);
        kept.insert(at, pick);
        if !pool.lawful(worker as usize, shifts(&kept).into_iter()) {
            kept.remove(at);
        }
    }
    kept
}

/// Gives a worker another course, taken from others where they have it; takes it back unless it costs less.
fn replace(roster: &mut Roster<'_>, worker: u32, picks: &[u32]) -> bool {
    let before = roster.cost;
    let list = &roster.pool.options[worker as usize];
    let mut had: Vec<(u32, u32)> = Vec::new();
    for place in roster.plans[worker as usize].clone() {
        had.extend(roster.free(list[place as usize].shift));
    }
    for place in picks {
        had.extend(roster.free(list[*place as usize].shift));
    }
    for place in picks {
        roster.give(worker, *place);
    }
    if roster.cost >= before {
        for place in picks {
            roster.free(list[*place as usize].shift);
        }
        for (worker, place) in had {
            roster.give(worker, place);
        }
        return false;
    }
    true
}

/// The largest sets of shifts that need the same moment for the shift or the rest after it.
fn cliques(pool: &Pool) -> Vec<Vec<u32>> {
    let mut order: Vec<u32> = (0..id(pool.slots.len())).collect();
    order.sort_by_key(|shift| (pool.slots[*shift as usize].start, *shift));
    let (mut open, mut found): (Vec<u32>, Vec<Vec<u32>>) = (Vec::new(), Vec::new());
    for shift in order {
        let start = pool.slots[shift as usize].start;
        let stays = |other: &u32| pool.slots[*other as usize].end + pool.rest > start;
        if !open.iter().all(stays) {
            found.push(open.clone());
        }
        open.retain(stays);
        // before the next one ends something, the set has grown
        open.push(shift);
    }
    if !open.is_empty() {
        found.push(open);
    }
    found
}
