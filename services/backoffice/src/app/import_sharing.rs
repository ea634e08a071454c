//! Imports a gain that is to be shared.

use muster_kit::{Result, imports::Summary, intake::Findings};
use muster_proto::common::v1::ImportOutcome;

use super::import_file::Import;
use crate::{
    import::{GAIN_SHARING, read_share_file},
    store::records::{self, New},
};

/// Reads the document and stores it. Nothing is told of it: it is worked out for who asks.
pub(super) async fn run(import: Import<'_>) -> Result<ImportOutcome> {
    let (text, share) = match import.read(|upload| read_share_file(&upload.file)).await? {
        Ok(read) => read,
        Err(findings) => return Ok(import.refused(&Summary::unreadable(findings))),
    };
    let players = share.game.players().len();
    let summary = Summary {
        rows_read: players as u64,
        rows_kept: players as u64,
        totals: vec![("players", i64::try_from(players).unwrap_or(i64::MAX))],
        findings: Findings::new(&import.upload.file.name),
    };
    let begun = import.begin(&summary).await?;
    let row = New { key: share.title, body: text, line: 0 };
    records::write(&begun.uow, GAIN_SHARING.name, (&begun.import_id, begun.at), vec![row]).await?;
    import.commit(begun, &summary).await
}
