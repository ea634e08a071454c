//! Percentiles of each year over the draws of one node or practice and role.

use super::{
    super::{
        demand::demand_milli,
        ends::{at_one_end, left_out},
        ranks::{Near, Ranks, Sought},
        simd::{Lanes, Work},
    },
    Drawn, Interval, RANKS, relieve,
};

/// One year.
#[derive(Clone, Copy)]
pub(super) struct Figures {
    pub(super) supply: Interval,
    pub(super) demand: Interval,
    pub(super) gap: Interval,
    pub(super) shortfall_ppm: Interval,
    /// Gap weighted with the relative unit cost of each draw.
    pub(super) cost: Interval,
}

/// Percentiles of a list, in 1/1000 patients.
pub(super) struct Lists<'a>(pub(super) &'a [i32], pub(super) usize);

impl Work for Lists<'_> {
    type Out = Vec<Interval>;

    #[inline(always)]
    fn run(self, lanes: impl Lanes) -> Vec<Interval> {
        let (mut ranks, mut near, mut lists) = (Ranks::default(), Near::default(), Vec::new());
        // loops, not closures: those would be compiled for the oldest processor
        for column in self.0.chunks(self.1) {
            let tenths = Interval::among(lanes, &mut ranks, (column, &mut near), &[0]);
            lists.push(tenths.map(|tenths| tenths * 100));
        }
        lists
    }
}

/// The figures of every year.
pub(super) struct Years<'a> {
    pub(super) drawn: &'a Drawn<'a>,
    pub(super) draws: usize,
    pub(super) lists: &'a [Interval],
    pub(super) relative: Option<&'a [f32]>,
}

impl Work for Years<'_> {
    type Out = Vec<Figures>;

    #[inline(always)]
    fn run(self, lanes: impl Lanes) -> Vec<Figures> {
        let mut scratch = Scratch::default();
        let mut figures = Vec::new();
        for (year, need) in self.drawn.need.chunks(self.draws).enumerate() {
            let supply = &self.drawn.supply[year * self.draws..][..self.draws];
            figures.push(scratch.year(lanes, &self, year, (need, supply)));
        }
        figures
    }
}

/// Columns of one year, reused.
#[derive(Default)]
struct Scratch {
    demand: Vec<i32>,
    gap: Vec<i32>,
    shortfall: Vec<i32>,
    cost: Vec<i32>,
    ranks: Ranks,
    /// Of demand, gap, shortfall and cost: where percentiles were last.
    near: [Near<3>; 4],
    near_supply: Near<2>,
    near_nothing: Near<2>,
    near_middle: Near<2>,
    base: Option<i64>,
    /// The year before.
    before: Option<Figures>,
}

/// Draws with the same value from which on it is told before ranks are looked for.
const ALIKE: usize = 20;

impl Scratch {
    #[inline(always)]
    fn year(
        &mut self,
        lanes: impl Lanes,
        of: &Years<'_>,
        year: usize,
        (need, supply): (&[i32], &[i32]),
    ) -> Figures {
        let drawn = of.drawn;
        for column in [&mut self.demand, &mut self.gap, &mut self.shortfall] {
            column.resize(of.draws, 0);
        }
        let per_tenth = &drawn.per_tenth[year];
        lanes.needs(&per_tenth.by_draw, (need, supply), (&mut self.demand, &mut self.gap));
        for (relief, other) in &drawn.reliefs {
            relieve(&mut self.gap, relief, other, (year, of.draws));
        }
        lanes.shortfalls((&self.gap, &self.demand), &mut self.shortfall);
        let [nothing] = lanes.less(supply, [1]);
        let supply = self.held(lanes, (supply, nothing));
        let of_list = std::ptr::eq(drawn.need, drawn.list);
        let demand = match per_tenth.same.filter(|_| of_list) {
            Some(by) => of.lists[year].map(|list| i64::from(demand_milli((list / 100) as i32, by))),
            None => Interval::of(lanes, &mut self.ranks, (&self.demand, &mut self.near[0])),
        };
        // where nobody is left nothing may be needed, or all
        let alike: [&[i32]; 2] = if nothing > ALIKE { [&[0], &[0, 1_000_000]] } else { [&[], &[]] };
        self.expect_gap((supply, demand));
        let gap = Interval::among(lanes, &mut self.ranks, (&self.gap, &mut self.near[1]), alike[0]);
        self.expect_of_gap((gap, demand));
        let cost = match of.relative {
            Some(relative) => {
                self.cost.resize(of.draws, 0);
                lanes.weighted(&self.gap, relative, &mut self.cost);
                Interval::among(lanes, &mut self.ranks, (&self.cost, &mut self.near[3]), alike[0])
            }
            None => gap,
        };
        let shortfall = (&*self.shortfall, &mut self.near[2]);
        let shortfall_ppm = Interval::among(lanes, &mut self.ranks, shortfall, alike[1]);
        *self.before.insert(Figures { supply, demand, gap, shortfall_ppm, cost })
    }

    /// Percentiles of the gap move with those of supply, as the draws are the same, and with demand.
    #[inline(always)]
    fn expect_gap(&mut self, (supply, demand): (Interval, Interval)) {
        let Some(before) = self.before else { return };
        let grown = demand.p50 - before.demand.p50;
        let (low, high) = (supply.p10 - before.supply.p10, supply.p90 - before.supply.p90);
        self.near[1].moved_by([grown - high, grown - i64::midpoint(low, high), grown - low]);
    }

    /// Those of its cost move with those of the gap, and those of the shortfall with their part of demand.
    #[inline(always)]
    fn expect_of_gap(&mut self, (gap, demand): (Interval, Interval)) {
        let Some(before) = self.before else { return };
        let [now, last] = [(gap, demand.p50), (before.gap, before.demand.p50)].map(of_demand);
        let moved =
            |now: Interval, last: Interval| [now.p10 - last.p10, now.p50 - last.p50, now.p90 - last.p90];
        self.near[2].moved_by(moved(now, last));
        self.near[3].moved_by(moved(gap, before.gap));
    }
}

/// Gaps as parts per million of a demand, roughly.
#[inline(always)]
fn of_demand((gap, demand): (Interval, i64)) -> Interval {
    let part = 1e6 / demand.max(1) as f32;
    gap.map(|gap| (gap as f32 * part) as i64)
}

impl Scratch {
    /// Percentiles with the value of the base year as the middle where it lies in the middle fifth of the draws: they cannot tell
    /// then, and the last value is hard to beat (the backtest scores this middle).
    #[inline(always)]
    fn held(&mut self, lanes: impl Lanes, (supply, nothing): (&[i32], usize)) -> Interval {
        let Some(base) = self.base else {
            let all = Interval::of(lanes, &mut self.ranks, (supply, &mut Near::default()));
            self.base = Some(all.p50);
            return all;
        };
        let last = supply.len() - 1;
        let [p10, p40, p60, p90] = Sought::at(supply.len(), RANKS).ranks;
        let whole = i32::try_from(base).unwrap_or(i32::MAX);
        let [below, through] = lanes.less(supply, [whole, whole.saturating_add(1)]);
        let middle = if below <= p60 && through > p40 {
            base
        } else {
            let sought = Sought::of([p40, p60]).knowing(0, (0, nothing));
            let [p40, p60] = self.ranks.nth(lanes, (supply, &mut self.near_middle), sought);
            base.clamp(p40, p60)
        };
        // where more than a tenth have nothing, but not nearly all
        let [p10, p90] = if nothing > p10 && nothing <= p90 {
            let of = left_out(supply.len(), 0.2);
            let below = at_one_end((0, nothing), of);
            let sought = Sought::of([below, last - (of - below)]).knowing(0, (0, nothing));
            self.ranks.nth(lanes, (supply, &mut self.near_nothing), sought)
        } else {
            let sought = Sought::of([p10, p90]).knowing(0, (0, nothing));
            self.ranks.nth(lanes, (supply, &mut self.near_supply), sought)
        };
        Interval { p10, p50: middle, p90 }
    }
}
