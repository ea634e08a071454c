//! `muster staffing sweep`

use std::collections::BTreeMap;

use muster_kit::Error;
use muster_proto::staffing::v1::{self as pb, run_sweep_response::Event};
use serde_json::{Value, json};

use super::{
    decide::sensitivity_document,
    forecast::{bar, role_word, row_document, spread, with_need},
    scenario::named_or_file,
};
use crate::{
    cli::{Shared, SweepArgs},
    connect::Clients,
    exit::Failure,
    output,
};

fn request(args: &SweepArgs) -> Result<pb::RunSweepRequest, Failure> {
    let (mut names, mut documents) = (Vec::new(), Vec::new());
    for scenario in &args.scenario {
        match named_or_file(scenario)? {
            (name, document) if document.is_empty() => names.push(name),
            (_, document) => documents.push(document),
        }
    }
    let first = |of: &[String]| of.first().cloned().unwrap_or_default();
    let (mut scenario, document) = (first(&names), first(&documents));
    if scenario.is_empty() && document.is_empty() {
        "do-nothing".clone_into(&mut scenario);
    }
    let kind = if args.sensitivity { pb::SweepKind::Sensitivities } else { pb::SweepKind::Forecasts };
    let spec = pb::ForecastSpec {
        scenario,
        scenario_document: document,
        base_year: args.base,
        to_year: args.until,
        draws: args.draws,
        seed: args.seed,
        threads: args.threads,
        price_year: args.prices,
        ..pb::ForecastSpec::default()
    };
    Ok(pb::RunSweepRequest {
        spec: Some(with_need(spec, args.need)),
        areas: args.area.clone(),
        kind: kind.into(),
        scenarios: names,
        scenario_documents: documents,
        down_to: args.level.clone(),
        year: 0,
    })
}

/// Runs a sweep, and prints its parts in their order.
pub(crate) async fn run(args: SweepArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let asked = request(&args)?;
    let mut answers = clients.staffing().run_sweep(clients.request(asked)).await?.into_inner();
    let bar = bar("sweep");
    let mut parts = BTreeMap::new();
    while let Some(answer) = answers.message().await? {
        match answer.event {
            Some(Event::Part(part)) => {
                let share = 1_000_000 * u64::from(part.done) / u64::from(part.total.max(1));
                bar.set_position(share);
                parts.insert(part.index, part);
            }
            Some(Event::End(end)) => {
                bar.finish_and_clear();
                return told(&parts, &end, shared);
            }
            None => {}
        }
    }
    Err(Failure::Failed(Error::internal("the sweep ended without an end")))
}

fn told(parts: &BTreeMap<u32, pb::SweepPart>, end: &pb::SweepEnd, shared: &Shared) -> Result<(), Failure> {
    if shared.json {
        output::json(&document(parts, end))?;
    } else {
        print(parts, end)?;
    }
    if end.failed > 0 {
        let (failed, all) = (end.failed, end.parts);
        return Err(Failure::Failed(Error::bad_request(format!("{failed} of {all} parts have no answer"))));
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "for display")]
fn document(parts: &BTreeMap<u32, pb::SweepPart>, end: &pb::SweepEnd) -> Value {
    let parts: Vec<Value> = parts
        .values()
        .map(|part| {
            let rows: Vec<Value> = part.rows.iter().map(row_document).collect();
            json!({
                "area": part.area, "scenario": part.scenario, "rows": rows, "failure": part.failure,
                "sensitivity": part.sensitivity.as_ref().map(sensitivity_document),
            })
        })
        .collect();
    json!({
        "parts": parts, "failed": end.failed, "answers_sha256": end.answers_sha256,
        "seconds": end.elapsed_micros as f64 / 1e6,
        "units": { "supply, demand, gap": "FTE", "cost_pence": "pence a year", "list": "patients" },
    })
}

fn print(parts: &BTreeMap<u32, pb::SweepPart>, end: &pb::SweepEnd) -> Result<(), Failure> {
    let mut rows = Vec::new();
    for part in parts.values() {
        let line = |name: &str, role: pb::Role, year: i32, gap: String, why: &str| {
            let (area, scenario) = (part.area.clone(), part.scenario.clone());
            vec![
                area,
                scenario,
                name.to_owned(),
                role_word(role).to_owned(),
                year.to_string(),
                gap,
                why.to_owned(),
            ]
        };
        let last = part.rows.iter().map(|row| row.year).max().unwrap_or_default();
        let of_last = part.rows.iter().filter(|row| row.year == last);
        rows.extend(of_last.map(|row| line(&row.name, row.role(), row.year, spread(row.gap_milli), "")));
        if let Some(of) = &part.sensitivity {
            let most = of.influences.first().map_or("", |most| most.title.as_str());
            rows.push(line(&of.name, of.role(), of.year, spread(of.gap_milli), most));
        }
        if !part.failure.is_empty() {
            rows.push(line("", pb::Role::Unspecified, 0, "-".into(), &part.failure));
        }
    }
    let head = ["area", "scenario", "place", "role", "year", "gap, FTE (80% interval)", "what decides most"];
    output::table(&head, &rows)?;
    #[expect(clippy::cast_precision_loss, reason = "for display")]
    let seconds = end.elapsed_micros as f64 / 1e6;
    Ok(output::line(&format!(
        "\n{} parts in {seconds:.1} s; hash over all answers {}",
        end.parts, end.answers_sha256
    ))?)
}
