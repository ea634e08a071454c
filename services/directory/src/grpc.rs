//! The contract's calls: proto in, use case, proto out.

use std::{pin::Pin, sync::Arc};

use futures::{Stream, StreamExt as _};
use muster_kit::{Actor, OrgCode, actor, clock, imports, page::Page, trace};
use muster_proto::{
    common::v1 as common,
    directory::v1::{self as pb, directory_service_server::DirectoryService, import_file_response::Event},
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use crate::{
    app::{
        Deps, get_organisation, import_file, list_groupings, list_imports, list_organisations, list_places,
        list_successions,
    },
    domain::Area,
    proto,
};

/// The server of the directory's calls.
#[derive(Clone)]
pub struct DirectoryRpc {
    deps: Deps,
}

impl DirectoryRpc {
    /// A server over the use cases.
    pub fn new(deps: Deps) -> Self {
        Self { deps }
    }
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl DirectoryService for DirectoryRpc {
    type ImportFileStream = Pin<Box<dyn Stream<Item = Result<pb::ImportFileResponse, Status>> + Send>>;

    async fn import_file(
        &self,
        request: Request<Streaming<pb::ImportFileRequest>>,
    ) -> Answer<Self::ImportFileStream> {
        let actor = actor::actor_of(&request)?;
        let pieces = request.into_inner().map(|piece| piece.map(|piece| piece.chunk.unwrap_or_default()));
        let upload = Arc::new(imports::receive(pieces).await?);
        let (sender, receiver) = mpsc::channel(16);
        let deps = self.deps.clone();
        // a task of its own: an import that has begun ends, even if the caller goes away
        trace::spawn(async move { run_import(deps, actor, upload, sender).await });
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }

    async fn list_imports(
        &self,
        request: Request<pb::ListImportsRequest>,
    ) -> Answer<pb::ListImportsResponse> {
        let actor = actor::actor_of(&request)?;
        let page = Page::of(request.get_ref().page.as_ref())?;
        let (rows, page) = list_imports::run(&self.deps, &actor, &page).await?.split();
        Ok(Response::new(pb::ListImportsResponse {
            imports: rows.into_iter().map(Into::into).collect(),
            page,
        }))
    }

    async fn get_organisation(
        &self,
        request: Request<pb::GetOrganisationRequest>,
    ) -> Answer<pb::GetOrganisationResponse> {
        let actor = actor::actor_of(&request)?;
        let request = request.into_inner();
        let (code, day) = (OrgCode::new(&request.ods_code)?, clock::as_of(&request.as_of)?);
        let found = get_organisation::run(&self.deps, &actor, &code, day).await?;
        Ok(Response::new(proto::found(&found, day)))
    }

    async fn list_organisations(
        &self,
        request: Request<pb::ListOrganisationsRequest>,
    ) -> Answer<pb::ListOrganisationsResponse> {
        let actor = actor::actor_of(&request)?;
        let request = request.into_inner();
        let (page, day) = (Page::of(request.page.as_ref())?, clock::as_of(&request.as_of)?);
        let query = list_organisations::Query {
            as_of: day,
            kind: proto::wanted_kind(request.kind)?,
            search: request.search,
            include_closed: request.include_closed,
        };
        let (rows, origins) = list_organisations::run(&self.deps, &actor, query, &page).await?;
        let (organisations, page) = rows.map(|row| proto::stored(&row, day, &origins)).split();
        Ok(Response::new(pb::ListOrganisationsResponse { organisations, page }))
    }

    async fn list_groupings(
        &self,
        request: Request<pb::ListGroupingsRequest>,
    ) -> Answer<pb::ListGroupingsResponse> {
        let actor = actor::actor_of(&request)?;
        let request = request.into_inner();
        let (page, day) = (Page::of(request.page.as_ref())?, clock::as_of(&request.as_of)?);
        let kind = proto::wanted_grouping(request.kind)?;
        let rows = list_groupings::run(&self.deps, &actor, kind, day, &page).await?;
        let (groupings, page) = rows.map(|row| proto::sized(&row)).split();
        Ok(Response::new(pb::ListGroupingsResponse { groupings, page }))
    }

    async fn list_places(&self, request: Request<pb::ListPlacesRequest>) -> Answer<pb::ListPlacesResponse> {
        let actor = actor::actor_of(&request)?;
        let request = request.into_inner();
        let (page, day) = (Page::of(request.page.as_ref())?, clock::as_of(&request.as_of)?);
        let query = list_places::Query {
            as_of: day,
            area: Area::parse(&request.area),
            include_closed: request.include_closed,
        };
        let rows = list_places::run(&self.deps, &actor, query, &page).await?;
        let (places, page) = rows.map(|row| proto::place(&row, day)).split();
        Ok(Response::new(pb::ListPlacesResponse { places, page }))
    }

    async fn list_successions(
        &self,
        request: Request<pb::ListSuccessionsRequest>,
    ) -> Answer<pb::ListSuccessionsResponse> {
        let actor = actor::actor_of(&request)?;
        let request = request.into_inner();
        let (page, day) = (Page::of(request.page.as_ref())?, clock::as_of(&request.as_of)?);
        let (rows, origins) = list_successions::run(&self.deps, &actor, day, &page).await?;
        let (successions, page) = rows.map(|row| proto::stored_succession(&row, &origins)).split();
        Ok(Response::new(pb::ListSuccessionsResponse { successions, page }))
    }
}

type Sender = mpsc::Sender<Result<pb::ImportFileResponse, Status>>;

/// Runs an import and sends its progress and its outcome.
async fn run_import(deps: Deps, actor: Actor, upload: Arc<imports::Upload>, sender: Sender) {
    let progress = |phase: &'static str, rows_read: u64, rows_total: u64| {
        let progress = common::ImportProgress { rows_read, rows_total, phase: phase.to_owned() };
        // a caller that is slow or gone misses progress, never the outcome
        let _ = sender.try_send(Ok(pb::ImportFileResponse { event: Some(Event::Progress(progress)) }));
    };
    let imported = import_file::run(&deps, &actor, upload.clone(), &progress).await;
    let outcome = imported.map(|imported| match imported {
        import_file::Imported::Stored(summary, id) => imports::outcome(&upload, &summary, Some(id)),
        import_file::Imported::Refused(summary) => imports::outcome(&upload, &summary, None),
        import_file::Imported::Before(before) => imports::outcome_before(&upload, &before),
    });
    let last = outcome.map(|outcome| pb::ImportFileResponse { event: Some(Event::Outcome(outcome)) });
    if sender.send(last.map_err(Status::from)).await.is_err() {
        tracing::info!(import.kind = %upload.kind, "the caller of an import left before its outcome");
    }
}
