//! Imports a business case: its document is stored and told.

use muster_kit::{
    Result,
    imports::{self, Summary},
    intake::Findings,
};
use muster_proto::common::v1::ImportOutcome;

use super::{
    cases::{KnownCase, aggregate},
    import_file::Import,
    savings::Savings,
};
use crate::{
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
        findings: Findings::new(&import.upload.file.name),
    };
    let mut begun = import.begin(&summary).await?;
    let row = New { key: case.id.clone(), body: text, line: 0 };
    records::write(&begun.uow, BUSINESS_CASE.name, (&begun.import_id, begun.at), vec![row]).await?;
    let version = versions::next(&begun.uow, &aggregate(&case.id)).await?;
    let (conn, scope) = (begun.uow.conn(), begun.uow.scope());
    let known = KnownCase::get(conn, &scope, &case.id).await?;
    let savings = Savings::load(conn, &scope).await?;
    let head = proto::cases::head(&known.work_out(&savings, None)?);
    let record = imports::get(conn, &scope, &begun.import_id).await?;
    begun.uow.publish(events::case_published(head, &record, version))?;
    import.commit(begun, &summary).await
}
