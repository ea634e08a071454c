//! What sources said, kept apart from what follows from it. The [`super::Map`] is drawn from all evidence at once.

use jiff::civil::Date;
use muster_kit::OrgCode;

use super::{GroupingKey, OrganisationKind, Period, Succession};

/// Which publication a statement is from. The order is that of authority on the same day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// NHS Payments to General Practice.
    Payments,
    /// The organisation data service's list of GP practices.
    Epraccur,
    /// The organisation data service's list of NHS trusts, in the same layout.
    Etr,
}

impl Source {
    /// The word in tables; also the kind of the import.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Payments => "gp-payments",
            Self::Epraccur => "epraccur",
            Self::Etr => "etr",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Payments, Self::Epraccur, Self::Etr].into_iter().find(|source| source.as_str() == word)
    }
}

/// What one file said about one organisation, for one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The organisation.
    pub code: OrgCode,
    /// Which publication.
    pub source: Source,
    /// The day that the file speaks for: the end of the financial year, or the newest date in an ODS file.
    pub edition: Date,
    /// What it is.
    pub kind: OrganisationKind,
    /// Name.
    pub name: String,
    /// Postcode, tidied.
    pub postcode: String,
    /// Opening date, when given.
    pub opened: Option<Date>,
    /// Closing date, when given.
    pub closed: Option<Date>,
    /// True when the source says that it is open (ODS status), not merely no closing date.
    pub stated_open: bool,
    /// Code of its commissioner, when given.
    pub commissioner: Option<String>,
    /// Primary care network, when given: code and name.
    pub network: Option<(String, String)>,
    /// Registered list, when given.
    pub list: Option<ListStatement>,
    /// Line in the file.
    pub line: u64,
}

/// The registered list as a payments file gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListStatement {
    /// Registered patients in 1/1000.
    pub registered_milli: i64,
    /// Weighted patients in 1/1000.
    pub weighted_milli: i64,
    /// True when the list was counted in one quarter, false when it is a mean of the quarters open.
    pub counted_once: bool,
}

/// A membership that a file states outright (`groupings`, `epcmem`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedMembership {
    /// The grouping.
    pub key: GroupingKey,
    /// Its name; empty when the file has none.
    pub name: String,
    /// The practice.
    pub practice: OrgCode,
    /// For how long.
    pub period: Period,
    /// True when it is a stand-in.
    pub placeholder: bool,
    /// Line in the file.
    pub line: u64,
}

/// Everything known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Statements about organisations.
    pub statements: Vec<Statement>,
    /// Stated memberships.
    pub memberships: Vec<StatedMembership>,
    /// Successions.
    pub successions: Vec<Succession>,
}
