//! What happens to savings.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Scheme;
use crate::domain::{Month, Problem, figure::pounds};

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LineKey {
    /// Organisation (ODS code).
    pub organisation: String,
    /// Month.
    pub month: Month,
    /// Account.
    pub account: String,
    /// Cost centre.
    pub cost_centre: String,
}

/// Lines of a ledger with the total that its sender added up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LedgerImport {
    lines: BTreeMap<LineKey, i64>,
}

impl LedgerImport {
    /// Takes lines (pence) whose sum is the control total.
    ///
    /// # Errors
    /// A sum that is another one.
    pub fn new(lines: BTreeMap<LineKey, i64>, control_total: i64) -> Result<Self, Problem> {
        let sum: i128 = lines.values().map(|pence| i128::from(*pence)).sum();
        if sum == i128::from(control_total) {
            return Ok(Self { lines });
        }
        let sum = i64::try_from(sum).map_or_else(|_| sum.to_string(), pounds);
        let what = format!("the lines add up to {sum}, not to the control total");
        let remedy = "ask for the whole file again: a line is missing, doubled or changed";
        Err(Problem::new("TOTAL", what, remedy).with(pounds(control_total)))
    }

    /// The lines, in pence.
    pub fn lines(&self) -> &BTreeMap<LineKey, i64> {
        &self.lines
    }
}

/// A claim: so much was saved by a scheme, and this line of the ledger shows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claim {
    /// Its name.
    pub id: String,
    /// Scheme.
    pub scheme: String,
    /// Line that is to support it; it names the organisation.
    pub line: LineKey,
    /// Pence.
    pub pence: i64,
    /// Who claims.
    pub by: String,
}

/// What finance says of a claim.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    /// So many pence of it are in the ledger.
    Attested(i64),
    /// They are not.
    Rejected(String),
    /// The owner took it back.
    Withdrawn,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// A scheme was registered, or registered anew with other particulars.
    Registered(Scheme),
    /// A ledger was imported; a line imported later stands for the same line imported before.
    Imported(LedgerImport),
    /// A saving was claimed.
    Claimed(Claim),
    /// A claim was decided; the latest decision counts.
    Decided {
        /// Claim.
        claim: String,
        /// What was decided.
        decision: Decision,
        /// By whom.
        by: String,
    },
}

/// An event as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recorded {
    /// When, in microseconds since 1970 UTC: what comes later stands above what came earlier.
    pub at: i64,
    /// Its id, by which a repetition is known.
    pub id: String,
    /// What happened.
    pub event: Event,
}
