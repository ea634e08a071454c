//! Imports items.

use muster_kit::{Result, imports::Summary};
use muster_proto::common::v1::ImportOutcome;

use super::import_file::{Import, beside, count, summary};
use crate::{import::read_items, store::item_writes};

/// Reads items and stores them; what is described as before stays.
pub(super) async fn items(import: Import<'_>) -> Result<ImportOutcome> {
    let read = match beside(&import.upload, read_items).await? {
        Ok(read) => read,
        Err(findings) => return Ok(import.refused(&Summary::unreadable(findings))),
    };
    let questions = read.rows.iter().filter(|item| item.pack.normalise().is_err()).count();
    let mut summary = summary(&read, vec![("questions", count(questions as u64))]);
    if summary.refused(&import.upload) {
        return Ok(import.refused(&summary));
    }
    let storing = import.store(&summary).await?;
    let written = item_writes::write(&storing.uow, (&storing.import_id, storing.at), &read.rows).await?;
    summary.totals.extend([("items_new", count(written.new)), ("items_changed", count(written.changed))]);
    import.done(storing, &summary).await
}
