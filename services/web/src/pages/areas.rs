//! `/areas` and `/areas/{level}/{code}`: the gap of every part of the system.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, Query, State},
    response::IntoResponse,
};
use muster_kit::{Actor, Error, Result};
use muster_proto::{directory::v1 as directory, staffing::v1 as staffing};
use serde::Deserialize;

use super::{encode, page};
use crate::{
    calls::{Caller, RowsWanted},
    deps::Deps,
    failure::PageResult,
    figures,
    model::{
        self, LEVELS, Level, SYSTEM,
        answer::{self, Answer},
        nodes::{self, Node},
        run::RunView,
    },
    shell::Shell,
    table::{Cell, Table},
};

/// Rows of the list at most; a search narrows it down.
const MOST_SHOWN: usize = 500;

/// What of the list is wanted.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    pub(crate) level: String,
    #[serde(default)]
    pub(crate) q: String,
    #[serde(default)]
    pub(crate) as_of: String,
    pub(crate) run: Option<String>,
}

struct LevelLink {
    text: &'static str,
    href: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "areas.html")]
struct Areas {
    shell: Shell,
    many: &'static str,
    level: &'static str,
    links: Vec<LevelLink>,
    search: String,
    as_of: String,
    forecast: Option<RunView>,
    shown: String,
    table: Table,
}

pub(crate) async fn list(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let (level, run, table) = listed(&caller, &wanted).await?;
    let found = table.rows.len();
    let mut table = table;
    table.rows.truncate(MOST_SHOWN);
    let what = if found == 1 { level.one } else { level.many };
    let shown = if found > MOST_SHOWN {
        format!(
            "The first {MOST_SHOWN} of {} {} are shown: search to narrow them down.",
            figures::count(as_i64(found)),
            level.many.to_lowercase()
        )
    } else {
        format!("{} {}", figures::count(as_i64(found)), what.to_lowercase())
    };
    let links = LEVELS
        .iter()
        .map(|l| LevelLink {
            text: l.many,
            href: format!("/areas?level={}", l.key),
            current: l.key == level.key,
        })
        .collect();
    page(&Areas {
        shell: Shell::new(level.many, "/areas"),
        many: level.many,
        level: level.key,
        links,
        search: wanted.q,
        as_of: wanted.as_of,
        forecast: run.as_ref().map(RunView::read),
        shown,
        table,
    })
}

fn as_i64(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The list as a table: with a forecast its figures, without one what the directory knows.
pub(crate) async fn listed(
    caller: &Caller<'_>,
    wanted: &Wanted,
) -> Result<(&'static Level, Option<staffing::ForecastRun>, Table)> {
    let key = if wanted.level.is_empty() { "borough" } else { wanted.level.as_str() };
    let level = model::level(key).ok_or_else(|| Error::not_found(format!("there is no level `{key}`")))?;
    let run = chosen_run(caller, wanted.run.as_deref()).await?;
    let matches = |name: &str, code: &str| {
        let wanted = wanted.q.trim().to_lowercase();
        wanted.is_empty() || name.to_lowercase().contains(&wanted) || code.to_lowercase().contains(&wanted)
    };
    let query = [("level", level.key), ("q", &wanted.q), ("as_of", &wanted.as_of)];
    let query: Vec<String> =
        query.iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| format!("{k}={}", encode(v))).collect();
    let csv = format!("/csv/areas.csv?{}", query.join("&"));
    // figures of a run belong to the groupings of its own date: another date is answered by the directory alone
    if let Some(run) = run.filter(|_| wanted.as_of.is_empty()) {
        let year = run.spec.as_ref().map_or(0, |spec| spec.to_year);
        let rows = RowsWanted { level: level.key.into(), year, ..RowsWanted::default() };
        let mut found = nodes::gather(caller.rows(&run.run_id, &rows).await?);
        found.retain(|node| matches(&node.name, &node.code));
        nodes::by_gap(&mut found, year);
        if !found.is_empty() || !wanted.q.is_empty() {
            let table =
                Table::new("areas", format!("{} in {year}, largest GP gap first", level.many)).csv(csv);
            let table =
                table.empty("Nothing at this level has that name or code; look among the other levels too.");
            let named = wanted.run.as_deref();
            return Ok((level, Some(run), nodes::compare(table, &found, year, named)));
        }
    }
    let table = if level.key == "practice" {
        let mut places = caller.places(SYSTEM, &wanted.as_of).await?;
        places.retain(|place| matches(&place.name, &place.ods_code));
        practices_known(&places)
    } else {
        let mut groupings = caller.groupings(level.kind, &wanted.as_of).await?;
        groupings.retain(|grouping| matches(&grouping.name, &grouping.code));
        groupings_known(level, &groupings)
    };
    Ok((level, None, table.csv(csv)))
}

/// The run that was asked for, or the current one.
pub(crate) async fn chosen_run(
    caller: &Caller<'_>,
    run: Option<&str>,
) -> Result<Option<staffing::ForecastRun>> {
    match run {
        Some(run) => Ok(Some(caller.run(run).await?)),
        None => caller.current_run().await,
    }
}

fn groupings_known(level: &Level, groupings: &[directory::Grouping]) -> Table {
    let table = Table::new("areas", level.many)
        .text("Area", "area")
        .text("Code", "code")
        .number("Practices", "practices")
        .number("Registered patients", "registered_patients")
        .text("To look at", "warning")
        .empty("No grouping of this kind is known. Import a file of groupings.");
    let row = |grouping: &directory::Grouping| {
        vec![
            Cell::link(grouping.name.clone(), nodes::href(level.key, &grouping.code, None))
                .tagged(grouping.placeholder.then_some("placeholder")),
            Cell::text(grouping.code.clone()),
            Cell::count(grouping.practices.into()),
            Cell::count(grouping.registered_patients),
            Cell::text(grouping.warning.clone()),
        ]
    };
    table.rows(groupings.iter().map(row).collect::<Vec<_>>())
}

fn practices_known(places: &[directory::Place]) -> Table {
    let table = Table::new("areas", "Practices")
        .text("Practice", "practice")
        .text("Code", "ods_code")
        .text("Borough", "borough")
        .number("Registered patients", "registered_patients")
        .empty("No practice is known. Import NHS Payments to General Practice or the workforce series.");
    let row = |place: &directory::Place| {
        let list = place.lists.last().map_or_else(Cell::none, |list| {
            Cell::number(figures::whole(list.registered_milli), figures::plain_milli(list.registered_milli))
        });
        vec![
            Cell::link(place.name.clone(), nodes::href("practice", &place.ods_code, None)),
            Cell::text(place.ods_code.clone()),
            Cell::text(place.borough.clone()),
            list,
        ]
    };
    table.rows(places.iter().map(row).collect::<Vec<_>>())
}

#[derive(Template)]
#[template(path = "area.html")]
struct Area {
    shell: Shell,
    one: &'static str,
    level: &'static str,
    many: &'static str,
    name: String,
    code: String,
    placeholder: bool,
    warning: String,
    facts: String,
    answer: Option<Answer>,
    practices: Option<Table>,
}

/// Which run is looked at.
#[derive(Deserialize)]
pub(crate) struct Which {
    pub(crate) run: Option<String>,
}

pub(crate) async fn area(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path((key, code)): Path<(String, String)>,
    Query(which): Query<Which>,
) -> PageResult {
    if key == "practice" {
        return Ok(axum::response::Redirect::to(&nodes::href("practice", &code, which.run.as_deref()))
            .into_response());
    }
    let caller = Caller::new(&deps, &actor);
    let unknown = || Error::not_found(format!("there is no {key} `{code}`"));
    let level = model::level(&key).ok_or_else(unknown)?;
    let groupings = caller.groupings(level.kind, "").await?;
    let grouping = groupings.into_iter().find(|grouping| grouping.code.eq_ignore_ascii_case(&code));
    let run = chosen_run(&caller, which.run.as_deref()).await?;
    let node = match &run {
        Some(run) => node_of(&caller, run, level, &code).await?,
        None => None,
    };
    if grouping.is_none() && node.is_none() {
        return Err(unknown().into());
    }
    let grouping = grouping.unwrap_or_default();
    let (answer, practices) = match (&node, &run) {
        (Some(node), Some(run)) => {
            let record = record(&caller, run, level, &node.code).await?;
            let practices = practices(&caller, run, level, &node.code).await?;
            (Some(answer::of_node(node, record.as_ref(), RunView::read(run))), Some(practices))
        }
        _ => (None, None),
    };
    let name = node.as_ref().map_or(grouping.name.clone(), |node| node.name.clone());
    page(&Area {
        shell: Shell::new(name.clone(), "/areas"),
        one: level.one,
        level: level.key,
        many: level.many,
        code,
        placeholder: grouping.placeholder || node.as_ref().is_some_and(|node| node.placeholder),
        warning: grouping.warning,
        facts: facts(grouping.practices, grouping.registered_patients),
        name,
        answer,
        practices,
    })
}

fn facts(practices: u32, patients: i64) -> String {
    if practices == 0 {
        return String::new();
    }
    format!(
        "{} practices, {} registered patients today.",
        figures::count(practices.into()),
        figures::count(patients)
    )
}

pub(crate) async fn node_of(
    caller: &Caller<'_>,
    run: &staffing::ForecastRun,
    level: &Level,
    code: &str,
) -> Result<Option<Node>> {
    let wanted = RowsWanted { level: level.key.into(), node: code.into(), year: 0, role: 0 };
    Ok(nodes::gather(caller.rows(&run.run_id, &wanted).await?).into_iter().next())
}

/// What was recorded; the record is kept by system and borough.
pub(crate) async fn record(
    caller: &Caller<'_>,
    run: &staffing::ForecastRun,
    level: &Level,
    code: &str,
) -> Result<Option<staffing::GetHistoryResponse>> {
    if !matches!(level.key, "system" | "borough") {
        return Ok(None);
    }
    let way = run
        .spec
        .as_ref()
        .map_or(staffing::MissingReturns::Unspecified, staffing::ForecastSpec::missing_returns);
    caller.history(code, way).await
}

/// The practices of a grouping side by side.
pub(crate) async fn practices(
    caller: &Caller<'_>,
    run: &staffing::ForecastRun,
    level: &Level,
    code: &str,
) -> Result<Table> {
    let spec = run.spec.clone().unwrap_or_default();
    let places = caller.places(&spec.area, &spec.groupings_as_of).await?;
    let inside: std::collections::HashSet<String> = places
        .into_iter()
        .filter(|place| {
            place.memberships.iter().any(|m| m.kind == level.kind as i32 && m.code.eq_ignore_ascii_case(code))
        })
        .map(|place| place.ods_code)
        .collect();
    let wanted = RowsWanted { level: "practice".into(), year: spec.to_year, ..RowsWanted::default() };
    let mut found = nodes::gather(caller.rows(&run.run_id, &wanted).await?);
    found.retain(|node| inside.contains(&node.code));
    nodes::by_gap(&mut found, spec.to_year);
    let csv =
        format!("/csv/practices.csv?level={}&code={}&run={}", level.key, encode(code), encode(&run.run_id));
    let table =
        Table::new("practices", format!("Practices in {}, largest GP gap first", spec.to_year)).csv(csv);
    let table = table.empty("The forecast holds no practice of this area.");
    Ok(nodes::compare(table, &found, spec.to_year, None))
}
