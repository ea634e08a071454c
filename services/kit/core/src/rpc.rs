//! Calls between services: the same generated client in one process and over the network.
//!
//! A [`Channel`] hides which it is. In one process the generated server is itself the channel, so there is no port and
//! no second trait; over the network it is a connection with deadlines and keep-alive. Both carry the trace context and
//! the actor on whose behalf the call is made.

use std::time::Duration;

use http::{HeaderName, HeaderValue, header::AUTHORIZATION};
use tonic::{body::Body, service::Routes, transport::Endpoint};
use tower::{BoxError, ServiceBuilder, ServiceExt, util::BoxCloneSyncService};

use crate::{Actor, Error, Result, sign_in, trace};

/// What generated clients are made over.
pub type Channel = BoxCloneSyncService<http::Request<Body>, http::Response<Body>, CallError>;

/// The connection failed before there was an answer. A named type, because the compiler cannot prove that a future over
/// a boxed error may move between threads.
#[derive(Debug, thiserror::Error)]
#[error("the service cannot be reached")]
pub struct CallError(#[source] BoxError);

/// The longest that a unary call may take before the caller gives up.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// A request on behalf of an actor.
pub fn on_behalf<T>(actor: &Actor, message: T) -> tonic::Request<T> {
    let mut request = tonic::Request::new(message);
    request.extensions_mut().insert(actor.clone());
    request
}

/// A request on behalf of an actor that fails after [`DEADLINE`].
pub fn unary<T>(actor: &Actor, message: T) -> tonic::Request<T> {
    let mut request = on_behalf(actor, message);
    request.set_timeout(DEADLINE);
    request
}

/// A channel to services of this process.
pub fn in_process(routes: Routes) -> Channel {
    let router = routes.prepare();
    let service = ServiceBuilder::new().map_request(with_trace).service(router);
    BoxCloneSyncService::new(service.map_err(|never| match never {}))
}

/// A channel to a service at an address such as `http://staffing:8080`, connected at the first call.
///
/// # Errors
/// Bad request when the address is no URI or the token no header value.
pub fn remote(address: &str, token: Option<&str>) -> Result<Channel> {
    let endpoint = Endpoint::from_shared(address.to_owned())
        .map_err(|error| {
            Error::bad_request(format!("`{address}` is no address of a service")).with_source(error)
        })?
        .connect_timeout(Duration::from_secs(5))
        // a peer that died without a word is noticed within 20 seconds, also between calls
        .http2_keep_alive_interval(Duration::from_secs(10))
        .keep_alive_timeout(Duration::from_secs(10))
        .keep_alive_while_idle(true);
    let authorization = token
        .map(|token| HeaderValue::from_str(&format!("Bearer {}", token.trim())))
        .transpose()
        .map_err(|_| Error::bad_request("the token holds characters that no header may"))?;
    let service = ServiceBuilder::new()
        .map_request(with_trace)
        .map_request(move |mut request: http::Request<Body>| {
            if let Some(value) = &authorization {
                request.headers_mut().insert(AUTHORIZATION, value.clone());
            }
            sign_in::put_actor(&mut request);
            request
        })
        .service(endpoint.connect_lazy());
    Ok(BoxCloneSyncService::new(service.map_err(|error| CallError(error.into()))))
}

fn with_trace(mut request: http::Request<Body>) -> http::Request<Body> {
    let traceparent = trace::current_traceparent();
    if let Ok(value) = HeaderValue::from_str(&traceparent)
        && !traceparent.is_empty()
    {
        request.headers_mut().insert(HeaderName::from_static(trace::TRACEPARENT), value);
    }
    request
}
