//! `muster events tail|dead-letters|replay`

use muster_proto::operations::v1 as pb;
use serde_json::{Value, json};

use crate::{
    cli::{EventsCommand, Shared},
    connect::Clients,
    exit::Failure,
    output,
};

/// Runs an events command.
pub(crate) async fn run(command: EventsCommand, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    match command {
        EventsCommand::Tail { from, filter, follow } => {
            let request = pb::TailEventsRequest { from, filter, until_end: !follow };
            tail(request, shared, clients).await
        }
        EventsCommand::DeadLetters { consumer } => dead_letters(consumer, shared, clients).await,
        EventsCommand::Replay { ids, consumer, all } => {
            if ids.is_empty() && consumer.is_empty() && !all {
                return Err(Failure::Usage("name dead letters, a --consumer, or --all".into()));
            }
            replay(pb::ReplayDeadLettersRequest { ids, consumer }, shared, clients).await
        }
    }
}

fn event(event: &pb::LoggedEvent) -> Value {
    json!({
        "position": event.position, "id": event.id, "subject": event.subject, "type": event.r#type,
        "aggregate": event.aggregate, "aggregate_version": event.aggregate_version,
        "occurred_at_micros": event.occurred_at_micros, "causation_id": event.causation_id, "actor": event.actor,
        "traceparent": event.traceparent, "payload_bytes": event.payload_bytes,
    })
}

async fn tail(request: pb::TailEventsRequest, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let follow = !request.until_end;
    let mut events = clients.operations().tail_events(clients.request(request)).await?.into_inner();
    let mut documents = Vec::new();
    loop {
        let answer = tokio::select! {
            answer = events.message() => answer?,
            _ = tokio::signal::ctrl_c() => None,
        };
        let Some(logged) = answer.and_then(|answer| answer.event) else { break };
        match (shared.json, follow) {
            (true, false) => documents.push(event(&logged)),
            // a stream without end is a line an event, not one document
            (true, true) => output::line(&event(&logged).to_string())?,
            (false, _) => output::line(&format!(
                "{:>8}  {}  {}  {} v{}  {}",
                logged.position,
                instant(logged.occurred_at_micros),
                logged.subject,
                logged.aggregate,
                logged.aggregate_version,
                logged.id
            ))?,
        }
    }
    if shared.json && !follow {
        output::json(&json!({ "events": documents }))?;
    }
    Ok(())
}

fn instant(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros).map(|at| at.to_string()).unwrap_or_default()
}

async fn dead_letters(consumer: String, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let request = clients.request(pb::ListDeadLettersRequest { consumer });
    let letters = clients.operations().list_dead_letters(request).await?.into_inner().dead_letters;
    if shared.json {
        let rows: Vec<Value> = letters
            .iter()
            .map(|letter| {
                json!({
                    "id": letter.id, "consumer": letter.consumer, "reason": letter.reason,
                    "attempts": letter.attempts, "died_at_micros": letter.died_at_micros,
                    "event": letter.event.as_ref().map(event),
                })
            })
            .collect();
        return Ok(output::json(&json!({ "dead_letters": rows }))?);
    }
    if letters.is_empty() {
        return Ok(output::line("no dead letters")?);
    }
    for letter in letters {
        let subject = letter.event.map(|event| event.subject).unwrap_or_default();
        output::line(&format!(
            "{}  {}  {}  {subject}  after {} attempts: {}",
            letter.id,
            instant(letter.died_at_micros),
            letter.consumer,
            letter.attempts,
            letter.reason
        ))?;
    }
    output::line("deliver them again with `muster events replay ID...`")?;
    Ok(())
}

async fn replay(
    request: pb::ReplayDeadLettersRequest,
    shared: &Shared,
    clients: &Clients,
) -> Result<(), Failure> {
    let asked = request.ids.len() as u64;
    let replayed =
        clients.operations().replay_dead_letters(clients.request(request)).await?.into_inner().replayed;
    if shared.json {
        output::json(&json!({ "replayed": replayed }))?;
    } else {
        output::line(&format!("{replayed} dead letters delivered again"))?;
    }
    if replayed < asked {
        return Err(Failure::Failed(muster_kit::Error::not_found(format!(
            "{} of the dead letters named are not there",
            asked - replayed
        ))));
    }
    Ok(())
}
