//! What each request does to the tables and to the consumers' places, inside the writer's transaction.

use std::{collections::HashMap, sync::Arc, time::Duration};

use muster_kit::{Event, bulk, clock, event};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use tokio::time::Instant;

use super::{
    consumer::LocalReceipt,
    state::{Answer, Change, Claimed, Plan, State},
    tables::{consumer, dead, dead_row, delivery, event_of, log, log_row},
    writer::Writer,
};
use crate::{BusError, ConsumerSpec, Delivery, Stored, metrics::Metrics};

/// Log rows read at a time while a consumer looks for what it wants.
const PAGE: usize = 512;
/// Log rows that one claim looks at, at most, so that a picky consumer does not hold up the others.
const LOOK: i64 = 4096;

type Bodies = HashMap<i64, log::Model>;

impl Writer {
    pub(super) async fn publish(
        &mut self,
        tx: &DatabaseTransaction,
        events: &[Event],
    ) -> Result<Vec<Stored>, BusError> {
        let mut known: HashMap<String, i64> = HashMap::new();
        for part in events.chunks(1000) {
            let found: Vec<(String, i64)> = log::Entity::find()
                .select_only()
                .columns([log::Column::Id, log::Column::Position])
                .filter(log::Column::Id.is_in(part.iter().map(|event| event.id.to_string())))
                .into_tuple()
                .all(tx)
                .await?;
            known.extend(found);
        }
        let mut rows = Vec::with_capacity(events.len());
        let mut stored = Vec::with_capacity(events.len());
        for event in events {
            let id = event.id.to_string();
            let duplicate = known.contains_key(&id);
            let position = *known.entry(id).or_insert(self.next_position);
            if !duplicate {
                rows.push(log_row(position, event));
                self.next_position += 1;
            }
            stored.push(Stored { position: unsigned(position), duplicate });
        }
        self.noteworthy |= !rows.is_empty();
        bulk::insert_all::<log::Entity, _>(tx, rows).await?;
        Ok(stored)
    }

    pub(super) async fn subscribe(
        &mut self,
        tx: &DatabaseTransaction,
        spec: ConsumerSpec,
    ) -> Result<(), BusError> {
        if let Some(state) = self.states.get_mut(&spec.name) {
            state.spec = spec;
            return Ok(());
        }
        let row = consumer::ActiveModel { name: Set(spec.name.clone()), scanned: Set(0) };
        consumer::Entity::insert(row).exec_without_returning(tx).await?;
        self.states.insert(spec.name.clone(), State::new(spec, 0));
        Ok(())
    }

    pub(super) async fn claim(
        &mut self,
        tx: &DatabaseTransaction,
        name: &Arc<str>,
        max: usize,
    ) -> Result<Claimed, BusError> {
        let Some(state) = self.states.get_mut(&**name) else { return Ok(Claimed::default()) };
        let (now, now_micros) = (Instant::now(), clock::now_micros());
        let mut plan = state.claim(max, now, now_micros);
        for (position, attempts, reason) in &plan.bury {
            insert_dead(tx, name, *position, (reason, *attempts)).await?;
            Metrics::default().dead_letter(name);
            self.removed.entry(name.clone()).or_default().push(*position);
            self.noteworthy = true;
        }
        let mut touched: Vec<i64> = plan.deliver.iter().map(|(position, ..)| *position).collect();
        let mut bodies = at(tx, &touched).await?;
        let before = state.scanned;
        look_on(tx, state, (&mut plan, max), &mut bodies, &mut touched).await?;
        save(tx, state, touched, before).await?;
        let wait = if state.scanned >= before + LOOK {
            Some(Duration::ZERO)
        } else {
            state.next_due(now, now_micros)
        };
        let mut deliveries = Vec::with_capacity(plan.deliver.len());
        for (position, token, attempt) in plan.deliver {
            let Some(row) = bodies.remove(&position) else { continue };
            let receipt = Arc::new(LocalReceipt::new(self.sender.clone(), name.clone(), position, token));
            match event_of(row) {
                Ok(event) => deliveries.push(Delivery::new(event, unsigned(position), attempt, receipt)),
                // it stays claimed, and ends as a dead letter like any other that gets no answer
                Err(error) => {
                    tracing::error!(consumer = &**name, position, %error, "event of the log unreadable");
                }
            }
        }
        Ok(Claimed { deliveries, wait })
    }

    pub(super) async fn answer(
        &mut self,
        tx: &DatabaseTransaction,
        name: &Arc<str>,
        (position, token): (i64, u64),
        answer: Answer,
    ) -> Result<(), BusError> {
        let Some(state) = self.states.get_mut(&**name) else { return Ok(()) };
        match state.answer(position, token, answer, clock::now_micros()) {
            Change::None => {}
            Change::Remove => {
                self.removed.entry(name.clone()).or_default().push(position);
                self.noteworthy = true;
            }
            Change::NotBefore(not_before) => {
                self.noteworthy = true;
                delivery::Entity::update_many()
                    .col_expr(delivery::Column::NotBefore, Expr::value(not_before))
                    .filter(delivery::Column::Consumer.eq(&**name))
                    .filter(delivery::Column::Position.eq(position))
                    .exec(tx)
                    .await?;
            }
        }
        Ok(())
    }

    /// False when the log does not have the event.
    pub(super) async fn bury(
        &mut self,
        tx: &DatabaseTransaction,
        id: &str,
        consumer: &str,
        why: (&str, u32),
    ) -> Result<bool, BusError> {
        let position: Option<i64> = log::Entity::find()
            .select_only()
            .column(log::Column::Position)
            .filter(log::Column::Id.eq(id))
            .into_tuple()
            .one(tx)
            .await?;
        let Some(position) = position else { return Ok(false) };
        insert_dead(tx, consumer, position, why).await?;
        Ok(true)
    }

    pub(super) async fn replay(&mut self, tx: &DatabaseTransaction, ids: &[String]) -> Result<u64, BusError> {
        let mut replayed = 0;
        for part in ids.chunks(500) {
            let letters = dead::Entity::find()
                .filter(dead::Column::Id.is_in(part))
                .filter(dead::Column::ReplayedAt.is_null())
                .order_by_asc(dead::Column::Position)
                .all(tx)
                .await?;
            let positions: Vec<i64> = letters.iter().map(|letter| letter.position).collect();
            let bodies = at(tx, &positions).await?;
            for letter in letters {
                let Some(row) = bodies.get(&letter.position) else { continue };
                let Some(state) = self.states.get_mut(&letter.consumer) else { continue };
                state.put_back(letter.position, order_key(row).into());
                upsert(tx, state.rows([letter.position])).await?;
                dead::Entity::update_many()
                    .col_expr(dead::Column::ReplayedAt, Expr::value(clock::now_micros()))
                    .filter(dead::Column::Id.eq(letter.id))
                    .exec(tx)
                    .await?;
                replayed += 1;
            }
        }
        self.noteworthy |= replayed > 0;
        Ok(replayed)
    }
}

/// Looks at the log from where the consumer stands, until the plan is full, there is no room, or the log ends.
async fn look_on(
    tx: &DatabaseTransaction,
    state: &mut State,
    (plan, max): (&mut Plan, usize),
    bodies: &mut Bodies,
    touched: &mut Vec<i64>,
) -> Result<(), BusError> {
    let (before, now) = (state.scanned, Instant::now());
    while plan.deliver.len() < max && state.room() > 0 && state.scanned < before + LOOK {
        let limit = PAGE.min(max - plan.deliver.len()).min(state.room());
        let rows = log::Entity::find()
            .filter(log::Column::Position.gt(state.scanned))
            .order_by_asc(log::Column::Position)
            .limit(limit as u64)
            .all(tx)
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let key: Arc<str> = order_key(&row).into();
            if state.look_at(&row, &key, plan, now) {
                touched.push(row.position);
                bodies.insert(row.position, row);
            }
        }
    }
    Ok(())
}

fn order_key(row: &log::Model) -> String {
    event::order_key(&row.subject, &row.aggregate_id)
}

fn unsigned(position: i64) -> u64 {
    u64::try_from(position).unwrap_or_default()
}

async fn at(conn: &impl ConnectionTrait, positions: &[i64]) -> Result<Bodies, BusError> {
    let mut bodies = HashMap::new();
    for part in positions.chunks(1000) {
        let rows =
            log::Entity::find().filter(log::Column::Position.is_in(part.iter().copied())).all(conn).await?;
        bodies.extend(rows.into_iter().map(|row| (row.position, row)));
    }
    Ok(bodies)
}

async fn save(
    tx: &DatabaseTransaction,
    state: &State,
    touched: Vec<i64>,
    before: i64,
) -> Result<(), BusError> {
    upsert(tx, state.rows(touched)).await?;
    if state.scanned != before {
        consumer::Entity::update_many()
            .col_expr(consumer::Column::Scanned, Expr::value(state.scanned))
            .filter(consumer::Column::Name.eq(&state.spec.name))
            .exec(tx)
            .await?;
    }
    Ok(())
}

async fn upsert(tx: &DatabaseTransaction, rows: Vec<delivery::ActiveModel>) -> Result<(), BusError> {
    for part in rows.chunks(1000) {
        let conflict = OnConflict::columns([delivery::Column::Consumer, delivery::Column::Position])
            .update_columns([delivery::Column::Attempts, delivery::Column::NotBefore])
            .to_owned();
        delivery::Entity::insert_many(part.to_vec()).on_conflict(conflict).exec_without_returning(tx).await?;
    }
    Ok(())
}

async fn insert_dead(
    tx: &DatabaseTransaction,
    consumer: &str,
    position: i64,
    (reason, attempts): (&str, u32),
) -> Result<(), BusError> {
    let there = dead::Entity::find()
        .filter(dead::Column::Consumer.eq(consumer))
        .filter(dead::Column::Position.eq(position))
        .filter(dead::Column::ReplayedAt.is_null())
        .one(tx)
        .await?;
    if there.is_none() {
        dead::Entity::insert(dead_row(consumer, position, reason, attempts))
            .exec_without_returning(tx)
            .await?;
        tracing::warn!(consumer, position, attempts, reason, "event became a dead letter");
    }
    Ok(())
}
