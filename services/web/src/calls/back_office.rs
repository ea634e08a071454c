//! Calls about the back office. Where the service is away, only these pages suffer, and the error says so.

use muster_kit::{
    Error, ErrorCode, Result,
    rpc::{Channel, on_behalf, unary},
};
use muster_proto::{
    backoffice::v1::{self as pb, backoffice_service_client::BackofficeServiceClient},
    common::v1::ImportRecord,
};
use tonic::{Code, Response, Status, Streaming};

use super::{Caller, MOST_ROWS, next, page, rows_of, unless_away};

/// Rows of a page of imports and editions: the newest.
const NEWEST: u32 = 500;

/// An error of the back office.
pub(crate) fn without_back_office(status: Status) -> Error {
    unless_away(status, "the back office cannot be reached; every other page works without it")
}

pub(super) fn told<T>(answer: Result<Response<T>, Status>) -> Result<T> {
    answer.map(Response::into_inner).map_err(without_back_office)
}

/// Which claims are wanted; empty is all.
#[derive(Clone, Copy, Default)]
pub(crate) struct ClaimsWanted<'a> {
    pub(crate) organisation: &'a str,
    pub(crate) state: pb::ClaimState,
    pub(crate) undecided: bool,
}

/// What the service gives, or that it knows the question and cannot answer it yet.
pub(crate) enum Answered<T> {
    Told(T),
    NotYet,
}

impl Caller<'_> {
    pub(super) fn back_office(&self) -> BackofficeServiceClient<Channel> {
        self.deps.backoffice.clone()
    }

    /// Imports of the back office, newest first; nothing when it is away.
    pub(crate) async fn back_office_imports(&self) -> Result<Option<Vec<ImportRecord>>> {
        let request = pb::ListImportsRequest { page: Some(rows_of(NEWEST)) };
        match told(self.back_office().list_imports(unary(self.actor, request)).await) {
            Ok(answer) => Ok(Some(answer.imports)),
            Err(error) if error.code() == ErrorCode::Unavailable => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The board at the end of a month, or of the last that came.
    pub(crate) async fn board(&self, as_of: &str) -> Result<pb::GetBoardResponse> {
        let request = pb::GetBoardRequest { as_of: as_of.to_owned() };
        told(self.back_office().get_board(unary(self.actor, request)).await)
    }

    /// Every scheme of an organisation, or of all, with the month at whose end they stand.
    pub(crate) async fn schemes(
        &self,
        organisation: &str,
        as_of: &str,
    ) -> Result<(Vec<pb::SchemeLine>, String)> {
        let (mut all, mut token) = (Vec::new(), String::new());
        loop {
            let request = pb::ListSchemesRequest {
                organisation: organisation.to_owned(),
                as_of: as_of.to_owned(),
                page: Some(page(&token)),
            };
            let answer = told(self.back_office().list_schemes(unary(self.actor, request)).await)?;
            all.extend(answer.schemes);
            token = next(answer.page);
            if token.is_empty() || all.len() >= MOST_ROWS {
                return Ok((all, answer.as_of));
            }
        }
    }

    /// Claims, newest first.
    pub(crate) async fn claims(&self, wanted: ClaimsWanted<'_>) -> Result<Vec<pb::Claim>> {
        let (mut all, mut token) = (Vec::new(), String::new());
        loop {
            let request = pb::ListClaimsRequest {
                organisation: wanted.organisation.to_owned(),
                state: wanted.state.into(),
                undecided: wanted.undecided,
                page: Some(page(&token)),
            };
            let answer = told(self.back_office().list_claims(unary(self.actor, request)).await)?;
            all.extend(answer.claims);
            token = next(answer.page);
            if token.is_empty() || all.len() >= MOST_ROWS {
                return Ok(all);
            }
        }
    }

    /// Claims a saving, or takes a proposed claim on.
    pub(crate) async fn claim_saving(&self, request: pb::ClaimSavingRequest) -> Result<pb::Claim> {
        let answer = told(self.back_office().claim_saving(unary(self.actor, request)).await)?;
        Ok(answer.claim.unwrap_or_default())
    }

    /// Attests a claim against a line of the ledger.
    pub(crate) async fn attest_claim(&self, request: pb::AttestClaimRequest) -> Result<pb::Claim> {
        let answer = told(self.back_office().attest_claim(unary(self.actor, request)).await)?;
        Ok(answer.claim.unwrap_or_default())
    }

    /// Rejects a claim, or takes its attestation back.
    pub(crate) async fn reject_claim(&self, claim_id: &str, reason: &str) -> Result<pb::Claim> {
        let request = pb::RejectClaimRequest { claim_id: claim_id.to_owned(), reason: reason.to_owned() };
        let answer = told(self.back_office().reject_claim(unary(self.actor, request)).await)?;
        Ok(answer.claim.unwrap_or_default())
    }

    /// Lines of the plan that came by themselves, of one nature or of all.
    pub(crate) async fn plan_lines(&self, nature: &str) -> Result<Vec<pb::PlanLine>> {
        let (mut all, mut token) = (Vec::new(), String::new());
        loop {
            let request = pb::ListPlanLinesRequest { nature: nature.to_owned(), page: Some(page(&token)) };
            let answer = told(self.back_office().list_plan_lines(unary(self.actor, request)).await)?;
            all.extend(answer.lines);
            token = next(answer.page);
            if token.is_empty() || all.len() >= MOST_ROWS {
                return Ok(all);
            }
        }
    }

    /// Benchmarks beside their peers.
    pub(crate) async fn benchmarks(
        &self,
        request: pb::ListBenchmarksRequest,
    ) -> Result<pb::ListBenchmarksResponse> {
        told(self.back_office().list_benchmarks(unary(self.actor, request)).await)
    }

    /// The affordability bridge.
    pub(crate) async fn bridge(&self, request: pb::GetBridgeRequest) -> Result<pb::GetBridgeResponse> {
        told(self.back_office().get_bridge(unary(self.actor, request)).await)
    }

    /// Freezes an edition.
    pub(crate) async fn freeze_edition(&self, request: pb::FreezeEditionRequest) -> Result<pb::EditionHead> {
        let answer = told(self.back_office().freeze_edition(unary(self.actor, request)).await)?;
        Ok(answer.edition.unwrap_or_default())
    }

    /// Editions, newest first, at most the newest 500.
    pub(crate) async fn editions(&self) -> Result<Vec<pb::EditionHead>> {
        let request = pb::ListEditionsRequest { page: Some(rows_of(NEWEST)) };
        Ok(told(self.back_office().list_editions(unary(self.actor, request)).await)?.editions)
    }

    /// An edition with its figures, of one prefix or all.
    pub(crate) async fn edition(&self, request: pb::GetEditionRequest) -> Result<pb::GetEditionResponse> {
        told(self.back_office().get_edition(unary(self.actor, request)).await)
    }

    /// What is other between two editions.
    pub(crate) async fn diff_editions(
        &self,
        request: pb::DiffEditionsRequest,
    ) -> Result<pb::DiffEditionsResponse> {
        told(self.back_office().diff_editions(unary(self.actor, request)).await)
    }

    /// Whether an edition is what was frozen.
    pub(crate) async fn verify_edition(&self, number: i64) -> Result<pb::VerifyEditionResponse> {
        let request = pb::VerifyEditionRequest { number };
        told(self.back_office().verify_edition(unary(self.actor, request)).await)
    }

    /// An edition as a document: its first piece, so that what is wrong is a page and no broken file, and the rest.
    pub(crate) async fn export_edition(
        &self,
        request: pb::ExportEditionRequest,
    ) -> Result<Answered<(pb::ExportEditionResponse, Streaming<pb::ExportEditionResponse>)>> {
        let begun = async {
            let mut pieces =
                self.back_office().export_edition(on_behalf(self.actor, request)).await?.into_inner();
            let first = pieces.message().await?.unwrap_or_default();
            Ok((first, pieces))
        };
        self.unless_unknown(begun.await).await
    }

    /// What made a figure.
    pub(crate) async fn trace_figure(
        &self,
        request: pb::TraceFigureRequest,
    ) -> Result<Answered<pb::TraceFigureResponse>> {
        let answer = self.back_office().trace_figure(unary(self.actor, request)).await;
        self.unless_unknown(answer.map(Response::into_inner)).await
    }

    /// A call that is not known may be one of a service that does not run, or of one that runs without it.
    async fn unless_unknown<T>(&self, answer: Result<T, Status>) -> Result<Answered<T>> {
        match answer {
            Ok(answer) => Ok(Answered::Told(answer)),
            Err(status) if status.code() == Code::Unimplemented => {
                let request = pb::ListEditionsRequest { page: Some(rows_of(1)) };
                told(self.back_office().list_editions(unary(self.actor, request)).await)?;
                Ok(Answered::NotYet)
            }
            Err(status) => Err(without_back_office(status)),
        }
    }
}
