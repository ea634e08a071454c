//! Imports a quarter of a shared service: it is settled and told.

use muster_kit::{
    Result,
    imports::{self, Summary},
    intake::{Finding, Findings},
};
use muster_proto::common::v1::ImportOutcome;

use super::{
    import_file::Import,
    recharges::{self, key_of},
};
use crate::{
    domain::tariff::Quarter,
    events,
    import::{RECHARGE, read_tariff_file},
    proto,
    store::{
        records::{self, New},
        versions,
    },
};

/// Reads the document, stores it and publishes what members pay.
pub(super) async fn run(import: Import<'_>) -> Result<ImportOutcome> {
    let (text, quarter) = match import.read(|upload| read_tariff_file(&upload.file)).await? {
        Ok(read) => read,
        Err(findings) => return Ok(import.refused(&Summary::unreadable(findings))),
    };
    let members = quarter.members.len();
    let summary = Summary {
        rows_read: members as u64,
        rows_kept: members as u64,
        totals: vec![
            ("members", i64::try_from(members).unwrap_or(i64::MAX)),
            ("cost_pence", quarter.actual_fixed.saturating_add(quarter.actual_running)),
        ],
        findings: Findings::new(&import.upload.file.name),
    };
    if let Some(other) = beside(&import, &quarter).await? {
        return Ok(import.refused(&Summary::unreadable(other)));
    }
    let mut begun = import.begin(&summary).await?;
    let key = key_of(&quarter);
    let row = New { key: key.clone(), body: text, line: 0 };
    records::write(&begun.uow, RECHARGE.name, (&begun.import_id, begun.at), vec![row]).await?;
    let version = versions::next(&begun.uow, &format!("recharge {key}")).await?;
    let record = imports::get(begun.uow.conn(), &begun.uow.scope(), &begun.import_id).await?;
    let told =
        proto::cases::quarter(&quarter, (&begun.import_id, version)).map_err(super::cases::unreadable)?;
    begun.uow.publish(events::recharge_settled(told, &record, version))?;
    import.commit(begun, &summary).await
}

/// Refuses a quarter that shares months with another one of its service: they would be billed twice.
async fn beside(import: &Import<'_>, of: &Quarter) -> Result<Option<Findings>> {
    let known = recharges::all(import.deps.db.read(), &import.actor.scope(), &of.service).await?;
    let shares = |start: crate::domain::Month| start != of.start && start.since(of.start).abs() < 3;
    let Some(other) = known.iter().map(|it| it.quarter.start).find(|start| shares(*start)) else {
        return Ok(None);
    };
    let problem = format!("shares months with the quarter of {other}, which is settled");
    let remedy = format!("correct the month, or import it as {other} to settle that one anew");
    let found = Finding::error("months-twice", problem, remedy).at(0, "quarter", &of.start.to_string());
    Ok(Some(Findings::of(&import.upload.file.name, found)))
}
