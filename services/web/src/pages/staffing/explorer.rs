//! `/staffing`: the gap of any node over the years, and which of its parts it lies in.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    Extension,
    extract::{Query, State},
};
use muster_kit::{Actor, Error, Result};
use muster_proto::{
    directory::v1::Place,
    staffing::v1::{ForecastRun, RunState},
};
use serde::Deserialize;

use crate::{
    calls::{Caller, RowsWanted},
    deps::Deps,
    failure::PageResult,
    model::{
        self, LEVELS, Level, Role,
        agency::observed::{self, Used},
        charts::{self, ChartView},
        explorer as words, history,
        nodes::{self, Node},
        run::RunView,
    },
    pages::{
        choices::{Choice, Group},
        encode, page,
    },
    shell::Shell,
    table::Table,
};

/// Runs of other areas that are searched for a node at most.
const MOST_RUNS: usize = 8;

/// The form as it was filled in; empty is the whole area, GPs and the last year.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    /// Level and code, as `borough/LAM`.
    #[serde(default)]
    at: String,
    /// ODS code of a practice; goes before `at`.
    #[serde(default)]
    practice: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    year: String,
    #[serde(default)]
    run: String,
    /// Level of the parts that are ranked.
    #[serde(default)]
    parts: String,
}

impl Wanted {
    /// Level and code of the node; nothing for the whole of the run.
    fn node(&self) -> Result<Option<(&'static Level, String)>> {
        let practice = self.practice.trim();
        if !practice.is_empty() {
            return Ok(model::level("practice").map(|level| (level, practice.to_uppercase())));
        }
        if self.at.is_empty() {
            return Ok(None);
        }
        let found =
            self.at.split_once('/').and_then(|(key, code)| Some((model::level(key)?, code.to_owned())));
        found
            .map(Some)
            .ok_or_else(|| Error::not_found(format!("there is no node `{}`, such as `borough/LAM`", self.at)))
    }
}

/// What the form offers.
struct Offered {
    nodes: Vec<Group>,
    roles: Vec<Choice>,
    years: Vec<Choice>,
    runs: Vec<Choice>,
    parts: Vec<Choice>,
    practice: String,
}

/// A file of the run.
struct File {
    text: &'static str,
    href: String,
}

/// What is said of a node.
struct Gap {
    one: &'static str,
    name: String,
    code: String,
    placeholder: bool,
    finding: String,
    /// Not what happens if nothing changes: which scenario it is.
    scenario: String,
    charts: Vec<ChartView>,
    years: Table,
    parts: Option<Table>,
    /// Temporary cover of the latest twelve months.
    used: Option<Used>,
    /// What covering the gap would cost.
    cover: String,
    files: Vec<File>,
    run: RunView,
    sample: bool,
}

#[derive(Template)]
#[template(path = "explorer.html")]
struct Explorer {
    shell: Shell,
    offered: Option<Offered>,
    gap: Option<Gap>,
    has_data: bool,
}

pub(crate) async fn explorer(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let runs = finished(&caller).await?;
    let Some((run, node)) = found(&caller, &runs, &wanted).await? else {
        let has_data = !caller.imports().await?.is_empty();
        let shell = Shell::staffing("Gap explorer", "/staffing");
        return page(&Explorer { shell, offered: None, gap: None, has_data });
    };
    let role = role(&wanted.role, &node)?;
    let year = year(&wanted.year, &node, role)?;
    let parts = below(&node.level, &wanted.parts)?;
    let offered = offered(&caller, &runs, (&run, &node), (role, year)).await?;
    let parts_of = parts.map_or_else(Vec::new, |chosen| {
        below_all(&node.level).map(|level| Choice::new(level.key, level.many, chosen.key)).collect()
    });
    let offered = Offered { parts: parts_of, practice: wanted.practice.clone(), ..offered };
    let gap = gap(&caller, (&run, &node), (role, year), parts).await?;
    let title = format!("{} missing in {}", role.heading(), gap.name);
    page(&Explorer {
        shell: Shell::staffing(title, "/staffing"),
        offered: Some(offered),
        gap: Some(gap),
        has_data: true,
    })
}

/// Finished runs, that of the first page first, then the newest of each other area and scenario.
async fn finished(caller: &Caller<'_>) -> Result<Vec<ForecastRun>> {
    let runs = caller.runs().await?;
    let mut finished: Vec<ForecastRun> =
        runs.into_iter().filter(|run| run.state == RunState::Finished as i32).collect();
    let whole = |run: &ForecastRun| {
        run.spec.as_ref().is_some_and(|spec| spec.area.eq_ignore_ascii_case(model::SYSTEM))
    };
    // stable: newest first within each
    finished.sort_by_key(|run| !whole(run));
    Ok(finished)
}

/// The newest run that holds the node, or the one that was asked for.
async fn found(
    caller: &Caller<'_>,
    runs: &[ForecastRun],
    wanted: &Wanted,
) -> Result<Option<(ForecastRun, Node)>> {
    let asked = wanted.node()?;
    let candidates: Vec<ForecastRun> = if wanted.run.is_empty() {
        let mut areas = Vec::new();
        let newest = |run: &&ForecastRun| {
            let area = run.spec.as_ref().map(|spec| spec.area.to_lowercase()).unwrap_or_default();
            let new = !areas.contains(&area);
            areas.push(area);
            new
        };
        runs.iter().filter(newest).take(MOST_RUNS).cloned().collect()
    } else {
        vec![caller.run(&wanted.run).await?]
    };
    for run in &candidates {
        let node = match &asked {
            Some((level, code)) => crate::pages::areas::node_of(caller, run, level, code).await?,
            None => model::answer::top(caller, &RunView::read(run)).await?,
        };
        if let Some(node) = node {
            return Ok(Some((run.clone(), node)));
        }
    }
    match asked {
        Some((level, code)) if !candidates.is_empty() => {
            let which = if wanted.run.is_empty() { "no finished forecast" } else { "not this forecast" };
            Err(Error::not_found(format!("{which} covers a {} `{code}`", level.one.to_lowercase())))
        }
        _ => Ok(None),
    }
}

fn role(key: &str, node: &Node) -> Result<Role> {
    let roles = node.roles();
    match key {
        "" => Ok(roles.first().copied().unwrap_or(Role::Gp)),
        key => roles
            .into_iter()
            .find(|role| role.key() == key)
            .ok_or_else(|| Error::not_found(format!("the forecast holds no role `{key}`"))),
    }
}

fn year(text: &str, node: &Node, role: Role) -> Result<i32> {
    let years: Vec<i32> = node.years(role).map(|(year, _)| year).collect();
    match text.trim() {
        "" => Ok(years.last().copied().unwrap_or_default()),
        text => text.parse().ok().filter(|year| years.contains(year)).ok_or_else(|| {
            let (first, last) = (years.first().copied().unwrap_or(0), years.last().copied().unwrap_or(0));
            Error::not_found(format!("the forecast has no year `{text}`: it goes from {first} to {last}"))
        }),
    }
}

/// Levels whose nodes can be parts of a node of this one.
fn below_all(level: &str) -> impl Iterator<Item = &'static Level> + use<> {
    let from = LEVELS.iter().position(|l| l.key == level).map_or(0, |place| place + 1);
    let networks = matches!(level, "federation" | "lcn" | "pcn");
    LEVELS.iter().skip(from).filter(move |l| !networks || l.key == "practice")
}

/// The level of the parts that are shown; nothing for a practice.
fn below(level: &str, wanted: &str) -> Result<Option<&'static Level>> {
    if wanted.is_empty() {
        return Ok(below_all(level).next());
    }
    // another node may have been chosen together with the parts of the one before
    let known =
        model::level(wanted).ok_or_else(|| Error::not_found(format!("there is no level `{wanted}`")))?;
    Ok(below_all(level).find(|l| l.key == known.key).or_else(|| below_all(level).next()))
}

async fn offered(
    caller: &Caller<'_>,
    runs: &[ForecastRun],
    (run, node): (&ForecastRun, &Node),
    (role, year): (Role, i32),
) -> Result<Offered> {
    let chosen = format!("{}/{}", node.level, node.code);
    let mut groups = Vec::new();
    for level in LEVELS.iter().filter(|level| level.key != "practice") {
        let rows = RowsWanted { level: level.key.into(), year, role: role.number(), ..RowsWanted::default() };
        let found = nodes::gather(caller.rows(&run.run_id, &rows).await?);
        let choice = |node: &Node| Choice::new(format!("{}/{}", node.level, node.code), &node.name, &chosen);
        if !found.is_empty() {
            groups.push(Group { name: level.many, choices: found.iter().map(choice).collect() });
        }
    }
    if node.level == "practice" {
        let choices = vec![Choice::new(&*chosen, &node.name, &chosen)];
        groups.push(Group { name: "Practice", choices });
    }
    let label = |run: &ForecastRun| {
        let view = RunView::read(run);
        format!("{}, {}", view.asked(), view.started)
    };
    Ok(Offered {
        nodes: groups,
        roles: node.roles().iter().map(|of| Choice::new(of.key(), of.heading(), role.key())).collect(),
        years: node
            .years(role)
            .map(|(of, _)| Choice::new(of.to_string(), of.to_string(), &year.to_string()))
            .collect(),
        runs: runs.iter().map(|of| Choice::new(&of.run_id, label(of), &run.run_id)).collect(),
        parts: Vec::new(),
        practice: String::new(),
    })
}

async fn gap(
    caller: &Caller<'_>,
    (run, node): (&ForecastRun, &Node),
    (role, year): (Role, i32),
    parts: Option<&Level>,
) -> Result<Gap> {
    let view = RunView::read(run);
    let level = model::level(&node.level);
    let record = match level {
        Some(level) => crate::pages::areas::record(caller, run, level, &node.code).await?,
        None => None,
    };
    let csv = charts::csv(&view.id, node, role);
    let supply = charts::of(node, role, &history::recorded(record.as_ref(), role), csv);
    let years = supply.as_ref().map(|chart| chart.table.clone()).unwrap_or_default();
    let parts = match parts {
        Some(level) => Some(ranked(caller, (run, node), (role, year), level).await?),
        None => None,
    };
    let used = observed::used(&caller.observed_cover().await?);
    let file = |(text, end)| File { text, href: format!("/staffing/runs/{}.{end}", encode(&view.id)) };
    Ok(Gap {
        one: level.map_or("", |level| level.one),
        name: node.name.clone(),
        code: node.code.clone(),
        placeholder: node.placeholder,
        finding: words::finding(node, role, year).unwrap_or_default(),
        scenario: if view.scenario == "do-nothing" { String::new() } else { view.scenario.clone() },
        charts: words::chart(node, role).into_iter().chain(supply).collect(),
        years,
        parts,
        used,
        cover: format!(
            "/agency/cover?scenario={}&level={}&role={}&year={year}",
            encode(&view.scenario),
            encode(&node.level),
            encode(role.key())
        ),
        files: [("CSV", "csv"), ("XLSX", "xlsx"), ("JSON", "json")].map(file).into(),
        sample: view.is_sample() || node.name.to_lowercase().contains("sample"),
        run: view,
    })
}

/// The parts of a node at one level, largest gap first.
async fn ranked(
    caller: &Caller<'_>,
    (run, node): (&ForecastRun, &Node),
    (role, year): (Role, i32),
    level: &Level,
) -> Result<Table> {
    let spec = run.spec.clone().unwrap_or_default();
    let wanted = RowsWanted { level: level.key.into(), year, role: role.number(), ..RowsWanted::default() };
    let mut found = nodes::gather(caller.rows(&run.run_id, &wanted).await?);
    let mut beyond: Vec<String> = Vec::new();
    if node.level != "system" {
        let places = caller.places(&spec.area, &spec.groupings_as_of).await?;
        let inside = inside(&places, node, level);
        found.retain(|part| inside.contains_key(&part.code));
        beyond = inside.into_iter().filter_map(|(code, whole)| (!whole).then_some(code)).collect();
    }
    Ok(words::ranked(&found, &beyond, (role, year), level))
}

/// Codes of a level's nodes with practices in a node, and whether all their practices are.
fn inside(places: &[Place], node: &Node, level: &Level) -> BTreeMap<String, bool> {
    let kind = model::level(&node.level).map_or(0, |level| level.kind as i32);
    let mut found: BTreeMap<String, (bool, bool)> = BTreeMap::new();
    for place in places {
        let within = place.memberships.iter().any(|m| m.kind == kind && m.code == node.code);
        let practice = [place.ods_code.clone()];
        let groupings =
            place.memberships.iter().filter(|m| m.kind == level.kind as i32).map(|m| m.code.clone());
        let codes: Vec<String> = if level.key == "practice" { practice.into() } else { groupings.collect() };
        for code in codes {
            let (some, all) = found.entry(code).or_insert((false, true));
            *some |= within;
            *all &= within;
        }
    }
    found.into_iter().filter_map(|(code, (some, all))| some.then_some((code, all))).collect()
}
