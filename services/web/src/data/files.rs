//! `/csv/*.csv` and the like: the pages' tables as files, made by the same code.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use http::header;
use muster_kit::{Actor, Error};
use muster_proto::staffing::v1::ForecastSpec;
use serde::Deserialize;

use super::json::History;
use crate::{
    backtests::Backtests,
    calls::{Caller, RowsWanted},
    deps::Deps,
    failure::PageResult,
    model::{self, charts, history as record, nodes, run},
    pages,
    table::Table,
};

pub(crate) fn file(name: &str, table: &Table) -> PageResult {
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"muster-{name}.csv\"")),
    ];
    let response: Response = (head, table.to_csv()?).into_response();
    Ok(response)
}

/// What a browser is told of a workbook.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A table as CSV or, where `name` ends so, as XLSX.
pub(crate) fn either(name: &str, table: &Table) -> PageResult {
    let Some(stem) = name.strip_suffix(".xlsx") else {
        return file(name.trim_end_matches(".csv"), table);
    };
    let head = [
        (header::CONTENT_TYPE, XLSX.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"muster-{stem}.xlsx\"")),
    ];
    Ok((head, table.to_xlsx()?).into_response())
}

/// Name of a table and its ending, where a file is given as CSV or XLSX.
pub(crate) fn stem(file: &str) -> Option<&str> {
    file.strip_suffix(".csv").or_else(|| file.strip_suffix(".xlsx"))
}

/// What of a run is wanted.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    run: Option<String>,
    #[serde(default)]
    level: String,
    #[serde(default)]
    node: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    practice: String,
}

pub(crate) async fn gaps(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let run = pages::chosen_run(&caller, wanted.run.as_deref()).await?.ok_or_else(no_forecast)?;
    let year = run.spec.as_ref().map_or(0, |spec| spec.to_year);
    let rows = RowsWanted { level: wanted.level, year, ..RowsWanted::default() };
    let mut found = nodes::gather(caller.rows(&run.run_id, &rows).await?);
    nodes::by_gap(&mut found, year);
    file("gaps", &nodes::compare(Table::new("gaps", ""), &found, year, None))
}

pub(crate) async fn years(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let run = pages::chosen_run(&caller, wanted.run.as_deref()).await?.ok_or_else(no_forecast)?;
    let rows = RowsWanted { level: wanted.level.clone(), node: wanted.node.clone(), year: 0, role: 0 };
    let found = nodes::gather(caller.rows(&run.run_id, &rows).await?);
    let unknown = || Error::not_found(format!("the forecast has no {} `{}`", wanted.level, wanted.node));
    let node = found.first().ok_or_else(unknown)?;
    let role = node.roles().into_iter().find(|role| role.key() == wanted.role).ok_or_else(unknown)?;
    let way = run.spec.as_ref().map_or_else(Default::default, ForecastSpec::missing_returns);
    let history = match wanted.level.as_str() {
        "system" | "borough" => caller.history(&wanted.node, way).await?,
        _ => None,
    };
    let chart = charts::of(node, role, &record::recorded(history.as_ref(), role), String::new())
        .ok_or_else(unknown)?;
    file("years", &chart.table)
}

fn no_forecast() -> Error {
    Error::not_found("there is no finished forecast")
}

pub(crate) async fn history(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<History>,
) -> PageResult {
    let found = Caller::new(&deps, &actor).history(wanted.area(), wanted.way()?).await?;
    let found = found.ok_or_else(|| Error::not_found("no baseline covers this area"))?;
    file("history", &record::table(&found, String::new()))
}

pub(crate) async fn returns(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<History>,
) -> PageResult {
    let found = Caller::new(&deps, &actor).history(wanted.area(), wanted.way()?).await?;
    let found = found.ok_or_else(|| Error::not_found("no baseline covers this area"))?;
    file("returns", &record::returns(&found, String::new()))
}

pub(crate) async fn areas(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<pages::AreasWanted>,
) -> PageResult {
    let (_, _, table) = pages::areas_listed(&Caller::new(&deps, &actor), &wanted).await?;
    file("areas", &table)
}

pub(crate) async fn practices(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let run = pages::chosen_run(&caller, wanted.run.as_deref()).await?.ok_or_else(no_forecast)?;
    let level = model::level(&wanted.level).ok_or_else(|| Error::not_found("there is no such level"))?;
    file("practices", &pages::practices_of(&caller, &run, level, &wanted.code).await?)
}

pub(crate) async fn baselines(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    file("baselines", &pages::baselines_of(&Caller::new(&deps, &actor), &wanted.practice).await?)
}

pub(crate) async fn forecasts(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    let runs = Caller::new(&deps, &actor).runs().await?;
    let runs: Vec<run::RunView> = runs.iter().map(run::RunView::read).collect();
    file("forecasts", &run::table(&runs))
}

pub(crate) async fn imports(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    file("imports", &pages::imports_table(&Caller::new(&deps, &actor)).await?.0)
}

pub(crate) async fn activity(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    file("activity", &pages::activity_table(&pages::activity_rows(&deps, &actor).await?))
}

pub(crate) async fn backtest(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Extension(backtests): Extension<Arc<Backtests>>,
    Query(wanted): Query<pages::BacktestWanted>,
) -> PageResult {
    file("backtest", &pages::backtest_table(&Caller::new(&deps, &actor), &backtests, &wanted).await?)
}

pub(crate) async fn parameters(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    file("parameters", &pages::parameters_table(&Caller::new(&deps, &actor)).await?)
}
