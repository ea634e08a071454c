//! The directory: organisations, dated groupings of practices, and what became of them.
//!
//! ```text
//! file -> import (reader) -> evidence -> Map::draw -> Change -> store + events   (app/import_file.rs)
//! call -> grpc.rs -> app (use case) -> store -> proto
//! ```
//! - [`domain`]: values and rules; the map is a pure function of all evidence, so the order of imports cannot matter.
//! - [`import`]: readers of the publishers' files and our own.
//! - [`app`]: use cases, one a file.
//! - [`store`]: tables and repositories.
//! - [`sample`]: made-up practices of the right size, as files.
//! - `grpc`, `events`, `proto`: the contract.

pub mod app;
pub mod domain;
mod events;
mod grpc;
pub mod import;
mod proto;
pub mod sample;
pub mod store;

use muster_kit::{Db, Result, db::DbConfig};
use muster_proto::directory::v1::directory_service_server::DirectoryServiceServer;

pub use app::Deps;
pub use grpc::DirectoryRpc;
pub use import::KINDS;
pub use store::Migrator;

/// Name of the service: its database, its schema, its context on the bus.
pub const SERVICE: &str = "directory";

/// Opens the directory's database and brings it up to date.
///
/// # Errors
/// Unavailable when it cannot be reached, internal when a migration fails.
pub async fn open(config: &DbConfig) -> Result<Db> {
    let db = Db::open(config, SERVICE).await?;
    db.migrate::<Migrator>().await?;
    Ok(db)
}

/// The server of the directory's calls, to be added to a node's routes.
pub fn server(deps: Deps) -> DirectoryServiceServer<DirectoryRpc> {
    DirectoryServiceServer::new(DirectoryRpc::new(deps))
}
