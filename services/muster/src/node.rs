//! A node: the services that this process runs, wired to each other, to their databases and to the bus.

use std::{sync::Arc, time::Duration};

use axum::Router;
use muster_bus::{
    Bus, JobOptions, JobQueue, LocalBus, LocalJobs, NatsBus, NatsJobs, NatsOptions, Runtime, operations,
};
use muster_kit::{
    Authorizer, Db, Error, Result,
    authz::RoleTable,
    config::Config,
    rpc::{self, Channel},
    server,
    shutdown::Shutdown,
    sign_in::SignIn,
};
use muster_proto::{
    agency::v1::agency_service_client::AgencyServiceClient,
    backoffice::v1::backoffice_service_client::BackofficeServiceClient,
    catalogue::v1::catalogue_service_client::CatalogueServiceClient,
    directory::v1::directory_service_client::DirectoryServiceClient,
    operations::v1::operations_service_client::OperationsServiceClient,
    staffing::v1::staffing_service_client::StaffingServiceClient,
};
use sea_orm_migration::MigratorTrait;
use tokio::task::JoinSet;
use tonic::service::Routes;

use crate::{cli::Service, lock::FolderLock, probe::NodeProbe};

/// The services of this process.
pub(crate) struct Node {
    config: Config,
    /// Pulled when the node is to stop.
    pub(crate) shutdown: Shutdown,
    runtime: Runtime,
    bus: Arc<dyn Bus>,
    workers: JoinSet<()>,
    databases: Vec<Db>,
    directory: Channel,
    staffing: Channel,
    agency: Channel,
    catalogue: Channel,
    backoffice: Channel,
    operations: Channel,
    router: Router,
    lock: Option<FolderLock>,
}

/// What is gathered while the services are opened one after the other.
struct Wiring {
    config: Config,
    services: Vec<Service>,
    authorizer: Arc<dyn Authorizer>,
    sign_in: Arc<SignIn>,
    shutdown: Shutdown,
    runtime: Runtime,
    jobs: Arc<dyn JobQueue>,
    workers: JoinSet<()>,
    databases: Vec<Db>,
    grpc: Router,
    peer_token: Option<String>,
}

impl Node {
    /// Opens databases and bus, applies migrations, starts relays and consumers.
    ///
    /// # Errors
    /// Bad request when the configuration does not fit, unavailable when a server cannot be reached.
    pub(crate) async fn open(config: Config, services: &[Service], lock: Option<FolderLock>) -> Result<Self> {
        let (bus, jobs) = open_bus(&config, services).await?;
        let mut wiring = Wiring {
            services: services.to_vec(),
            authorizer: Arc::new(RoleTable),
            sign_in: Arc::new(config.sign_in()?),
            shutdown: Shutdown::new(),
            runtime: Runtime::new(bus.clone()).with_grace(config.grace() / 2),
            jobs,
            workers: JoinSet::new(),
            databases: Vec::new(),
            grpc: Router::new(),
            peer_token: config.peer_token()?,
            config,
        };
        let directory = wiring.directory().await?;
        let staffing = wiring.staffing(&directory).await?;
        wiring.staffing_worker().await?;
        let agency = wiring.agency().await?;
        let catalogue = wiring.catalogue().await?;
        let backoffice = wiring.backoffice(bus.clone(), [&staffing, &agency, &catalogue]).await?;
        let web = wiring.web_database().await?;
        let operations = wiring.operations(bus.clone());
        let pages = match web {
            Some(db) => {
                let channels = [&directory, &staffing, &agency, &catalogue, &backoffice, &operations];
                wiring.pages(&db, bus.clone(), channels)?
            }
            None => Router::new(),
        };
        let router = finish(wiring.grpc, pages, &wiring.services).await?;
        Ok(Self {
            config: wiring.config,
            shutdown: wiring.shutdown,
            runtime: wiring.runtime,
            bus,
            workers: wiring.workers,
            databases: wiring.databases,
            directory,
            staffing,
            agency,
            catalogue,
            backoffice,
            operations,
            router,
            lock,
        })
    }

    /// Channel to the directory.
    pub(crate) fn directory(&self) -> Channel {
        self.directory.clone()
    }

    /// Channel to staffing.
    pub(crate) fn staffing(&self) -> Channel {
        self.staffing.clone()
    }

    /// Channel to the agency context, where it runs here.
    pub(crate) fn agency(&self) -> Channel {
        self.agency.clone()
    }

    /// Channel to the catalogue, where it runs here.
    pub(crate) fn catalogue(&self) -> Channel {
        self.catalogue.clone()
    }

    /// Channel to the back office, where it runs here.
    pub(crate) fn backoffice(&self) -> Channel {
        self.backoffice.clone()
    }

    /// Channel to the operations of this node.
    pub(crate) fn operations(&self) -> Channel {
        self.operations.clone()
    }

    /// Pages, JSON and gRPC.
    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    /// Grace period for open calls.
    pub(crate) fn grace(&self) -> Duration {
        self.config.grace() / 2
    }

    /// Leaves a note of where this node listens, for commands on the same folder.
    pub(crate) fn announce(&self, url: &str) -> Result<()> {
        self.lock.as_ref().map_or(Ok(()), |lock| lock.announce(url))
    }

    /// Stops consumers and relays within the grace period, then closes bus and databases.
    pub(crate) async fn stop(self) -> Result<()> {
        self.shutdown.begin();
        self.runtime.stop().await;
        // their last answers are on the way until the bus is closed
        self.workers.join_all().await;
        self.bus.close().await?;
        for db in self.databases {
            db.close().await?;
        }
        Ok(())
    }
}

async fn open_bus(config: &Config, services: &[Service]) -> Result<(Arc<dyn Bus>, Arc<dyn JobQueue>)> {
    if config.bus.url.is_empty() {
        if [Service::Directory, Service::Staffing, Service::Web]
            .iter()
            .any(|service| !services.contains(service))
        {
            return Err(Error::bad_request(
                "services in several processes need a bus between them: set bus.url to a NATS server, or run them all",
            ));
        }
        let bus = LocalBus::open(&config.data.join("bus.sqlite")).await?;
        return Ok((Arc::new(bus), Arc::new(LocalJobs::new(JobOptions::default()))));
    }
    let mut options = NatsOptions::new(&config.bus.url);
    options.user = Some(config.bus.user.clone()).filter(|user| !user.is_empty());
    options.password = config.bus_password()?;
    options.stream_prefix = config.bus.prefix.clone();
    options.replicas = config.bus.replicas;
    let bus = NatsBus::connect(options).await?;
    let jobs = NatsJobs::open(&bus, JobOptions::default()).await?;
    Ok((Arc::new(bus), Arc::new(jobs)))
}

impl Wiring {
    fn runs(&self, service: Service) -> bool {
        self.services.contains(&service)
    }

    async fn database<M: MigratorTrait>(&mut self, service: &str) -> Result<Db> {
        let db = Db::open(&self.config.database_of(service)?, service).await?;
        db.migrate::<M>().await?;
        self.runtime.relay(&db);
        self.databases.push(db.clone());
        Ok(db)
    }

    fn peer(&self, name: &str, address: &str) -> Result<Channel> {
        if address.is_empty() {
            return Err(Error::bad_request(format!(
                "`{name}` does not run in this process: set peers.{name} to its address, or add it to --services"
            )));
        }
        rpc::remote(address, self.peer_token.as_deref())
    }

    /// Puts a service's calls behind the gate, on the port and on a channel of this process.
    fn offer(&mut self, routes: Routes) -> Channel {
        let router = server::guarded(routes.into_axum_router().reset_fallback(), self.sign_in.clone());
        self.grpc = std::mem::take(&mut self.grpc).merge(router.clone());
        rpc::in_process(Routes::from(router))
    }

    fn consume(&self, db: &Db, subscriptions: Vec<muster_bus::Subscription>) -> Result<()> {
        subscriptions.into_iter().try_for_each(|one| Ok(self.runtime.consume(db, one)?))
    }

    async fn directory(&mut self) -> Result<Channel> {
        if !self.runs(Service::Directory) {
            return self.peer("directory", &self.config.peers.directory.clone());
        }
        let db = self.database::<muster_directory::Migrator>(muster_directory::SERVICE).await?;
        let deps = muster_directory::Deps { db, authorizer: self.authorizer.clone() };
        Ok(self.offer(Routes::new(muster_directory::server(deps))))
    }

    async fn staffing(&mut self, directory: &Channel) -> Result<Channel> {
        if !self.runs(Service::Staffing) {
            return self.peer("staffing", &self.config.peers.staffing.clone());
        }
        let db = self.database::<muster_staffing::Migrator>(muster_staffing::SERVICE).await?;
        let deps = muster_staffing::Deps::new(
            db.clone(),
            self.authorizer.clone(),
            self.shutdown.clone(),
            DirectoryServiceClient::new(directory.clone()).max_decoding_message_size(MESSAGE_LIMIT),
            self.jobs.clone(),
        );
        muster_staffing::start(&deps).await?;
        self.consume(&db, muster_staffing::subscriptions(&deps))?;
        self.work(&db, self.config.sweeps.slots);
        Ok(self.offer(muster_staffing::routes(&deps)))
    }

    /// A process that only works off parts of sweeps has staffing's database, and neither relay nor consumers.
    async fn staffing_worker(&mut self) -> Result<()> {
        if !self.runs(Service::StaffingWorker) || self.runs(Service::Staffing) {
            return Ok(());
        }
        let service = muster_staffing::SERVICE;
        let db = Db::open(&self.config.database_of(service)?, service).await?;
        db.migrate::<muster_staffing::Migrator>().await?;
        self.databases.push(db.clone());
        self.work(&db, self.config.sweeps.slots.max(1));
        Ok(())
    }

    fn work(&mut self, db: &Db, slots: usize) {
        if slots == 0 {
            return;
        }
        for worker in muster_staffing::workers(db, &self.jobs, slots) {
            self.workers.spawn(worker.run(self.shutdown.token()));
        }
    }

    /// Channel to a context that others do without: where it neither runs nor has an address, its calls are unknown. It is no part of
    /// what makes a node ready either.
    fn optional_peer(&self, name: &str, address: &str) -> Result<Channel> {
        if address.is_empty() { Ok(rpc::in_process(Routes::default())) } else { self.peer(name, address) }
    }

    /// The pages say so where the agency context is away.
    async fn agency(&mut self) -> Result<Channel> {
        if !self.runs(Service::Agency) {
            return self.optional_peer("agency", &self.config.peers.agency);
        }
        let db = self.database::<muster_agency::Migrator>(muster_agency::SERVICE).await?;
        let deps = muster_agency::Deps::new(db.clone(), self.authorizer.clone());
        self.consume(&db, muster_agency::subscriptions(&deps))?;
        Ok(self.offer(muster_agency::routes(&deps)))
    }

    async fn catalogue(&mut self) -> Result<Channel> {
        if !self.runs(Service::Catalogue) {
            return self.optional_peer("catalogue", &self.config.peers.catalogue);
        }
        let db = self.database::<muster_catalogue::Migrator>(muster_catalogue::SERVICE).await?;
        let index = self.config.data.join("catalogue-search");
        let deps = muster_catalogue::Deps::new(db.clone(), self.authorizer.clone(), Some(&index))?;
        muster_catalogue::start(&deps, &self.config.organisation);
        self.consume(&db, muster_catalogue::subscriptions(&deps))?;
        Ok(self.offer(muster_catalogue::routes(&deps)))
    }

    /// The back office asks the other contexts for their figures, and the log for what caused them.
    async fn backoffice(&mut self, bus: Arc<dyn Bus>, others: [&Channel; 3]) -> Result<Channel> {
        if !self.runs(Service::Backoffice) {
            return self.optional_peer("backoffice", &self.config.peers.backoffice);
        }
        let db = self.database::<muster_backoffice::Migrator>(muster_backoffice::SERVICE).await?;
        let [staffing, agency, catalogue] = others.map(Clone::clone);
        let log = server::guarded(self.log_of(bus).into_axum_router().reset_fallback(), self.sign_in.clone());
        let log = rpc::in_process(Routes::from(log));
        let peers = muster_backoffice::Peers {
            staffing: StaffingServiceClient::new(staffing).max_decoding_message_size(MESSAGE_LIMIT),
            agency: AgencyServiceClient::new(agency).max_decoding_message_size(MESSAGE_LIMIT),
            catalogue: CatalogueServiceClient::new(catalogue).max_decoding_message_size(MESSAGE_LIMIT),
            operations: OperationsServiceClient::new(log).max_decoding_message_size(MESSAGE_LIMIT),
        };
        let deps = muster_backoffice::Deps::new(db.clone(), self.authorizer.clone()).with_peers(peers);
        self.consume(&db, muster_backoffice::subscriptions(&deps))?;
        Ok(self.offer(muster_backoffice::routes(&deps)))
    }

    async fn web_database(&mut self) -> Result<Option<Db>> {
        if !self.runs(Service::Web) {
            return Ok(None);
        }
        Ok(Some(self.database::<muster_web::Migrator>(muster_web::SERVICE).await?))
    }

    fn operations(&mut self, bus: Arc<dyn Bus>) -> Channel {
        let routes = self.log_of(bus);
        self.offer(routes)
    }

    /// The log, over the databases that are open by now.
    fn log_of(&self, bus: Arc<dyn Bus>) -> Routes {
        let (databases, authorizer) = (self.databases.clone(), self.authorizer.clone());
        operations::routes(operations::Operations::new(bus, databases, authorizer, self.shutdown.clone()))
    }

    fn pages(&self, db: &Db, bus: Arc<dyn Bus>, channels: [&Channel; 6]) -> Result<Router> {
        let [directory, staffing, agency, catalogue, backoffice, operations] = channels.map(Clone::clone);
        let elsewhere =
            [(Service::Directory, "directory", &directory), (Service::Staffing, "staffing", &staffing)];
        let peers = elsewhere
            .into_iter()
            .filter(|(service, _, _)| !self.runs(*service))
            .map(|(_, name, channel)| (name, channel.clone()))
            .collect();
        let deps = muster_web::Deps {
            db: db.clone(),
            authorizer: self.authorizer.clone(),
            directory: DirectoryServiceClient::new(directory.clone())
                .max_decoding_message_size(MESSAGE_LIMIT),
            staffing: StaffingServiceClient::new(staffing.clone()).max_decoding_message_size(MESSAGE_LIMIT),
            agency: AgencyServiceClient::new(agency).max_decoding_message_size(MESSAGE_LIMIT),
            catalogue: CatalogueServiceClient::new(catalogue).max_decoding_message_size(MESSAGE_LIMIT),
            backoffice: BackofficeServiceClient::new(backoffice).max_decoding_message_size(MESSAGE_LIMIT),
            operations: OperationsServiceClient::new(operations).max_decoding_message_size(MESSAGE_LIMIT),
            sign_in: self.sign_in.clone(),
            shutdown: self.shutdown.clone(),
            directory_kinds: muster_directory::KINDS,
            staffing_kinds: muster_staffing::KINDS,
            agency_kinds: muster_agency::KINDS,
            catalogue_kinds: muster_catalogue::KINDS,
            backoffice_kinds: muster_backoffice::KINDS,
            probe: Arc::new(NodeProbe::new(bus, peers)),
        };
        self.consume(db, muster_web::subscriptions(&deps))?;
        Ok(muster_web::router(deps))
    }
}

/// A page of 5,000 rows with long names stays below this.
const MESSAGE_LIMIT: usize = 16 << 20;

/// Adds gRPC-web, reflection and health, and puts the pages beside them.
async fn finish(grpc: Router, pages: Router, services: &[Service]) -> Result<Router> {
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(muster_proto::DESCRIPTORS)
        .build_v1()
        .map_err(|error| Error::internal("cannot offer reflection").with_source(error))?;
    let (reporter, health) = tonic_health::server::health_reporter();
    reporter.set_service_status("", tonic_health::ServingStatus::Serving).await;
    for service in services {
        let name = match service {
            Service::Directory => "muster.directory.v1.DirectoryService",
            Service::Staffing => "muster.staffing.v1.StaffingService",
            Service::Agency => "muster.agency.v1.AgencyService",
            Service::Catalogue => "muster.catalogue.v1.CatalogueService",
            Service::Backoffice => "muster.backoffice.v1.BackofficeService",
            Service::StaffingWorker | Service::Web => continue,
        };
        reporter.set_service_status(name, tonic_health::ServingStatus::Serving).await;
    }
    let open = Routes::new(reflection).add_service(health).into_axum_router().reset_fallback();
    let grpc = grpc.merge(open).layer(tonic_web::GrpcWebLayer::new());
    Ok(grpc.merge(pages))
}
