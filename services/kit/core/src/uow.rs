//! One transaction for a change: its rows, its outbox rows and its audit row, or nothing.

use std::sync::Arc;

use sea_orm::{ActiveValue::Set, DatabaseTransaction};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::{
    Actor, Event, NewEvent, OrgCode, OrgScope, Result,
    audit::{self, AuditEntry},
    clock, event,
    flush::Flush,
    outbox,
};

/// An open transaction. Dropped without [`UnitOfWork::commit`], it is rolled back.
pub struct UnitOfWork {
    tx: DatabaseTransaction,
    actor: Actor,
    cause: Option<Uuid>,
    outbox: Arc<Notify>,
    flush: Option<Arc<Flush>>,
    events: Vec<Event>,
}

impl UnitOfWork {
    pub(crate) fn new(
        tx: DatabaseTransaction,
        actor: Actor,
        outbox: Arc<Notify>,
        flush: Option<Arc<Flush>>,
    ) -> Self {
        Self { tx, actor, cause: None, outbox, flush, events: Vec::new() }
    }

    /// The connection that repositories write through.
    pub fn conn(&self) -> &DatabaseTransaction {
        &self.tx
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What repository calls of this transaction may touch.
    pub fn scope(&self) -> OrgScope {
        self.actor.scope()
    }

    /// Sets the event that causes what is published from here on; a consumer that commits effects in batches sets it
    /// before each event.
    pub fn caused_by(&mut self, cause: Option<Uuid>) {
        self.cause = cause;
    }

    /// Notes an event for the outbox; its row is written with the commit, after the rows of the change, whose locks keep
    /// the events of one aggregate in order.
    ///
    /// # Errors
    /// Bad request when a token of the subject is wrong.
    pub fn publish(&mut self, new: NewEvent) -> Result<Uuid> {
        let organisation = self.actor.organisation.clone();
        self.publish_for(&organisation, new)
    }

    /// The same on the branch of another organisation, where a change that several share has a consequence of its own for each of
    /// them, that only it may read.
    ///
    /// # Errors
    /// Bad request when a token of the subject is wrong.
    pub fn publish_for(&mut self, organisation: &OrgCode, new: NewEvent) -> Result<Uuid> {
        let event = Event {
            id: Uuid::now_v7(),
            subject: event::subject(organisation, &new)?,
            kind: format!("muster.{}.{}.{}.v1", new.context, new.aggregate, new.event),
            organisation: organisation.clone(),
            classification: new.classification,
            aggregate_id: new.aggregate_id,
            aggregate_version: new.aggregate_version,
            occurred_at_micros: clock::now_micros(),
            causation_id: self.cause,
            actor: self.actor.id.clone(),
            traceparent: crate::trace::current_traceparent(),
            payload: new.payload.into(),
        };
        let id = event.id;
        self.events.push(event);
        Ok(id)
    }

    /// Writes the outbox rows and the audit row and commits everything. What was committed has reached the disk.
    ///
    /// # Errors
    /// Internal or unavailable when the database cannot; nothing stays then, unless it was the disk that failed at the end.
    pub async fn commit(self, entry: AuditEntry) -> Result<()> {
        let ids: Vec<Uuid> = self.events.iter().map(|event| event.id).collect();
        let row = audit::row(&self.actor, &entry, &ids);
        outbox::insert_with_audit(&self.tx, &self.events, row).await?;
        self.tx.commit().await?;
        if let Some(flush) = &self.flush {
            flush.wait().await?;
        }
        if !ids.is_empty() {
            self.outbox.notify_one();
        }
        Ok(())
    }

    /// Gives everything back.
    ///
    /// # Errors
    /// Internal when the database cannot; the transaction is gone all the same.
    pub async fn rollback(self) -> Result<()> {
        Ok(self.tx.rollback().await?)
    }
}

/// `Set`, for a value that must be there.
pub(crate) fn set<T: Into<sea_orm::Value>>(value: T) -> sea_orm::ActiveValue<T> {
    Set(value)
}
