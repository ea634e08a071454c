//! Watches a run: its state now, then every change, until it has ended.

use std::time::Duration;

use futures::Stream;
use muster_kit::{Action, Actor, Resource, Result};
use tokio::sync::watch;

use super::Deps;
use crate::store::runs::{self, Model};

/// How often a run of another process is looked at.
const LOOK: Duration = Duration::from_millis(500);

enum Watching {
    /// A run of this process.
    Here(watch::Receiver<Model>, bool),
    /// A run of another process, or one that has ended.
    Elsewhere(Option<Box<Model>>),
    Done,
}

/// The states of a run, one after the other; ends with the run, or when the node stops.
///
/// # Errors
/// Forbidden; not found when there is no such run within the actor's organisation.
pub(crate) async fn watch_forecast(
    deps: &Deps,
    actor: &Actor,
    run_id: &str,
) -> Result<impl Stream<Item = Result<Model>> + Send + use<>> {
    deps.permit(actor, Action::Read, Resource::new("forecast", run_id)).await?;
    // the handle first: a run that ends between the two looks is then found ended in the database
    let handle = deps.runs.get(run_id);
    let run = runs::get(deps.db.read(), &actor.scope(), run_id).await?;
    let watching = match handle {
        Some(handle) if !run.has_ended() => Watching::Here(handle.watch(), true),
        _ => Watching::Elsewhere(Some(Box::new(run))),
    };
    let (deps, actor, run_id) = (deps.clone(), actor.clone(), run_id.to_owned());
    Ok(futures::stream::unfold(watching, move |watching| {
        let (deps, actor, run_id) = (deps.clone(), actor.clone(), run_id.clone());
        async move { next(&deps, &actor, &run_id, watching).await }
    }))
}

async fn next(
    deps: &Deps,
    actor: &Actor,
    run_id: &str,
    watching: Watching,
) -> Option<(Result<Model>, Watching)> {
    match watching {
        Watching::Done => None,
        Watching::Here(mut receiver, first) => {
            if !first {
                tokio::select! {
                    changed = receiver.changed() => if changed.is_err() {
                        return Some(look(deps, actor, run_id).await);
                    },
                    () = deps.shutdown.begun() => return None,
                }
            }
            let run = receiver.borrow_and_update().clone();
            let next = if run.has_ended() { Watching::Done } else { Watching::Here(receiver, false) };
            Some((Ok(run), next))
        }
        Watching::Elsewhere(Some(run)) => {
            let next = if run.has_ended() { Watching::Done } else { Watching::Elsewhere(None) };
            Some((Ok(*run), next))
        }
        Watching::Elsewhere(None) => {
            if !deps.shutdown.sleep(LOOK).await {
                return None;
            }
            Some(look(deps, actor, run_id).await)
        }
    }
}

async fn look(deps: &Deps, actor: &Actor, run_id: &str) -> (Result<Model>, Watching) {
    match runs::get(deps.db.read(), &actor.scope(), run_id).await {
        Ok(run) if run.has_ended() => (Ok(run), Watching::Done),
        Ok(run) => (Ok(run), Watching::Elsewhere(None)),
        Err(error) => (Err(error), Watching::Done),
    }
}
