//! Calls about procurement. Where the catalogue is away, only these pages suffer, and the error says so.

use muster_kit::{
    Error, ErrorCode, Result,
    rpc::{on_behalf, unary},
};
use muster_proto::{
    catalogue::v1::{
        self as pb, act_on_round_request::Action, catalogue_service_client::CatalogueServiceClient,
    },
    common::v1::{ImportRecord, PageRequest},
};
use tonic::{Response, Status, Streaming};

use super::{Caller, MOST_ROWS, next, page, unless_away};

/// Rows of a page of imports, decisions and rounds: the newest.
const NEWEST: u32 = 500;

/// An error of the catalogue.
pub(crate) fn without_catalogue(status: Status) -> Error {
    unless_away(status, "the catalogue cannot be reached; every other page works without it")
}

fn told<T>(answer: Result<Response<T>, Status>) -> Result<T> {
    answer.map(Response::into_inner).map_err(without_catalogue)
}

/// What an account may not see, or what cannot be asked for yet, is nothing.
pub(crate) fn if_allowed<T>(answer: Result<T>) -> Result<Option<T>> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error)
            if matches!(error.code(), ErrorCode::Forbidden | ErrorCode::NotFound | ErrorCode::BadRequest) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// A page of so many rows from a token.
pub(crate) fn rows(size: u32, token: &str) -> PageRequest {
    PageRequest { size, token: token.to_owned() }
}

impl Caller<'_> {
    fn catalogue(&self) -> CatalogueServiceClient<muster_kit::rpc::Channel> {
        self.deps.catalogue.clone()
    }

    /// Imports of the catalogue, newest first; nothing when it is away.
    pub(crate) async fn catalogue_imports(&self) -> Result<Option<Vec<ImportRecord>>> {
        let request = pb::ListImportsRequest { page: Some(rows(NEWEST, "")) };
        match told(self.catalogue().list_imports(unary(self.actor, request)).await) {
            Ok(answer) => Ok(Some(answer.imports)),
            Err(error) if error.code() == ErrorCode::Unavailable => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Items, best first.
    pub(crate) async fn search_items(
        &self,
        request: pb::SearchItemsRequest,
    ) -> Result<pb::SearchItemsResponse> {
        told(self.catalogue().search_items(unary(self.actor, request)).await)
    }

    /// One item with what belongs to it.
    pub(crate) async fn item(&self, number: i64) -> Result<pb::GetItemResponse> {
        told(self.catalogue().get_item(unary(self.actor, pb::GetItemRequest { number })).await)
    }

    /// The price in force of an own item.
    pub(crate) async fn prices(&self, request: pb::GetPricesRequest) -> Result<pb::GetPricesResponse> {
        told(self.catalogue().get_prices(unary(self.actor, request)).await)
    }

    /// Looks for pairs; what came of it is the last that is told.
    pub(crate) async fn propose_equivalences(&self) -> Result<pb::ProposeEquivalencesResponse> {
        let request = on_behalf(self.actor, pb::ProposeEquivalencesRequest::default());
        let mut stream = told(self.catalogue().propose_equivalences(request).await)?;
        let mut last = None;
        while let Some(message) = stream.message().await.map_err(without_catalogue)? {
            last = Some(message);
        }
        last.ok_or_else(|| Error::unavailable("the search for pairs ended without a report"))
    }

    /// Proposals that wait.
    pub(crate) async fn proposals(&self, size: u32, token: &str) -> Result<pb::ListProposalsResponse> {
        let request = pb::ListProposalsRequest { item: 0, page: Some(rows(size, token)) };
        told(self.catalogue().list_proposals(unary(self.actor, request)).await)
    }

    /// Decides on a pair.
    pub(crate) async fn decide_equivalence(&self, request: pb::DecideEquivalenceRequest) -> Result<()> {
        told(self.catalogue().decide_equivalence(unary(self.actor, request)).await).map(drop)
    }

    /// Takes a decision back.
    pub(crate) async fn revoke_equivalence(&self, decision_id: &str, reason: &str) -> Result<()> {
        let (decision_id, reason) = (decision_id.to_owned(), reason.to_owned());
        let request = pb::RevokeEquivalenceRequest { decision_id, reason };
        told(self.catalogue().revoke_equivalence(unary(self.actor, request)).await).map(drop)
    }

    /// Decisions, newest first.
    pub(crate) async fn decisions(&self, size: u32, token: &str) -> Result<pb::ListDecisionsResponse> {
        let request = pb::ListDecisionsRequest { page: Some(rows(size, token)) };
        told(self.catalogue().list_decisions(unary(self.actor, request)).await)
    }

    /// All decisions, for a file.
    pub(crate) async fn all_decisions(&self) -> Result<Vec<pb::Decision>> {
        let (mut all, mut token) = (Vec::new(), String::new());
        loop {
            let answer = self.decisions(page("").size, &token).await?;
            all.extend(answer.decisions);
            token = next(answer.page);
            if token.is_empty() || all.len() >= MOST_ROWS {
                return Ok(all);
            }
        }
    }

    /// Spend along some sides of the cube.
    pub(crate) async fn spend_cube(
        &self,
        request: pb::GetSpendCubeRequest,
    ) -> Result<pb::GetSpendCubeResponse> {
        told(self.catalogue().get_spend_cube(unary(self.actor, request)).await)
    }

    /// Suppliers that at least so many organisations pay.
    pub(crate) async fn suppliers(
        &self,
        least_organisations: u32,
        (size, token): (u32, &str),
    ) -> Result<pb::ListSuppliersResponse> {
        let request = pb::ListSuppliersRequest { least_organisations, page: Some(rows(size, token)) };
        told(self.catalogue().list_suppliers(unary(self.actor, request)).await)
    }

    /// All such suppliers, for a file.
    pub(crate) async fn all_suppliers(&self, least_organisations: u32) -> Result<Vec<pb::Supplier>> {
        let (mut all, mut token) = (Vec::new(), String::new());
        loop {
            let answer = self.suppliers(least_organisations, (page("").size, &token)).await?;
            all.extend(answer.suppliers);
            token = next(answer.page);
            if token.is_empty() || all.len() >= MOST_ROWS {
                return Ok(all);
            }
        }
    }

    /// Pairs of suppliers that might be one, and what was decided.
    pub(crate) async fn supplier_proposals(
        &self,
        size: u32,
        token: &str,
    ) -> Result<pb::ListSupplierProposalsResponse> {
        let request = pb::ListSupplierProposalsRequest { page: Some(rows(size, token)) };
        told(self.catalogue().list_supplier_proposals(unary(self.actor, request)).await)
    }

    /// Decides on two suppliers, or takes that back.
    pub(crate) async fn decide_suppliers(&self, request: pb::DecideSuppliersRequest) -> Result<()> {
        told(self.catalogue().decide_suppliers(unary(self.actor, request)).await).map(drop)
    }

    /// A page of variance.
    pub(crate) async fn variance(
        &self,
        organisation: &str,
        (size, token): (u32, &str),
    ) -> Result<pb::ListVarianceResponse> {
        let request =
            pb::ListVarianceRequest { organisation: organisation.to_owned(), page: Some(rows(size, token)) };
        told(self.catalogue().list_variance(unary(self.actor, request)).await)
    }

    /// All of it, for a file.
    pub(crate) async fn all_variance(&self, organisation: &str) -> Result<pb::ListVarianceResponse> {
        let mut all = self.variance(organisation, (page("").size, "")).await?;
        let mut token = next(all.page.take());
        while !token.is_empty() && all.rows.len() < MOST_ROWS {
            let mut more = self.variance(organisation, (page("").size, &token)).await?;
            all.rows.append(&mut more.rows);
            token = next(more.page);
        }
        Ok(all)
    }

    /// Rounds, newest first.
    pub(crate) async fn rounds(&self) -> Result<Vec<pb::Round>> {
        let request = pb::ListRoundsRequest { page: Some(rows(NEWEST, "")) };
        Ok(told(self.catalogue().list_rounds(unary(self.actor, request)).await)?.rounds)
    }

    /// Opens a round.
    pub(crate) async fn open_round(&self, request: pb::OpenRoundRequest) -> Result<pb::Round> {
        let answer = told(self.catalogue().open_round(unary(self.actor, request)).await)?;
        Ok(answer.round.unwrap_or_default())
    }

    /// One round.
    pub(crate) async fn round(&self, round_id: &str) -> Result<pb::Round> {
        let request = pb::GetRoundRequest { round_id: round_id.to_owned() };
        let answer = told(self.catalogue().get_round(unary(self.actor, request)).await)?;
        answer.round.ok_or_else(|| Error::not_found(format!("there is no round `{round_id}`")))
    }

    /// Does something in a round.
    pub(crate) async fn act_on_round(&self, round_id: &str, action: Action) -> Result<()> {
        let request = pb::ActOnRoundRequest { round_id: round_id.to_owned(), action: Some(action) };
        told(self.catalogue().act_on_round(unary(self.actor, request)).await).map(drop)
    }

    /// What was paid after awards.
    pub(crate) async fn realised_prices(&self, round_id: &str) -> Result<pb::ListRealisedPricesResponse> {
        let request = pb::ListRealisedPricesRequest { round_id: round_id.to_owned() };
        told(self.catalogue().list_realised_prices(unary(self.actor, request)).await)
    }

    /// The catalogue as a file.
    pub(crate) async fn export_catalogue(
        &self,
        request: pb::ExportCatalogueRequest,
    ) -> Result<Streaming<pb::ExportCatalogueResponse>> {
        told(self.catalogue().export_catalogue(unary(self.actor, request)).await)
    }
}
