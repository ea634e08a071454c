//! `/parameters`: overrides beside what they are in place of, signed by a form.

use http::{StatusCode, header};

use crate::{fixture::State, pages::Site};

#[tokio::test]
async fn an_overridden_unit_cost_says_what_it_buys_beside_what_was_shipped() {
    let html = Site::new(State::Full).await.get("/parameters").await.text;
    let at = |part: &str| html.find(part).unwrap_or_else(|| panic!("no {part}: {html}"));
    assert!(
        at("For one fte-year, in prices of 2017. the programme")
            < at("For one contact-hour, in prices of 2024. signed by a planner")
    );
    assert!(html.contains("exit interviews") && !html.contains("In prices of 0"));
}

#[tokio::test]
async fn the_form_of_an_override_keeps_what_was_typed_when_it_is_refused() {
    let site = Site::new(State::Full).await;
    let cost = "name=gp.unit-cost&value=14200&low=&high=&valid_from=&basis=contact-hour";
    let wrong = site.post("/parameters/overrides", &format!("{cost}&price_year=last&reason=paper+9")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in [
        "Price year: `last` must be a financial year ending",
        "value=\"last\"",
        "value=\"14200\"",
        "<option value=\"contact-hour\" selected>",
        "<option value=\"gp.unit-cost\" selected>",
    ] {
        assert!(wrong.text.contains(part), "{part}: {}", wrong.text);
    }
    let rate = "name=gp.leaver-rate.30-34&value=80000&basis=fte-year&price_year=&reason=paper+9";
    let refused = site.post("/parameters/overrides", rate).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("parameter `gp.leaver-rate.30-34` is no unit cost"), "{}", refused.text);
    let signed = site.post("/parameters/overrides", &format!("{cost}&price_year=2024&reason=paper+9")).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text);
    assert_eq!(signed.headers[header::LOCATION], "/parameters#overrides");
}
