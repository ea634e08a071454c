//! One transaction for the effects of several events: inbox rows, effects, audit row.

use std::{collections::HashSet, panic::AssertUnwindSafe, time::Instant};

use futures::FutureExt;
use muster_kit::{Actor, Db, Event, OrgCode, Permit, UnitOfWork, audit::AuditEntry, inbox, trace};
use tracing::Instrument;

use super::{HandlerError, Subscription};
use crate::metrics::Metrics;

/// Why a batch had no effect.
#[derive(Debug)]
pub(super) enum Failure {
    /// The database cannot be used: no event is to blame.
    Database(muster_kit::Error),
    /// The handler said so.
    Handler(HandlerError),
}

/// Makes the effects of events of one organisation, in one transaction; those that the inbox knows are skipped.
pub(super) async fn take_effect(
    db: &Db,
    subscription: &Subscription,
    metrics: &Metrics,
    organisation: &OrgCode,
    events: &[&Event],
) -> Result<(), Failure> {
    let actor = Actor::service(db.service(), organisation.clone());
    let consumer = &subscription.spec.name;
    let mut uow = db.begin(&actor).await.map_err(Failure::Database)?;
    let entered = inbox::enter_all(uow.conn(), consumer, events).await.map_err(Failure::Database)?;
    let mut entered: HashSet<_> = entered.into_iter().collect();
    let effects = entered.len();
    if effects == 0 {
        return uow.rollback().await.map_err(Failure::Database);
    }
    for event in events {
        // an event that stands twice in the log is entered once
        if entered.remove(&event.id) {
            uow.caused_by(Some(event.id));
            handle(subscription, metrics, &mut uow, event).await.map_err(Failure::Handler)?;
        }
    }
    let permit = Permit::system("consumer").on(consumer.as_str());
    uow.commit(AuditEntry::new(permit, format!("events={effects}"))).await.map_err(Failure::Database)
}

async fn handle(
    subscription: &Subscription,
    metrics: &Metrics,
    uow: &mut UnitOfWork,
    event: &Event,
) -> Result<(), HandlerError> {
    let consumer = &subscription.spec.name;
    let span = tracing::info_span!(
        "consume",
        otel.name = %format!("process {}", event.kind),
        otel.kind = "consumer",
        consumer = %consumer,
        event.id = %event.id,
        messaging.destination.name = %event.subject,
    );
    trace::set_parent(&span, &event.traceparent);
    let begun = Instant::now();
    let work = AssertUnwindSafe(subscription.handler.handle(uow, event).instrument(span)).catch_unwind();
    let outcome = match tokio::time::timeout(subscription.deadline, work).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(HandlerError::Temporary("the handler panicked".into())),
        Err(_) => {
            let seconds = subscription.deadline.as_secs_f64();
            Err(HandlerError::Temporary(format!("the handler took longer than {seconds} s")))
        }
    };
    metrics.handled(consumer, begun.elapsed().as_secs_f64());
    outcome
}
