//! The loop on the bus: a baseline import and a finished run publish events; the pages' projections act on them through
//! their inbox. The same test on one process with SQLite and LocalBus, and on three with PostgreSQL and NATS.

use serde_json::Value;

use crate::{
    sample_files,
    system::{Shape, System, get_json},
};

/// Rows of a JSON endpoint.
pub(crate) fn rows(document: &Value) -> &Vec<Value> {
    document.as_array().or_else(|| document["rows"].as_array()).expect("rows")
}

/// Imports the whole sample; every file must be taken.
pub(crate) fn import_sample(system: &System, seed: u64) {
    for file in sample_files::write(system, seed) {
        let report = file.import(system);
        assert_eq!(report["refused"], false, "{report}");
    }
}

/// Runs a small forecast; gives the document.
pub(crate) fn forecast(system: &System, seed: u32) -> Value {
    let seed = seed.to_string();
    let arguments =
        ["staffing", "forecast", "--base", "2016", "--to", "2018", "--draws", "32", "--seed", &seed];
    system.json("staffing", &arguments)
}

/// Waits until the pages' projection shows a run; gives its rows.
pub(crate) async fn latest_gap(system: &System, run_id: &Value) -> Vec<Value> {
    let found = || {
        let document = get_json(system.port("web"), "/api/latest-gap.json")?;
        let rows = rows(&document).clone();
        (!rows.is_empty() && rows.iter().all(|row| row["run_id"] == *run_id)).then_some(rows)
    };
    system.eventually("the latest gap shows the run", found).await
}

async fn the_loop(shape: Shape) {
    let Some(system) = System::start(shape).await else { return };
    import_sample(&system, 7);
    let first = forecast(&system, 1);
    let gaps = latest_gap(&system, &first["run_id"]).await;
    // what the projection shows is what the run says, for every node above practice
    let last_year = |row: &&Value| row["year"] == 2018 && row["level"] != "practice";
    let published: Vec<&Value> = rows(&first).iter().filter(last_year).collect();
    assert!(published.len() >= 2 * (1 + 6 + 15 + 23), "{} rows above practice", published.len());
    for row in published {
        let shown = gaps
            .iter()
            .find(|gap| {
                gap["node"] == row["node"] && gap["level"] == row["level"] && gap["role"] == row["role"]
            })
            .unwrap_or_else(|| panic!("no gap shown for {row}"));
        let median = row["gap"]["p50"].as_f64().expect("a number");
        let shown = shown["gap_p50_milli"].as_i64().expect("a number");
        assert!((median * 1000.0 - shown as f64).abs() < 0.5, "{row} is shown as {shown}");
    }
    // every event of the log is in the feed, once
    let log = events(&system);
    assert!(log.iter().any(|event| event["type"] == "muster.staffing.baseline.recorded.v1"));
    assert!(
        log.iter().all(|event| event["traceparent"].as_str().is_some_and(|trace| trace.starts_with("00-")))
    );
    let feed = activity(&system);
    assert_eq!(sorted(&feed, "event_id"), sorted(&log, "id"));
    // a second import of the same file changes nothing and tells nothing
    import_again(&system);
    assert_eq!(events(&system).len(), log.len());
    // a new run takes the place of the old one
    let second = forecast(&system, 2);
    latest_gap(&system, &second["run_id"]).await;
    let chains = system.json("web", &["audit", "verify"]);
    assert!(
        chains["chains"].as_array().is_some_and(|chains| chains.iter().all(|chain| chain["intact"] == true))
    );
}

fn import_again(system: &System) {
    for file in sample_files::write(system, 7) {
        let report = file.import(system);
        assert_eq!(report["already_imported"], true, "{report}");
    }
}

/// The whole log of events.
pub(crate) fn events(system: &System) -> Vec<Value> {
    let document = system.json("web", &["events", "tail"]);
    document["events"].as_array().cloned().unwrap_or_default()
}

/// The whole feed of the pages.
pub(crate) fn activity(system: &System) -> Vec<Value> {
    get_json(system.port("web"), "/api/activity.json")
        .map(|document| rows(&document).clone())
        .unwrap_or_default()
}

/// One field of every row, sorted.
pub(crate) fn sorted(rows: &[Value], field: &str) -> Vec<String> {
    let mut values: Vec<String> =
        rows.iter().filter_map(|row| row[field].as_str().map(str::to_owned)).collect();
    values.sort();
    values
}

#[tokio::test(flavor = "multi_thread")]
async fn the_loop_closes_in_one_process() {
    the_loop(Shape::OneProcess).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_loop_closes_over_nats_and_postgres() {
    the_loop(Shape::Production).await;
}
