//! Gives an edition as a document: a board update, tables, or everything for machines.

use muster_board_update::{self as update, Format, Written};
use muster_kit::{Actor, Error, Result};

use super::{Deps, show_edition};
use crate::domain::{
    claim::Evidence,
    edition::{EditionFigure, EditionHead, FigureChange},
};

/// The document of an edition by number, or of the latest (0), with what is other since the edition before it.
///
/// # Errors
/// Forbidden; bad request on another format; not found; what the database says; internal when it cannot be written.
pub(crate) async fn export_edition(
    deps: &Deps,
    actor: &Actor,
    (number, format, public): (i64, &str, bool),
) -> Result<Written> {
    let format: Format =
        format.parse().map_err(|error: update::UpdateError| Error::bad_request(error.to_string()))?;
    let (edition, left_out) = show_edition::shown_edition(deps, actor, (number, public)).await?;
    let since = match edition.head.number {
        ..=1 => None,
        number => Some(since(deps, actor, (number, public)).await?),
    };
    let head = head(edition.head);
    let figures = edition.figures.into_iter().map(figure).collect();
    let edition = update::Edition { head, figures, public, left_out, since };
    // a large edition takes a while to lay out: other calls go on meanwhile
    let written = tokio::task::spawn_blocking(move || update::write(edition, format)).await;
    let cannot = || Error::internal("the document cannot be written");
    written.map_err(|error| cannot().with_source(error))?.map_err(|error| cannot().with_source(error))
}

/// What is other than in the edition before.
async fn since(deps: &Deps, actor: &Actor, (number, public): (i64, bool)) -> Result<update::Since> {
    let (earlier, later) = show_edition::two_editions(deps, actor, (number - 1, number)).await?;
    let changes = show_edition::shown_changes((&earlier, &later), public);
    let EditionHead { number, sha256, .. } = earlier.head;
    Ok(update::Since { number, sha256, changes: changes.into_iter().map(change).collect() })
}

fn head(of: EditionHead) -> update::Head {
    update::Head {
        number: of.number,
        frozen_by: of.by,
        signed_as: of.signed_as,
        frozen_at_micros: of.at,
        note: of.note,
        as_of: of.as_of,
        figures: of.figures,
        sha256: of.sha256,
        previous_sha256: of.previous,
    }
}

fn figure(of: EditionFigure) -> update::Figure {
    update::Figure {
        key: of.key,
        context: of.context,
        title: of.title,
        value: Some(of.value),
        unit: of.unit,
        low: of.low,
        high: of.high,
        window: of.window,
        base: of.base,
        version: of.version,
        source: of.source,
        public: of.public,
        made_of: of.made_of,
        evidence: of.evidence.into_iter().map(evidence).collect(),
    }
}

fn evidence(of: Evidence) -> update::Evidence {
    update::Evidence {
        event_id: of.event_id,
        causation_id: of.causation_id,
        kind: of.kind,
        aggregate_id: of.aggregate_id,
        version: of.version,
        occurred_at: of.occurred_at,
        says: of.says,
        line: of.line,
    }
}

fn change(of: FigureChange) -> update::Change {
    update::Change {
        before: of.before.map(figure),
        after: of.after.map(figure),
        why: of.why.into_iter().map(evidence).collect(),
        no_longer: of.no_longer.into_iter().map(evidence).collect(),
    }
}
