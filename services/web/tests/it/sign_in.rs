//! Where callers need a token, nobody comes in without one, and no other site can act for a reader.

use axum::body::Body;
use http::{Request, StatusCode, header};

use crate::{
    fixture::{self, State},
    pages::Site,
};

#[tokio::test]
async fn a_token_lets_in_and_nothing_else_does() {
    let site = Site::with(State::Full, fixture::with_tokens).await;
    let away = site.get("/areas?level=lcn").await;
    assert_eq!(away.status, StatusCode::SEE_OTHER);
    assert_eq!(away.headers[header::LOCATION], "/sign-in?next=%2Fareas%3Flevel%3Dlcn");
    assert_eq!(site.get("/api/latest-gap.json").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(site.get("/sign-in").await.status, StatusCode::OK);
    let wrong = site.post("/sign-in", "token=guess&next=%2F").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.headers.get(header::SET_COOKIE).is_none());
    let right = site.post("/sign-in", "token=plan&next=%2Fareas%3Flevel%3Dlcn").await;
    assert_eq!(right.headers[header::LOCATION], "/areas?level=lcn");
    let cookie = right.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.starts_with("muster-token=plan;")
            && cookie.contains("HttpOnly")
            && cookie.contains("SameSite=Lax")
    );
    let elsewhere = site.post("/sign-in", "token=plan&next=%2F%2Fevil.example").await;
    assert_eq!(elsewhere.headers[header::LOCATION], "/");
    let request = Request::get("/").header(header::COOKIE, "muster-token=plan").body(Body::empty()).unwrap();
    assert_eq!(site.send(request).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_form_of_another_site_changes_nothing() {
    let site = Site::new(State::Full).await;
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let request = Request::post("/forecasts").header(name, value).header(header::HOST, "127.0.0.1:8080");
        let answer = site.send(request.body(Body::from("seed=1")).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}");
        assert!(answer.text.contains("this form was sent from another site"));
    }
}
