//! Procurement: search, one item, review, suppliers and spend, files; and that other pages do without. Rounds are in [`crate::rounds`].

use http::{StatusCode, header};

use crate::{
    fixture::{self, State},
    pages::{Answer, Site},
};

/// Every page and file of procurement that stands in a fresh node too.
pub(crate) const ALWAYS: [&str; 14] = [
    "/catalogue",
    "/catalogue?q=gloves&organisation=rj1",
    "/catalogue/search.csv",
    "/catalogue/review",
    "/catalogue/review/decisions.csv",
    "/catalogue/suppliers",
    "/catalogue/suppliers/suppliers.csv",
    "/catalogue/suppliers/spend.csv",
    "/catalogue/variance",
    "/catalogue/variance/variance.csv",
    "/catalogue/rounds",
    "/catalogue/rounds.csv",
    "/catalogue/rounds/new",
    "/catalogue/realised",
];

/// Those that need data.
pub(crate) const WITH_DATA: [&str; 25] = [
    "/catalogue?q=glvoes",
    "/catalogue?token=25&from=26",
    "/catalogue/items/1204",
    "/catalogue/items/1204?quantity=60&on=2026-05-01&place=GB%2FSE13&known_at=2026-04-30T12:00",
    "/catalogue/items/1310",
    "/catalogue/items/1402",
    "/catalogue/items/1204/prices.csv?quantity=60",
    "/catalogue/items/1204/not-in-force.csv",
    "/catalogue/items/1204/offers.csv",
    "/catalogue/items/1204/versions.csv",
    "/catalogue/items/1204/same-items.csv",
    "/catalogue/review?token=10",
    "/catalogue/suppliers?least=0&by_supplier=on&by_organisation=on&by_month=on",
    "/catalogue/variance?organisation=qkk",
    "/catalogue/variance/withheld.csv",
    "/catalogue/variance/quarantine.csv",
    "/catalogue/rounds/new?item=1204",
    "/catalogue/rounds/0190-pledging",
    "/catalogue/rounds/0190-bidding",
    "/catalogue/rounds/0190-computed",
    "/catalogue/rounds/0190-refused",
    "/catalogue/rounds/0190-awarded",
    "/catalogue/rounds/0190-cancelled",
    "/catalogue/rounds/0190-awarded/constraints.csv",
    "/catalogue/realised/months.csv",
];

pub(crate) fn holds(page: &Answer, parts: &[&str]) {
    for part in parts {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
}

pub(crate) fn refused(page: &Answer, status: StatusCode, parts: &[&str]) {
    assert_eq!(page.status, status, "{}", page.text);
    assert!(page.text.contains("<title>Error: "), "the title says that something is wrong");
    holds(page, parts);
}

pub(crate) fn leads(page: &Answer, to: &str) {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    assert_eq!(page.headers[header::LOCATION], to);
}

#[tokio::test]
async fn the_first_page_of_procurement_says_what_stands_where_and_finds_items() {
    let site = Site::new(State::Full).await;
    let page = site.get("/catalogue").await;
    holds(
        &page,
        &[
            "data-figure=\"items\">35<",
            "data-figure=\"proposals\">16<",
            "data-figure=\"opportunity\">£41,671<",
            "confirmed; £12,500 in 16 pairs not confirmed",
            "data-figure=\"rounds\">4<",
            "of 6 rounds",
            "Items 1 to 25 of 35.",
            "token=25&#38;from=26",
            "href=\"/catalogue/export/offers.xlsx\"",
        ],
    );
    let second = site.get("/catalogue?token=25&from=26").await;
    holds(&second, &["Items 26 to 35 of 35", "First page"]);
    let mistyped = site.get("/catalogue?q=glvoes").await;
    holds(
        &mistyped,
        &[
            "3 items, best first. Forgiven: glvoes: gloves.",
            "href=\"/catalogue/items/1310\"",
            "1 box = 200 consumable units",
        ],
    );
    assert!(!mistyped.text.contains("Syringe"));
    let csv = site.get("/catalogue/search.csv?q=nitrile&organisation=rj1").await.text;
    assert_eq!(csv.lines().count(), 2);
    assert!(csv.contains("GLOVE EXAM NITRILE P/F MED BX200,RJ1 4401,ANSELL LTD (ANS-92)"), "{csv}");
    holds(&site.get("/catalogue?q=scalpels").await, &["No item fits. Use fewer words, or drop a filter."]);
}

#[tokio::test]
async fn an_item_shows_its_price_with_its_decimals_and_what_does_not_hold() {
    let site = Site::new(State::Full).await;
    let page = site.get("/catalogue/items/1204").await;
    holds(
        &page,
        &[
            "One price is in force: £6.4825 for 1 box from ANSELL UK LIMITED, £32.4125 for 1,000 consumable units",
            "From April 2025 to March 2026, 12 purchase lines for 240,000 consumable units cost £82,944.",
            "it holds from 50 boxes",
            "taken back",
            "1 box = 100 consumable units",
            "33141420 Surgical gloves (CPV)",
            "same item, other pack",
            "examination, not surgery, until 31 March 2027",
            "action=\"/catalogue/decisions/0190-decision-1\"",
            "href=\"/catalogue/rounds/new?item=1204\"",
        ],
    );
    let many = site.get("/catalogue/items/1204?quantity=60&on=2026-05-01").await;
    holds(
        &many,
        &[
            "The cheapest price in force is £5.99 for 1 box from MEDLINE LTD",
            "£359.40",
            "value=\"60\"",
            "prices.csv?quantity=60&#38;on=2026-05-01",
        ],
    );
    let csv = site.get("/catalogue/items/1204/prices.csv?quantity=60").await.text;
    assert!(csv.lines().nth(1).unwrap().starts_with("MEDLINE LTD,5.9900,1 box,359.4000,29.9500,"), "{csv}");
    refused(
        &site.get("/catalogue/items/1204?quantity=some").await,
        StatusCode::UNPROCESSABLE_ENTITY,
        &["Quantity must be a number above nought", "href=\"#quantity\"", "value=\"some\""],
    );
    refused(
        &site.get("/catalogue/items/1204?on=someday").await,
        StatusCode::UNPROCESSABLE_ENTITY,
        &["`someday` is no day", "href=\"#on\""],
    );
    holds(
        &site.get("/catalogue/items/1402").await,
        &["The pack has to be asked about.", "which is right?", "No offer of it is known"],
    );
    for path in ["/catalogue/items/77", "/catalogue/items/glove"] {
        assert_eq!(site.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_prices_of_another_organisation_are_on_no_page_and_in_no_file() {
    let site = Site::new(State::Full).await;
    let page = site.get("/catalogue/items/1310").await;
    holds(&page, &["This record is kept by another organisation."]);
    assert!(!page.text.contains('£') && !page.text.contains("name=\"quantity\""));
    assert_eq!(site.get("/catalogue/items/1310/prices.csv").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_pair_is_confirmed_or_rejected_with_a_reason_and_taken_back() {
    let site = Site::new(State::Full).await;
    let page = site.get("/catalogue/review").await;
    holds(
        &page,
        &[
            "16 proposals wait for a decision. The first is about £82,944 a year of own purchases",
            "£82,944 a year at stake",
            "97.3% sure",
            "against: one record has no GTIN",
            "QKK GLV-M and RJ1 4401",
            "known of one only",
            "a glove is no hip",
            "href=\"/catalogue/review?token=10\"",
        ],
    );
    let address = "/catalogue/review/0190-pair-1";
    let good = "decision=confirm&relation=same-item&reason=one+code&token=";
    leads(&site.post(address, good).await, "/catalogue/review?token=#queue-heading");
    leads(
        &site.post(address, "decision=reject&reason=another+size&token=10").await,
        "/catalogue/review?token=10#queue-heading",
    );
    refused(
        &site.post(address, "decision=reject&relation=same-item").await,
        StatusCode::UNPROCESSABLE_ENTITY,
        &["write why", "href=\"#reason-0\""],
    );
    refused(
        &site.post(address, "decision=confirm&relation=substitutable&reason=agreed").await,
        StatusCode::UNPROCESSABLE_ENTITY,
        &[
            "a substitution needs what it is for and a last day",
            "value=\"agreed\"",
            "value=\"substitutable\" selected",
        ],
    );
    assert_eq!(site.post("/catalogue/review/gone", good).await.status, StatusCode::NOT_FOUND);
    leads(
        &site.post("/catalogue/decisions/0190-decision-1", "reason=wrong+row").await,
        "/catalogue/review#decisions-heading",
    );
    refused(
        &site.post("/catalogue/decisions/0190-decision-3", "reason=again").await,
        StatusCode::CONFLICT,
        &["the decision was taken back before", "href=\"#decisions-heading\""],
    );
    refused(
        &site.post("/catalogue/decisions/0190-decision-1", "reason=&item=1204").await,
        StatusCode::UNPROCESSABLE_ENTITY,
        &["write why the decision is taken back", "Item 1204", "href=\"#links-heading\""],
    );
    let searched = site.post("/catalogue/review", "").await;
    holds(
        &searched,
        &["20,000 items were compared: 1,204 pairs are alike enough to be proposed, 301 of them"],
    );
    let csv = site.get("/catalogue/review/decisions.csv").await.text;
    assert!(csv.contains("taken back on 22 March 2026,wrong row,a glove is no hip,"), "{csv}");
}

#[tokio::test]
async fn two_items_that_nobody_proposed_are_linked_from_the_page_of_one() {
    let site = Site::new(State::Full).await;
    let address = "/catalogue/items/1204";
    let good = "decision=confirm&relation=other-pack&reason=ten+boxes&other=1377";
    leads(&site.post(address, good).await, "/catalogue/items/1204#links-heading");
    for (form, said) in [
        (good.replace("1377", "GLV"), "the other item must be the number in its address"),
        (good.replace("1377", "9999"), "there is no item 9999"),
        (good.replace("other-pack", "twin"), "choose what the two items are to each other"),
    ] {
        let page = site.post(address, &form).await;
        refused(&page, StatusCode::UNPROCESSABLE_ENTITY, &[said, "href=\"#other\"", "value=\"ten boxes\""]);
    }
}

#[tokio::test]
async fn the_spend_cube_adds_up_to_the_penny_along_any_sides() {
    let site = Site::new(State::Full).await;
    let page = site.get("/catalogue/suppliers").await;
    holds(
        &page,
        &[
            "2 suppliers are paid by 2 organisations or more. The largest is ALLIANCE HEALTHCARE: £4.1 million from 3",
            "RJ1 £2,112,345.67; RJZ £1,500,000.33; RJ2 £500,000.00",
            "6 lines add up to £4,191,345.01.",
            "Names that may be one supplier: 1",
            "one supplier: one company number (buyer-1, 20 March 2026)",
        ],
    );
    assert!(
        page.text.contains("id=\"by_supplier\" name=\"by_supplier\" type=\"checkbox\" value=\"on\" checked")
    );
    let csv =
        site.get("/catalogue/suppliers/spend.csv?by_organisation=on&by_month=on&from=2020-05").await.text;
    assert_eq!(
        csv,
        "organisation,month,pounds,lines\nRJ2,2020-05,500000.00,1\nRJZ,2020-05,39999.50,1\nRJ1,2020-05,-1000.50,1\n\
         All lines,,538999.00,3\n"
    );
    let all = site.get("/catalogue/suppliers/suppliers.csv?least=0").await.text;
    assert!(
        all.contains("HIPWORKS,1,-1000.50,1,RJ1 \u{2212}£1,000.50")
            || all.contains("HIPWORKS,1,-1000.50,1,\"RJ1 \u{2212}£1,000.50\""),
        "{all}"
    );
    for (query, field) in [("least=few", "least"), ("from=soon", "supplier")] {
        let page = site.get(&format!("/catalogue/suppliers?{query}")).await;
        refused(&page, StatusCode::UNPROCESSABLE_ENTITY, &[&format!("href=\"#{field}\"")]);
    }
    let pair = "one=ANSELL+LIMITED&other=ANSELL+HEALTHCARE+EUROPE";
    for decision in ["same", "different", "revoke"] {
        let form = format!("{pair}&decision={decision}&reason=company+number");
        leads(&site.post("/catalogue/suppliers", &form).await, "/catalogue/suppliers#pairs-heading");
    }
    refused(
        &site.post("/catalogue/suppliers", &format!("{pair}&decision=revoke&reason=")).await,
        StatusCode::UNPROCESSABLE_ENTITY,
        &["write why", "href=\"#decided-heading\""],
    );
}

#[tokio::test]
async fn the_own_part_of_the_catalogue_is_passed_on_as_a_file() {
    let site = Site::new(State::Full).await;
    for (file, media, name) in [
        ("items.csv", "text/csv; charset=utf-8", "muster-items.csv"),
        (
            "offers.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "muster-offers.xlsx",
        ),
    ] {
        let page = site.get(&format!("/catalogue/export/{file}")).await;
        assert_eq!(page.headers[header::CONTENT_TYPE], media);
        assert!(page.headers[header::CONTENT_DISPOSITION].to_str().unwrap().contains(name));
        assert_eq!(page.text, "item_ref\nGLV-M\n");
    }
    for path in ["items.xml", "items.pdf", "wishes.csv", "items.csv?organisation=RYQ"] {
        let page = site.get(&format!("/catalogue/export/{path}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_fresh_node_says_which_files_lead_to_an_answer() {
    let site = Site::new(State::Empty).await;
    for (path, parts) in [
        (
            "/catalogue",
            &["/imports/templates/items.csv", "/imports/templates/purchases.csv", "muster import items FILE"]
                [..],
        ),
        ("/catalogue/review", &["No item is known yet", "/imports/templates/items.csv"]),
        ("/catalogue/suppliers", &["muster import spend FILE"]),
        ("/catalogue/variance", &["Three steps lead to a comparison", "href=\"/catalogue/review\""]),
        ("/catalogue/rounds", &["href=\"/catalogue/rounds/new\"", "href=\"/catalogue/variance\""]),
        ("/catalogue/realised", &["Nothing was paid after an award yet", "/imports/templates/purchases.csv"]),
    ] {
        holds(&site.get(path).await, parts);
    }
}

#[tokio::test]
async fn other_pages_do_without_the_catalogue() {
    let site = Site::with(State::Full, fixture::without_catalogue).await;
    for path in ALWAYS.iter().chain(&WITH_DATA).chain(&["/catalogue/export/items.csv"]) {
        let page = site.get(path).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        holds(&page, &["the catalogue cannot be reached; every other page works without it"]);
    }
    let imports = site.get("/imports").await;
    assert_eq!(imports.status, StatusCode::OK);
    holds(&imports, &["The catalogue cannot be reached", "sample-gp-workforce", "sample-shifts.csv"]);
    for path in ["/", "/areas", "/forecasts", "/agency", "/csv/imports.csv", "/activity"] {
        assert_eq!(site.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn the_imports_page_takes_files_of_the_catalogue_and_tells_a_kind_of_two_readers_once() {
    let site = Site::new(State::Full).await;
    let list = site.get("/imports").await;
    holds(&list, &["value=\"items\"", "sample-items.csv"]);
    assert_eq!(list.text.matches("value=\"shifts\"").count(), 1);
    let taken = site.upload("good", "items").await;
    assert_eq!(taken.status, StatusCode::OK);
    holds(&taken, &["g.csv was imported", "href=\"/catalogue\">Next step", "value=\"items\" selected"]);
    assert!(site.get("/imports/templates/shifts.csv").await.text.starts_with("shift_ref\n"));
    // a document of another standard has no template of ours, and none is offered
    holds(&list, &["value=\"invoice\""]);
    assert!(!list.text.contains("/imports/templates/invoice"));
    assert_eq!(site.get("/imports/templates/invoice.csv").await.status, StatusCode::NOT_FOUND);
    let home = site.get("/").await;
    holds(&home, &["href=\"/catalogue\">Procurement</a>: one catalogue"]);
}
