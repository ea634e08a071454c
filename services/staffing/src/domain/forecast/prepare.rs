//! What is the same in every draw, worked out once: fills of missing returns, shrunk leaver factors, blocks, keys.

use std::sync::atomic::AtomicBool;

use rayon::prelude::*;

use super::{
    blocks::{Block, blocks},
    closures::{Closes, schedule},
    demand::PerTenth,
    heads::{OfPlaces, cohorts_of_heads, joint, spread_vacancies},
    inputs::{Inputs, InputsProblem, Practice, PracticeRole},
    lanes::{STEP, mix, normal},
    levers::Acting,
    need::Needs,
    paths::narrow,
    places::{Places, closure_chance},
    random::Key,
    registration::Outgrown,
    sets::Sets,
    world::{RoleTable, RoleWorld},
};
use crate::domain::{
    missing::{FillRates, MissingReturns, PracticeYear, fill_one},
    role::{ByRole, Role},
    units::Fte,
};

/// Spread of FTE per patient between practices of a borough: the measured one stays inside these bounds.
const FILL_SPREAD: (f64, f64) = (0.1, 0.8);
/// How far a practice's own FTE per head carries over to those who join it.
const OWN_WAY: f64 = 0.35;
/// Spread of the logarithm of a practice's FTE after some years without a return, at one FTE; larger practices move less.
const LAST_VALUE_SPREAD: f64 = 0.6;
/// A practice's leavers relative to the system's stay inside these bounds.
const LEAVER_FACTOR: (f64, f64) = (0.5, 2.0);
/// Patients of a practice of usual size, whose chance to close is the mean one; how fast it falls with size, and how far it may
/// rise (England's practice series, 2016-2021).
const USUAL_LIST: f64 = 6_000.0;
const CLOSURE_SIZE: f64 = 1.6;
const MOST_CLOSURE: (f64, f64) = (12.0, 0.35);

/// One role at one practice.
pub(super) struct RoleStart {
    /// FTE in the base year, or the middle of what stands in for it.
    pub(super) fte: f64,
    /// Spread of its logarithm where the practice did not return.
    pub(super) fill_sd: Option<f64>,
    /// By draw: what stands in for a missing return.
    pub(super) filled: Option<Vec<f32>>,
    /// Heads, when known.
    pub(super) heads: Option<u32>,
    /// Of each head, when known, its cohort; or its age band after those, where its sex is not.
    pub(super) ages: Option<Vec<u8>>,
    /// Of those of its heads who work elsewhere too, bits of the person's own random numbers, and their FTE here relative to a usual
    /// head's, in 256ths.
    pub(super) joint: Vec<(u64, u16)>,
    /// Posts that are vacant in the base year, in heads: its own, or as many as elsewhere where nobody said.
    pub(super) vacant: f64,
    /// Leavers relative to the system's.
    pub(super) leavers: f64,
    /// FTE that its patients usually have in its borough.
    pub(super) norm: f64,
    /// False for a code without patients, whose staff turns up elsewhere.
    pub(super) open: bool,
    /// Where its random numbers begin.
    pub(super) key: u64,
}

/// One practice.
pub(super) struct Start {
    /// Registered list, in patients.
    pub(super) list: f64,
    /// Chance that it closes in a year.
    pub(super) closure: f64,
    /// When it closes by decision, if it does.
    pub(super) closes: Option<Closes>,
    /// Does a practice that closes by decision come to it?
    pub(super) receives: bool,
    /// Which of a role's worlds is its own: 0 where only changes of the whole area act.
    pub(super) world: usize,
    /// Roles, in the order of the spec.
    pub(super) roles: Vec<RoleStart>,
    /// Where its random numbers begin.
    pub(super) key: u64,
}

/// Everything that draws are made from.
pub(super) struct Prepared<'a, const W: usize> {
    /// The inputs.
    pub(super) inputs: &'a Inputs,
    /// Roles, in the order of the spec: what only changes of the whole area make of them.
    pub(super) roles: Vec<RoleWorld<W>>,
    /// By role: what changes of single places make of it besides, in the order of [`Start::world`] from 1.
    pub(super) placed: Vec<Vec<RoleWorld<W>>>,
    /// Lists and closures.
    pub(super) places: Places<W>,
    /// Practices, in the order of the inputs.
    pub(super) starts: Vec<Start>,
    /// All practices, in blocks.
    pub(super) blocks: Vec<Block>,
    /// Which patients each role's demand follows.
    pub(super) needs: Needs,
    /// By role and year: FTE in 1/1000 that a tenth of a patient needs.
    pub(super) per_tenth: Vec<Vec<PerTenth>>,
    /// Set to stop.
    pub(super) cancelled: &'a AtomicBool,
}

/// Which banks of ready-made paths and courses are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Banks {
    /// All.
    All,
    /// Those of what practices share; those of single practices and their heads are empty, and nothing may be taken from them.
    Shared,
}

impl<'a, const W: usize> Prepared<'a, W> {
    pub(super) fn new(
        inputs: &'a Inputs,
        cancelled: &'a AtomicBool,
        banks: Banks,
    ) -> Result<Self, InputsProblem> {
        let (seed, sets, chance) = (inputs.spec.seed, Sets::of(inputs), closure_chance(inputs)?);
        let mut starts: Vec<Start> = inputs
            .practices
            .iter()
            .zip(&sets.of_practice)
            .map(|(practice, world)| {
                let list = practice.list.milli() as f64 / 1e3;
                let closure = (chance * closure_weight(list)).min(MOST_CLOSURE.1);
                Start {
                    list,
                    closure: if list > 0.0 { closure } else { 0.0 },
                    closes: None,
                    receives: false,
                    world: *world,
                    roles: Vec::with_capacity(inputs.spec.roles.len()),
                    key: Key::new(seed, "list", &practice.code).bits(),
                }
            })
            .collect();
        let (places, of_roles) = rayon::join(
            || Places::new(inputs, banks),
            || {
                let roles = (0..inputs.spec.roles.len()).into_par_iter();
                let role = |index| OfRole::new(inputs, (&starts, &sets), (index, banks));
                roles.map(role).collect::<Result<Vec<OfRole<W>>, _>>()
            },
        );
        let (places, of_roles) = (places?, of_roles?);
        let mut roles = Vec::with_capacity(of_roles.len());
        let mut placed = Vec::with_capacity(of_roles.len());
        let mut per_tenth = Vec::with_capacity(of_roles.len());
        for of_role in of_roles {
            for (start, role) in starts.iter_mut().zip(of_role.starts) {
                start.roles.push(role);
            }
            per_tenth.push(of_role.per_tenth);
            placed.push(of_role.placed);
            roles.push(of_role.world);
        }
        let (needs, blocks) = (Needs::of(inputs), blocks(inputs));
        schedule(inputs, &blocks, &mut starts);
        Ok(Self { inputs, roles, placed, places, starts, blocks, needs, per_tenth, cancelled })
    }

    /// What a role's draws share at a practice.
    #[inline(always)]
    pub(super) fn world(&self, role: usize, practice: usize) -> &RoleWorld<W> {
        match self.starts[practice].world {
            0 => &self.roles[role],
            world => &self.placed[role][world - 1],
        }
    }
}

/// What is prepared of one role.
struct OfRole<const W: usize> {
    world: RoleWorld<W>,
    placed: Vec<RoleWorld<W>>,
    /// By practice.
    starts: Vec<RoleStart>,
    /// By year.
    per_tenth: Vec<PerTenth>,
}

impl<const W: usize> OfRole<W> {
    fn new(
        inputs: &Inputs,
        (practices, sets): (&[Start], &Sets),
        (index, banks): (usize, Banks),
    ) -> Result<Self, InputsProblem> {
        let (role, seed) = (inputs.spec.roles[index], inputs.spec.seed);
        let people = inputs.evidence.roles[index].people.as_ref();
        let table = RoleTable::of(&inputs.parameters, role, people)?;
        let shared = Shared::of(inputs, &table, index, role)?;
        let start = |practice: &Practice| {
            let mut start = shared.start(practice, Key::new(seed, role.name(), &practice.code).bits());
            start.joint = joint(&practice.roles[index], (seed, role), table.participation);
            start
        };
        let mut starts: Vec<RoleStart> = inputs.practices.iter().map(start).collect();
        even_out(&mut starts);
        let of_places = OfPlaces {
            lost: lost_by_closures(practices, &starts, table.transfer),
            longer: longer_joiners(&starts, &table),
            vacant: spread_vacancies((inputs, index), &mut starts, table.participation),
        };
        let heads = sets.heads(inputs, (&starts, index), table.participation);
        let mut worlds = sets.here.iter().map(|here| {
            let acting = Acting { scenario: &inputs.spec.scenario, here, heads: &heads };
            RoleWorld::new(inputs, table.clone(), (index, banks), of_places, acting)
        });
        let world = worlds.next().unwrap_or(Err(InputsProblem::NoEvidence))?;
        let placed = worlds.collect::<Result<_, _>>()?;
        for role in &mut starts {
            role.filled = role.fill_sd.map(|sd| fills(role, sd, &world.missing_level));
        }
        let ratios = base_ratios(inputs, practices, &starts);
        let outgrown = &Outgrown::of(inputs)?;
        let needs = |year: usize| {
            let draws = ratios.iter().zip(&world.demand).enumerate();
            draws.map(move |(draw, (ratio, by))| ratio * by[year] * outgrown.factor(draw, year))
        };
        let per_tenth = (0..inputs.spec.years()).map(|year| PerTenth::of(needs(year))).collect();
        Ok(Self { world, placed, starts, per_tenth })
    }
}

/// Chance to close relative to that of a practice of usual size: small ones close more often.
pub(crate) fn closure_weight(list: f64) -> f64 {
    if list <= 0.0 {
        return 0.0;
    }
    (USUAL_LIST / list).powf(CLOSURE_SIZE).min(MOST_CLOSURE.0)
}

/// Share of the FTE that closures take a year: what neighbours do not take over.
fn lost_by_closures(starts: &[Start], roles: &[RoleStart], transfer: f64) -> f64 {
    let fte: f64 = roles.iter().filter(|role| role.open).map(|role| role.fte).sum();
    let closing: f64 = starts.iter().zip(roles).map(|(start, role)| start.closure * role.fte).sum();
    (1.0 - transfer) * closing / fte.max(1e-9)
}

/// Leavers relative to the system's average to 1 over the staff of the base year: practices that lost many have fewer now.
fn even_out(roles: &mut [RoleStart]) {
    let fte: f64 = roles.iter().map(|role| role.fte).sum();
    let mean = roles.iter().map(|role| role.fte * role.leavers).sum::<f64>() / fte.max(1e-9);
    if mean > 0.0 {
        for role in roles {
            role.leavers /= mean;
        }
    }
}

/// How much more FTE a joiner brings than a leaver takes, over all practices, relative to a leaver's.
fn longer_joiners(roles: &[RoleStart], table: &RoleTable) -> f64 {
    let staffed = || roles.iter().filter(|role| role.fte > 0.0);
    let fte: f64 = staffed().map(|role| role.fte).sum();
    let more = |role: &RoleStart| {
        let heads = role.heads.map_or((role.fte / table.participation).max(1.0), f64::from);
        heads * table.participation * joiner_level(role.fte / heads / table.participation) - role.fte
    };
    staffed().map(more).sum::<f64>() / fte.max(1e-9)
}

/// FTE of a joiner relative to the usual, at a practice whose heads have `own` of it: partly the practice's way, mostly the
/// usual.
pub(super) fn joiner_level(own: f64) -> f64 {
    1.0 - OWN_WAY + OWN_WAY * own.clamp(0.4, 1.6)
}

/// What stands in for a missing return, by draw.
fn fills(role: &RoleStart, sd: f64, level: &[f32]) -> Vec<f32> {
    level
        .iter()
        .enumerate()
        .map(|(draw, level)| {
            let bits = mix(role.key.wrapping_sub((draw as u64 + 1).wrapping_mul(STEP)));
            let z = f64::from(normal(bits));
            narrow(role.fte * f64::from(*level) * (sd * z - sd * sd / 2.0).exp())
        })
        .collect()
}

/// Do-nothing holds the system's base-year ratio of filled FTE to list, of codes with patients.
fn base_ratios(inputs: &Inputs, practices: &[Start], starts: &[RoleStart]) -> Vec<f64> {
    let tenths: f64 = practices.iter().map(|start| (start.list * 10.0).round()).sum();
    let returned: f64 = starts.iter().filter(|r| r.open && r.filled.is_none()).map(|r| r.fte).sum();
    (0..inputs.spec.draws as usize)
        .map(|draw| {
            let filled: f64 = starts
                .iter()
                .filter_map(|role| role.filled.as_ref())
                .map(|filled| f64::from(filled[draw]))
                .sum();
            (returned + filled) * 1e3 / tenths.max(1.0)
        })
        .collect()
}

/// What the practices of one role share when they are prepared.
struct Shared<'a> {
    table: &'a RoleTable,
    strength: f64,
    how: MissingReturns,
    index: usize,
    rates: FillRates,
    fill_sd: f64,
    system_lost: f64,
}

impl<'a> Shared<'a> {
    fn of(inputs: &Inputs, table: &'a RoleTable, index: usize, role: Role) -> Result<Self, InputsProblem> {
        let years: Vec<PracticeYear> = inputs.practices.iter().map(|p| as_year(p, index, role)).collect();
        let rates = FillRates::of(&years.iter().collect::<Vec<_>>(), role);
        let roles = || inputs.practices.iter().map(|p| &p.roles[index]);
        let lost: f64 = roles().map(|role| role.lost.milli() as f64).sum();
        let exposure: f64 = roles().map(|role| role.exposure.milli() as f64).sum();
        Ok(Self {
            table,
            strength: inputs.parameters.get("leaver-rate.practice-strength")?.value as f64 / 1e3,
            how: inputs.spec.missing,
            index,
            fill_sd: spread(&years, role, &rates),
            rates,
            system_lost: if exposure > 0.0 { lost / exposure } else { 0.0 },
        })
    }

    fn start(&self, practice: &Practice, key: u64) -> RoleStart {
        let role = &practice.roles[self.index];
        let open = practice.list.is_positive();
        let filled = role.fte.unwrap_or_else(|| {
            fill_one(&as_year(practice, self.index, Role::Gp), &self.rates, role.last, self.how)
        });
        let fte = filled.milli() as f64 / 1e3;
        let rate = self.rates.for_borough(&practice.borough);
        let per_patient = rate.fte.milli() as f64 / rate.list.milli().max(1) as f64;
        let last_value = self.how == MissingReturns::LastValue && role.last.is_some();
        let fill_sd = match role.fte {
            Some(_) => None,
            None if !open || self.how == MissingReturns::LeaveOut => None,
            None if last_value && fte > 0.0 => Some(LAST_VALUE_SPREAD / fte.max(0.5).sqrt()),
            None => Some(self.fill_sd),
        };
        let ages = cohorts_of_heads(role).filter(|ages| !ages.is_empty());
        let known = role.heads.filter(|heads| role.fte.is_some_and(Fte::is_positive) && *heads > 0);
        RoleStart {
            fte,
            fill_sd,
            filled: None,
            heads: ages.as_ref().map(|ages| u32::try_from(ages.len()).unwrap_or(u32::MAX)).or(known),
            ages,
            joint: Vec::new(),
            vacant: 0.0,
            leavers: self.leavers(role),
            norm: practice.list.milli() as f64 / 1e3 * per_patient,
            open,
            key,
        }
    }

    /// A practice's leavers relative to the system's: h = (d + k*h_mean) / (n + k), over h_mean.
    fn leavers(&self, role: &PracticeRole) -> f64 {
        if self.system_lost <= 0.0 {
            return 1.0;
        }
        let heads = |fte: i64| fte as f64 / 1e3 / self.table.participation;
        let shrunk = (heads(role.lost.milli()) + self.strength * self.system_lost)
            / (heads(role.exposure.milli()) + self.strength);
        (shrunk / self.system_lost).clamp(LEAVER_FACTOR.0, LEAVER_FACTOR.1)
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
