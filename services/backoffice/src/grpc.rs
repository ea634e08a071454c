//! The contract's calls: proto in, use case, proto out.

use std::pin::Pin;

use futures::{Stream, StreamExt as _, stream};
use muster_kit::{
    Error,
    actor::actor_of,
    imports::{self, Told, Upload},
    page::Page,
};
use muster_proto::{
    backoffice::v1::{self as pb, backoffice_service_server::BackofficeService, import_file_response::Event},
    common::v1::ImportChunk,
};
use tonic::{Request, Response, Status, Streaming};

use crate::{
    app::{
        Deps, attest_claim, claim_saving, decide_case, export_edition, freeze_edition, gain_sharings,
        get_board, get_bridge, get_case, import_file, import_tracker, list_benchmarks, list_cases,
        list_claims, list_imports, list_plan_lines, list_schemes, preview_tracker, recharges, reject_claim,
        show_edition, trace_figure,
    },
    domain::edition::EditionHead,
    proto,
};

/// Bytes of a file in one piece.
const PIECE: usize = 256 * 1_024;

/// The server of the back office's calls.
#[derive(Clone)]
pub struct BackofficeRpc {
    deps: Deps,
}

impl BackofficeRpc {
    /// A server over the use cases.
    pub fn new(deps: Deps) -> Self {
        Self { deps }
    }
}

type Answer<T> = Result<Response<T>, Status>;

/// The code of an organisation in a request; empty = all.
fn organisation(text: &str) -> String {
    text.trim().to_ascii_uppercase()
}

/// What is said of an import.
fn message(told: Told) -> pb::ImportFileResponse {
    let event = match told {
        Told::Progress(progress) => Event::Progress(progress),
        Told::Outcome(outcome) => Event::Outcome(outcome),
    };
    pb::ImportFileResponse { event: Some(event) }
}

/// What is said of an import of a tracker.
fn tracker_message(told: Told) -> pb::ImportTrackerResponse {
    use pb::import_tracker_response::Event;
    let event = match told {
        Told::Progress(progress) => Event::Progress(progress),
        Told::Outcome(outcome) => Event::Outcome(outcome),
    };
    pb::ImportTrackerResponse { event: Some(event) }
}

/// An upload with the mapping of its first piece.
async fn tracker<T>(
    mut pieces: Streaming<T>,
    parts: fn(T) -> (Option<ImportChunk>, String),
) -> Result<(Upload, String), Status> {
    let (first, mapping) = pieces.message().await?.map(parts).unwrap_or_default();
    let rest = pieces.map(move |piece| piece.map(|piece| parts(piece).0.unwrap_or_default()));
    let all = stream::iter([Ok(first.unwrap_or_default())]).chain(rest);
    Ok((imports::receive(all).await?, mapping))
}

#[tonic::async_trait]
impl BackofficeService for BackofficeRpc {
    type ImportFileStream = Pin<Box<dyn Stream<Item = Result<pb::ImportFileResponse, Status>> + Send>>;
    type ImportTrackerStream = Pin<Box<dyn Stream<Item = Result<pb::ImportTrackerResponse, Status>> + Send>>;
    type ExportEditionStream = Pin<Box<dyn Stream<Item = Result<pb::ExportEditionResponse, Status>> + Send>>;

    async fn import_file(
        &self,
        request: Request<Streaming<pb::ImportFileRequest>>,
    ) -> Answer<Self::ImportFileStream> {
        let actor = actor_of(&request)?;
        let pieces = request.into_inner().map(|piece| piece.map(|piece| piece.chunk.unwrap_or_default()));
        let upload = imports::receive(pieces).await?;
        let deps = self.deps.clone();
        let told = imports::streamed(message, |progress| async move {
            import_file::import_file(&deps, &actor, upload, progress).await
        });
        Ok(Response::new(Box::pin(told)))
    }

    async fn preview_tracker(
        &self,
        request: Request<Streaming<pb::PreviewTrackerRequest>>,
    ) -> Answer<pb::PreviewTrackerResponse> {
        let actor = actor_of(&request)?;
        let asked = tracker(request.into_inner(), |piece| (piece.chunk, piece.mapping)).await?;
        let found = preview_tracker::preview_tracker(&self.deps, &actor, asked).await?;
        Ok(Response::new(proto::tracker::preview(found)?))
    }

    async fn import_tracker(
        &self,
        request: Request<Streaming<pb::ImportTrackerRequest>>,
    ) -> Answer<Self::ImportTrackerStream> {
        let actor = actor_of(&request)?;
        let asked = tracker(request.into_inner(), |piece| (piece.chunk, piece.mapping)).await?;
        let deps = self.deps.clone();
        let told = imports::streamed(tracker_message, |progress| async move {
            import_tracker::import_tracker(&deps, &actor, asked, progress).await
        });
        Ok(Response::new(Box::pin(told)))
    }

    async fn list_imports(
        &self,
        request: Request<pb::ListImportsRequest>,
    ) -> Answer<pb::ListImportsResponse> {
        let actor = actor_of(&request)?;
        let page = Page::of(request.get_ref().page.as_ref())?;
        let (rows, page) = list_imports::list_imports(&self.deps, &actor, &page).await?.split();
        let imports = rows.into_iter().map(Into::into).collect();
        Ok(Response::new(pb::ListImportsResponse { imports, page }))
    }

    async fn list_schemes(
        &self,
        request: Request<pb::ListSchemesRequest>,
    ) -> Answer<pb::ListSchemesResponse> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let page = Page::of(request.page.as_ref())?;
        let wanted = (organisation(&request.organisation), request.as_of.trim());
        let found = list_schemes::list_schemes(&self.deps, &actor, (&wanted.0, wanted.1), &page).await?;
        let (names, savings, at) = found;
        let (names, page) = names.split();
        let lines = savings.scheme_lines(at, at.filter(|_| !wanted.1.is_empty()));
        let lines = lines.iter().filter(|line| names.contains(&line.of.scheme.id));
        let schemes = lines.map(proto::schemes::line).collect();
        Ok(Response::new(pb::ListSchemesResponse { schemes, as_of: proto::schemes::month(at), page }))
    }

    async fn get_board(&self, request: Request<pb::GetBoardRequest>) -> Answer<pb::GetBoardResponse> {
        let actor = actor_of(&request)?;
        let (savings, at) = get_board::get_board(&self.deps, &actor, request.get_ref().as_of.trim()).await?;
        Ok(Response::new(proto::schemes::board(&savings, at)))
    }

    async fn claim_saving(
        &self,
        request: Request<pb::ClaimSavingRequest>,
    ) -> Answer<pb::ClaimSavingResponse> {
        let actor = actor_of(&request)?;
        let asked = proto::claims::claimed(request.into_inner())?;
        let (claim, savings) = claim_saving::claim_saving(&self.deps, &actor, asked).await?;
        let claim = Some(proto::claims::claim(&claim, &savings));
        Ok(Response::new(pb::ClaimSavingResponse { claim }))
    }

    async fn attest_claim(
        &self,
        request: Request<pb::AttestClaimRequest>,
    ) -> Answer<pb::AttestClaimResponse> {
        let actor = actor_of(&request)?;
        let asked = proto::claims::attested(request.into_inner())?;
        let (claim, savings) = attest_claim::attest_claim(&self.deps, &actor, asked).await?;
        let claim = Some(proto::claims::claim(&claim, &savings));
        Ok(Response::new(pb::AttestClaimResponse { claim }))
    }

    async fn reject_claim(
        &self,
        request: Request<pb::RejectClaimRequest>,
    ) -> Answer<pb::RejectClaimResponse> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let asked = (request.claim_id.trim(), request.reason.as_str());
        let (claim, savings) = reject_claim::reject_claim(&self.deps, &actor, asked).await?;
        let claim = Some(proto::claims::claim(&claim, &savings));
        Ok(Response::new(pb::RejectClaimResponse { claim }))
    }

    async fn list_cases(&self, request: Request<pb::ListCasesRequest>) -> Answer<pb::ListCasesResponse> {
        let actor = actor_of(&request)?;
        let page = Page::of(request.get_ref().page.as_ref())?;
        let found = list_cases::list_cases(&self.deps, &actor, &page, proto::cases::head).await?;
        let (cases, page) = found.split();
        Ok(Response::new(pb::ListCasesResponse { cases, page }))
    }

    async fn get_case(&self, request: Request<pb::GetCaseRequest>) -> Answer<pb::GetCaseResponse> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let asked = get_case::Asked {
            case: request.case_id.trim(),
            option: request.option.trim(),
            as_of: request.as_of.trim(),
        };
        let whole = get_case::get_case(&self.deps, &actor, asked, proto::cases::whole).await?;
        Ok(Response::new(whole))
    }

    async fn decide_case(&self, request: Request<pb::DecideCaseRequest>) -> Answer<pb::DecideCaseResponse> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let asked = decide_case::Asked {
            option: request.option.trim(),
            reason: request.reason.trim(),
            version: request.version,
        };
        let case = decide_case::decide_case(&self.deps, &actor, (request.case_id.trim(), asked)).await?;
        let case = Some(case);
        Ok(Response::new(pb::DecideCaseResponse { case }))
    }

    async fn list_gain_sharings(
        &self,
        request: Request<pb::ListGainSharingsRequest>,
    ) -> Answer<pb::ListGainSharingsResponse> {
        let actor = actor_of(&request)?;
        let page = Page::of(request.get_ref().page.as_ref())?;
        let found = gain_sharings::list_gain_sharings(&self.deps, &actor, &page).await?;
        let (sharings, page) = found.map(|(record, share)| proto::cases::share_head(&record, &share)).split();
        Ok(Response::new(pb::ListGainSharingsResponse { sharings, page }))
    }

    async fn get_gain_sharing(
        &self,
        request: Request<pb::GetGainSharingRequest>,
    ) -> Answer<pb::GetGainSharingResponse> {
        let actor = actor_of(&request)?;
        let title = request.get_ref().title.trim();
        let found = gain_sharings::get_gain_sharing(&self.deps, &actor, title, |record, share| {
            (proto::cases::shared(record, share), record.body.clone())
        });
        let (sharing, document) = found.await?;
        Ok(Response::new(pb::GetGainSharingResponse { sharing: Some(sharing), document }))
    }

    async fn list_recharges(
        &self,
        request: Request<pb::ListRechargesRequest>,
    ) -> Answer<pb::ListRechargesResponse> {
        let actor = actor_of(&request)?;
        let page = Page::of(request.get_ref().page.as_ref())?;
        let service = request.get_ref().service.trim();
        let (quarters, page) = recharges::list_recharges(&self.deps, &actor, service, &page).await?.split();
        Ok(Response::new(pb::ListRechargesResponse { quarters, page }))
    }

    async fn list_claims(&self, request: Request<pb::ListClaimsRequest>) -> Answer<pb::ListClaimsResponse> {
        let actor = actor_of(&request)?;
        let wanted = proto::claims::wanted(request.get_ref())?;
        let page = Page::of(request.get_ref().page.as_ref())?;
        let (found, savings) = list_claims::list_claims(&self.deps, &actor, &wanted, &page).await?;
        let (claims, page) = found.map(|claim| proto::claims::claim(&claim, &savings)).split();
        Ok(Response::new(pb::ListClaimsResponse { claims, page }))
    }

    async fn list_plan_lines(
        &self,
        request: Request<pb::ListPlanLinesRequest>,
    ) -> Answer<pb::ListPlanLinesResponse> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let page = Page::of(request.page.as_ref())?;
        let found =
            list_plan_lines::list_plan_lines(&self.deps, &actor, request.nature.trim(), &page).await?;
        let (lines, page) = found.map(|line| proto::plan_line(&line)).split();
        Ok(Response::new(pb::ListPlanLinesResponse { lines, page }))
    }

    async fn list_benchmarks(
        &self,
        request: Request<pb::ListBenchmarksRequest>,
    ) -> Answer<pb::ListBenchmarksResponse> {
        let actor = actor_of(&request)?;
        let wanted = proto::benchmarks::wanted(request.get_ref());
        let found = list_benchmarks::list_benchmarks(&self.deps, &actor, &wanted).await?;
        Ok(Response::new(proto::benchmarks::found(found)))
    }

    async fn get_bridge(&self, request: Request<pb::GetBridgeRequest>) -> Answer<pb::GetBridgeResponse> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let wanted = (request.title.trim(), request.shipped);
        let found = get_bridge::get_bridge(&self.deps, &actor, wanted).await?;
        let pairs = match (request.compare.trim(), request.with.trim()) {
            ("", "") => Vec::new(),
            (one, other) => vec![(one.to_owned(), other.to_owned())],
        };
        let answer =
            proto::bridge::found(found, &pairs).map_err(|problem| Error::bad_request(problem.to_string()))?;
        Ok(Response::new(answer))
    }

    async fn freeze_edition(
        &self,
        request: Request<pb::FreezeEditionRequest>,
    ) -> Answer<pb::FreezeEditionResponse> {
        let actor = actor_of(&request)?;
        let of = request.into_inner();
        let asked = freeze_edition::Asked {
            signed_as: of.signed_as,
            note: of.note,
            as_of: of.as_of,
            without: of.without,
        };
        let head = freeze_edition::freeze_edition(&self.deps, &actor, asked).await?;
        Ok(Response::new(pb::FreezeEditionResponse { edition: Some(proto::editions::head(&head, false)) }))
    }

    async fn list_editions(
        &self,
        request: Request<pb::ListEditionsRequest>,
    ) -> Answer<pb::ListEditionsResponse> {
        let actor = actor_of(&request)?;
        let page = Page::of(request.get_ref().page.as_ref())?;
        let found = show_edition::list_editions(&self.deps, &actor, &page).await?;
        let (editions, page) = found.map(|head| proto::editions::head(&head, false)).split();
        Ok(Response::new(pb::ListEditionsResponse { editions, page }))
    }

    async fn get_edition(&self, request: Request<pb::GetEditionRequest>) -> Answer<pb::GetEditionResponse> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let asked = (request.number, request.public_only);
        let (found, left_out) = show_edition::shown_edition(&self.deps, &actor, asked).await?;
        let wanted = found.figures.into_iter().filter(|it| it.key.starts_with(&request.prefix));
        Ok(Response::new(pb::GetEditionResponse {
            edition: Some(proto::editions::head(&found.head, request.public_only)),
            figures: wanted.map(|it| proto::editions::figure(it, request.public_only)).collect(),
            left_out,
        }))
    }

    async fn diff_editions(
        &self,
        request: Request<pb::DiffEditionsRequest>,
    ) -> Answer<pb::DiffEditionsResponse> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let two = show_edition::two_editions(&self.deps, &actor, (request.from, request.to)).await?;
        let (earlier, later) = two;
        let changes = show_edition::shown_changes((&earlier, &later), request.public_only).into_iter();
        let changes = changes.map(|it| proto::editions::change(it, request.public_only));
        let head = |of: &EditionHead| Some(proto::editions::head(of, request.public_only));
        Ok(Response::new(pb::DiffEditionsResponse {
            changes: changes.collect(),
            from: head(&earlier.head),
            to: head(&later.head),
        }))
    }

    async fn verify_edition(
        &self,
        request: Request<pb::VerifyEditionRequest>,
    ) -> Answer<pb::VerifyEditionResponse> {
        let actor = actor_of(&request)?;
        let asked = request.get_ref().number;
        let (head, computed_sha256, broken_at) =
            show_edition::verify_edition(&self.deps, &actor, asked).await?;
        Ok(Response::new(pb::VerifyEditionResponse {
            holds: computed_sha256 == head.sha256,
            edition: Some(proto::editions::head(&head, false)),
            computed_sha256,
            broken_at,
        }))
    }

    async fn export_edition(
        &self,
        request: Request<pb::ExportEditionRequest>,
    ) -> Answer<Self::ExportEditionStream> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let asked = (request.number, request.format.trim(), request.public_only);
        let written = export_edition::export_edition(&self.deps, &actor, asked).await?;
        let mut file_name = written.file_name;
        let pieces: Vec<Result<pb::ExportEditionResponse, Status>> = written
            .content
            .chunks(PIECE)
            .map(|piece| {
                let file_name = std::mem::take(&mut file_name);
                Ok(pb::ExportEditionResponse { file_name, content: piece.to_vec() })
            })
            .collect();
        Ok(Response::new(Box::pin(stream::iter(pieces))))
    }

    async fn trace_figure(
        &self,
        request: Request<pb::TraceFigureRequest>,
    ) -> Answer<pb::TraceFigureResponse> {
        let actor = actor_of(&request)?;
        let request = request.into_inner();
        let (steps, gaps) =
            trace_figure::trace_figure(&self.deps, &actor, request.key.trim(), request.edition).await?;
        let steps = steps.into_iter().map(proto::editions::trace_step).collect();
        Ok(Response::new(pb::TraceFigureResponse { steps, gaps }))
    }
}
