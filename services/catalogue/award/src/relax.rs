//! What no award can go below: lots, shares and conditions get prices, and at these each supplier alone does its best.
//!
//! Whatever the prices, no award costs less than what comes of this (Lagrangian relaxation). All sums are of whole 1/1000 pence and
//! rounded down, so the bound is exact, not nearly so.

use crate::{
    programme::Programme,
    state::{Mark, State},
};

/// 1/1000 pence in a penny.
pub(crate) const MILLI: i64 = 1_000;
const PPM: i128 = 1_000_000;

/// Prices of what binds, in 1/1000 pence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Prices {
    /// Of a lot: any number.
    pub(crate) lots: Vec<i64>,
    /// Of a supplier's share, for each `Frame::unit` of weight: zero or more.
    pub(crate) shares: Vec<i64>,
    /// Of a condition, in the order of columns and what they require: zero or more.
    pub(crate) needs: Vec<i64>,
    /// Of what the barred award takes: zero or more.
    pub(crate) barred: i64,
}

impl Prices {
    /// Each lot at the least that a column asks for a lot: at these no column is worth while, which is a bound already.
    pub(crate) fn first(of: &Programme) -> Self {
        let mut lots = vec![i64::MAX; of.lots];
        for column in &of.columns {
            let each = column.price * MILLI / i64::try_from(column.lots.len()).unwrap_or(1);
            column.lots.iter().for_each(|lot| lots[*lot] = lots[*lot].min(each));
        }
        lots.iter_mut().filter(|it| **it == i64::MAX).for_each(|it| *it = 0);
        let needs = of.columns.iter().map(|column| column.requires.len()).sum();
        Self { lots, shares: vec![0; of.suppliers], needs: vec![0; needs], barred: 0 }
    }
}

/// What stays the same at every node.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// Weight that prices of shares are for.
    unit: i64,
    /// Group of each column: those of a supplier with the same first lot, of which one at most can be taken.
    group: Vec<usize>,
    supplier_of_group: Vec<usize>,
    /// Where a column's conditions begin in `Prices::needs`.
    needs_from: Vec<usize>,
}

impl Frame {
    pub(crate) fn new(of: &Programme) -> Self {
        let all: i64 = of.columns.iter().map(|column| column.weight).sum();
        let mut supplier_of_group = Vec::new();
        let mut group = vec![0; of.columns.len()];
        for columns in &of.by_supplier {
            let mut by_first: Vec<(usize, usize)> =
                columns.iter().map(|at| (of.columns[*at].lots[0], *at)).collect();
            by_first.sort_unstable();
            let mut last = None;
            for (first, at) in by_first {
                if last != Some(first) {
                    supplier_of_group.push(of.columns[at].supplier);
                    last = Some(first);
                }
                group[at] = supplier_of_group.len() - 1;
            }
        }
        let needs_from = of
            .columns
            .iter()
            .scan(0, |next, column| {
                let from = *next;
                *next += column.requires.len();
                Some(from)
            })
            .collect();
        let count = i64::try_from(of.columns.len()).unwrap_or(1).max(1);
        Self { unit: (all / count).max(1), group, supplier_of_group, needs_from }
    }
}

/// What comes of prices at a node.
#[derive(Clone, Debug, Default)]
pub(crate) struct Relaxed {
    /// No award below this node costs less, in 1/1000 pence.
    pub(crate) bound: i64,
    /// Reduced cost of each column, in 1/1000 pence; of columns that are out, nothing.
    pub(crate) reduced: Vec<i64>,
    /// Is the column taken?
    pub(crate) taken: Vec<bool>,
    /// Is the supplier?
    pub(crate) chosen: Vec<bool>,
    /// What taking a supplier gains, in 1/1000 pence: below zero where it pays.
    pub(crate) gain: Vec<i64>,
    /// Best reduced cost of each group, none above zero.
    best: Vec<i64>,
    pick: Vec<usize>,
    /// Gain of the last supplier that was still chosen where there is no room for more; nothing where there is room.
    last: i64,
}

impl Relaxed {
    pub(crate) fn at(frame: &Frame, state: &State<'_>, prices: &Prices) -> Self {
        let mut it = Self::default();
        it.evaluate(frame, state, prices);
        it
    }

    /// Evaluates in place.
    pub(crate) fn evaluate(&mut self, frame: &Frame, state: &State<'_>, prices: &Prices) {
        let of = state.of;
        self.reduce(frame, state, prices);
        self.taken.clear();
        self.taken.resize(of.columns.len(), false);
        self.best.clear();
        self.best.resize(frame.supplier_of_group.len(), 0);
        self.pick.clear();
        self.pick.resize(frame.supplier_of_group.len(), usize::MAX);
        self.bound = prices.lots.iter().sum();
        if let Some(barred) = &of.barred {
            self.bound -= prices.barred * i64::try_from(barred.len()).unwrap_or(1).saturating_sub(1);
        }
        for at in 0..of.columns.len() {
            match state.column[at] {
                Mark::In => {
                    self.bound += self.reduced[at];
                    self.taken[at] = true;
                }
                Mark::Free if self.reduced[at] < self.best[frame.group[at]] => {
                    self.best[frame.group[at]] = self.reduced[at];
                    self.pick[frame.group[at]] = at;
                }
                _ => {}
            }
        }
        self.choose(frame, state);
        for (group, pick) in self.pick.iter().enumerate() {
            if *pick != usize::MAX && self.chosen[frame.supplier_of_group[group]] {
                self.taken[*pick] = true;
            }
        }
    }

    fn reduce(&mut self, frame: &Frame, state: &State<'_>, prices: &Prices) {
        let of = state.of;
        let ppm = i128::from(of.share_ppm.unwrap_or(0));
        let together: i128 = prices.shares.iter().map(|it| i128::from(*it)).sum::<i128>() * ppm;
        let scale = i128::from(frame.unit) * PPM;
        self.reduced.clear();
        self.reduced.resize(of.columns.len(), 0);
        for (at, column) in of.columns.iter().enumerate() {
            if state.column[at] == Mark::Out {
                continue;
            }
            let mut cost = column.price * MILLI;
            cost -= column.lots.iter().map(|lot| prices.lots[*lot]).sum::<i64>();
            if together > 0 {
                let of_share = i128::from(prices.shares[column.supplier]) * PPM - together;
                let term = (i128::from(column.weight) * of_share).div_euclid(scale);
                cost += i64::try_from(term).unwrap_or(0);
            }
            self.reduced[at] += cost;
        }
        for (at, column) in of.columns.iter().enumerate() {
            for (number, other) in column.requires.iter().enumerate() {
                let price = prices.needs[frame.needs_from[at] + number];
                self.reduced[at] += price;
                self.reduced[*other] -= price;
            }
        }
        for at in of.barred.iter().flatten() {
            self.reduced[*at] += prices.barred;
        }
    }

    /// Suppliers that pay, as many as there is room for.
    fn choose(&mut self, frame: &Frame, state: &State<'_>) {
        let of = state.of;
        self.gain = of.switching.iter().map(|pence| pence * MILLI).collect();
        for (group, best) in self.best.iter().enumerate() {
            self.gain[frame.supplier_of_group[group]] += best;
        }
        self.chosen = state.supplier.iter().map(|mark| *mark == Mark::In).collect();
        let mut paying: Vec<(i64, usize)> = Vec::new();
        for (supplier, mark) in state.supplier.iter().enumerate() {
            match mark {
                Mark::In => self.bound += self.gain[supplier],
                Mark::Free if self.gain[supplier] < 0 => paying.push((self.gain[supplier], supplier)),
                _ => {}
            }
        }
        let room = of.most.saturating_sub(state.opened);
        paying.sort_unstable();
        self.last = if paying.len() >= room && room > 0 { paying[room - 1].0 } else { 0 };
        for (gain, supplier) in paying.into_iter().take(room) {
            self.bound += gain;
            self.chosen[supplier] = true;
        }
    }

    /// What the bound would be with a free column in, in 1/1000 pence.
    pub(crate) fn with_column(&self, frame: &Frame, state: &State<'_>, at: usize) -> i64 {
        let supplier = state.of.columns[at].supplier;
        let dearer = self.reduced[at] - self.best[frame.group[at]];
        let entry = if self.chosen[supplier] { 0 } else { self.gain[supplier] - self.last };
        // a supplier that is not chosen gains less than the last that is, so entering makes nothing cheaper
        self.bound + dearer + entry.max(0)
    }

    /// What the bound would be with a free supplier open, or closed, in 1/1000 pence: at least.
    pub(crate) fn with_supplier(&self, at: usize, open: bool) -> i64 {
        match (open, self.chosen[at]) {
            (true, false) => self.bound + (self.gain[at] - self.last).max(0),
            (false, true) => self.bound - self.gain[at] + self.next(at),
            _ => self.bound,
        }
    }

    /// Gain of whoever would come in for a chosen supplier: at best that of the last chosen, where others wait.
    fn next(&self, at: usize) -> i64 {
        let waiting = self.gain.iter().enumerate().filter(|(other, _)| !self.chosen[*other] && *other != at);
        if self.last == 0 { 0 } else { waiting.map(|(_, gain)| *gain).min().unwrap_or(0).min(0) }
    }

    /// By how much each rule is broken by what is taken: lots, shares, conditions, bar.
    pub(crate) fn broken(&self, frame: &Frame, of: &Programme) -> Broken {
        let mut it = Broken {
            lots: vec![1.0; of.lots],
            shares: vec![0.0; of.suppliers],
            needs: Vec::new(),
            barred: 0.0,
        };
        let mut all = 0.0;
        for (at, column) in of.columns.iter().enumerate() {
            let taken = f64::from(u8::from(self.taken[at]));
            if self.taken[at] {
                column.lots.iter().for_each(|lot| it.lots[*lot] -= 1.0);
                let weight = column.weight as f64 / frame.unit as f64;
                it.shares[column.supplier] += weight;
                all += weight;
            }
            it.needs
                .extend(column.requires.iter().map(|other| taken - f64::from(u8::from(self.taken[*other]))));
        }
        match of.share_ppm {
            Some(ppm) => it.shares.iter_mut().for_each(|share| *share -= all * ppm as f64 / 1e6),
            None => it.shares.iter_mut().for_each(|share| *share = 0.0),
        }
        if let Some(barred) = &of.barred {
            let taken = barred.iter().filter(|at| self.taken[**at]).count();
            it.barred = taken as f64 - (barred.len() as f64 - 1.0);
        }
        it
    }
}

/// A subgradient.
#[derive(Clone, Debug)]
pub(crate) struct Broken {
    lots: Vec<f64>,
    shares: Vec<f64>,
    needs: Vec<f64>,
    barred: f64,
}

impl Broken {
    /// Square of its length, without what pushes a price below zero that is there already.
    fn length(&self, prices: &Prices) -> f64 {
        let held = |(of, price): (&f64, &i64)| if *of < 0.0 && *price == 0 { 0.0 } else { of * of };
        self.lots.iter().map(|it| it * it).sum::<f64>()
            + self.shares.iter().zip(&prices.shares).map(held).sum::<f64>()
            + self.needs.iter().zip(&prices.needs).map(held).sum::<f64>()
            + held((&self.barred, &prices.barred))
    }

    /// Moves prices along it; says whether there is anything to move for.
    pub(crate) fn move_prices(&self, prices: &mut Prices, stride: f64) -> bool {
        let length = self.length(prices);
        if length == 0.0 {
            return false;
        }
        let step = stride / length;
        let moved = |price: i64, of: f64| price.saturating_add(rounded(step * of));
        for (price, of) in prices.lots.iter_mut().zip(&self.lots) {
            *price = moved(*price, *of);
        }
        let bound =
            prices.shares.iter_mut().zip(&self.shares).chain(prices.needs.iter_mut().zip(&self.needs));
        for (price, of) in bound.chain([(&mut prices.barred, &self.barred)]) {
            *price = moved(*price, *of).max(0);
        }
        true
    }
}

/// Whole 1/1000 pence, far from the end of 64 bits.
#[expect(clippy::cast_possible_truncation, reason = "clamped first")]
fn rounded(value: f64) -> i64 {
    value.clamp(-1e15, 1e15).round() as i64
}
