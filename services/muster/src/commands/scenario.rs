//! `muster staffing scenario` and `muster staffing reproduce`

use muster_proto::{common::v1::PageRequest, staffing::v1 as pb};
use serde_json::{Value, json};

use super::{
    decide::spec_of,
    forecast::{interval, role_word},
};
use crate::{
    cli::{CompareArgs, ScenarioCommand, Shared},
    connect::Clients,
    exit::Failure,
    output::{self, fte, milli},
};

/// Runs a scenario command.
pub(crate) async fn run(command: ScenarioCommand, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    match command {
        ScenarioCommand::List => list(shared, clients).await,
        ScenarioCommand::Show { name } => show(&name, clients).await,
        ScenarioCommand::Schema => Ok(output::line(all(clients).await?.document_schema.trim_end())?),
        ScenarioCommand::Scores(args) => super::scores::run(args, shared, clients).await,
        ScenarioCommand::Compare(args) => compare(*args, shared, clients).await,
    }
}

/// A name, or the document in a file: what the calls take as name and document.
pub(crate) fn named_or_file(scenario: &str) -> Result<(String, String), Failure> {
    let looks_like_a_file = scenario.contains(['/', '.']);
    if !looks_like_a_file {
        return Ok((scenario.to_owned(), String::new()));
    }
    let text = std::fs::read_to_string(scenario)
        .map_err(|error| Failure::Usage(format!("cannot read `{scenario}`: {error}")))?;
    Ok((String::new(), text))
}

async fn all(clients: &Clients) -> Result<pb::ListScenariosResponse, Failure> {
    let request = pb::ListScenariosRequest { page: Some(PageRequest { size: 500, token: String::new() }) };
    Ok(clients.staffing().list_scenarios(clients.request(request)).await?.into_inner())
}

#[expect(clippy::cast_precision_loss, reason = "millionths for display")]
fn change(change: &pb::ScenarioChange) -> Value {
    let by = change.by_micro.unwrap_or_default();
    let part = |micro: i64| micro as f64 / 1e6;
    let roles: Vec<&str> = change.roles().map(role_word).collect();
    let by_role = Some(change.by_role()).filter(|role| *role != pb::Role::Unspecified).map(role_word);
    json!({
        "lever": change.lever, "roles": roles, "places": change.places, "by_role": by_role, "from": change.from_year, "to": change.to_year,
        "profile": change.profile, "by": part(by.p50), "low": part(by.p10), "high": part(by.p90),
        "source": change.source,
    })
}

fn closures(of: &pb::Scenario) -> Vec<Value> {
    #[expect(clippy::cast_precision_loss, reason = "a share for display")]
    let share = |ppm: i64| ppm as f64 / 1e6;
    let closure = |of: &pb::ScheduledClosure| {
        let to = Some(of.to.as_str()).filter(|to| !to.is_empty());
        let staff = of.staff_ppm.map(share);
        json!({ "practice": of.practice, "to": to, "year": of.year, "staff": staff, "source": of.source })
    };
    of.closures.iter().map(closure).collect()
}

async fn list(shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let scenarios = all(clients).await?.scenarios;
    if shared.json {
        let rows: Vec<Value> = scenarios
            .iter()
            .map(|of| {
                let changes: Vec<Value> = of.changes.iter().map(change).collect();
                json!({
                    "name": of.name, "title": of.title, "version": of.version, "notes": of.notes, "changes": changes,
                    "closures": closures(of),
                })
            })
            .collect();
        return Ok(output::json(&json!({ "scenarios": rows }))?);
    }
    let rows: Vec<Vec<String>> = scenarios
        .iter()
        .map(|of| vec![of.name.clone(), of.title.clone(), of.changes.len().to_string(), of.notes.join(" ")])
        .collect();
    output::table(&["name", "title", "changes", "what it is"], &rows)?;
    Ok(output::line(
        "\n`muster staffing scenario show NAME` prints a document to start one of your own from.",
    )?)
}

async fn show(name: &str, clients: &Clients) -> Result<(), Failure> {
    let scenarios = all(clients).await?.scenarios;
    if let Some(of) = scenarios.iter().find(|of| of.name == name) {
        return Ok(output::line(of.document.trim_end())?);
    }
    let known: Vec<&str> = scenarios.iter().map(|of| of.name.as_str()).collect();
    Err(Failure::Usage(format!("no scenario `{name}`: choose one of {}", known.join(", "))))
}

async fn compare(args: CompareArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let (to_scenario, to_document) = named_or_file(&args.to)?;
    let request = pb::CompareScenariosRequest {
        from: Some(spec_of(&args.from, &args.years)?),
        to_scenario,
        to_document,
        without_steps: args.without_steps,
        node: args.node,
    };
    let compared = clients.staffing().compare_scenarios(clients.request(request)).await?.into_inner();
    if shared.json {
        return Ok(output::json(&document(&compared))?);
    }
    print(&compared, args.years.until)
}

fn document(of: &pb::CompareScenariosResponse) -> Value {
    let name = |scenario: &Option<pb::Scenario>| {
        let scenario = scenario.clone().unwrap_or_default();
        let changes: Vec<Value> = scenario.changes.iter().map(change).collect();
        json!({ "name": scenario.name, "title": scenario.title, "version": scenario.version, "changes": changes, "closures": closures(&scenario) })
    };
    let rows: Vec<Value> = of
        .rows
        .iter()
        .map(|row| {
            json!({
                "node": row.node, "level": row.level, "name": row.name, "role": role_word(row.role()), "year": row.year,
                "gap_from": interval(row.gap_from_milli), "gap_to": interval(row.gap_to_milli),
                "supply_from": interval(row.supply_from_milli), "supply_to": interval(row.supply_to_milli),
                "gap_change": interval(row.gap_change_milli), "supply_change": interval(row.supply_change_milli),
                "gap_moves": moves(row),
            })
        })
        .collect();
    let steps: Vec<Value> = of
        .steps
        .iter()
        .map(|step| {
            json!({
                "role": role_word(step.role()), "what": step.what, "gap": milli(step.gap_milli),
                "change": milli(step.change_milli),
            })
        })
        .collect();
    json!({
        "from": name(&of.from), "to": name(&of.to), "steps": steps, "rows": rows, "caveats": of.caveats,
        "units": { "gap, supply, change": "FTE" },
        "gap_change": "the other less the one, draw by draw; gap_moves is false where its 80% interval holds zero",
    })
}

/// Whether the 80% interval of the change leaves zero out.
fn moves(row: &pb::ComparisonRow) -> bool {
    let change = row.gap_change_milli.unwrap_or_default();
    change.p10 > 0 || change.p90 < 0
}

fn whose(role: pb::Role) -> &'static str {
    match role {
        pb::Role::Gp => "GPs",
        pb::Role::Nurse => "nurses",
        pb::Role::DirectPatientCare => "direct patient care staff",
        pb::Role::Administration => "administrative staff",
        other => role_word(other),
    }
}

/// What the change of one gap comes to, in a sentence.
fn finding(row: &pb::ComparisonRow, (from, to): (&str, &str)) -> String {
    let change = row.gap_change_milli.unwrap_or_default();
    let of = format!("the gap of {} in {} in {}", whose(row.role()), row.name, row.year);
    if (change.p10, change.p90) == (0, 0) {
        return format!("{to} leaves {of} as it is under {from}, in at least 80% of the draws.");
    }
    let range = format!(
        "by {} FTE ({} to {} in 80% of the draws)",
        fte(change.p50),
        fte(change.p10),
        fte(change.p90)
    );
    if moves(row) {
        return format!("{to} moves {of} {range} against {from}.");
    }
    format!(
        "It cannot be said whether {to} moves {of}: against {from} it changes {range}, and that interval holds zero."
    )
}

fn print(of: &pb::CompareScenariosResponse, until: i32) -> Result<(), Failure> {
    let title = |scenario: &Option<pb::Scenario>| scenario.clone().unwrap_or_default().title;
    let (from, to) = (title(&of.from), title(&of.to));
    let rows: Vec<Vec<String>> = of
        .rows
        .iter()
        .filter(|row| row.year == until)
        .map(|row| {
            let (one, other) = (row.gap_from_milli.unwrap_or_default(), row.gap_to_milli.unwrap_or_default());
            let spread = |of: muster_proto::common::v1::Interval| {
                format!("{} ({} to {})", fte(of.p50), fte(of.p10), fte(of.p90))
            };
            vec![
                row.level.clone(),
                row.name.clone(),
                role_word(row.role()).to_owned(),
                spread(one),
                spread(other),
                spread(row.gap_change_milli.unwrap_or_default()),
                if moves(row) { String::new() } else { "holds zero".to_owned() },
            ]
        })
        .collect();
    output::line(&format!("Gap in {until}, FTE (80% interval); the change is taken draw by draw\n"))?;
    output::table(&["level", "name", "role", &from, &to, "change", ""], &rows)?;
    output::line("")?;
    let first = of.rows.first().map(|row| row.node.clone()).unwrap_or_default();
    for row in of.rows.iter().filter(|row| row.year == until && row.node == first) {
        output::line(&finding(row, (&from, &to)))?;
    }
    if !of.steps.is_empty() {
        print_steps(of)?;
    }
    for caveat in &of.caveats {
        output::line(&format!("  note: {caveat}"))?;
    }
    Ok(())
}

fn print_steps(of: &pb::CompareScenariosResponse) -> Result<(), Failure> {
    output::line("\nSteps, whole area\n")?;
    let steps: Vec<Vec<String>> = of
        .steps
        .iter()
        .map(|step| {
            vec![
                role_word(step.role()).to_owned(),
                step.what.clone(),
                fte(step.change_milli),
                fte(step.gap_milli),
            ]
        })
        .collect();
    Ok(output::table(&["role", "step", "change", "gap after"], &steps)?)
}

/// Makes a run again and says whether it is the same to the bit.
pub(crate) async fn reproduce(run_id: String, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let request = clients.request(pb::ReproduceForecastRequest { run_id });
    let made = clients.staffing().reproduce_forecast(request).await?.into_inner();
    let run = made.run.clone().unwrap_or_default();
    if shared.json {
        output::json(&json!({
            "run_id": run.run_id, "reproduced": made.reproduced, "engine": made.engine, "engine_published": run.engine,
            "inputs_sha256": made.inputs_sha256, "inputs_sha256_published": run.inputs_sha256,
            "rows_compared": made.rows_compared, "rows_different": made.rows_different, "finding": made.finding,
        }))?;
    } else {
        output::line(&format!("run {}: {}", run.run_id, made.finding))?;
    }
    if made.reproduced {
        return Ok(());
    }
    Err(Failure::Failed(muster_kit::Error::internal(format!("the run was not reproduced: {}", made.finding))))
}
