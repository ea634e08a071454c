//! Imports a business case: its document is stored and told.

use muster_kit::{
    Result,
    imports::{self, Summary},
    intake::{Finding, Findings},
};
use muster_proto::common::v1::ImportOutcome;

use super::{
    cases::{DECISIONS, Decision, KnownCase, aggregate},
    import_file::Import,
    savings::Savings,
};
use crate::{
    domain::business_case::BusinessCase,
    events,
    import::{BUSINESS_CASE, read_business_case_file},
    proto,
    store::{
        records::{self, New},
        versions,
    },
};

/// Reads the document, stores it and publishes it.
pub(super) async fn run(import: Import<'_>) -> Result<ImportOutcome> {
    let (text, case) = match import.read(|upload| read_business_case_file(&upload.file)).await? {
        Ok(read) => read,
        Err(findings) => return Ok(import.refused(&Summary::unreadable(findings))),
    };
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let summary = Summary {
        rows_read: case.options.len() as u64,
        rows_kept: case.options.len() as u64,
        totals: vec![
            ("options", count(case.options.len())),
            ("organisations", count(case.setting.organisations.len())),
            ("months", i64::from(case.months)),
        ],
        findings: schemes(&import, &case).await?,
    };
    let mut begun = import.begin(&summary).await?;
    let row = New { key: case.id.clone(), body: text, line: 0 };
    records::write(&begun.uow, BUSINESS_CASE.name, (&begun.import_id, begun.at), vec![row]).await?;
    let version = versions::next(&begun.uow, &aggregate(&case.id)).await?;
    let (conn, scope) = (begun.uow.conn(), begun.uow.scope());
    let mut known = KnownCase::get(conn, &scope, &case.id).await?;
    // an approval that does not stand for this document falls now, so that no later one brings it back
    let fallen = known.decision.clone().filter(|it| !it.option.is_empty());
    if let Some((before, why)) = fallen.and_then(|it| Some((it.clone(), known.falls_with(&it)?))) {
        let (option, reason) = (String::new(), why.to_owned());
        let fell = Decision { option, reason, by: import.actor.id.clone(), at: begun.at, ..before };
        let row = New::of(case.id.clone(), &fell, 0)?;
        records::write(&begun.uow, DECISIONS, ("", begun.at), vec![row]).await?;
        known.decision = Some(fell);
    }
    let savings = Savings::load(conn, &scope).await?;
    let head = proto::cases::head(&known.work_out(&savings, None)?);
    let record = imports::get(conn, &scope, &begun.import_id).await?;
    begun.uow.publish(events::case_published(head, &record, version))?;
    import.commit(begun, &summary).await
}

/// What is to be said of the schemes of a case: those that are not known yet, and those that another case counts, too.
async fn schemes(import: &Import<'_>, case: &BusinessCase) -> Result<Findings> {
    let (conn, scope) = (import.deps.db.read(), import.actor.scope());
    let savings = Savings::load(conn, &scope).await?;
    let others = KnownCase::all(conn, &scope).await?;
    let mut findings = Findings::new(&import.upload.file.name);
    for (at, scheme) in case.schemes.iter().enumerate() {
        let place = format!("schemes[{at}]");
        if !savings.schemes.contains_key(scheme) {
            let remedy = "import the scheme, or correct its name: nothing is attested of it until then";
            let found = Finding::warning("unknown-scheme", "no scheme of this name is known", remedy);
            findings.push(found.at(0, &place, scheme));
        }
        let other = others.iter().find(|it| it.case.id != case.id && it.case.schemes.contains(scheme));
        if let Some(other) = other {
            let problem = format!("its savings are those of the case `{}`, too", other.case.id);
            let remedy = "leave it to one of the two: the same money would stand in both";
            findings.push(Finding::warning("scheme-of-two-cases", problem, remedy).at(0, &place, scheme));
        }
    }
    Ok(findings)
}
