//! Processes and servers die; nothing is lost, nothing is doubled, and the projections equal a rebuild from the log.

use std::{process::Stdio, time::Duration};

use sea_orm::ConnectionTrait;
use serde_json::Value;

use crate::{
    sample_files,
    system::{PATIENCE, Shape, System, binary, get_json},
    the_loop::{activity, events, forecast, latest_gap, rows, sorted},
};

/// Imports a file while its service is killed in the middle; repeats until it is taken, as a person would.
async fn import_through_a_kill(system: &mut System, file: &sample_files::File, place: usize) {
    let url = format!("http://127.0.0.1:{}", system.port(file.service));
    let mut command = std::process::Command::new(binary());
    command.args(["--server", &url]).args(file.arguments()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut importing = command.spawn().expect("the import starts");
    tokio::time::sleep(Duration::from_millis(30)).await;
    system.kill_and_restart(place).await;
    let _ = importing.wait();
    let report = file.import(system);
    assert_eq!(report["refused"], false, "{report}");
}

/// Runs a forecast, again if a server that is coming back refuses it.
async fn forecast_when_ready(system: &System, seed: u32) -> Value {
    let seed = seed.to_string();
    let arguments = [
        "staffing", "forecast", "--base", "2016", "--to", "2018", "--draws", "32", "--seed", &seed, "--json",
    ];
    system
        .eventually("a forecast runs", || {
            let (code, out, _) = system.command("staffing", &arguments);
            (code == 0).then(|| serde_json::from_str(&out).expect("JSON"))
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_when_processes_and_servers_die() {
    let Some(mut system) = System::start(Shape::Production).await else { return };
    let files = sample_files::write(&system, 11);
    let (last, others) = files.split_last().expect("files");
    for file in others {
        file.import(&system);
    }
    // each process in turn, at work or not
    import_through_a_kill(&mut system, last, 1).await;
    system.kill_and_restart(0).await;
    let first = forecast(&system, 1);
    system.kill(2);
    let second = forecast(&system, 2);
    system.start_part(2).await;
    latest_gap(&system, &second["run_id"]).await;
    // the bus goes away and comes back: commands go on meanwhile, their events follow
    if let Some(nats) = system.nats.as_mut() {
        nats.kill();
    }
    let third = forecast(&system, 3);
    if let Some(nats) = system.nats.as_mut() {
        nats.restart().await;
    }
    latest_gap(&system, &third["run_id"]).await;
    // the database is killed and recovers
    if let Some(postgres) = system.postgres.as_mut() {
        postgres.kill();
        postgres.restart().await;
    }
    let fourth = forecast_when_ready(&system, 4).await;
    let gaps = latest_gap(&system, &fourth["run_id"]).await;
    assert_ne!(first["run_id"], fourth["run_id"]);
    check_nothing_lost_or_doubled(&system).await;
    check_duplicates_change_nothing(&mut system, gaps).await;
}

async fn check_nothing_lost_or_doubled(system: &System) {
    let log = events(system);
    let ids = sorted(&log, "id");
    let mut once = ids.clone();
    once.dedup();
    assert_eq!(ids, once, "an event stands twice in the log");
    system
        .eventually("every event of the log is in the feed, once", || {
            (sorted(&activity(system), "event_id") == ids).then_some(())
        })
        .await;
    let runs = system.json("staffing", &["staffing", "runs"]);
    let finished =
        runs["runs"].as_array().expect("runs").iter().filter(|run| run["state"] == "finished").count();
    let published =
        log.iter().filter(|event| event["type"] == "muster.staffing.forecast.published.v1").count();
    assert_eq!(finished, published, "each finished run is published once");
    let baselines = log.iter().filter(|event| event["type"] == "muster.staffing.baseline.recorded.v1");
    let versions: Vec<_> = baselines.map(|event| event["aggregate_version"].as_i64()).collect();
    assert!(versions.iter().all(|version| *version == Some(1)), "the import was taken twice: {versions:?}");
}

/// Everything published is published again, as a relay does that died before it could mark its rows; and the projection
/// is made anew from the log beside it.
async fn check_duplicates_change_nothing(system: &mut System, gaps: Vec<Value>) {
    let log_before = events(system);
    let feed_before = sorted(&activity(system), "event_id");
    let database = system.database.clone();
    for schema in ["directory", "staffing"] {
        let config = muster_kit::db::DbConfig::Postgres { url: database.clone(), connections: 2 };
        let db = muster_kit::Db::open(&config, schema).await.expect("the database");
        db.read().execute_unprepared("UPDATE outbox SET published_at = NULL").await.expect("the outbox");
        db.close().await.expect("closed");
    }
    system.kill_and_restart(0).await;
    system.kill_and_restart(1).await;
    let next = forecast(system, 5);
    let after = latest_gap(system, &next["run_id"]).await;
    assert_eq!(after.len(), gaps.len());
    let log = events(system);
    let known = sorted(&log_before, "id");
    let is_new = |event: &&Value| !known.iter().any(|id| event["id"] == id.as_str());
    let new: Vec<&Value> = log.iter().filter(is_new).collect();
    let kinds: Vec<&str> = new.iter().filter_map(|event| event["type"].as_str()).collect();
    // the run itself; another seed may also find a gap on the other side of the line
    assert_eq!(log.len(), log_before.len() + new.len(), "duplicates entered the log: {kinds:?}");
    let of = |kind: &str| kinds.iter().filter(|of| **of == kind).count();
    let crossed = of("muster.staffing.gap.crossed.v1");
    assert_eq!((of("muster.staffing.forecast.published.v1"), kinds.len()), (1, 1 + crossed), "{kinds:?}");
    system
        .eventually("the feed has a line more for each", || {
            (sorted(&activity(system), "event_id").len() == feed_before.len() + new.len()).then_some(())
        })
        .await;
    check_rebuild(system, &after).await;
}

async fn check_rebuild(system: &System, shown: &[Value]) {
    let nats = system.nats.as_ref().expect("nats");
    let mut options = muster_bus::NatsOptions::new(&nats.url());
    options.user = Some(muster_testkit::nats::USER.into());
    options.password = Some(muster_testkit::nats::PASSWORD.into());
    let bus = muster_bus::NatsBus::connect(options).await.expect("the bus");
    let fresh = muster_testkit::stores::sqlite_db::<muster_web::Migrator>("web").await;
    let actor = muster_kit::Actor::local(muster_kit::OrgCode::new("QKK").expect("a code"));
    let done =
        muster_web::rebuild(&fresh.db, &muster_kit::authz::RoleTable, &actor, &bus).await.expect("rebuilt");
    assert!(done > 0);
    let rebuilt = muster_web::latest_gap(&fresh.db, &actor.scope()).await.expect("rows");
    let rebuilt = serde_json::to_value(rebuilt).expect("JSON");
    assert_eq!(key(rows(&rebuilt)), key(shown), "the projection differs from a rebuild");
    let feed = muster_web::activity(&fresh.db, &actor.scope(), 10_000).await.expect("rows");
    assert_eq!(feed.len(), activity(system).len());
}

/// What a row of the projection says, for comparison.
fn key(rows: &[Value]) -> Vec<String> {
    let mut keys: Vec<String> = rows
        .iter()
        .map(|row| {
            format!(
                "{} {} {} {} {} {}",
                row["level"],
                row["node"],
                row["role"],
                row["run_id"],
                row["gap_p50_milli"],
                row["cost_p50_pence"]
            )
        })
        .collect();
    keys.sort();
    keys
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_stops_in_time_with_a_silent_client_and_an_open_stream() {
    let Some(mut system) = System::start(Shape::OneProcess).await else { return };
    let port = system.port("web");
    let _silent = std::net::TcpStream::connect(("127.0.0.1", port)).expect("connected");
    let url = format!("http://127.0.0.1:{port}");
    let mut following = std::process::Command::new(binary())
        .args(["--server", &url, "events", "tail", "--follow"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the tail starts");
    tokio::time::sleep(Duration::from_millis(500)).await;
    let (taken, code) = system.stop(0).await;
    assert_eq!(code, Some(0));
    assert!(taken < Duration::from_secs(15), "{taken:?}");
    let _ = following.kill();
    let _ = following.wait();
    assert!(get_json(port, "/api/latest-gap.json").is_none());
    assert!(taken < PATIENCE);
}
