//! Carries the outbox of one database to the bus.
//!
//! Rows have a status, no cursor: a row that becomes visible late is found by the next look. One relay works on a
//! database at a time (see [`muster_kit::lock`]). When a row cannot be published, the later rows of its aggregate wait
//! for it while all others go on.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use muster_kit::{Db, Event, audit, clock, lock::Lock, outbox};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{Backoff, Bus, BusError, metrics::Metrics};

/// How a relay works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelayOptions {
    /// Events on their way at once.
    pub window: usize,
    /// How often to look when nothing wakes it; commits of other processes are found this way.
    pub poll: Duration,
    /// How long to let commits gather when the last look was just before: a few milliseconds make one window, and
    /// one transaction of the consumer, out of many.
    pub linger: Duration,
    /// How often to seal the audit chain.
    pub seal_every: Duration,
    /// Delays after a failure, for an aggregate or, when the bus is away, for all.
    pub backoff: Backoff,
    /// How long to go on after the stop, to empty the outbox.
    pub grace: Duration,
}

impl Default for RelayOptions {
    fn default() -> Self {
        Self {
            window: 512,
            poll: Duration::from_millis(200),
            linger: Duration::from_millis(4),
            seal_every: Duration::from_secs(3),
            backoff: Backoff { first: Duration::from_millis(100), longest: Duration::from_secs(15) },
            grace: Duration::from_secs(3),
        }
    }
}

/// A look this recent means that more commits are on their way.
const BUSY: Duration = Duration::from_millis(20);
/// How often a process that stands by asks for the lock, and one that has it looks whether it still has.
const LOCK_EVERY: Duration = Duration::from_secs(1);
/// How often the pending rows are counted.
const MEASURE_EVERY: Duration = Duration::from_secs(2);
/// Pages of waiting rows that one look goes past, at most.
const PAGES: usize = 40;

/// The relay of one database.
pub struct Relay {
    db: Db,
    bus: Arc<dyn Bus>,
    options: RelayOptions,
    metrics: Metrics,
    /// Aggregates with a row that failed: until when they wait, and after how many failures.
    waiting: HashMap<String, (Instant, u32)>,
    /// Looks in a row that the bus was away.
    away: u32,
}

/// What one look at the outbox did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pass {
    /// Rows that the bus took.
    pub published: usize,
    /// Rows that it did not.
    pub failed: usize,
    /// True when the window was full, so that more may be pending.
    pub full: bool,
}

impl Relay {
    /// A relay with the usual options.
    pub fn new(db: Db, bus: Arc<dyn Bus>) -> Self {
        Self::with_options(db, bus, RelayOptions::default())
    }

    /// A relay with options of one's own.
    pub fn with_options(db: Db, bus: Arc<dyn Bus>, options: RelayOptions) -> Self {
        Self { db, bus, options, metrics: Metrics::default(), waiting: HashMap::new(), away: 0 }
    }

    /// Works until told to stop, then empties the outbox as far as the grace period allows.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut lock = self.db.lock("relay");
        while wait_for(&mut lock, &stop).await {
            let lost = stop.child_token();
            let (db, every, metrics) = (self.db.clone(), self.options.seal_every, self.metrics.clone());
            tokio::join!(
                self.work(&lost),
                seal_regularly(&db, every, &lost),
                measure_regularly(&db, &metrics, &lost),
                guard(&lock, &lost)
            );
            if stop.is_cancelled() {
                self.finish().await;
            }
            lock.release().await;
        }
    }

    /// Publishes what is pending now, for a process that does not run the relay. Gives how many were published.
    ///
    /// # Errors
    /// Unavailable when the database or the bus is away.
    pub async fn flush(&mut self) -> Result<usize, BusError> {
        let mut published = 0;
        loop {
            let pass = self.pass().await?;
            published += pass.published;
            if pass.failed > 0 {
                return Err(BusError::Unavailable(format!("{} events stay in the outbox", pass.failed)));
            }
            if !pass.full {
                audit::seal(&self.db).await?;
                return Ok(published);
            }
        }
    }

    async fn work(&mut self, stop: &CancellationToken) {
        let mut busy = Instant::now();
        while !stop.is_cancelled() {
            if busy.elapsed() < BUSY {
                tokio::time::sleep(self.options.linger).await;
            }
            match self.pass().await {
                Ok(pass) if pass.published > 0 => {
                    busy = Instant::now();
                    if pass.full {
                        continue;
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(service = self.db.service(), %error, "relay cannot use its database");
                    self.away += 1;
                }
            }
            self.pause(stop).await;
        }
    }

    /// Waits for a commit, for something that is due, or for the next look.
    async fn pause(&self, stop: &CancellationToken) {
        let notify = self.db.outbox_notify();
        if self.away > 0 {
            // a commit is no reason to ask a bus again that was away just now
            let wait = self.options.backoff.delay(self.away);
            tokio::select! { () = stop.cancelled() => {}, () = tokio::time::sleep(wait) => {} }
        } else {
            tokio::select! {
                () = stop.cancelled() => {}
                () = notify.notified() => {}
                () = tokio::time::sleep(self.next_look()) => {}
            }
        }
    }

    fn next_look(&self) -> Duration {
        let now = Instant::now();
        let due = self.waiting.values().map(|(until, _)| until.saturating_duration_since(now)).min();
        due.unwrap_or(self.options.poll).clamp(Duration::from_millis(5), self.options.poll)
    }

    async fn finish(&mut self) {
        let grace = self.options.grace;
        let passes = async {
            while let Ok(pass) = self.pass().await {
                if pass.published == 0 {
                    break;
                }
            }
            if let Err(error) = audit::seal(&self.db).await {
                tracing::warn!(%error, "audit not sealed at the stop");
            }
        };
        if tokio::time::timeout(grace, passes).await.is_err() {
            tracing::warn!("outbox not emptied within the grace period; it stays for the next start");
        }
    }

    /// One look at the outbox: a window of rows is published and marked.
    ///
    /// # Errors
    /// Unavailable or internal when the database cannot be used.
    pub async fn pass(&mut self) -> Result<Pass, BusError> {
        let rows = self.gather().await?;
        let full = rows.len() == self.options.window;
        if rows.is_empty() {
            self.away = 0;
            return Ok(Pass::default());
        }
        // on SQLite a row is seen before it is on the disk: a power loss must not leave an event without its change
        self.db.flush().await?;
        let (published, failed) = self.publish(rows).await;
        let pass = Pass { published: published.len(), failed: failed.len(), full };
        let all_away = published.is_empty() && failed.iter().all(|(.., error)| is_away(error));
        self.mark(&published, &failed, all_away).await?;
        for (_, key) in published {
            self.waiting.remove(&key);
        }
        if all_away {
            self.away += 1;
            if let Some((.., error)) = failed.first() {
                tracing::warn!(service = self.db.service(), %error, pending = failed.len(), "bus took nothing");
            }
        } else {
            self.away = 0;
            self.hold(&failed);
        }
        Ok(pass)
    }

    fn hold(&mut self, failed: &[(i64, String, BusError)]) {
        for (seq, key, error) in failed {
            let attempts = self.waiting.get(key).map_or(0, |(_, attempts)| *attempts) + 1;
            let until = Instant::now() + self.options.backoff.delay(attempts);
            self.waiting.insert(key.clone(), (until, attempts));
            tracing::warn!(service = self.db.service(), seq, attempts, %error, "event not published");
        }
    }

    /// Reads a window of rows, going past those whose aggregate waits.
    async fn gather(&self) -> Result<Vec<(i64, String, Event)>, BusError> {
        let now = Instant::now();
        let mut gathered: Vec<(i64, String, Event)> = Vec::new();
        let mut after = 0;
        for _ in 0..PAGES {
            let rows = outbox::pending_after(self.db.read(), after, self.options.window as u64).await?;
            let end = rows.len() < self.options.window;
            for row in rows {
                after = row.seq;
                let seq = row.seq;
                let event = match Event::try_from(row) {
                    Ok(event) => event,
                    Err(error) => {
                        // it stays, and shows in the pending count; the others go on
                        tracing::error!(service = self.db.service(), seq, %error, "row of the outbox unreadable");
                        continue;
                    }
                };
                let key = event.order_key();
                if self.waiting.get(&key).is_none_or(|(until, _)| *until <= now) {
                    gathered.push((seq, key, event));
                }
                if gathered.len() == self.options.window {
                    return Ok(gathered);
                }
            }
            if end {
                break;
            }
        }
        Ok(gathered)
    }

    /// Publishes in rounds: when a batch is not stored whole, each round has one event an aggregate, so that none is
    /// stored before the one ahead of it.
    async fn publish(
        &self,
        rows: Vec<(i64, String, Event)>,
    ) -> (Vec<(i64, String)>, Vec<(i64, String, BusError)>) {
        let (mut published, mut failed) = (Vec::new(), Vec::new());
        let mut stuck: HashSet<String> = HashSet::new();
        for round in rounds(rows, self.bus.stores_batches_whole()) {
            let (places, events): (Vec<_>, Vec<_>) = round
                .into_iter()
                .filter(|(_, key, _)| !stuck.contains(key))
                .map(|(seq, key, event)| ((seq, key), event))
                .unzip();
            for ((seq, key), answer) in places.into_iter().zip(self.bus.publish_batch(&events).await) {
                match answer {
                    Ok(_) => published.push((seq, key)),
                    Err(error) => {
                        stuck.insert(key.clone());
                        failed.push((seq, key, error));
                    }
                }
            }
        }
        (published, failed)
    }

    async fn mark(
        &self,
        published: &[(i64, String)],
        failed: &[(i64, String, BusError)],
        all_away: bool,
    ) -> Result<(), BusError> {
        let tx = self.db.begin_raw().await?;
        let seqs: Vec<i64> = published.iter().map(|(seq, _)| *seq).collect();
        outbox::mark_published(&tx, &seqs).await?;
        // when nothing could be sent, one row tells it
        for (seq, _, error) in failed.iter().take(if all_away { 1 } else { failed.len() }) {
            outbox::mark_failed(&tx, *seq, &error.to_string()).await?;
        }
        tx.commit().await.map_err(BusError::from)
    }
}

fn is_away(error: &BusError) -> bool {
    matches!(error, BusError::Unavailable(_) | BusError::Closed)
}

fn rounds(rows: Vec<(i64, String, Event)>, whole: bool) -> Vec<Vec<(i64, String, Event)>> {
    if whole {
        return vec![rows];
    }
    let mut rounds: Vec<Vec<(i64, String, Event)>> = Vec::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for row in rows {
        let round = seen.entry(row.1.clone()).or_default();
        if rounds.len() == *round {
            rounds.push(Vec::new());
        }
        rounds[*round].push(row);
        *round += 1;
    }
    rounds
}

/// Waits for a lock. False when told to stop instead.
pub(crate) async fn wait_for(lock: &mut Lock, stop: &CancellationToken) -> bool {
    while !stop.is_cancelled() {
        match lock.try_take().await {
            Ok(true) => return true,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "lock cannot be asked for"),
        }
        tokio::select! { () = stop.cancelled() => {}, () = tokio::time::sleep(LOCK_EVERY) => {} }
    }
    false
}

/// Cancels `lost` when the lock is no longer held.
pub(crate) async fn guard(lock: &Lock, lost: &CancellationToken) {
    loop {
        tokio::select! { () = lost.cancelled() => return, () = tokio::time::sleep(LOCK_EVERY) => {} }
        if !lock.is_held().await {
            tracing::warn!("lock lost: another process may take over");
            lost.cancel();
        }
    }
}

async fn seal_regularly(db: &Db, every: Duration, stop: &CancellationToken) {
    loop {
        tokio::select! { () = stop.cancelled() => return, () = tokio::time::sleep(every) => {} }
        if let Err(error) = audit::seal(db).await {
            tracing::warn!(service = db.service(), %error, "audit not sealed");
        }
    }
}

async fn measure_regularly(db: &Db, metrics: &Metrics, stop: &CancellationToken) {
    loop {
        match outbox::lag(db.read()).await {
            Ok((pending, oldest)) => {
                let micros = oldest.map_or(0, |oldest| clock::now_micros() - oldest).max(0);
                metrics.outbox(db.service(), pending, micros as f64 / 1e6);
            }
            Err(error) => tracing::debug!(service = db.service(), %error, "outbox not measured"),
        }
        if let Err(error) = db.checkpoint().await {
            tracing::warn!(service = db.service(), %error, "database file not brought up to date");
        }
        tokio::select! { () = stop.cancelled() => return, () = tokio::time::sleep(MEASURE_EVERY) => {} }
    }
}
