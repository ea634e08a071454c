//! Imports a quarter of a shared service: it is settled and told.

use muster_kit::{
    Result,
    imports::{self, Summary},
    intake::Findings,
};
use muster_proto::common::v1::ImportOutcome;

use super::{import_file::Import, recharges::key_of};
use crate::{
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
