//! Parts of a programme that have nothing to do with each other: each is solved alone, and costs add up.

use crate::{
    budget::{Budget, UpTo},
    programme::{Column, Programme},
    search::{Award, Found, Hint, Start, search},
};

/// A part.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) programme: Programme,
    /// Columns of the whole.
    columns: Vec<usize>,
    /// Lots of the whole.
    lots: Vec<usize>,
}

/// Sets that are joined step by step.
struct Joined(Vec<usize>);

impl Joined {
    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, one: usize, two: usize) {
        let (one, two) = (self.root(one), self.root(two));
        self.0[one.max(two)] = one.min(two);
    }
}

/// Splits: lots of one bid belong together, and those of bids that require each other, and those of a supplier that costs
/// something to switch to; everything does where suppliers or shares are limited.
pub(crate) fn parts(of: &Programme) -> Vec<Part> {
    let mut joined = Joined((0..of.lots).collect());
    let bidding = of.by_supplier.iter().filter(|columns| !columns.is_empty()).count();
    if of.most < bidding || of.share_ppm.is_some() {
        (1..of.lots).for_each(|lot| joined.join(0, lot));
    }
    for column in &of.columns {
        let with = column.requires.iter().map(|other| of.columns[*other].lots[0]);
        column.lots.iter().copied().chain(with).for_each(|lot| joined.join(column.lots[0], lot));
    }
    for (columns, switching) in of.by_supplier.iter().zip(&of.switching) {
        if let Some(first) = columns.first().filter(|_| *switching > 0) {
            for at in columns {
                joined.join(of.columns[*first].lots[0], of.columns[*at].lots[0]);
            }
        }
    }
    let mut part_of = vec![usize::MAX; of.lots];
    let mut lots: Vec<Vec<usize>> = Vec::new();
    for lot in 0..of.lots {
        let root = joined.root(lot);
        if part_of[root] == usize::MAX {
            part_of[root] = lots.len();
            lots.push(Vec::new());
        }
        part_of[lot] = part_of[root];
        lots[part_of[lot]].push(lot);
    }
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); lots.len()];
    for (at, column) in of.columns.iter().enumerate() {
        columns[part_of[column.lots[0]]].push(at);
    }
    lots.into_iter().zip(columns).map(|(lots, columns)| part(of, lots, columns)).collect()
}

fn part(of: &Programme, lots: Vec<usize>, columns: Vec<usize>) -> Part {
    let place = |all: &[usize], at: usize| all.binary_search(&at).unwrap_or(0);
    let column = |at: &usize| {
        let column = &of.columns[*at];
        Column {
            lots: column.lots.iter().map(|lot| place(&lots, *lot)).collect(),
            requires: column.requires.iter().map(|other| place(&columns, *other)).collect(),
            ..column.clone()
        }
    };
    let programme = Programme {
        lots: lots.len(),
        columns: columns.iter().map(column).collect(),
        barred: None,
        ..of.clone()
    };
    Part { programme: programme.linked(), columns, lots }
}

impl Part {
    fn start(&self, start: &Start) -> Start {
        let own = |award: &Vec<usize>| {
            award.iter().filter_map(|at| self.columns.binary_search(at).ok()).collect::<Vec<_>>()
        };
        let hint = start.hint.as_ref().map(|hint| Hint {
            lots: self.lots.iter().map(|lot| hint.lots[*lot]).collect(),
            shares: hint.shares.clone(),
        });
        Start { awards: start.awards.iter().map(own).collect(), hint }
    }
}

/// Solves the parts one after the other and puts them together.
pub(crate) fn solve(of: &Programme, start: &Start, budget: &mut dyn Budget) -> Found {
    let parts = parts(of);
    let mut whole = Found {
        best: Some(Award { cost: 0, columns: Vec::new() }),
        bound: 0,
        hint: Some(Hint { lots: vec![0; of.lots], shares: vec![0; of.suppliers] }),
        nodes: 0,
        ended: true,
    };
    for (number, part) in parts.iter().enumerate() {
        let mut own = UpTo::part(budget, share(number, parts.len()));
        let found = search(&part.programme, &part.start(start), &mut own);
        whole.nodes += found.nodes;
        if found.best.is_none() && found.bound == i64::MAX {
            return Found { best: None, bound: i64::MAX, hint: None, nodes: whole.nodes, ended: false };
        }
        whole.ended &= found.ended;
        whole.bound = whole.bound.saturating_add(found.bound);
        whole.best = whole.best.zip(found.best).map(|(whole, part_best)| Award {
            cost: whole.cost + part_best.cost,
            columns: whole
                .columns
                .into_iter()
                .chain(part_best.columns.iter().map(|at| part.columns[*at]))
                .collect(),
        });
        if let (Some(whole), Some(hint)) = (&mut whole.hint, found.hint) {
            part.lots.iter().zip(&hint.lots).for_each(|(lot, price)| whole.lots[*lot] = *price);
            if of.share_ppm.is_some() {
                whole.shares = hint.shares;
            }
        }
    }
    if let Some(best) = &mut whole.best {
        best.columns.sort_unstable();
    }
    whole
}

/// The best award that is not the given one: it differs in one part at least, and in the cheapest way.
pub(crate) fn second(of: &Programme, first: &Award, start: &Start, budget: &mut dyn Budget) -> Found {
    let parts = parts(of);
    let mut found = Found { best: None, bound: i64::MAX, hint: None, nodes: 0, ended: false };
    for (number, part) in parts.iter().enumerate() {
        let own: Vec<usize> =
            first.columns.iter().filter_map(|at| part.columns.binary_search(at).ok()).collect();
        let Some(cost) = part.programme.cost(&own) else { continue };
        let mut programme = part.programme.clone();
        programme.barred = Some(own);
        let mut budget = UpTo::part(budget, share(number, parts.len()));
        let other = search(&programme, &part.start(start), &mut budget);
        found.nodes += other.nodes;
        let rest = first.cost - cost;
        found.bound = found.bound.min(other.bound.saturating_add(rest));
        let Some(other) = other.best else { continue };
        if found.best.as_ref().is_none_or(|best| other.cost + rest < best.cost) {
            let kept = first.columns.iter().copied().filter(|at| part.columns.binary_search(at).is_err());
            let mut columns: Vec<usize> =
                kept.chain(other.columns.iter().map(|at| part.columns[*at])).collect();
            columns.sort_unstable();
            found.best = Some(Award { cost: other.cost + rest, columns });
        }
    }
    found
}

/// An equal part of what is left, in ppm.
fn share(number: usize, count: usize) -> u64 {
    1_000_000 / u64::try_from(count - number).unwrap_or(1).max(1)
}
