//! A tracker made ready: how it is read, and what it comes to beside what is stored.

use std::collections::BTreeMap;

use muster_kit::{
    OrgScope, Result,
    imports::{Summary, Upload},
    intake::{Finding, Findings, Grid, RawFile},
};
use sea_orm::ConnectionTrait;

use super::savings::month_key;
use crate::{
    domain::savings::{MonthFigures, Scheme},
    import::{
        Mapping, Measure, Numbered, PartScheme, Proposal, SCHEME_MONTHS, SCHEMES, SchemeMonth, TrackerRead,
        as_confirmed, propose, read_mapping, read_tracker,
    },
    store::records,
};

/// A tracker that was read.
pub(crate) struct Read {
    /// The mapping with its reasons.
    pub(crate) proposal: Proposal,
    /// Sheets of the workbook.
    pub(crate) sheets: Vec<String>,
    /// What it says.
    pub(crate) tracker: TrackerRead,
}

/// What a tracker comes to.
pub(crate) struct Prepared {
    /// Schemes, in the order of the file.
    pub(crate) schemes: Vec<Numbered<Scheme>>,
    /// Their months.
    pub(crate) months: Vec<Numbered<SchemeMonth>>,
    /// What is said of the whole.
    pub(crate) summary: Summary,
}

/// Reads a tracker by a mapping, or by the one that is proposed (empty).
///
/// # Errors
/// Findings when the file is unreadable, the mapping wrong, or no header to be found.
pub(super) fn read(upload: &Upload, mapping: &str) -> Result<Read, Findings> {
    let file = &upload.file;
    let refused = |found: Finding| Findings::of(&file.name, found);
    let (proposal, grid) = if mapping.trim().is_empty() {
        proposed(file)?
    } else {
        let mapping = read_mapping(mapping).map_err(|found| Findings::of("mapping", found))?;
        let grid = file.grid(&mapping.sheet)?;
        (as_confirmed(&mapping), grid)
    };
    // what is proposed must be a mapping that can be given again
    let text = text_of(&proposal.mapping).map_err(refused)?;
    read_mapping(&text).map_err(refused)?;
    let tracker = read_tracker(&file.name, &grid, &proposal.mapping)?;
    Ok(Read { proposal, sheets: grid.sheets, tracker })
}

/// The first sheet on which a header is found.
fn proposed(file: &RawFile) -> Result<(Proposal, Grid), Findings> {
    let grid = file.grid("")?;
    let first = match propose(&grid) {
        Ok(found) => return Ok((found, grid)),
        Err(finding) => Findings::of(&file.name, finding),
    };
    for sheet in grid.sheets.iter().skip(1) {
        if let Ok(grid) = file.grid(sheet)
            && let Ok(found) = propose(&grid)
        {
            return Ok((found, grid));
        }
    }
    Err(first)
}

/// A mapping as a document.
///
/// # Errors
/// A finding when it cannot be written, which no mapping is known for.
pub(crate) fn text_of(mapping: &Mapping) -> Result<String, Finding> {
    serde_json::to_string_pretty(mapping)
        .map_err(|error| Finding::error("mapping", format!("the mapping cannot be written ({error})"), ""))
}

/// Completes schemes and months with what is stored.
///
/// # Errors
/// What the database says.
pub(super) async fn prepare(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    Read { proposal, tracker, .. }: &Read,
) -> Result<Prepared> {
    let ids: Vec<String> = tracker.schemes.iter().map(|it| it.id.clone()).collect();
    let mut known: BTreeMap<String, Scheme> = BTreeMap::new();
    for (id, record) in records::of_keys(conn, scope, SCHEMES.name, &ids).await? {
        known.insert(id, record.value()?);
    }
    let mut findings = tracker.findings.clone();
    let mut schemes = Vec::new();
    for part in &tracker.schemes {
        let scheme = scheme(part, &proposal.mapping, known.get(&part.id));
        schemes.extend(findings.keep(scheme).map(|value| Numbered { line: part.line, value }));
    }
    let months = months(conn, scope, tracker, &schemes).await?;
    let sum = |of: fn(&MonthFigures) -> Option<i64>| {
        months.iter().filter_map(|row| of(&row.value.figures)).fold(0_i64, i64::saturating_add)
    };
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let totals = vec![
        ("schemes", count(schemes.len())),
        ("scheme_months", count(months.len())),
        ("plan_pence", sum(|it| it.plan)),
        ("forecast_pence", sum(|it| it.forecast)),
        ("actual_pence", sum(|it| it.actual)),
    ];
    let refused = u64::try_from(findings.errors()).unwrap_or(u64::MAX).min(tracker.rows);
    let summary = Summary { rows_read: tracker.rows, rows_kept: tracker.rows - refused, totals, findings };
    Ok(Prepared { schemes, months, summary })
}

fn scheme(part: &PartScheme, mapping: &Mapping, known: Option<&Scheme>) -> Result<Scheme, Finding> {
    let scheme = part.complete(mapping, known)?;
    match known.filter(|known| known.organisation != scheme.organisation) {
        None => Ok(scheme),
        Some(known) => {
            let remedy = format!("the scheme is registered for {}", known.organisation);
            let found = Finding::error("other-organisation", "the scheme is of another organisation", remedy);
            Err(found.at(part.line, "organisation", &scheme.organisation))
        }
    }
}

/// Months of schemes that are kept; figures that the tracker has no column for stay as they are stored.
async fn months(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    tracker: &TrackerRead,
    schemes: &[Numbered<Scheme>],
) -> Result<Vec<Numbered<SchemeMonth>>> {
    let keys: Vec<String> = tracker.months.keys().map(|(scheme, month)| month_key(scheme, *month)).collect();
    let stored = records::of_keys(conn, scope, SCHEME_MONTHS.name, &keys).await?;
    let organisations: BTreeMap<&str, &str> =
        schemes.iter().map(|it| (it.value.id.as_str(), it.value.organisation.as_str())).collect();
    let mut months = Vec::new();
    for ((scheme, month), row) in &tracker.months {
        let Some(organisation) = organisations.get(scheme.as_str()) else { continue };
        let before = match stored.get(&month_key(scheme, *month)) {
            Some(record) => record.value::<SchemeMonth>()?.figures,
            None => MonthFigures::default(),
        };
        let of = |measure: Measure, now: Option<i64>, before: Option<i64>| {
            if tracker.measures.contains(&measure) { now } else { before }
        };
        let figures = MonthFigures {
            plan: of(Measure::Plan, row.value.plan, before.plan),
            forecast: of(Measure::Forecast, row.value.forecast, before.forecast),
            actual: of(Measure::Actual, row.value.actual, before.actual),
        };
        let value = SchemeMonth {
            scheme: scheme.clone(),
            organisation: (*organisation).to_owned(),
            month: *month,
            figures,
        };
        months.push(Numbered { line: row.line, value });
    }
    Ok(months)
}
