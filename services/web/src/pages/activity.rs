//! `/activity`: what was imported, changed and forecast, as the bus told it.

use askama::Template;
use axum::{Extension, extract::State};
use muster_kit::{Action, Actor, Resource, Result, authz, rpc::unary};
use muster_proto::operations::v1 as operations;

use super::page;
use crate::{
    deps::Deps,
    failure::PageResult,
    figures,
    shell::Shell,
    store::activity::{self, ActivityRow},
    table::{Cell, Table},
};

/// Rows on the page.
const NEWEST: u64 = 200;

struct Line {
    when: String,
    actor: String,
    headline: String,
    detail: String,
    link: String,
}

#[derive(Template)]
#[template(path = "activity.html")]
struct Activity {
    shell: Shell,
    lines: Vec<Line>,
    dead: Option<Table>,
    all_shown: bool,
}

pub(crate) async fn feed(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    let rows = rows(&deps, &actor).await?;
    let all_shown = rows.len() < usize::try_from(NEWEST).unwrap_or(usize::MAX);
    let lines = rows.into_iter().map(line).collect();
    let dead = dead_letters(&deps, &actor).await;
    page(&Activity { shell: Shell::new("Activity", "/activity"), lines, dead, all_shown })
}

/// The newest rows that the actor may see.
pub(crate) async fn rows(deps: &Deps, actor: &Actor) -> Result<Vec<ActivityRow>> {
    authz::permit(&deps.db, &*deps.authorizer, actor, Action::Read, Resource::all("activity")).await?;
    activity::activity(&deps.db, &actor.scope(), NEWEST).await
}

fn line(row: ActivityRow) -> Line {
    Line {
        when: figures::instant(row.at),
        actor: row.actor,
        headline: row.headline,
        detail: row.detail,
        link: row.link,
    }
}

/// The feed as a table, for a file.
pub(crate) fn table(rows: &[ActivityRow]) -> Table {
    let table = Table::new("activity", "Activity")
        .text("When", "at")
        .text("Who", "actor")
        .text("What", "headline")
        .text("Detail", "detail")
        .text("Event", "kind")
        .text("Id", "event_id");
    let row = |row: &ActivityRow| {
        vec![
            Cell::text(figures::plain_instant(row.at)),
            Cell::text(row.actor.clone()),
            Cell::text(row.headline.clone()),
            Cell::text(row.detail.clone()),
            Cell::text(row.kind.clone()),
            Cell::text(row.event_id.clone()),
        ]
    };
    table.rows(rows.iter().map(row).collect::<Vec<_>>())
}

/// Events that a consumer gave up on; only who runs the node may know, for others there is nothing.
async fn dead_letters(deps: &Deps, actor: &Actor) -> Option<Table> {
    let request = unary(actor, operations::ListDeadLettersRequest { consumer: String::new() });
    let letters = deps.operations.clone().list_dead_letters(request).await.ok()?.into_inner().dead_letters;
    if letters.is_empty() {
        return None;
    }
    let table = Table::new("dead", "Events that a consumer gave up on")
        .text("When", "died_at")
        .text("Event", "event")
        .text("Consumer", "consumer")
        .text("Why", "reason");
    let row = |letter: &operations::DeadLetter| {
        vec![
            Cell::text(figures::instant(letter.died_at_micros)),
            Cell::text(letter.event.as_ref().map(|event| event.subject.clone()).unwrap_or_default()),
            Cell::text(letter.consumer.clone()),
            Cell::text(letter.reason.clone()),
        ]
    };
    Some(table.rows(letters.iter().map(row).collect::<Vec<_>>()))
}
