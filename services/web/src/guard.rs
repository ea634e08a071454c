//! What every page request passes: who calls, where a form came from, a span, the security headers, the error page.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use muster_kit::{Error, ErrorCode, trace};
use tracing::Instrument;
use uuid::Uuid;

use crate::{
    deps::Deps,
    failure::{self, Failure, Shown},
};

/// Everything comes from this node; nothing inline, nothing framed.
const POLICY: &str =
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

/// A document of an edition brings its own style sheet, runs nothing, fetches nothing, and may be shown in a frame of these pages.
pub(crate) const DOCUMENT_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'self'";

/// The middleware in front of every page.
pub(crate) async fn guard(State(deps): State<Deps>, mut request: Request, next: Next) -> Response {
    let reference = Uuid::new_v4().to_string();
    let path = request.uri().path().to_owned();
    let span = tracing::info_span!("page", http.method = %request.method(), http.path = %path, reference = %reference);
    let parent = request.headers().get(trace::TRACEPARENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    trace::set_parent(&span, parent);
    let as_json = path.starts_with("/api/");
    let answer = async {
        match admit(&deps, &mut request, &path) {
            Ok(()) => next.run(request).await,
            Err(response) => *response,
        }
    };
    let mut response = answer.instrument(span).await;
    if let Some(shown) = shown(&mut response) {
        response = failure::render(&shown, &reference, as_json);
    }
    harden(response.headers_mut(), &reference);
    response
}

/// The error that a response stands for. What the framework itself refuses gets words too.
fn shown(response: &mut Response) -> Option<Shown> {
    if let Some(shown) = response.extensions_mut().remove::<Shown>() {
        return Some(shown);
    }
    let message = match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => "this address does not take requests of that kind",
        StatusCode::PAYLOAD_TOO_LARGE => {
            "the file is larger than 64 MB: send it with `muster import` instead"
        }
        _ => return None,
    };
    Some(Shown { code: ErrorCode::BadRequest, message: message.into() })
}

/// Lets a request in with its actor, or says where to go instead.
fn admit(deps: &Deps, request: &mut Request, path: &str) -> Result<(), Box<Response>> {
    if changes_something(request.method()) && !same_origin(request.headers()) {
        let error = Error::forbidden("this form was sent from another site");
        return Err(Box::new(Failure::from(error).into_response()));
    }
    if path.starts_with("/assets/")
        || path.starts_with("/health/")
        || path == "/sign-in"
        || path == "/sign-out"
    {
        return Ok(());
    }
    match deps.sign_in.actor(request.headers()) {
        Ok(actor) => {
            request.extensions_mut().insert(actor);
            Ok(())
        }
        Err(error) if error.code() == ErrorCode::Unauthenticated && wants_page(request) => {
            Err(Box::new(Redirect::to(&sign_in_address(request.uri())).into_response()))
        }
        Err(error) => Err(Box::new(Failure::from(error).into_response())),
    }
}

fn changes_something(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn wants_page(request: &Request) -> bool {
    let path = request.uri().path();
    request.method() == Method::GET && !path.starts_with("/api/")
}

fn sign_in_address(uri: &Uri) -> String {
    let target = uri.path_and_query().map_or("/", |p| p.as_str());
    if target == "/" { "/sign-in".into() } else { format!("/sign-in?next={}", crate::pages::encode(target)) }
}

/// A browser says where a form was; what is no browser says neither and carries no cookie of somebody else.
fn same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text(&HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    match (text(&header::ORIGIN), text(&header::HOST)) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, rest)| rest == host),
        (Some(_), None) => false,
        (None, _) => true,
    }
}

fn harden(headers: &mut HeaderMap, reference: &str) {
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    let fixed = [(header::X_CONTENT_TYPE_OPTIONS, "nosniff"), (header::REFERRER_POLICY, "same-origin")];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(reference) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_forms_of_this_site_change_something() {
        let with = |pairs: &[(&'static str, &'static str)]| {
            let headers: HeaderMap = pairs
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect();
            same_origin(&headers)
        };
        assert!(with(&[]));
        assert!(with(&[("sec-fetch-site", "same-origin")]));
        assert!(!with(&[("sec-fetch-site", "cross-site")]));
        assert!(!with(&[("sec-fetch-site", "same-site"), ("origin", "http://a"), ("host", "a")]));
        assert!(with(&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")]));
        assert!(!with(&[("origin", "http://evil.example"), ("host", "127.0.0.1:8080")]));
        assert!(!with(&[("origin", "null"), ("host", "127.0.0.1:8080")]));
    }
}
