//! What sources said, kept apart from what follows from it. The [`super::Map`] is drawn from all evidence at once.

use std::collections::BTreeMap;

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
    /// The quarter in which the list was counted, 1 to 4, or 0 when the file does not name it; none when the list is a
    /// mean of the quarters in which the practice was open.
    pub quarter: Option<i64>,
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

/// What a file added to the evidence, or changed in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addition {
    /// New or changed statements.
    pub statements: Vec<Statement>,
    /// New or changed memberships.
    pub memberships: Vec<StatedMembership>,
    /// All successions of every predecessor whose successions are new or changed.
    pub successions: Vec<Succession>,
}

impl Addition {
    /// Does the file say nothing new?
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty() && self.memberships.is_empty() && self.successions.is_empty()
    }
}

impl Evidence {
    /// Takes in what a file says. A statement replaces the one of the same publication, edition and organisation; a
    /// membership the one of the same grouping, practice and first day; successions all those of their predecessor.
    pub fn absorb(&mut self, file: Self) -> Addition {
        let successions = self.absorb_successions(file.successions);
        Addition {
            statements: absorb(
                &mut self.statements,
                file.statements,
                Statement::key,
                Statement::says_the_same,
            ),
            memberships: absorb(
                &mut self.memberships,
                file.memberships,
                StatedMembership::owned_key,
                |a, b| (&a.name, a.period, a.placeholder) == (&b.name, b.period, b.placeholder),
            ),
            successions,
        }
    }

    fn absorb_successions(&mut self, rows: Vec<Succession>) -> Vec<Succession> {
        let mut by_predecessor: BTreeMap<OrgCode, Vec<Succession>> = BTreeMap::new();
        for row in rows {
            by_predecessor.entry(row.predecessor.clone()).or_default().push(row);
        }
        let mut changed = Vec::new();
        for (predecessor, mut rows) in by_predecessor {
            let mut known: Vec<Succession> =
                self.successions.iter().filter(|row| row.predecessor == predecessor).cloned().collect();
            rows.sort();
            known.sort();
            if rows != known {
                self.successions.retain(|row| row.predecessor != predecessor);
                self.successions.extend(rows.iter().cloned());
                changed.extend(rows);
            }
        }
        changed
    }
}

impl Statement {
    /// Publication, edition and organisation: what a later file of the same edition replaces.
    fn key(&self) -> (Source, Date, OrgCode) {
        (self.source, self.edition, self.code.clone())
    }

    /// The same facts, though perhaps on another line.
    fn says_the_same(&self, other: &Self) -> bool {
        let line = self.line;
        Self { line, ..other.clone() } == *self
    }
}

impl StatedMembership {
    fn owned_key(&self) -> (GroupingKey, OrgCode, Date) {
        (self.key.clone(), self.practice.clone(), self.period.from())
    }
}

/// Puts new rows among the known ones, by key; gives those that are new or say something else.
fn absorb<T: Clone, K: Ord>(
    known: &mut Vec<T>,
    rows: Vec<T>,
    key: impl Fn(&T) -> K,
    same: impl Fn(&T, &T) -> bool,
) -> Vec<T> {
    let mut places: BTreeMap<K, usize> =
        known.iter().enumerate().map(|(place, row)| (key(row), place)).collect();
    let mut added = Vec::new();
    for row in rows {
        match places.get(&key(&row)) {
            Some(place) if same(&known[*place], &row) => {}
            Some(place) => {
                known[*place] = row.clone();
                added.push(row);
            }
            None => {
                places.insert(key(&row), known.len());
                known.push(row.clone());
                added.push(row);
            }
        }
    }
    added
}
