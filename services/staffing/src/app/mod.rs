//! Use cases, one a file: load, decide, store with its events, in one transaction.

pub(crate) mod area;
mod backtest_figures;
pub(crate) mod cancel_forecast;
pub(crate) mod compare_scenarios;
pub(crate) mod export_forecast;
pub(crate) mod forecast_task;
pub(crate) mod forecast_trusts;
pub(crate) mod get_forecast;
pub(crate) mod get_history;
pub(crate) mod get_sensitivity;
pub(crate) mod get_weighted_lists;
pub(crate) mod heard_spend;
pub(crate) mod import_file;
pub(crate) mod import_snapshot;
pub(crate) mod interrupted;
mod keep_backtest;
pub(crate) mod list_baselines;
pub(crate) mod list_figures;
pub(crate) mod list_forecast_rows;
pub(crate) mod list_forecasts;
pub(crate) mod list_imports;
pub(crate) mod list_observed_cover;
pub(crate) mod list_parameters;
pub(crate) mod list_posts;
pub(crate) mod list_scenarios;
pub(crate) mod list_snapshots;
pub(crate) mod list_trust_workforce;
pub(crate) mod need_facts;
pub(crate) mod override_parameter;
pub(crate) mod plan_levers;
pub(crate) mod registry;
pub(crate) mod reproduce_forecast;
pub(crate) mod run_backtest;
pub(crate) mod run_sweep;
pub(crate) mod score_scenario;
pub(crate) mod start_forecast;
pub(crate) mod sweep_worker;
pub(crate) mod sweeps;
pub(crate) mod watch_forecast;

use std::sync::Arc;

use muster_bus::JobQueue;
use muster_kit::{
    Action, Actor, Authorizer, Db, Permit, Resource, Result, authz, imports, rpc::Channel, shutdown::Shutdown,
};
use muster_proto::{common::v1::Provenance, directory::v1::directory_service_client::DirectoryServiceClient};

use registry::Registry;

/// What staffing's use cases work with. Cheap to clone.
#[derive(Clone)]
pub struct Deps {
    pub(crate) db: Db,
    pub(crate) authorizer: Arc<dyn Authorizer>,
    pub(crate) shutdown: Shutdown,
    pub(crate) directory: DirectoryServiceClient<Channel>,
    pub(crate) jobs: Arc<dyn JobQueue>,
    pub(crate) runs: Registry,
}

impl Deps {
    /// Database, authorizer, the node's shutdown, a client of the directory for the hierarchy, and the queue of sweeps.
    pub fn new(
        db: Db,
        authorizer: Arc<dyn Authorizer>,
        shutdown: Shutdown,
        directory: DirectoryServiceClient<Channel>,
        jobs: Arc<dyn JobQueue>,
    ) -> Self {
        Self { db, authorizer, shutdown, directory, jobs, runs: Registry::default() }
    }

    /// Asks the authorizer.
    pub(crate) async fn permit(&self, actor: &Actor, action: Action, resource: Resource) -> Result<Permit> {
        authz::permit(&self.db, self.authorizer.as_ref(), actor, action, resource).await
    }

    /// Where the figures of these imports come from.
    pub(crate) async fn provenance(&self, actor: &Actor, imports: &[String]) -> Result<Vec<Provenance>> {
        let mut sources = Vec::with_capacity(imports.len());
        for import in imports {
            sources.push(imports::provenance(&imports::get(self.db.read(), &actor.scope(), import).await?));
        }
        Ok(sources)
    }
}
