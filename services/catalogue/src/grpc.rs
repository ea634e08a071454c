//! The contract's calls: proto in, use case, proto out.

use std::{pin::Pin, sync::Arc};

use futures::{Stream, StreamExt as _};
use muster_kit::{
    Error,
    actor::actor_of,
    imports::{self, Told},
    page::Page,
    trace,
};
use muster_proto::{
    catalogue::v1::{self as pb, catalogue_service_server::CatalogueService, import_file_response::Event},
    common::v1 as common,
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use crate::{
    app::{
        Deps, act_on_round, decide_equivalence, decide_suppliers, export_catalogue, get_item, get_prices,
        get_round, get_spend_cube, import_file, list_decisions, list_figures, list_imports, list_proposals,
        list_purchases, list_realised_prices, list_rounds, list_supplier_proposals, list_suppliers,
        list_variance, open_round, propose_equivalences, revoke_equivalence, search_items,
    },
    domain::supplier::Decision,
    proto::{self, asked},
};

/// Bytes of a file in one piece.
const PIECE: usize = 256 * 1_024;

/// The server of the catalogue's calls.
#[derive(Clone)]
pub struct CatalogueRpc {
    deps: Deps,
}

impl CatalogueRpc {
    /// A server over the use cases.
    pub fn new(deps: Deps) -> Self {
        Self { deps }
    }
}

type Answer<T> = Result<Response<T>, Status>;
type Streamed<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

fn counted(page: Option<common::PageResponse>, total: u64) -> common::PageResponse {
    common::PageResponse { total: Some(total), ..page.unwrap_or_default() }
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
impl CatalogueService for CatalogueRpc {
    type ImportFileStream = Streamed<pb::ImportFileResponse>;
    type ProposeEquivalencesStream = Streamed<pb::ProposeEquivalencesResponse>;
    type ExportCatalogueStream = Streamed<pb::ExportCatalogueResponse>;

    async fn import_file(
        &self,
        request: Request<Streaming<pb::ImportFileRequest>>,
    ) -> Answer<Self::ImportFileStream> {
        let actor = actor_of(&request)?;
        let pieces = request.into_inner().map(|piece| piece.map(|it| it.chunk.unwrap_or_default()));
        let upload = imports::receive(pieces).await?;
        let deps = self.deps.clone();
        let told = imports::streamed(message, |progress| async move {
            import_file::import_file(&deps, &actor, upload, progress).await
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

    async fn search_items(
        &self,
        request: Request<pb::SearchItemsRequest>,
    ) -> Answer<pb::SearchItemsResponse> {
        let actor = actor_of(&request)?;
        let request = request.into_inner();
        let page = Page::of(request.page.as_ref())?;
        let found = search_items::search_items(&self.deps, &actor, &request, &page).await?;
        let (hits, page) = found.hits.split();
        let page = Some(counted(page, found.total));
        Ok(Response::new(pb::SearchItemsResponse { hits, page, catching_up: found.catching_up }))
    }

    async fn get_item(&self, request: Request<pb::GetItemRequest>) -> Answer<pb::GetItemResponse> {
        let actor = actor_of(&request)?;
        let found = get_item::get_item(&self.deps, &actor, request.get_ref().number).await?;
        Ok(Response::new(found))
    }

    async fn get_prices(&self, request: Request<pb::GetPricesRequest>) -> Answer<pb::GetPricesResponse> {
        let actor = actor_of(&request)?;
        let asked = asked::prices(request.get_ref())?;
        Ok(Response::new(get_prices::get_prices(&self.deps, &actor, asked).await?))
    }

    async fn propose_equivalences(
        &self,
        request: Request<pb::ProposeEquivalencesRequest>,
    ) -> Answer<Self::ProposeEquivalencesStream> {
        let actor = actor_of(&request)?;
        let threshold = request.get_ref().threshold_ppm;
        let (sender, receiver) = mpsc::channel(16);
        let deps = self.deps.clone();
        trace::spawn(async move {
            let teller = sender.clone();
            let told = Arc::new(move |progress| {
                // a caller that is slow or gone misses progress, never the end
                let _ = teller.try_send(Ok(progress));
            });
            let last = propose_equivalences::propose_equivalences(&deps, &actor, threshold, told).await;
            let _ = sender.send(last.map_err(Status::from)).await;
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }

    async fn list_proposals(
        &self,
        request: Request<pb::ListProposalsRequest>,
    ) -> Answer<pb::ListProposalsResponse> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let page = Page::of(request.page.as_ref())?;
        let item = (request.item > 0).then_some(request.item);
        let (found, total) = list_proposals::list_proposals(&self.deps, &actor, item, &page).await?;
        let (proposals, page) = found.split();
        Ok(Response::new(pb::ListProposalsResponse { proposals, page: Some(counted(page, total)) }))
    }

    async fn decide_equivalence(
        &self,
        request: Request<pb::DecideEquivalenceRequest>,
    ) -> Answer<pb::DecideEquivalenceResponse> {
        let actor = actor_of(&request)?;
        let (of, judged) = asked::judged(request.into_inner())?;
        let row = decide_equivalence::decide_equivalence(&self.deps, &actor, of, judged).await?;
        let decision = list_decisions::shown(&self.deps, &actor, &row).await?;
        Ok(Response::new(pb::DecideEquivalenceResponse { decision: Some(decision) }))
    }

    async fn revoke_equivalence(
        &self,
        request: Request<pb::RevokeEquivalenceRequest>,
    ) -> Answer<pb::RevokeEquivalenceResponse> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let (id, reason) = (request.decision_id.trim(), request.reason.as_str());
        let row = revoke_equivalence::revoke_equivalence(&self.deps, &actor, id, reason).await?;
        let decision = list_decisions::shown(&self.deps, &actor, &row).await?;
        Ok(Response::new(pb::RevokeEquivalenceResponse { decision: Some(decision) }))
    }

    async fn list_decisions(
        &self,
        request: Request<pb::ListDecisionsRequest>,
    ) -> Answer<pb::ListDecisionsResponse> {
        let actor = actor_of(&request)?;
        let page = Page::of(request.get_ref().page.as_ref())?;
        let (decisions, page) = list_decisions::list_decisions(&self.deps, &actor, &page).await?.split();
        Ok(Response::new(pb::ListDecisionsResponse { decisions, page }))
    }

    async fn get_spend_cube(
        &self,
        request: Request<pb::GetSpendCubeRequest>,
    ) -> Answer<pb::GetSpendCubeResponse> {
        let actor = actor_of(&request)?;
        let asked = asked::cube(request.get_ref())?;
        let cells = get_spend_cube::get_spend_cube(&self.deps, &actor, asked).await?;
        let total_pence = cells.iter().map(|(_, (pence, _))| pence).sum();
        let lines = cells.iter().map(|(_, (_, lines))| lines).sum();
        let cells = cells.into_iter().map(proto::spend_cell).collect();
        Ok(Response::new(pb::GetSpendCubeResponse { cells, total_pence, lines }))
    }

    async fn list_suppliers(
        &self,
        request: Request<pb::ListSuppliersRequest>,
    ) -> Answer<pb::ListSuppliersResponse> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let page = Page::of(request.page.as_ref())?;
        let least = usize::try_from(request.least_organisations).unwrap_or(usize::MAX);
        let (found, total) = list_suppliers::list_suppliers(&self.deps, &actor, least, &page).await?;
        let (suppliers, page) = found.map(proto::supplier).split();
        Ok(Response::new(pb::ListSuppliersResponse { suppliers, page: Some(counted(page, total)) }))
    }

    async fn list_supplier_proposals(
        &self,
        request: Request<pb::ListSupplierProposalsRequest>,
    ) -> Answer<pb::ListSupplierProposalsResponse> {
        let actor = actor_of(&request)?;
        let page = Page::of(request.get_ref().page.as_ref())?;
        let found = list_supplier_proposals::list_supplier_proposals(&self.deps, &actor, &page).await?;
        let (rows, decisions, total) = found;
        let (proposals, page) = rows.split();
        let page = Some(counted(page, total));
        Ok(Response::new(pb::ListSupplierProposalsResponse { proposals, decisions, page }))
    }

    async fn decide_suppliers(
        &self,
        request: Request<pb::DecideSuppliersRequest>,
    ) -> Answer<pb::DecideSuppliersResponse> {
        let actor = actor_of(&request)?;
        let request = request.into_inner();
        if request.revoke {
            decide_suppliers::revoke_suppliers(&self.deps, &actor, &request.one, &request.other).await?;
            return Ok(Response::new(pb::DecideSuppliersResponse { decision: None }));
        }
        let decision = Decision { one: request.one, other: request.other, same: request.same };
        let decision =
            decide_suppliers::decide_suppliers(&self.deps, &actor, decision, &request.reason).await?;
        Ok(Response::new(pb::DecideSuppliersResponse { decision: Some(decision) }))
    }

    async fn list_variance(
        &self,
        request: Request<pb::ListVarianceRequest>,
    ) -> Answer<pb::ListVarianceResponse> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let page = Page::of(request.page.as_ref())?;
        let organisation = asked::organisation(&request.organisation);
        let found = list_variance::list_variance(&self.deps, &actor, &organisation, &page).await?;
        let (rows, page) = found.rows.split();
        Ok(Response::new(pb::ListVarianceResponse {
            rows,
            opportunity_pence: found.opportunity,
            unconfirmed_pence: found.unconfirmed,
            unconfirmed_pairs: found.unconfirmed_pairs,
            quarantine: found.quarantine,
            page: Some(counted(page, found.total)),
        }))
    }

    async fn open_round(&self, request: Request<pb::OpenRoundRequest>) -> Answer<pb::OpenRoundResponse> {
        let actor = actor_of(&request)?;
        let round = open_round::open_round(&self.deps, &actor, request.into_inner()).await?;
        Ok(Response::new(pb::OpenRoundResponse { round: Some(round) }))
    }

    async fn act_on_round(&self, request: Request<pb::ActOnRoundRequest>) -> Answer<pb::ActOnRoundResponse> {
        let actor = actor_of(&request)?;
        let request = request.into_inner();
        let action =
            request.action.ok_or_else(|| Error::bad_request("say what is to be done in the round"))?;
        let round = act_on_round::act_on_round(&self.deps, &actor, request.round_id.trim(), action).await?;
        Ok(Response::new(pb::ActOnRoundResponse { round: Some(round) }))
    }

    async fn get_round(&self, request: Request<pb::GetRoundRequest>) -> Answer<pb::GetRoundResponse> {
        let actor = actor_of(&request)?;
        let round = get_round::get_round(&self.deps, &actor, request.get_ref().round_id.trim()).await?;
        Ok(Response::new(pb::GetRoundResponse { round: Some(round) }))
    }

    async fn list_rounds(&self, request: Request<pb::ListRoundsRequest>) -> Answer<pb::ListRoundsResponse> {
        let actor = actor_of(&request)?;
        let page = Page::of(request.get_ref().page.as_ref())?;
        let (rounds, page) = list_rounds::list_rounds(&self.deps, &actor, &page).await?.split();
        Ok(Response::new(pb::ListRoundsResponse { rounds, page }))
    }

    async fn list_realised_prices(
        &self,
        request: Request<pb::ListRealisedPricesRequest>,
    ) -> Answer<pb::ListRealisedPricesResponse> {
        let actor = actor_of(&request)?;
        let id = request.get_ref().round_id.trim();
        let found = list_realised_prices::list_realised_prices(&self.deps, &actor, id).await?;
        Ok(Response::new(found))
    }

    async fn list_purchases(
        &self,
        request: Request<pb::ListPurchasesRequest>,
    ) -> Answer<pb::ListPurchasesResponse> {
        let actor = actor_of(&request)?;
        let page = Page::of(request.get_ref().page.as_ref())?;
        let asked = asked::purchases(request.get_ref())?;
        let found = list_purchases::list_purchases(&self.deps, &actor, asked, &page).await?;
        let (lines, page) = found.split();
        Ok(Response::new(pb::ListPurchasesResponse { lines, page }))
    }

    async fn export_catalogue(
        &self,
        request: Request<pb::ExportCatalogueRequest>,
    ) -> Answer<Self::ExportCatalogueStream> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let organisation = asked::organisation(&request.organisation);
        let wanted = (request.kind.trim(), request.format.trim(), organisation.as_str());
        let (mut file_name, content) = export_catalogue::export_catalogue(&self.deps, &actor, wanted).await?;
        let pieces: Vec<Result<pb::ExportCatalogueResponse, Status>> = content
            .chunks(PIECE)
            .map(|piece| {
                let file_name = std::mem::take(&mut file_name);
                Ok(pb::ExportCatalogueResponse { file_name, content: piece.to_vec() })
            })
            .collect();
        Ok(Response::new(Box::pin(futures::stream::iter(pieces))))
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
