//! Calls about bank and agency. Where the service is away, only these pages suffer, and the error says so.

use futures::FutureExt as _;
use muster_kit::{Error, ErrorCode, Result, rpc::unary};
use muster_proto::{
    agency::v1::{self as pb, agency_service_client::AgencyServiceClient},
    common::v1::{ImportRecord, PageRequest},
};
use tonic::{Code, Response, Status, Streaming};

use super::{Caller, MOST_ROWS, next, page, unless_away};

/// Rows of a page of returns and overrides: the newest.
const NEWEST: u32 = 500;

/// What of published spend is wanted; empty = all.
#[derive(Clone, Copy, Default)]
pub(crate) struct Months<'a> {
    pub(crate) from: &'a str,
    pub(crate) until: &'a str,
}

/// An error of the agency context.
pub(crate) fn without_agency(status: Status) -> Error {
    unless_away(status, "bank and agency cannot be reached; every other page works without them")
}

pub(super) fn told<T>(answer: Result<Response<T>, Status>) -> Result<T> {
    answer.map(Response::into_inner).map_err(without_agency)
}

impl Caller<'_> {
    pub(super) fn agency(&self) -> AgencyServiceClient<muster_kit::rpc::Channel> {
        self.deps.agency.clone()
    }

    /// Imports of bank and agency, newest first; nothing when they are away.
    pub(crate) async fn agency_imports(&self) -> Result<Option<Vec<ImportRecord>>> {
        let wanted = Some(PageRequest { size: NEWEST, token: String::new() });
        let request = pb::ListImportsRequest { page: wanted };
        match told(self.agency().list_imports(unary(self.actor, request)).await) {
            Ok(answer) => Ok(Some(answer.imports)),
            Err(error) if error.code() == ErrorCode::Unavailable => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Months of shift lines of an organisation, or of all.
    pub(crate) async fn spend_table(
        &self,
        organisation: &str,
        months: Months<'_>,
    ) -> Result<pb::GetSpendTableResponse> {
        let request = pb::GetSpendTableRequest {
            organisation: organisation.to_owned(),
            from: months.from.to_owned(),
            until: months.until.to_owned(),
        };
        told(self.agency().get_spend_table(unary(self.actor, request)).await)
    }

    /// The year of an organisation up to a month against its ceiling; nothing when no month is known.
    pub(crate) async fn projection(
        &self,
        organisation: &str,
        until: &str,
    ) -> Result<Option<pb::GetProjectionResponse>> {
        let request = pb::GetProjectionRequest {
            organisation: organisation.to_owned(),
            until: until.to_owned(),
            ..Default::default()
        };
        let answer = self.agency().get_projection(unary(self.actor, request)).map(told).await;
        match answer {
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            answer => answer.map(Some),
        }
    }

    /// Published spend by payer, month, what it is for and supplier.
    pub(crate) async fn published_spend(&self, months: Months<'_>) -> Result<Vec<pb::SpendSum>> {
        let request = pb::ListSpendRequest {
            from: months.from.to_owned(),
            until: months.until.to_owned(),
            by_supplier: true,
        };
        Ok(told(self.agency().list_spend(unary(self.actor, request)).await)?.sums)
    }

    /// Versions of weekly returns, newest week first.
    pub(crate) async fn weekly_returns(&self, organisation: &str) -> Result<Vec<pb::ReturnHead>> {
        let page = Some(PageRequest { size: NEWEST, token: String::new() });
        let request = pb::ListReturnsRequest { organisation: organisation.to_owned(), page };
        Ok(told(self.agency().list_returns(unary(self.actor, request)).await)?.returns)
    }

    /// A weekly return.
    pub(crate) async fn weekly_return(&self, request: pb::GetReturnRequest) -> Result<pb::GetReturnResponse> {
        told(self.agency().get_return(unary(self.actor, request)).await)
    }

    /// A weekly return as a file.
    pub(crate) async fn export_return(
        &self,
        request: pb::ExportReturnRequest,
    ) -> Result<Streaming<pb::ExportReturnResponse>> {
        told(self.agency().export_return(unary(self.actor, request)).await)
    }

    /// Stands for the figures of a week as they are now.
    pub(crate) async fn attest(&self, key: pb::ReturnKey) -> Result<pb::ReturnHead> {
        let request = pb::AttestReturnRequest { key: Some(key) };
        let answer = told(self.agency().attest_return(unary(self.actor, request)).await)?;
        Ok(answer.head.unwrap_or_default())
    }

    /// Submits the version that was attested.
    pub(crate) async fn close(&self, key: pb::ReturnKey) -> Result<pb::ReturnHead> {
        let request = pb::CloseReturnRequest { key: Some(key) };
        let answer = told(self.agency().close_return(unary(self.actor, request)).await)?;
        Ok(answer.head.unwrap_or_default())
    }

    /// Overrides, newest first.
    pub(crate) async fn overrides(&self) -> Result<Vec<pb::Override>> {
        let page = Some(PageRequest { size: NEWEST, token: String::new() });
        let request = pb::ListOverridesRequest { organisation: String::new(), page };
        Ok(told(self.agency().list_overrides(unary(self.actor, request)).await)?.overrides)
    }

    /// Asks for an override.
    pub(crate) async fn request_override(&self, request: pb::OverrideRequest) -> Result<()> {
        let request = pb::RequestOverrideRequest { request: Some(request) };
        told(self.agency().request_override(unary(self.actor, request)).await).map(drop)
    }

    /// Gives or refuses leave.
    pub(crate) async fn decide_override(&self, override_id: &str, approve: bool) -> Result<()> {
        let request = pb::DecideOverrideRequest { override_id: override_id.to_owned(), approve };
        told(self.agency().decide_override(unary(self.actor, request)).await).map(drop)
    }

    /// How published caps compare with the formula.
    pub(crate) async fn cap_check(&self) -> Result<pb::CheckCapsResponse> {
        told(self.agency().check_caps(unary(self.actor, pb::CheckCapsRequest {})).await)
    }

    /// Columns and rows of a kind of rules: those that are shipped, or those that were imported. Nothing when there is no such
    /// kind.
    pub(crate) async fn rules(&self, kind: &str, shipped: bool) -> Result<Option<pb::ListRulesResponse>> {
        let mut all = pb::ListRulesResponse::default();
        let mut token = String::new();
        loop {
            let request = pb::ListRulesRequest { kind: kind.to_owned(), shipped, page: Some(page(&token)) };
            let answer = match self.agency().list_rules(unary(self.actor, request)).await {
                Err(status) if status.code() == Code::InvalidArgument => return Ok(None),
                answer => told(answer)?,
            };
            all.columns = answer.columns;
            all.rows.extend(answer.rows);
            token = next(answer.page);
            if token.is_empty() || all.rows.len() >= MOST_ROWS {
                return Ok(Some(all));
            }
        }
    }

    /// What the directory calls an organisation; its code where it knows none, or is away.
    pub(crate) async fn name_of(&self, code: &str) -> String {
        let found = self.organisation(code, "").await;
        let name = found.ok().and_then(|found| found.organisation).map(|found| found.name);
        name.filter(|name| !name.is_empty()).unwrap_or_else(|| code.to_owned())
    }
}
