//! Sweeps beyond one machine: processes that do nothing else work them off; what they answer is what one process answers, to the
//! bit, also when some of them are killed at work.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use futures::StreamExt as _;
use muster_testkit::nats::{PASSWORD, USER};
use serde_json::Value;

use crate::{
    sample_files,
    system::{PATIENCE, Shape, System, binary},
};

/// Place of the first worker among the parts of a system.
const FIRST_WORKER: usize = 3;

const FORECASTS: &[&str] = &["staffing", "sweep", "--to", "2019", "--draws", "256"];
const SENSITIVITIES: &[&str] = &["staffing", "sweep", "--sensitivity", "--to", "2019", "--draws", "2048"];

async fn with_sample(shape: Shape) -> Option<System> {
    let system = System::start(shape).await?;
    for file in &sample_files::write(&system, 11) {
        file.import(&system);
    }
    Some(system)
}

fn hash(of: &Value) -> &str {
    of["answers_sha256"].as_str().expect("a hash")
}

/// Starts a sweep, kills workers while it runs, and gives what it answered in the end.
async fn sweep_through_kills(system: &mut System, workers: &[usize]) -> Value {
    let url = format!("http://127.0.0.1:{}", system.port("staffing"));
    let mut command = Command::new(binary());
    command
        .args(["--server", &url, "--json"])
        .args(SENSITIVITIES)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let running = command.spawn().expect("the sweep starts");
    tokio::time::sleep(Duration::from_millis(700)).await;
    for worker in workers {
        system.kill(*worker);
    }
    let ended = tokio::task::spawn_blocking(move || running.wait_with_output()).await.expect("it is awaited");
    let ended = ended.expect("the sweep ends");
    assert!(ended.status.success(), "the sweep failed:\n{}", system.logs());
    serde_json::from_slice(&ended.stdout).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_says_the_same_on_one_process_two_and_four_workers_also_when_some_are_killed() {
    let Some(alone) = with_sample(Shape::OneProcess).await else { return };
    let forecasts = alone.json("staffing", FORECASTS);
    let sensitivities = alone.json("staffing", SENSITIVITIES);
    let plan = alone.json("staffing", &["staffing", "plan", "--to", "2019", "--draws", "256"]);
    drop(alone);
    let parts = forecasts["parts"].as_array().expect("parts");
    assert!(parts.iter().any(|part| part["scenario"] == "new-roles"), "every shipped scenario is swept");
    assert!(parts.iter().all(|part| part["rows"].as_array().is_some_and(|rows| !rows.is_empty())));

    let Some(mut system) = with_sample(Shape::Workers(4)).await else { return };
    assert_eq!(hash(&system.json("staffing", SENSITIVITIES)), hash(&sensitivities), "four workers");
    let killed = [FIRST_WORKER, FIRST_WORKER + 1];
    let through = sweep_through_kills(&mut system, &killed).await;
    assert_eq!(hash(&through), hash(&sensitivities), "two of four were killed at work");
    assert_eq!(through["parts"], sensitivities["parts"]);
    assert_eq!(hash(&system.json("staffing", FORECASTS)), hash(&forecasts), "the two that are left");
    let spread = system.json("staffing", &["staffing", "plan", "--to", "2019", "--draws", "256"]);
    assert_eq!(spread["levers"], plan["levers"], "a plan whose runs are spread is the same plan");
    assert_eq!(spread["chances"], plan["chances"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_whose_asker_goes_away_is_cancelled() {
    let Some(mut system) = with_sample(Shape::Workers(1)).await else { return };
    system.kill(FIRST_WORKER);
    let options = async_nats::ConnectOptions::with_user_and_password(USER.into(), PASSWORD.into());
    let nats = options.connect(system.nats.as_ref().expect("nats").url()).await.expect("a connection");
    let mut sweeps = nats.subscribe("muster.sweeps.>").await.expect("a subscription");
    nats.flush().await.expect("the subscription is known");
    let url = format!("http://127.0.0.1:{}", system.port("staffing"));
    let mut command = Command::new(binary());
    command.args(["--server", &url]).args(SENSITIVITIES).stdout(Stdio::null()).stderr(Stdio::null());
    let mut running = command.spawn().expect("the sweep starts");
    // nobody works: the jobs wait
    assert_eq!(heard(&mut sweeps).await, "begun");
    running.kill().expect("the asker is killed");
    let _ = running.wait();
    assert_eq!(heard(&mut sweeps).await, "cancelled");
}

/// What the next message about a sweep says: the last part of its subject.
async fn heard(sweeps: &mut async_nats::Subscriber) -> String {
    let next = tokio::time::timeout(PATIENCE, sweeps.next()).await.expect("a message in time");
    next.expect("a message").subject.rsplit('.').next().unwrap_or_default().to_owned()
}
