//! Calls to the services on behalf of whoever looks at the page.

mod agency;
mod back_office;
mod cases;
mod catalogue;
mod cover;
mod levers;
mod upload;

use futures::TryFutureExt;
use muster_kit::{
    Actor, Error, ErrorCode, Result,
    page::MAX_SIZE,
    rpc::{on_behalf, unary},
};
use muster_proto::{
    common::v1::{ImportRecord, PageRequest, PageResponse},
    directory::v1 as directory,
    staffing::v1 as staffing,
};

pub(crate) use self::{
    agency::{Months, without_agency},
    back_office::{Answered, ClaimsWanted, without_back_office},
    catalogue::{if_allowed, rows as catalogue_rows, without_catalogue},
    upload::{Reader, Upload},
};
use crate::deps::Deps;

/// Rows of one list at most on a page; the services hold more, and the command line gives all.
const MOST_ROWS: usize = 20_000;

/// Draws of a page's backtest: enough for a share of what came, and done while a reader waits.
pub(crate) const BACKTEST_DRAWS: u32 = 512;

/// Seed of a page's backtest.
pub(crate) const BACKTEST_SEED: u64 = 1;

/// The services, called for one actor.
pub(crate) struct Caller<'a> {
    pub(crate) deps: &'a Deps,
    pub(crate) actor: &'a Actor,
}

/// What of a run's rows is wanted; empty and 0 mean all.
#[derive(Clone, Default)]
pub(crate) struct RowsWanted {
    pub(crate) level: String,
    pub(crate) node: String,
    pub(crate) year: i32,
    /// 0 for all.
    pub(crate) role: i32,
}

fn page(token: &str) -> PageRequest {
    PageRequest { size: MAX_SIZE, token: token.to_owned() }
}

/// The first so many rows.
fn rows_of(size: u32) -> PageRequest {
    PageRequest { size, token: String::new() }
}

fn next(page: Option<PageResponse>) -> String {
    page.map(|page| page.next_token).unwrap_or_default()
}

/// An error of a context that other pages do without. Where the service does not run at all, its calls are unknown.
fn unless_away(status: tonic::Status, away: &'static str) -> Error {
    match status.code() {
        tonic::Code::Unavailable | tonic::Code::Unimplemented => Error::unavailable(away).with_source(status),
        _ => status.into(),
    }
}

/// What is not there, or cannot be asked for yet, is nothing; any other error stays one.
fn if_any<T>(result: Result<T, tonic::Status>) -> Result<Option<T>> {
    match result.map_err(Error::from) {
        Ok(found) => Ok(Some(found)),
        Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::BadRequest) => Ok(None),
        Err(error) => Err(error),
    }
}

impl<'a> Caller<'a> {
    pub(crate) fn new(deps: &'a Deps, actor: &'a Actor) -> Self {
        Self { deps, actor }
    }

    /// The runs, newest first, at most the newest 100.
    pub(crate) async fn runs(&self) -> Result<Vec<staffing::ForecastRun>> {
        let request =
            staffing::ListForecastsRequest { page: Some(PageRequest { size: 100, token: String::new() }) };
        let answer = self.deps.staffing.clone().list_forecasts(unary(self.actor, request)).await?;
        Ok(answer.into_inner().runs)
    }

    /// One run.
    pub(crate) async fn run(&self, run_id: &str) -> Result<staffing::ForecastRun> {
        let request = staffing::GetForecastRequest { run_id: run_id.to_owned() };
        let answer = self.deps.staffing.clone().get_forecast(unary(self.actor, request)).await?;
        answer.into_inner().run.ok_or_else(|| Error::not_found(format!("there is no run `{run_id}`")))
    }

    /// The run that the first page shows: the newest finished one of the whole system, or of whatever there is.
    pub(crate) async fn current_run(&self) -> Result<Option<staffing::ForecastRun>> {
        let finished = |run: &staffing::ForecastRun| run.state == staffing::RunState::Finished as i32;
        let runs: Vec<_> = self.runs().await?.into_iter().filter(finished).collect();
        let of_system = |run: &&staffing::ForecastRun| {
            run.spec.as_ref().is_some_and(|spec| spec.area.eq_ignore_ascii_case(crate::model::SYSTEM))
        };
        Ok(runs.iter().find(of_system).or(runs.first()).cloned())
    }

    /// Rows of a finished run.
    pub(crate) async fn rows(&self, run_id: &str, wanted: &RowsWanted) -> Result<Vec<staffing::ForecastRow>> {
        let mut rows = Vec::new();
        let mut token = String::new();
        loop {
            let request = staffing::ListForecastRowsRequest {
                page: Some(page(&token)),
                run_id: run_id.to_owned(),
                level: wanted.level.clone(),
                node: wanted.node.clone(),
                role: wanted.role,
                year: wanted.year,
            };
            let answer =
                self.deps.staffing.clone().list_forecast_rows(unary(self.actor, request)).await?.into_inner();
            rows.extend(answer.rows);
            token = next(answer.page);
            if token.is_empty() || rows.len() >= MOST_ROWS {
                return Ok(rows);
            }
        }
    }

    /// History of an area; nothing when no baseline covers it.
    pub(crate) async fn history(
        &self,
        area: &str,
        missing_returns: staffing::MissingReturns,
    ) -> Result<Option<staffing::GetHistoryResponse>> {
        let request =
            staffing::GetHistoryRequest { area: area.to_owned(), missing_returns: missing_returns as i32 };
        let answer = self.deps.staffing.clone().get_history(unary(self.actor, request)).await;
        Ok(if_any(answer)?.map(tonic::Response::into_inner).filter(|history| !history.rows.is_empty()))
    }

    /// Scores of earlier forecasts of an area against what came: from one year, or from every year that the data allow.
    /// Whoever stops waiting stops the work.
    pub(crate) async fn backtest(&self, area: &str, origin: Option<i32>) -> Result<staffing::BacktestResult> {
        use staffing::{run_backtest_request::Part, run_backtest_response::Event};
        let spec = staffing::BacktestSpec {
            area: area.to_owned(),
            origins: origin.into_iter().collect(),
            draws: BACKTEST_DRAWS,
            seed: BACKTEST_SEED,
            ..Default::default()
        };
        let asked = staffing::RunBacktestRequest { part: Some(Part::Spec(spec)) };
        let request = on_behalf(self.actor, futures::stream::iter([asked]));
        let mut told = self.deps.staffing.clone().run_backtest(request).await?.into_inner();
        while let Some(message) = told.message().await? {
            if let Some(Event::Result(result)) = message.event {
                return Ok(result);
            }
        }
        Err(Error::unavailable("the backtest ended without a result"))
    }

    /// Groupings of a kind on a date; unspecified for all kinds.
    pub(crate) async fn groupings(
        &self,
        kind: directory::GroupingKind,
        as_of: &str,
    ) -> Result<Vec<directory::Grouping>> {
        let mut groupings = Vec::new();
        let mut token = String::new();
        loop {
            let request = directory::ListGroupingsRequest {
                page: Some(page(&token)),
                as_of: as_of.to_owned(),
                kind: kind as i32,
            };
            let answer =
                self.deps.directory.clone().list_groupings(unary(self.actor, request)).await?.into_inner();
            groupings.extend(answer.groupings);
            token = next(answer.page);
            if token.is_empty() || groupings.len() >= MOST_ROWS {
                return Ok(groupings);
            }
        }
    }

    /// Practices of an area with the groupings they are in.
    pub(crate) async fn places(&self, area: &str, as_of: &str) -> Result<Vec<directory::Place>> {
        let mut places = Vec::new();
        let mut token = String::new();
        loop {
            let request = directory::ListPlacesRequest {
                page: Some(page(&token)),
                as_of: as_of.to_owned(),
                area: area.to_owned(),
                include_closed: false,
            };
            let answer = self.deps.directory.clone().list_places(unary(self.actor, request)).await;
            let Some(answer) = if_any(answer)? else { return Ok(places) };
            let answer = answer.into_inner();
            places.extend(answer.places);
            token = next(answer.page);
            if token.is_empty() || places.len() >= MOST_ROWS {
                return Ok(places);
            }
        }
    }

    /// One organisation.
    pub(crate) async fn organisation(
        &self,
        code: &str,
        as_of: &str,
    ) -> Result<directory::GetOrganisationResponse> {
        let request =
            directory::GetOrganisationRequest { ods_code: code.to_owned(), as_of: as_of.to_owned() };
        let answer = self.deps.directory.clone().get_organisation(unary(self.actor, request)).await?;
        Ok(answer.into_inner())
    }

    /// Is a made-up practice among the organisations?
    pub(crate) async fn has_sample(&self) -> Result<bool> {
        let request = directory::ListOrganisationsRequest {
            page: Some(PageRequest { size: 500, token: String::new() }),
            as_of: String::new(),
            kind: directory::OrganisationKind::Practice as i32,
            search: "sample".into(),
            include_closed: true,
        };
        let answer =
            self.deps.directory.clone().list_organisations(unary(self.actor, request)).await?.into_inner();
        Ok(answer.organisations.iter().any(|organisation| organisation.sample))
    }

    /// Baselines of one place.
    pub(crate) async fn baselines(&self, place: &str) -> Result<Vec<staffing::Baseline>> {
        let request = staffing::ListBaselinesRequest {
            page: Some(page("")),
            place: place.to_owned(),
            ..Default::default()
        };
        let answer = self.deps.staffing.clone().list_baselines(unary(self.actor, request)).await;
        Ok(if_any(answer)?.map(|answer| answer.into_inner().baselines).unwrap_or_default())
    }

    /// Monthly snapshots, newest first.
    pub(crate) async fn snapshots(&self) -> Result<Vec<staffing::Snapshot>> {
        let request = staffing::ListSnapshotsRequest { page: Some(page("")), organisation: String::new() };
        let answer = self.deps.staffing.clone().list_snapshots(unary(self.actor, request)).await?;
        Ok(answer.into_inner().snapshots)
    }

    /// Parameters of the forecast, and their overrides.
    pub(crate) async fn parameters(&self) -> Result<staffing::ListParametersResponse> {
        let request = staffing::ListParametersRequest { page: Some(page("")) };
        let answer = self.deps.staffing.clone().list_parameters(unary(self.actor, request)).await?;
        Ok(answer.into_inner())
    }

    /// Imports of every context, newest first, and the contexts that are away.
    pub(crate) async fn all_imports(&self) -> Result<(Vec<ImportRecord>, Vec<&'static str>)> {
        let (known, agency, catalogue, back_office) = futures::try_join!(
            self.imports(),
            self.agency_imports(),
            self.catalogue_imports(),
            self.back_office_imports()
        )?;
        let mut imports: Vec<ImportRecord> = known.into_iter().map(|(import, _)| import).collect();
        let mut away = Vec::new();
        for (name, told) in
            [("Bank and agency", agency), ("The catalogue", catalogue), ("The back office", back_office)]
        {
            match told {
                Some(told) => imports.extend(told),
                None => away.push(name),
            }
        }
        imports.sort_by_key(|import| std::cmp::Reverse(import.imported_at_micros));
        Ok((imports, away))
    }

    /// Imports of the directory and of staffing, newest first.
    pub(crate) async fn imports(&self) -> Result<Vec<(ImportRecord, &'static str)>> {
        let wanted = || Some(PageRequest { size: 500, token: String::new() });
        let of_directory = unary(self.actor, directory::ListImportsRequest { page: wanted() });
        let of_staffing = unary(self.actor, staffing::ListImportsRequest { page: wanted() });
        let (mut directory, mut staffing) = (self.deps.directory.clone(), self.deps.staffing.clone());
        let (directory, staffing) = futures::try_join!(
            directory.list_imports(of_directory).map_err(Error::from),
            staffing.list_imports(of_staffing).map_err(Error::from),
        )?;
        let directory = directory.into_inner().imports.into_iter().map(|import| (import, "directory"));
        let staffing = staffing.into_inner().imports.into_iter().map(|import| (import, "staffing"));
        let mut imports: Vec<_> = directory.chain(staffing).collect();
        imports.sort_by_key(|(import, _)| std::cmp::Reverse(import.imported_at_micros));
        Ok(imports)
    }
}
