//! Sweeps as the contract has them.

use muster_kit::Result;
use muster_proto::staffing::v1 as pb;

use super::{decide, forecast_row, role, scenario::scenario_of, wanted_level};
use crate::{
    app::{
        run_sweep::{About, Ended, Wanted},
        start_forecast::Request,
        sweeps::Told,
    },
    domain::{
        forecast::Level,
        role::Role,
        scenario::{Scenario, shipped},
        sweep::Answer,
    },
};

/// What is asked of a sweep: the request of every area, the areas, and what is wanted of each.
///
/// # Errors
/// Bad request when a scenario, role or level is not known.
pub(crate) fn sweep_request(request: pb::RunSweepRequest) -> Result<(Request, Vec<String>, Wanted)> {
    let kind = request.kind();
    let mut spec = request.spec.unwrap_or_default();
    let wanted = if kind == pb::SweepKind::Sensitivities {
        Wanted::Sensitivities(if request.year == 0 { spec.to_year } else { request.year })
    } else {
        let scenarios = scenarios(&request.scenarios, &request.scenario_documents)?;
        let down_to = wanted_level(&request.down_to)?.unwrap_or(Level::Borough).min(Level::Pcn);
        Wanted::Forecasts(scenarios, down_to)
    };
    if spec.roles.is_empty() {
        spec.roles = roles(&wanted).into_iter().map(|of| role(of).into()).collect();
    }
    let run = super::request(spec)?;
    let mut areas: Vec<String> =
        request.areas.iter().map(|area| area.trim().to_owned()).filter(|area| !area.is_empty()).collect();
    if areas.is_empty() {
        areas.push(run.area.clone());
    }
    areas.dedup();
    Ok((run, areas, wanted))
}

fn scenarios(names: &[String], documents: &[String]) -> Result<Vec<Scenario>> {
    let named = names.iter().map(|name| scenario_of(name, ""));
    let own = documents.iter().map(|document| scenario_of("", document));
    let found: Vec<Scenario> = named.chain(own).collect::<Result<_>>()?;
    if found.is_empty() {
        return Ok(shipped().iter().map(|(scenario, _)| scenario.clone()).collect());
    }
    Ok(found)
}

/// GPs, nurses, and whoever takes over work of theirs.
fn roles(wanted: &Wanted) -> Vec<Role> {
    let mut roles = vec![Role::Gp, Role::Nurse];
    let of = match wanted {
        Wanted::Forecasts(scenarios, _) => scenarios.iter().flat_map(|of| &of.substitutions).collect(),
        // the scenarios that are shown beside let others take over work
        Wanted::Sensitivities(_) => {
            shipped().iter().flat_map(|(of, _)| &of.substitutions).collect::<Vec<_>>()
        }
    };
    for substitution in of {
        if roles.contains(&substitution.instead_of) && !roles.contains(&substitution.role) {
            roles.push(substitution.role);
        }
    }
    roles
}

/// A part that is done.
pub(crate) fn part(about: &About, told: Told) -> pb::SweepPart {
    let mut part = pb::SweepPart {
        sweep_id: told.sweep_id,
        index: told.index,
        area: about.area.clone(),
        scenario: about.scenario.clone(),
        done: told.done,
        total: told.total,
        ..pb::SweepPart::default()
    };
    match told.answer {
        Ok(Answer::Rows(rows)) => part.rows = rows.iter().map(forecast_row).collect(),
        Ok(Answer::Sensitivity(of)) => part.sensitivity = Some(decide::sensitivity(*of, 0)),
        Ok(Answer::Shortages(_)) => "another question was answered".clone_into(&mut part.failure),
        Err(why) => part.failure = why,
    }
    part
}

/// The end of a sweep.
pub(crate) fn end(of: Ended, elapsed_micros: i64) -> pb::SweepEnd {
    pb::SweepEnd { parts: of.parts, failed: of.failed, answers_sha256: of.answers_sha256, elapsed_micros }
}
