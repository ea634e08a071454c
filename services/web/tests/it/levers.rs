//! Scenarios, what decides the answer, and plans: what the pages ask for, say and refuse.

use axum::body::Body;
use http::{Request, StatusCode, header};
use serde_json::Value;

use crate::{
    fixture::{State, rows},
    pages::{Answer, Site},
};

/// A form with a file, as a browser sends it.
async fn multipart(site: &Site, path: &str, fields: &[(&str, &str)]) -> Answer {
    let part = |(name, value): &(&str, &str)| {
        format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = fields.iter().map(part).collect::<String>() + "--x--\r\n";
    let request = Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
    site.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn sliders_make_a_document_with_its_doubt() {
    let site = Site::new(State::Full).await;
    let form = "start=retention&leavers-gp=-10&leavers-from=2018&posts-nurse=25&posts-profile=back-loaded";
    let file = site.post("/staffing/scenarios/document", form).await;
    assert!(file.headers[header::CONTENT_DISPOSITION].to_str().unwrap().contains("muster-scenario.json"));
    let told: Value = serde_json::from_str(&file.text).unwrap();
    assert_eq!((&told["inherits"], &told["schema"]), (&"retention".into(), &"muster-scenario/1".into()));
    let [leavers, posts] = told["changes"].as_array().unwrap().as_slice() else { panic!("{}", file.text) };
    assert_eq!(
        (leavers["by"].as_f64(), leavers["low"].as_f64(), leavers["high"].as_f64()),
        (Some(-0.1), Some(-0.15), Some(-0.05))
    );
    assert_eq!((leavers["from"].as_i64(), leavers["to"].as_i64()), (Some(2018), Some(2021)));
    assert_eq!((posts["by"].as_f64(), &posts["profile"]), (Some(25.0), &"back-loaded".into()));
    let form = "non-contact-share-gp=5&sure=exact&contact-minutes-administration=9&time-to-fill-nurse=-25";
    let file = site.post("/staffing/scenarios/document", form).await;
    let told: Value = serde_json::from_str(&file.text).unwrap();
    let made: Vec<_> =
        told["changes"].as_array().unwrap().iter().map(|of| (&of["lever"], of["by"].as_f64())).collect();
    let wanted = [(&"time-to-fill".into(), Some(-0.25)), (&"non-contact-share".into(), Some(0.05))];
    assert_eq!(made, wanted, "points are hundredths, and administration sees no patients");
    // what a reader brings stays, and the levers are added to it
    let own =
        r#"{"schema": "muster-scenario/1", "name": "own", "title": "Own", "version": 3, "notes": ["n"]}"#;
    let both = multipart(&site, "/staffing/scenarios/document", &[("file", own), ("need-gp", "2.5")]).await;
    let told: Value = serde_json::from_str(&both.text).unwrap();
    assert_eq!(
        (&told["name"], &told["notes"][0], told["changes"][0]["by"].as_f64()),
        (&"own".into(), &"n".into(), Some(0.025))
    );
}

#[tokio::test]
async fn two_scenarios_stand_side_by_side_and_step_by_step() {
    let site = Site::new(State::Full).await;
    let page = site.post("/staffing/scenarios", "leavers-gp=-10&role=gp").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for part in [
        "Under Mine, from do-nothing, in 2021 South East London (sample) is likely to lack",
        "20.0 FTE less than under Do nothing",
        "Draw by draw, the gap of GPs changes by \u{2212}25.0 to \u{2212}15.0 FTE, with \u{2212}20.0 in the middle",
        "\u{2212}15.0% to \u{2212}5.0%",
        "id=\"compared-years-caption\"",
        "id=\"steps-caption\"",
        "id=\"chart-compared-t\"",
        "id=\"chart-steps-t\"",
        "value=\"-10\"",
    ] {
        assert!(page.text.contains(part), "{part}");
    }
    // the fragment is what the page holds; while a slider moves it has no steps
    let full =
        multipart(&site, "/staffing/scenarios", &[("leavers-gp", "-10"), ("role", "gp"), ("part", "full")])
            .await;
    assert!(!full.text.contains("<html") && page.text.contains(full.text.trim()));
    let quick = site.post("/staffing/scenarios", "leavers-gp=-10&part=quick").await.text;
    assert!(quick.contains("20.0 FTE less") && !quick.contains("steps-caption"));
    let same = site.get("/staffing/scenarios").await.text;
    assert!(same.contains("Both change nothing: they are the same."));
}

/// Fields of a form, and what the answer says.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);

#[tokio::test]
async fn a_bad_document_or_lever_is_refused_and_comes_back() {
    let site = Site::new(State::Full).await;
    let cases: [Case; 4] = [
        (&[("document", "{\"schema\": 1,\n x}")], &["line 2, column 2", "href=\"#document\""]),
        (&[("document", "{\"schema\": 1,\n x}"), ("posts-gp", "5")], &["line 2, column 2", "value=\"5\""]),
        (
            &[(
                "document",
                r#"{"schema": "muster-scenario/1", "changes": [{"lever": "posts", "roles": ["pilot"]}]}"#,
            )],
            &["changes[0].roles: value `pilot`", "choose one of gp, nurse"],
        ),
        (
            &[("leavers-gp", "lots"), ("need-gp", "900")],
            &["Leavers of GPs: `lots` must be", "Need of GPs: `900` must be", "value=\"lots\""],
        ),
    ];
    for (fields, parts) in cases {
        for path in ["/staffing/scenarios", "/staffing/scenarios/run"] {
            let page = multipart(&site, path, fields).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
            for part in parts {
                assert!(page.text.contains(part), "{part}: {}", page.text);
            }
        }
        let fragment =
            multipart(&site, "/staffing/scenarios", &[fields, &[("part", "quick")]].concat()).await;
        assert!(fragment.text.contains("There is a problem"));
    }
    let started = multipart(&site, "/staffing/scenarios/run", &[("posts-gp", "5")]).await;
    assert_eq!(started.headers[header::LOCATION], format!("/forecasts/{}", rows::RUNNING));
}

#[tokio::test]
async fn knowledge_chance_and_choice_stand_apart() {
    let site = Site::new(State::Full).await;
    let html = site.get("/staffing/sensitivity?node=LAM&year=2021").await.text;
    let at = |part: &str| html.find(part).unwrap_or_else(|| panic!("no {part}"));
    let (knowledge, chance, choice) =
        (at("id=\"knowledge-caption\""), at("id=\"chance-caption\""), at("id=\"choice-caption\""));
    assert!(knowledge < chance && chance < choice);
    let between = |part: &str, from: usize, to: usize| html[from..to].contains(part);
    assert!(
        between("How fast lists grow", knowledge, chance) && between("30.9% to 51.5%", knowledge, chance)
    );
    assert!(
        between("Which practices close", chance, choice)
            && !between("Which practices close", knowledge, chance)
    );
    assert!(
        html.contains("misses by 18.2 FTE on average")
            && html.contains("£545,000")
            && html.contains("chart-tornado-t")
            && html.contains("FTE, is knowledge: How fast lists grow.")
    );
    for (query, words) in [
        ("node=NIX", "the area has no node `NIX`"),
        ("year=1999", "Year: `1999` must be a year from 2017 to 2021"),
    ] {
        let page = site.get(&format!("/staffing/sensitivity?{query}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert!(page.text.contains(words), "{query}");
    }
}

#[tokio::test]
async fn what_decides_is_asked_of_patients_as_they_count_and_as_a_command() {
    let site = Site::new(State::Full).await;
    let counted = "list=weighted&deprivation=yes&patients=resident";
    let page = site.get(&format!("/staffing/sensitivity?node=LAM&{counted}")).await.text;
    assert!(page.contains("Patients: Weighted, Resident, deprivation true."), "{page}");
    for chosen in ["weighted", "yes", "resident"] {
        assert!(page.contains(&format!("value=\"{chosen}\" selected")), "{chosen}");
    }
    let plain = site.get("/staffing/sensitivity?node=LAM").await.text;
    assert!(plain.contains("Patients: Unspecified, Unspecified, deprivation false."), "{plain}");
    let late = site.get(&format!("/staffing/sensitivity?area=ENGLAND&node=LAM&draws=1,256&prices=2023&missing_returns=last-value&{counted}")).await;
    assert_eq!(late.status, StatusCode::GATEWAY_TIMEOUT);
    let command = "muster staffing sensitivity --area &#39;ENGLAND&#39; --role gp --scenario &#39;do-nothing&#39; --base 2016 --to 2021 \
         --draws 1256 --prices 2023 --missing last-value --list weighted --deprivation --patients resident --node &#39;LAM&#39; --year 2021<";
    assert!(late.text.contains(command), "{}", late.text);
}

#[tokio::test]
async fn a_plan_says_whether_it_keeps_and_what_decides() {
    let site = Site::new(State::Full).await;
    let kept = site.post("/staffing/plan", "chance=20").await.text;
    assert!(kept.contains("Every borough and year that counts stays at or under a chance of 20.0%"));
    assert!(kept.contains("90% \u{2192} 18%") && kept.contains(">kept<") && kept.contains(">not counted<"));
    assert!(kept.contains("action=\"/staffing/scenarios\"") && kept.contains("Least-cost plan"));
    assert!(kept.contains("120.0 FTE <span class=\"nhsuk-tag nhsuk-tag--grey\">shared</span>"), "{kept}");
    let over = site.post("/staffing/plan", "chance=15&posts-cap=50&posts-cost=99300").await.text;
    assert!(
        over.contains("1 of 18 borough years stay above. Lambeth in 2021 decides") && over.contains(">over<")
    );
    assert!(
        over.contains("value=\"99300\"") && over.contains("£99,300.00 for an FTE"),
        "what was asked comes back"
    );
    let wrong = site.post("/staffing/plan", "chance=x&posts-cap=many").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in [
        "Chance accepted: `x` must be",
        "More posts, the most: `many` must be",
        "More posts, cost: `` must be",
    ] {
        assert!(wrong.text.contains(part), "{part}");
    }
    let before = site.get("/staffing/plan").await.text;
    assert!(!before.contains("chances-caption"), "nothing is looked for before it is asked for");
}

#[tokio::test]
async fn a_plan_that_takes_too_long_names_its_command() {
    let site = Site::new(State::Full).await;
    tokio::time::pause();
    let asked = "area=ENGLAND&chance=15&shortage=10&from_year=2020&list=weighted&leavers-cap=20&leavers-cost=180000.5&leavers-starts=2018";
    let page = site.post("/staffing/plan", asked).await;
    assert_eq!(page.status, StatusCode::GATEWAY_TIMEOUT);
    let command = "muster staffing plan --area &#39;ENGLAND&#39; --role gp --scenario &#39;do-nothing&#39; --base 2016 --to 2021 \
         --list weighted --chance 0.15 --from 2020 --lever leavers:-0.2:180000.5:2018<";
    assert!(page.text.contains(command), "{}", page.text);
}
