//! Percentiles over the draws, for every node, role and year.

mod figures;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    costs::Costs,
    demand::PerTenth,
    inputs::{Inputs, InputsProblem, Level},
    levers::Relief,
    ranks::{Near, Ranks, Sought},
    simd::{Lanes, widest},
};
use crate::domain::role::Role;
use figures::{Lists, Years};

/// A figure with its uncertainty: 10th percentile, middle and 90th percentile over the draws. Supply of a practice that may close leaves
/// out a fifth of the draws at both ends together, as evenly as those with nothing let it (`ends.rs`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// 10th percentile.
    pub p10: i64,
    /// Median.
    pub p50: i64,
    /// 90th percentile.
    pub p90: i64,
}

impl Interval {
    /// Percentiles by nearest rank: each is a value that was drawn.
    #[inline(always)]
    pub(super) fn of(lanes: impl Lanes, ranks: &mut Ranks, values: (&[i32], &mut Near<3>)) -> Self {
        Self::among(lanes, ranks, values, &[])
    }

    /// The same, where many draws may have one of some values.
    #[inline(always)]
    fn among(
        lanes: impl Lanes,
        ranks: &mut Ranks,
        (values, near): (&[i32], &mut Near<3>),
        alike: &[i32],
    ) -> Self {
        let mut sought = Sought::at(values.len(), [10_000, 50_000, 90_000]);
        for value in alike {
            sought = sought.alike(lanes, values, *value);
        }
        let [p10, p50, p90] = ranks.nth(lanes, (values, near), sought);
        Self { p10, p50, p90 }
    }

    pub(super) fn map(self, f: impl Fn(i64) -> i64) -> Self {
        Self { p10: f(self.p10), p50: f(self.p50), p90: f(self.p90) }
    }

    /// True when the value lies in the interval, ends included.
    pub fn contains(self, value: i64) -> bool {
        (self.p10..=self.p90).contains(&value)
    }
}

/// Percentiles that supply is held by.
const RANKS: [usize; 4] = [10_000, 40_000, 60_000, 90_000];

/// One node, role and year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Level.
    pub level: Level,
    /// Code of the node; shared, like its name, by all rows of it.
    pub node: Arc<str>,
    /// Name of the node.
    pub name: Arc<str>,
    /// Role.
    pub role: Role,
    /// Financial year ending.
    pub year: i32,
    /// Supply, FTE in 1/1000. Its middle is the base year's value where the draws cannot tell.
    pub supply: Interval,
    /// Demand, FTE in 1/1000.
    pub demand: Interval,
    /// Demand minus supply, FTE in 1/1000: percentiles of the differences.
    pub gap: Interval,
    /// Gap over demand, in parts per million.
    pub shortfall_ppm: Interval,
    /// Cost of the gap in pence a year: percentiles of gap times unit cost, draw by draw, in the prices of the run.
    pub cost_pence: Interval,
    /// Registered list in 1/1000 patients.
    pub list: Interval,
    /// True when the node's make-up is a stand-in.
    pub placeholder: bool,
}

/// Draws of one node or practice and role, year by year and in each year draw by draw.
pub(crate) struct Drawn<'a> {
    /// Tenths of patients.
    pub(crate) list: &'a [i32],
    /// Patients that demand follows, in the same tenths: the list itself, or with what each counts for.
    pub(super) need: &'a [i32],
    /// FTE in 1/1000.
    pub(crate) supply: &'a [i32],
    /// By year: FTE in 1/1000 that a tenth of a patient needs.
    pub(super) per_tenth: &'a [PerTenth],
    /// What other roles take over, with their supply.
    pub(super) reliefs: Vec<(&'a Relief, &'a [i32])>,
    /// Position of the role.
    pub(crate) role: usize,
}

/// What the draws belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum At {
    /// Position of a node.
    Node(usize),
    /// Position of a practice.
    Practice(usize),
}

/// What is made of the draws while they are in memory; they are not kept.
pub(crate) trait Collect: Sync {
    /// What is kept of one node or practice and role.
    type Kept: Send;
    /// What the roles of one node or practice share.
    type Shared: Send + Sync;
    /// Are practices wanted, or only the nodes above them?
    fn wants_practices(&self) -> bool {
        true
    }
    /// Are the draws of a role known at every node? They are not made then, where practices are not wanted.
    fn knows(&self, _role: usize) -> bool {
        false
    }
    /// Draws of a role at a node that are known.
    fn known(&self, _at: At, _role: usize) -> Option<&[i32]> {
        None
    }
    /// Reads what the roles share: the list, year by year and in each year draw by draw.
    fn share(&self, list: &[i32]) -> Self::Shared;
    /// Reads draws of one role.
    fn collect(&self, at: At, drawn: &Drawn<'_>, shared: &Self::Shared) -> Self::Kept;
}

/// Rows of a run.
pub(super) struct Rows<'a> {
    /// Inputs of the run.
    pub(super) inputs: &'a Inputs,
    /// What a year of one FTE costs.
    pub(super) costs: Costs,
    /// Rows of practices too.
    pub(super) practices: bool,
    /// Code and name by position: of nodes, and of practices.
    names: [Vec<[Arc<str>; 2]>; 2],
}

impl<'a> Rows<'a> {
    /// Rows of nodes, and of practices where they are wanted.
    pub(super) fn new(inputs: &'a Inputs, practices: bool) -> Result<Self, InputsProblem> {
        let shared = |code: &str, name: &str| [Arc::from(code), Arc::from(name)];
        let names = [
            inputs.nodes.iter().map(|node| shared(&node.code, &node.name)).collect(),
            inputs.practices.iter().map(|practice| shared(&practice.code, &practice.name)).collect(),
        ];
        Ok(Self { inputs, costs: Costs::of(inputs)?, practices, names })
    }

    /// A row out of percentiles of list, supply, demand, gap, shortfall, and of the gap weighted with the relative unit cost.
    pub(super) fn named(&self, at: At, (role, year): (usize, usize), of: [Interval; 6]) -> Row {
        let spec = &self.inputs.spec;
        let ([node, name], level, placeholder) = match at {
            At::Node(place) => {
                let node = &self.inputs.nodes[place];
                (&self.names[0][place], node.level, node.placeholder)
            }
            At::Practice(place) => (&self.names[1][place], Level::Practice, false),
        };
        let [list, supply, demand, gap, shortfall_ppm, cost] = of;
        Row {
            level,
            node: node.clone(),
            name: name.clone(),
            role: spec.roles[role],
            year: spec.base_year + year as i32,
            supply,
            demand,
            gap,
            shortfall_ppm,
            cost_pence: self.costs.pence(at, role, cost),
            list,
            placeholder,
        }
    }
}

impl Collect for Rows<'_> {
    type Kept = Vec<Row>;
    type Shared = Vec<Interval>;

    fn wants_practices(&self) -> bool {
        self.practices
    }

    fn share(&self, list: &[i32]) -> Vec<Interval> {
        widest(Lists(list, self.inputs.spec.draws as usize))
    }

    fn collect(&self, at: At, drawn: &Drawn<'_>, lists: &Vec<Interval>) -> Vec<Row> {
        let draws = self.inputs.spec.draws as usize;
        let relative = self.costs.relative(drawn.role);
        let years = widest(Years { drawn, draws, lists, relative });
        (0..)
            .zip(years.iter().zip(lists))
            .map(|(year, (of, list))| {
                let of = [*list, of.supply, of.demand, of.gap, of.shortfall_ppm, of.cost];
                self.named(at, (drawn.role, year), of)
            })
            .collect()
    }
}

/// Takes off the gap what those take over whom another role has more than in the base year; new ones grow into it.
pub(super) fn relieve(gap: &mut [i32], relief: &Relief, other: &[i32], (year, draws): (usize, usize)) {
    let column = |year: usize| &other[year * draws..][..draws];
    let base = column(0);
    for (draw, gap) in gap.iter_mut().enumerate() {
        let more = |year: usize| f64::from((column(year)[draw] - base[draw]).max(0));
        let mut grown = more(year);
        if relief.ramp_up_years > 0 {
            // whoever came in the last years does part of it
            let years = relief.ramp_up_years as usize;
            let parts = (0..=years).map(|ago| more(year.saturating_sub(ago)));
            grown = grown.min(parts.sum::<f64>() / (years + 1) as f64);
        }
        *gap -= (grown * relief.share[draw]).round() as i32;
    }
}

/// Supply by its 10th, 40th, 50th, 60th and 90th percentile, with the middle held to the base year's as in a run.
pub(super) fn held_middle([p10, p40, p50, p60, p90]: [i64; 5], base: &mut Option<i64>) -> Interval {
    let p50 = base.map_or(p50, |base| base.clamp(p40, p60));
    base.get_or_insert(p50);
    Interval { p10, p50, p90 }
}
