//! `/api/*.json`: figures in stored units, named in the fields: `_milli`, `_ppm`, `_pence`, `_micros`.

use axum::{
    Extension, Json,
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use muster_kit::{Action, Actor, Error, Resource, authz};
use muster_proto::{common::v1::Interval, staffing::v1 as staffing};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    calls::{Caller, RowsWanted},
    deps::Deps,
    failure::Failure,
    model::{self, Role, SYSTEM},
    pages, store,
};

type JsonResult = Result<Response, Failure>;

/// What of a run is wanted.
#[derive(Deserialize)]
pub(crate) struct Rows {
    run: Option<String>,
    #[serde(default)]
    level: String,
    #[serde(default)]
    node: String,
    #[serde(default)]
    year: i32,
}

/// Area and way of filling.
#[derive(Deserialize)]
pub(crate) struct History {
    #[serde(default)]
    pub(crate) area: String,
    #[serde(default)]
    pub(crate) missing_returns: String,
}

impl History {
    pub(crate) fn area(&self) -> &str {
        if self.area.is_empty() { SYSTEM } else { &self.area }
    }

    pub(crate) fn way(&self) -> Result<staffing::MissingReturns, Error> {
        model::way(&self.missing_returns).ok_or_else(|| {
            Error::bad_request("missing_returns is one of borough-mean, last-value, leave-out")
        })
    }
}

pub(crate) async fn forecasts(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> JsonResult {
    let runs = Caller::new(&deps, &actor).runs().await?;
    Ok(Json(json!({ "runs": runs.iter().map(run).collect::<Vec<_>>() })).into_response())
}

pub(crate) async fn forecast(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Rows>,
) -> JsonResult {
    let caller = Caller::new(&deps, &actor);
    let found = match &wanted.run {
        Some(run) => Some(caller.run(run).await?),
        None => caller.current_run().await?,
    };
    let found = found.ok_or_else(|| Error::not_found("there is no finished forecast"))?;
    let rows = RowsWanted { level: wanted.level, node: wanted.node, year: wanted.year, role: 0 };
    let rows: Vec<Value> = caller.rows(&found.run_id, &rows).await?.iter().map(row).collect();
    Ok(Json(json!({ "run": run(&found), "rows": rows })).into_response())
}

fn run(run: &staffing::ForecastRun) -> Value {
    let spec = run.spec.clone().unwrap_or_default();
    let state = staffing::RunState::try_from(run.state).unwrap_or_default();
    let sources: Vec<Value> =
        run.sources.iter().map(|s| json!({ "source": s.source, "sha256": s.sha256 })).collect();
    json!({
        "run_id": run.run_id,
        "state": state.as_str_name().trim_start_matches("RUN_STATE_").to_lowercase(),
        "scenario": spec.scenario,
        "area": spec.area,
        "base_year": spec.base_year,
        "to_year": spec.to_year,
        "draws": spec.draws,
        "seed": spec.seed,
        "engine": run.engine,
        "inputs_sha256": run.inputs_sha256,
        "actor": run.actor,
        "started_at_micros": run.started_at_micros,
        "elapsed_micros": run.elapsed_micros,
        "progress_ppm": run.progress_ppm,
        "failure": run.failure,
        "caveats": run.caveats,
        "sources": sources,
    })
}

fn interval(interval: Option<&Interval>) -> Value {
    let interval = interval.copied().unwrap_or_default();
    json!({ "p10": interval.p10, "p50": interval.p50, "p90": interval.p90 })
}

fn row(row: &staffing::ForecastRow) -> Value {
    json!({
        "node": row.node,
        "level": row.level,
        "name": row.name,
        "placeholder": row.placeholder,
        "role": Role::read(row.role).key(),
        "year": row.year,
        "supply_milli": interval(row.supply_milli.as_ref()),
        "demand_milli": interval(row.demand_milli.as_ref()),
        "gap_milli": interval(row.gap_milli.as_ref()),
        "shortfall_ppm": interval(row.shortfall_ppm.as_ref()),
        "cost_pence": interval(row.cost_pence.as_ref()),
        "list_milli": interval(row.list_milli.as_ref()),
    })
}

pub(crate) async fn history(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<History>,
) -> JsonResult {
    let way = wanted.way()?;
    let record = Caller::new(&deps, &actor).history(wanted.area(), way).await?;
    let record = record.ok_or_else(|| Error::not_found("no baseline covers this area"))?;
    let role = |r: Option<&staffing::RoleHistory>| {
        let r = r.copied().unwrap_or_default();
        json!({
            "fte_milli": r.fte_milli,
            "fte_without_patients_milli": r.fte_without_patients_milli,
            "fte_filled_milli": r.fte_filled_milli,
            "missing_returns": r.missing_returns,
            "needed_milli": r.needed_milli,
            "gap_milli": r.gap_milli,
        })
    };
    let rows: Vec<Value> = record
        .rows
        .iter()
        .map(|row| {
            json!({
                "year": row.year,
                "practices": row.practices,
                "practices_with_patients": row.practices_with_patients,
                "list_milli": row.list_milli,
                "gp": role(row.gp.as_ref()),
                "nurse": role(row.nurse.as_ref()),
            })
        })
        .collect();
    let sources: Vec<Value> =
        record.sources.iter().map(|s| json!({ "source": s.source, "sha256": s.sha256 })).collect();
    let told = json!({
        "area": record.area, "rows": rows, "caveats": record.caveats, "unplaced": record.unplaced, "sources": sources,
    });
    Ok(Json(told).into_response())
}

pub(crate) async fn latest_gap(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> JsonResult {
    authz::permit(&deps.db, &*deps.authorizer, &actor, Action::Read, Resource::all("latest-gap")).await?;
    let rows = store::latest_gap::latest_gap(&deps.db, &actor.scope()).await?;
    Ok(Json(json!({ "organisation": actor.organisation.as_str(), "rows": rows })).into_response())
}

pub(crate) async fn activity(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> JsonResult {
    let rows = pages::activity_rows(&deps, &actor).await?;
    Ok(Json(json!({ "rows": rows })).into_response())
}
