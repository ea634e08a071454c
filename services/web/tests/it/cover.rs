//! Cover of the gap, rate drift, the shared bank, and the cover that was used.

use http::{StatusCode, header};

use crate::{fixture::State, pages::Site};

#[tokio::test]
async fn the_cover_of_the_gap_says_what_it_costs_and_where_its_prices_are_from() {
    let site = Site::new(State::Full).await;
    let html = site.get("/agency/cover").await.text;
    for part in [
        "Not recruiting the 121 GPs that are missing in South East London in 2021 would cost between £6.4 million and £14.5 million a \
         year (80% interval) all-in in bank and agency cover; the middle is £9.7 million",
        "No shifts of medical staff are known, or too few",
        "href=\"/agency/rates?kind=cover-rules\"",
        "The most would be paid in Southwark",
        "the rule table",
        "href=\"/staffing?at=borough%2FBEX&#38;role=gp&#38;year=2021\"",
        "No shifts of this group of staff are known.",
        "shares and costs are those of the cover rules",
        "no cover rule for role administration",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert_eq!(html.matches("<svg").count(), 1);
    assert!(html.find("data-finding").unwrap() < html.find("<svg").unwrap());
    let nurses = site.get("/agency/cover?role=nurse&year=2020").await.text;
    for part in [
        "From May 2015 to April 2016, bank and agencies worked 660,000 hours of nursing for all organisations together",
        "The gap would need 8.0% of that.",
        "<span class=\"m-word\">too many</span>",
        "A gap at or below nought needs no cover.",
        "all organisations’ shifts",
        "<option value=\"2020\" selected>",
        "LAM posts too few shifts of nursing",
    ] {
        assert!(nurses.contains(part), "{part}");
    }
    let csv = site.get("/agency/cover.csv?role=nurse").await.text;
    let bexley = csv.lines().find(|line| line.starts_with("Bexley")).unwrap();
    assert!(bexley.starts_with("Bexley,-3.200,-11.200 to 5.800,0.00,0.00 to 0.00,all,81.100,0,"), "{bexley}");
    let other = site.get("/agency/cover?level=practice").await.text;
    assert!(
        other.contains("say nothing of this level") || other.contains("The forecast holds no such area.")
    );
    for path in ["/agency/cover?level=galaxy", "/agency/cover?year=soon"] {
        assert_eq!(site.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn steps_in_rates_name_the_largest_and_keep_what_others_shared_apart() {
    let site = Site::new(State::Full).await;
    let html = site.get("/agency/drift").await.text;
    for part in [
        "The largest of 3 steps in rates: since 7 March 2016 RJZ pays its bank £90.00 an hour instead of £67.24, 33.8% more \
         (medical, consultant, core hours). If all other partners matched it, 2 of them would pay £214,000 more a year.",
        "its rate card",
        "bank, band-5, core hours, inner",
        "£176,000.00",
        "Shared by other organisations",
    ] {
        assert!(html.contains(part), "{part}");
    }
    let steps = site.get("/agency/drift/steps.csv").await.text;
    assert_eq!(steps.lines().count(), 3, "{steps}");
    let shared = site.get("/agency/drift/shared.csv").await.text;
    assert!(
        shared.lines().count() == 2 && shared.contains("RYQ,RYQ,2016-02-01,nursing,band-6,agency"),
        "{shared}"
    );
    assert_eq!(site.get("/agency/drift/wishes.csv").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_shared_bank_is_asked_by_a_form_and_proposes() {
    let site = Site::new(State::Full).await;
    let first = site.get("/agency/shared-bank").await.text;
    assert!(!first.contains("data-finding") && first.contains("name=\"deadline\""));
    assert!(!first.contains("No bank worker") && !first.contains("No shift is known"));
    let html = site.get("/agency/shared-bank?from=&until=&deadline=5").await.text;
    for part in [
        "Bank workers could fill 3 of the 5 unfilled shifts from 1 September 2026 to 30 September 2026 for £1,087.50 all-in. \
         With agencies for the 2 that are left, all cost £2,007.50: £292.50 less than agencies for every shift (£2,300.00), \
         and £135.50 less than first come",
        "Nothing cheaper is possible under these rules.",
        "What an agency would cost is not known for 1 filled shift",
        "32 bank workers were looked at. Nothing is booked.",
        "21 not available; 9 of another grade; 2 without enough rest",
        "11 hours of rest end at 19:00",
        "7 September 2026, 19:30",
        "href=\"/agency/shared-bank/document.json?from=2026-09-01&#38;until=2026-09-30\"",
        "value=\"2026-09-01\"",
        "From March 2016 to April 2016, homes recharge £18,870 to hosts for 598 hours of shared-bank work. One shift at \
         an unknown price",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let short = site.get("/agency/shared-bank?from=2026-09-07&until=2026-09-13&deadline=1").await.text;
    assert!(short.contains("It is at most 2.3% above the least that is possible"));
    let file = site.get("/agency/shared-bank/document.json?from=2026-09-01&until=2026-09-30").await;
    assert_eq!(file.headers[header::CONTENT_TYPE], "application/json");
    assert_eq!(
        file.headers[header::CONTENT_DISPOSITION],
        "attachment; filename=\"muster-shared-bank-2026-09-01-2026-09-30.json\""
    );
    assert_eq!(file.text, "{\"schema\":\"muster-shared-bank/1\"}");
    let csv = site.get("/agency/shared-bank/recharges.csv").await.text;
    assert!(csv.lines().nth(1).unwrap().starts_with("2016-04,RJZ,RJ2,4,46.000,1512.00,0"), "{csv}");
}

#[tokio::test]
async fn what_cannot_be_searched_is_said_in_the_form() {
    let site = Site::new(State::Full).await;
    for (query, field, said) in [
        ("deadline=60", "deadline", "Seconds must be a whole number from 1 to 20"),
        ("deadline=soon", "deadline", "Seconds must be"),
        ("from=2026-09-07&until=2026-09-01&deadline=5", "from", "the last not before the first"),
    ] {
        let page = site.get(&format!("/agency/shared-bank?{query}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert!(page.text.contains(said) && page.text.contains(&format!("href=\"#{field}\"")), "{query}");
    }
    let none = site.get("/agency/shared-bank?from=2031-01-01&deadline=5").await;
    assert!(none.status == StatusCode::OK && none.text.contains("No shift of these days is unfilled."));
    assert_eq!(
        site.get("/agency/shared-bank/document.json?from=2031-01-01").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_fresh_node_says_what_each_of_the_pages_needs() {
    let site = Site::new(State::Empty).await;
    for (path, parts) in [
        (
            "/agency/cover",
            &["No forecast has been published yet", "href=\"/forecasts\"", "muster staffing forecast"][..],
        ),
        ("/agency/drift", &["No step in rates is known.", "/imports/templates/rate-card.csv"]),
        (
            "/agency/shared-bank",
            &[
                "No bank worker is known yet",
                "muster import --template workers",
                "No shift is known yet",
                "nothing is recharged",
            ],
        ),
    ] {
        let html = site.get(path).await.text;
        for part in parts {
            assert!(html.contains(part), "{path}: {part}");
        }
    }
}

#[tokio::test]
async fn the_explorer_shows_the_cover_that_was_used() {
    let site = Site::new(State::Full).await;
    let html = site.get("/staffing?role=nurse&year=2020").await.text;
    for part in [
        "Cover that was used",
        "From May 2015 to April 2016 bank and agencies stood in for",
        "href=\"/agency/cover?scenario=do-nothing&#38;level=system&#38;role=nurse&#38;year=2020\"",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}
