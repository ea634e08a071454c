//! Awards from reduced costs, and better ones from awards.

use crate::{
    programme::{Programme, Sums},
    state::{Decision, Mark, State},
};

/// Most pairs of changes that are tried at once.
const PAIRS: usize = 1_000_000;

/// Takes columns from the least reduced cost up, each with what follows from it. Shares may be too large in what comes out.
pub(crate) fn dive(state: &State<'_>, reduced: &[i64]) -> Option<Vec<usize>> {
    let mut state = state.clone();
    let mut order: Vec<usize> = state.free().collect();
    order.sort_by_key(|at| (reduced[*at], *at));
    for at in order {
        if state.column[at] != Mark::Free {
            continue;
        }
        let before = state.clone();
        if state.decide(Decision::Take(at)).is_err() {
            state = before;
            state.decide(Decision::Drop(at)).ok()?;
        }
    }
    Some(state.taken())
}

/// How far an award is from keeping the rules, then its cost: less is better.
type Merit = (usize, i128, i64);

/// Local search: other columns for the same lots, one at a time, a whole supplier at a time, two at a time.
pub(crate) struct Local<'a> {
    of: &'a Programme,
    /// Columns that stand for the same lots, by column; those in conditions stay as they are.
    same: Vec<Vec<usize>>,
}

impl<'a> Local<'a> {
    pub(crate) fn new(of: &'a Programme) -> Self {
        let tied = |at: usize| !of.columns[at].requires.is_empty() || !of.needed_by[at].is_empty();
        let mut by_lots: std::collections::BTreeMap<&[usize], Vec<usize>> = std::collections::BTreeMap::new();
        for (at, column) in of.columns.iter().enumerate().filter(|(at, _)| !tied(*at)) {
            by_lots.entry(&column.lots).or_default().push(at);
        }
        let others = |at: usize| {
            if tied(at) {
                return Vec::new();
            }
            let all = by_lots.get(of.columns[at].lots.as_slice());
            all.into_iter().flatten().copied().filter(|other| *other != at).collect()
        };
        Self { of, same: (0..of.columns.len()).map(others).collect() }
    }

    fn merit(&self, sums: &Sums) -> Merit {
        let (suppliers, share) = self.of.excess(sums);
        (suppliers, share, sums.price + self.of.switched(sums))
    }

    /// The best award that changes lead to, of those whose columns are free or in.
    pub(crate) fn improve(&self, state: &State<'_>, mut award: Vec<usize>) -> Vec<usize> {
        let mut sums = self.of.sums(&award);
        let mut merit = self.merit(&sums);
        loop {
            let moves = self.moves(state, &award);
            let better = self
                .single(&moves, &award, &mut sums, merit)
                .or_else(|| self.without_supplier(&moves, &award, merit))
                .or_else(|| self.pair(&moves, &award, &mut sums, merit));
            let Some(changes) = better else { return award };
            for (place, column) in changes {
                self.of.add(&mut sums, award[place], -1);
                self.of.add(&mut sums, column, 1);
                award[place] = column;
            }
            let now = self.merit(&sums);
            if now >= merit {
                return award;
            }
            merit = now;
        }
    }

    /// Place in the award and column that could stand there.
    fn moves(&self, state: &State<'_>, award: &[usize]) -> Vec<(usize, usize)> {
        let each = award.iter().enumerate().filter(|(_, at)| state.column[**at] != Mark::In);
        let others = |(place, at): (usize, &usize)| {
            let free = self.same[*at].iter().filter(|other| state.column[**other] == Mark::Free);
            free.map(|other| (place, *other)).collect::<Vec<_>>()
        };
        each.flat_map(others).collect()
    }

    fn single(
        &self,
        moves: &[(usize, usize)],
        award: &[usize],
        sums: &mut Sums,
        merit: Merit,
    ) -> Option<Vec<(usize, usize)>> {
        let mut best = merit;
        let mut change = None;
        for (place, column) in moves {
            self.swap(sums, award[*place], *column);
            let now = self.merit(sums);
            if now < best {
                best = now;
                change = Some(vec![(*place, *column)]);
            }
            self.swap(sums, *column, award[*place]);
        }
        change
    }

    fn swap(&self, sums: &mut Sums, out: usize, into: usize) {
        self.of.add(sums, out, -1);
        self.of.add(sums, into, 1);
    }

    /// Everything of one supplier to the cheapest of the others that are there already.
    fn without_supplier(
        &self,
        moves: &[(usize, usize)],
        award: &[usize],
        merit: Merit,
    ) -> Option<Vec<(usize, usize)>> {
        let mut best = merit;
        let mut changes = None;
        let sums = self.of.sums(award);
        for leaving in (0..self.of.suppliers).filter(|supplier| sums.count[*supplier] > 0) {
            let mut to: Vec<Option<usize>> = vec![None; award.len()];
            for (place, column) in moves {
                let other = &self.of.columns[*column];
                let there = sums.count[other.supplier] > 0 && other.supplier != leaving;
                let cheaper = to[*place].is_none_or(|it| other.price < self.of.columns[it].price);
                if self.of.columns[award[*place]].supplier == leaving && there && cheaper {
                    to[*place] = Some(*column);
                }
            }
            let mut after = sums.clone();
            let made: Vec<(usize, usize)> = to
                .into_iter()
                .enumerate()
                .filter_map(|(place, column)| column.map(|it| (place, it)))
                .collect();
            for (place, column) in &made {
                self.swap(&mut after, award[*place], *column);
            }
            let now = self.merit(&after);
            if now < best {
                best = now;
                changes = Some(made);
            }
        }
        changes
    }

    /// The first pair of changes that is better. One of the two must be cheaper by itself, or bring the award nearer to the rules, so only
    /// where shares bind do two do more than one after the other.
    fn pair(
        &self,
        moves: &[(usize, usize)],
        award: &[usize],
        sums: &mut Sums,
        merit: Merit,
    ) -> Option<Vec<(usize, usize)>> {
        self.of.share_ppm?;
        let mut firsts = Vec::new();
        for (place, column) in moves {
            self.swap(sums, award[*place], *column);
            let now = self.merit(sums);
            if now.2 < merit.2 || (now.0, now.1) < (merit.0, merit.1) {
                firsts.push((*place, *column));
            }
            self.swap(sums, *column, award[*place]);
        }
        firsts.truncate(PAIRS / moves.len().max(1));
        for one in firsts {
            self.swap(sums, award[one.0], one.1);
            let second = moves.iter().filter(|two| two.0 != one.0).find(|two| {
                self.swap(sums, award[two.0], two.1);
                let better = self.merit(sums) < merit;
                self.swap(sums, two.1, award[two.0]);
                better
            });
            let changes = second.map(|two| vec![one, *two]);
            self.swap(sums, one.1, award[one.0]);
            if changes.is_some() {
                return changes;
            }
        }
        None
    }
}
