//! `muster staffing runs` and `muster staffing parameters`

use muster_proto::staffing::v1 as pb;
use serde_json::{Value, json};

use crate::{
    cli::{Shared, StaffingCommand},
    connect::Clients,
    exit::Failure,
    output,
};

/// Runs a staffing command.
pub(crate) async fn run(command: StaffingCommand, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    match command {
        StaffingCommand::History { area, missing } => {
            super::history::run(area, missing, shared, clients).await
        }
        StaffingCommand::Forecast(args) => super::forecast::run(args, shared, clients).await,
        StaffingCommand::Backtest(args) => super::backtest::run(args, shared, clients).await,
        StaffingCommand::Scenario(command) => super::scenario::run(command, shared, clients).await,
        StaffingCommand::Reproduce { run } => super::scenario::reproduce(run, shared, clients).await,
        StaffingCommand::Sensitivity(args) => super::decide::sensitivity(args, shared, clients).await,
        StaffingCommand::Plan(args) => super::decide::plan(args, shared, clients).await,
        StaffingCommand::Sweep(args) => super::sweep::run(args, shared, clients).await,
        StaffingCommand::Export(args) => super::decide::export(args, clients).await,
        StaffingCommand::Override(command) => super::overrides::run(command, shared, clients).await,
        StaffingCommand::ObservedCover(of) => super::observed_cover::run(of, shared, clients).await,
        StaffingCommand::Lists(args) => super::lists::run(args, shared, clients).await,
        StaffingCommand::Trusts(command) => super::trusts::run(command, shared, clients).await,
        StaffingCommand::Runs => runs(shared, clients).await,
        StaffingCommand::Parameters => parameters(shared, clients).await,
        // needs no node: `main` has answered it already
        StaffingCommand::Model(_) => Ok(()),
    }
}

fn state_word(state: pb::RunState) -> &'static str {
    match state {
        pb::RunState::Queued => "queued",
        pb::RunState::Running => "running",
        pb::RunState::Finished => "finished",
        pb::RunState::Cancelled => "cancelled",
        pb::RunState::Failed | pb::RunState::Unspecified => "failed",
    }
}

async fn runs(shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let request = clients.request(pb::ListForecastsRequest { page: None });
    let runs = clients.staffing().list_forecasts(request).await?.into_inner().runs;
    if shared.json {
        let rows: Vec<Value> = runs
            .iter()
            .map(|run| {
                let spec = run.spec.clone().unwrap_or_default();
                json!({
                    "run_id": run.run_id, "state": state_word(run.state()), "scenario": spec.scenario,
                    "area": spec.area, "base_year": spec.base_year, "to_year": spec.to_year, "draws": spec.draws,
                    "seed": spec.seed, "engine": run.engine, "inputs_sha256": run.inputs_sha256,
                    "started_at_micros": run.started_at_micros, "failure": run.failure,
                })
            })
            .collect();
        return Ok(output::json(&json!({ "runs": rows }))?);
    }
    if runs.is_empty() {
        return Ok(output::line("no forecasts yet: make one with `muster staffing forecast`")?);
    }
    let rows: Vec<Vec<String>> = runs
        .iter()
        .map(|run| {
            let spec = run.spec.clone().unwrap_or_default();
            vec![
                run.run_id.clone(),
                state_word(run.state()).to_owned(),
                spec.scenario,
                spec.area,
                format!("{}-{}", spec.base_year, spec.to_year),
                spec.draws.to_string(),
                spec.seed.to_string(),
            ]
        })
        .collect();
    Ok(output::table(&["run", "state", "scenario", "area", "years", "draws", "seed"], &rows)?)
}

async fn parameters(shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let page = muster_proto::common::v1::PageRequest { size: 5_000, token: String::new() };
    let request = clients.request(pb::ListParametersRequest { page: Some(page) });
    let parameters = clients.staffing().list_parameters(request).await?.into_inner().parameters;
    if shared.json {
        let rows: Vec<Value> = parameters
            .iter()
            .map(|p| {
                json!({
                    "name": p.name, "value": p.value, "low": p.low, "high": p.high, "unit": p.unit,
                    "source": p.source, "valid_from": p.valid_from, "prior": p.prior,
                    "basis": Some(&p.basis).filter(|basis| !basis.is_empty()),
                    "price_year": Some(p.price_year).filter(|year| *year != 0),
                })
            })
            .collect();
        return Ok(output::json(&json!({ "parameters": rows }))?);
    }
    let rows: Vec<Vec<String>> = parameters
        .iter()
        .map(|p| {
            let source = if p.prior { format!("prior: {}", p.source) } else { p.source.clone() };
            vec![
                p.name.clone(),
                p.value.to_string(),
                p.low.to_string(),
                p.high.to_string(),
                p.unit.clone(),
                source,
            ]
        })
        .collect();
    Ok(output::table(&["parameter", "value", "low", "high", "unit", "source"], &rows)?)
}
