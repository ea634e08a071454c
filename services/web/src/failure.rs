//! Errors as pages and as JSON: what happened, what to do next, and an id to quote.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use muster_kit::{Error, ErrorCode};
use serde_json::json;

use crate::{pages, shell::Shell};

/// An error on its way to the reader. [`crate::guard`] makes the page, because only it knows the request.
pub(crate) struct Failure(Error);

/// What a handler of a page gives.
pub(crate) type PageResult = Result<Response, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<tonic::Status> for Failure {
    fn from(status: tonic::Status) -> Self {
        Self(status.into())
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Self(Error::internal("the page could not be made").with_source(error))
    }
}

/// What the guard needs to make the page of an error.
#[derive(Clone)]
pub(crate) struct Shown {
    pub(crate) code: ErrorCode,
    pub(crate) message: String,
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let error = self.0;
        if matches!(error.code(), ErrorCode::Internal | ErrorCode::Unavailable) {
            tracing::error!(error.chain = %error.chain(), "page failed");
        }
        let mut response = status(error.code()).into_response();
        response.extensions_mut().insert(Shown { code: error.code(), message: error.message().to_owned() });
        response
    }
}

fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::AlreadyExists => StatusCode::CONFLICT,
        ErrorCode::BadRequest => StatusCode::BAD_REQUEST,
        ErrorCode::Forbidden => StatusCode::FORBIDDEN,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::Timeout => StatusCode::GATEWAY_TIMEOUT,
        ErrorCode::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Title and next step of an error page.
fn words(code: ErrorCode) -> (&'static str, &'static str) {
    match code {
        ErrorCode::NotFound => (
            "Page not found",
            "Check the address, or look for the area or practice in the list of areas. What another organisation owns \
             is not found either.",
        ),
        ErrorCode::Forbidden => (
            "You may not do this",
            "Ask whoever runs this node to give your account the role that this needs, then try again.",
        ),
        ErrorCode::BadRequest => {
            ("This request cannot be answered", "Go back, change what the message names, and try again.")
        }
        ErrorCode::AlreadyExists => {
            ("Somebody was here before", "Load the page anew to see how things stand now.")
        }
        ErrorCode::Unauthenticated => {
            ("Nobody is signed in", "Sign in with an access token, then try again.")
        }
        ErrorCode::TooManyRequests => ("Too much at once", "Wait a moment, then try again."),
        ErrorCode::Timeout | ErrorCode::Unavailable => (
            "A service is away",
            "Nothing was changed. Try again in a minute; if it stays so, quote the number below to whoever runs this node.",
        ),
        ErrorCode::Internal => (
            "Something went wrong on our side",
            "Nothing was half done. Try again; if it happens again, quote the number below to whoever runs this node.",
        ),
    }
}

/// The response that the reader gets.
pub(crate) fn render(shown: &Shown, reference: &str, as_json: bool) -> Response {
    let status = status(shown.code);
    let (title, next_step) = words(shown.code);
    if as_json {
        let body =
            json!({ "error": { "message": shown.message, "next_step": next_step, "reference": reference } });
        return (status, Json(body)).into_response();
    }
    let page = pages::ErrorPage {
        // what went wrong is not made up
        shell: Shell { made_up: false, ..Shell::new(title, "") },
        title,
        message: &shown.message,
        next_step,
        reference,
        sign_in: shown.code == ErrorCode::Unauthenticated,
    };
    match askama::Template::render(&page) {
        Ok(html) => (status, axum::response::Html(html)).into_response(),
        Err(_) => (status, title).into_response(),
    }
}
