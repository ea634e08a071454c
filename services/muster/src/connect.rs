//! Clients of the services: of a running node, or of the data folder opened here.

use std::time::Duration;

use muster_kit::{
    Actor, Error, ErrorCode,
    actor::ActorRole,
    config::Config,
    rpc::{self, Channel},
};
use muster_proto::{
    agency::v1::agency_service_client::AgencyServiceClient,
    backoffice::v1::backoffice_service_client::BackofficeServiceClient,
    catalogue::v1::catalogue_service_client::CatalogueServiceClient,
    directory::v1::directory_service_client::DirectoryServiceClient,
    operations::v1::operations_service_client::OperationsServiceClient,
    staffing::v1::staffing_service_client::StaffingServiceClient,
};

use crate::{
    cli::{Service, Shared},
    exit::Failure,
    lock::FolderLock,
    node::Node,
};

/// A page of 5,000 rows with long names stays below this.
const MESSAGE_LIMIT: usize = 16 << 20;

/// Clients of every service.
pub(crate) struct Clients {
    directory: Channel,
    staffing: Channel,
    agency: Channel,
    catalogue: Channel,
    backoffice: Channel,
    operations: Channel,
    actor: Option<Actor>,
}

impl Clients {
    /// Clients of one node elsewhere.
    fn remote(url: &str, token: Option<&str>) -> Result<Self, Failure> {
        let channel = rpc::remote(url, token)?;
        Ok(Self {
            directory: channel.clone(),
            staffing: channel.clone(),
            agency: channel.clone(),
            catalogue: channel.clone(),
            backoffice: channel.clone(),
            operations: channel,
            actor: None,
        })
    }

    /// Clients of a node in this process.
    pub(crate) fn of_node(node: &Node, actor: Actor) -> Self {
        Self {
            directory: node.directory(),
            staffing: node.staffing(),
            agency: node.agency(),
            catalogue: node.catalogue(),
            backoffice: node.backoffice(),
            operations: node.operations(),
            actor: Some(actor),
        }
    }

    pub(crate) fn directory(&self) -> DirectoryServiceClient<Channel> {
        DirectoryServiceClient::new(self.directory.clone()).max_decoding_message_size(MESSAGE_LIMIT)
    }

    pub(crate) fn staffing(&self) -> StaffingServiceClient<Channel> {
        StaffingServiceClient::new(self.staffing.clone()).max_decoding_message_size(MESSAGE_LIMIT)
    }

    pub(crate) fn agency(&self) -> AgencyServiceClient<Channel> {
        AgencyServiceClient::new(self.agency.clone()).max_decoding_message_size(MESSAGE_LIMIT)
    }

    pub(crate) fn catalogue(&self) -> CatalogueServiceClient<Channel> {
        CatalogueServiceClient::new(self.catalogue.clone()).max_decoding_message_size(MESSAGE_LIMIT)
    }

    pub(crate) fn backoffice(&self) -> BackofficeServiceClient<Channel> {
        BackofficeServiceClient::new(self.backoffice.clone()).max_decoding_message_size(MESSAGE_LIMIT)
    }

    pub(crate) fn operations(&self) -> OperationsServiceClient<Channel> {
        OperationsServiceClient::new(self.operations.clone()).max_decoding_message_size(MESSAGE_LIMIT)
    }

    /// A request in the name of the local user; a node elsewhere knows the caller by the token.
    pub(crate) fn request<T>(&self, message: T) -> tonic::Request<T> {
        match &self.actor {
            Some(actor) => rpc::on_behalf(actor, message),
            None => tonic::Request::new(message),
        }
    }
}

/// Calls of this process in the name of another account than the local user's.
pub(crate) struct Account(Actor);

impl Account {
    /// An account of the organisation that these clients act for; none for a node elsewhere, which knows its callers by their tokens.
    pub(crate) fn beside(clients: &Clients, id: &str, roles: Vec<ActorRole>) -> Option<Self> {
        let organisation = clients.actor.as_ref()?.organisation.clone();
        Some(Self(Actor { id: id.to_owned(), organisation, roles }))
    }

    /// A request in its name.
    pub(crate) fn request<T>(&self, message: T) -> tonic::Request<T> {
        rpc::on_behalf(&self.0, message)
    }
}

/// What a command works with: clients, and the node when it was opened here.
pub(crate) struct Connection {
    /// Clients.
    pub(crate) clients: Clients,
    node: Option<Node>,
}

impl Connection {
    /// Connects: to `--server`, else to the node that has the data folder open, else opens the folder here.
    pub(crate) async fn open(shared: &Shared, config: &Config) -> Result<Self, Failure> {
        let token = token(shared)?;
        if let Some(url) = &shared.server {
            return Ok(Self { clients: Clients::remote(url, token.as_deref())?, node: None });
        }
        // another command may hold the folder for a moment
        for _ in 0..50 {
            match FolderLock::take(&config.data) {
                Ok(lock) => return Self::in_process(config, lock).await,
                Err(error) if error.code() == ErrorCode::AlreadyExists => {
                    if let Some(note) = FolderLock::holder(&config.data) {
                        tracing::debug!(
                            url = note.url,
                            "the data folder is open in a running node: asking it"
                        );
                        return Ok(Self {
                            clients: Clients::remote(&note.url, token.as_deref())?,
                            node: None,
                        });
                    }
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Failure::Failed(Error::unavailable(
            "the data folder is open in another process: try again in a moment",
        )))
    }

    async fn in_process(config: &Config, lock: FolderLock) -> Result<Self, Failure> {
        let node = Node::open(config.clone(), &Service::IN_ONE, Some(lock)).await?;
        let clients = Clients::of_node(&node, Actor::local(config.organisation.clone()));
        Ok(Self { clients, node: Some(node) })
    }

    /// Closes what was opened here, after its events have left.
    pub(crate) async fn close(self) -> Result<(), Failure> {
        match self.node {
            Some(node) => Ok(node.stop().await?),
            None => Ok(()),
        }
    }
}

fn token(shared: &Shared) -> Result<Option<String>, Failure> {
    let Some(path) = &shared.token_file else { return Ok(None) };
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::Usage(format!("cannot read the token in `{}`: {error}", path.display())))?;
    Ok(Some(text.trim().to_owned()))
}
