//! What every bus must do; the same suite on SQLite and on NATS JetStream.

#![allow(clippy::unwrap_used, clippy::cognitive_complexity, reason = "a test fails by panicking")]

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use muster_bus::{Backoff, Bus, BusError, Consumer, ConsumerSpec, Delivery, LogFilter};
use muster_kit::{Event, OrgCode};
use muster_testkit::{
    TestBus,
    events::{event, event_on},
    on_both_buses,
};
use uuid::Uuid;

on_both_buses!(
    publish_then_subscribe,
    subscribe_then_publish,
    wildcards_select,
    consumers_of_different_names_are_independent,
    competing_consumers_share,
    a_dropped_delivery_comes_again,
    an_unanswered_delivery_comes_again_after_the_ack_wait,
    a_delayed_nak_is_honoured,
    exhausted_attempts_become_a_dead_letter,
    a_terminated_delivery_never_comes_again,
    progress_extends_the_ack_wait,
    an_id_is_stored_once,
    a_stale_answer_does_not_touch_a_newer_attempt,
    a_restart_takes_up_what_was_pending,
    a_burst_stays_within_bounds,
    wrong_subjects_and_names_are_refused,
    every_attribute_survives_the_way,
    a_dead_letter_is_replayed_to_its_consumer_only,
    the_log_is_read_in_order,
    a_closed_bus_says_so,
);

const ALL: &[&str] = &["muster.v1.>"];
const PATIENCE: Duration = Duration::from_secs(15);

async fn publish(bus: &Arc<dyn Bus>, events: &[Event]) -> Vec<u64> {
    let stored = bus.publish_batch(events).await;
    stored.into_iter().map(|stored| stored.expect("the bus takes the event").position).collect()
}

fn things(count: i64) -> Vec<Event> {
    (1..=count).map(|version| event("thing", version)).collect()
}

fn patient(name: &str) -> ConsumerSpec {
    ConsumerSpec {
        ack_wait: Duration::from_secs(20),
        backoff: Backoff { first: Duration::from_millis(20), longest: Duration::from_millis(50) },
        ..ConsumerSpec::new(name, ALL)
    }
}

async fn next(consumer: &mut Box<dyn Consumer>) -> Delivery {
    let batch = tokio::time::timeout(PATIENCE, consumer.next_batch(1)).await.expect("a delivery in time");
    batch.expect("a batch").pop().expect("a batch is not empty")
}

async fn nothing_for(consumer: &mut Box<dyn Consumer>, time: Duration) {
    if let Ok(batch) = tokio::time::timeout(time, consumer.next_batch(1)).await {
        let ids: Vec<_> =
            batch.expect("a batch").iter().map(|d| (d.event.aggregate_version, d.attempt)).collect();
        panic!("nothing expected, got (version, attempt) {ids:?}");
    }
}

/// Takes and acknowledges deliveries until there were `count`; gives the versions in the order of their coming.
async fn take(consumer: &mut Box<dyn Consumer>, count: usize) -> Vec<i64> {
    let mut versions = Vec::new();
    while versions.len() < count {
        let batch = tokio::time::timeout(PATIENCE, consumer.next_batch(count - versions.len())).await;
        for delivery in batch.expect("a batch in time").expect("a batch") {
            versions.push(delivery.event.aggregate_version);
            delivery.ack().await.expect("an ack");
        }
    }
    versions
}

async fn publish_then_subscribe(t: TestBus) {
    publish(&t.bus, &things(5)).await;
    let mut consumer = t.bus.subscribe(&patient("late")).await.unwrap();
    assert_eq!(take(&mut consumer, 5).await, [1, 2, 3, 4, 5]);
    nothing_for(&mut consumer, Duration::from_millis(300)).await;
}

async fn subscribe_then_publish(t: TestBus) {
    let mut consumer = t.bus.subscribe(&patient("early")).await.unwrap();
    let bus = t.bus.clone();
    let publisher = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let begun = Instant::now();
        publish(&bus, &things(5)).await;
        begun
    });
    assert_eq!(take(&mut consumer, 5).await, [1, 2, 3, 4, 5]);
    let begun = publisher.await.unwrap();
    assert!(
        begun.elapsed() < Duration::from_millis(900),
        "woken, not found by the slow poll: {:?}",
        begun.elapsed()
    );
}

async fn wildcards_select(t: TestBus) {
    let subjects = [
        "muster.v1.shared.qkk.staffing.forecast.published",
        "muster.v1.shared.qkk.staffing.baseline.recorded",
        "muster.v1.own.qkk.staffing.forecast.published",
        "muster.v1.shared.g85034.agency.shifts.recorded",
    ];
    let events: Vec<Event> =
        (1..).zip(subjects).map(|(version, subject)| event_on(subject, "x", version)).collect();
    publish(&t.bus, &events).await;
    for (name, filters, wanted) in [
        ("all", &["muster.v1.>"][..], &[1, 2, 3, 4][..]),
        ("any-root", &[">"], &[1, 2, 3, 4]),
        ("forecasts", &["muster.v1.*.*.staffing.forecast.*"], &[1, 3]),
        ("shared-qkk", &["muster.v1.shared.qkk.>"], &[1, 2]),
        ("two", &["muster.v1.own.>", "muster.v1.*.*.agency.>"], &[3, 4]),
        ("exact", &[subjects[1]], &[2]),
    ] {
        let spec = ConsumerSpec { filters: filters.iter().map(|&f| f.to_owned()).collect(), ..patient(name) };
        let mut consumer = t.bus.subscribe(&spec).await.unwrap();
        assert_eq!(take(&mut consumer, wanted.len()).await, wanted, "{filters:?}");
        nothing_for(&mut consumer, Duration::from_millis(100)).await;
    }
}

async fn consumers_of_different_names_are_independent(t: TestBus) {
    publish(&t.bus, &things(3)).await;
    let mut one = t.bus.subscribe(&patient("one")).await.unwrap();
    let mut two = t.bus.subscribe(&patient("two")).await.unwrap();
    assert_eq!(take(&mut one, 3).await, [1, 2, 3]);
    assert_eq!(two.lag().await.unwrap(), 3);
    assert_eq!(take(&mut two, 3).await, [1, 2, 3]);
}

async fn competing_consumers_share(t: TestBus) {
    let events: Vec<Event> = (1..=200).map(|n| event(&format!("thing-{n}"), n)).collect();
    publish(&t.bus, &events).await;
    let spec = ConsumerSpec { max_in_flight: 40, ..patient("team") };
    let mut workers = Vec::new();
    for _ in 0..2 {
        let mut consumer = t.again().await.subscribe(&spec).await.unwrap();
        workers.push(tokio::spawn(async move {
            let mut had = Vec::new();
            while let Ok(batch) = tokio::time::timeout(Duration::from_secs(2), consumer.next_batch(5)).await {
                for delivery in batch.unwrap() {
                    had.push(delivery.event.aggregate_version);
                    tokio::time::sleep(Duration::from_millis(2)).await;
                    delivery.ack().await.unwrap();
                }
            }
            had
        }));
    }
    let one = workers.remove(0).await.unwrap();
    let two = workers.remove(0).await.unwrap();
    assert!(one.len() >= 20 && two.len() >= 20, "both work: {} and {}", one.len(), two.len());
    let all: BTreeSet<i64> = one.iter().chain(&two).copied().collect();
    assert_eq!((one.len() + two.len(), all.len()), (200, 200), "each once, none left");
}

async fn a_dropped_delivery_comes_again(t: TestBus) {
    publish(&t.bus, &things(1)).await;
    let mut consumer = t.bus.subscribe(&patient("careless")).await.unwrap();
    let first = next(&mut consumer).await;
    assert_eq!(first.attempt, 1);
    let begun = Instant::now();
    drop(first);
    let second = next(&mut consumer).await;
    assert_eq!((second.attempt, second.event.aggregate_version), (2, 1));
    assert!(begun.elapsed() < Duration::from_secs(5), "not only after the ack wait");
    second.ack().await.unwrap();
}

async fn an_unanswered_delivery_comes_again_after_the_ack_wait(t: TestBus) {
    publish(&t.bus, &things(1)).await;
    let spec = ConsumerSpec { ack_wait: Duration::from_secs(1), ..patient("silent") };
    let mut consumer = t.bus.subscribe(&spec).await.unwrap();
    let silent = next(&mut consumer).await;
    let begun = Instant::now();
    let again = next(&mut consumer).await;
    let waited = begun.elapsed();
    assert!((700..4000).contains(&waited.as_millis()), "{waited:?}");
    assert_eq!(again.attempt, 2);
    again.ack().await.unwrap();
    // the late answer is taken or left out, and does no harm
    silent.ack().await.unwrap();
    nothing_for(&mut consumer, Duration::from_millis(1300)).await;
}

async fn a_delayed_nak_is_honoured(t: TestBus) {
    publish(&t.bus, &things(1)).await;
    let mut consumer = t.bus.subscribe(&patient("delayed")).await.unwrap();
    let begun = Instant::now();
    next(&mut consumer).await.nak(Duration::from_millis(800)).await.unwrap();
    let again = next(&mut consumer).await;
    let waited = begun.elapsed();
    assert!((790..2500).contains(&waited.as_millis()), "{waited:?}");
    assert_eq!(again.attempt, 2);
    again.ack().await.unwrap();
}

async fn exhausted_attempts_become_a_dead_letter(t: TestBus) {
    let sent = event("poison", 7);
    publish(&t.bus, std::slice::from_ref(&sent)).await;
    let spec = ConsumerSpec { max_attempts: 3, ..patient("unlucky") };
    let mut consumer = t.bus.subscribe(&spec).await.unwrap();
    for attempt in 1..=3 {
        let delivery = next(&mut consumer).await;
        assert_eq!(delivery.attempt, attempt);
        delivery.nak(Duration::from_millis(5)).await.unwrap();
    }
    nothing_for(&mut consumer, Duration::from_millis(800)).await;
    let letters = t.bus.dead_letters(Some("unlucky")).await.unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].event, sent);
    assert_eq!((letters[0].attempts, letters[0].consumer.as_str()), (3, "unlucky"));
    assert!(letters[0].reason.starts_with("attempts exhausted"), "{}", letters[0].reason);
    assert!(letters[0].died_at_micros >= sent.occurred_at_micros);
    assert!(t.bus.dead_letters(Some("somebody-else")).await.unwrap().is_empty());
}

async fn a_terminated_delivery_never_comes_again(t: TestBus) {
    publish(&t.bus, &things(2)).await;
    let spec = ConsumerSpec { ack_wait: Duration::from_millis(500), ..patient("final") };
    let mut consumer = t.bus.subscribe(&spec).await.unwrap();
    next(&mut consumer).await.term("not for us").await.unwrap();
    let second = next(&mut consumer).await;
    assert_eq!(second.event.aggregate_version, 2);
    second.ack().await.unwrap();
    nothing_for(&mut consumer, Duration::from_millis(1200)).await;
}

async fn progress_extends_the_ack_wait(t: TestBus) {
    publish(&t.bus, &things(1)).await;
    let spec = ConsumerSpec { ack_wait: Duration::from_secs(1), ..patient("slow") };
    let mut consumer = t.bus.subscribe(&spec).await.unwrap();
    let delivery = next(&mut consumer).await;
    for _ in 0..6 {
        nothing_for(&mut consumer, Duration::from_millis(400)).await;
        delivery.in_progress().await.unwrap();
    }
    delivery.ack().await.unwrap();
    nothing_for(&mut consumer, Duration::from_millis(1300)).await;
}

async fn an_id_is_stored_once(t: TestBus) {
    let one = event("thing", 1);
    let first = t.bus.publish_batch(std::slice::from_ref(&one)).await.remove(0).unwrap();
    assert!(!first.duplicate);
    let two = event("thing", 2);
    let again = t.bus.publish_batch(&[one.clone(), two.clone(), two, one]).await;
    let again: Vec<_> = again.into_iter().map(Result::unwrap).collect();
    assert_eq!(again.iter().map(|stored| stored.duplicate).collect::<Vec<_>>(), [true, false, true, true]);
    assert_eq!(again[0].position, first.position);
    let mut consumer = t.bus.subscribe(&patient("once")).await.unwrap();
    assert_eq!(take(&mut consumer, 2).await, [1, 2]);
    nothing_for(&mut consumer, Duration::from_millis(300)).await;
}

async fn a_stale_answer_does_not_touch_a_newer_attempt(t: TestBus) {
    publish(&t.bus, &things(1)).await;
    let spec = ConsumerSpec { ack_wait: Duration::from_millis(600), ..patient("stale") };
    let mut consumer = t.bus.subscribe(&spec).await.unwrap();
    let stale = next(&mut consumer).await;
    let newer = next(&mut consumer).await;
    stale.nak(Duration::from_millis(1)).await.unwrap();
    newer.ack().await.unwrap();
    // JetStream takes the late nak as one of the newer attempt; after the ack the event is done on both
    let more = tokio::time::timeout(Duration::from_millis(900), consumer.next_batch(1)).await;
    if let Ok(more) = more {
        assert_eq!(
            t.kind,
            muster_testkit::BusKind::Nats,
            "the token of a stale answer is not the current one"
        );
        for delivery in more.unwrap() {
            delivery.ack().await.unwrap();
        }
    }
    nothing_for(&mut consumer, Duration::from_millis(900)).await;
}

async fn a_restart_takes_up_what_was_pending(mut t: TestBus) {
    publish(&t.bus, &things(4)).await;
    // apart from the rest, so that their order does not hold anything back
    publish(&t.bus, &[event("other", 5), event("third", 6)]).await;
    let spec = ConsumerSpec { ack_wait: Duration::from_secs(2), ..patient("restarted") };
    let mut consumer = t.bus.subscribe(&spec).await.unwrap();
    assert_eq!(take(&mut consumer, 2).await, [1, 2]);
    let claimed = next(&mut consumer).await;
    assert_eq!(claimed.event.aggregate_version, 3);
    drop(consumer);
    t.restart().await;
    drop(claimed);
    let mut consumer = t.bus.subscribe(&spec).await.unwrap();
    let mut rest: Vec<i64> = take(&mut consumer, 4).await;
    rest.sort_unstable();
    assert_eq!(rest, [3, 4, 5, 6]);
    publish(&t.bus, &[event("thing", 7)]).await;
    assert_eq!(take(&mut consumer, 1).await, [7]);
}

fn resident_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or("VmRSS: 0 kB");
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// 5,000 events of 16 KB each, from version `first` on.
async fn burst(bus: &Arc<dyn Bus>, first: i64) {
    for batch in 0..10 {
        let versions = (0..500).map(|n| first + batch * 500 + n);
        let events: Vec<Event> = versions
            .map(|n| Event { payload: vec![7; 16_384].into(), ..event(&format!("a-{n}"), n) })
            .collect();
        publish(bus, &events).await;
    }
}

async fn a_burst_stays_within_bounds(t: TestBus) {
    let spec = ConsumerSpec { max_in_flight: 300, ..patient("burst") };
    let mut consumer = t.bus.subscribe(&spec).await.unwrap();
    // the second half of 80 MB finds every cache filled: memory that grows then would grow without end
    burst(&t.bus, 1).await;
    let before = resident_megabytes();
    burst(&t.bus, 5001).await;
    let grown = resident_megabytes().saturating_sub(before);
    assert!(grown < 40, "memory grew by {grown} MB while publishing");
    // nobody answers for a while: what is in flight stays within its limit
    let mut held: Vec<Delivery> = Vec::new();
    while let Ok(batch) = tokio::time::timeout(Duration::from_millis(1500), consumer.next_batch(100)).await {
        held.extend(batch.unwrap());
        assert!(held.len() <= 300, "{} in flight", held.len());
    }
    assert_eq!(held.len(), 300);
    let mut had: BTreeSet<i64> = BTreeSet::new();
    loop {
        for delivery in held.drain(..) {
            assert!(had.insert(delivery.event.aggregate_version), "each once");
            delivery.ack().await.unwrap();
        }
        if had.len() == 10_000 {
            break;
        }
        held = tokio::time::timeout(PATIENCE, consumer.next_batch(100)).await.expect("in time").unwrap();
    }
    let grown = resident_megabytes().saturating_sub(before);
    assert!(grown < 80, "memory grew by {grown} MB in all");
    nothing_for(&mut consumer, Duration::from_millis(200)).await;
}

async fn wrong_subjects_and_names_are_refused(t: TestBus) {
    let right = event("thing", 1);
    for subject in ["muster.v1.own.qkk.a.b", "muster.v1.own.QKK.a.b.c", "muster.v1.own.*.a.b.c", "a b", ""] {
        let wrong = event_on(subject, "x", 1);
        let answers = t.bus.publish_batch(&[wrong, right.clone()]).await;
        assert!(matches!(answers[0], Err(BusError::Refused(_))), "{subject}: {answers:?}");
        assert!(answers[1].is_ok(), "the right one beside it is taken");
    }
    for spec in [
        ConsumerSpec::new("No Name", ALL),
        ConsumerSpec::new("nothing", &[]),
        ConsumerSpec::new("wrong", &["muster.>.x"]),
    ] {
        assert!(matches!(t.bus.subscribe(&spec).await.err(), Some(BusError::Refused(_))), "{spec:?}");
    }
}

async fn every_attribute_survives_the_way(t: TestBus) {
    let sent = Event {
        organisation: OrgCode::new("G85034").unwrap(),
        classification: muster_kit::Classification::Public,
        causation_id: Some(Uuid::now_v7()),
        actor: "user:\"Zoë\" 100%\r\nce-id: forged".into(),
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".into(),
        payload: vec![0, 255, 10, 13, 0].into(),
        ..event_on("muster.v1.shared.g85034.staffing.baseline.recorded", "ü/1 2", 42)
    };
    let bare = Event { actor: String::new(), ..event("", 0) };
    publish(&t.bus, &[sent.clone(), bare.clone()]).await;
    let mut consumer = t.bus.subscribe(&patient("reader")).await.unwrap();
    for expected in [sent, bare] {
        let delivery = next(&mut consumer).await;
        assert_eq!(delivery.event, expected);
        delivery.ack().await.unwrap();
    }
}

async fn a_dead_letter_is_replayed_to_its_consumer_only(mut t: TestBus) {
    let sent = event("thing", 1);
    publish(&t.bus, std::slice::from_ref(&sent)).await;
    let mut one = t.bus.subscribe(&patient("one")).await.unwrap();
    let mut two = t.bus.subscribe(&patient("two")).await.unwrap();
    take(&mut two, 1).await;
    for round in 1..=2 {
        let delivery = next(&mut one).await;
        assert_eq!((delivery.event.clone(), delivery.attempt), (sent.clone(), 1), "round {round}");
        t.bus.bury(&delivery.event, "one", "the file is unreadable", 1).await.unwrap();
        // the answer was lost and the event buried again: still one letter
        t.bus.bury(&delivery.event, "one", "the file is unreadable", 1).await.unwrap();
        delivery.term("buried").await.unwrap();
        let letters = t.bus.dead_letters(None).await.unwrap();
        assert_eq!(letters.len(), 1, "round {round}");
        assert_eq!(letters[0].reason, "the file is unreadable");
        if round == 1 {
            drop((one, two));
            t.restart().await;
            one = t.bus.subscribe(&patient("one")).await.unwrap();
            two = t.bus.subscribe(&patient("two")).await.unwrap();
        }
        let id = letters[0].id.clone();
        assert_eq!(t.bus.replay(&[id.clone(), "no-such-letter".into()]).await.unwrap(), 1);
        assert!(t.bus.dead_letters(None).await.unwrap().is_empty());
        assert_eq!(t.bus.replay(&[id]).await.unwrap(), 0, "replayed already");
    }
    assert_eq!(take(&mut one, 1).await, [1]);
    nothing_for(&mut two, Duration::from_millis(300)).await;
    let log = t.bus.log(&LogFilter::all(), 1, 10).await.unwrap();
    assert_eq!(log.len(), 1, "a replay is no new event");
}

async fn the_log_is_read_in_order(t: TestBus) {
    assert_eq!(t.bus.head().await.unwrap(), 0);
    assert!(t.bus.log(&LogFilter::all(), 1, 10).await.unwrap().is_empty());
    let mut events = things(1200);
    events.push(event_on("muster.v1.own.qkk.staffing.baseline.recorded", "b", 1));
    let positions = publish(&t.bus, &events).await;
    assert!(positions.is_sorted());
    assert_eq!(t.bus.head().await.unwrap(), positions[1200]);
    let mut read = Vec::new();
    let mut from = 1;
    loop {
        let page = t.bus.log(&LogFilter::all(), from, 500).await.unwrap();
        let end = page.len() < 500;
        from = page.last().map_or(from, |logged| logged.position + 1);
        read.extend(page);
        if end {
            break;
        }
    }
    assert_eq!(read.iter().map(|logged| logged.position).collect::<Vec<_>>(), positions);
    assert!(read.iter().zip(&events).all(|(logged, event)| logged.event == *event));
    let own = t.bus.log(&LogFilter::subject("muster.v1.own.>"), 1, 10).await.unwrap();
    assert_eq!(own.len(), 1);
    assert_eq!(own[0].event, events[1200]);
}

async fn a_closed_bus_says_so(t: TestBus) {
    assert!(t.bus.ready());
    t.bus.close().await.unwrap();
    assert!(!t.bus.ready());
    let answers = t.bus.publish_batch(&things(1)).await;
    assert!(matches!(answers[0], Err(BusError::Closed | BusError::Unavailable(_))), "{answers:?}");
    t.bus.close().await.unwrap();
}
