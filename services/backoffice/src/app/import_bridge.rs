//! Imports a bridge: what can be worked out is published under its title.

use muster_kit::{
    Error, Result,
    imports::{self, Summary},
};
use muster_proto::common::v1::ImportOutcome;

use super::import_file::Import;
use crate::{
    events,
    import::{BRIDGE, read_bridge_file},
    proto,
    store::{
        records::{self, New},
        versions,
    },
};

/// Reads the document, stores it and publishes it.
pub(super) async fn run(import: Import<'_>) -> Result<ImportOutcome> {
    let (text, document) = match import.read(|upload| read_bridge_file(&upload.file)).await? {
        Ok(read) => read,
        Err(findings) => return Ok(import.refused(&Summary::unreadable(findings))),
    };
    let told =
        proto::bridge::bridge(&document, &[]).map_err(|problem| Error::bad_request(problem.to_string()))?;
    let figures = document.bridge.figures.len();
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let of = |verdict: &str| told.derivations.iter().filter(|it| it.verdict == verdict).count();
    let summary = Summary {
        rows_read: figures as u64,
        rows_kept: figures as u64,
        totals: vec![
            ("figures", count(figures)),
            ("derivations", count(told.derivations.len())),
            ("irreconcilable", count(of("irreconcilable"))),
            ("refused", count(of("refused"))),
        ],
        findings: muster_kit::intake::Findings::new(&import.upload.file.name),
    };
    let mut begun = import.begin(&summary).await?;
    let title = document.bridge.title.clone();
    let row = New { key: title.clone(), body: text, line: 0 };
    records::write(&begun.uow, BRIDGE.name, (&begun.import_id, begun.at), vec![row]).await?;
    let version = versions::next(&begun.uow, &format!("bridge {title}")).await?;
    let record = imports::get(begun.uow.conn(), &begun.uow.scope(), &begun.import_id).await?;
    begun.uow.publish(events::bridge_published(told, &record, version))?;
    import.commit(begun, &summary).await
}
