//! Pages, JSON and gRPC on one port, and a stop that ends within the grace period whatever clients do.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration, time::Instant};

use axum::{Router, extract::Request, extract::State, middleware::Next, response::Response};
use hyper_util::{rt::TokioExecutor, rt::TokioIo, server::conn::auto, service::TowerToHyperService};
use opentelemetry::{KeyValue, global, metrics::Histogram};
use tokio::{net::TcpListener, task::JoinSet, time};
use tracing::Instrument;

use crate::{Error, Result, shutdown::Shutdown, sign_in::SignIn, trace};

/// Upper bounds of the buckets of latency histograms, in seconds. The library's own bounds suit milliseconds: every call
/// would fall into the first.
pub const LATENCY_SECONDS: [f64; 14] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0];

/// What every call passes: the caller's identity, a span under the caller's trace, and its latency.
#[derive(Clone)]
struct Gate {
    sign_in: Arc<SignIn>,
    latency: Histogram<f64>,
}

/// Puts the gate in front of a router of gRPC services: the actor goes into the request, the call into a span and the
/// histogram `muster_rpc_duration_seconds`.
pub fn guarded(router: Router, sign_in: Arc<SignIn>) -> Router {
    let latency = global::meter("muster")
        .f64_histogram("muster_rpc_duration_seconds")
        .with_unit("s")
        .with_boundaries(LATENCY_SECONDS.to_vec())
        .build();
    router.layer(axum::middleware::from_fn_with_state(Gate { sign_in, latency }, gate))
}

async fn gate(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    // a call of this process carries its actor with it; from outside nothing can put an extension there
    if request.extensions().get::<crate::Actor>().is_none() {
        match gate.sign_in.actor(request.headers()) {
            Ok(actor) => {
                request.extensions_mut().insert(actor);
            }
            Err(error) => return tonic::Status::from(error).into_http(),
        }
    }
    let path = request.uri().path().trim_start_matches('/').to_owned();
    let (service, method) = path.rsplit_once('/').unwrap_or((path.as_str(), ""));
    let span = tracing::info_span!("rpc", rpc.service = service, rpc.method = method);
    let parent = request.headers().get(trace::TRACEPARENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    trace::set_parent(&span, parent);
    let started = Instant::now();
    let response = next.run(request).instrument(span).await;
    let code = response.headers().get("grpc-status").and_then(|v| v.to_str().ok()).unwrap_or("0").to_owned();
    let labels = [
        KeyValue::new("rpc_service", service.to_owned()),
        KeyValue::new("rpc_method", method.to_owned()),
        KeyValue::new("rpc_code", code),
    ];
    gate.latency.record(started.elapsed().as_secs_f64(), &labels);
    response
}

/// Binds an address, after the sign-in has agreed to it.
///
/// # Errors
/// Bad request when the address may not be served or is taken.
pub async fn bind(address: SocketAddr, sign_in: &SignIn) -> Result<TcpListener> {
    sign_in.check_address(address)?;
    TcpListener::bind(address).await.map_err(|error| {
        Error::bad_request(format!("cannot listen on {address}: {error}; choose another with --listen"))
    })
}

/// Serves until stopping begins, then lets open calls end within `grace` and closes the rest.
///
/// # Errors
/// None today; the signature leaves room for a listener that fails for good.
pub async fn serve(listener: TcpListener, router: Router, shutdown: Shutdown, grace: Duration) -> Result<()> {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.begun() => break,
            Some(_) = connections.join_next() => continue,
        };
        match accepted {
            Ok((stream, _)) => {
                // small answers of gRPC must not wait for the acknowledgement of the ones before
                let _ = stream.set_nodelay(true);
                connections.spawn(connection(TokioIo::new(stream), router.clone(), shutdown.clone()));
            }
            Err(error) => {
                // out of file handles, mostly: wait for some to come free
                tracing::warn!(%error, "cannot accept a connection");
                time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    let drained = time::timeout(grace, async { while connections.join_next().await.is_some() {} }).await;
    if drained.is_err() {
        tracing::warn!(open = connections.len(), "grace period over, closing open connections");
        connections.shutdown().await;
    }
    Ok(())
}

async fn connection(stream: TokioIo<tokio::net::TcpStream>, router: Router, shutdown: Shutdown) {
    let service =
        TowerToHyperService::new(tower::service_fn(move |request: http::Request<hyper::body::Incoming>| {
            let router = router.clone();
            async move {
                tower::ServiceExt::oneshot(router, request.map(axum::body::Body::new)).await.map_err(no_error)
            }
        }));
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http2()
        .keep_alive_interval(Some(Duration::from_secs(20)))
        .timer(hyper_util::rt::TokioTimer::new());
    builder.http1().timer(hyper_util::rt::TokioTimer::new());
    let serving = builder.serve_connection_with_upgrades(stream, service);
    tokio::pin!(serving);
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        () = shutdown.begun() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(error = %error, "connection ended early");
    }
}

fn no_error(never: Infallible) -> Infallible {
    never
}
