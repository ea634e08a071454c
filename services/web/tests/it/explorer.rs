//! The gap explorer, its files, and the addresses that lead to it.

use http::{StatusCode, header};

use crate::{
    fixture::{State, rows},
    pages::Site,
};

#[tokio::test]
async fn the_gap_of_a_node_stands_in_one_sentence_with_both_ends() {
    let site = Site::new(State::Full).await;
    let page = site.get("/staffing?at=borough%2FLAM&role=gp&year=2021").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let html = page.text;
    assert!(
        html.contains("In 2021 Lambeth is likely to lack between 15 and 36 GPs; the middle is 25 too few, 12.7% of the 200"),
        "{html}"
    );
    for part in ["id=\"chart-gap-t\"", "id=\"years-gp-caption\"", "The forecast holds no"] {
        assert_eq!(html.contains(part), !part.starts_with("The"), "{part}");
    }
    // its parts: federations with a practice in it, each marked where it reaches beyond
    assert!(
        html.contains("Federations by gap of GPs in 2021, largest first")
            && html.contains("partly elsewhere")
    );
    for end in ["csv", "xlsx", "json"] {
        assert!(html.contains(&format!("/staffing/runs/{}.{end}", rows::RUN)), "{end}");
    }
    assert!(html.contains("9b1d4a7c2e5f") && html.contains("cohort 1.0.0"), "where it comes from");
}

#[tokio::test]
async fn parts_are_ranked_and_stand_ins_marked() {
    let site = Site::new(State::Full).await;
    let html = site.get("/staffing?role=nurse&parts=federation").await.text;
    let at = |name: &str| html.find(&format!(">{name}</a>")).unwrap_or_else(|| panic!("no {name}"));
    assert!(at("Federation 15 (sample)") < at("Federation 9 (sample)"), "largest first");
    assert!(html.contains(">placeholder<") && html.contains("Nurses needed and in post"));
    let practice = site.get("/staffing?practice=y90001").await.text;
    assert!(practice.contains("The gap in Practice 1 (sample)") && !practice.contains("parts-caption"));
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let site = Site::new(State::Full).await;
    for (query, words) in [
        ("at=borough%2FNIX", "no finished forecast covers a borough `NIX`"),
        ("at=nonsense", "there is no node `nonsense`"),
        ("year=2030", "the forecast has no year `2030`: it goes from 2016 to 2021"),
        ("role=pilot", "the forecast holds no role `pilot`"),
    ] {
        let page = site.get(&format!("/staffing?{query}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{query}");
        assert!(page.text.contains(words), "{query}: {}", page.text);
    }
    let empty = Site::new(State::Empty).await.get("/staffing").await;
    assert!(empty.text.contains("There are no data yet") && empty.text.contains("href=\"/imports\""));
    assert_eq!(Site::new(State::Away).await.get("/staffing").await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_run_is_passed_on_as_a_file() {
    let site = Site::new(State::Full).await;
    let file = site.get(&format!("/staffing/runs/{}.csv", rows::RUN)).await;
    assert_eq!(file.text, "level,node\nsystem,SEL\n");
    assert_eq!(file.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"muster-SEL-2021.csv\"");
    for path in ["/staffing/runs/none.csv".to_owned(), format!("/staffing/runs/{}.exe", rows::RUN)] {
        assert_eq!(site.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
