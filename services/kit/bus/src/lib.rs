//! The bus: events leave a service through its outbox and enter another through its inbox, never otherwise.
//!
//! ```text
//! command --tx{ rows, outbox row, audit row }--> Relay --publish, await ack--> Bus
//! Bus --pull, explicit ack--> Runtime --tx{ inbox insert or skip, rows, new outbox rows, audit row }--> ack
//! ```
//!
//! - [`Bus`], [`Consumer`], [`Delivery`]: what a bus does; one conformance suite holds both to it.
//! - [`LocalBus`]: a durable log in one SQLite file, inside the process. [`NatsBus`]: NATS JetStream.
//! - [`Relay`]: carries the outbox of one database to the bus. [`Runtime`]: hands events to a [`Handler`] whose effects
//!   are committed together with the inbox row, so that a repeat has no second effect.
//! - [`jobs`]: computations split into jobs that any number of processes work off, and that no event is needed for.
//! - [`operations`]: the log, the dead letters and the audit chain for those who run a node.
//! - [`bench`]: how fast the whole way is.
//!
//! # What is promised
//! An event is delivered at least once, and its effect happens once: the inbox, written in the transaction of the
//! effect, is the promise; a broker's own de-duplication only saves work. Events of one aggregate (the
//! [`muster_kit::Event::order_key`]) take effect in the order of the log, also when one of them fails for a while: the
//! later ones wait for it. Events of different aggregates have no order.
//!
//! An event that fails for good, or too often, becomes a dead letter of that one consumer, with its reason, and the
//! aggregate's later events go on. A replay delivers it again to that consumer alone.
//!
//! # Several processes of one service
//! They share one PostgreSQL database, and so one lock there for the relay and one for each consumer: at any time one
//! process works on a consumer and the others stand by, which is what keeps the order of an aggregate across processes.
//! When the working process dies, PostgreSQL frees its lock at once and another takes over. It first walks, from the
//! log, what the dead process had taken and not acknowledged (through the inbox, so nothing happens twice), and only
//! then takes new events; so nothing new overtakes what the broker still holds back for the dead process. JetStream's
//! pinned clients were weighed and left: a pin moves the same way, but leaves that overtaking to the consumer.

pub mod bench;
pub mod bus;
mod find;
pub mod jobs;
pub mod local;
pub mod metrics;
pub mod nats;
pub mod operations;
pub mod relay;
pub mod runtime;

pub use bus::{
    Backoff, Bus, BusError, Consumer, ConsumerSpec, DeadLetter, Delivery, LogFilter, Logged, Receipt, Stored,
};
pub use jobs::{
    Job, JobAnswer, JobContext, JobError, JobHandler, JobOptions, JobQueue, JobResult, LocalJobs, NatsJobs,
    News, Outcome, Progress, Sweep, Worker, WorkerOptions,
};
pub use local::LocalBus;
pub use nats::{NatsBus, NatsOptions};
pub use relay::{Relay, RelayOptions};
pub use runtime::{Handler, HandlerError, Runtime, Subscription};
