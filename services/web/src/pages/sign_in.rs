//! `/sign-in`: takes an access token and keeps it in a cookie that scripts cannot read.

use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use muster_kit::sign_in::COOKIE;
use serde::Deserialize;

use super::page;
use crate::{deps::Deps, failure::PageResult, shell::Shell};

/// Where to go afterwards, and the token.
#[derive(Deserialize)]
pub(crate) struct Filled {
    #[serde(default)]
    next: String,
    #[serde(default)]
    token: String,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    shell: Shell,
    next: String,
    problem: &'static str,
}

fn shown(next: String, problem: &'static str) -> SignInPage {
    let title = if problem.is_empty() { "Sign in" } else { "Error: Sign in" };
    SignInPage { shell: Shell::new(title, ""), next, problem }
}

pub(crate) async fn form(Query(filled): Query<Filled>) -> PageResult {
    page(&shown(filled.next, ""))
}

pub(crate) async fn sign_in(State(deps): State<Deps>, Form(filled): Form<Filled>) -> PageResult {
    let token = filled.token.trim();
    let mut headers = HeaderMap::new();
    let known = HeaderValue::from_str(&format!("Bearer {token}"))
        .ok()
        .filter(|_| !token.is_empty())
        .is_some_and(|value| {
            headers.insert(header::AUTHORIZATION, value);
            deps.sign_in.actor(&headers).is_ok()
        });
    // a token that could end a cookie is none of ours
    if !known || !token.bytes().all(|b| b.is_ascii_graphic() && b != b';' && b != b',') {
        let body = page(&shown(filled.next, "This token is not known here"))?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response());
    }
    let cookie = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200");
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(inside(&filled.next))).into_response())
}

pub(crate) async fn sign_out() -> impl IntoResponse {
    let cookie = format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    ([(header::SET_COOKIE, cookie)], Redirect::to("/sign-in"))
}

/// Only an address of this site, so that a link cannot send a reader elsewhere.
fn inside(next: &str) -> &str {
    let fits = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    if fits { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn one_stays_on_this_site() {
        assert_eq!(inside("/areas?level=lcn"), "/areas?level=lcn");
        for elsewhere in ["", "https://evil.example", "//evil.example", "/\\evil.example"] {
            assert_eq!(inside(elsewhere), "/");
        }
    }
}
