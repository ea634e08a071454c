//! The one writer of the bus file: it takes what has queued up meanwhile into one transaction and answers after the
//! commit. A publish, a claim and an acknowledgement so cost a share of a commit each.

use std::{collections::HashMap, sync::Arc};

use muster_kit::{Db, Event};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use tokio::sync::{mpsc, oneshot, watch};

use super::{
    state::{Answer, Claimed, State},
    tables::{consumer, delivery, log},
};
use crate::{BusError, ConsumerSpec, Stored};

/// Requests taken into one transaction at most.
const GROUP: usize = 1024;

pub(super) type Reply<T> = oneshot::Sender<Result<T, BusError>>;

/// A request to the writer.
pub(super) enum Op {
    Publish { events: Vec<Event>, reply: Reply<Vec<Stored>> },
    Subscribe { spec: ConsumerSpec, reply: Reply<()> },
    Claim { consumer: Arc<str>, max: usize, reply: Reply<Claimed> },
    Answer { consumer: Arc<str>, position: i64, token: u64, answer: Answer, reply: Option<Reply<()>> },
    Bury { id: String, consumer: String, reason: String, attempts: u32, reply: Reply<()> },
    Replay { ids: Vec<String>, reply: Reply<u64> },
    Pending { consumer: Arc<str>, reply: Reply<(i64, usize)> },
    Close { reply: Reply<()> },
}

impl Op {
    /// Must it have reached the disk before it is answered? A claim or an acknowledgement that a power loss takes back
    /// only makes an event come again.
    fn must_last(&self) -> bool {
        matches!(
            self,
            Self::Publish { .. } | Self::Subscribe { .. } | Self::Bury { .. } | Self::Replay { .. }
        )
    }

    /// Answers with a failure.
    fn fail(self, error: BusError) {
        // whoever asked may have gone: nothing to tell then
        match self {
            Self::Publish { reply, .. } => drop(reply.send(Err(error))),
            Self::Subscribe { reply, .. } | Self::Bury { reply, .. } | Self::Close { reply } => {
                drop(reply.send(Err(error)));
            }
            Self::Claim { reply, .. } => drop(reply.send(Err(error))),
            Self::Answer { reply, .. } => drop(reply.map(|reply| reply.send(Err(error)))),
            Self::Replay { reply, .. } => drop(reply.send(Err(error))),
            Self::Pending { reply, .. } => drop(reply.send(Err(error))),
        }
    }
}

/// Answers once the group's transaction is committed, or failed.
type Done = Box<dyn FnOnce(Result<(), BusError>) + Send>;

fn answer_with<T: Send + 'static>(reply: Reply<T>, value: T) -> Done {
    Box::new(move |committed| {
        // deliveries for somebody who has gone are dropped here, and so given back
        drop(reply.send(committed.map(|()| value)));
    })
}

pub(super) struct Writer {
    db: Db,
    pub(super) sender: mpsc::WeakUnboundedSender<Op>,
    changed: watch::Sender<u64>,
    pub(super) states: HashMap<String, State>,
    pub(super) next_position: i64,
    /// Deliveries answered in this group, whose rows go before the commit.
    pub(super) removed: HashMap<Arc<str>, Vec<i64>>,
    /// Did this group do something that a waiting consumer should look at?
    pub(super) noteworthy: bool,
}

impl Writer {
    pub(super) async fn load(
        db: Db,
        sender: mpsc::WeakUnboundedSender<Op>,
        changed: watch::Sender<u64>,
    ) -> Result<Self, BusError> {
        let mut writer = Self {
            db,
            sender,
            changed,
            states: HashMap::new(),
            next_position: 1,
            removed: HashMap::new(),
            noteworthy: false,
        };
        writer.reload().await?;
        Ok(writer)
    }

    async fn reload(&mut self) -> Result<(), BusError> {
        let conn = self.db.read();
        let last: Option<i64> = log::Entity::find()
            .select_only()
            .column_as(log::Column::Position.max(), "last")
            .into_tuple::<Option<i64>>()
            .one(conn)
            .await?
            .flatten();
        self.next_position = last.unwrap_or(0) + 1;
        let mut specs: HashMap<String, ConsumerSpec> =
            self.states.drain().map(|(name, state)| (name, state.spec)).collect();
        for row in consumer::Entity::find().all(conn).await? {
            let spec = specs.remove(&row.name).unwrap_or_else(|| ConsumerSpec::new(&row.name, &[]));
            self.states.insert(row.name, State::new(spec, row.scanned));
        }
        for row in delivery::Entity::find().all(conn).await? {
            if let Some(state) = self.states.get_mut(&row.consumer) {
                state.restore(row);
            }
        }
        Ok(())
    }

    /// Works until the bus is closed or nobody holds it any more.
    pub(super) async fn run(mut self, mut requests: mpsc::UnboundedReceiver<Op>) {
        let mut group = Vec::new();
        while requests.recv_many(&mut group, GROUP).await > 0 {
            let (closing, work): (Vec<Op>, Vec<Op>) =
                group.drain(..).partition(|op| matches!(op, Op::Close { .. }));
            self.commit_group(work).await;
            if !closing.is_empty() {
                requests.close();
                let closed = self.db.close().await.map_err(BusError::from);
                for op in closing {
                    if let Op::Close { reply } = op {
                        drop(reply.send(closed.clone()));
                    }
                }
                return;
            }
        }
        if let Err(error) = self.db.close().await {
            tracing::warn!(%error, "bus file not closed cleanly");
        }
    }

    async fn commit_group(&mut self, ops: Vec<Op>) {
        if ops.is_empty() {
            return;
        }
        let mut done: Vec<Done> = Vec::with_capacity(ops.len());
        self.noteworthy = false;
        let committed = self.apply_all(ops, &mut done).await;
        if let Err(error) = &committed {
            tracing::error!(%error, "bus file could not be written");
            self.removed.clear();
            if let Err(error) = self.reload().await {
                tracing::error!(%error, "bus file could not be read");
            }
        }
        for answer in done {
            answer(committed.clone());
        }
        if self.noteworthy {
            self.changed.send_modify(|version| *version += 1);
        }
    }

    async fn apply_all(&mut self, ops: Vec<Op>, done: &mut Vec<Done>) -> Result<(), BusError> {
        let tx = match self.db.begin_raw().await {
            Ok(tx) => tx,
            Err(error) => {
                let error = BusError::from(error);
                for op in ops {
                    op.fail(error.clone());
                }
                return Err(error);
            }
        };
        let lasting = ops.iter().any(Op::must_last);
        let mut failed: Option<BusError> = None;
        for op in ops {
            if let Some(error) = &failed {
                op.fail(error.clone());
            } else if let Err(error) = self.apply(&tx, op, done).await {
                failed = Some(error);
            }
        }
        if let Some(error) = failed {
            tx.rollback().await?;
            return Err(error);
        }
        for (name, positions) in std::mem::take(&mut self.removed) {
            for part in positions.chunks(1000) {
                delivery::Entity::delete_many()
                    .filter(delivery::Column::Consumer.eq(&*name))
                    .filter(delivery::Column::Position.is_in(part.iter().copied()))
                    .exec(&tx)
                    .await?;
            }
        }
        tx.commit().await?;
        if lasting {
            self.db.flush().await?;
        }
        Ok(())
    }

    async fn apply(
        &mut self,
        tx: &DatabaseTransaction,
        op: Op,
        done: &mut Vec<Done>,
    ) -> Result<(), BusError> {
        match op {
            Op::Publish { events, reply } => finish(done, reply, self.publish(tx, &events).await),
            Op::Subscribe { spec, reply } => finish(done, reply, self.subscribe(tx, spec).await),
            Op::Claim { consumer, max, reply } => finish(done, reply, self.claim(tx, &consumer, max).await),
            Op::Answer { consumer, position, token, answer, reply } => {
                let taken = self.answer(tx, &consumer, (position, token), answer).await;
                match reply {
                    Some(reply) => finish(done, reply, taken),
                    None => taken,
                }
            }
            Op::Bury { id, consumer, reason, attempts, reply } => {
                match self.bury(tx, &id, &consumer, (&reason, attempts)).await {
                    Ok(true) => finish(done, reply, Ok(())),
                    Ok(false) => {
                        drop(reply.send(Err(BusError::Refused(format!("event {id} is not in the log")))));
                        Ok(())
                    }
                    Err(error) => finish(done, reply, Err(error)),
                }
            }
            Op::Replay { ids, reply } => finish(done, reply, self.replay(tx, &ids).await),
            Op::Pending { consumer, reply } => {
                let state =
                    self.states.get(&*consumer).map_or((0, 0), |state| (state.scanned, state.pending()));
                finish(done, reply, Ok(state))
            }
            Op::Close { .. } => Ok(()),
        }
    }
}

/// Keeps the answer for after the commit, or gives the failure at once.
fn finish<T: Send + 'static>(
    done: &mut Vec<Done>,
    reply: Reply<T>,
    result: Result<T, BusError>,
) -> Result<(), BusError> {
    match result {
        Ok(value) => {
            done.push(answer_with(reply, value));
            Ok(())
        }
        Err(error) => {
            drop(reply.send(Err(error.clone())));
            Err(error)
        }
    }
}
