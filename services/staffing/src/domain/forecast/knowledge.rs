//! What is uncertain of one node in one year, named: each with how it acts on supply, demand or relief.
//!
//! Draws put these together person by person; here each stands alone, as a factor with its spread, so that a sensitivity analysis
//! can turn one and hold the rest. What is left over (single heads, practices, closures) is chance that has no name.

use std::sync::atomic::AtomicBool;

use super::{
    inputs::{Inputs, InputsProblem, Level},
    levers::demand_factor,
    need::share_of_list,
    prepare::{Banks, Prepared},
    random::Z90,
    range::Range,
    registration::{self, Outgrowth},
    results::At,
};
use crate::domain::scenario::Change;

/// Lanes for the longest horizon.
const LANES: usize = 32;

/// What something acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Acts {
    /// FTE of the role at this position.
    Supply(usize),
    /// Demand for the role that is asked about.
    Demand,
    /// Both, through practices that did not return: by how much of the node's and of the area's FTE is filled, in this order.
    Filled,
    /// What other roles take over: position of the substitution among those of the role.
    Relief(usize),
}

/// Something that is not known, or not yet.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unknown {
    /// Dotted name of the parameter.
    pub(crate) name: String,
    /// In words.
    pub(crate) title: String,
    /// True where it could be found out; false for chance.
    pub(crate) knowable: bool,
    /// What it acts on.
    pub(crate) acts: Acts,
    /// Logarithm of the factor one standard deviation below and above the middle; for a relief its share itself.
    pub(crate) steps: [f64; 2],
    /// Where its interval comes from.
    pub(crate) source: String,
}

/// What a relief is: position of who takes over, middle of the net share, supervision taken off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ReliefOf {
    /// Position of the role that takes over.
    pub(crate) by: usize,
    /// FTE of work that one FTE takes over.
    pub(crate) share: f64,
    /// FTE that supervises one FTE.
    pub(crate) supervision: f64,
}

/// What is uncertain of a node, role and year.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Known {
    /// All of it.
    pub(crate) unknowns: Vec<Unknown>,
    /// What other roles take over, in the order that [`Acts::Relief`] counts in.
    pub(crate) reliefs: Vec<ReliefOf>,
    /// Share of the FTE that stands in for missing returns: of the node, and of the area.
    pub(crate) filled: [f64; 2],
}

/// Lists what is uncertain of the role at `index` at a node or practice, `year` years after the base.
///
/// # Errors
/// As a run.
pub(crate) fn known(inputs: &Inputs, at: At, index: usize, year: usize) -> Result<Known, InputsProblem> {
    inputs.check()?;
    // no draws are wanted here, only what they are made from
    let mut few = inputs.clone();
    few.spec.draws = super::MIN_DRAWS;
    let never = AtomicBool::new(false);
    let prepared = Prepared::<LANES>::new(&few, &never, Banks::Shared)?;
    let practices: Vec<usize> = (0..inputs.practices.len())
        .filter(|practice| match at {
            At::Node(node) => inputs.practices[*practice].nodes.contains(&node),
            At::Practice(own) => own == *practice,
        })
        .collect();
    let mut list = Listing { inputs, prepared: &prepared, practices, year, found: Vec::new() };
    let scenario = &inputs.spec.scenario;
    let role = inputs.spec.roles[index];
    let substitutions: Vec<_> = scenario.substitutions.iter().filter(|of| of.instead_of == role).collect();
    list.staff(index);
    let mut reliefs = Vec::new();
    for of in substitutions {
        let Some(by) = inputs.spec.roles.iter().position(|other| *other == of.role) else { continue };
        if reliefs.iter().all(|relief: &ReliefOf| relief.by != by) {
            list.staff(by);
        }
        let micro = |value: i64| value as f64 / 1e6;
        list.push(Unknown {
            name: format!("scenario.substitution.{}", of.role),
            title: format!("how much work of {} one FTE of {} takes over", role.plural(), of.role.plural()),
            knowable: true,
            acts: Acts::Relief(reliefs.len()),
            steps: [
                (micro(of.share.low) - micro(of.share.value)) / Z90,
                (micro(of.share.high) - micro(of.share.value)) / Z90,
            ],
            source: of.source.clone(),
        });
        reliefs.push(ReliefOf { by, share: micro(of.share.value), supervision: micro(of.supervision) });
    }
    list.demand(index);
    list.registration()?;
    let filled = list.filled(index)?;
    list.found.retain(|unknown| unknown.steps.iter().any(|step| step.abs() > 1e-9));
    Ok(Known { unknowns: list.found, reliefs, filled })
}

struct Listing<'a> {
    inputs: &'a Inputs,
    prepared: &'a Prepared<'a, LANES>,
    practices: Vec<usize>,
    year: usize,
    found: Vec<Unknown>,
}

impl Listing<'_> {
    fn push(&mut self, unknown: Unknown) {
        self.found.push(unknown);
    }

    fn even(&mut self, (name, title): (String, String), knowable: bool, acts: Acts, sd: f64) {
        let source = self.inputs.parameters.get(&name).map(|of| of.source.clone()).unwrap_or_default();
        self.push(Unknown { name, title, knowable, acts, steps: [-sd, sd], source });
    }

    /// Square root of the sum of the squared shares of the boroughs: independent factors of theirs act on the sum by so much.
    fn boroughs(&self, size: impl Fn(usize) -> f64) -> f64 {
        let mut by_borough = std::collections::BTreeMap::<&str, f64>::new();
        for practice in &self.practices {
            *by_borough.entry(&self.inputs.practices[*practice].borough).or_default() += size(*practice);
        }
        let sum: f64 = by_borough.values().sum::<f64>().max(1e-9);
        by_borough.values().map(|part| (part / sum).powi(2)).sum::<f64>().sqrt()
    }

    /// How the FTE of a role may grow.
    fn staff(&mut self, index: usize) {
        let world = &self.prepared.roles[index];
        let role = self.inputs.spec.roles[index];
        let (table, years, acts) = (&world.table, self.year as f64, Acts::Supply(index));
        // a growth that fades acts on the years up to the one that is asked about
        let reach =
            |from: usize| (from..=self.year).map(|t| table.persistence.powi(power(t - from))).sum::<f64>();
        let growth = world.drift.sd * table.persistence * reach(1);
        let wander: f64 = (1..=self.year).map(|from| (table.walk_sd * reach(from)).powi(2)).sum();
        let boroughs = self.boroughs(|practice| self.prepared.starts[practice].roles[index].fte);
        let named = |what: &str, title: String| (format!("{role}.{what}"), title);
        let (drift_sd, borough_sd) = (table.borough_drift_sd * years, table.borough_sd * years.sqrt());
        let whose = role.plural();
        let shocks = (wander + world.drift.year_sd.powi(2) * years).sqrt();
        let doubts: Vec<(usize, [f64; 2])> = world.doubts.in_year(self.year).collect();
        self.even(
            named("growth.prior", format!("how fast the FTE of {whose} grows or shrinks by itself")),
            true,
            acts,
            growth,
        );
        let title = format!("how far the growth of {whose} differs between boroughs");
        self.even(named("growth.borough-drift-sd", title), true, acts, drift_sd * boroughs);
        let title = format!("good and bad years for {whose}, country and region together");
        self.even(named("growth.national-sd", title), false, acts, shocks);
        let title = format!("good and bad years for {whose} in single boroughs");
        self.even(named("growth.borough-sd", title), false, acts, borough_sd * boroughs);
        for (place, steps) in doubts {
            let change = &self.inputs.spec.scenario.changes[place];
            self.change(change, whose, acts, steps);
        }
    }

    fn change(&mut self, change: &Change, whose: &str, acts: Acts, steps: [f64; 2]) {
        self.push(Unknown {
            name: format!("scenario.{}", change.lever.name()),
            title: format!("how much the scenario changes the {} of {whose}", change.lever.name()),
            knowable: true,
            acts,
            steps,
            source: change.source.clone(),
        });
    }

    /// How lists and need may grow.
    fn demand(&mut self, index: usize) {
        let (role, non_contact) =
            (self.inputs.spec.roles[index], self.prepared.roles[index].table.non_contact);
        let years = self.year as f64;
        let [known, by_year] = self.prepared.places.list_sd;
        let name = |what: &str| format!("list.growth.{what}");
        self.even(
            (name("prior"), "how fast registered lists grow".into()),
            true,
            Acts::Demand,
            known * years,
        );
        let title = "good and bad years of the registered lists".into();
        self.even((name("year-sd"), title), false, Acts::Demand, by_year * years.sqrt());
        let year = self.inputs.spec.base_year + i32::try_from(self.year).unwrap_or_default();
        for (place, change) in self.inputs.spec.scenario.changes.iter().enumerate() {
            if !change.lever.on_demand() || !change.acts_on(change.lever, role) {
                continue;
            }
            let log = |by: i64| {
                demand_factor(change.lever, by as f64 / 1e6 * change.reached(year), non_contact).ln()
            };
            // where it acts at some of the practices only, it moves as much of the demand as their patients are
            let share = share_of_list(self.inputs, &self.practices, place);
            let step = |end: i64| {
                let there = (log(end) - log(change.by.value)) / Z90;
                (1.0 + share * (there.exp() - 1.0)).ln()
            };
            self.change(change, role.plural(), Acts::Demand, [step(change.by.low), step(change.by.high)]);
        }
    }

    /// How much faster lists grow than the residents that need follows.
    fn registration(&mut self) -> Result<(), InputsProblem> {
        let Some(growth) = Outgrowth::of(self.inputs)? else { return Ok(()) };
        let parameter = self.inputs.parameters.get(&format!("{}growth", registration::PARAMETERS))?;
        let step = growth.sd * self.year as f64;
        self.push(Unknown {
            name: parameter.name.clone(),
            title: "how much faster registered lists grow than residents".into(),
            knowable: true,
            acts: Acts::Demand,
            // the faster, the less of the list's growth is need
            steps: [step, -step],
            source: parameter.source.clone(),
        });
        Ok(())
    }

    /// What practices without a return have.
    fn filled(&mut self, index: usize) -> Result<[f64; 2], InputsProblem> {
        let starts = |practice: &usize| &self.prepared.starts[*practice].roles[index];
        let sums = |practices: &mut dyn Iterator<Item = usize>| {
            practices.fold((0.0, 0.0, 0.0), |(all, filled, squares), practice| {
                let start = starts(&practice);
                let sd = start.fill_sd.unwrap_or(0.0);
                let own = if start.fill_sd.is_some() { start.fte } else { 0.0 };
                (all + start.fte, filled + own, squares + (own * sd).powi(2))
            })
        };
        let (node, filled, squares) = sums(&mut self.practices.iter().copied());
        let (area, area_filled, _) = sums(&mut (0..self.inputs.practices.len()));
        let whose = self.inputs.spec.roles[index].plural();
        let level = self.inputs.parameters.get("missing-return.level")?;
        let range = Range::of(level);
        let log = |end: f64| (end.max(1e-3) / range.value.max(1e-3)).ln() / Z90;
        if area_filled > 0.0 {
            self.push(Unknown {
                name: level.name.clone(),
                title: format!("how many {whose} practices without a return have, together"),
                knowable: true,
                acts: Acts::Filled,
                steps: [log(range.low), log(range.high)],
                source: level.source.clone(),
            });
        }
        let own = squares.sqrt() / node.max(1e-9);
        let title = format!("how many {whose} each single practice without a return has");
        self.even(("missing-return.practice".into(), title), true, Acts::Supply(index), own);
        Ok([filled / node.max(1e-9), area_filled / area.max(1e-9)])
    }
}

/// Position of a node or practice by its code; the whole area for an empty one.
pub(crate) fn place_of(inputs: &Inputs, code: &str) -> Option<At> {
    let node = |node: &super::Node| {
        if code.is_empty() { node.level == Level::System } else { node.code.eq_ignore_ascii_case(code) }
    };
    let practice = |practice: &super::Practice| practice.code.eq_ignore_ascii_case(code);
    let of_practice = || inputs.practices.iter().position(practice).map(At::Practice);
    inputs.nodes.iter().position(node).map(At::Node).or_else(of_practice)
}

fn power(value: usize) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
