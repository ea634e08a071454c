//! Cost of the gap, in the draws of the gap: a unit cost is as uncertain as what it is multiplied with, and the same everywhere in a draw.

use rayon::prelude::*;

use super::{
    inputs::{Inputs, InputsProblem},
    paths::narrow,
    random::Key,
    results::{At, Interval},
};
use crate::domain::{
    role::Role,
    unit_costs::{UnitCost, Zone},
    units::divide_rounded,
};

/// Unit costs of a run.
pub(super) struct Costs {
    /// By role.
    roles: Vec<OfRole>,
    /// By role and node: relative to the unit cost, in parts per million.
    nodes: Vec<Vec<i64>>,
    /// By practice: its zone.
    zones: Vec<Option<Zone>>,
}

struct OfRole {
    unit: UnitCost,
    /// By draw: relative to the middle; none where it is the same in every draw.
    relative: Option<Vec<f32>>,
}

impl Costs {
    pub(super) fn of(inputs: &Inputs) -> Result<Self, InputsProblem> {
        let spec = &inputs.spec;
        let zones: Vec<Option<Zone>> =
            inputs.practices.iter().map(|practice| Zone::of_borough(&practice.borough)).collect();
        let of_role = |role: &Role| {
            let unit = UnitCost::of(&inputs.parameters, *role, spec.price_year)?;
            let [low, middle, high] = unit.pence.map(|pence| pence as f64);
            let key = Key::new(spec.seed, "unit-cost", role.name());
            let draw =
                |draw| narrow(key.stream(draw).split_normal(low, middle, high).max(0.0) / middle.max(1.0));
            let relative = (low < high).then(|| (0..spec.draws).map(draw).collect());
            Ok((OfRole { unit, relative }, of_nodes(inputs, &zones, &unit)))
        };
        let roles = spec.roles.par_iter().map(of_role).collect::<Result<Vec<_>, InputsProblem>>()?;
        let (roles, nodes) = roles.into_iter().unzip();
        Ok(Self { roles, nodes, zones })
    }

    /// Cost relative to the middle by draw; none where it is the same in every draw.
    pub(super) fn relative(&self, role: usize) -> Option<&[f32]> {
        self.roles[role].relative.as_deref()
    }

    /// Pence of gaps that are weighted with the relative cost of their draw, FTE in 1/1000.
    pub(super) fn pence(&self, at: At, role: usize, gap: Interval) -> Interval {
        let of = &self.roles[role];
        let place = match at {
            At::Node(node) => self.nodes[role][node],
            At::Practice(practice) => of.unit.at(self.zones[practice]),
        };
        let unit = i128::from(of.unit.pence[1]) * i128::from(place);
        gap.map(|gap| divide_rounded(i128::from(gap) * unit, 1_000_000_000))
    }
}

/// What a node's places make of the unit cost: the mean of its practices' by their lists of the base year.
fn of_nodes(inputs: &Inputs, zones: &[Option<Zone>], unit: &UnitCost) -> Vec<i64> {
    let mut sums = vec![(0_i128, 0_i128); inputs.nodes.len()];
    for (practice, zone) in inputs.practices.iter().zip(zones) {
        let list = i128::from(practice.list.milli());
        for node in &practice.nodes {
            let (all, weighted) = sums[*node];
            sums[*node] = (all + list, weighted + list * i128::from(unit.at(*zone)));
        }
    }
    sums.into_iter().map(|(all, sum)| if all > 0 { divide_rounded(sum, all) } else { 1_000_000 }).collect()
}
