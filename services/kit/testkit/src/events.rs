//! Events for tests.

use muster_kit::{Classification, Event, OrgCode, clock};
use uuid::Uuid;

/// An event of a made-up context: version `version` of aggregate `aggregate`, in South East London.
///
/// # Panics
/// Never: the code of the organisation is right.
pub fn event(aggregate: &str, version: i64) -> Event {
    event_on("muster.v1.shared.qkk.testing.thing.changed", aggregate, version)
}

/// An event on a subject of one's own.
///
/// # Panics
/// Never: the code of the organisation is right.
pub fn event_on(subject: &str, aggregate: &str, version: i64) -> Event {
    Event {
        id: Uuid::now_v7(),
        subject: subject.to_owned(),
        kind: "muster.testing.thing.changed.v1".into(),
        organisation: OrgCode::new("QKK").expect("a right code"),
        classification: Classification::Group,
        aggregate_id: aggregate.to_owned(),
        aggregate_version: version,
        occurred_at_micros: clock::now_micros(),
        causation_id: None,
        actor: "local".into(),
        traceparent: String::new(),
        payload: format!("{aggregate}/{version}").into_bytes().into(),
    }
}
