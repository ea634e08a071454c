//! Freezes an edition: every figure of every context, as it stands.

use muster_kit::{Action, Actor, Error, Resource, Result, audit::AuditEntry};

use super::{Deps, figures, heard_spend, peers::CONTEXTS};
use crate::{
    domain::edition::{Edition, EditionFigure, EditionHead},
    events,
    store::{editions, versions},
};

/// How an edition is signed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// As what.
    pub(crate) signed_as: String,
    /// What is said of it.
    pub(crate) note: String,
    /// Month at whose end schemes stand; empty = the last with an actual.
    pub(crate) as_of: String,
    /// Contexts to freeze without.
    pub(crate) without: Vec<String>,
}

/// Collects the figures, hashes them onto the edition before, and stores them under the next number. Other contexts are asked first, each
/// for what it knows at that moment; the back office's own figures are of the moment of the edition.
///
/// # Errors
/// Forbidden; bad request when the month or a context is none; unavailable when a context is away that was not to be left out; what
/// the database says.
pub(crate) async fn freeze_edition(deps: &Deps, actor: &Actor, asked: Asked) -> Result<EditionHead> {
    let permit = deps.permit(actor, Action::Approve, Resource::all("edition")).await?;
    let others = others(deps, actor, &asked.without).await?;
    let mut uow = deps.db.begin(actor).await?;
    // nobody imports, claims, attests or hears of a month while figures are collected
    let at = versions::instant(&uow).await?;
    heard_spend::lock(&uow).await?;
    let (conn, scope) = (uow.conn(), uow.scope());
    let mut collected = figures::collect(conn, &scope, &asked.as_of).await?;
    collected.add(others);
    let before = editions::find(conn, &scope, 0).await?;
    let (last, previous) = before.map(|it| (it.head.number, it.head.sha256)).unwrap_or_default();
    let mut head = EditionHead {
        number: last + 1,
        by: actor.id.clone(),
        signed_as: asked.signed_as.trim().to_owned(),
        at,
        note: note(&asked),
        as_of: collected.as_of,
        figures: i64::try_from(collected.figures.len()).unwrap_or(i64::MAX),
        sha256: String::new(),
        previous,
    };
    head.sha256 = head.hash(&collected.figures).map_err(unwritable)?;
    let edition = Edition { head, figures: collected.figures };
    editions::insert(&uow, &edition).await?;
    let head = edition.head;
    uow.publish(events::edition_frozen(&head, collected.attested))?;
    uow.commit(AuditEntry::new(permit.on(head.number.to_string()), format!("sha256={}", head.sha256)))
        .await?;
    Ok(head)
}

/// What is said of it; what was left out is said in any case.
fn note(asked: &Asked) -> String {
    let note = asked.note.trim();
    if asked.without.is_empty() {
        return note.to_owned();
    }
    let without = format!("frozen without {}", asked.without.join(", "));
    if note.is_empty() { without } else { format!("{note}; {without}") }
}

/// Figures of the other contexts.
async fn others(deps: &Deps, actor: &Actor, without: &[String]) -> Result<Vec<EditionFigure>> {
    if let Some(unknown) = without.iter().find(|it| !CONTEXTS.contains(&it.as_str())) {
        return Err(Error::bad_request(format!("no context `{unknown}`: one of {}", CONTEXTS.join(", "))));
    }
    let Some(peers) = &deps.peers else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for context in CONTEXTS.into_iter().filter(|it| !without.iter().any(|out| out == it)) {
        found.extend(peers.figures(actor, context).await?);
    }
    Ok(found)
}

/// A figure that cannot be written.
pub(super) fn unwritable(error: serde_json::Error) -> Error {
    Error::internal("a figure cannot be written as JSON").with_source(error)
}
