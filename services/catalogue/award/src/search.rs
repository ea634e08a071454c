//! The least-cost award: branch and bound with exact bounds, best bound first, each node followed down to an award.

use std::{
    collections::{BTreeSet, BinaryHeap},
    rc::Rc,
};

use crate::{
    ascent::Ascent,
    budget::Budget,
    greedy::{Local, dive},
    milp,
    programme::Programme,
    relax::{Frame, MILLI, Prices, Relaxed},
    state::{Decision, Mark, State},
};

/// Steps of the climb at the root and below.
const ROOT_STEPS: u32 = 600;
const NODE_STEPS: u32 = 40;
const ROOT_STRIDE: f64 = 1.0;
const NODE_STRIDE: f64 = 0.4;
/// Where the stride is this short, a climb has given what it has.
const LEAST_STRIDE: f64 = 1e-4;
/// Part of the budget, in ppm, after which the solver is asked for a better award.
const SOLVER_AT: u64 = 150_000;

/// An award.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Award {
    /// Pence.
    pub(crate) cost: i64,
    /// Columns, in order.
    pub(crate) columns: Vec<usize>,
}

/// What a search came to.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// The best award; none where there is none, or none was found.
    pub(crate) best: Option<Award>,
    /// No award costs less, in pence; that of the best where it is proven to be the least. Where no award exists, `i64::MAX`.
    pub(crate) bound: i64,
    /// Prices of the root, to begin a like search from.
    pub(crate) hint: Option<Hint>,
    /// Nodes that were looked at.
    pub(crate) nodes: u64,
    /// The solver came to the end with nothing better, in its floats.
    pub(crate) ended: bool,
}

impl Found {
    /// Is it the least, or is it proven that there is none?
    pub(crate) fn proven(&self) -> bool {
        self.best.as_ref().map_or(i64::MAX, |it| it.cost) <= self.bound
    }

    /// No award at all.
    fn none() -> Self {
        Self { best: None, bound: i64::MAX, hint: None, nodes: 0, ended: false }
    }
}

/// What a search may begin from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Start {
    /// Awards that are known.
    pub(crate) awards: Vec<Vec<usize>>,
    /// Prices of a like programme.
    pub(crate) hint: Option<Hint>,
}

/// Prices of lots and shares that were good in a like programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hint {
    pub(crate) lots: Vec<i64>,
    pub(crate) shares: Vec<i64>,
}

/// A node that waits.
struct Node {
    bound: i64,
    number: u64,
    decisions: Vec<Decision>,
    prices: Rc<Prices>,
}

impl Node {
    /// The least bound first, and of those the one that came last.
    fn key(&self) -> (std::cmp::Reverse<i64>, u64) {
        (std::cmp::Reverse(self.bound), self.number)
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}
impl Eq for Node {}
impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Node {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

struct Search<'a, 'b> {
    of: &'a Programme,
    frame: &'a Frame,
    local: Local<'a>,
    budget: &'b mut dyn Budget,
    best: Option<Award>,
    waiting: BinaryHeap<Node>,
    /// Least bound of what was left because the budget was spent, in 1/1000 pence.
    left: i64,
    nodes: u64,
    numbered: u64,
    ended: bool,
    /// Awards that were improved already.
    seen: BTreeSet<Vec<usize>>,
}

/// The least-cost award that the budget allows to find.
pub(crate) fn search(of: &Programme, start: &Start, budget: &mut dyn Budget) -> Found {
    let Ok(root) = State::new(of) else { return Found::none() };
    let frame = Frame::new(of);
    let mut search = Search {
        of,
        frame: &frame,
        local: Local::new(of),
        budget,
        best: None,
        waiting: BinaryHeap::new(),
        left: i64::MAX,
        nodes: 0,
        numbered: 0,
        ended: false,
        seen: BTreeSet::new(),
    };
    start.awards.iter().for_each(|award| search.offer(award.clone()));
    search.run(root, start.hint.as_ref())
}

impl Search<'_, '_> {
    /// Takes an award for the best where it keeps every rule and costs less.
    fn offer(&mut self, mut columns: Vec<usize>) {
        columns.sort_unstable();
        let Some(cost) = self.of.cost(&columns) else { return };
        if self.best.as_ref().is_none_or(|best| cost < best.cost) {
            self.best = Some(Award { cost, columns });
        }
    }

    /// Can nothing below such a bound cost less than the best?
    fn beaten(&self, bound: i64) -> bool {
        self.best.as_ref().is_some_and(|best| whole(bound) >= best.cost)
    }

    fn target(&self, bound: i64) -> i64 {
        let guess = bound / MILLI + (bound / MILLI / 20).abs() + 1;
        self.best.as_ref().map_or(guess, |best| best.cost)
    }

    fn run(mut self, mut root: State<'_>, hint: Option<&Hint>) -> Found {
        let mut first = Prices::first(self.of);
        if let Some(hint) = hint {
            let hinted = Prices { lots: hint.lots.clone(), shares: hint.shares.clone(), ..first.clone() };
            // of two bounds the better
            let of = |prices: &Prices| Relaxed::at(self.frame, &root, prices).bound;
            if of(&hinted) > of(&first) {
                first = hinted;
            }
        }
        let mut ascent = Ascent::new(self.frame, &root, first, ROOT_STRIDE);
        self.climb(&mut ascent, &root, ROOT_STEPS, true);
        let bound = ascent.top.bound;
        let hint = Hint { lots: ascent.best.lots.clone(), shares: ascent.best.shares.clone() };
        if !self.beaten(bound) && self.fix(&mut root, &ascent.top).is_ok() {
            if let Some(node) = self.split(&root, &[], &ascent) {
                self.follow(&root, node);
            }
            self.drain(&root, SOLVER_AT);
            if !self.waiting.is_empty() && !self.budget.spent() {
                self.ask_milp(&root, &ascent.top);
                self.drain(&root, 1_000_000);
            }
        }
        let least = self.waiting.iter().map(|node| node.bound).min().unwrap_or(i64::MAX).min(self.left);
        let least = if least == i64::MAX { least } else { whole(least.max(bound)) };
        let cost = self.best.as_ref().map_or(i64::MAX, |best| best.cost);
        Found {
            bound: least.min(cost),
            best: self.best,
            hint: Some(hint),
            nodes: self.nodes,
            ended: self.ended,
        }
    }

    /// Looks at nodes until none is left that could be cheaper, or so much of the budget is spent, in ppm.
    fn drain(&mut self, root: &State<'_>, until: u64) {
        while self.budget.used_ppm() < until {
            let Some(node) = self.waiting.pop() else { return };
            if self.beaten(node.bound) {
                // every other bound is as high
                self.waiting.clear();
                return;
            }
            self.follow(root, node);
        }
    }

    /// From a node down to an award, or to where nothing cheaper can be.
    fn follow(&mut self, root: &State<'_>, node: Node) {
        let mut next = Some(node);
        while let Some(node) = next.take() {
            self.nodes += 1;
            let mut state = root.clone();
            if node.decisions.iter().any(|decision| state.decide(*decision).is_err()) {
                return;
            }
            if self.budget.spent() {
                self.left = self.left.min(node.bound);
                return;
            }
            let mut ascent = Ascent::new(self.frame, &state, (*node.prices).clone(), NODE_STRIDE);
            self.climb(&mut ascent, &state, NODE_STEPS, self.best.is_none());
            ascent.top.bound = ascent.top.bound.max(node.bound);
            if self.beaten(ascent.top.bound) || self.fix(&mut state, &ascent.top).is_err() {
                return;
            }
            next = self.split(&state, &node.decisions, &ascent);
        }
    }

    /// Climbs, and makes awards of what comes by.
    fn climb(&mut self, ascent: &mut Ascent<'_>, state: &State<'_>, steps: u32, thorough: bool) {
        for step in 0..steps {
            let full =
                ascent.top.taken.iter().enumerate().filter(|(_, taken)| **taken).map(|(at, _)| at).collect();
            if step % 8 == 0 {
                self.offer(full);
            }
            if thorough && step % 50 == 0 {
                self.construct(state, &ascent.top);
            }
            if self.beaten(ascent.top.bound) || ascent.stride < LEAST_STRIDE || self.budget.spent() {
                break;
            }
            if !ascent.step(state, self.target(ascent.top.bound)) {
                break;
            }
        }
        if thorough && !self.beaten(ascent.top.bound) {
            self.construct(state, &ascent.top);
        }
    }

    fn construct(&mut self, state: &State<'_>, top: &Relaxed) {
        // without any award there is nothing to show, so the first is made whatever the time
        if self.best.is_some() && self.budget.spent() {
            return;
        }
        if let Some(award) = dive(state, &top.reduced) {
            // the same prices come by often, and improving takes long
            if self.seen.insert(award.clone()) {
                let award = self.local.improve(state, award);
                self.offer(award);
            }
        }
    }

    /// Decides what the bound decides: whatever would make it as dear as the best is left.
    fn fix(&mut self, state: &mut State<'_>, top: &Relaxed) -> Result<(), crate::state::Dead> {
        if self.best.is_none() {
            return Ok(());
        }
        let mut decisions = Vec::new();
        for at in state.free() {
            if self.beaten(top.with_column(self.frame, state, at)) {
                decisions.push(Decision::Drop(at));
            }
        }
        for (at, mark) in state.supplier.iter().enumerate() {
            if *mark == Mark::Free && self.beaten(top.with_supplier(at, true)) {
                decisions.push(Decision::Close(at));
            }
            if *mark == Mark::Free && self.beaten(top.with_supplier(at, false)) {
                decisions.push(Decision::Open(at));
            }
        }
        decisions.into_iter().try_for_each(|decision| state.decide(decision))
    }

    /// Two nodes of one: the nearer is handed back, the other waits. An award where everything is decided.
    fn split(&mut self, state: &State<'_>, decisions: &[Decision], ascent: &Ascent<'_>) -> Option<Node> {
        let Some(nearer) = branch(state, ascent) else {
            self.offer(state.taken());
            return None;
        };
        let prices = Rc::new(ascent.best.clone());
        let bound = ascent.top.bound;
        let child = |decision, number| {
            let decisions = decisions.iter().copied().chain([decision]).collect();
            Node { bound, number, decisions, prices: Rc::clone(&prices) }
        };
        self.numbered += 1;
        self.waiting.push(child(nearer.opposite(), self.numbered));
        Some(child(nearer, 0))
    }

    fn ask_milp(&mut self, root: &State<'_>, top: &Relaxed) {
        let mut core = root.clone();
        if self.fix(&mut core, top).is_err() {
            return;
        }
        let known = self.best.as_ref().map(|it| it.columns.as_slice());
        let Some(answer) = milp::solve(&core, known, self.budget.seconds_left()) else { return };
        let kept = self.of.cost(&answer.award).is_some();
        self.offer(answer.award);
        // an end with an award that breaks a rule in whole numbers says nothing
        self.ended = answer.ended && kept;
    }
}

/// What to decide next: what was taken half of the time, suppliers first; the way it leans comes first.
fn branch(state: &State<'_>, ascent: &Ascent<'_>) -> Option<Decision> {
    let half = |often: f64| often.min(1.0 - often);
    let of = state.of;
    let matters = |at: usize| of.most < of.suppliers || of.switching[at] > 0;
    let supplier = (0..of.suppliers)
        .filter(|at| state.supplier[*at] == Mark::Free && matters(*at))
        .map(|at| (half(ascent.often_supplier[at]), at))
        .filter(|(often, _)| *often > 0.1)
        .max_by(|one, two| one.0.total_cmp(&two.0));
    if let Some((_, at)) = supplier {
        let open = ascent.often_supplier[at] >= 0.5;
        return Some(if open { Decision::Open(at) } else { Decision::Close(at) });
    }
    let column = state
        .free()
        .map(|at| (half(ascent.often[at]) * of.columns[at].price as f64, at))
        .max_by(|one, two| one.0.total_cmp(&two.0))?;
    if half(ascent.often[column.1]) > 0.02 {
        let take = ascent.often[column.1] >= 0.5;
        return Some(if take { Decision::Take(column.1) } else { Decision::Drop(column.1) });
    }
    let least = state.free().min_by_key(|at| ascent.top.reduced[*at])?;
    Some(Decision::Take(least))
}

/// 1/1000 pence as the least whole pence that are not below.
fn whole(milli: i64) -> i64 {
    milli.div_euclid(MILLI) + i64::from(milli.rem_euclid(MILLI) > 0)
}
