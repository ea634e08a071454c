//! Imports schemes: each that is new or other than before is told.

use muster_kit::{
    Result, UnitOfWork,
    imports::{self, Summary},
};
use muster_proto::common::v1::ImportOutcome;

use super::import_file::{Import, summary};
use crate::{
    domain::savings::{Gate, Scheme},
    events,
    import::{SCHEMES, scheme_rows},
    store::{
        records::{self, Changed, New},
        versions,
    },
};

/// Reads the file and stores its schemes.
pub(super) async fn run(import: Import<'_>) -> Result<ImportOutcome> {
    let read = match import.read(|upload| scheme_rows(&upload.file)).await? {
        Ok(read) => read,
        Err(findings) => return Ok(import.refused(&Summary::unreadable(findings))),
    };
    let mut summary = summary(&read);
    if summary.refused(&import.upload) {
        return Ok(import.refused(&summary));
    }
    let rows: Result<Vec<New>> =
        read.rows.iter().map(|row| New::of(row.value.id.clone(), &row.value, row.line)).collect();
    let mut begun = import.begin(&summary).await?;
    let changed = records::write(&begun.uow, SCHEMES.name, (&begun.import_id, begun.at), rows?).await?;
    tell(&mut begun.uow, &begun.import_id, &changed, read.rows.iter().map(|row| &row.value)).await?;
    summary.totals.push(("schemes_new_or_changed", i64::try_from(changed.len()).unwrap_or(i64::MAX)));
    import.commit(begun, &summary).await
}

/// Tells of schemes that are new or changed.
///
/// # Errors
/// What the database says.
pub(super) async fn tell<'a>(
    uow: &mut UnitOfWork,
    import_id: &str,
    changed: &[Changed],
    schemes: impl Iterator<Item = &'a Scheme>,
) -> Result<()> {
    let import = imports::get(uow.conn(), &uow.scope(), import_id).await?;
    for scheme in schemes {
        let Some(change) = changed.iter().find(|it| it.key == scheme.id) else { continue };
        let before: Option<Scheme> = change.before.as_deref().map(records::of_json).transpose()?;
        let moved = before.as_ref().map(|it| it.gate).filter(|gate| *gate != scheme.gate);
        if others(before.as_ref(), scheme.gate).as_ref() != Some(scheme) {
            let version = versions::next(uow, &format!("scheme {}", scheme.id)).await?;
            uow.publish(events::scheme_registered(scheme, &import, version))?;
        }
        if let Some(gate) = moved {
            let version = versions::next(uow, &format!("scheme {}", scheme.id)).await?;
            uow.publish(events::scheme_gated((scheme, gate), &import, version))?;
        }
    }
    Ok(())
}

/// The scheme before, at the gate of now: what is other than that has more than its gate changed.
fn others(before: Option<&Scheme>, gate: Gate) -> Option<Scheme> {
    before.map(|it| Scheme { gate, ..it.clone() })
}
