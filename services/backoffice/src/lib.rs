//! Shared back office and savings: benchmarks, business cases, sharing of cost and gain, the savings ledger, and the affordability
//! bridge.
//!
//! ```text
//! file  -> import (reader) -> rows whose earlier ones are ended -> store + backoffice.scheme.*, bridge.published  (app/import_*.rs)
//! owner -> claim -> finance attests it against a line of the ledger -> board                 (app/claim_saving.rs, attest_claim.rs)
//! agency.spend.posted        -> proposed claim with its evidence                                              (app/heard_spend.rs)
//! staffing.forecast.published -> pressure lines of the plan                                                (app/heard_forecast.rs)
//! ```
//! - [`domain`]: values and rules: the board as a function of claims, schemes and ledger; displacement; the bridge.
//! - [`import`]: readers of files.
//! - [`sample`]: the made-up programme of the first start.
//! - `app`: use cases, one a file. `store`: tables and repositories. `grpc`, `events`, `proto`: the contract.
//!
//! Nothing that was known is overwritten: a row that changes ends the earlier one, and every version of a claim is kept. Only
//! money that finance attested, and that still stands in the ledger, is in the headline.

mod app;
pub mod domain;
mod events;
mod grpc;
pub mod import;
mod proto;
pub mod sample;
mod store;

use muster_proto::backoffice::v1::backoffice_service_server::BackofficeServiceServer;
use tonic::service::Routes;

pub use app::{Deps, Peers};
pub use events::subscriptions;
pub use grpc::BackofficeRpc;
pub use import::KINDS;
pub use store::Migrator;

/// Name of the service: its database, its schema, its context on the bus.
pub const SERVICE: &str = "backoffice";

/// The calls of the back office.
pub fn routes(deps: &Deps) -> Routes {
    Routes::new(BackofficeServiceServer::new(BackofficeRpc::new(deps.clone())))
}
