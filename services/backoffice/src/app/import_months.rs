//! Imports months of schemes; each must be of a scheme that is registered.

use std::collections::BTreeMap;

use muster_kit::{Result, imports::Summary, intake::Finding};
use muster_proto::common::v1::ImportOutcome;

use super::{
    import_file::{Import, summary},
    savings::month_key,
};
use crate::{
    domain::savings::Scheme,
    import::{RowsRead, SCHEME_MONTHS, SCHEMES, SchemeMonth, scheme_month_rows},
    store::records::{self, New},
};

/// Reads the file and stores its months.
pub(super) async fn run(import: Import<'_>) -> Result<ImportOutcome> {
    let mut read = match import.read(|upload| scheme_month_rows(&upload.file)).await? {
        Ok(read) => read,
        Err(findings) => return Ok(import.refused(&Summary::unreadable(findings))),
    };
    let mut known: BTreeMap<String, Scheme> = BTreeMap::new();
    for row in records::known(import.deps.db.read(), &import.actor.scope(), SCHEMES.name, None).await? {
        known.insert(row.row_key.clone(), row.value()?);
    }
    check(&mut read, &known);
    let mut summary = summary(&read);
    summary.totals = totals(&read);
    if summary.refused(&import.upload) {
        return Ok(import.refused(&summary));
    }
    let row = |row: &crate::import::Numbered<SchemeMonth>| {
        New::of(month_key(&row.value.scheme, row.value.month), &row.value, row.line)
    };
    let rows: Result<Vec<New>> = read.rows.iter().map(row).collect();
    let begun = import.begin(&summary).await?;
    records::write(&begun.uow, SCHEME_MONTHS.name, (&begun.import_id, begun.at), rows?).await?;
    import.commit(begun, &summary).await
}

/// Refuses months of schemes that are not registered, or of another organisation's.
fn check(read: &mut RowsRead<SchemeMonth>, known: &BTreeMap<String, Scheme>) {
    let findings = &mut read.findings;
    read.rows.retain(|row| {
        let of = &row.value;
        let found = match known.get(&of.scheme) {
            None => {
                let remedy = "import `schemes` first, or mend the name";
                Finding::error("unknown-scheme", "no scheme of that name is registered", remedy)
                    .at(row.line, "scheme", &of.scheme)
            }
            Some(scheme) if scheme.organisation != of.organisation => {
                let remedy = format!("the scheme is registered for {}", scheme.organisation);
                Finding::error("other-organisation", "the scheme is of another organisation", remedy).at(
                    row.line,
                    "organisation",
                    &of.organisation,
                )
            }
            Some(_) => return true,
        };
        findings.push(found);
        false
    });
}

/// Sums to compare with the tracker's.
fn totals(read: &RowsRead<SchemeMonth>) -> Vec<(&'static str, i64)> {
    let sum = |of: fn(&SchemeMonth) -> Option<i64>| {
        read.rows.iter().filter_map(|row| of(&row.value)).fold(0_i64, i64::saturating_add)
    };
    vec![
        ("plan_pence", sum(|it| it.figures.plan)),
        ("forecast_pence", sum(|it| it.figures.forecast)),
        ("actual_pence", sum(|it| it.figures.actual)),
    ]
}
