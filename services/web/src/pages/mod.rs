//! Every page, one module a journey, and the router over them.

mod activity;
mod agency;
mod api;
mod areas;
mod back_office;
mod backtest;
mod catalogue;
mod choices;
mod editions;
mod forecast;
mod forecasts;
mod health;
mod home;
mod imports;
mod parameters;
mod practice;
mod quality;
mod sign_in;
mod staffing;
mod trace;

pub(crate) use self::{
    activity::{rows as activity_rows, table as activity_table},
    areas::{Wanted as AreasWanted, chosen_run, listed as areas_listed, practices as practices_of},
    backtest::{Wanted as BacktestWanted, table as backtest_table},
    choices::Problem,
    imports::table as imports_table,
    parameters::table as parameters_table,
    practice::baselines as baselines_of,
    staffing::form::Fields,
};

use std::sync::Arc;

use askama::Template;
use axum::{
    Extension, Router,
    extract::DefaultBodyLimit,
    middleware,
    response::{Html, IntoResponse},
    routing::{get, post},
};
use muster_kit::Error;

use crate::{
    assets,
    backtests::Backtests,
    data::{back_office as board, files, json},
    deps::Deps,
    failure::{Failure, PageResult},
    guard, made_up,
    shell::Shell,
};

/// The largest file that a page takes; larger ones go through the command line.
const LARGEST_FILE: usize = 64 * 1024 * 1024;

/// Pages, JSON, CSV and assets. Whatever else is asked for is answered with a page that says so, by a route and not by a
/// fallback, so that the router can be merged with those of the services.
pub fn router(deps: Deps) -> Router {
    Router::new()
        .route("/", get(home::home))
        .route("/areas", get(areas::list))
        .route("/areas/{level}/{code}", get(areas::area))
        .route("/practices/{code}", get(practice::practice))
        .route("/forecasts", get(forecasts::list).post(forecasts::start))
        .route("/forecasts/{run}", get(forecast::show))
        .route("/forecasts/{run}/events", get(forecast::events))
        .route("/forecasts/{run}/cancel", post(forecast::cancel))
        .route("/staffing", get(staffing::explorer::explorer))
        .route(
            "/staffing/scenarios",
            get(staffing::scenarios::scenarios).post(staffing::scenarios::scenarios),
        )
        .route("/staffing/scenarios/document", post(staffing::scenarios::document))
        .route("/staffing/scenarios/run", post(staffing::scenarios::start))
        .route("/staffing/sensitivity", get(staffing::sensitivity::sensitivity))
        .route("/staffing/need", get(staffing::need::need))
        .route("/staffing/trusts", get(staffing::trusts::trusts))
        .route("/staffing/trusts.csv", get(staffing::trusts::file))
        .route("/staffing/plan", get(staffing::plan::plan).post(staffing::plan::plan))
        .route("/staffing/runs/{file}", get(staffing::export::export))
        .route("/staffing/backtest", get(backtest::backtest))
        .route("/staffing/quality", get(quality::quality))
        .route("/parameters", get(parameters::parameters))
        .route("/parameters/overrides", post(parameters::sign))
        .route("/parameters/overrides/withdraw", post(parameters::withdraw))
        .route("/imports", get(imports::list).post(imports::upload))
        .route("/imports/templates/{kind}", get(imports::template))
        // the address it had before
        .route("/data-quality", get(quality::quality))
        .route("/activity", get(activity::feed))
        .route("/api", get(api::api))
        .route("/sign-in", get(sign_in::form).post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .merge(agency::routes())
        .merge(catalogue::routes())
        .merge(back_office::routes())
        .merge(editions::routes())
        .route("/trace", get(trace::trace))
        .route("/trace.csv", get(trace::file))
        .merge(data())
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/assets/{version}/{*name}", get(assets::asset))
        .route("/{*path}", get(not_found))
        .layer(Extension(Arc::new(Backtests::default())))
        .layer(DefaultBodyLimit::max(LARGEST_FILE))
        .layer(middleware::from_fn_with_state(deps.clone(), made_up::look))
        .layer(middleware::from_fn_with_state(deps.clone(), guard::guard))
        .with_state(deps)
}

fn data() -> Router<Deps> {
    Router::new()
        .route("/api/forecasts.json", get(json::forecasts))
        .route("/api/forecast.json", get(json::forecast))
        .route("/api/history.json", get(json::history))
        .route("/api/latest-gap.json", get(json::latest_gap))
        .route("/api/activity.json", get(json::activity))
        .route("/api/board.json", get(board::board))
        .route("/csv/gaps.csv", get(files::gaps))
        .route("/csv/years.csv", get(files::years))
        .route("/csv/history.csv", get(files::history))
        .route("/csv/returns.csv", get(files::returns))
        .route("/csv/areas.csv", get(files::areas))
        .route("/csv/practices.csv", get(files::practices))
        .route("/csv/baselines.csv", get(files::baselines))
        .route("/csv/forecasts.csv", get(files::forecasts))
        .route("/csv/imports.csv", get(files::imports))
        .route("/csv/activity.csv", get(files::activity))
        .route("/csv/parameters.csv", get(files::parameters))
        .route("/staffing/backtest.csv", get(files::backtest))
}

async fn not_found() -> Failure {
    Error::not_found("there is no page at this address").into()
}

/// A page that says what went wrong.
#[derive(Template)]
#[template(path = "error.html")]
pub(crate) struct ErrorPage<'a> {
    pub(crate) shell: Shell,
    pub(crate) title: &'a str,
    pub(crate) message: &'a str,
    pub(crate) next_step: &'a str,
    pub(crate) reference: &'a str,
    pub(crate) sign_in: bool,
}

/// A rendered page.
pub(crate) fn page(template: &impl Template) -> PageResult {
    Ok(Html(template.render()?).into_response())
}

/// Percent-encodes what goes into a path or a query: letters, digits and `-_.~` stay.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}
