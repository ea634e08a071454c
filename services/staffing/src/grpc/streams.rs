//! Calls whose answer is a stream: progress and the result of long work, files in pieces.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use futures::{StreamExt as _, stream};
use muster_kit::{Result as KitResult, actor::actor_of, imports, trace};
use muster_proto::{
    common::v1 as common,
    staffing::v1::{
        self as pb, plan_levers_response::Event as PlanEvent, run_backtest_request::Part as BacktestPart,
        run_backtest_response::Event as BacktestEvent, run_sweep_response::Event as SweepEvent,
    },
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use super::{Answer, Streamed};
use crate::{
    app::{
        Deps,
        export_forecast::{self, Format},
        plan_levers, run_backtest, run_sweep,
    },
    proto,
};

/// Bytes of a file in one piece.
const PIECE: usize = 256 * 1_024;

/// Stops work when the call that waits for it is dropped.
#[derive(Default)]
pub(super) struct Cancelled(Arc<AtomicBool>);

impl Cancelled {
    /// The flag that the work looks at.
    pub(super) fn flag(&self) -> Arc<AtomicBool> {
        self.0.clone()
    }
}

impl Drop for Cancelled {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Time since then, in microseconds.
pub(super) fn micros(begun: Instant) -> i64 {
    i64::try_from(begun.elapsed().as_micros()).unwrap_or(i64::MAX)
}

pub(super) async fn run_backtest(
    deps: Deps,
    request: Request<Streaming<pb::RunBacktestRequest>>,
) -> Answer<Streamed<pb::RunBacktestResponse>> {
    let actor = actor_of(&request)?;
    let mut parts = request.into_inner();
    let wanted = proto::backtest::backtest_request(backtest_spec(&mut parts).await?)?;
    let truth = truth_of(parts).await?;
    let wanted = run_backtest::Request { truth, ..wanted };
    let (sender, receiver) = mpsc::channel(16);
    trace::spawn(async move {
        let begun = Instant::now();
        let cancelled = Arc::new(AtomicBool::new(false));
        let said = |ppm| pb::RunBacktestResponse { event: Some(BacktestEvent::ProgressPpm(ppm)) };
        let progress = teller(&sender, &cancelled, said);
        let ended = run_backtest::run_backtest(&deps, &actor, wanted, progress, cancelled).await;
        let last = ended.map_err(Status::from).map(|end| match end {
            run_backtest::End::Scored(scored) => {
                BacktestEvent::Result(proto::backtest::backtest_result(&scored, micros(begun)))
            }
            run_backtest::End::Refused(outcome) => BacktestEvent::Refused(outcome),
        });
        let _ = sender.send(last.map(|event| pb::RunBacktestResponse { event: Some(event) })).await;
    });
    Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
}

/// Tells progress; says so by its flag when nobody listens any more.
fn teller<T: Send + 'static>(
    sender: &mpsc::Sender<Result<T, Status>>,
    cancelled: &Arc<AtomicBool>,
    said: impl Fn(i64) -> T + Send + Sync + 'static,
) -> impl Fn(i64) + Send + Sync + 'static {
    let (sender, cancelled) = (sender.clone(), cancelled.clone());
    move |ppm| {
        if let Err(mpsc::error::TrySendError::Closed(_)) = sender.try_send(Ok(said(ppm))) {
            cancelled.store(true, Ordering::Relaxed);
        }
    }
}

pub(super) fn plan_levers(
    deps: Deps,
    request: Request<pb::PlanLeversRequest>,
) -> Answer<Streamed<pb::PlanLeversResponse>> {
    let actor = actor_of(&request)?;
    let wanted = proto::decide::plan_request(request.into_inner())?;
    let (sender, receiver) = mpsc::channel(16);
    trace::spawn(async move {
        let begun = Instant::now();
        let cancelled = Arc::new(AtomicBool::new(false));
        let answer = |event| pb::PlanLeversResponse { event: Some(event) };
        let progress = teller(&sender, &cancelled, move |ppm| answer(PlanEvent::ProgressPpm(ppm)));
        let made = plan_levers::plan_levers(&deps, &actor, wanted, progress, cancelled).await;
        let last = made.map(|plan| answer(PlanEvent::Result(proto::decide::plan(plan, micros(begun)))));
        let _ = sender.send(last.map_err(Status::from)).await;
    });
    Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
}

/// Parts that may wait for a slow reader; he misses none.
const PARTS_WAITING: usize = 64;

pub(super) fn run_sweep(
    deps: Deps,
    request: Request<pb::RunSweepRequest>,
) -> Answer<Streamed<pb::RunSweepResponse>> {
    let actor = actor_of(&request)?;
    let wanted = proto::sweep::sweep_request(request.into_inner())?;
    let (sender, receiver) = mpsc::channel(PARTS_WAITING);
    trace::spawn(async move {
        let begun = Instant::now();
        let cancelled = Arc::new(AtomicBool::new(false));
        let answer = |event| pb::RunSweepResponse { event: Some(event) };
        let (parts, mut told) = mpsc::unbounded_channel();
        let forward = async {
            while let Some(part) = told.recv().await {
                if sender.send(Ok(answer(SweepEvent::Part(part)))).await.is_err() {
                    cancelled.store(true, Ordering::Relaxed);
                }
            }
        };
        let gone = async {
            sender.closed().await;
            cancelled.store(true, Ordering::Relaxed);
            std::future::pending::<()>().await;
        };
        let work = async {
            let ended = run_sweep::run_sweep(&deps, &actor, wanted, cancelled.clone(), move |about, told| {
                // whoever reads has gone when this fails; the flag tells the work
                let _ = parts.send(proto::sweep::part(about, told));
            });
            ended.await
        };
        let both = async { tokio::join!(work, forward).0 };
        let ended = tokio::select! {
            ended = both => ended,
            () = gone => return,
        };
        let last = ended.map(|end| answer(SweepEvent::End(proto::sweep::end(end, micros(begun)))));
        let _ = sender.send(last.map_err(Status::from)).await;
    });
    Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
}

pub(super) async fn export_forecast(
    deps: &Deps,
    request: Request<pb::ExportForecastRequest>,
) -> Answer<Streamed<pb::ExportForecastResponse>> {
    let actor = actor_of(&request)?;
    let request = request.into_inner();
    let format = Format::named(&request.format)?;
    let (name, bytes) =
        export_forecast::export_forecast(deps, &actor, &request.run_id, (format, request.for_others)).await?;
    let pieces: Vec<_> = bytes
        .chunks(PIECE)
        .enumerate()
        .map(|(place, piece)| pb::ExportForecastResponse {
            file_name: if place == 0 { name.clone() } else { String::new() },
            content: piece.to_vec(),
        })
        .map(Ok)
        .collect();
    Ok(Response::new(Box::pin(stream::iter(pieces))))
}

async fn backtest_spec(parts: &mut Streaming<pb::RunBacktestRequest>) -> Result<pb::BacktestSpec, Status> {
    match parts.message().await?.and_then(|first| first.part) {
        Some(BacktestPart::Spec(spec)) => Ok(spec),
        _ => Err(Status::invalid_argument("a backtest begins with what is asked")),
    }
}

/// The file that may follow.
async fn truth_of(parts: Streaming<pb::RunBacktestRequest>) -> KitResult<Option<imports::Upload>> {
    let mut pieces = parts
        .map(|part| {
            part.map(|part| match part.part {
                Some(BacktestPart::Truth(chunk)) => chunk,
                _ => common::ImportChunk::default(),
            })
        })
        .peekable();
    if Pin::new(&mut pieces).peek().await.is_none() {
        return Ok(None);
    }
    imports::receive(pieces).await.map(Some)
}
