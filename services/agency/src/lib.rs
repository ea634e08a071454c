//! Bank and agency: rates and caps as dated rules, and shift lines and spend files judged by them.
//!
//! ```text
//! file -> import (reader) -> judged lines -> store + agency.shifts.recorded, agency.spend.posted    (app/import_shifts.rs)
//! file -> import (reader) -> recognised lines -> store                                              (app/import_spend.rs)
//! file -> import (reader) -> rows of rules -> store + agency.rate-card.published                    (app/import_rules.rs)
//! ```
//! - [`domain`]: values and rules: caps and their formula, verdicts of the shift's own date, recognition of spend.
//! - [`import`]: readers of files. Every kind of rules has shipped rows; imported ones of the same key go before them.
//! - `app`: use cases, one a file. `store`: tables and repositories. `grpc`, `events`, `proto`: the contract.
//!
//! Nothing that was known is overwritten: a shift line or a rule that changes ends the earlier one, so that what was known at
//! any instant can be worked out again.

mod app;
pub mod domain;
mod events;
mod grpc;
pub mod import;
mod proto;
pub mod sample;
mod store;

use muster_proto::agency::v1::agency_service_server::AgencyServiceServer;
use tonic::service::Routes;

pub use app::Deps;
pub use events::subscriptions;
pub use grpc::AgencyRpc;
pub use import::KINDS;
pub use store::Migrator;

/// Name of the service: its database, its schema, its context on the bus.
pub const SERVICE: &str = "agency";

/// The calls of the agency context.
pub fn routes(deps: &Deps) -> Routes {
    Routes::new(AgencyServiceServer::new(AgencyRpc::new(deps.clone())))
}
