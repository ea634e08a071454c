//! Every figure that the back office knows, as it stands: its own, and what it heard of others.

mod cases;
mod others;
mod savings;

use muster_kit::{OrgScope, Result, figures::financial_year as year};
use sea_orm::ConnectionTrait;

pub(super) use self::others::shipped_bridge;
use super::savings::Savings;
use crate::{
    domain::{Month, claim::Evidence, edition::EditionFigure},
    store::records::Record,
};

/// Figures in order of their keys, with what an edition says of itself.
pub(super) struct Collected {
    pub(super) figures: Vec<EditionFigure>,
    /// Month at whose end schemes stand; empty where nothing came yet.
    pub(super) as_of: String,
    /// The headline, pence.
    pub(super) attested: i64,
}

impl Collected {
    /// Adds figures of others.
    pub(super) fn add(&mut self, others: Vec<EditionFigure>) {
        self.figures.extend(others);
        self.figures.sort_by(|one, other| one.key.cmp(&other.key));
    }
}

/// Collects them.
///
/// # Errors
/// Bad request when the month is none; what the database says.
pub(super) async fn collect(conn: &impl ConnectionTrait, scope: &OrgScope, as_of: &str) -> Result<Collected> {
    let known = Savings::load(conn, scope).await?;
    let at = known.as_of(as_of.trim())?;
    let mut figures = savings::claims(conn, scope, &known).await?;
    figures.extend(savings::board(&known));
    figures.extend(savings::schemes(conn, scope, &known, at).await?);
    figures.extend(cases::cases(conn, scope, &known).await?);
    figures.extend(cases::sharings(conn, scope).await?);
    figures.extend(cases::recharged(conn, scope).await?);
    figures.extend(others::benchmarks(conn, scope).await?);
    figures.extend(others::bridges(conn, scope, &known).await?);
    figures.extend(others::plan(conn, scope).await?);
    figures.extend(others::temporary_staffing(conn, scope).await?);
    figures.sort_by(|one, other| one.key.cmp(&other.key));
    let as_of = at.map(|month| month.to_string()).unwrap_or_default();
    Ok(Collected { figures, as_of, attested: known.board.total })
}

/// A figure in pence that everybody may see, and that is of nothing yet.
fn figure(key: String, title: String, value: i64) -> EditionFigure {
    EditionFigure {
        key,
        context: "backoffice".to_owned(),
        title,
        value,
        unit: "pence".to_owned(),
        low: None,
        high: None,
        window: String::new(),
        base: String::new(),
        version: String::new(),
        source: String::new(),
        public: true,
        made_of: Vec::new(),
        evidence: Vec::new(),
    }
}

/// The row of a file as evidence.
fn row(record: &Record) -> Evidence {
    Evidence {
        event_id: String::new(),
        causation_id: String::new(),
        kind: record.kind.clone(),
        aggregate_id: record.import_id.clone(),
        version: 0,
        occurred_at: record.recorded_at,
        says: match record.line {
            0 => format!("the document of import {}", record.import_id),
            line => format!("line {line} of import {}", record.import_id),
        },
        line: record.line,
    }
}

/// The financial year of a month.
fn year_of(month: Month) -> String {
    year(month.year_ending())
}
