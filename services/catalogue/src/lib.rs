//! The shared catalogue: items and offers, equivalence with evidence, suppliers and spend, variance, collective rounds, and what was
//! really paid.
//!
//! ```text
//! file -> import (reader) -> items, offers, purchases, spend -> store + catalogue.offer.changed, catalogue.purchases.recorded
//! items -> matching -> proposals -> decisions of people -> groups of same items                 (app/propose_equivalences.rs)
//! purchases + groups -> variance against quantiles of others                                    (app/list_variance.rs)
//! round: open -> pledges -> bids -> award -> approvals -> what was paid                         (app/act_on_round.rs, app/realise.rs)
//! ```
//! - [`domain`]: values and rules. [`import`]: readers and writers of files, tables and electronic catalogues.
//! - `app`: use cases, one a file. `store`: tables and repositories. `grpc`, `events`, `proto`: the contract.
//!
//! Items are shared by the group. Prices, purchases and spend are read by the organisation that brought them in; of others only
//! quantiles over three organisations or more are shown. Nothing that was known is overwritten.

mod app;
pub mod domain;
mod events;
mod grpc;
pub mod import;
mod proto;
pub mod sample;
mod store;

use muster_proto::catalogue::v1::catalogue_service_server::CatalogueServiceServer;
use tonic::service::Routes;

pub use app::Deps;
pub use events::subscriptions;
pub use grpc::CatalogueRpc;
pub use import::KINDS;
pub use store::Migrator;

/// Name of the service: its database, its schema, its context on the bus.
pub const SERVICE: &str = "catalogue";

/// Brings the search index up to date with what came in while nobody was there.
pub fn start(deps: &Deps, organisation: &muster_kit::OrgCode) {
    deps.index(muster_kit::OrgScope::new(organisation.clone()));
}

/// The calls of the catalogue.
pub fn routes(deps: &Deps) -> Routes {
    Routes::new(CatalogueServiceServer::new(CatalogueRpc::new(deps.clone())))
}
