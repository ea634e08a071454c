//! The contract's calls: proto in, use case, proto out.

mod streams;

use std::{pin::Pin, time::Instant};

use futures::{Stream, StreamExt as _};
use muster_kit::{Actor, Result as KitResult, actor::actor_of, clock, imports, page::Page, trace};
use muster_proto::{
    common::v1 as common,
    staffing::v1::{self as pb, import_file_response::Event, staffing_service_server::StaffingService},
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use crate::{
    app::{
        Deps, cancel_forecast, compare_scenarios, forecast_trusts, get_forecast, get_history,
        get_sensitivity, get_weighted_lists, import_file, list_baselines, list_figures, list_forecast_rows,
        list_forecasts, list_imports, list_observed_cover, list_parameters, list_posts, list_scenarios,
        list_snapshots, list_trust_workforce, override_parameter, reproduce_forecast, score_scenario,
        start_forecast, watch_forecast,
    },
    domain::{compare::Wanted, scenario::JSON_SCHEMA},
    proto,
    store::{baselines, rows, runs::Model},
};

/// The server of staffing's calls.
#[derive(Clone)]
pub struct StaffingRpc {
    deps: Deps,
}

impl StaffingRpc {
    /// A server over the use cases.
    pub fn new(deps: Deps) -> Self {
        Self { deps }
    }

    /// A run with where its baseline came from.
    async fn run(&self, actor: &Actor, run: &Model) -> KitResult<pb::ForecastRun> {
        let ids: Vec<String> =
            run.sources.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect();
        Ok(proto::forecast_run(run, self.deps.provenance(actor, &ids).await?))
    }
}

use streams::{Cancelled, micros};

type Answer<T> = Result<Response<T>, Status>;
type Streamed<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl StaffingService for StaffingRpc {
    type ImportFileStream = Streamed<pb::ImportFileResponse>;
    type RunBacktestStream = Streamed<pb::RunBacktestResponse>;
    type PlanLeversStream = Streamed<pb::PlanLeversResponse>;
    type RunSweepStream = Streamed<pb::RunSweepResponse>;
    type ExportForecastStream = Streamed<pb::ExportForecastResponse>;
    type WatchForecastStream = Streamed<pb::WatchForecastResponse>;

    async fn import_file(
        &self,
        request: Request<Streaming<pb::ImportFileRequest>>,
    ) -> Answer<Self::ImportFileStream> {
        let actor = actor_of(&request)?;
        let pieces = request.into_inner().map(|piece| piece.map(|piece| piece.chunk.unwrap_or_default()));
        let upload = imports::receive(pieces).await?;
        let (sender, receiver) = mpsc::channel(16);
        let deps = self.deps.clone();
        // a task of its own: an import that has begun ends, even if the caller goes away
        trace::spawn(async move {
            let teller = sender.clone();
            let progress = move |progress: common::ImportProgress| {
                // a caller that is slow or gone misses progress, never the outcome
                let _ =
                    teller.try_send(Ok(pb::ImportFileResponse { event: Some(Event::Progress(progress)) }));
            };
            let outcome = import_file::import_file(&deps, &actor, upload, &progress).await;
            let last = outcome
                .map(|outcome| pb::ImportFileResponse { event: Some(Event::Outcome(outcome)) })
                .map_err(Status::from);
            let _ = sender.send(last).await;
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }

    async fn list_imports(
        &self,
        request: Request<pb::ListImportsRequest>,
    ) -> Answer<pb::ListImportsResponse> {
        let actor = actor_of(&request)?;
        let page = Page::of(request.get_ref().page.as_ref())?;
        let (rows, page) = list_imports::list_imports(&self.deps, &actor, &page).await?.split();
        Ok(Response::new(pb::ListImportsResponse {
            imports: rows.into_iter().map(Into::into).collect(),
            page,
        }))
    }

    async fn list_baselines(
        &self,
        request: Request<pb::ListBaselinesRequest>,
    ) -> Answer<pb::ListBaselinesResponse> {
        let actor = actor_of(&request)?;
        let request = request.into_inner();
        let page = Page::of(request.page.as_ref())?;
        let wanted = baselines::Wanted {
            place: some(request.place.trim().to_ascii_uppercase()),
            role: proto::wanted_role(request.role)?,
            year: Some(request.year).filter(|year| *year != 0),
            as_of: proto::optional_date(&request.as_of)?,
        };
        let rows = list_baselines::list_baselines(&self.deps, &actor, &wanted, &page).await?;
        let (baselines, page) = rows.map(proto::baseline).split();
        Ok(Response::new(pb::ListBaselinesResponse { baselines, page }))
    }

    async fn get_history(&self, request: Request<pb::GetHistoryRequest>) -> Answer<pb::GetHistoryResponse> {
        let actor = actor_of(&request)?;
        let request = request.into_inner();
        let how = proto::missing_of(request.missing_returns)?;
        let history = get_history::get_history(&self.deps, &actor, &request.area, how).await?;
        Ok(Response::new(proto::history(history, how)))
    }

    async fn list_snapshots(
        &self,
        request: Request<pb::ListSnapshotsRequest>,
    ) -> Answer<pb::ListSnapshotsResponse> {
        let actor = actor_of(&request)?;
        let request = request.into_inner();
        let page = Page::of(request.page.as_ref())?;
        let rows =
            list_snapshots::list_snapshots(&self.deps, &actor, request.organisation.trim(), &page).await?;
        let (snapshots, page) = rows.map(proto::snapshot).split();
        Ok(Response::new(pb::ListSnapshotsResponse { snapshots, page }))
    }

    async fn list_posts(&self, request: Request<pb::ListPostsRequest>) -> Answer<pb::ListPostsResponse> {
        let actor = actor_of(&request)?;
        let request = request.into_inner();
        let (page, day) = (Page::of(request.page.as_ref())?, clock::as_of(&request.as_of)?);
        let found = list_posts::list_posts(&self.deps, &actor, day, &page).await?;
        let (posts, page) = found.page.map(proto::post).split();
        Ok(Response::new(pb::ListPostsResponse {
            posts,
            page,
            heads: found.heads,
            fte_milli: found.fte.milli(),
        }))
    }

    async fn list_parameters(
        &self,
        request: Request<pb::ListParametersRequest>,
    ) -> Answer<pb::ListParametersResponse> {
        let actor = actor_of(&request)?;
        let page = Page::of(request.get_ref().page.as_ref())?;
        let rows = list_parameters::list_parameters(&self.deps, &actor, &page).await?;
        let (parameters, page) = rows.map(proto::parameter).split();
        let overrides = override_parameter::list_overrides(&self.deps, &actor).await?;
        let overrides = overrides.iter().map(proto::parameter_override).collect();
        Ok(Response::new(pb::ListParametersResponse { parameters, page, overrides }))
    }

    async fn start_forecast(
        &self,
        request: Request<pb::StartForecastRequest>,
    ) -> Answer<pb::StartForecastResponse> {
        let actor = actor_of(&request)?;
        let wanted = proto::request(request.into_inner().spec.unwrap_or_default())?;
        let run = start_forecast::start_forecast(&self.deps, &actor, wanted).await?;
        Ok(Response::new(pb::StartForecastResponse { run: Some(self.run(&actor, &run).await?) }))
    }

    async fn watch_forecast(
        &self,
        request: Request<pb::WatchForecastRequest>,
    ) -> Answer<Self::WatchForecastStream> {
        let actor = actor_of(&request)?;
        let states = watch_forecast::watch_forecast(&self.deps, &actor, &request.get_ref().run_id).await?;
        let server = self.clone();
        let answers = states.then(move |state| {
            let (server, actor) = (server.clone(), actor.clone());
            async move {
                let run = server.run(&actor, &state?).await?;
                Ok(pb::WatchForecastResponse { run: Some(run) })
            }
        });
        Ok(Response::new(Box::pin(answers)))
    }

    async fn cancel_forecast(
        &self,
        request: Request<pb::CancelForecastRequest>,
    ) -> Answer<pb::CancelForecastResponse> {
        let actor = actor_of(&request)?;
        let run = cancel_forecast::cancel_forecast(&self.deps, &actor, &request.get_ref().run_id).await?;
        Ok(Response::new(pb::CancelForecastResponse { run: Some(self.run(&actor, &run).await?) }))
    }

    async fn get_forecast(
        &self,
        request: Request<pb::GetForecastRequest>,
    ) -> Answer<pb::GetForecastResponse> {
        let actor = actor_of(&request)?;
        let run = get_forecast::get_forecast(&self.deps, &actor, &request.get_ref().run_id).await?;
        Ok(Response::new(pb::GetForecastResponse { run: Some(self.run(&actor, &run).await?) }))
    }

    async fn list_forecasts(
        &self,
        request: Request<pb::ListForecastsRequest>,
    ) -> Answer<pb::ListForecastsResponse> {
        let actor = actor_of(&request)?;
        let page = Page::of(request.get_ref().page.as_ref())?;
        let (rows, page) = list_forecasts::list_forecasts(&self.deps, &actor, &page).await?.split();
        let mut runs = Vec::with_capacity(rows.len());
        for run in &rows {
            runs.push(self.run(&actor, run).await?);
        }
        Ok(Response::new(pb::ListForecastsResponse { runs, page }))
    }

    async fn list_forecast_rows(
        &self,
        request: Request<pb::ListForecastRowsRequest>,
    ) -> Answer<pb::ListForecastRowsResponse> {
        let actor = actor_of(&request)?;
        let request = request.into_inner();
        let page = Page::of(request.page.as_ref())?;
        let wanted = rows::Wanted {
            level: proto::wanted_level(&request.level)?,
            node: some(request.node),
            role: proto::wanted_role(request.role)?,
            year: Some(request.year).filter(|year| *year != 0),
        };
        let found =
            list_forecast_rows::list_forecast_rows(&self.deps, &actor, &request.run_id, &wanted, &page)
                .await?;
        let (rows, page) = found.map(|row| proto::forecast_row(&row)).split();
        Ok(Response::new(pb::ListForecastRowsResponse { rows, page }))
    }

    async fn list_scenarios(
        &self,
        request: Request<pb::ListScenariosRequest>,
    ) -> Answer<pb::ListScenariosResponse> {
        let actor = actor_of(&request)?;
        let page = Page::of(request.get_ref().page.as_ref())?;
        let found = list_scenarios::list_scenarios(&self.deps, &actor, &page).await?;
        let (scenarios, page) =
            found.map(|(scenario, document)| proto::scenario::scenario(&scenario, document)).split();
        let document_schema = JSON_SCHEMA.to_owned();
        Ok(Response::new(pb::ListScenariosResponse { scenarios, page, document_schema }))
    }

    async fn compare_scenarios(
        &self,
        request: Request<pb::CompareScenariosRequest>,
    ) -> Answer<pb::CompareScenariosResponse> {
        let actor = actor_of(&request)?;
        let request = request.into_inner();
        let to = proto::scenario::scenario_of(&request.to_scenario, &request.to_document)?;
        let wanted = proto::compared(request.from.unwrap_or_default(), &to)?;
        let from = wanted.spec.scenario.clone();
        let what = Wanted { node: request.node, without_steps: request.without_steps };
        let found =
            compare_scenarios::compare_scenarios(&self.deps, &actor, wanted, to.clone(), what).await?;
        Ok(Response::new(proto::scenario::comparison(&found, (&from, &to))))
    }

    async fn reproduce_forecast(
        &self,
        request: Request<pb::ReproduceForecastRequest>,
    ) -> Answer<pb::ReproduceForecastResponse> {
        let actor = actor_of(&request)?;
        let run_id = &request.get_ref().run_id;
        let made = reproduce_forecast::reproduce_forecast(&self.deps, &actor, run_id).await?;
        let run = self.run(&actor, &made.run).await?;
        Ok(Response::new(proto::scenario::reproduction(&made, run)))
    }

    async fn run_backtest(
        &self,
        request: Request<Streaming<pb::RunBacktestRequest>>,
    ) -> Answer<Self::RunBacktestStream> {
        streams::run_backtest(self.deps.clone(), request).await
    }

    async fn get_sensitivity(
        &self,
        request: Request<pb::GetSensitivityRequest>,
    ) -> Answer<pb::GetSensitivityResponse> {
        let actor = actor_of(&request)?;
        let (run, asked) = proto::decide::sensitivity_request(request.into_inner())?;
        let begun = Instant::now();
        // who goes away takes the work with them
        let cancelled = Cancelled::default();
        let made = get_sensitivity::get_sensitivity(&self.deps, &actor, run, asked, cancelled.flag()).await?;
        Ok(Response::new(proto::decide::sensitivity(made, micros(begun))))
    }

    async fn plan_levers(&self, request: Request<pb::PlanLeversRequest>) -> Answer<Self::PlanLeversStream> {
        streams::plan_levers(self.deps.clone(), request)
    }

    async fn override_parameter(
        &self,
        request: Request<pb::OverrideParameterRequest>,
    ) -> Answer<pb::OverrideParameterResponse> {
        let actor = actor_of(&request)?;
        let request = request.into_inner();
        let none = request.low == 0 && request.high == 0;
        let (low, high) = if none { (request.value, request.value) } else { (request.low, request.high) };
        let asked = override_parameter::Asked {
            name: request.name.trim().to_owned(),
            values: [request.value, low, high],
            cost: (request.basis, request.price_year),
            valid_from: clock::as_of(&request.valid_from)?,
            reason: request.reason,
        };
        let made = override_parameter::override_parameter(&self.deps, &actor, asked).await?;
        Ok(Response::new(pb::OverrideParameterResponse {
            parameter_override: Some(proto::parameter_override(&made)),
        }))
    }

    async fn withdraw_override(
        &self,
        request: Request<pb::WithdrawOverrideRequest>,
    ) -> Answer<pb::WithdrawOverrideResponse> {
        let actor = actor_of(&request)?;
        let id = &request.get_ref().override_id;
        let found = override_parameter::withdraw_override(&self.deps, &actor, id).await?;
        Ok(Response::new(pb::WithdrawOverrideResponse {
            parameter_override: Some(proto::parameter_override(&found)),
        }))
    }

    async fn list_observed_cover(
        &self,
        request: Request<pb::ListObservedCoverRequest>,
    ) -> Answer<pb::ListObservedCoverResponse> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let organisation = request.organisation.trim().to_ascii_uppercase();
        let months = (request.from.as_str(), request.until.as_str());
        let rows =
            list_observed_cover::list_observed_cover(&self.deps, &actor, &organisation, months).await?;
        Ok(Response::new(pb::ListObservedCoverResponse {
            rows: rows.into_iter().map(proto::observed::observed_cover).collect(),
        }))
    }

    async fn list_trust_workforce(
        &self,
        request: Request<pb::ListTrustWorkforceRequest>,
    ) -> Answer<pb::ListTrustWorkforceResponse> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let page = Page::of(request.page.as_ref())?;
        let organisation = request.organisation.trim().to_ascii_uppercase();
        let found =
            list_trust_workforce::list_trust_workforce(&self.deps, &actor, &organisation, &page).await?;
        Ok(Response::new(proto::trusts::workforce(found)))
    }

    async fn forecast_trusts(
        &self,
        request: Request<pb::ForecastTrustsRequest>,
    ) -> Answer<pb::ForecastTrustsResponse> {
        let actor = actor_of(&request)?;
        let asked = proto::trusts::asked(request.get_ref())?;
        let made = forecast_trusts::forecast_trusts(&self.deps, &actor, asked).await?;
        Ok(Response::new(proto::trusts::forecast(made)))
    }

    async fn get_weighted_lists(
        &self,
        request: Request<pb::GetWeightedListsRequest>,
    ) -> Answer<pb::GetWeightedListsResponse> {
        let actor = actor_of(&request)?;
        let question = proto::lists::question(request.into_inner())?;
        let found = get_weighted_lists::get_weighted_lists(&self.deps, &actor, &question).await?;
        Ok(Response::new(proto::lists::weighted(found)))
    }

    async fn score_scenario(
        &self,
        request: Request<pb::ScoreScenarioRequest>,
    ) -> Answer<pb::ScoreScenarioResponse> {
        let actor = actor_of(&request)?;
        let request = request.get_ref();
        let scenario = proto::scenario::scenario_of(&request.scenario, &request.scenario_document)?;
        let scored = score_scenario::score_scenario(&self.deps, &actor, (&scenario, &request.area)).await?;
        Ok(Response::new(proto::scores::scores(&scenario, &scored)))
    }

    async fn run_sweep(&self, request: Request<pb::RunSweepRequest>) -> Answer<Self::RunSweepStream> {
        streams::run_sweep(self.deps.clone(), request)
    }

    async fn export_forecast(
        &self,
        request: Request<pb::ExportForecastRequest>,
    ) -> Answer<Self::ExportForecastStream> {
        streams::export_forecast(&self.deps, request).await
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
