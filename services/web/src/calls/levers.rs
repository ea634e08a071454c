//! Calls about what could be done: scenarios, what decides the answer, plans; and runs as files.

use muster_kit::{
    Error, Result,
    page::MAX_SIZE,
    rpc::{on_behalf, unary},
};
use muster_proto::{common::v1::PageRequest, staffing::v1 as staffing};
use tonic::Streaming;

use super::Caller;

impl Caller<'_> {
    /// The shipped scenarios, do-nothing first.
    pub(crate) async fn scenarios(&self) -> Result<Vec<staffing::Scenario>> {
        let request = staffing::ListScenariosRequest {
            page: Some(PageRequest { size: MAX_SIZE, token: String::new() }),
        };
        let answer = self.deps.staffing.clone().list_scenarios(unary(self.actor, request)).await?;
        Ok(answer.into_inner().scenarios)
    }

    /// Two scenarios side by side.
    pub(crate) async fn compare(
        &self,
        request: staffing::CompareScenariosRequest,
    ) -> Result<staffing::CompareScenariosResponse> {
        let answer = self.deps.staffing.clone().compare_scenarios(unary(self.actor, request)).await?;
        Ok(answer.into_inner())
    }

    /// What decides one gap.
    pub(crate) async fn sensitivity(
        &self,
        request: staffing::GetSensitivityRequest,
    ) -> Result<staffing::GetSensitivityResponse> {
        let answer = self.deps.staffing.clone().get_sensitivity(unary(self.actor, request)).await?;
        Ok(answer.into_inner())
    }

    /// The least-cost mix of levers. Whoever stops waiting stops the work.
    pub(crate) async fn plan(&self, request: staffing::PlanLeversRequest) -> Result<staffing::LeverPlan> {
        use staffing::plan_levers_response::Event;
        let mut told =
            self.deps.staffing.clone().plan_levers(on_behalf(self.actor, request)).await?.into_inner();
        while let Some(message) = told.message().await? {
            if let Some(Event::Result(plan)) = message.event {
                return Ok(plan);
            }
        }
        Err(Error::unavailable("the plan ended without a result"))
    }

    /// What patients count for: lists weighted by what is asked.
    pub(crate) async fn weighted_lists(
        &self,
        request: staffing::GetWeightedListsRequest,
    ) -> Result<staffing::GetWeightedListsResponse> {
        let answer = self.deps.staffing.clone().get_weighted_lists(unary(self.actor, request)).await?;
        Ok(answer.into_inner())
    }

    /// Nurses and doctors of trusts in the years after the last count.
    pub(crate) async fn trusts(
        &self,
        request: staffing::ForecastTrustsRequest,
    ) -> Result<staffing::ForecastTrustsResponse> {
        let answer = self.deps.staffing.clone().forecast_trusts(unary(self.actor, request)).await?;
        Ok(answer.into_inner())
    }

    /// The staff of trusts as it was counted, one page of what all that are there.
    pub(crate) async fn trust_workforce(&self) -> Result<staffing::ListTrustWorkforceResponse> {
        let page = Some(PageRequest { size: MAX_SIZE, token: String::new() });
        let request = staffing::ListTrustWorkforceRequest { page, organisation: String::new() };
        let answer = self.deps.staffing.clone().list_trust_workforce(unary(self.actor, request)).await?;
        Ok(answer.into_inner())
    }

    /// A finished run as a file, piece by piece.
    pub(crate) async fn export(
        &self,
        run_id: &str,
        format: &str,
    ) -> Result<Streaming<staffing::ExportForecastResponse>> {
        let request = staffing::ExportForecastRequest {
            run_id: run_id.to_owned(),
            format: format.to_owned(),
            for_others: false,
        };
        let answer = self.deps.staffing.clone().export_forecast(on_behalf(self.actor, request)).await?;
        Ok(answer.into_inner())
    }

    /// Starts a run and gives its id.
    pub(crate) async fn start(&self, spec: staffing::ForecastSpec) -> Result<String> {
        let request = staffing::StartForecastRequest { spec: Some(spec) };
        let answer = self.deps.staffing.clone().start_forecast(unary(self.actor, request)).await?;
        Ok(answer.into_inner().run.unwrap_or_default().run_id)
    }
}
