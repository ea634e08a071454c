//! The same programme for a solver of mixed-integer programmes: what is left of it once bounds have decided the rest.
//!
//! The solver works in floats, so what it finds is looked at anew in whole pence, and what it proves is not relied on.

use std::collections::{BTreeMap, BTreeSet};

use good_lp::{
    Expression, ProblemVariables, Solution, SolverModel, Variable, WithInitialSolution as _, WithMipGap as _,
    WithTimeLimit as _, constraint, solvers::SolutionStatus, variable,
};

use crate::{
    admit::Admitted,
    document::Round,
    rule::Held,
    state::{Mark, State},
};

/// Most free columns that the solver is asked about.
#[cfg(not(feature = "highs"))]
const MOST: usize = 6_000;
#[cfg(feature = "highs")]
const MOST: usize = 20_000;

/// Most of them where nothing says how much time there is.
const MOST_UNTIMED: usize = 40;

/// Part of the time left that the solver gets.
const PART: f64 = 0.5;

/// What the solver says.
pub(crate) struct Answer {
    /// Columns, not yet looked at in whole numbers.
    pub(crate) award: Vec<usize>,
    /// It came to the end, in its floats.
    pub(crate) ended: bool,
}

/// An award from what is free; none where the solver has none, or there is too much to ask it.
pub(crate) fn solve(state: &State<'_>, known: Option<&[usize]>, seconds: Option<f64>) -> Option<Answer> {
    let free = state.free().count();
    if free == 0 || free > if seconds.is_some() { MOST } else { MOST_UNTIMED } {
        return None;
    }
    ask(state, known, seconds.map(|seconds| (seconds * PART).max(0.01)))
}

fn ask(state: &State<'_>, known: Option<&[usize]>, seconds: Option<f64>) -> Option<Answer> {
    let of = state.of;
    let free: Vec<usize> = state.free().collect();
    let mut all = ProblemVariables::new();
    let columns: BTreeMap<usize, Variable> =
        free.iter().map(|at| (*at, all.add(variable().binary()))).collect();
    let suppliers: BTreeMap<usize, Variable> = free
        .iter()
        .map(|at| of.columns[*at].supplier)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .filter(|supplier| state.supplier[*supplier] == Mark::Free)
        .map(|supplier| (supplier, all.add(variable().binary())))
        .collect();
    let it = Asked { state, columns, suppliers };
    let objective = it.price();
    let rows = it.rows();
    #[cfg(not(feature = "highs"))]
    let mut problem = all.minimise(objective).using(good_lp::microlp);
    #[cfg(feature = "highs")]
    let mut problem = all.minimise(objective).using(good_lp::highs);
    problem = problem.with_mip_gap(0.0).ok()?;
    if let Some(seconds) = seconds {
        problem = problem.with_time_limit(seconds);
    }
    for row in rows {
        problem = problem.with(row);
    }
    if let Some(first) = known.and_then(|known| it.first(known)) {
        problem = problem.with_initial_solution(first);
    }
    let solved = problem.solve().ok()?;
    let mut award = state.taken();
    award.extend(it.columns.iter().filter(|(_, it)| solved.value(**it) > 0.5).map(|(at, _)| *at));
    let ended = matches!(solved.status(), SolutionStatus::Optimal);
    Some(Answer { award, ended })
}

/// What the solver alone makes of a round in so many seconds, without bounds that decide anything first: cost in pence, checked in
/// whole numbers; none where it finds nothing that keeps the rules. For comparison.
pub fn solver_alone(round: &Round, seconds: f64) -> Option<i64> {
    let all = Admitted::of(round, &Held::all(round));
    let state = State::new(&all.programme).ok()?;
    if state.free().next().is_none() {
        return all.programme.cost(&state.taken());
    }
    all.programme.cost(&ask(&state, None, Some(seconds))?.award)
}

struct Asked<'a> {
    state: &'a State<'a>,
    columns: BTreeMap<usize, Variable>,
    /// Suppliers of which it is not decided whether they are taken.
    suppliers: BTreeMap<usize, Variable>,
}

impl Asked<'_> {
    /// So scaled that the dearest item is one: the solver's tolerance is absolute.
    fn price(&self) -> Expression {
        let of = self.state.of;
        let columns = self.columns.iter().map(|(at, it)| (*it, of.columns[*at].price));
        let suppliers = self.suppliers.iter().map(|(at, it)| (*it, of.switching[*at]));
        let items: Vec<(Variable, i64)> = columns.chain(suppliers).collect();
        let dearest = items.iter().map(|(_, pence)| *pence).max().unwrap_or(1).max(1) as f64;
        items.into_iter().map(|(variable, pence)| variable * (pence as f64 / dearest)).sum()
    }

    fn sum(&self, of: impl IntoIterator<Item = usize>) -> Expression {
        of.into_iter().filter_map(|at| self.columns.get(&at)).copied().sum()
    }

    fn rows(&self) -> Vec<good_lp::Constraint> {
        let of = self.state.of;
        let mut rows = Vec::new();
        for lot in (0..of.lots).filter(|lot| !self.state.covered[*lot]) {
            rows.push(constraint!(self.sum(of.by_lot[lot].iter().copied()) == 1));
        }
        for (supplier, taken) in &self.suppliers {
            // columns of a supplier with a lot in common exclude each other, so they share a row
            let mut by_first: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for at in &of.by_supplier[*supplier] {
                by_first.entry(of.columns[*at].lots[0]).or_default().push(*at);
            }
            for columns in by_first.into_values() {
                rows.push(constraint!(self.sum(columns) <= *taken));
            }
        }
        let room = of.most.saturating_sub(self.state.opened);
        if self.suppliers.len() > room {
            rows.push(constraint!(self.suppliers.values().copied().sum::<Expression>() <= room as f64));
        }
        for (at, column) in &self.columns {
            for other in of.columns[*at].requires.iter().filter_map(|other| self.columns.get(other)) {
                rows.push(constraint!(*column <= *other));
            }
        }
        if let Some(barred) = &of.barred
            && barred.iter().all(|at| self.state.column[*at] != Mark::Out)
        {
            let free = barred.iter().filter(|at| self.columns.contains_key(at)).count();
            rows.push(constraint!(self.sum(barred.iter().copied()) <= free as f64 - 1.0));
        }
        rows.extend(self.shares());
        rows
    }

    fn shares(&self) -> Vec<good_lp::Constraint> {
        let of = self.state.of;
        let Some(ppm) = of.share_ppm else { return Vec::new() };
        let share = ppm as f64 / 1e6;
        let largest = of.columns.iter().map(|column| column.weight).max().unwrap_or(1).max(1) as f64;
        let fixed = of.sums(&self.state.taken());
        let all: Expression =
            self.columns.iter().map(|(at, it)| *it * (of.columns[*at].weight as f64 / largest)).sum();
        let row = |supplier: usize| {
            let own: Expression = of.by_supplier[supplier]
                .iter()
                .filter_map(|at| {
                    self.columns.get(at).map(|it| *it * (of.columns[*at].weight as f64 / largest))
                })
                .sum();
            let before = (fixed.weight[supplier] as f64 - share * fixed.all as f64) / largest;
            constraint!(own - share * all.clone() <= 1e-9 - before)
        };
        (0..of.suppliers).map(row).collect()
    }

    /// A known award as the solver's own first one, where it lies within what is free.
    fn first(&self, known: &[usize]) -> Option<Vec<(Variable, f64)>> {
        let of = self.state.of;
        let taken: BTreeSet<usize> = known.iter().copied().collect();
        if taken.iter().any(|at| self.state.column[*at] == Mark::Out) {
            return None;
        }
        let suppliers: BTreeSet<usize> = known.iter().map(|at| of.columns[*at].supplier).collect();
        let one = |is: bool| f64::from(u8::from(is));
        let columns = self.columns.iter().map(|(at, it)| (*it, one(taken.contains(at))));
        Some(
            columns.chain(self.suppliers.iter().map(|(at, it)| (*it, one(suppliers.contains(at))))).collect(),
        )
    }
}
