//! What is the same in every draw, worked out once: fills of missing returns, shrunk leaver factors, spreads, keys.

use std::collections::BTreeMap;

use super::{
    inputs::{Inputs, InputsProblem, Practice, PracticeRole},
    random::Key,
    world::{RoleTable, Tables},
};
use crate::domain::{
    missing::{FillRates, MissingReturns, PracticeYear, fill_one},
    parameters::BANDS,
    role::{ByRole, Role},
};

/// A practice's own change of hours in a year stays below this, relative.
const MAX_HOURS_SD: f64 = 0.35;
/// Spread of FTE per patient between practices of a borough: the measured one stays inside these bounds.
const FILL_SPREAD: (f64, f64) = (0.1, 0.8);
/// A practice's leavers relative to the system's stay inside these bounds.
const LEAVER_FACTOR: (f64, f64) = (0.25, 4.0);

/// One role at one practice.
pub(super) struct RoleStart {
    /// FTE in the base year, or the middle of what stands in for it.
    pub(super) fte: f64,
    /// Spread of its logarithm where the practice did not return.
    pub(super) fill_sd: Option<f64>,
    /// Heads, when known.
    pub(super) heads: Option<u32>,
    /// Heads by age band, when known.
    pub(super) ages: Option<[u32; BANDS]>,
    /// Leavers relative to the system's.
    pub(super) leavers: f64,
    /// Spread of its own change of hours in a year, relative.
    pub(super) hours_sd: f64,
    /// Key of its random numbers.
    pub(super) key: Key,
}

/// One practice.
pub(super) struct Start {
    /// Registered list in 1/1000.
    pub(super) list: f64,
    /// Position of its borough.
    pub(super) borough: usize,
    /// Roles, in the order of the spec.
    pub(super) roles: Vec<RoleStart>,
    /// Key of its random numbers.
    pub(super) key: Key,
}

/// Everything a draw starts from.
pub(super) struct Prepared<'a> {
    /// The inputs.
    pub(super) inputs: &'a Inputs,
    /// Shared parameters.
    pub(super) tables: Tables,
    /// Practices, in the order of the inputs.
    pub(super) starts: Vec<Start>,
    /// Practices of each borough.
    pub(super) boroughs: Vec<Vec<usize>>,
}

impl<'a> Prepared<'a> {
    pub(super) fn new(inputs: &'a Inputs) -> Result<Self, InputsProblem> {
        let mut names: BTreeMap<&str, usize> = BTreeMap::new();
        for practice in &inputs.practices {
            names.entry(&practice.borough).or_default();
        }
        for (position, index) in names.values_mut().enumerate() {
            *index = position;
        }
        let mut boroughs = vec![Vec::new(); names.len()];
        for (index, practice) in inputs.practices.iter().enumerate() {
            boroughs[names[practice.borough.as_str()]].push(index);
        }
        let tables = Tables::of(inputs, boroughs.len())?;
        let seed = inputs.spec.seed;
        let mut starts: Vec<Start> = inputs
            .practices
            .iter()
            .map(|practice| Start {
                list: practice.list.milli() as f64,
                borough: names[practice.borough.as_str()],
                roles: Vec::with_capacity(inputs.spec.roles.len()),
                key: Key::new(seed, "list", &practice.code),
            })
            .collect();
        for (index, role) in inputs.spec.roles.iter().enumerate() {
            let shared = Shared::of(inputs, &tables, index, *role);
            for (start, practice) in starts.iter_mut().zip(&inputs.practices) {
                start.roles.push(shared.start(practice, Key::new(seed, role.name(), &practice.code)));
            }
        }
        Ok(Self { inputs, tables, starts, boroughs })
    }
}

/// What the practices of one role share when they are prepared.
struct Shared<'a> {
    table: &'a RoleTable,
    strength: f64,
    how: MissingReturns,
    index: usize,
    rates: FillRates,
    fill_sd: f64,
    mean_fte: f64,
    system_lost: f64,
}

impl<'a> Shared<'a> {
    fn of(inputs: &Inputs, tables: &'a Tables, index: usize, role: Role) -> Self {
        let years: Vec<PracticeYear> = inputs.practices.iter().map(|p| as_year(p, index, role)).collect();
        let rates = FillRates::of(&years.iter().collect::<Vec<_>>(), role);
        let roles: Vec<&PracticeRole> = inputs.practices.iter().map(|p| &p.roles[index]).collect();
        let returned: Vec<f64> =
            roles.iter().filter_map(|role| role.fte).map(|fte| fte.milli() as f64 / 1e3).collect();
        let lost: f64 = roles.iter().map(|role| role.lost.milli() as f64).sum();
        let exposure: f64 = roles.iter().map(|role| role.exposure.milli() as f64).sum();
        Self {
            table: &tables.roles[index],
            strength: tables.strength,
            how: inputs.spec.missing,
            index,
            fill_sd: spread(&years, role, &rates),
            rates,
            mean_fte: (returned.iter().sum::<f64>() / returned.len().max(1) as f64).max(0.1),
            system_lost: if exposure > 0.0 { lost / exposure } else { 0.0 },
        }
    }

    fn start(&self, practice: &Practice, key: Key) -> RoleStart {
        let role = &practice.roles[self.index];
        let fte = role.fte.unwrap_or_else(|| {
            fill_one(&as_year(practice, self.index, Role::Gp), &self.rates, role.last, self.how)
        });
        let fte = fte.milli() as f64 / 1e3;
        let last_value = self.how == MissingReturns::LastValue && role.last.is_some();
        let fill_sd = match role.fte {
            Some(_) => None,
            None if self.how == MissingReturns::LeaveOut => None,
            None if last_value && fte > 0.0 => Some((self.table.change_sd() / fte).min(FILL_SPREAD.1)),
            None => Some(self.fill_sd),
        };
        RoleStart {
            fte,
            fill_sd,
            heads: role.heads.filter(|heads| role.fte.is_some() && *heads > 0),
            ages: role.ages.filter(|ages| role.fte.is_some() && ages.iter().any(|heads| *heads > 0)),
            leavers: self.leavers(role),
            hours_sd: self.hours_sd(fte),
            key,
        }
    }

    /// A practice's leavers relative to the system's: h = (d + k*h_mean) / (n + k), over h_mean.
    fn leavers(&self, role: &PracticeRole) -> f64 {
        if self.system_lost <= 0.0 {
            return 1.0;
        }
        let heads = |fte: i64| fte as f64 / 1e3 / self.table.participation();
        let shrunk = (heads(role.lost.milli()) + self.strength * self.system_lost)
            / (heads(role.exposure.milli()) + self.strength);
        (shrunk / self.system_lost).clamp(LEAVER_FACTOR.0, LEAVER_FACTOR.1)
    }

    /// Spread of hours that, with leavers and joiners, makes a practice's FTE change as much as practices' FTE does.
    ///
    /// The variance grows with size: the published standard deviation is that of a practice of mean size.
    fn hours_sd(&self, fte: f64) -> f64 {
        if fte <= 0.0 {
            return 0.0;
        }
        let wanted = self.table.change_sd().powi(2) * fte / self.mean_fte;
        let by_turnover = fte * self.table.participation() * self.table.turnover();
        ((wanted - by_turnover).max(0.0).sqrt() / fte).min(MAX_HOURS_SD)
    }
}

fn as_year(practice: &Practice, index: usize, role: Role) -> PracticeYear {
    let mut fte = ByRole::default();
    fte[role] = practice.roles[index].fte;
    PracticeYear {
        practice: practice.code.clone(),
        year: 0,
        borough: practice.borough.clone(),
        list: practice.list,
        fte,
    }
}

/// Spread of FTE per patient around its borough's mean, as a standard deviation of the logarithm.
fn spread(practices: &[PracticeYear], role: Role, rates: &FillRates) -> f64 {
    let mut squares = 0.0;
    let mut n = 0.0;
    for practice in practices.iter().filter(|practice| practice.list.is_positive()) {
        let Some(fte) = practice.fte[role].filter(|fte| fte.is_positive()) else { continue };
        let rate = rates.for_borough(&practice.borough);
        let usual = rate.fte.milli() as f64 / rate.list.milli().max(1) as f64;
        if usual > 0.0 {
            let log = (fte.milli() as f64 / practice.list.milli() as f64 / usual).ln();
            squares += log * log;
            n += 1.0;
        }
    }
    if n < 2.0 { FILL_SPREAD.1 / 2.0 } else { (squares / n).sqrt().clamp(FILL_SPREAD.0, FILL_SPREAD.1) }
}
