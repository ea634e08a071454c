//! Staffing: who works where, and who will be missing.
//!
//! ```text
//! file -> import (reader) -> counts, snapshots, posts -> store + staffing.baseline.recorded      (app/import_file.rs)
//! call -> grpc.rs -> app: the directory's hierarchy + stored counts -> history                   (app/get_history.rs)
//! call -> grpc.rs -> app: assemble -> engine -> rows + staffing.forecast.published               (app/forecast_task.rs)
//! ```
//! - [`domain`]: values and rules: what a missing return is and how it is filled, history, posts, the forecast engine.
//! - [`import`]: readers of the publisher's files and our own.
//! - `app`: use cases, one a file. `store`: tables and repositories. `grpc`, `events`, `proto`: the contract.
//! - [`sample`]: the staff of the shipped sample, as a file for the front door.

mod app;
pub mod domain;
mod events;
mod grpc;
pub mod import;
mod proto;
pub mod sample;
mod store;

use std::sync::Arc;

use muster_bus::{JobHandler, JobQueue, Worker, WorkerOptions};
use muster_kit::{Db, Result};
use muster_proto::staffing::v1::staffing_service_server::StaffingServiceServer;
use tonic::service::Routes;

pub use app::Deps;
pub use events::subscriptions;
pub use grpc::StaffingRpc;
pub use import::KINDS;
pub use store::Migrator;

/// Name of the service: its database, its schema, its context on the bus.
pub const SERVICE: &str = "staffing";

/// Gets staffing ready once its database is migrated: runs that a process left behind are marked as interrupted, now and
/// whenever one falls silent later.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn start(deps: &Deps) -> Result<()> {
    app::interrupted::sweep(deps).await?;
    tokio::spawn(app::interrupted::keep_sweeping(deps.clone()));
    Ok(())
}

/// Works off the parts of sweeps from staffing's database: a worker for plans, whose asker waits, and one for sweeps, each with so
/// many parts at the same time. Any number of processes may do so.
pub fn workers(db: &Db, jobs: &Arc<dyn JobQueue>, slots: usize) -> Vec<Worker> {
    let handler: Arc<dyn JobHandler> = Arc::new(app::sweep_worker::SweepWorker::new(db.clone()));
    let options = WorkerOptions { slots, ..WorkerOptions::default() };
    [app::sweeps::PLAN, app::sweeps::SWEEP]
        .map(|kind| Worker::new(jobs.clone(), &[kind], handler.clone()).with_options(options))
        .into()
}

/// Staffing's calls.
pub fn routes(deps: &Deps) -> Routes {
    Routes::new(StaffingServiceServer::new(StaffingRpc::new(deps.clone())))
}
