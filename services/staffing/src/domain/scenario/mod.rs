//! Scenarios as documents: what changes against do-nothing, by lever, role and year, with its source and how sure anybody is of it.
//!
//! A document is JSON of the published schema ([`JSON_SCHEMA`]). It may inherit from a shipped scenario and adds to its changes.
//! Levers act on what do-nothing would have been: leavers, joiners, hours and the time to fill a post are relative changes of it, posts
//! are added to it; need, productivity, minutes of a contact and the share of time without patients change demand. An interval (80%, or
//! tertiles) makes a change uncertain: it is drawn once a draw. Closures and mergers that are decided happen in every draw.

mod parts;
mod read;
mod write;

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::role::Role;

pub use read::{BadScenario, shipped};
pub use write::document;

/// Version of the format that is read.
pub const SCHEMA: &str = "muster-scenario/1";

/// The format of documents, as JSON Schema 2020-12.
pub const JSON_SCHEMA: &str = include_str!("scenario.schema.json");

/// What a change acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lever {
    /// Leavers a head, relative to do-nothing: -0.1 is a tenth fewer.
    Leavers,
    /// Joiners from outside, relative to do-nothing.
    Joiners,
    /// FTE that join in new posts over the whole area, or over its places, by the end, in FTE.
    Posts,
    /// FTE per head, relative.
    Hours,
    /// Time from a leaver to the next holder of the post, relative.
    TimeToFill,
    /// Need per registered patient, relative.
    Need,
    /// What one FTE does for patients, relative: at-scale working.
    Productivity,
    /// Minutes that a contact with a patient takes, relative: longer ones need more FTE for as many contacts.
    ContactMinutes,
    /// Share of working time that is not spent with patients: added to the role's own, in fractions of the whole.
    NonContactShare,
}

impl Lever {
    /// Every lever.
    pub const ALL: [Self; 9] = [
        Self::Leavers,
        Self::Joiners,
        Self::Posts,
        Self::Hours,
        Self::TimeToFill,
        Self::Need,
        Self::Productivity,
        Self::ContactMinutes,
        Self::NonContactShare,
    ];

    /// Does it act on demand, not on staff?
    pub const fn on_demand(self) -> bool {
        matches!(self, Self::Need | Self::Productivity | Self::ContactMinutes | Self::NonContactShare)
    }

    /// Does it mean anything for a role? Administration sees no patients.
    pub fn concerns(self, role: Role) -> bool {
        !matches!(self, Self::ContactMinutes | Self::NonContactShare) || role != Role::Administration
    }

    /// Name in documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Leavers => "leavers",
            Self::Joiners => "joiners",
            Self::Posts => "posts",
            Self::Hours => "hours",
            Self::TimeToFill => "time-to-fill",
            Self::Need => "need",
            Self::Productivity => "productivity",
            Self::ContactMinutes => "contact-minutes",
            Self::NonContactShare => "non-contact-share",
        }
    }
}

impl FromStr for Lever {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|lever| lever.name() == name).ok_or(())
    }
}

/// How a change comes about between its first and last year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Equal parts a year.
    #[default]
    Linear,
    /// Whole in the first year.
    Step,
    /// Most of it early.
    FrontLoaded,
    /// Most of it late.
    BackLoaded,
}

impl Profile {
    /// Name in documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Step => "step",
            Self::FrontLoaded => "front-loaded",
            Self::BackLoaded => "back-loaded",
        }
    }

    /// Share that has come about in `year`, of a change that begins in `from` and is whole in `to`.
    pub fn reached(self, from: i32, to: i32, year: i32) -> f64 {
        if year < from {
            return 0.0;
        }
        let share = (f64::from(year - from + 1) / f64::from(to - from + 1)).min(1.0);
        match self {
            Self::Linear => share,
            Self::Step => 1.0,
            Self::FrontLoaded => 1.0 - (1.0 - share).powi(2),
            Self::BackLoaded => share.powi(2),
        }
    }
}

/// A value with its 80% interval, in millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uncertain {
    /// 10th percentile.
    pub low: i64,
    /// Middle.
    pub value: i64,
    /// 90th percentile.
    pub high: i64,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What it acts on.
    pub lever: Lever,
    /// Whose; none = every role.
    pub roles: Vec<Role>,
    /// Where, by code: boroughs, federations, networks or practices; none = the whole area.
    #[serde(default)]
    pub places: Vec<String>,
    /// First financial year ending with some of it.
    pub from: i32,
    /// First with all of it.
    pub to: i32,
    /// How it comes about.
    pub profile: Profile,
    /// How much: a relative change, FTE for posts, a difference for the share of time without patients; in millionths.
    pub by: Uncertain,
    /// Where it comes from.
    pub source: String,
}

impl Change {
    /// Does it act on this lever of this role?
    pub fn acts_on(&self, lever: Lever, role: Role) -> bool {
        self.lever == lever && lever.concerns(role) && (self.roles.is_empty() || self.roles.contains(&role))
    }

    /// Does it act at a place with one of these codes?
    pub fn acts_at<'a>(&self, mut codes: impl Iterator<Item = &'a str>) -> bool {
        self.places.is_empty() || codes.any(|code| self.places.iter().any(|of| of.eq_ignore_ascii_case(code)))
    }

    /// Share that has come about in a year.
    pub fn reached(&self, year: i32) -> f64 {
        self.profile.reached(self.from, self.to, year)
    }
}

/// Work of one role that another takes over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Substitution {
    /// Who takes over: what it has more than in the base year counts.
    pub role: Role,
    /// Whose work.
    pub instead_of: Role,
    /// FTE of work that one FTE takes over, in millionths.
    pub share: Uncertain,
    /// FTE of the relieved role that supervises one FTE, in millionths.
    pub supervision: i64,
    /// Years until an added FTE takes over its whole share.
    pub ramp_up_years: u32,
    /// Where it comes from.
    pub source: String,
}

/// A practice that closes in a given year, in every draw: a closure or a merger that is decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduledClosure {
    /// ODS code of the practice that closes.
    pub practice: String,
    /// ODS code of the practice that takes over its list; empty = open practices nearby, drawn as for any closure.
    #[serde(default)]
    pub to: String,
    /// First financial year ending without it.
    pub year: i32,
    /// Share of its staff that goes over, in millionths; absent = drawn as for any closure.
    #[serde(default)]
    pub staff: Option<i64>,
    /// Where it comes from.
    pub source: String,
}

/// What an expectation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// FTE at the place.
    Fte,
    /// FTE that practices there gained from the year before.
    Joiners,
    /// FTE that practices there lost from the year before.
    Leavers,
}

impl Measure {
    /// Name in documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fte => "fte",
            Self::Joiners => "joiners",
            Self::Leavers => "leavers",
        }
    }
}

/// What somebody expects of a count that is still to come. It changes no forecast; it is scored when the count is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expectation {
    /// What it is about.
    pub measure: Measure,
    /// Where, by code; empty = the whole area.
    pub place: String,
    /// Whose.
    pub role: Role,
    /// Financial year ending.
    pub year: i32,
    /// FTE in 1/1000, with its 80% interval.
    pub fte: Uncertain,
    /// Who expects it: a name of a group or a reference, never of a person.
    pub expert: String,
    /// Where it comes from.
    pub source: String,
}

/// A scenario: what changes against do-nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scenario {
    /// Name.
    pub name: String,
    /// What a person calls it.
    pub title: String,
    /// Version of the document.
    pub version: u32,
    /// What a reader must know.
    pub notes: Vec<String>,
    /// Changes, inherited ones first.
    pub changes: Vec<Change>,
    /// Substitution, inherited first.
    pub substitutions: Vec<Substitution>,
    /// Closures and mergers that are decided, inherited first.
    #[serde(default)]
    pub closures: Vec<ScheduledClosure>,
    /// What is expected of counts to come; not inherited.
    #[serde(default)]
    pub expectations: Vec<Expectation>,
}

impl Scenario {
    /// No service change, need per registered patient constant.
    pub fn do_nothing() -> Self {
        Self {
            name: "do-nothing".into(),
            title: "Do nothing".into(),
            version: 1,
            notes: Vec::new(),
            changes: Vec::new(),
            substitutions: Vec::new(),
            closures: Vec::new(),
            expectations: Vec::new(),
        }
    }

    /// The shipped scenario of that name; do-nothing for an empty one.
    pub fn named(name: &str) -> Option<Self> {
        let name = if name.trim().is_empty() { "do-nothing" } else { name.trim() };
        read::scenario_named(name)
    }
}

impl FromStr for Scenario {
    type Err = BadScenario;

    /// Reads a document.
    fn from_str(text: &str) -> Result<Self, BadScenario> {
        read::read(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_ends_whole_and_stays() {
        for profile in [Profile::Linear, Profile::Step, Profile::FrontLoaded, Profile::BackLoaded] {
            assert!(profile.reached(2018, 2021, 2017).abs() < 1e-12);
            assert!((profile.reached(2018, 2021, 2021) - 1.0).abs() < 1e-12);
            assert!((profile.reached(2018, 2021, 2030) - 1.0).abs() < 1e-12);
        }
        let half = |profile: Profile| profile.reached(2018, 2021, 2019);
        assert!(half(Profile::FrontLoaded) > half(Profile::Linear));
        assert!(half(Profile::BackLoaded) < half(Profile::Linear));
    }
}
