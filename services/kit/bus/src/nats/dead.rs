//! Dead letters on JetStream: a stream of their own, each under its consumer and event, until it is replayed.

use async_nats::{HeaderMap, jetstream::stream::Stream};
use futures::TryFutureExt;
use muster_kit::{Event, clock, event};

use super::{
    NatsBus,
    headers::{MESSAGE_ID, decode, encode, headers_of},
    publish_failed, read_stream, unavailable,
};
use crate::{BusError, DeadLetter};

/// The subject that the event was published on; dead letters and replays travel on others.
pub(super) const SUBJECT: &str = "muster-subject";
const CONSUMER: &str = "muster-consumer";
const REASON: &str = "muster-reason";
const ATTEMPTS: &str = "muster-attempts";
const DIED_AT: &str = "muster-died-at";

/// Dead letters listed at most.
const LETTERS: usize = 1000;
/// Characters of a reason kept at most.
const REASON_LENGTH: usize = 2000;

async fn stream(bus: &NatsBus) -> Result<Stream<()>, BusError> {
    bus.connection.jetstream.get_stream_no_info(bus.stream("DEAD")).await.map_err(unavailable)
}

pub(super) async fn bury(
    bus: &NatsBus,
    event: &Event,
    consumer: &str,
    (reason, attempts): (&str, u32),
) -> Result<(), BusError> {
    event::check_token(consumer)?;
    let subject = format!("{}muster-dead.{consumer}.{}", bus.subject_prefix, event.id);
    // not by message id: an event that is replayed and dies again soon is a dead letter again
    if stream(bus).await?.get_last_raw_message_by_subject(&subject).await.is_ok() {
        return Ok(());
    }
    let mut headers = headers_of(event);
    headers.insert(MESSAGE_ID, uuid::Uuid::now_v7().to_string());
    headers.insert(SUBJECT, event.subject.as_str());
    headers.insert(CONSUMER, consumer);
    headers.insert(REASON, encode(&reason.chars().take(REASON_LENGTH).collect::<String>()));
    headers.insert(ATTEMPTS, attempts.to_string());
    headers.insert(DIED_AT, clock::now_micros().to_string());
    let sent = bus.send_message(subject, headers, event.payload.clone()).await?;
    sent.into_future().map_err(publish_failed).await?;
    Ok(())
}

pub(super) async fn list(bus: &NatsBus, consumer: Option<&str>) -> Result<Vec<DeadLetter>, BusError> {
    if let Some(consumer) = consumer {
        event::check_token(consumer)?;
    }
    let filter = format!("{}muster-dead.{}.*", bus.subject_prefix, consumer.unwrap_or("*"));
    let messages = read_stream(&stream(bus).await?, vec![filter], 1, LETTERS).await?;
    let mut letters = Vec::with_capacity(messages.len());
    for message in messages {
        let id = message.info().map_err(unavailable)?.stream_sequence.to_string();
        let event = bus.read(&message.message)?;
        let none = HeaderMap::new();
        let headers = message.headers.as_ref().unwrap_or(&none);
        let get =
            |name: &'static str| headers.get(name).map(|value| decode(value.as_str())).unwrap_or_default();
        letters.push(DeadLetter {
            id,
            consumer: get(CONSUMER),
            reason: get(REASON),
            attempts: get(ATTEMPTS).parse().unwrap_or_default(),
            died_at_micros: get(DIED_AT).parse().unwrap_or_default(),
            position: 0,
            event,
        });
    }
    Ok(letters)
}

pub(super) async fn replay(bus: &NatsBus, ids: &[String]) -> Result<u64, BusError> {
    let stream = stream(bus).await?;
    let mut replayed = 0;
    for id in ids {
        let Ok(sequence) = id.parse::<u64>() else { continue };
        // replayed already, by somebody else
        let Ok(letter) = stream.get_raw_message(sequence).await else { continue };
        let get = |name: &'static str| letter.headers.get(name).map(|value| value.as_str().to_owned());
        let Some(consumer) = get(CONSUMER) else { continue };
        let mut headers = HeaderMap::new();
        for (name, values) in letter.headers.iter() {
            let name = name.to_string();
            if name == SUBJECT || !(name.starts_with("muster-") || name.starts_with("Nats-")) {
                for value in values {
                    headers.append(name.as_str(), value.as_str());
                }
            }
        }
        // stored once, also when the removal below fails and the replay is asked for again
        headers.insert(MESSAGE_ID, format!("replay.{consumer}.{sequence}"));
        let sent = bus.send_message(bus.replay_subject(&consumer), headers, letter.payload).await?;
        sent.into_future().map_err(publish_failed).await?;
        stream.delete_message(sequence).await.map_err(unavailable)?;
        replayed += 1;
    }
    Ok(replayed)
}
