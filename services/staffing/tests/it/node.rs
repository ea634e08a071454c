//! Staffing's calls over a database of the test, with a small made-up directory behind them.

use std::sync::Arc;

use futures::{StreamExt as _, stream};
use muster_bus::{JobOptions, JobQueue, LocalJobs};
use muster_kit::{
    Actor, Db, OrgCode,
    authz::RoleTable,
    rpc::{self, Channel},
    shutdown::Shutdown,
};
use muster_proto::{
    common::v1::{ImportChunk, ImportOutcome, ImportStart, import_chunk::Part},
    directory::v1::{
        self as directory,
        directory_service_client::DirectoryServiceClient,
        directory_service_server::{DirectoryService, DirectoryServiceServer},
    },
    staffing::v1::{self as pb, import_file_response::Event, staffing_service_client::StaffingServiceClient},
};
use muster_staffing::Deps;
use tonic::{Request, Response, Status, Streaming, service::Routes};

/// Practices of the series below by borough: G99001 to G99008.
pub(crate) const SERIES: &str = "\
PRAC_CODE,BOROUGH,FY_END,TOTAL_PATIENTS,TOTAL_GP_EXTGL_FTE,TOTAL_LOCUUM_TRN_FTE,TOTAL_NURSES_FTE,TOTAL_DPC_FTE,TOTAL_ADMIN_FTE
G99001,,2016,8000,4,0,2,0.5,6
G99002,,2016,6000,0,0,1,0,5
G99003,,2016,9000,5.5,1,2.5,1,7
G99004,,2016,5000,2,0,0,0,4
G99009,Bexley,2016,4000,2,0,1,0,3
G99001,,2017,8200,3.8,0,2,0.5,6
G99002,,2017,6100,2.5,0,1,0,5
G99003,,2017,9300,5,1,2.4,1,7
G99004,,2017,0,1.5,0,0,0,4
G99009,Bexley,2017,4100,2,0,1,0,3
G98000,,2017,3000,1,0,1,0,3
";

/// A directory that knows G99001 to G99004: two boroughs, one federation, one LCN.
struct Directory;

fn place(code: &str, borough: &str, lcn: Option<&str>) -> directory::Place {
    let membership = |kind: directory::GroupingKind, code: &str| directory::Membership {
        kind: kind.into(),
        code: code.into(),
        name: format!("{code} name"),
        valid_from: "2014-04-01".into(),
        valid_to: String::new(),
        placeholder: kind == directory::GroupingKind::Lcn,
    };
    let mut memberships = vec![membership(directory::GroupingKind::Federation, "FED1")];
    memberships.push(membership(directory::GroupingKind::Commissioner, "72Q"));
    memberships.extend(lcn.map(|lcn| membership(directory::GroupingKind::Lcn, lcn)));
    directory::Place {
        ods_code: code.into(),
        name: format!("Practice {code}"),
        borough: borough.into(),
        memberships,
        lists: vec![directory::RegisteredList {
            year: 2015,
            registered_milli: 6_900_000,
            ..Default::default()
        }],
        ..Default::default()
    }
}

type Answer<T> = Result<Response<T>, Status>;
type Streamed<T> = std::pin::Pin<Box<dyn futures::Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl DirectoryService for Directory {
    type ImportFileStream = Streamed<directory::ImportFileResponse>;

    async fn import_file(
        &self,
        _: Request<Streaming<directory::ImportFileRequest>>,
    ) -> Answer<Self::ImportFileStream> {
        Err(Status::unimplemented("not in this test"))
    }
    async fn list_imports(
        &self,
        _: Request<directory::ListImportsRequest>,
    ) -> Answer<directory::ListImportsResponse> {
        Err(Status::unimplemented("not in this test"))
    }
    async fn get_organisation(
        &self,
        _: Request<directory::GetOrganisationRequest>,
    ) -> Answer<directory::GetOrganisationResponse> {
        Err(Status::unimplemented("not in this test"))
    }
    async fn list_organisations(
        &self,
        _: Request<directory::ListOrganisationsRequest>,
    ) -> Answer<directory::ListOrganisationsResponse> {
        Err(Status::unimplemented("not in this test"))
    }
    async fn list_groupings(
        &self,
        _: Request<directory::ListGroupingsRequest>,
    ) -> Answer<directory::ListGroupingsResponse> {
        Err(Status::unimplemented("not in this test"))
    }
    async fn list_successions(
        &self,
        _: Request<directory::ListSuccessionsRequest>,
    ) -> Answer<directory::ListSuccessionsResponse> {
        Err(Status::unimplemented("not in this test"))
    }

    /// One practice a page, so that paging is walked.
    async fn list_places(
        &self,
        request: Request<directory::ListPlacesRequest>,
    ) -> Answer<directory::ListPlacesResponse> {
        let request = request.into_inner();
        if !request.include_closed {
            return Err(Status::invalid_argument("history needs closed practices too"));
        }
        let all = [
            place("G99001", "Bexley", Some("LCN1")),
            place("G99002", "Bexley", Some("LCN1")),
            place("G99003", "Lambeth", None),
            place("G99004", "Lambeth", None),
        ];
        let inside: Vec<directory::Place> = match request.area.as_str() {
            "SEL" | "ENGLAND" => all.to_vec(),
            borough => all.into_iter().filter(|place| place.borough.eq_ignore_ascii_case(borough)).collect(),
        };
        if inside.is_empty() {
            return Err(Status::not_found("no such area"));
        }
        let token = request.page.unwrap_or_default().token;
        let at: usize = token.parse().unwrap_or(0);
        let next = if at + 1 < inside.len() { (at + 1).to_string() } else { String::new() };
        Ok(Response::new(directory::ListPlacesResponse {
            places: inside.into_iter().skip(at).take(1).collect(),
            page: Some(muster_proto::common::v1::PageResponse { next_token: next, total: None }),
        }))
    }
}

/// Staffing over a database.
pub(crate) struct Node {
    pub(crate) deps: Deps,
    pub(crate) actor: Actor,
    client: StaffingServiceClient<Channel>,
}

impl Node {
    pub(crate) fn new(db: &Db) -> Self {
        let routes = Routes::new(DirectoryServiceServer::new(Directory));
        let directory = DirectoryServiceClient::new(rpc::in_process(routes));
        let jobs: Arc<dyn JobQueue> = Arc::new(LocalJobs::new(JobOptions::default()));
        let stop = Shutdown::new();
        for worker in muster_staffing::workers(db, &jobs, 1) {
            tokio::spawn(worker.run(stop.token()));
        }
        let deps = Deps::new(db.clone(), Arc::new(RoleTable), stop, directory, jobs);
        let client = StaffingServiceClient::new(rpc::in_process(muster_staffing::routes(&deps)));
        Self { deps, actor: Actor::local(OrgCode::new("QKK").unwrap()), client }
    }

    /// The same node for somebody of another organisation.
    pub(crate) fn stranger(&self) -> Self {
        let actor = Actor::local(OrgCode::new("QWE").unwrap());
        Self { deps: self.deps.clone(), actor, client: self.client.clone() }
    }

    pub(crate) fn client(&self) -> StaffingServiceClient<Channel> {
        self.client.clone()
    }

    /// A request of this node's actor.
    pub(crate) fn ask<T>(&self, message: T) -> Request<T> {
        rpc::unary(&self.actor, message)
    }

    /// Uploads a file in pieces and waits for the outcome.
    pub(crate) async fn import(&self, kind: &str, name: &str, bytes: &[u8]) -> ImportOutcome {
        let start = ImportStart { kind: kind.into(), file_name: name.into(), bad_rows: 0, year: None };
        let mut parts = vec![Part::Start(start)];
        parts.extend(bytes.chunks(1 << 20).map(|piece| Part::Data(piece.to_vec())));
        let pieces = parts
            .into_iter()
            .map(|part| pb::ImportFileRequest { chunk: Some(ImportChunk { part: Some(part) }) });
        let request = rpc::on_behalf(&self.actor, stream::iter(pieces.collect::<Vec<_>>()));
        let mut answers = self.client().import_file(request).await.unwrap().into_inner();
        let mut outcome = None;
        while let Some(answer) = answers.next().await {
            match answer.unwrap().event.unwrap() {
                Event::Progress(progress) => assert!(!progress.phase.is_empty()),
                Event::Outcome(last) => outcome = Some(last),
            }
        }
        outcome.unwrap()
    }

    pub(crate) async fn history(&self, area: &str) -> Result<pb::GetHistoryResponse, Status> {
        let request = pb::GetHistoryRequest { area: area.into(), missing_returns: 0 };
        Ok(self.client().get_history(self.ask(request)).await?.into_inner())
    }

    /// Starts a forecast and waits for its end.
    pub(crate) async fn forecast(&self, spec: pb::ForecastSpec) -> pb::ForecastRun {
        let request = self.ask(pb::StartForecastRequest { spec: Some(spec) });
        let run = self.client().start_forecast(request).await.unwrap().into_inner().run.unwrap();
        self.watch(&run.run_id).await
    }

    pub(crate) async fn watch(&self, run_id: &str) -> pb::ForecastRun {
        let request = rpc::on_behalf(&self.actor, pb::WatchForecastRequest { run_id: run_id.to_owned() });
        let mut states = self.client().watch_forecast(request).await.unwrap().into_inner();
        let mut last = None;
        while let Some(state) = states.next().await {
            last = state.unwrap().run;
        }
        last.unwrap()
    }

    pub(crate) async fn rows(&self, run_id: &str, level: &str) -> Vec<pb::ForecastRow> {
        let mut rows = Vec::new();
        let mut token = String::new();
        loop {
            let request = pb::ListForecastRowsRequest {
                page: Some(muster_proto::common::v1::PageRequest { size: 7, token }),
                run_id: run_id.into(),
                level: level.into(),
                ..Default::default()
            };
            let answer = self.client().list_forecast_rows(self.ask(request)).await.unwrap().into_inner();
            rows.extend(answer.rows);
            token = answer.page.unwrap().next_token;
            if token.is_empty() {
                return rows;
            }
        }
    }
}
