//! Scores of what scenarios expect, as the contract has them.

use muster_proto::{common::v1 as common, staffing::v1 as pb};

use super::{role, scenario::scenario};
use crate::domain::{
    expectations::{Scored, findings, score},
    scenario::Scenario,
};

/// Scores of a scenario.
pub(crate) fn scores(of: &Scenario, scored: &[Scored]) -> pb::ScoreScenarioResponse {
    let scores: Vec<pb::ExpectationScore> = scored.iter().map(one).collect();
    let count = |keep: fn(&&pb::ExpectationScore) -> bool| {
        u32::try_from(scores.iter().filter(keep).count()).unwrap_or(u32::MAX)
    };
    pb::ScoreScenarioResponse {
        scenario: Some(scenario(of, "")),
        observed: count(|of| of.observed_milli.is_some()),
        hits: count(|of| of.hit),
        scores,
        findings: findings(scored),
        caveats: vec![
            "Joiners and leavers are what practices gained and lost in FTE from one year to the next: who replaced whom within a year is in neither.".to_owned(),
            "FTE of a place has missing returns filled by the mean of their borough; a single practice that did not return is not scored.".to_owned(),
        ],
    }
}

fn one(of: &Scored) -> pb::ExpectationScore {
    let expected = &of.expectation;
    let observed = of.observed.as_ref().ok().copied();
    let got = observed.map(|came| score(expected.fte, came));
    pb::ExpectationScore {
        measure: expected.measure.name().to_owned(),
        place: expected.place.clone(),
        role: role(expected.role).into(),
        year: expected.year,
        expected_milli: Some(common::Interval {
            p10: expected.fte.low,
            p50: expected.fte.value,
            p90: expected.fte.high,
        }),
        observed_milli: observed,
        hit: got.is_some_and(|got| got.hit),
        interval_score_milli: got.map_or(0, |got| got.interval),
        pinball_milli: got.map_or(0, |got| got.pinball),
        expert: expected.expert.clone(),
        missing: of.observed.as_ref().err().cloned().unwrap_or_default(),
    }
}
