//! The contract's calls: proto in, use case, proto out.

use std::pin::Pin;

use futures::{Stream, StreamExt as _};
use muster_kit::{
    Error, Result as KitResult,
    actor::actor_of,
    clock,
    imports::{self, Told},
    page::Page,
};
use muster_proto::{
    agency::v1::{self as pb, agency_service_server::AgencyService, import_file_response::Event},
    common::v1 as common,
};
use tonic::{Request, Response, Status, Streaming};

use crate::{
    app::{
        Deps, attest_return, check_caps, close_return, decide_override, export_return, get_projection,
        get_return, get_spend_table,
        import_file::{self, Incoming},
        list_cover, list_drifts, list_figures, list_imports, list_inversions, list_overrides, list_recharges,
        list_returns, list_rules, list_shifts, list_spend,
        propose_shared_bank::{self, Asked},
        request_override,
    },
    import::Spool,
    proto::{self, weekly},
    store::lines::Wanted,
};

/// Bytes of an upload at most.
const UPLOAD_LIMIT: u64 = 4 << 30;

/// Bytes of a file in one piece.
const PIECE: usize = 256 * 1_024;

/// The server of the agency context's calls.
#[derive(Clone)]
pub struct AgencyRpc {
    deps: Deps,
}

impl AgencyRpc {
    /// A server over the use cases.
    pub fn new(deps: Deps) -> Self {
        Self { deps }
    }
}

type Answer<T> = Result<Response<T>, Status>;
type Streamed<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// Writes the pieces of an upload to a temporary file.
async fn receive(mut pieces: Streaming<pb::ImportFileRequest>) -> KitResult<Incoming> {
    let broken = |error: std::io::Error| {
        Error::internal("the upload cannot be written to a temporary file").with_source(error)
    };
    let part = |piece: pb::ImportFileRequest| piece.chunk.and_then(|chunk| chunk.part);
    let first = pieces.next().await.transpose()?.and_then(part);
    let Some(common::import_chunk::Part::Start(start)) = first else {
        return Err(Error::bad_request("an upload begins with its start: kind and file name"));
    };
    let mut spool = Spool::new().map_err(broken)?;
    while let Some(piece) = pieces.next().await.transpose()? {
        let Some(common::import_chunk::Part::Data(data)) = part(piece) else {
            return Err(Error::bad_request("after its start, an upload holds bytes only"));
        };
        if spool.push(&data).map_err(broken)? > UPLOAD_LIMIT {
            return Err(Error::bad_request("the file is over 4 GiB: split it"));
        }
    }
    let keep_good = start.bad_rows() == common::BadRows::KeepGood;
    Ok(Incoming { kind: start.kind, file: spool.finish(start.file_name), keep_good })
}

/// What is said of an import.
fn message(told: Told) -> pb::ImportFileResponse {
    let event = match told {
        Told::Progress(progress) => Event::Progress(progress),
        Told::Outcome(outcome) => Event::Outcome(outcome),
    };
    pb::ImportFileResponse { event: Some(event) }
}

#[tonic::async_trait]
impl AgencyService for AgencyRpc {
    type ImportFileStream = Streamed<pb::ImportFileResponse>;
    type ExportReturnStream = Streamed<pb::ExportReturnResponse>;

    async fn import_file(
        &self,
        request: Request<Streaming<pb::ImportFileRequest>>,
    ) -> Answer<Self::ImportFileStream> {
        let actor = actor_of(&request)?;
        let incoming = receive(request.into_inner()).await?;
        let deps = self.deps.clone();
        let told = imports::streamed(message, |progress| async move {
            import_file::import_file(&deps, &actor, incoming, progress).await
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

    async fn list_rules(&self, request: Request<pb::ListRulesRequest>) -> Answer<pb::ListRulesResponse> {
        let actor = actor_of(&request)?;
        let request = request.into_inner();
        let page = Page::of(request.page.as_ref())?;
        let wanted = (request.kind.as_str(), request.shipped);
        let (kind, found) = list_rules::list_rules(&self.deps, &actor, wanted, &page).await?;
        let columns = kind.kind.columns.iter().map(|column| column.name.to_owned()).collect();
        let (rows, page) = found.map(proto::rule_row).split();
        Ok(Response::new(pb::ListRulesResponse { columns, rows, page }))
    }

    async fn list_shifts(&self, request: Request<pb::ListShiftsRequest>) -> Answer<pb::ListShiftsResponse> {
        let actor = actor_of(&request)?;
        let request = request.into_inner();
        let page = Page::of(request.page.as_ref())?;
        let wanted = Wanted {
            organisation: some(request.organisation.trim().to_ascii_uppercase()),
            from: some(proto::day(&request.from)?),
            until: some(proto::day(&request.until)?),
            verdict: proto::wanted_verdict(request.verdict)?,
        };
        let found = list_shifts::list_shifts(&self.deps, &actor, &wanted, &page).await?;
        let (shifts, page) = found.map(proto::shift_line).split();
        Ok(Response::new(pb::ListShiftsResponse { shifts, page }))
    }

    async fn list_spend(&self, request: Request<pb::ListSpendRequest>) -> Answer<pb::ListSpendResponse> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let months = (request.from.as_str(), request.until.as_str());
        if request.by_supplier {
            let sums = list_spend::list_by_supplier(&self.deps, &actor, months).await?;
            let sums = sums.into_iter().map(proto::supplier_sum).collect();
            return Ok(Response::new(pb::ListSpendResponse { sums }));
        }
        let sums = list_spend::list_spend(&self.deps, &actor, months).await?;
        Ok(Response::new(pb::ListSpendResponse { sums: sums.into_iter().map(proto::spend_sum).collect() }))
    }

    async fn get_return(&self, request: Request<pb::GetReturnRequest>) -> Answer<pb::GetReturnResponse> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let (organisation, week) = weekly::key(request.key.as_ref())?;
        let wanted =
            get_return::Wanted { organisation, week, number: request.version, again: request.recompute };
        Ok(Response::new(weekly::found(get_return::get_return(&self.deps, &actor, &wanted).await?)))
    }

    async fn export_return(
        &self,
        request: Request<pb::ExportReturnRequest>,
    ) -> Answer<Self::ExportReturnStream> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let (organisation, week) = weekly::key(request.key.as_ref())?;
        let wanted = get_return::Wanted { organisation, week, number: request.version, again: false };
        let made = export_return::export_return(&self.deps, &actor, &wanted, &request.format).await?;
        let (mut file_name, content) = made;
        let pieces: Vec<Result<pb::ExportReturnResponse, Status>> = content
            .chunks(PIECE)
            .map(|piece| {
                let file_name = std::mem::take(&mut file_name);
                Ok(pb::ExportReturnResponse { file_name, content: piece.to_vec() })
            })
            .collect();
        Ok(Response::new(Box::pin(futures::stream::iter(pieces))))
    }

    async fn attest_return(
        &self,
        request: Request<pb::AttestReturnRequest>,
    ) -> Answer<pb::AttestReturnResponse> {
        let actor = actor_of(&request)?;
        let (organisation, week) = weekly::key(request.get_ref().key.as_ref())?;
        let row = attest_return::attest_return(&self.deps, &actor, (&organisation, week)).await?;
        Ok(Response::new(pb::AttestReturnResponse { head: Some(weekly::head(&row, true)) }))
    }

    async fn close_return(
        &self,
        request: Request<pb::CloseReturnRequest>,
    ) -> Answer<pb::CloseReturnResponse> {
        let actor = actor_of(&request)?;
        let (organisation, week) = weekly::key(request.get_ref().key.as_ref())?;
        let row = close_return::close_return(&self.deps, &actor, (&organisation, week)).await?;
        Ok(Response::new(pb::CloseReturnResponse { head: Some(weekly::head(&row, true)) }))
    }

    async fn list_returns(
        &self,
        request: Request<pb::ListReturnsRequest>,
    ) -> Answer<pb::ListReturnsResponse> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let page = Page::of(request.page.as_ref())?;
        let organisation = request.organisation.trim().to_ascii_uppercase();
        let found = list_returns::list_returns(&self.deps, &actor, &organisation, &page).await?;
        let (returns, page) = found.map(|row| weekly::head(&row, true)).split();
        Ok(Response::new(pb::ListReturnsResponse { returns, page }))
    }

    async fn request_override(
        &self,
        request: Request<pb::RequestOverrideRequest>,
    ) -> Answer<pb::RequestOverrideResponse> {
        let actor = actor_of(&request)?;
        let asked = weekly::asked(request.into_inner().request.unwrap_or_default())?;
        let stored = request_override::request_override(&self.deps, &actor, asked).await?;
        let r#override = Some(weekly::break_glass(&stored, clock::now_micros()));
        Ok(Response::new(pb::RequestOverrideResponse { r#override }))
    }

    async fn decide_override(
        &self,
        request: Request<pb::DecideOverrideRequest>,
    ) -> Answer<pb::DecideOverrideResponse> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let id = request.override_id.trim();
        let stored = decide_override::decide_override(&self.deps, &actor, id, request.approve).await?;
        let r#override = Some(weekly::break_glass(&stored, clock::now_micros()));
        Ok(Response::new(pb::DecideOverrideResponse { r#override }))
    }

    async fn list_overrides(
        &self,
        request: Request<pb::ListOverridesRequest>,
    ) -> Answer<pb::ListOverridesResponse> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let page = Page::of(request.page.as_ref())?;
        let organisation = request.organisation.trim().to_ascii_uppercase();
        let found = list_overrides::list_overrides(&self.deps, &actor, &organisation, &page).await?;
        let now = clock::now_micros();
        let (overrides, page) = found.map(|stored| weekly::break_glass(&stored, now)).split();
        Ok(Response::new(pb::ListOverridesResponse { overrides, page }))
    }

    async fn get_spend_table(
        &self,
        request: Request<pb::GetSpendTableRequest>,
    ) -> Answer<pb::GetSpendTableResponse> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let organisation = request.organisation.trim().to_ascii_uppercase();
        let months = (request.from.as_str(), request.until.as_str());
        let table = get_spend_table::get_spend_table(&self.deps, &actor, &organisation, months).await?;
        Ok(Response::new(proto::spend::table(table)?))
    }

    async fn get_projection(
        &self,
        request: Request<pb::GetProjectionRequest>,
    ) -> Answer<pb::GetProjectionResponse> {
        let actor = actor_of(&request)?;
        let asked = proto::spend::asked(request.get_ref())?;
        let found = get_projection::get_projection(&self.deps, &actor, &asked).await?;
        Ok(Response::new(proto::spend::projection(&found)))
    }

    async fn check_caps(&self, request: Request<pb::CheckCapsRequest>) -> Answer<pb::CheckCapsResponse> {
        let actor = actor_of(&request)?;
        Ok(Response::new(proto::caps(check_caps::check_caps(&self.deps, &actor).await?)))
    }

    async fn list_cover(&self, request: Request<pb::ListCoverRequest>) -> Answer<pb::ListCoverResponse> {
        let actor = actor_of(&request)?;
        let wanted = proto::cover::wanted(request.into_inner())?;
        let found = list_cover::list_cover(&self.deps, &actor, wanted).await?;
        Ok(Response::new(proto::cover::cover(found)))
    }

    async fn list_inversions(
        &self,
        request: Request<pb::ListInversionsRequest>,
    ) -> Answer<pb::ListInversionsResponse> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let organisation = request.organisation.trim().to_ascii_uppercase();
        let months = (request.from.as_str(), request.until.as_str());
        let (rows, compared) =
            list_inversions::list_inversions(&self.deps, &actor, &organisation, months).await?;
        let rows = rows.into_iter().map(proto::cover::inversion).collect();
        Ok(Response::new(pb::ListInversionsResponse { rows, compared }))
    }

    async fn list_drifts(&self, request: Request<pb::ListDriftsRequest>) -> Answer<pb::ListDriftsResponse> {
        let actor = actor_of(&request)?;
        let page = Page::of(request.get_ref().page.as_ref())?;
        let (drifts, page) = list_drifts::list_drifts(&self.deps, &actor, &page).await?.split();
        Ok(Response::new(pb::ListDriftsResponse { drifts, page }))
    }

    async fn propose_shared_bank(
        &self,
        request: Request<pb::ProposeSharedBankRequest>,
    ) -> Answer<pb::ProposeSharedBankResponse> {
        let actor = actor_of(&request)?;
        let of = request.into_inner();
        let asked = Asked { from: of.from, until: of.until, seconds: of.deadline_seconds };
        let found = propose_shared_bank::propose_shared_bank(&self.deps, &actor, asked).await?;
        Ok(Response::new(proto::bank::proposal(found)))
    }

    async fn list_recharges(
        &self,
        request: Request<pb::ListRechargesRequest>,
    ) -> Answer<pb::ListRechargesResponse> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let organisation = request.organisation.trim().to_ascii_uppercase();
        let months = (request.from.as_str(), request.until.as_str());
        let rows = list_recharges::list_recharges(&self.deps, &actor, &organisation, months).await?;
        let rows = rows.iter().map(proto::cover::recharge).collect();
        Ok(Response::new(pb::ListRechargesResponse { rows }))
    }

    async fn list_figures(
        &self,
        request: Request<pb::ListFiguresRequest>,
    ) -> Answer<pb::ListFiguresResponse> {
        let actor = actor_of(&request)?;
        let page = Page::of(request.get_ref().page.as_ref())?;
        let (figures, page) = list_figures::list_figures(&self.deps, &actor, &page).await?.split();
        Ok(Response::new(pb::ListFiguresResponse { figures, page }))
    }
}

/// The text when there is one.
fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
