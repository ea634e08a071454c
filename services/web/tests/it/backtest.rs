//! The page of the backtest: what it finds, what it marks, what it keeps, and what it says where there is nothing to show.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::body::Body;
use http::{Request, StatusCode, header};
use muster_kit::{Action, Actor, Authorizer, Resource, authz::Decision};

use crate::{
    fixture::{self, State, backtest, events},
    pages::{Answer, Site},
};

const PAGE: &str = "/staffing/backtest";

async fn shown(site: &Site, query: &str) -> Answer {
    let page = site.get(&format!("{PAGE}{query}")).await;
    assert_eq!(page.status, StatusCode::OK, "{query}: {}", page.text);
    page
}

/// The rows of a file, without its header.
async fn file(site: &Site, query: &str) -> Vec<String> {
    let file = site.get(&format!("{PAGE}.csv{query}")).await;
    assert_eq!(
        (file.status, &file.headers[header::CONTENT_TYPE]),
        (StatusCode::OK, &"text/csv; charset=utf-8".parse().unwrap())
    );
    file.text.lines().skip(1).map(str::to_owned).collect()
}

/// A row of a table on the page, from its header to its end.
fn row<'a>(html: &'a str, table: &str, level: &str, ahead: usize) -> &'a str {
    let table =
        html.split_once(&format!("id=\"{table}-caption\"")).unwrap().1.split_once("</table>").unwrap().0;
    let rows: Vec<&str> = table
        .split("<tr")
        .filter(|row| row.contains(&format!("nhsuk-table__header\">{level}</th>")))
        .collect();
    rows[ahead - 1]
}

#[tokio::test]
async fn the_page_says_first_whether_the_forecast_earns_its_place() {
    let site = Site::new(State::Full).await;
    let html = shown(&site, "").await.text;
    // eight rows of practices have 30 cases; of their 920, 743.82 lay inside
    let finding = "In 7 of the 8 rows with 30 cases or more the forecast beats the last value, but not for nurses in \
                   practices 2 years ahead; 80.9% of what came lay in the 80% interval, which promises 80%.";
    assert!(html.contains(finding), "{html}");
    assert!(
        html.contains(
            "Not counted above: 16 rows with fewer cases, of which 8 no better than the last value."
        )
    );
    assert!(html.contains("Scored with 512 draws and seed 1."), "what was asked, as a caveat of the service");
    for part in [
        "<strong>WAPE</strong>",
        "<strong>CRPS</strong>",
        "South East London (sample) (system)",
        "value=\"2019\"",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert_eq!(html.matches("<svg").count(), 2, "a chart a role");
    assert!(html.contains("1 year ahead, 83.0% of what came lay in the 80% interval and 96.0% in the 95% interval; 4 years ahead, 90.0% and 99.0%."));
    let one = shown(&site, "?origin=2018&level=borough").await.text;
    assert!(one.contains("No row rests on 30 cases or more"), "six boroughs are too few");
    assert!(one.contains("value=\"2018\" selected") && one.contains("value=\"borough\" selected"));
}

#[tokio::test]
async fn rows_are_marked_where_they_fail() {
    let html = shown(&Site::new(State::Full).await, "").await.text;
    let worse = "no better than last value";
    let second = row(&html, "scores-nurse", "Practices", 2);
    assert!(second.contains(worse) && !second.contains("intervals too"), "{second}");
    assert!(
        second.contains(">13.5%<") && second.contains(">12.0%<") && second.contains(">0.914<"),
        "{second}"
    );
    let third = row(&html, "scores-nurse", "Practices", 3);
    assert!(third.contains("intervals too narrow") && !third.contains(worse), "{third}");
    assert!(row(&html, "scores-gp", "Practices", 4).contains("intervals too wide"));
    assert!(!row(&html, "scores-gp", "Practices", 1).contains("nhsuk-tag"));
    let boroughs = row(&html, "scores-nurse", "Boroughs", 3);
    assert!(!boroughs.contains("nhsuk-tag"), "twelve cases do not judge an interval: {boroughs}");
    assert!(row(&html, "scores-gp", "Whole area", 1).contains(worse), "few cases, and still no better");
}

#[tokio::test]
async fn the_file_holds_what_the_page_shows() {
    let site = Site::new(State::Full).await;
    let html = shown(&site, "?role=nurse&level=practice").await.text;
    assert!(!html.contains("scores-gp") && html.contains("scores-nurse"));
    assert!(
        html.contains(
            "href=\"/staffing/backtest.csv?area=SEL&#38;origin=&#38;level=practice&#38;role=nurse\""
        )
    );
    let rows = file(&site, "?role=nurse&level=practice").await;
    assert_eq!(rows.len(), 4);
    assert_eq!(
        rows[1],
        "practice,2,138,13.500,12.000,0.913578,1.104690,80.000,95.000,no better than last value,"
    );
    assert_eq!(rows[2], "practice,3,92,16.500,18.000,1.370367,1.657035,70.000,93.000,,intervals too narrow");
    let all = file(&site, "").await;
    assert_eq!(all.len(), 24, "two roles, three levels, four years ahead, of all origins together");
    assert!(all[0].starts_with("gp,system,1,4,"), "{}", all[0]);
    assert_eq!(file(&site, "?origin=2020").await.len(), 6, "one year ahead only");
}

/// How long the backtest took: in the fixture each one takes longer than the one before.
fn took(page: &Answer) -> String {
    page.text.split_once("It took ").unwrap().1.split_once(" seconds").unwrap().0.to_owned()
}

/// Lets the first through and nobody after.
struct Once(AtomicBool);

impl Authorizer for Once {
    fn decide(&self, _: &Actor, _: Action, _: &Resource) -> Decision {
        Decision { allowed: !self.0.swap(true, Ordering::Relaxed), determined_by: "once".into() }
    }
}

#[tokio::test]
async fn what_is_kept_is_not_for_everybody() {
    let site = Site::with(State::Full, fixture::with_tokens).await;
    let seen = async |token: &str| {
        let request = Request::get(PAGE).header(header::AUTHORIZATION, format!("Bearer {token}"));
        took(&site.send(request.body(Body::empty()).unwrap()).await)
    };
    assert_eq!(seen("plan").await, "0.9");
    assert_eq!(seen("other").await, "1.0", "another organisation's figures are its own");
    assert_eq!((seen("plan").await, seen("other").await), ("0.9".into(), "1.0".into()), "each keeps its own");

    let authorizer: Arc<dyn Authorizer> = Arc::new(Once(AtomicBool::new(false)));
    let site = Site::with(State::Full, |deps, _| muster_web::Deps { authorizer, ..deps }).await;
    assert_eq!(site.get(PAGE).await.status, StatusCode::OK);
    assert_eq!(site.get(PAGE).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_backtest_is_kept_until_its_inputs_change() {
    let mut db = None;
    let site = Site::with(State::Full, |deps, _| {
        db = Some(deps.db.clone());
        deps
    })
    .await;
    let took = async |query: &str| took(&shown(&site, query).await);
    assert_eq!(took("").await, "0.9", "the first");
    assert_eq!(took("?area=sel&role=gp").await, "0.9", "the same, seen otherwise");
    assert_eq!(took("?area=BEX").await, "1.0", "another area");
    assert_eq!(took("?origin=2018").await, "1.1", "another question");
    let db = db.unwrap();
    events::follow(&db, &events::forecast("QKK", 10, 100)).await.unwrap();
    events::follow(&db, &events::baseline("RJ1", 20)).await.unwrap();
    assert_eq!(took("").await, "0.9", "neither a forecast nor somebody else's figures change it");
    events::follow(&db, &events::baseline("QKK", 30)).await.unwrap();
    assert_eq!(took("").await, "1.2", "new figures do");
    events::follow(&db, &events::grouping("QKK", 5)).await.unwrap();
    assert_eq!(took("").await, "1.3", "new groupings do too, though they happened earlier");
}

#[tokio::test]
async fn too_few_years_lead_to_the_next_import() {
    let empty = Site::new(State::Empty).await;
    let late = Site::new(State::Full).await;
    for (site, query, there) in
        [(&empty, "", "No year is imported yet."), (&late, "?area=BRO", "Imported so far: 2020, 2021.")]
    {
        let html = shown(site, query).await.text;
        for part in [there, "href=\"/imports\"", "muster import gp-workforce"] {
            assert!(html.contains(part), "{query}: {part}");
        }
        assert!(!html.contains("<svg") && !html.contains("WAPE"), "no scores");
    }
    let file = late.get(&format!("{PAGE}.csv?area=BRO")).await;
    assert_eq!(file.status, StatusCode::NOT_FOUND);
    assert!(file.text.contains("needs three years in a row, and there are: 2020, 2021"));
}

#[tokio::test]
async fn what_takes_too_long_names_the_command() {
    let site = Site::new(State::Full).await;
    let page = site.get(&format!("{PAGE}?area=ENGLAND&origin=2018")).await;
    assert_eq!(page.status, StatusCode::GATEWAY_TIMEOUT);
    assert!(page.text.contains("longer than the 20 seconds"));
    assert!(page.text.contains("muster staffing backtest --area ENGLAND --origin 2018<"), "{}", page.text);
    assert!(page.text.contains("value=\"ENGLAND\" selected"), "the form stands, to choose less");
    let less = site.get(&format!("{PAGE}?area=ENGLAND")).await.text;
    assert!(less.contains("one year to forecast from") && less.contains("value=\"2020\""), "{less}");
    let file = site.get(&format!("{PAGE}.csv?area=ENGLAND")).await;
    assert_eq!(file.status, StatusCode::GATEWAY_TIMEOUT);
}

#[tokio::test]
async fn nobody_waits_longer_than_the_deadline() {
    let site = Site::new(State::Full).await;
    let path = format!("{PAGE}?area={}", backtest::ENDLESS);
    let begun = async {
        backtest::BEGUN.notified().await;
        // the database has answered by now, and nothing else is waited for: time may jump to the deadline
        tokio::time::pause();
        tokio::time::Instant::now()
    };
    let (page, begun) = tokio::join!(site.get(&path), begun);
    assert_eq!(page.status, StatusCode::GATEWAY_TIMEOUT);
    let waited = begun.elapsed().as_secs();
    assert!((19..=21).contains(&waited), "{waited} s");
}

#[tokio::test]
async fn a_wrong_question_is_answered_with_what_is_wrong() {
    let full = Site::new(State::Full).await;
    for (query, status, said) in [
        ("?origin=soon", StatusCode::BAD_REQUEST, "`soon` is no year to forecast from"),
        ("?origin=2021", StatusCode::BAD_REQUEST, "no forecast from 2021 can be scored"),
        ("?level=galaxy", StatusCode::NOT_FOUND, "there is no level `galaxy`"),
        ("?role=wizard", StatusCode::NOT_FOUND, "there is no role `wizard`"),
        ("?area=NIX", StatusCode::NOT_FOUND, "no year of staff is known in `NIX`"),
    ] {
        for path in [PAGE.to_owned(), format!("{PAGE}.csv")] {
            let page = full.get(&format!("{path}{query}")).await;
            assert_eq!(page.status, status, "{path}{query}");
            assert!(page.text.contains(said), "{path}{query}: {}", page.text);
        }
    }
    let nothing = shown(&full, "?level=pcn").await.text;
    assert!(
        nothing.contains("There are no scores for this choice.")
            && nothing.contains("value=\"pcn\" selected")
    );
    let away = Site::new(State::Away).await.get(PAGE).await;
    assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(away.text.contains("A service is away"));
}

#[tokio::test]
async fn forecasts_lead_to_their_backtest() {
    let site = Site::new(State::Full).await;
    assert!(site.get("/forecasts").await.text.contains("href=\"/staffing/backtest\""));
    let run = site.get(&format!("/forecasts/{}", fixture::rows::RUN)).await.text;
    assert!(run.contains("href=\"/staffing/backtest?area=SEL\""));
}
