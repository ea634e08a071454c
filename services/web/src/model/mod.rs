//! View models: what templates and tables are made of. Here alone the contract's messages become words and figures.

pub(crate) mod agency;
pub(crate) mod answer;
pub(crate) mod back_office;
pub(crate) mod backtest;
pub(crate) mod catalogue;
pub(crate) mod charts;
pub(crate) mod comparison;
pub(crate) mod decides;
pub(crate) mod explorer;
pub(crate) mod history;
pub(crate) mod levers;
pub(crate) mod nodes;
pub(crate) mod plan;
pub(crate) mod run;
pub(crate) mod trusts;

use muster_proto::{directory::v1::GroupingKind, staffing::v1 as staffing};

/// The area that the first page is about when a forecast of it exists: South East London.
pub(crate) const SYSTEM: &str = "SEL";

/// Every practice there is, as an area.
pub(crate) const ENGLAND: &str = "ENGLAND";

/// Roles that a forecast is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Gp,
    Nurse,
    /// Any other, by its number in the contract.
    Other(i32),
}

impl Role {
    pub(crate) fn read(role: i32) -> Self {
        match staffing::Role::try_from(role) {
            Ok(staffing::Role::Gp) => Self::Gp,
            Ok(staffing::Role::Nurse) => Self::Nurse,
            _ => Self::Other(role),
        }
    }

    /// Its number in the contract.
    pub(crate) fn number(self) -> i32 {
        match self {
            Self::Gp => staffing::Role::Gp as i32,
            Self::Nurse => staffing::Role::Nurse as i32,
            Self::Other(role) => role,
        }
    }

    /// A role by its name in files and addresses.
    pub(crate) fn by_key(key: &str) -> Option<Self> {
        (1..)
            .map_while(|number| staffing::Role::try_from(number).ok())
            .map(|role| Self::read(role.into()))
            .find(|role| role.key() == key)
    }

    /// As in files and addresses.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Gp => "gp",
            Self::Nurse => "nurse",
            Self::Other(role) => match staffing::Role::try_from(role).unwrap_or_default() {
                staffing::Role::GpTrainee => "gp-trainee",
                staffing::Role::GpLocum => "gp-locum",
                staffing::Role::DirectPatientCare => "direct-patient-care",
                staffing::Role::Administration => "administration",
                staffing::Role::GpTraineeOrLocum => "gp-trainee-or-locum",
                _ => "other",
            },
        }
    }

    /// At the start of a heading.
    pub(crate) fn heading(self) -> &'static str {
        match self {
            Self::Gp => "GPs",
            Self::Nurse => "Nurses",
            Self::Other(role) => match staffing::Role::try_from(role).unwrap_or_default() {
                staffing::Role::GpTrainee => "GPs in training",
                staffing::Role::GpLocum => "GP locums",
                staffing::Role::DirectPatientCare => "Direct patient care",
                staffing::Role::Administration => "Administration",
                staffing::Role::GpTraineeOrLocum => "GP trainees and locums",
                _ => "Other staff",
            },
        }
    }

    /// Within a sentence.
    pub(crate) fn plural(self) -> String {
        match self {
            Self::Gp => "GPs".into(),
            Self::Nurse => "nurses".into(),
            Self::Other(_) if self.heading().starts_with("GP") => self.heading().into(),
            Self::Other(_) => self.heading().to_lowercase(),
        }
    }
}

/// A level of the hierarchy: its name in addresses, for one and for several.
pub(crate) struct Level {
    pub(crate) key: &'static str,
    pub(crate) one: &'static str,
    pub(crate) many: &'static str,
    pub(crate) kind: GroupingKind,
}

/// The levels that have a page, from the whole to the single practice.
pub(crate) const LEVELS: [Level; 6] = [
    Level { key: "system", one: "System", many: "System", kind: GroupingKind::System },
    Level { key: "borough", one: "Borough", many: "Boroughs", kind: GroupingKind::Borough },
    Level { key: "federation", one: "Federation", many: "Federations", kind: GroupingKind::Federation },
    Level { key: "lcn", one: "Local Care Network", many: "Local Care Networks", kind: GroupingKind::Lcn },
    Level { key: "pcn", one: "Primary care network", many: "Primary care networks", kind: GroupingKind::Pcn },
    Level { key: "practice", one: "Practice", many: "Practices", kind: GroupingKind::Unspecified },
];

/// A level by its name in addresses.
pub(crate) fn level(key: &str) -> Option<&'static Level> {
    LEVELS.iter().find(|level| level.key == key)
}

/// What a grouping is, in words.
pub(crate) fn grouping_words(kind: i32) -> &'static str {
    match GroupingKind::try_from(kind).unwrap_or_default() {
        GroupingKind::System => "System",
        GroupingKind::Borough => "Borough",
        GroupingKind::Lcn => "Local Care Network",
        GroupingKind::Federation => "Federation",
        GroupingKind::Pcn => "Primary care network",
        GroupingKind::Neighbourhood => "Neighbourhood",
        GroupingKind::Locality => "Locality",
        GroupingKind::Commissioner => "Commissioner",
        GroupingKind::Unspecified => "Grouping",
    }
}

/// Ways to fill missing returns: name in addresses and forms, and what it does.
pub(crate) const WAYS: [(&str, &str, staffing::MissingReturns); 3] = [
    ("borough-mean", "Borough mean for its list", staffing::MissingReturns::BoroughMean),
    ("last-value", "Its own last return", staffing::MissingReturns::LastValue),
    ("leave-out", "Left out, counted as no staff", staffing::MissingReturns::LeaveOut),
];

/// A way by its name; none is the borough mean.
pub(crate) fn way(key: &str) -> Option<staffing::MissingReturns> {
    let key = if key.is_empty() { WAYS[0].0 } else { key };
    WAYS.iter().find(|(name, _, _)| *name == key).map(|(_, _, way)| *way)
}

/// A way in words.
pub(crate) fn way_words(way: i32) -> &'static str {
    let way = staffing::MissingReturns::try_from(way).unwrap_or_default();
    WAYS.iter().find(|(_, _, known)| *known == way).map_or(WAYS[0].1, |(_, words, _)| words)
}
