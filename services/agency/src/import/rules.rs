//! Files of rules and reference figures of every kind: each row is read as what it should be, and kept as the file has it.

use muster_kit::intake::{Cell, Column, Finding, Findings, ImportKind, Keys, RawFile};
use sha2::{Digest as _, Sha256};

use super::{costs, figures, lists, rates, spend, workers};
use crate::domain::Reference;

/// A kind of rules.
#[derive(Clone, Copy, Debug)]
pub struct RuleKind {
    /// Its columns.
    pub kind: &'static ImportKind,
    /// Columns that tell two rows apart; none = a list in order, which an import replaces as a whole.
    pub key: &'static [&'static str],
    /// Rows that the program brings along, as CSV; empty = none.
    shipped: &'static str,
    /// Is anything of a weekly return judged by it? What is not leaves the hash of the rules as it is.
    judges: bool,
}

/// A kind that weekly returns are judged by.
const fn judging(kind: &'static ImportKind, key: &'static [&'static str], shipped: &'static str) -> RuleKind {
    RuleKind { kind, key, shipped, judges: true }
}

/// A kind that costs and searches go by, and no return.
const fn costing(kind: &'static ImportKind, key: &'static [&'static str], shipped: &'static str) -> RuleKind {
    RuleKind { kind, key, shipped, judges: false }
}

macro_rules! shipped {
    ($name:literal) => {
        include_str!(concat!("../../data/", $name, ".csv"))
    };
}

/// Every kind of rules, in the order in which they are read.
pub const RULE_KINDS: &[RuleKind] = &[
    judging(
        &rates::KINDS[0],
        &["card", "kind", "grade", "zone", "time_band", "valid_from"],
        shipped!("rate-card"),
    ),
    judging(&rates::KINDS[1], &["grade", "valid_from"], shipped!("grades")),
    judging(&rates::KINDS[2], &["class", "valid_from"], shipped!("cap-phases")),
    judging(&rates::KINDS[3], &["grade", "time_band", "valid_from"], shipped!("enhancements")),
    judging(&rates::KINDS[4], &["zone", "valid_from"], shipped!("high-cost-zones")),
    judging(&lists::SITES, &["site", "valid_from"], shipped!("site-zones")),
    judging(&lists::GROUPS, &[], shipped!("staff-groups")),
    judging(&lists::HOLIDAYS, &["date"], shipped!("holidays")),
    judging(&lists::RULES, &["verdict", "valid_from"], shipped!("verdict-rules")),
    judging(&lists::FRAMEWORKS, &["agency", "framework", "valid_from"], ""),
    judging(&spend::SPEND_RULES, &[], shipped!("spend-rules")),
    judging(&figures::CEILINGS, &["organisation", "year"], ""),
    judging(&figures::PAY_BILL, &["organisation", "month", "staff_group"], ""),
    judging(&figures::SIGNATORIES, &["actor", "organisation", "role", "valid_from"], ""),
    costing(&costs::ON_COSTS, &["part", "valid_from"], shipped!("on-costs")),
    costing(&costs::COVER_RULES, &["role", "valid_from"], shipped!("cover-rules")),
    costing(&costs::DRIFT_RULES, &["valid_from"], shipped!("drift-rules")),
    costing(&workers::WORKERS, &["worker_ref", "available_from"], ""),
];

/// A row of rules as a file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleRow {
    /// What tells it from others of its kind.
    pub key: String,
    /// One value a column of the kind, in the order of its columns.
    pub values: Vec<String>,
}

/// A file of rules.
#[derive(Clone, Debug)]
pub struct RulesRead {
    /// Good rows.
    pub rows: Vec<RuleRow>,
    /// Data lines.
    pub read: u64,
    /// What was found.
    pub findings: Findings,
}

/// Rows of each kind with their meaning, and a hash of them all.
#[derive(Clone, Debug)]
pub struct Whole {
    /// What they mean.
    pub reference: Reference,
    /// SHA-256 of every row, lower-case hex: two moments with the same hash judge alike.
    pub sha256: String,
}

impl RuleKind {
    /// The kind of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        RULE_KINDS.iter().find(|it| it.kind.name == name)
    }

    /// Does an import replace every row of the kind?
    pub fn replaces_all(&self) -> bool {
        self.key.is_empty()
    }

    /// The rows that the program brings along.
    ///
    /// # Errors
    /// Findings when a shipped file is damaged, which a test rules out.
    pub fn shipped(&self) -> Result<Vec<RuleRow>, Findings> {
        if self.shipped.is_empty() {
            return Ok(Vec::new());
        }
        let name = format!("{}.csv", self.kind.name);
        let read = self.read(&RawFile::new(name, self.shipped.as_bytes().to_vec()))?;
        if read.findings.has_errors() { Err(read.findings) } else { Ok(read.rows) }
    }

    /// The rows in force: imported ones go before shipped ones of the same key.
    fn in_force(&self, imported: Vec<RuleRow>) -> Result<Vec<RuleRow>, Findings> {
        if self.replaces_all() && !imported.is_empty() {
            return Ok(imported);
        }
        let mut rows = self.shipped()?;
        rows.retain(|row| imported.iter().all(|own| own.key != row.key));
        rows.extend(imported);
        Ok(rows)
    }

    /// Reads a file of this kind.
    ///
    /// # Errors
    /// Findings when it is no file of this kind at all.
    pub fn read(&self, file: &RawFile) -> Result<RulesRead, Findings> {
        let table = file.table(self.kind)?;
        let mut findings = Findings::new(&file.name);
        findings.extend(table.findings.clone());
        let (mut rows, mut keys, mut reference) = (Vec::new(), Keys::default(), Reference::default());
        for row in table.rows() {
            let line = Line { kind: self.kind, cell: &|name| row.cell(table.column(self.kind, name)) };
            let taken = line.take(&mut reference);
            if findings.keep(taken).is_none() {
                continue;
            }
            let values: Vec<String> =
                self.kind.columns.iter().map(|it| line.cell(it.name).text.to_owned()).collect();
            let key = if self.replaces_all() {
                format!("{:06}", rows.len())
            } else {
                // zones and bands may be left out, which says the same as their usual value
                let of = |name: &&str| {
                    let text = line.cell(name).text.to_lowercase();
                    if text.is_empty() && *name == "time_band" { "core".to_owned() } else { text }
                };
                self.key.iter().map(of).collect::<Vec<_>>().join("|")
            };
            if findings.keep(keys.first(&row, "key", key.clone())).is_some() {
                rows.push(RuleRow { key, values });
            }
        }
        Ok(RulesRead { rows, read: table.rows_read(), findings })
    }
}

/// Everything that counts, given the imported rows of each kind.
///
/// # Errors
/// Findings when a row cannot be read any more.
pub fn whole(imported: impl Fn(&str) -> Vec<RuleRow>) -> Result<Whole, Findings> {
    let mut reference = Reference::default();
    let mut hash = Sha256::new();
    for of in RULE_KINDS {
        for row in of.in_force(imported(of.kind.name))? {
            let texts = std::iter::once(of.kind.name).chain(row.values.iter().map(String::as_str));
            for text in texts.filter(|_| of.judges) {
                hash.update((text.len() as u64).to_le_bytes());
                hash.update(text.as_bytes());
            }
            let cell = |name: &str| {
                let at = of.kind.columns.iter().position(|column| column.name == name);
                // a row that was stored before its kind had the column has no value for it
                let text = at.and_then(|at| row.values.get(at)).map_or("", String::as_str);
                Cell { text, line: 0, column: "" }
            };
            let line = Line { kind: of.kind, cell: &cell };
            line.take(&mut reference).map_err(|found| Findings::of(of.kind.name, found))?;
        }
    }
    Ok(Whole { reference, sha256: hex::encode(hash.finalize()) })
}

/// A row, by the names of its columns.
pub(super) struct Line<'a, 'c> {
    pub(super) kind: &'static ImportKind,
    pub(super) cell: &'c dyn Fn(&str) -> Cell<'a>,
}

impl<'a> Line<'a, '_> {
    pub(super) fn cell(&self, name: &str) -> Cell<'a> {
        (self.cell)(name)
    }

    /// Reads the row as what its kind says.
    fn take(&self, into: &mut Reference) -> Result<(), Finding> {
        match self.kind.name {
            "rate-card" | "grades" | "cap-phases" | "enhancements" | "high-cost-zones" => {
                rates::take(self, &mut into.book)
            }
            "spend-rules" => spend::take_rule(self).map(|rule| into.spend_rules.push(rule)),
            "ceilings" | "pay-bill" | "signatories" => figures::take(self, into),
            "on-costs" | "cover-rules" | "drift-rules" => costs::take(self, into),
            "workers" => workers::take(self).map(|row| into.workers.push(row)),
            _ => lists::take(self, &mut into.lists),
        }
    }
}

/// Columns that most rules share.
pub(super) const FROM: Column = Column::required("valid_from", "2016-04-01", "first day, YYYY-MM-DD");
pub(super) const TO: Column =
    Column::optional("valid_to", "2017-03-31", "last day, YYYY-MM-DD; empty while it lasts");
pub(super) const SOURCE: Column =
    Column::required("source", "price caps of 1 April 2016", "where the figure is from");
pub(super) const VERIFIED: Column =
    Column::optional("verified", "Y", "Y when checked against the source, else N");
