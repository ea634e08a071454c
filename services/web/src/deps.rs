//! What the pages need to work.

use std::sync::Arc;

use async_trait::async_trait;
use muster_kit::{Authorizer, Db, intake::ImportKind, rpc::Channel, shutdown::Shutdown, sign_in::SignIn};
use muster_proto::{
    agency::v1::agency_service_client::AgencyServiceClient,
    backoffice::v1::backoffice_service_client::BackofficeServiceClient,
    catalogue::v1::catalogue_service_client::CatalogueServiceClient,
    directory::v1::directory_service_client::DirectoryServiceClient,
    operations::v1::operations_service_client::OperationsServiceClient,
    staffing::v1::staffing_service_client::StaffingServiceClient,
};

/// What the pages need to work. Cheap to clone.
#[derive(Clone)]
pub struct Deps {
    /// The pages' own database: projections and audit.
    pub db: Db,
    /// Asked before the pages' own rows are read.
    pub authorizer: Arc<dyn Authorizer>,
    /// Organisations and groupings.
    pub directory: DirectoryServiceClient<Channel>,
    /// Baselines, history and forecasts.
    pub staffing: StaffingServiceClient<Channel>,
    /// Bank and agency. Every other page works without it.
    pub agency: AgencyServiceClient<Channel>,
    /// The catalogue. Every other page works without it.
    pub catalogue: CatalogueServiceClient<Channel>,
    /// The back office. Every other page works without it.
    pub backoffice: BackofficeServiceClient<Channel>,
    /// Dead letters.
    pub operations: OperationsServiceClient<Channel>,
    /// Who calls.
    pub sign_in: Arc<SignIn>,
    /// Ends open streams when the node stops.
    pub shutdown: Shutdown,
    /// Kinds of files that the directory reads.
    pub directory_kinds: &'static [ImportKind],
    /// Kinds of files that staffing reads.
    pub staffing_kinds: &'static [ImportKind],
    /// Kinds of files that bank and agency read.
    pub agency_kinds: &'static [ImportKind],
    /// Kinds of files that the catalogue reads.
    pub catalogue_kinds: &'static [ImportKind],
    /// Kinds of files that the back office reads.
    pub backoffice_kinds: &'static [ImportKind],
    /// Asked by `/health/ready`.
    pub probe: Arc<dyn Probe>,
}

/// A part of the node, and whether it can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Name: `bus`, `staffing`.
    pub name: String,
    /// Can it be used right now?
    pub ready: bool,
    /// Why not; empty when it can.
    pub reason: String,
}

/// Says which parts of the node can be used right now. The binary knows them, the pages do not.
#[async_trait]
pub trait Probe: Send + Sync {
    /// Every part beside the pages' own database.
    async fn parts(&self) -> Vec<Part>;
}
