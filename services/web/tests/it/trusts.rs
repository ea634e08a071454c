//! `/staffing/trusts`: what is said of two counts, and what is refused.

use http::{StatusCode, header};

use crate::{fixture::State, pages::Site};

#[tokio::test]
async fn what_little_is_known_of_trusts_is_said_before_the_chart() {
    let site = Site::new(State::Full).await;
    let page = site.get("/staffing/trusts?need=1.5").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for part in [
        "2 trusts together: between two ends",
        "no backtest is possible",
        "Demand is unknown",
        "id=\"chart-trusts-t\"",
        ">Wanted<",
        "id=\"trust-evidence-caption\"",
        "Judgement. two years of England",
        "Unknown: 11.6 FTE in 2018-06",
        "Sample data.",
    ] {
        assert!(page.text.contains(part), "{part}");
    }
    let said = |part: &str| page.text.find(part).unwrap();
    assert!(said("no backtest is possible") < said("chart-trusts-t"));
    let one = site.get("/staffing/trusts?trust=rz2&need=1.5").await;
    assert!(one.text.contains("Second Trust (sample): between two ends"), "{}", one.text);
    let file = site.get("/staffing/trusts.csv?trust=RZ2&need=1.5").await;
    assert_eq!(file.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"muster-trusts.csv\"");
    // 1,570 grown by 1.5% a year, five times
    assert!(file.text.contains("2023-06") && file.text.contains("1687.750"), "{}", file.text);
}

#[tokio::test]
async fn what_cannot_be_asked_comes_back_with_its_field() {
    let site = Site::new(State::Full).await;
    for (query, part) in [
        ("years=99", "href=\"#years\""),
        ("need=lots", "href=\"#need\""),
        ("group=porters", "href=\"#group\""),
        ("group=doctors", "no doctors of any trust are counted"),
        ("trust=07N", "no trust `07N` is counted"),
    ] {
        let page = site.get(&format!("/staffing/trusts?{query}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert!(page.text.contains(part), "{query}: {}", page.text);
    }
    let empty = Site::new(State::Empty).await.get("/staffing/trusts").await;
    assert!(empty.status == StatusCode::OK && empty.text.contains("import a file of kind"));
    assert_eq!(
        Site::new(State::Away).await.get("/staffing/trusts").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
}
