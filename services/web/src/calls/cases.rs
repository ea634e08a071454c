//! Calls about business cases, the sharing of gains and recharges.

use muster_kit::{Result, rpc::unary};
use muster_proto::backoffice::v1 as pb;

use super::{Caller, MOST_ROWS, back_office::told, next, page};

impl Caller<'_> {
    /// Business cases by name.
    pub(crate) async fn cases(&self) -> Result<Vec<pb::CaseHead>> {
        let (mut all, mut token) = (Vec::new(), String::new());
        loop {
            let request = pb::ListCasesRequest { page: Some(page(&token)) };
            let answer = told(self.back_office().list_cases(unary(self.actor, request)).await)?;
            all.extend(answer.cases);
            token = next(answer.page);
            if token.is_empty() || all.len() >= MOST_ROWS {
                return Ok(all);
            }
        }
    }

    /// A case worked out.
    pub(crate) async fn case(&self, request: pb::GetCaseRequest) -> Result<pb::GetCaseResponse> {
        told(self.back_office().get_case(unary(self.actor, request)).await)
    }

    /// Approves an option of a case, or takes its approval back.
    pub(crate) async fn decide_case(&self, request: pb::DecideCaseRequest) -> Result<pb::CaseHead> {
        let answer = told(self.back_office().decide_case(unary(self.actor, request)).await)?;
        Ok(answer.case.unwrap_or_default())
    }

    /// Stored sharings of a gain, by title.
    pub(crate) async fn sharings(&self) -> Result<Vec<pb::GainSharingHead>> {
        let (mut all, mut token) = (Vec::new(), String::new());
        loop {
            let request = pb::ListGainSharingsRequest { page: Some(page(&token)) };
            let answer = told(self.back_office().list_gain_sharings(unary(self.actor, request)).await)?;
            all.extend(answer.sharings);
            token = next(answer.page);
            if token.is_empty() || all.len() >= MOST_ROWS {
                return Ok(all);
            }
        }
    }

    /// A sharing worked out.
    pub(crate) async fn sharing(&self, title: &str) -> Result<pb::GetGainSharingResponse> {
        let request = pb::GetGainSharingRequest { title: title.to_owned() };
        told(self.back_office().get_gain_sharing(unary(self.actor, request)).await)
    }

    /// Quarters of a shared service, or of all, newest first within each.
    pub(crate) async fn recharge_quarters(&self, service: &str) -> Result<Vec<pb::RechargeQuarter>> {
        let (mut all, mut token) = (Vec::new(), String::new());
        loop {
            let request = pb::ListRechargesRequest { service: service.to_owned(), page: Some(page(&token)) };
            let answer = told(self.back_office().list_recharges(unary(self.actor, request)).await)?;
            all.extend(answer.quarters);
            token = next(answer.page);
            if token.is_empty() || all.len() >= MOST_ROWS {
                return Ok(all);
            }
        }
    }
}
