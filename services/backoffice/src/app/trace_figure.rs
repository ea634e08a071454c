//! Traces a figure back to events, decisions, rows and files, through whichever contexts they are in.

use std::collections::{BTreeMap, BTreeSet};

use muster_kit::{Action, Actor, Error, Resource, Result, imports};
use muster_proto::common::v1::{ImportRecord, Provenance};

use super::{Deps, figures, peers::CONTEXTS, savings::Savings, trace_ends::Ends};
use crate::{
    domain::{
        claim::Evidence,
        edition::EditionFigure,
        trace::{self, File, Known, Step},
    },
    import::{ALL_IN_SHARES, DISPLACEMENT_BASELINES},
    store::editions,
};

/// Steps of a figure of an edition, or of one as it stands (0), and what could not be followed.
///
/// # Errors
/// Forbidden; not found when there is no such figure or edition; what database, log or contexts say.
pub(crate) async fn trace_figure(
    deps: &Deps,
    actor: &Actor,
    key: &str,
    edition: i64,
) -> Result<(Vec<Step>, Vec<String>)> {
    deps.permit(actor, Action::Read, Resource::new("figure", key)).await?;
    let mut gaps = Vec::new();
    let figures = match edition {
        0 => standing(deps, actor, key, &mut gaps).await?,
        number => editions::get(deps.db.read(), &actor.scope(), number).await?.figures,
    };
    let figures: BTreeMap<String, EditionFigure> =
        figures.into_iter().map(|it| (it.key.clone(), it)).collect();
    if !figures.contains_key(key) {
        let of = if edition == 0 { "is known".to_owned() } else { format!("is in edition {edition}") };
        return Err(Error::not_found(format!("no figure `{key}` {of}")));
    }
    let behind = trace::behind(&figures, key);
    let mut known = Known::default();
    let evidence: Vec<&Evidence> = behind.iter().flat_map(|it| &it.evidence).collect();
    if let Some(peers) = &deps.peers {
        let mut ends = Ends { peers, actor, known: &mut known, gaps: &mut gaps };
        ends.events(&evidence).await?;
    }
    files(deps, actor, &behind, &mut known).await?;
    let rules = [ALL_IN_SHARES.name, DISPLACEMENT_BASELINES.name];
    let (steps, more) = trace::trace(&figures, key, &known, &rules);
    gaps.extend(more);
    Ok((steps, gaps))
}

/// Every figure as it stands, with those of the shipped bridge where one of them is asked for; contexts that are away are named.
async fn standing(
    deps: &Deps,
    actor: &Actor,
    key: &str,
    gaps: &mut Vec<String>,
) -> Result<Vec<EditionFigure>> {
    let (conn, scope) = (deps.db.read(), actor.scope());
    let mut figures = figures::collect(conn, &scope, "").await?.figures;
    if key.starts_with("bridge/") && !figures.iter().any(|it| it.key == key) {
        figures.extend(figures::shipped_bridge(&Savings::load(conn, &scope).await?)?);
    }
    let Some(peers) = &deps.peers else { return Ok(figures) };
    for context in CONTEXTS {
        match peers.figures(actor, context).await {
            Ok(found) => figures.extend(found),
            Err(error) => gaps.push(format!("figures of {context} are not there: {error}")),
        }
    }
    Ok(figures)
}

/// Looks up the files that rows came with: here, or in the context that the figure is from.
async fn files(deps: &Deps, actor: &Actor, figures: &[&EditionFigure], known: &mut Known) -> Result<()> {
    let mut open: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for figure in figures {
        let rows = figure.evidence.iter().filter(|it| it.event_id.is_empty() && !it.decided());
        for row in rows.filter(|row| row.version == 0 || row.line > 0) {
            open.entry(&figure.context).or_default().insert(&row.aggregate_id);
        }
    }
    for (context, ids) in open {
        if let (Some(peers), true) = (&deps.peers, CONTEXTS.contains(&context)) {
            let there = peers.imports(actor, context).await?;
            for import in ids.iter().filter_map(|id| there.get(*id)) {
                known.file(imported(import));
            }
        }
        // what the back office heard is told in the name of the context that it is from
        for id in ids {
            if known.has_file(id) {
                continue;
            }
            if let Ok(import) = imports::get(deps.db.read(), &actor.scope(), id).await {
                known.file(file(&imports::provenance(&import)));
            }
        }
    }
    Ok(())
}

/// The file of an import of another context.
pub(super) fn imported(of: &ImportRecord) -> File {
    File {
        import_id: of.import_id.clone(),
        name: of.file_name.clone(),
        sha256: of.sha256.clone(),
        actor: of.actor.clone(),
        at: of.imported_at_micros,
    }
}

/// The file that an event names.
pub(super) fn file(of: &Provenance) -> File {
    File {
        import_id: of.reference_id.clone(),
        name: of.source.clone(),
        sha256: of.sha256.clone(),
        actor: of.actor.clone(),
        at: of.recorded_at_micros,
    }
}
