//! `/`: how many GPs and nurses are missing, at once.

use askama::Template;
use axum::{Extension, extract::State};
use muster_kit::{Action, Actor, Resource, authz};

use super::page;
use crate::{
    calls::Caller,
    deps::Deps,
    failure::PageResult,
    model::{
        answer::{self, Answer},
        back_office::money,
    },
    shell::Shell,
    store::baselines,
};

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    shell: Shell,
    answer: Option<Answer>,
    /// Baselines came in after the forecast was made.
    outdated: bool,
    /// Something was imported already.
    has_data: bool,
    /// Runs that are under way.
    running: usize,
    /// What finance has attested; nothing where the back office is away or knows nothing.
    attested: Option<String>,
}

pub(crate) async fn home(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let run = caller.current_run().await?;
    let answer = match &run {
        Some(run) => answer::of_run(&caller, run, false).await?,
        None => None,
    };
    let has_data = answer.is_some() || !caller.imports().await?.is_empty();
    let running = caller.runs().await?.iter().filter(|run| matches!(run.state, 1 | 2)).count();
    authz::permit(&deps.db, &*deps.authorizer, &actor, Action::Read, Resource::all("activity")).await?;
    let newest = baselines::newest(&deps.db, &actor.scope()).await?;
    let outdated = matches!((&run, newest), (Some(run), Some(newest)) if newest > run.started_at_micros);
    let title = answer.as_ref().map_or_else(
        || "How many GPs and nurses are missing".to_owned(),
        |answer| format!("GPs and nurses missing by {}", answer.year),
    );
    let attested = attested(&caller).await;
    page(&Home { shell: Shell::new(title, "/"), answer, outdated, has_data, running, attested })
}

/// The headline of savings in words. The first page does without it where it cannot be had.
async fn attested(caller: &Caller<'_>) -> Option<String> {
    let board = caller.board("").await.ok()?;
    let waits = board.unattested_pence + board.proposed_pence;
    (board.attested_pence != 0 || waits != 0).then(|| {
        let more =
            if waits == 0 { String::new() } else { format!(", and {} waits for a decision", money(waits)) };
        format!("{} attested by finance{more}", money(board.attested_pence))
    })
}
