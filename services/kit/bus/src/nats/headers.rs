//! CloudEvents 1.0 over NATS, in binary mode: attributes as lower-case `ce-*` headers, the protobuf message as body.
//! See <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/nats-protocol-binding.md>; values are
//! percent-encoded as in its section 3.1.3. Header names are looked up with their case, so only lower case is used.

use async_nats::HeaderMap;
use bytes::Bytes;
use jiff::Timestamp;
use muster_kit::{Classification, Event, OrgCode};
use uuid::Uuid;

use crate::BusError;

/// By which JetStream recognises a repeat.
pub(crate) const MESSAGE_ID: &str = "Nats-Msg-Id";

/// The headers of an event.
pub(super) fn headers_of(event: &Event) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(MESSAGE_ID, event.id.to_string());
    let mut put = |name: &'static str, value: &str| {
        if !value.is_empty() {
            headers.insert(name, encode(value));
        }
    };
    let organisation = event.organisation.token();
    let mut tokens = event.subject.split('.').skip(4);
    let context = tokens.next().unwrap_or_default();
    let aggregate = tokens.next().unwrap_or_default();
    put("ce-specversion", "1.0");
    put("ce-id", &event.id.to_string());
    put("ce-source", &format!("/muster/{organisation}/{context}"));
    put("ce-type", &event.kind);
    put("ce-subject", &format!("{aggregate}/{}", event.aggregate_id));
    put("ce-time", &instant(event.occurred_at_micros));
    put("ce-datacontenttype", "application/protobuf");
    put("ce-dataclassification", event.classification.as_str());
    put("ce-partitionkey", &event.aggregate_id);
    put("ce-sequence", &event.aggregate_version.to_string());
    put("ce-causationid", &event.causation_id.map(|id| id.to_string()).unwrap_or_default());
    put("ce-actor", &event.actor);
    put("ce-org", event.organisation.as_str());
    // where the trace began, and the hop; nobody between the outbox and here makes a hop of its own
    put("ce-traceparent", &event.traceparent);
    put("traceparent", &event.traceparent);
    headers
}

/// The event of a message that was published on `subject`.
pub(super) fn event_of(subject: &str, headers: &HeaderMap, payload: Bytes) -> Result<Event, BusError> {
    let get = |name: &'static str| headers.get(name).map(|value| decode(value.as_str())).unwrap_or_default();
    let wrong = |what: &str| BusError::Internal(format!("message on `{subject}` has a wrong or no {what}"));
    let causation = get("ce-causationid");
    Ok(Event {
        id: Uuid::parse_str(&get("ce-id")).map_err(|_| wrong("ce-id"))?,
        subject: subject.to_owned(),
        kind: get("ce-type"),
        organisation: OrgCode::new(&get("ce-org")).map_err(|_| wrong("ce-org"))?,
        classification: Classification::parse(&get("ce-dataclassification"))
            .map_err(|_| wrong("ce-dataclassification"))?,
        aggregate_id: get("ce-partitionkey"),
        aggregate_version: get("ce-sequence").parse().map_err(|_| wrong("ce-sequence"))?,
        occurred_at_micros: get("ce-time")
            .parse::<Timestamp>()
            .map_err(|_| wrong("ce-time"))?
            .as_microsecond(),
        causation_id: if causation.is_empty() {
            None
        } else {
            Some(Uuid::parse_str(&causation).map_err(|_| wrong("ce-causationid"))?)
        },
        actor: get("ce-actor"),
        traceparent: get("ce-traceparent"),
        payload,
    })
}

fn instant(micros: i64) -> String {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}

/// Percent-encodes blanks, double quotes, percent signs and everything that is no printable ASCII.
pub(crate) fn encode(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'"' | b'%' | 0..=0x20 | 0x7f.. => {
                encoded.push('%');
                encoded.push(char::from(HEX[usize::from(byte >> 4)]));
                encoded.push(char::from(HEX[usize::from(byte & 15)]));
            }
            byte => encoded.push(char::from(byte)),
        }
    }
    encoded
}

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Undoes [`encode`]; a percent sign that begins no code stays as it is.
pub(crate) fn decode(value: &str) -> String {
    let bytes = value.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = value.get(at + 1..at + 3).and_then(|code| u8::from_str_radix(code, 16).ok());
        match (bytes[at], code) {
            (b'%', Some(byte)) => {
                decoded.push(byte);
                at += 3;
            }
            (byte, _) => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_encoded_as_the_binding_says() {
        // the example of the binding: a euro sign, a blank and a smile
        assert_eq!(encode("Euro € 😀"), "Euro%20%E2%82%AC%20%F0%9F%98%80");
        for value in ["", "a\"b", "100%", "%20", "ä\r\nx: y", "plain-1/2"] {
            assert_eq!(decode(&encode(value)), value);
            assert!(encode(value).bytes().all(|byte| (0x21..0x7f).contains(&byte)), "{value}");
        }
        assert_eq!(decode("5% of"), "5% of");
    }
}
