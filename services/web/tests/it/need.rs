//! `/staffing/need`: what patients count for, and what is refused.

use http::StatusCode;

use crate::{fixture::State, pages::Site};

#[tokio::test]
async fn what_patients_count_for_is_shown_by_borough_and_practice() {
    let site = Site::new(State::Full).await;
    let page = site.get("/staffing/need?deprivation=yes&patients=resident").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for part in [
        "makes the most of the need of Lambeth",
        "+3.2%",
        "0.300",
        "1.400",
        "30 June 2015",
        "scores-sample.csv",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let chosen = [r#"<option value="yes" selected>"#, r#"<option value="resident" selected>"#];
    assert!(chosen.iter().all(|part| page.text.contains(part)));
    for (query, part) in [
        ("year=20", "financial year ending"),
        ("deprivation=some", "whether deprivation"),
        ("patients=all", "who counts"),
    ] {
        let page = site.get(&format!("/staffing/need?{query}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert!(page.text.contains(part), "{query}: {}", page.text);
    }
}

#[tokio::test]
async fn without_data_the_page_says_what_to_import() {
    let site = Site::new(State::Empty).await;
    let page = site.get("/staffing/need").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("gp-reg-pat-prac-quin-age"), "{}", page.text);
    assert!(!page.text.contains("There is a problem"), "nobody has done anything wrong");
    let asked = site.get("/staffing/need?deprivation=yes").await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        Site::new(State::Away).await.get("/staffing/need").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
}

/// The form of forecasts asks for both, and keeps what was chosen when something else is wrong.
#[tokio::test]
async fn the_form_of_forecasts_offers_deprivation_and_residents() {
    let site = Site::new(State::Full).await;
    let page = site.get("/forecasts").await;
    for part in ["name=\"deprivation\"", "name=\"patients\"", "as many as live in the borough"] {
        assert!(page.text.contains(part), "{part}");
    }
    let form = "scenario=do-nothing&area=SEL&base_year=soon&to_year=2021&draws=64&seed=1&missing_returns=borough-mean\
                &list=plain&deprivation=yes&patients=resident";
    let wrong = site.post("/forecasts", form).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
    for part in [r#"<option value="yes" selected>"#, r#"<option value="resident" selected>"#] {
        assert!(wrong.text.contains(part), "{part}");
    }
}
