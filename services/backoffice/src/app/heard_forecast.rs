//! A forecast was published: what its gaps would cost becomes pressure lines of the plan.

use muster_kit::{Error, Event, Result, UnitOfWork};
use muster_proto::staffing::v1::{ForecastPublished, ForecastRow, Role};

use super::propose_claim::evidence;
use crate::{
    domain::plan::{PlanLine, PlanNature},
    store::plan_lines,
};

/// Levels of nodes, the one that holds the others first.
const LEVELS: [&str; 6] = ["system", "borough", "federation", "lcn", "pcn", "practice"];

/// Keeps the pressures of a forecast, unless a later one of its scenario and area is there.
///
/// # Errors
/// Bad request when the event names no run; what the database says.
pub(crate) async fn heard_forecast(uow: &UnitOfWork, event: &Event, told: ForecastPublished) -> Result<()> {
    let run = told.run.ok_or_else(|| Error::bad_request("the forecast names no run"))?;
    let spec = run.spec.unwrap_or_default();
    let head = format!("forecast {} {}", spec.scenario, spec.area);
    let level = LEVELS.iter().find(|level| told.rows.iter().any(|row| row.level == **level));
    let rows = told.rows.iter().filter(|row| Some(&row.level.as_str()) == level);
    let line = |row: &ForecastRow| {
        let role = role(row.role());
        let cost = row.cost_pence.unwrap_or_default();
        let says = format!(
            "cost of the gap of {role} at {} in {}, run {} of {}",
            row.node, row.year, run.run_id, run.engine
        );
        PlanLine {
            id: format!("pressure {} {} {} {role} {}", spec.scenario, spec.area, row.node, row.year),
            nature: PlanNature::Pressure,
            title: format!("gap of {} at {}", people(row.role()), row.name),
            scope: row.node.clone(),
            year: row.year,
            pence: (cost.p10, cost.p50, cost.p90),
            base_year: spec.base_year,
            version: told.version,
            evidence: evidence(event, says),
            of: spec.scenario.clone(),
        }
    };
    let lines: Vec<PlanLine> = rows.map(line).collect();
    plan_lines::put(uow, (&head, told.version), &lines).await?;
    Ok(())
}

/// Those of a role, in words.
fn people(of: Role) -> String {
    match of {
        Role::Gp => "GPs".into(),
        Role::Nurse => "nurses".into(),
        other => format!("{} staff", role(other).replace('-', " ")),
    }
}

/// A role as commands name it: `nurse`, `direct-patient-care`.
fn role(role: Role) -> String {
    role.as_str_name().trim_start_matches("ROLE_").to_ascii_lowercase().replace('_', "-")
}
