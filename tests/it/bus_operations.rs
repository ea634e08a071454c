//! The operations service: the log, the dead letters and the audit chain, for those who may.

#![allow(clippy::unwrap_used, clippy::cognitive_complexity, reason = "a test fails by panicking")]

use std::sync::Arc;

use futures::StreamExt;
use muster_bus::operations::{Operations, routes};
use muster_kit::{Actor, OrgCode, actor::ActorRole, authz::RoleTable, shutdown::Shutdown};
use muster_proto::operations::v1::{
    EventName, FindEventsRequest, ListDeadLettersRequest, ReplayDeadLettersRequest, TailEventsRequest,
    VerifyAuditRequest, operations_service_server::OperationsService,
};
use muster_testkit::{
    TestBus,
    events::{event, event_on},
    on_both_buses, sqlite_db,
};
use tonic::{Code, Request};

use crate::bus_support::{Migrator, command, local};

on_both_buses!(
    operators_see_and_replay,
    the_tail_follows_until_told_to_stop,
    events_are_found_with_their_causes
);

fn by<T>(actor: Actor, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.extensions_mut().insert(actor);
    request
}

async fn operators_see_and_replay(t: TestBus) {
    let db = sqlite_db::<Migrator>("testing").await;
    let operations =
        Operations::new(t.bus.clone(), vec![db.db.clone()], Arc::new(RoleTable), Shutdown::new());
    drop(routes(operations.clone()));
    let sent = [event("a", 1), event("b", 1)];
    t.bus.publish_batch(&sent).await;
    let mut consumer = t.bus.subscribe(&muster_bus::ConsumerSpec::new("web", &[">"])).await.unwrap();
    let mut taken = Vec::new();
    while taken.len() < 2 {
        taken.extend(consumer.next_batch(2).await.unwrap());
    }
    for delivery in taken {
        t.bus.bury(&delivery.event, "web", "cannot be drawn", 3).await.unwrap();
        delivery.term("buried").await.unwrap();
    }

    let reader = Actor { roles: vec![ActorRole::Reader], ..Actor::local(OrgCode::new("QKK").unwrap()) };
    let refused =
        operations.list_dead_letters(by(reader, ListDeadLettersRequest::default())).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    let nobody = operations.verify_audit(Request::new(VerifyAuditRequest {})).await.unwrap_err();
    assert_eq!(nobody.code(), Code::Unauthenticated);

    let list = async |consumer: &str| {
        let request = by(local(), ListDeadLettersRequest { consumer: consumer.into() });
        operations.list_dead_letters(request).await.unwrap().into_inner().dead_letters
    };
    assert!(list("nobody").await.is_empty());
    let letters = list("web").await;
    assert_eq!(letters.len(), 2);
    assert_eq!((letters[0].reason.as_str(), letters[0].attempts), ("cannot be drawn", 3));
    assert_eq!(letters[0].event.as_ref().unwrap().id, sent[0].id.to_string());

    let replay = async |ids: Vec<String>| {
        let request = by(local(), ReplayDeadLettersRequest { ids, consumer: String::new() });
        operations.replay_dead_letters(request).await
    };
    assert_eq!(replay(vec!["unknown".into()]).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(replay(vec![letters[1].id.clone()]).await.unwrap().into_inner().replayed, 1);
    let again = consumer.next_batch(2).await.unwrap().remove(0);
    assert_eq!(again.event, sent[1]);
    again.ack().await.unwrap();
    assert_eq!(replay(Vec::new()).await.unwrap().into_inner().replayed, 1);
    assert!(list("").await.is_empty());

    let chains =
        operations.verify_audit(by(local(), VerifyAuditRequest {})).await.unwrap().into_inner().chains;
    // the refusal and the two replays
    assert_eq!((chains.len(), chains[0].rows, chains[0].intact), (1, 3, true));
    assert_eq!((chains[0].service.as_str(), chains[0].organisation.as_str()), ("testing", "QKK"));
}

async fn the_tail_follows_until_told_to_stop(t: TestBus) {
    let db = sqlite_db::<Migrator>("testing").await;
    command(&db, "a", 1).await.unwrap();
    let shutdown = Shutdown::new();
    let operations =
        Operations::new(t.bus.clone(), vec![db.db.clone()], Arc::new(RoleTable), shutdown.clone());
    let other = "muster.v1.own.qkk.staffing.baseline.recorded";
    t.bus.publish_batch(&[event("a", 1), event_on(other, "b", 1), event("a", 2)]).await;
    let tail = async |from: u64, filter: &str, until_end: bool| {
        let request = by(local(), TailEventsRequest { from, filter: filter.into(), until_end });
        operations.tail_events(request).await.map(tonic::Response::into_inner)
    };
    let all: Vec<_> = tail(1, "", true).await.unwrap().map(|one| one.unwrap().event.unwrap()).collect().await;
    assert_eq!(
        all.iter().map(|e| (e.aggregate.as_str(), e.aggregate_version)).collect::<Vec<_>>(),
        [("a", 1), ("b", 1), ("a", 2)]
    );
    let own: Vec<_> = tail(1, "muster.v1.own.>", true).await.unwrap().collect().await;
    assert_eq!(own.len(), 1);
    assert_eq!(tail(1, "muster.>.x", true).await.err().unwrap().code(), Code::InvalidArgument);

    let mut new = tail(0, "", false).await.unwrap();
    t.bus.publish_batch(&[event("a", 3)]).await;
    let next = new.next().await.unwrap().unwrap().event.unwrap();
    assert_eq!((next.aggregate_version, next.payload_bytes), (3, 3));
    shutdown.begin();
    let ended = tokio::time::timeout(std::time::Duration::from_secs(2), new.next()).await;
    assert!(ended.unwrap().is_none(), "an open stream ends at the shutdown");
}

async fn events_are_found_with_their_causes(t: TestBus) {
    let db = sqlite_db::<Migrator>("testing").await;
    let operations =
        Operations::new(t.bus.clone(), vec![db.db.clone()], Arc::new(RoleTable), Shutdown::new());
    let mut sent = [event("a", 1), event("b", 1), event("b", 2), event("c", 1)];
    // c was caused by b 2, which was caused by a
    sent[3].causation_id = Some(sent[2].id);
    sent[2].causation_id = Some(sent[0].id);
    let mut foreign = event("d", 1);
    foreign.classification = muster_kit::Classification::Own;
    foreign.organisation = OrgCode::new("RJ1").unwrap();
    foreign.subject = "muster.v1.own.rj1.testing.thing.changed".into();
    t.bus.publish_batch(&sent).await;
    t.bus.publish_batch(std::slice::from_ref(&foreign)).await;
    let reader = Actor { roles: vec![ActorRole::Reader], ..Actor::local(OrgCode::new("QKK").unwrap()) };
    let find = async |ids: Vec<String>, names: Vec<EventName>| {
        let request = by(reader.clone(), FindEventsRequest { ids, names });
        let found = operations.find_events(request).await.map(tonic::Response::into_inner)?;
        let of = |it: muster_proto::operations::v1::FoundEvent| (it.event.unwrap().id, it.payload.len());
        Ok::<_, tonic::Status>(found.events.into_iter().map(of).collect::<Vec<_>>())
    };
    let id = |of: usize| sent[of].id.to_string();
    let chain = find(vec![id(3)], Vec::new()).await.unwrap();
    assert_eq!(chain, [0, 2, 3].map(|of| (id(of), sent[of].payload.len())));
    let name = EventName { r#type: sent[1].kind.clone(), aggregate: "b".into(), aggregate_version: 1 };
    assert_eq!(find(vec![id(0), foreign.id.to_string()], vec![name]).await.unwrap().len(), 2);
    assert_eq!(find(vec!["x".into()], Vec::new()).await.unwrap_err().code(), Code::InvalidArgument);
}
