//! A process that is killed hard, in the worst moment, and another that takes over. The child processes are this test
//! binary itself, told by its environment what to be.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and a child tells by its output"
)]

use std::{env, sync::Arc, time::Duration};

use async_trait::async_trait;
use muster_bus::{Backoff, Bus, Handler, HandlerError, LocalBus, NatsBus, Relay, Runtime, Subscription};
use muster_kit::{Db, Event, UnitOfWork, db::DbConfig};
use muster_testkit::{
    BusKind, Child, NatsServer, TestBus,
    nats::{PASSWORD, USER},
    on_both_buses,
    process::Program,
};

use crate::bus_support::{Effects, FlakyBus, Producer, World, command, effects, until};

on_both_buses!(kill_between_effect_and_ack_leaves_one_effect, kill_with_work_in_hand_keeps_the_order,);

const FILTER: &[&str] = &["muster.v1.*.*.testing.>"];
const ROLE: &str = "MUSTER_TEST_ROLE";

fn subscription(handler: impl Handler + 'static) -> Subscription {
    let mut subscription = Subscription::new("projection", FILTER, handler);
    subscription.spec.ack_wait = Duration::from_secs(3);
    subscription.spec.backoff =
        Backoff { first: Duration::from_millis(50), longest: Duration::from_millis(200) };
    subscription
}

/// Stops for ever at a version, after saying so: the effects before it in the batch are not committed.
struct StopAt(i64);

#[async_trait]
impl Handler for StopAt {
    async fn handle(&self, uow: &mut UnitOfWork, event: &Event) -> Result<(), HandlerError> {
        if event.aggregate_version == self.0 {
            println!("AT WORK");
            std::future::pending::<()>().await;
        }
        Effects.handle(uow, event).await
    }
}

/// What a child process is; does nothing when this process is no child.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "only the tests above run it, as a process of its own"]
async fn kill_child() {
    let Ok(role) = env::var(ROLE) else { return };
    let var = |name: &str| env::var(name).unwrap_or_default();
    let bus: Arc<dyn Bus> = if var("BUS").starts_with("nats://") {
        let mut options = muster_bus::NatsOptions::new(&var("BUS"));
        options.user = Some(USER.into());
        options.password = Some(PASSWORD.into());
        options.subject_prefix = var("SUBJECTS");
        options.stream_prefix = var("STREAMS");
        Arc::new(NatsBus::connect(options).await.unwrap())
    } else {
        Arc::new(LocalBus::open(var("BUS").as_ref()).await.unwrap())
    };
    let config = if var("DB").starts_with("postgres://") {
        DbConfig::Postgres { url: var("DB"), connections: 4 }
    } else {
        DbConfig::Sqlite { path: var("DB").into() }
    };
    let db = Db::open(&config, "consumer").await.unwrap();
    let runtime = if role == "stall" {
        let runtime = Runtime::new(Arc::new(FlakyBus::stalling_at_ack(bus)));
        runtime.consume(&db, subscription(Effects)).unwrap();
        runtime
    } else {
        let runtime = Runtime::new(bus);
        let mut careful = subscription(StopAt(30));
        careful.batch = 8;
        careful.deadline = Duration::from_mins(5);
        runtime.consume(&db, careful).unwrap();
        runtime
    };
    tokio::time::sleep(Duration::from_mins(2)).await;
    runtime.stop().await;
}

fn child(role: &str, bus: &TestBus, world: &World) -> Child {
    let database = match &world.consumer.config {
        DbConfig::Sqlite { path } => path.display().to_string(),
        DbConfig::Postgres { url, .. } => url.clone(),
    };
    let module = module_path!().split_once("::").map_or("", |(_, rest)| rest);
    let mut program = Program::new(env::current_exe().expect("this test binary"))
        .args(["--exact".to_owned(), format!("{module}::kill_child")])
        .args(["--ignored", "--nocapture"])
        .env(ROLE, role)
        .env("DB", database);
    for (name, value) in bus.address() {
        program = program.env(name, value);
    }
    Child::start(&program)
}

async fn kill_between_effect_and_ack_leaves_one_effect(mut t: TestBus) {
    let Some(world) = World::start(&t).await else { return };
    Producer::new(&world.producer).commands("a".into(), 10).await;
    Relay::new(world.producer.clone(), t.bus.clone()).flush().await.unwrap();
    t.let_go().await;
    let mut process = child("stall", &t, &world);
    process.wait_for_line("EFFECT COMMITTED", Duration::from_secs(20)).await;
    process.kill();
    let committed = effects(&world.consumer).await.len();
    assert!(committed > 0, "killed after the commit");
    t.restart().await;
    let runtime = Runtime::new(t.bus.clone());
    runtime.consume(&world.consumer, subscription(Effects)).unwrap();
    command(&world.producer, "a", 11).await.unwrap();
    Relay::new(world.producer.clone(), t.bus.clone()).flush().await.unwrap();
    until("the last effect", || async {
        effects(&world.consumer).await.iter().any(|(_, version)| *version == 11)
    })
    .await;
    // until what the dead process held has come again, too
    tokio::time::sleep(Duration::from_secs(4)).await;
    runtime.stop().await;
    let versions: Vec<i64> = effects(&world.consumer).await.into_iter().map(|(_, version)| version).collect();
    assert_eq!(versions, (1..=11).collect::<Vec<_>>(), "each effect once, in order");
}

async fn kill_with_work_in_hand_keeps_the_order(mut t: TestBus) {
    let Some(world) = World::start(&t).await else { return };
    Producer::new(&world.producer).commands("a".into(), 60).await;
    Relay::new(world.producer.clone(), t.bus.clone()).flush().await.unwrap();
    t.let_go().await;
    let mut process = child("work", &t, &world);
    process.wait_for_line("AT WORK", Duration::from_secs(20)).await;
    if t.kind == BusKind::Nats {
        // a second process stands by while the first is alive
        let (runtime, _db) = standby(&t, &world).await;
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert!(effects(&world.consumer).await.len() < 30, "only one process works");
        more(&world, &t).await;
        process.kill();
        finish(&world, runtime).await;
    } else {
        process.kill();
        t.restart().await;
        let runtime = Runtime::new(t.bus.clone());
        runtime.consume(&world.consumer, subscription(Effects)).unwrap();
        more(&world, &t).await;
        finish(&world, runtime).await;
    }
}

async fn standby(t: &TestBus, world: &World) -> (Runtime, Db) {
    let db = world.consumer.again().await;
    let runtime = Runtime::new(t.again().await);
    runtime.consume(&db, subscription(Effects)).unwrap();
    (runtime, db)
}

/// New events, which must not overtake those that the broker still holds for the dead process.
async fn more(world: &World, t: &TestBus) {
    for version in 61..=80 {
        command(&world.producer, "a", version).await.unwrap();
    }
    Relay::new(world.producer.clone(), t.again().await).flush().await.unwrap();
}

async fn finish(world: &World, runtime: Runtime) {
    until("all effects", || async { effects(&world.consumer).await.len() >= 80 }).await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    runtime.stop().await;
    let versions: Vec<i64> = effects(&world.consumer).await.into_iter().map(|(_, version)| version).collect();
    assert_eq!(versions, (1..=80).collect::<Vec<_>>(), "each effect once, in order");
}

/// The server goes away hard and comes back: relay and consumer carry on by themselves.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nats_restart_is_survived() {
    let Some(mut server) = NatsServer::start_with(true).await else { return };
    let options = muster_testkit::buses::nats_options(&server);
    let bus: Arc<dyn Bus> = Arc::new(NatsBus::connect(options).await.unwrap());
    let producer = muster_testkit::sqlite_db::<crate::bus_support::Migrator>("producer").await;
    let consumer = muster_testkit::sqlite_db::<crate::bus_support::Migrator>("consumer").await;
    let runtime = Runtime::new(bus.clone());
    runtime.relay(&producer);
    runtime.consume(&consumer, subscription(Effects)).unwrap();
    let commands = Producer::new(&producer);
    for round in 0..3 {
        commands.commands(format!("before-{round}"), 30).await;
        server.kill();
        until("the loss is noticed", || async { !bus.ready() }).await;
        commands.commands(format!("away-{round}"), 30).await;
        server.restart().await;
        until("the connection is back", || async { bus.ready() }).await;
    }
    until("all effects", || async { effects(&consumer).await.len() >= 180 }).await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    runtime.stop().await;
    let all = effects(&consumer).await;
    assert_eq!(all.len(), 180, "each once");
    for round in 0..3 {
        for name in [format!("before-{round}"), format!("away-{round}")] {
            let versions: Vec<i64> =
                all.iter().filter(|(a, _)| *a == name).map(|(_, version)| *version).collect();
            assert_eq!(versions, (1..=30).collect::<Vec<_>>(), "{name}");
        }
    }
}
