//! `/forecasts/{run}`: progress while it runs, the answer when it has finished.

use std::convert::Infallible;

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State},
    response::{
        IntoResponse, Redirect,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{StreamExt, stream};
use muster_kit::{
    Actor,
    rpc::{on_behalf, unary},
};
use muster_proto::staffing::v1 as staffing;
use serde_json::json;

use super::{encode, page};
use crate::{
    calls::Caller,
    deps::Deps,
    failure::PageResult,
    model::{
        answer::{self, Answer},
        run::RunView,
    },
    shell::Shell,
};

#[derive(Template)]
#[template(path = "forecast.html")]
struct Forecast {
    shell: Shell,
    run: RunView,
    answer: Option<Answer>,
}

pub(crate) async fn show(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(run_id): Path<String>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let run = caller.run(&run_id).await?;
    let view = RunView::read(&run);
    let answer = if view.finished { answer::of_run(&caller, &run, true).await? } else { None };
    let title = format!("Forecast of {} to {}", view.area, view.to_year);
    page(&Forecast { shell: Shell::new(title, "/forecasts"), run: view, answer })
}

pub(crate) async fn cancel(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(run_id): Path<String>,
) -> PageResult {
    let request = staffing::CancelForecastRequest { run_id: run_id.clone() };
    deps.staffing.clone().cancel_forecast(unary(&actor, request)).await?;
    Ok(Redirect::to(&format!("/forecasts/{}", encode(&run_id))).into_response())
}

/// The run's progress as server-sent events: `progress` with percent and words, then `ended` once.
pub(crate) async fn events(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(run_id): Path<String>,
) -> PageResult {
    let request = on_behalf(&actor, staffing::WatchForecastRequest { run_id });
    let watched = deps.staffing.clone().watch_forecast(request).await?.into_inner();
    let told = watched.filter_map(|told| async move {
        let run = RunView::read(&told.ok()?.run?);
        let fields = json!({ "percent": run.percent, "text": run.progress_words() });
        Some(Event::default().event("progress").data(fields.to_string()))
    });
    let ended = stream::iter([Event::default().event("ended").data("{}")]);
    let stream = deps.shutdown.until(told.chain(ended)).map(Ok::<_, Infallible>);
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()).into_response())
}
