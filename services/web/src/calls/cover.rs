//! Calls about cover: what the forecast gap would need, what was used, where rates move, and who could fill what.

use muster_kit::{Error, Result, rpc::unary};
use muster_proto::{agency::v1 as pb, staffing::v1 as staffing};
use tonic::{Code, Response, Status};

use super::{Caller, MOST_ROWS, Months, agency::told, next, page};

impl Caller<'_> {
    /// Cover that the forecast gaps would need.
    pub(crate) async fn cover(&self, request: pb::ListCoverRequest) -> Result<pb::ListCoverResponse> {
        told(self.agency().list_cover(unary(self.actor, request)).await)
    }

    /// Where an hour of the bank costs as much all-in as one of an agency, or more.
    pub(crate) async fn inversions(
        &self,
        organisation: &str,
        months: Months<'_>,
    ) -> Result<pb::ListInversionsResponse> {
        let request = pb::ListInversionsRequest {
            organisation: organisation.to_owned(),
            from: months.from.to_owned(),
            until: months.until.to_owned(),
        };
        told(self.agency().list_inversions(unary(self.actor, request)).await)
    }

    /// Steps in rates, newest first.
    pub(crate) async fn drifts(&self) -> Result<Vec<pb::RateDrift>> {
        let mut drifts = Vec::new();
        let mut token = String::new();
        loop {
            let request = pb::ListDriftsRequest { page: Some(page(&token)) };
            let answer = told(self.agency().list_drifts(unary(self.actor, request)).await)?;
            drifts.extend(answer.drifts);
            token = next(answer.page);
            if token.is_empty() || drifts.len() >= MOST_ROWS {
                return Ok(drifts);
            }
        }
    }

    /// An allocation of the shared bank; nothing is booked.
    pub(crate) async fn propose(
        &self,
        request: pb::ProposeSharedBankRequest,
    ) -> Result<pb::ProposeSharedBankResponse> {
        told(self.agency().propose_shared_bank(unary(self.actor, request)).await)
    }

    /// What homes recharge to hosts, every month.
    pub(crate) async fn recharges(&self) -> Result<Vec<pb::RechargeRow>> {
        let request = pb::ListRechargesRequest::default();
        Ok(told(self.agency().list_recharges(unary(self.actor, request)).await)?.rows)
    }

    /// Cover that organisations used; nothing where nobody can say.
    pub(crate) async fn observed_cover(&self) -> Result<Vec<staffing::ObservedCover>> {
        let request = staffing::ListObservedCoverRequest::default();
        let answer = self.deps.staffing.clone().list_observed_cover(unary(self.actor, request)).await;
        Ok(if_told(answer.map(Response::into_inner))?.unwrap_or_default().rows)
    }
}

/// What a page can do without: nothing where the service is away, or older than the call.
fn if_told<T>(answer: Result<T, Status>) -> Result<Option<T>> {
    match answer {
        Ok(told) => Ok(Some(told)),
        Err(status) if matches!(status.code(), Code::Unavailable | Code::Unimplemented) => Ok(None),
        Err(status) => Err(Error::from(status)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_that_is_away_or_older_is_no_error_and_any_other_refusal_is() {
        assert_eq!(if_told(Ok(7)).unwrap(), Some(7));
        for status in [Status::unavailable("away"), Status::unimplemented("older")] {
            assert_eq!(if_told::<u8>(Err(status)).unwrap(), None);
        }
        assert!(if_told::<u8>(Err(Status::permission_denied("no"))).is_err());
    }
}
