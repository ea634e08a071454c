//! `muster staffing scenario scores`

use muster_proto::staffing::v1 as pb;
use serde_json::{Value, json};

use super::{
    forecast::{interval, role_word, spread},
    scenario::named_or_file,
};
use crate::{
    cli::{ScoresArgs, Shared},
    connect::Clients,
    exit::Failure,
    output::{self, fte, milli},
};

/// Says how what a scenario expects came out.
pub(crate) async fn run(args: ScoresArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let (scenario, scenario_document) = named_or_file(&args.scenario)?;
    let request = pb::ScoreScenarioRequest { scenario, scenario_document, area: args.area };
    let found = clients.staffing().score_scenario(clients.request(request)).await?.into_inner();
    if shared.json { Ok(output::json(&document(&found))?) } else { print(&found) }
}

/// A score, where there is something to score against.
fn of_seen(row: &pb::ExpectationScore, score: i64) -> Option<i64> {
    row.observed_milli.map(|_| score)
}

fn document(of: &pb::ScoreScenarioResponse) -> Value {
    let scores: Vec<Value> = of
        .scores
        .iter()
        .map(|row| {
            json!({
                "measure": row.measure, "place": row.place, "role": role_word(row.role()), "year": row.year,
                "expected": interval(row.expected_milli), "observed": row.observed_milli.map(milli),
                "hit": row.observed_milli.map(|_| row.hit),
                "interval_score": of_seen(row, row.interval_score_milli).map(milli),
                "pinball": of_seen(row, row.pinball_milli).map(milli), "expert": row.expert,
                "missing": Some(row.missing.as_str()).filter(|why| !why.is_empty()),
            })
        })
        .collect();
    let scenario = of.scenario.clone().unwrap_or_default();
    json!({
        "scenario": scenario.name, "version": scenario.version, "scores": scores, "observed": of.observed,
        "hits": of.hits, "findings": of.findings, "caveats": of.caveats,
        "units": { "expected, observed, interval_score, pinball": "FTE; a lower score is better" },
    })
}

fn print(of: &pb::ScoreScenarioResponse) -> Result<(), Failure> {
    for finding in &of.findings {
        output::line(finding)?;
    }
    if of.scores.is_empty() {
        return Ok(());
    }
    output::line("\nExpected (80% interval) and observed, FTE; a lower score is better\n")?;
    let rows: Vec<Vec<String>> = of
        .scores
        .iter()
        .map(|row| {
            let score = |milli: i64| of_seen(row, milli).map_or_else(|| "-".to_owned(), fte);
            let verdict = match (row.observed_milli, row.hit) {
                (None, _) => row.missing.as_str(),
                (Some(_), true) => "hit",
                (Some(_), false) => "miss",
            };
            vec![
                row.measure.clone(),
                if row.place.is_empty() { "whole area".to_owned() } else { row.place.clone() },
                role_word(row.role()).to_owned(),
                row.year.to_string(),
                spread(row.expected_milli),
                row.observed_milli.map_or_else(|| "-".to_owned(), fte),
                verdict.to_owned(),
                score(row.interval_score_milli),
                score(row.pinball_milli),
                row.expert.clone(),
            ]
        })
        .collect();
    let head = [
        "measure",
        "place",
        "role",
        "year",
        "expected",
        "observed",
        "",
        "interval score",
        "pinball",
        "expert",
    ];
    output::table(&head, &rows)?;
    for caveat in &of.caveats {
        output::line(&format!("  note: {caveat}"))?;
    }
    Ok(())
}
