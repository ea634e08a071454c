//! Scenarios and comparisons as the contract has them.

use muster_kit::{Error, Result};
use muster_proto::{common::v1 as common, staffing::v1 as pb};

use super::{interval, role};
use crate::{
    app::reproduce_forecast::Reproduction,
    domain::{
        compare::Comparison,
        forecast::{ENGINE, Pair},
        scenario::{BadScenario, Scenario, ScheduledClosure, Uncertain, shipped},
    },
};

/// A shipped scenario, or the one of a document.
///
/// # Errors
/// Bad request when there is none of that name, or the document cannot be read.
pub(crate) fn scenario_of(name: &str, document: &str) -> Result<Scenario> {
    if !document.trim().is_empty() {
        return document.parse().map_err(|problem: BadScenario| Error::bad_request(problem.to_string()));
    }
    Scenario::named(name).ok_or_else(|| {
        let known: Vec<&str> = shipped().iter().map(|(of, _)| of.name.as_str()).collect();
        Error::bad_request(format!("scenario `{name}` is not known: choose one of {}", known.join(", ")))
    })
}

fn uncertain(of: Uncertain) -> common::Interval {
    common::Interval { p10: of.low, p50: of.value, p90: of.high }
}

/// A scenario with its document; an empty document for one that the caller sent.
pub(crate) fn scenario(of: &Scenario, document: &str) -> pb::Scenario {
    let mut changes: Vec<pb::ScenarioChange> = of
        .changes
        .iter()
        .map(|change| pb::ScenarioChange {
            lever: change.lever.name().to_owned(),
            roles: change.roles.iter().map(|of| role(*of).into()).collect(),
            by_role: pb::Role::Unspecified.into(),
            from_year: change.from,
            to_year: change.to,
            profile: change.profile.name().to_owned(),
            by_micro: Some(uncertain(change.by)),
            source: change.source.clone(),
            places: change.places.clone(),
        })
        .collect();
    changes.extend(of.substitutions.iter().map(|of| pb::ScenarioChange {
        lever: "substitution".to_owned(),
        roles: vec![role(of.instead_of).into()],
        by_role: role(of.role).into(),
        by_micro: Some(uncertain(of.share)),
        source: of.source.clone(),
        ..pb::ScenarioChange::default()
    }));
    pb::Scenario {
        name: of.name.clone(),
        title: of.title.clone(),
        version: of.version,
        notes: of.notes.clone(),
        changes,
        document: document.to_owned(),
        closures: of.closures.iter().map(closure).collect(),
    }
}

fn closure(of: &ScheduledClosure) -> pb::ScheduledClosure {
    pb::ScheduledClosure {
        practice: of.practice.clone(),
        to: of.to.clone(),
        year: of.year,
        staff_ppm: of.staff,
        source: of.source.clone(),
    }
}

/// A comparison of two scenarios.
pub(crate) fn comparison(
    of: &Comparison,
    (from, to): (&Scenario, &Scenario),
) -> pb::CompareScenariosResponse {
    pb::CompareScenariosResponse {
        rows: of.rows.iter().map(comparison_row).collect(),
        steps: of
            .steps
            .iter()
            .map(|step| pb::ComparisonStep {
                role: role(step.role).into(),
                what: step.what.clone(),
                gap_milli: step.gap_milli,
                change_milli: step.change_milli,
            })
            .collect(),
        from: Some(scenario(from, "")),
        to: Some(scenario(to, "")),
        caveats: vec![
            "Both are drawn from the same random numbers: what differs comes from the scenarios, not from chance.".to_owned(),
            "The interval of a change is that of the differences draw by draw; it is narrower than the two gaps beside each other make it look.".to_owned(),
            "A step's change depends on the order of the steps, where they act on the same people.".to_owned(),
        ],
    }
}

fn comparison_row(of: &Pair) -> pb::ComparisonRow {
    let (from, to) = (&of.from, &of.to);
    pb::ComparisonRow {
        node: from.node.to_string(),
        level: from.level.name().to_owned(),
        name: from.name.to_string(),
        role: role(from.role).into(),
        year: from.year,
        gap_from_milli: Some(interval(from.gap)),
        gap_to_milli: Some(interval(to.gap)),
        supply_from_milli: Some(interval(from.supply)),
        supply_to_milli: Some(interval(to.supply)),
        gap_change_milli: Some(interval(of.gap_change)),
        supply_change_milli: Some(interval(of.supply_change)),
    }
}

/// What came of making a run again.
pub(crate) fn reproduction(of: &Reproduction, run: pb::ForecastRun) -> pb::ReproduceForecastResponse {
    let count = |rows: usize| u32::try_from(rows).unwrap_or(u32::MAX);
    pb::ReproduceForecastResponse {
        run: Some(run),
        reproduced: of.reproduced(),
        engine: ENGINE.to_owned(),
        inputs_sha256: of.inputs_sha256.clone(),
        rows_compared: count(of.compared),
        rows_different: count(of.different),
        finding: of.finding(),
    }
}
