//! The whole way: command, outbox, relay, bus, inbox, effect. On SQLite with the local bus, and on PostgreSQL with
//! NATS JetStream.

#![allow(clippy::unwrap_used, clippy::cognitive_complexity, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use muster_bus::{Backoff, Handler, HandlerError, Relay, Runtime, Subscription};
use muster_kit::{Event, UnitOfWork};
use muster_testkit::{TestBus, on_both_buses};

use crate::bus_support::{Effects, FlakyBus, Producer, World, command, effects, until};

on_both_buses!(
    commands_have_their_effect_once_and_in_order,
    order_is_kept_while_events_fail,
    a_lost_acknowledgement_has_no_second_effect,
    a_slow_handler_keeps_its_event,
    a_panicking_or_late_handler_is_tried_again,
    stopping_while_handling_loses_and_doubles_nothing,
    a_refused_event_holds_up_its_aggregate_only,
    an_effect_names_its_cause,
);

const FILTER: &[&str] = &["muster.v1.*.*.testing.>"];

fn subscription(name: &str, handler: impl Handler + 'static) -> Subscription {
    let mut subscription = Subscription::new(name, FILTER, handler);
    subscription.spec.backoff =
        Backoff { first: Duration::from_millis(60), longest: Duration::from_millis(300) };
    subscription
}

/// Versions of each aggregate in the order in which they had their effect.
fn by_aggregate(effects: &[(String, i64)]) -> BTreeMap<String, Vec<i64>> {
    let mut by: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for (aggregate, version) in effects {
        by.entry(aggregate.clone()).or_default().push(*version);
    }
    by
}

async fn commands_have_their_effect_once_and_in_order(t: TestBus) {
    let Some(world) = World::start(&t).await else { return };
    let runtime = Runtime::new(t.bus.clone());
    runtime.relay(&world.producer);
    runtime.consume(&world.consumer, subscription("projection", Effects)).unwrap();
    let producer = Producer::new(&world.producer);
    let work = (0..6).map(|worker| producer.commands(format!("a-{}", worker % 6), 50));
    futures::future::join_all(work).await;
    until("all effects", || async { effects(&world.consumer).await.len() >= 300 }).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    runtime.stop().await;
    for (aggregate, versions) in by_aggregate(&effects(&world.consumer).await) {
        assert_eq!(versions, (1..=50).collect::<Vec<_>>(), "{aggregate}");
    }
    assert_eq!(muster_kit::outbox::lag(world.producer.read()).await.unwrap().0, 0);
}

/// Fails as its plan says; takes effect otherwise.
struct Failing {
    /// Failures still to come, by aggregate and version.
    temporary: HashMap<(&'static str, i64), AtomicU32>,
    broken: Option<(&'static str, i64)>,
    calls: Arc<AtomicU32>,
}

#[async_trait]
impl Handler for Failing {
    async fn handle(&self, uow: &mut UnitOfWork, event: &Event) -> Result<(), HandlerError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        // the effect comes first: a failure must take it back
        Effects.handle(uow, event).await?;
        for ((aggregate, version), left) in &self.temporary {
            let due = event.aggregate_id == *aggregate && event.aggregate_version == *version;
            if due
                && left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
            {
                return Err(HandlerError::Temporary("not yet".into()));
            }
        }
        match self.broken {
            Some((aggregate, version))
                if event.aggregate_id == aggregate && event.aggregate_version == version =>
            {
                Err(HandlerError::Permanent("the list is unreadable".into()))
            }
            _ => Ok(()),
        }
    }
}

async fn order_is_kept_while_events_fail(t: TestBus) {
    let Some(world) = World::start(&t).await else { return };
    let producer = Producer::new(&world.producer);
    for aggregate in ["a", "b", "c", "d"] {
        producer.commands(aggregate.into(), 20).await;
    }
    let calls = Arc::new(AtomicU32::new(0));
    let handler = |broken| Failing {
        temporary: HashMap::from([
            (("a", 3), 4.into()),
            (("a", 4), 1.into()),
            (("c", 20), 2.into()),
            (("d", 1), 99.into()),
        ]),
        broken,
        calls: calls.clone(),
    };
    let runtime = Runtime::new(t.bus.clone());
    runtime.relay(&world.producer);
    let mut failing = subscription("projection", handler(Some(("b", 2))));
    failing.spec.max_attempts = 6;
    runtime.consume(&world.consumer, failing).unwrap();
    // while the first ones fail, more come
    for version in 21..=30 {
        for aggregate in ["a", "b"] {
            command(&world.producer, aggregate, version).await.unwrap();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    until("all effects", || async { effects(&world.consumer).await.len() >= 30 + 29 + 20 + 19 }).await;
    runtime.stop().await;
    let by = by_aggregate(&effects(&world.consumer).await);
    assert_eq!(by["a"], (1..=30).collect::<Vec<_>>());
    assert_eq!(
        by["b"],
        (1..=30).filter(|version| *version != 2).collect::<Vec<_>>(),
        "goes on past the dead letter"
    );
    assert_eq!(by["c"], (1..=20).collect::<Vec<_>>());
    assert_eq!(by["d"], (2..=20).collect::<Vec<_>>(), "goes on when the attempts are used up");
    let mut letters = t.bus.dead_letters(Some("projection")).await.unwrap();
    letters.sort_by_key(|letter| letter.event.aggregate_id.clone());
    assert_eq!(letters.len(), 2, "{letters:?}");
    assert_eq!((letters[0].reason.as_str(), letters[0].attempts), ("the list is unreadable", 1));
    assert_eq!((letters[1].reason.as_str(), letters[1].attempts), ("attempts exhausted: not yet", 6));
    // mended, and replayed: the effect happens now, once
    let runtime = Runtime::new(t.bus.clone());
    runtime.consume(&world.consumer, subscription("projection", Effects)).unwrap();
    t.bus.replay(&[letters[0].id.clone()]).await.unwrap();
    until("the replayed effect", || async { effects(&world.consumer).await.contains(&("b".into(), 2)) })
        .await;
    runtime.stop().await;
    assert_eq!(effects(&world.consumer).await.len(), 99);
    assert_eq!(t.bus.dead_letters(Some("projection")).await.unwrap().len(), 1);
}

async fn a_lost_acknowledgement_has_no_second_effect(t: TestBus) {
    let Some(world) = World::start(&t).await else { return };
    Producer::new(&world.producer).commands("a".into(), 40).await;
    let bus = Arc::new(FlakyBus::losing_acks(t.bus.clone(), 40));
    let runtime = Runtime::new(bus.clone());
    runtime.relay(&world.producer);
    let mut forgetful = subscription("projection", Effects);
    forgetful.spec.ack_wait = Duration::from_millis(700);
    runtime.consume(&world.consumer, forgetful).unwrap();
    until("all effects", || async { effects(&world.consumer).await.len() >= 40 }).await;
    until("all delivered again", || async { bus.acks() >= 80 }).await;
    runtime.stop().await;
    assert_eq!(by_aggregate(&effects(&world.consumer).await)["a"], (1..=40).collect::<Vec<_>>());
}

/// Takes its time for the first call, then is quick.
struct Slow {
    time: Duration,
    calls: Arc<AtomicU32>,
}

#[async_trait]
impl Handler for Slow {
    async fn handle(&self, uow: &mut UnitOfWork, event: &Event) -> Result<(), HandlerError> {
        if self.calls.fetch_add(1, Ordering::Relaxed) == 0 {
            tokio::time::sleep(self.time).await;
        }
        Effects.handle(uow, event).await
    }
}

async fn a_slow_handler_keeps_its_event(t: TestBus) {
    let Some(world) = World::start(&t).await else { return };
    Producer::new(&world.producer).commands("a".into(), 3).await;
    let calls = Arc::new(AtomicU32::new(0));
    let runtime = Runtime::new(t.bus.clone());
    let mut slow =
        subscription("projection", Slow { time: Duration::from_millis(2500), calls: calls.clone() });
    slow.spec.ack_wait = Duration::from_millis(900);
    slow.spec.max_attempts = 2;
    runtime.consume(&world.consumer, slow).unwrap();
    Relay::new(world.producer.clone(), t.bus.clone()).flush().await.unwrap();
    until("all effects", || async { effects(&world.consumer).await.len() >= 3 }).await;
    runtime.stop().await;
    assert_eq!(by_aggregate(&effects(&world.consumer).await)["a"], [1, 2, 3]);
    assert_eq!(calls.load(Ordering::Relaxed), 3, "nobody else got it meanwhile");
    assert!(t.bus.dead_letters(None).await.unwrap().is_empty());
}

/// Panics at the first call, hangs at the second, then works.
struct Moody(AtomicU32);

#[async_trait]
impl Handler for Moody {
    async fn handle(&self, uow: &mut UnitOfWork, event: &Event) -> Result<(), HandlerError> {
        Effects.handle(uow, event).await?;
        match self.0.fetch_add(1, Ordering::Relaxed) {
            0 => panic!("a fault in the handler"),
            1 => tokio::time::sleep(Duration::from_mins(1)).await,
            _ => {}
        }
        Ok(())
    }
}

async fn a_panicking_or_late_handler_is_tried_again(t: TestBus) {
    let Some(world) = World::start(&t).await else { return };
    Producer::new(&world.producer).commands("a".into(), 1).await;
    let runtime = Runtime::new(t.bus.clone());
    runtime.relay(&world.producer);
    let mut moody = subscription("projection", Moody(AtomicU32::new(0)));
    moody.deadline = Duration::from_millis(300);
    runtime.consume(&world.consumer, moody).unwrap();
    until("the effect", || async { !effects(&world.consumer).await.is_empty() }).await;
    runtime.stop().await;
    assert_eq!(effects(&world.consumer).await, [("a".to_owned(), 1)]);
}

/// Effects that take a while each.
struct Steady(Duration);

#[async_trait]
impl Handler for Steady {
    async fn handle(&self, uow: &mut UnitOfWork, event: &Event) -> Result<(), HandlerError> {
        tokio::time::sleep(self.0).await;
        Effects.handle(uow, event).await
    }
}

async fn stopping_while_handling_loses_and_doubles_nothing(mut t: TestBus) {
    let Some(world) = World::start(&t).await else { return };
    Producer::new(&world.producer).commands("a".into(), 60).await;
    Relay::new(world.producer.clone(), t.bus.clone()).flush().await.unwrap();
    for _ in 0..4 {
        let runtime = Runtime::new(t.bus.clone()).with_grace(Duration::from_millis(300));
        let mut steady = subscription("projection", Steady(Duration::from_millis(15)));
        steady.batch = 7;
        steady.spec.ack_wait = Duration::from_secs(2);
        runtime.consume(&world.consumer, steady).unwrap();
        tokio::time::sleep(Duration::from_millis(260)).await;
        let begun = Instant::now();
        runtime.stop().await;
        assert!(begun.elapsed() < Duration::from_secs(2), "stopped in time: {:?}", begun.elapsed());
        t.restart().await;
    }
    let so_far = effects(&world.consumer).await.len();
    assert!(so_far < 60, "stopped in the middle: {so_far}");
    let runtime = Runtime::new(t.bus.clone());
    runtime.consume(&world.consumer, subscription("projection", Effects)).unwrap();
    until("all effects", || async { effects(&world.consumer).await.len() >= 60 }).await;
    runtime.stop().await;
    assert_eq!(by_aggregate(&effects(&world.consumer).await)["a"], (1..=60).collect::<Vec<_>>());
}

async fn a_refused_event_holds_up_its_aggregate_only(t: TestBus) {
    let Some(world) = World::start(&t).await else { return };
    for version in 1..=5 {
        command(&world.producer, "stuck", version).await.unwrap();
        command(&world.producer, "free", version).await.unwrap();
    }
    let bus = Arc::new(FlakyBus::refusing(t.bus.clone(), "stuck", 2, 3));
    let mut relay = Relay::new(world.producer.clone(), bus);
    let pass = relay.pass().await.unwrap();
    assert!(pass.failed > 0, "{pass:?}");
    let read = async || -> Vec<(String, i64)> {
        let log = t.bus.log(&muster_bus::LogFilter::all(), 1, 100).await.unwrap();
        log.into_iter().map(|logged| (logged.event.aggregate_id, logged.event.aggregate_version)).collect()
    };
    let early = by_aggregate(&read().await);
    assert_eq!(early["free"], [1, 2, 3, 4, 5], "the others went on");
    assert_eq!(early["stuck"], [1], "nothing overtook the refused one");
    let row = muster_kit::outbox::pending(world.producer.read(), 1).await.unwrap().remove(0);
    assert_eq!((row.aggregate_version, row.attempts), (2, 1));
    assert!(row.last_error.is_some_and(|error| error.contains("refused for a test")));
    let runtime = Runtime::new(Arc::new(FlakyBus::refusing(t.bus.clone(), "stuck", 2, 2)));
    runtime.relay(&world.producer);
    until("everything published", || async { read().await.len() == 10 }).await;
    runtime.stop().await;
    assert_eq!(by_aggregate(&read().await)["stuck"], [1, 2, 3, 4, 5]);
}

/// Publishes an event of its own for each that it hears.
struct Echo;

#[async_trait]
impl Handler for Echo {
    async fn handle(&self, uow: &mut UnitOfWork, event: &Event) -> Result<(), HandlerError> {
        Effects.handle(uow, event).await?;
        let mut echo = crate::bus_support::changed(&event.aggregate_id, event.aggregate_version);
        echo.context = "echo";
        uow.publish(echo)?;
        Ok(())
    }
}

async fn an_effect_names_its_cause(t: TestBus) {
    let Some(world) = World::start(&t).await else { return };
    Producer::new(&world.producer).commands("a".into(), 3).await;
    let runtime = Runtime::new(t.bus.clone());
    runtime.relay(&world.producer);
    runtime.relay(&world.consumer);
    runtime.consume(&world.consumer, subscription("echo", Echo)).unwrap();
    until("three echoes", || async {
        t.bus.log(&muster_bus::LogFilter::all(), 1, 10).await.unwrap().len() == 6
    })
    .await;
    runtime.stop().await;
    let log = t.bus.log(&muster_bus::LogFilter::all(), 1, 10).await.unwrap();
    let (echoes, causes): (Vec<_>, Vec<_>) =
        log.into_iter().map(|logged| logged.event).partition(|event| event.kind.contains("echo"));
    for (echo, cause) in echoes.iter().zip(&causes) {
        assert_eq!(echo.causation_id, Some(cause.id));
        assert_eq!(echo.actor, "service:consumer");
        assert_eq!(cause.causation_id, None);
    }
}
