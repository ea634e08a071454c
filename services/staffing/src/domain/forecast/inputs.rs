//! What a run is made from.

use serde::{Deserialize, Serialize};

use super::{Evidence, MAX_BYTES, MAX_DRAWS, MAX_YEARS, MIN_DRAWS, Registration, need::Needs};
use crate::domain::{
    missing::MissingReturns,
    parameters::{BANDS, BadParameters, ParameterSet},
    role::Role,
    scenario::Scenario,
    unit_costs::BadUnitCost,
    units::{Fte, Patients},
};

/// A level of the hierarchy, from the system down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// The whole area.
    System,
    /// London borough, or what stands in for one.
    Borough,
    /// GP federation.
    Federation,
    /// Local Care Network.
    Lcn,
    /// Primary care network.
    Pcn,
    /// Practice.
    Practice,
}

impl Level {
    /// Every level, in the order in which rows are listed.
    pub const ALL: [Self; 6] =
        [Self::System, Self::Borough, Self::Federation, Self::Lcn, Self::Pcn, Self::Practice];

    /// Name in rows and requests.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Borough => "borough",
            Self::Federation => "federation",
            Self::Lcn => "lcn",
            Self::Pcn => "pcn",
            Self::Practice => "practice",
        }
    }

    /// Level of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

/// How patients count in demand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ListWeighting {
    /// Each alike.
    #[default]
    Plain,
    /// By the work that patients of their age and sex make.
    Weighted,
}

/// Who counts as a patient in demand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PatientBasis {
    /// Everybody on a practice's list.
    #[default]
    Registered,
    /// As many as live in the borough: a list counts by the residents for each registered patient of its borough.
    Resident,
}

/// What a run is asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spec {
    /// Scenario.
    pub scenario: Scenario,
    /// Base year: financial year ending.
    pub base_year: i32,
    /// Last year.
    pub to_year: i32,
    /// Monte Carlo draws.
    pub draws: u32,
    /// Seed of the random numbers.
    pub seed: u64,
    /// What stands in for missing returns.
    pub missing: MissingReturns,
    /// Roles, in the order of the rows.
    pub roles: Vec<Role>,
    /// How patients count in demand.
    #[serde(default)]
    pub list_weighting: ListWeighting,
    /// Patients count by the deprivation of those of their practice too.
    #[serde(default)]
    pub deprivation: bool,
    /// Who counts as a patient in demand.
    #[serde(default)]
    pub patients: PatientBasis,
    /// Financial year ending in whose prices costs are given; 0 = the year of each unit cost.
    #[serde(default)]
    pub price_year: i32,
}

/// A node above the practice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Level.
    pub level: Level,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// True when its make-up is a stand-in for what nobody has published.
    pub placeholder: bool,
}

/// The part at one practice of somebody who works at several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JointPost {
    /// The person: a number of the run's own.
    pub person: String,
    /// FTE here.
    pub fte: Fte,
}

/// A role at a practice in the base year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PracticeRole {
    /// FTE, absent when the practice did not return.
    pub fte: Option<Fte>,
    /// Its last value on or before the base year.
    pub last: Option<Fte>,
    /// Heads, absent when unknown.
    pub heads: Option<u32>,
    /// Heads by age band, absent when unknown.
    pub ages: Option<[u32; BANDS]>,
    /// Of these, women; absent when unknown.
    #[serde(default)]
    pub women: Option<[u32; BANDS]>,
    /// Posts that are vacant in the base year, in FTE; absent when nobody said.
    #[serde(default)]
    pub vacancies: Option<Fte>,
    /// Those of its heads who work elsewhere too.
    #[serde(default)]
    pub joint: Vec<JointPost>,
    /// FTE that was lost between years known at the base: the evidence that shrinks towards the system's mean.
    pub lost: Fte,
    /// FTE-years over which it was lost.
    pub exposure: Fte,
}

/// A practice with patients in the base year, or a code whose patients have moved on and whose staff still stands there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Practice {
    /// ODS code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Borough; practices of no known borough share an empty one.
    pub borough: String,
    /// Registered list in the base year.
    pub list: Patients,
    /// One for each role of the spec, in its order.
    pub roles: Vec<PracticeRole>,
    /// Positions of its nodes in [`Inputs::nodes`].
    pub nodes: Vec<usize>,
    /// Work that a patient of its makes on average by age and sex, in 1/1000; absent when their ages are not known.
    #[serde(default)]
    pub weight_milli: Option<i64>,
    /// Deprivation score of its patients, in 1/1000 of a point; absent when it is not known or does not count.
    #[serde(default)]
    pub deprivation_milli: Option<i64>,
}

/// Growth of the area's registered list over one year that was known at the base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListGrowth {
    /// Financial year ending at which the growth ends.
    pub year: i32,
    /// List of the area a year before.
    pub before: Patients,
    /// List of the area.
    pub after: Patients,
}

/// Every input of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// Area, as it was understood.
    pub area: String,
    /// What is asked.
    pub spec: Spec,
    /// Nodes above the practice.
    pub nodes: Vec<Node>,
    /// Practices with patients, by code.
    pub practices: Vec<Practice>,
    /// Growth of the area's list, of years up to the base only.
    pub growth: Vec<ListGrowth>,
    /// Residents beside lists, of years up to the base only; nothing where the registered count.
    #[serde(default)]
    pub registration: Registration,
    /// How staff moved, in years up to the base only.
    pub evidence: Evidence,
    /// Parameters, overrides among them.
    pub parameters: ParameterSet,
}

/// Why a run cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputsProblem {
    /// Too few or too many draws.
    #[error("draws must be {MIN_DRAWS} to {MAX_DRAWS}, not {0}")]
    Draws(u32),
    /// The last year is not after the base year, or too far away.
    #[error("the last year must be 1 to {MAX_YEARS} years after the base year {0}, not {1}")]
    Years(i32, i32),
    /// No practice with patients.
    #[error("no practice of the area has patients in the base year {0}: import a baseline of that year")]
    NoPractices(i32),
    /// Nobody returned a role.
    #[error("no practice of the area returned {0} in the base year: there is nothing to start from")]
    NothingReturned(Role),
    /// A role whose work another takes over, which is not asked for.
    #[error("in this scenario {0} takes over work of {1}: ask for both roles")]
    NoSubstitute(Role, Role),
    /// A change of the scenario names a place that the area does not have.
    #[error(
        "a change of the scenario acts at `{0}`, which is no borough, federation, network or practice of the area"
    )]
    NoPlace(String),
    /// A closure of the scenario names a practice that the area does not have.
    #[error("the scenario closes or merges `{0}`, which is no practice of the area in the base year")]
    NoPractice(String),
    /// Evidence that is not that of the roles.
    #[error("the evidence must be that of the roles asked for, one each")]
    NoEvidence,
    /// A role without parameters.
    #[error("the forecast has parameters for gp, nurse, direct-patient-care and administration, not for {0}")]
    NoParameters(Role),
    /// The draws do not fit in memory.
    #[error("{0} draws of {1} practices need too much memory: ask for at most {2} draws")]
    TooLarge(u32, usize, usize),
    /// A cost that cannot be given.
    #[error(transparent)]
    Costs(#[from] BadUnitCost),
    /// Parameters that cannot be used.
    #[error(transparent)]
    Parameters(#[from] BadParameters),
}

impl Spec {
    /// Roles that there are parameters for.
    pub const ROLES: [Role; 4] = [Role::Gp, Role::Nurse, Role::DirectPatientCare, Role::Administration];

    /// Years of the result, the base year among them.
    pub fn years(&self) -> usize {
        usize::try_from(self.to_year - self.base_year + 1).unwrap_or(1)
    }

    /// Checks what can be checked without data.
    pub fn check(&self) -> Result<(), InputsProblem> {
        if !(MIN_DRAWS..=MAX_DRAWS).contains(&self.draws) {
            return Err(InputsProblem::Draws(self.draws));
        }
        if !(1..=MAX_YEARS).contains(&(self.to_year.saturating_sub(self.base_year))) {
            return Err(InputsProblem::Years(self.base_year, self.to_year));
        }
        if let Some(role) = self.roles.iter().find(|role| !Self::ROLES.contains(role)) {
            return Err(InputsProblem::NoParameters(*role));
        }
        let lacks = |role: &Role| !self.roles.contains(role);
        for of in &self.scenario.substitutions {
            if !lacks(&of.instead_of) && lacks(&of.role) {
                return Err(InputsProblem::NoSubstitute(of.role, of.instead_of));
            }
        }
        Ok(())
    }
}

impl Inputs {
    /// Checks that a run can be made.
    pub fn check(&self) -> Result<(), InputsProblem> {
        self.spec.check()?;
        if self.evidence.roles.len() != self.spec.roles.len() {
            return Err(InputsProblem::NoEvidence);
        }
        if let Some(place) = self.unknown_place() {
            return Err(InputsProblem::NoPlace(place.clone()));
        }
        if let Some(code) = self.unknown_practice() {
            return Err(InputsProblem::NoPractice(code.clone()));
        }
        if !self.practices.iter().any(|practice| practice.list.is_positive()) {
            return Err(InputsProblem::NoPractices(self.spec.base_year));
        }
        for (index, role) in self.spec.roles.iter().enumerate() {
            if self.practices.iter().all(|practice| practice.roles[index].fte.is_none()) {
                return Err(InputsProblem::NothingReturned(*role));
            }
        }
        let fits = MAX_BYTES / self.bytes_per_draw().max(1);
        if fits < self.spec.draws as usize {
            return Err(InputsProblem::TooLarge(self.spec.draws, self.practices.len(), fits));
        }
        Ok(())
    }

    /// A practice of a closure to come that is not among those of the area.
    fn unknown_practice(&self) -> Option<&String> {
        let known = |code: &str| self.practices.iter().any(|of| of.code.eq_ignore_ascii_case(code));
        let to_come = self.spec.scenario.closures.iter().filter(|of| of.year > self.spec.base_year);
        to_come.flat_map(|of| [&of.practice, &of.to]).find(|code| !code.is_empty() && !known(code))
    }

    fn unknown_place(&self) -> Option<&String> {
        let known = |place: &str| {
            self.nodes.iter().any(|node| node.code.eq_ignore_ascii_case(place))
                || self
                    .practices
                    .iter()
                    .any(|of| of.code.eq_ignore_ascii_case(place) || of.borough.eq_ignore_ascii_case(place))
        };
        self.spec.scenario.changes.iter().flat_map(|change| &change.places).find(|place| !known(place))
    }

    /// Memory that one draw takes: the sums of the nodes, and of each borough's practices while they are drawn.
    fn bytes_per_draw(&self) -> usize {
        let beside = Needs::columns_of(&self.spec).len();
        let columns = (1 + beside + self.spec.roles.len()) * size_of::<i32>() * self.spec.years();
        // sets of nodes are at least a block's worth of practices
        (self.nodes.len() + self.practices.len() / 8 + 100) * columns
    }
}

/// A small share as a whole number.
pub(super) fn whole(value: f64) -> u32 {
    value.round().max(0.0) as u32
}
