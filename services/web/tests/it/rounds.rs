//! Buying together: price variance, collective rounds, realised prices.

use http::StatusCode;

use crate::{
    catalogue::{holds, leads, refused},
    fixture::{State, catalogue_rounds as rounds},
    pages::{Answer, Site},
};

#[tokio::test]
async fn variance_shows_what_is_confirmed_and_says_apart_what_is_not() {
    let site = Site::new(State::Full).await;
    let page = site.get("/catalogue/variance").await;
    holds(
        &page,
        &[
            "would have cost £41,671 less, on links that people have confirmed.",
            "Most could be saved on QKK: Gloves, nitrile, powder free, medium: £41,050, 1.9 times the lower quartile.",
            "£34.56",
            "£0.035",
            "97.3%",
            "16 further pairs are proposed and not decided. Weighed by their scores they stand for £12,500 more",
            "fewer than three are never shown",
            "a pallet booked as a box?",
            "href=\"/catalogue/rounds/new?item=1204\"",
        ],
    );
    assert_eq!(page.text.matches("<svg").count(), 1);
    let csv = site.get("/catalogue/variance/variance.csv").await.text;
    assert_eq!(csv.lines().count(), 3, "what is withheld is in a file of its own: {csv}");
    let other = site.get("/catalogue/variance?organisation=RYQ").await;
    holds(&other, &["No own purchase can be compared yet", "Look for pairs"]);
}

#[tokio::test]
async fn a_round_is_opened_from_an_item_or_its_form_comes_back() {
    let site = Site::new(State::Full).await;
    let form = site.get("/catalogue/rounds/new?item=1204").await;
    holds(&form, &["LOT-1; Gloves, nitrile, powder free, medium, 1 box; ; 1204; 200", ">QKK</textarea>"]);
    let good = "title=Gloves&subject=supplies&partners=RJ1%0ARJZ%3B+sub-central&lots=GLV%3B+Gloves%3B+6.48%3B+1204%3B+200\
                &pledge_by=2026-12-11T17:00&bids_by=2026-12-18T17:00&approve_by=2026-12-23T17:00";
    leads(&site.post("/catalogue/rounds", good).await, "/catalogue/rounds/0190-pledging");
    let wrong = good.replace("6.48", "dear").replace("2026-12-11T17:00", "soon");
    refused(
        &site.post("/catalogue/rounds", &wrong).await,
        StatusCode::UNPROCESSABLE_ENTITY,
        &[
            "Line 1 of lots: the estimated price must be pounds",
            "href=\"#pledge_by\"",
            "GLV; Gloves; dear; 1204; 200",
        ],
    );
    refused(
        &site.post("/catalogue/rounds", &good.replace("12-18", "12-01")).await,
        StatusCode::UNPROCESSABLE_ENTITY,
        &["bids must be taken after pledging has ended"],
    );
}

#[tokio::test]
async fn a_round_offers_what_is_possible_and_nothing_else() {
    let site = Site::new(State::Full).await;
    let acts = |page: &Answer| {
        let all = ["pledge", "close", "bid", "withdraw", "compute", "approve", "refuse", "award", "cancel"];
        let there = |act: &&str| page.text.contains(&format!("name=\"act\" value=\"{act}\""));
        all.into_iter().filter(there).collect::<Vec<_>>()
    };
    for (id, wanted) in [
        (rounds::PLEDGING, &["pledge", "close", "cancel"][..]),
        (rounds::BIDDING, &["bid", "withdraw", "cancel"]),
        (rounds::COMPUTED, &["compute", "approve", "refuse", "award", "cancel"]),
        (rounds::REFUSED, &["compute", "cancel"]),
        (rounds::AWARDED, &[]),
        (rounds::CANCELLED, &[]),
    ] {
        let page = site.get(&format!("/catalogue/rounds/{id}")).await;
        assert_eq!(acts(&page), wanted, "{id}");
        holds(
            &page,
            &["the threshold of £135,018.00", "No partner would reach it alone", "All partners", "15,500"],
        );
    }
    let sealed = site.get("/catalogue/rounds/0190-bidding").await;
    holds(&sealed, &["6 bids stand. Nobody reads what they say before the deadline"]);
    assert!(!sealed.text.contains("MEDLINE LTD (") && !sealed.text.contains("180,000.00"));
    let computed = site.get("/catalogue/rounds/0190-computed").await;
    holds(
        &computed,
        &[
            "An award is put forward; RJZ still has to approve",
            "The award costs £182,500.00, £2,500.00 of it for switching. That is £17,500 less than the best bid for each lot alone",
            "£51,500 less than what the partners paid for the same in the year before",
            "Nothing cheaper is possible under these constraints.",
            "The runner-up costs £17,500.00 more; it takes bids A-1, B-2 instead.",
            "RJZ vetoes POLYCO for GLV-M",
            "£1,250.50",
            "not known",
            "has still to say",
            "from 10,000: £6.2075",
            "£0.473",
        ],
    );
    assert_eq!(site.get("/catalogue/rounds/none").await.status, StatusCode::NOT_FOUND);
    let csv = site.get("/catalogue/rounds/0190-awarded/pledges.csv").await.text;
    assert_eq!(
        csv,
        "organisation,GLV-M,SYR-10\nRJ1,8000,120000\nRJ2,,\nRJZ,7500,60000\nAll partners,15500,180000\n"
    );
}

#[tokio::test]
async fn what_cannot_be_done_in_a_round_is_said_at_its_form() {
    let site = Site::new(State::Full).await;
    let pledging = "/catalogue/rounds/0190-pledging";
    let pledge = "act=pledge&pledge_organisation=RJ1&pledge_lot=GLV-M&pledge_quantity=8%2C000";
    leads(&site.post(pledging, pledge).await, pledging);
    for (form, status, said, field) in [
        (
            pledge.replace("8%2C000", "many"),
            StatusCode::UNPROCESSABLE_ENTITY,
            "Units must be a whole number",
            "pledge_quantity",
        ),
        (pledge.replace("RJ1", "RYQ"), StatusCode::FORBIDDEN, "you do not speak for RYQ", "pledge-heading"),
        (
            "act=close".into(),
            StatusCode::CONFLICT,
            "pledging was closed while the page was open",
            "close-heading",
        ),
        ("act=dance".into(), StatusCode::UNPROCESSABLE_ENTITY, "nothing in a round is called", "act-heading"),
    ] {
        let page = site.post(pledging, &form).await;
        refused(&page, status, &[said, &format!("href=\"#{field}\""), &format!("id=\"{field}\"")]);
    }
    let bidding = "/catalogue/rounds/0190-bidding";
    let bid = "act=bid&bid_id=D-1&bid_supplier=POLYCO&bid_lot_0=on&bid_price=99000";
    leads(&site.post(bidding, bid).await, bidding);
    let page = site.post(bidding, &bid.replace("bid_lot_0=on&", "")).await;
    refused(&page, StatusCode::UNPROCESSABLE_ENTITY, &["Tick the lots", "value=\"POLYCO\""]);
    let computed = "/catalogue/rounds/0190-computed";
    leads(&site.post(computed, "act=compute&max_suppliers=2&max_share=60&seconds=5").await, computed);
    let page = site.post(computed, "act=compute&vetoes=RJZ").await;
    refused(&page, StatusCode::UNPROCESSABLE_ENTITY, &["Line 1 of vetoes", ">RJZ</textarea>"]);
    let page = site.post(computed, "act=award").await;
    refused(
        &page,
        StatusCode::UNPROCESSABLE_ENTITY,
        &["RJ2 has still to approve the award", "href=\"#award-now-heading\""],
    );
}

#[tokio::test]
async fn realised_prices_say_what_was_saved_and_which_pledges_are_behind() {
    let site = Site::new(State::Full).await;
    let page = site.get("/catalogue/realised").await;
    holds(
        &page,
        &[
            "Since the awards £16,082.12 was paid: £2,036 less than before, where a baseline is known, and £158 more than the \
             awards say. £125.00 went to others than the awarded suppliers.",
            "RJ1 saved most against its baseline: £2,117.",
            "1 pledge is behind; at this pace suppliers may claw back £1,830.50.",
            "650.5",
            "href=\"/catalogue/rounds/0190-awarded\"",
        ],
    );
    let csv = site.get("/catalogue/realised/months.csv").await.text;
    assert!(csv.ends_with("All,,14018.00,15924.24,16082.12,2035.88,125.00\n"), "{csv}");
    let lots = site.get("/catalogue/realised/lots.csv").await.text;
    assert!(lots.contains("RJZ,2026-05,GLV-M,650.500,,3981.06,4100.00,,0.00"), "{lots}");
}
