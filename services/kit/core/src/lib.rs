//! What every Muster service shares, and nothing that belongs to one context.
//!
//! - [`error`], [`actor`], [`authz`], [`clock`], [`page`]: the words of every use case.
//! - [`db`], [`uow`], [`audit`], [`event`], [`migrations`], [`bulk`], [`versions`]: rows, outbox and audit in one transaction, on
//!   SQLite and PostgreSQL.
//! - [`intake`], [`imports`]: outside files, read with errors that name line, column, value and remedy.
//! - [`rpc`], [`server`], [`shutdown`]: calls in one process or over the network, and stopping in time.
//! - [`config`], [`telemetry`]: what a node is told at start, and what it tells.

pub mod actor;
pub mod audit;
pub mod authz;
pub mod bulk;
pub mod clock;
pub mod config;
pub mod db;
pub mod error;
pub mod event;
pub mod figures;
mod flush;
pub mod imports;
pub mod inbox;
pub mod intake;
pub mod lock;
pub mod migrations;
pub mod outbox;
pub mod page;
pub mod rpc;
pub mod server;
pub mod shutdown;
pub mod sign_in;
pub mod telemetry;
pub mod trace;
pub mod uow;
pub mod versions;

pub use actor::{Actor, OrgCode, OrgScope};
pub use authz::{Action, Authorizer, Permit, Resource};
pub use db::Db;
pub use error::{Error, ErrorCode, Result};
pub use event::{Classification, Event, NewEvent};
pub use uow::UnitOfWork;
