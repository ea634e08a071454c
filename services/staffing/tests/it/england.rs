//! All England: 43,191 rows in, history and a forecast out, in seconds.

use std::time::Instant;

use muster_proto::staffing::v1 as pb;
use muster_staffing::Migrator;
use muster_testkit::sqlite_db;

use crate::{node::Node, shared::published};

/// Draws of the run; set `MUSTER_TEST_DRAWS` for a longer one.
fn draws() -> u32 {
    std::env::var("MUSTER_TEST_DRAWS").ok().and_then(|draws| draws.parse().ok()).unwrap_or(16)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_england_is_imported_and_forecast() {
    let Some(file) = published("gp_workforce/england_gp_workforce_practice_fy.csv.gz") else { return };
    let db = sqlite_db::<Migrator>("testing").await;
    let node = Node::new(&db);
    let began = Instant::now();
    let outcome = node.import("gp-workforce", &file.name, &file.bytes).await;
    println!("imported in {:?}", began.elapsed());
    assert_eq!((outcome.rows_read, outcome.rows_kept, outcome.refused), (43_191, 43_191, false));
    let began = Instant::now();
    let history = node.history("ENGLAND").await.unwrap();
    println!("history in {:?}", began.elapsed());
    assert_eq!(
        history.rows.iter().map(|row| row.practices).collect::<Vec<_>>(),
        [7623, 7558, 7354, 7137, 6867, 6652]
    );
    let began = Instant::now();
    let spec = pb::ForecastSpec {
        area: "ENGLAND".into(),
        base_year: 2016,
        to_year: 2021,
        draws: draws(),
        seed: 1,
        ..Default::default()
    };
    let run = node.forecast(spec).await;
    println!("{} draws in {:?}", draws(), began.elapsed());
    assert_eq!(run.state(), pb::RunState::Finished, "{}", run.failure);
    for row in node.rows(&run.run_id, "system").await {
        println!("{} {} gap {:?} supply {:?}", row.role, row.year, row.gap_milli, row.supply_milli);
    }
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        println!("{}", status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default());
    }
}
