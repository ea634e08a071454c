//! Calls about what could be done: scenarios, what decides the answer, plans; and runs as files.

use muster_kit::{Result, rpc::on_behalf};
use muster_proto::staffing::v1 as staffing;
use tonic::Streaming;

use super::Caller;

impl Caller<'_> {
    /// A finished run as a file, piece by piece.
    pub(crate) async fn export(
        &self,
        run_id: &str,
        format: &str,
    ) -> Result<Streaming<staffing::ExportForecastResponse>> {
        let request =
            staffing::ExportForecastRequest { run_id: run_id.to_owned(), format: format.to_owned() };
        let answer = self.deps.staffing.clone().export_forecast(on_behalf(self.actor, request)).await?;
        Ok(answer.into_inner())
    }
}
