//! The pages show the services' figures, lead on, and say what is wrong.

use axum::body::Body;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;

use crate::{
    agency, back_office, cases, catalogue,
    fixture::{self, State, rows},
};

pub(crate) struct Site {
    router: axum::Router,
    _folder: TempDir,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: http::HeaderMap,
    pub(crate) text: String,
}

impl Site {
    pub(crate) async fn new(state: State) -> Self {
        Self::with(state, |deps, _| deps).await
    }

    pub(crate) async fn with(
        state: State,
        change: impl FnOnce(muster_web::Deps, &std::path::Path) -> muster_web::Deps,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let deps = change(fixture::deps(folder.path(), state).await, folder.path());
        Self { router: muster_web::router(deps), _folder: folder }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: head.status,
            headers: head.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Sends a file by the form of `/imports`.
    pub(crate) async fn upload(&self, content: &str, kind: &str) -> Answer {
        let body = format!(
            "--x\r\ncontent-disposition: form-data; name=\"kind\"\r\n\r\n{kind}\r\n--x\r\ncontent-disposition: form-data; \
             name=\"file\"; filename=\"g.csv\"\r\n\r\n{content}\r\n--x--\r\n"
        );
        let request =
            Request::post("/imports").header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// A form with fields and, where its name is `file`, a file, as a browser sends it.
    pub(crate) async fn send_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let part = |(name, value): &(&str, &str)| {
            let file = if *name == "file" { "; filename=\"cip.csv\"" } else { "" };
            format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n")
        };
        let body = fields.iter().map(part).collect::<String>() + "--x--\r\n";
        let request = Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, form: &str) -> Answer {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form.to_owned())).unwrap()).await
    }
}

/// What stands in the element that carries a figure's name.
fn figure(html: &str, name: &str) -> String {
    let start =
        html.split_once(&format!("data-figure=\"{name}\">")).unwrap_or_else(|| panic!("no figure {name}")).1;
    start.split_once('<').unwrap().0.to_owned()
}

#[tokio::test]
async fn the_first_page_answers_at_once_and_says_where_from() {
    let site = Site::new(State::Full).await;
    let page = site.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    let html = &page.text;
    assert_eq!(figure(html, "gp-gap"), "121");
    assert_eq!(figure(html, "gp-interval"), "71 to 170");
    assert_eq!(figure(html, "gp-cost"), "£12.0 million");
    assert_eq!(figure(html, "nurse-gap"), "50");
    assert_eq!(figure(html, "total-cost"), "£14.2 million");
    assert!(html.contains(
        "will have 121 fewer full-time GPs than its patients need by 2021: 12.7% of the 953 needed."
    ));
    assert!(html.contains("134 GPs and 82 nurses, about £17 million a year"), "the plan's own figures");
    assert!(html.contains("Sample data."));
    assert_eq!(html.matches("<svg").count(), 2);
    for part in [
        rows::RUN,
        "seed 1",
        "1,024 draws",
        "cohort 1.0.0",
        "9b1d4a7c2e5f8093",
        "sha256 5f2c8d0e",
        "mean of their borough",
    ] {
        assert!(html.contains(part), "{part}");
    }
    for link in [
        "/areas/borough/BEX",
        "/areas/federation/FED15",
        "/csv/gaps.csv?level=borough",
        "/csv/history.csv?area=SEL",
    ] {
        assert!(html.contains(&format!("href=\"{link}")), "{link}");
    }
    assert!(html.contains("1,850,051") && html.contains("874.1"), "what was recorded");
    // federation 1 has a surplus in the fixture: it is worded, not signed
    assert!(html.contains("6.3<span class=\"m-word\">too many</span>"));
}

#[tokio::test]
async fn json_and_csv_give_the_same_figures() {
    let site = Site::new(State::Full).await;
    let told: Value =
        serde_json::from_str(&site.get("/api/forecast.json?level=system&year=2021").await.text).unwrap();
    assert_eq!(told["rows"][0]["gap_milli"]["p50"], 120_849);
    assert_eq!(told["rows"][0]["role"], "gp");
    assert_eq!(told["run"]["seed"], 1);
    let file = site.get("/csv/gaps.csv?level=borough").await;
    assert_eq!(file.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    let lines: Vec<&str> = file.text.lines().collect();
    assert_eq!(lines.len(), 7);
    assert!(lines[0].starts_with("area,gp_gap_fte,gp_gap_fte_80_percent_interval,gp_shortfall_percent"));
    assert!(lines[1].starts_with("Lambeth,25.378,"), "largest first: {}", lines[1]);
    let years = site.get("/csv/years.csv?level=system&node=SEL&role=gp").await.text;
    assert!(years.lines().last().unwrap().starts_with("2021,831.851,"), "{years}");
    let history: Value = serde_json::from_str(&site.get("/api/history.json").await.text).unwrap();
    assert_eq!(history["rows"][5]["gp"]["gap_milli"], 121_200);
}

/// Pages outside the sections that need data.
const WITH_DATA: [&str; 7] = [
    "/areas/system/SEL",
    "/areas/borough/BEX",
    "/areas/lcn/LCN02",
    "/practices/Y90001",
    "/practices/y90001?as_of=2016-03-31",
    "/areas?level=practice&q=practice+4",
    "/areas?level=lcn&as_of=2016-03-31",
];

/// Those that stand in a fresh node too.
const ALWAYS: [&str; 24] = [
    "/",
    "/areas",
    "/areas?level=practice",
    "/forecasts",
    "/parameters",
    "/staffing",
    "/staffing/backtest",
    "/staffing/quality",
    "/staffing/scenarios",
    "/staffing/sensitivity",
    "/staffing/plan",
    "/staffing/need",
    "/imports",
    "/data-quality",
    "/data-quality?missing_returns=leave-out",
    "/activity",
    "/api",
    "/sign-in",
    "/csv/areas.csv?level=federation",
    "/csv/imports.csv",
    "/csv/activity.csv",
    "/csv/forecasts.csv",
    "/csv/parameters.csv",
    "/imports/templates/groupings.csv",
];

#[tokio::test]
async fn every_page_stands_in_every_state() {
    let full = Site::new(State::Full).await;
    let sections = [
        &agency::ALWAYS[..],
        &agency::WITH_DATA,
        &catalogue::ALWAYS,
        &catalogue::WITH_DATA,
        &back_office::ALWAYS,
        &back_office::WITH_DATA,
        &cases::ALWAYS,
        &cases::WITH_DATA,
    ];
    for path in WITH_DATA.iter().chain(&ALWAYS).chain(sections.into_iter().flatten()) {
        check(&full.get(path).await, path);
    }
    for run in [rows::RUN, rows::RUNNING, rows::FAILED] {
        check(&full.get(&format!("/forecasts/{run}")).await, run);
    }
    let empty = Site::new(State::Empty).await;
    for path in ALWAYS
        .iter()
        .chain(&agency::ALWAYS)
        .chain(&catalogue::ALWAYS)
        .chain(&back_office::ALWAYS)
        .chain(&cases::ALWAYS)
    {
        check(&empty.get(path).await, path);
    }
    let first = empty.get("/").await.text;
    assert!(
        first.contains("There are no data yet")
            && first.contains("href=\"/imports\"")
            && first.contains("href=\"/forecasts\"")
    );
}

/// Answers, with nothing inline and the headers that forbid it.
fn check(page: &Answer, path: &str) {
    assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
    assert!(
        page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("default-src 'self'")
    );
    assert!(
        !page.text.contains(" style=") && !page.text.contains("<script>") && !page.text.contains("{{"),
        "{path}"
    );
}

#[tokio::test]
async fn a_practice_shows_its_facts_and_no_small_heads() {
    let html = Site::new(State::Full).await.get("/practices/Y90001").await.text;
    for part in [
        "Practice 1 (sample)",
        "SE1 1AA",
        "7,521",
        "Bromley",
        "Y90099",
        "1 July 2017",
        "3.8",
        "did not return",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert!(html.contains(">1 to 4<"), "two heads are not shown");
}

#[tokio::test]
async fn errors_say_what_to_do_next_and_carry_a_number() {
    let full = Site::new(State::Full).await;
    for path in [
        "/nowhere/at/all",
        "/practices/Z99999",
        "/areas/borough/NIX",
        "/areas?level=galaxy",
        "/forecasts/none",
    ] {
        let page = full.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        let number = page.headers["x-request-id"].to_str().unwrap().to_owned();
        assert!(page.text.contains("Page not found") && page.text.contains(&number), "{path}");
    }
    let away = Site::new(State::Away).await;
    let page = away.get("/").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.text.contains("A service is away") && page.text.contains("Nothing was changed"));
    let told = away.get("/api/history.json").await;
    let told: Value = serde_json::from_str(&told.text).unwrap();
    assert_eq!(told["error"]["message"], "the service cannot be reached");
    assert_eq!(full.get("/health/ready").await.status, StatusCode::OK);
    let ready = away.get("/health/ready").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(ready.text.contains(r#"{"name":"bus","ready":false,"reason":"away"}"#), "{}", ready.text);
    assert_eq!(away.get("/health/live").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_forecast_is_started_or_its_form_comes_back_to_be_mended() {
    let site = Site::new(State::Full).await;
    let good = "scenario=do-nothing&area=SEL&base_year=2016&to_year=2021&draws=1,024&seed=1&missing_returns=last-value";
    let started = site.post("/forecasts", good).await;
    assert_eq!(started.status, StatusCode::SEE_OTHER);
    assert_eq!(started.headers[header::LOCATION], format!("/forecasts/{}", rows::RUNNING));
    let wrong = site.post("/forecasts", "area=SEL&base_year=2016&to_year=2016&draws=7&seed=x").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("Draws must be a whole number from 16 to 65536"));
    assert!(
        wrong.text.contains("Seed must be a whole number 0 or more") && wrong.text.contains("value=\"x\"")
    );
    // scenario and weighting are asked for as they were chosen, and stay chosen in a form that comes back
    let weighted = format!("{good}&list=weighted");
    let unknown = site.post("/forecasts", &weighted).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unknown.text.contains("no ages of patients are recorded"));
    assert!(unknown.text.contains(r#"<option value="weighted" selected>"#), "{}", unknown.text);
    let retention = site.post("/forecasts", &weighted.replace("do-nothing", "retention")).await;
    assert_eq!(retention.status, StatusCode::SEE_OTHER);
    let refused = site.post("/forecasts", &good.replace("2016", "2010")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("no baseline of 2010 is recorded"));
}

#[tokio::test]
async fn a_file_is_taken_or_refused_with_its_place() {
    let site = Site::new(State::Full).await;
    let taken = site.upload("good", "groupings").await;
    assert_eq!(taken.status, StatusCode::OK);
    assert!(taken.text.contains("g.csv was imported") && taken.text.contains("837.9"));
    let refused = site.upload("wrong", "gp-workforce").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in
        ["g.csv was refused: nothing was stored", "line 2, valid_from", "is no date", "write YYYY-MM-DD"]
    {
        assert!(refused.text.contains(part), "{part}");
    }
    let unknown = site.upload("x", "nonsense").await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unknown.text.contains("Choose what kind of file it is"));
}

#[tokio::test]
async fn assets_may_be_kept_for_ever_and_come_packed() {
    let site = Site::new(State::Empty).await;
    let html = site.get("/").await.text;
    let css =
        html.split("href=\"").find(|part| part.contains("muster.css")).unwrap().split('"').next().unwrap();
    let request = Request::get(css).header(header::ACCEPT_ENCODING, "gzip, br").body(Body::empty()).unwrap();
    let answer = site.send(request).await;
    assert_eq!(answer.headers[header::CONTENT_ENCODING], "gzip");
    assert!(answer.headers[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
    assert!(site.get(css).await.text.contains(".m-answers"));
    assert_eq!(site.get("/assets/0/../../Cargo.toml").await.status, StatusCode::NOT_FOUND);
    assert_eq!(html.contains("nhsuk-frontend.min.css"), !html.contains("m-bare"));
}
