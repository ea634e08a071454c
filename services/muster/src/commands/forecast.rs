//! `muster staffing forecast`

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};
use muster_kit::Error;
use muster_proto::{common::v1::Interval, staffing::v1 as pb};
use serde_json::{Value, json};

use super::history::{missing_of, missing_word};
use crate::{
    cli::{ForecastArgs, ForecastRole, Lists, NeedOf, PatientsBy, Shared},
    connect::Clients,
    exit::Failure,
    output::{self, fte, milli, millions},
};

/// Runs the command: starts, watches, and prints the rows.
pub(crate) async fn run(args: ForecastArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let finished = start_and_wait(spec(&args)?, clients).await?;
    let rows = rows(&finished.run_id, args.level.as_deref(), clients).await?;
    if shared.json {
        return Ok(output::json(&document(&finished, &rows))?);
    }
    print(&finished, &rows)
}

fn spec(args: &ForecastArgs) -> Result<pb::ForecastSpec, Failure> {
    let (scenario, scenario_document) = super::scenario::named_or_file(&args.scenario)?;
    let spec = pb::ForecastSpec {
        scenario,
        scenario_document,
        area: args.area.clone(),
        base_year: args.base,
        to_year: args.to,
        draws: args.draws,
        seed: args.seed,
        missing_returns: missing_of(args.missing).into(),
        roles: args.roles.iter().map(|role| role_of(*role).into()).collect(),
        groupings_as_of: String::new(),
        threads: args.threads,
        price_year: args.prices,
        ..pb::ForecastSpec::default()
    };
    Ok(with_need(spec, args.need))
}

/// A run with what its patients count for, as the contract has it.
pub(crate) fn with_need(spec: pb::ForecastSpec, of: NeedOf) -> pb::ForecastSpec {
    let weighting = match of.list {
        Lists::Plain => pb::ListWeighting::Plain,
        Lists::Weighted => pb::ListWeighting::Weighted,
    };
    pb::ForecastSpec {
        list_weighting: weighting.into(),
        deprivation: of.deprivation,
        patients: patients_of(of.patients).into(),
        ..spec
    }
}

/// Who counts as a patient, as the contract has it.
pub(crate) fn patients_of(of: PatientsBy) -> pb::PatientBasis {
    match of {
        PatientsBy::Registered => pb::PatientBasis::Registered,
        PatientsBy::Resident => pb::PatientBasis::Resident,
    }
}

/// Starts a forecast and waits for its end; Ctrl-C asks it to stop.
pub(crate) async fn start_and_wait(
    spec: pb::ForecastSpec,
    clients: &Clients,
) -> Result<pb::ForecastRun, Failure> {
    let request = clients.request(pb::StartForecastRequest { spec: Some(spec) });
    let run = clients.staffing().start_forecast(request).await?.into_inner().run.unwrap_or_default();
    let request = clients.request(pb::WatchForecastRequest { run_id: run.run_id.clone() });
    let mut watched = clients.staffing().watch_forecast(request).await?.into_inner();
    let bar = bar("forecast");
    let mut latest = run;
    loop {
        tokio::select! {
            answer = watched.message() => match answer? {
                Some(answer) => latest = answer.run.unwrap_or_default(),
                None => break,
            },
            _ = tokio::signal::ctrl_c() => {
                let request = clients.request(pb::CancelForecastRequest { run_id: latest.run_id.clone() });
                clients.staffing().cancel_forecast(request).await?;
            }
        }
        bar.set_position(u64::try_from(latest.progress_ppm).unwrap_or_default());
    }
    bar.finish_and_clear();
    match latest.state() {
        pb::RunState::Finished => Ok(latest),
        pb::RunState::Cancelled => Err(Failure::Failed(Error::unavailable("the forecast was cancelled"))),
        _ => Err(Failure::Failed(Error::internal(format!("the forecast failed: {}", latest.failure)))),
    }
}

/// Progress in parts per million: a bar on a terminal, nothing in a pipe.
pub(crate) fn bar(name: &'static str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(1_000_000).with_prefix(name);
    let style = ProgressStyle::with_template("{prefix} {bar:40} {percent}%");
    if let Ok(style) = style { bar.with_style(style) } else { bar }
}

async fn rows(run_id: &str, level: Option<&str>, clients: &Clients) -> Result<Vec<pb::ForecastRow>, Failure> {
    let mut rows = Vec::new();
    let mut token = String::new();
    loop {
        let request = pb::ListForecastRowsRequest {
            page: Some(muster_proto::common::v1::PageRequest { size: 5_000, token }),
            run_id: run_id.to_owned(),
            level: level.unwrap_or_default().to_owned(),
            ..pb::ListForecastRowsRequest::default()
        };
        let page = clients.staffing().list_forecast_rows(clients.request(request)).await?.into_inner();
        rows.extend(page.rows);
        token = page.page.unwrap_or_default().next_token;
        if token.is_empty() {
            return Ok(rows);
        }
    }
}

pub(crate) fn role_of(role: ForecastRole) -> pb::Role {
    match role {
        ForecastRole::Gp => pb::Role::Gp,
        ForecastRole::Nurse => pb::Role::Nurse,
        ForecastRole::DirectPatientCare => pb::Role::DirectPatientCare,
        ForecastRole::Administration => pb::Role::Administration,
    }
}

/// The word for a role in JSON and on the command line.
pub(crate) fn role_word(role: pb::Role) -> &'static str {
    match role {
        pb::Role::Gp => "gp",
        pb::Role::GpTrainee => "gp-trainee",
        pb::Role::GpLocum => "gp-locum",
        pb::Role::GpTraineeOrLocum => "gp-trainee-or-locum",
        pb::Role::Nurse => "nurse",
        pb::Role::DirectPatientCare => "direct-patient-care",
        pb::Role::Administration => "administration",
        pb::Role::Unspecified => "all",
    }
}

pub(crate) fn interval(interval: Option<Interval>) -> Value {
    let Interval { p10, p50, p90 } = interval.unwrap_or_default();
    json!({ "p10": milli(p10), "p50": milli(p50), "p90": milli(p90) })
}

/// A row as JSON: FTE, pence and patients.
pub(crate) fn row_document(row: &pb::ForecastRow) -> Value {
    let cost = row.cost_pence.unwrap_or_default();
    let shortfall = row.shortfall_ppm.unwrap_or_default();
    json!({
        "node": row.node, "level": row.level, "name": row.name, "role": role_word(row.role()),
        "year": row.year, "supply": interval(row.supply_milli), "demand": interval(row.demand_milli),
        "gap": interval(row.gap_milli), "cost_pence": cost.p50,
        "cost_pence_interval": { "p10": cost.p10, "p50": cost.p50, "p90": cost.p90 },
        "shortfall_ppm": { "p10": shortfall.p10, "p50": shortfall.p50, "p90": shortfall.p90 },
        "list": interval(row.list_milli), "placeholder": row.placeholder,
    })
}

#[expect(clippy::cast_precision_loss, reason = "for display")]
fn document(run: &pb::ForecastRun, rows: &[pb::ForecastRow]) -> Value {
    let spec = run.spec.clone().unwrap_or_default();
    let rows: Vec<Value> = rows.iter().map(row_document).collect();
    let sources: Vec<Value> = run
        .sources
        .iter()
        .map(|source| json!({ "source": source.source, "sha256": source.sha256, "import_id": source.reference_id }))
        .collect();
    json!({
        "run_id": run.run_id, "scenario": spec.scenario, "area": spec.area, "base_year": spec.base_year,
        "to_year": spec.to_year, "seed": spec.seed, "draws": spec.draws,
        "missing_returns": missing_word(spec.missing_returns()), "engine": run.engine,
        "list": if spec.list_weighting() == pb::ListWeighting::Weighted { "weighted" } else { "plain" },
        "deprivation": spec.deprivation,
        "patients": if spec.patients() == pb::PatientBasis::Resident { "resident" } else { "registered" },
        "price_year": (spec.price_year != 0).then_some(spec.price_year),
        "inputs_sha256": run.inputs_sha256, "seconds": run.elapsed_micros as f64 / 1e6,
        "units": { "supply, demand, gap": "FTE", "cost_pence": "pence a year", "list": "patients" },
        "caveats": run.caveats, "sources": sources, "rows": rows,
    })
}

/// A middle with its 80% interval, in FTE.
pub(crate) fn spread(interval: Option<Interval>) -> String {
    let Interval { p10, p50, p90 } = interval.unwrap_or_default();
    format!("{} ({} to {})", fte(p50), fte(p10), fte(p90))
}

fn print(run: &pb::ForecastRun, rows: &[pb::ForecastRow]) -> Result<(), Failure> {
    let spec = run.spec.clone().unwrap_or_default();
    let header =
        ["level", "node", "name", "role", "year", "supply (80% interval)", "demand", "gap", "GBP m a year"];
    let shown: Vec<Vec<String>> = rows
        .iter()
        .filter(|row| row.level != "practice" && (row.level == "system" || row.year == spec.to_year))
        .map(|row| {
            vec![
                row.level.clone(),
                row.node.clone(),
                row.name.clone(),
                role_word(row.role()).to_owned(),
                row.year.to_string(),
                spread(row.supply_milli),
                spread(row.demand_milli),
                spread(row.gap_milli),
                millions(row.cost_pence.unwrap_or_default().p50),
            ]
        })
        .collect();
    output::table(&header, &shown)?;
    output::line(&format!(
        "\nrun {} · scenario {} · {} draws from seed {} · engine {} · inputs {}",
        run.run_id, spec.scenario, spec.draws, spec.seed, run.engine, run.inputs_sha256
    ))?;
    for caveat in &run.caveats {
        output::line(&format!("  note: {caveat}"))?;
    }
    Ok(())
}
