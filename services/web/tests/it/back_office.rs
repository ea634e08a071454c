//! The back office: board, schemes, claims and what is decided on them, benchmarks, bridge, plan; and that other pages do without.
//! Editions and traces are in [`crate::editions`].

use http::{StatusCode, header};
use serde_json::Value;

use crate::{
    cases,
    catalogue::{holds, leads, refused},
    fixture::{self, State},
    pages::Site,
};

/// Every page and file that stands in a fresh node too.
pub(crate) const ALWAYS: [&str; 17] = [
    "/back-office",
    "/back-office/board/headline.csv",
    "/back-office/board/organisations.csv",
    "/back-office/schemes",
    "/back-office/schemes.csv",
    "/back-office/schemes-delivery.csv",
    "/back-office/claims",
    "/back-office/claims.csv",
    "/back-office/benchmarks",
    "/back-office/benchmarks/national.csv",
    "/back-office/bridge",
    "/back-office/bridge/steps.csv",
    "/back-office/plan",
    "/back-office/plan/pressure.csv",
    "/editions",
    "/editions.csv",
    "/api/board.json",
];

/// Those that need data.
pub(crate) const WITH_DATA: [&str; 19] = [
    "/back-office?as_of=2017-10",
    "/back-office/schemes?organisation=rj1&standing=deceiving",
    "/back-office/schemes/S-002",
    "/back-office/claims?state=all",
    "/back-office/claims?from=10",
    "/back-office/claims?claim=c-attested&done=attested",
    "/back-office/benchmarks?function=payroll&organisation=rj1&year=2016",
    "/back-office/bridge?shipped=1",
    "/back-office/bridge?one=do-nothing&other=later",
    "/editions/2",
    "/editions/latest?public=1",
    "/editions/1?prefix=scheme%2F",
    "/editions/2/figures.csv?public=1",
    "/editions/diff",
    "/editions/diff?from=1&to=2&public=1",
    "/editions/diff.csv?from=1",
    "/editions/2/board-update",
    "/trace?figure=savings%2Fattested",
    "/trace.csv?figure=savings%2Fattested",
];

#[tokio::test]
async fn the_board_has_attested_money_in_the_headline_and_everything_else_beside_it() {
    let site = Site::new(State::Full).await;
    let page = site.get("/back-office").await;
    holds(
        &page,
        &[
            "Finance has attested £68,751 from 3 organisations above their own programmes; £61,251 of it comes from recurrent schemes.",
            "A further £21,500 is claimed or proposed and counts for nothing",
            "12 claims wait for finance.",
            "data-figure=\"attested\">£68,751<",
            "data-figure=\"within-own\">£10,000<",
            "data-figure=\"unattested\">£12,000<",
            "data-figure=\"proposed\">£9,500<",
            "href=\"/trace?figure=savings%2Fattested\">£68,750.50<",
            "href=\"/trace?figure=savings%2Fattested%2FRJZ\">£20,000.50<",
            "href=\"/back-office/claims?state=attested&#38;month=2017-09\">£61,250.50<",
            "href=\"/back-office/schemes/S-001\">S-001<",
            "April to October 2017",
            "m-warn\">amber<",
            "2 months of schemes have a plan and no actual",
            "Green to date and red for the year.",
            "S-002: One rate card for medical locums",
            "the ledger now shows a movement of less than this",
            "its evidence has changed since",
            "Sample data.",
        ],
    );
    let csv = site.get("/back-office/board/organisations.csv").await.text;
    assert_eq!(csv, "organisation,attested_pounds\nRJ1,41250.00\nRJ2,7500.00\nRJZ,20000.50\nAll,68750.50\n");
    let told: Value = serde_json::from_str(&site.get("/api/board.json").await.text).unwrap();
    assert_eq!((&told["attested_pence"], &told["delivery"]["to_date"]), (&6_875_050.into(), &"green".into()));
    assert_eq!(site.get("/back-office?as_of=soon").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(site.get("/back-office/board/wishes.csv").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_first_page_leads_from_the_gap_to_what_is_affordable() {
    let home = Site::new(State::Full).await.get("/").await;
    holds(
        &home,
        &[
            "data-figure=\"attested\">£68,751 attested by finance, and £21,500 waits for a decision<",
            "href=\"/agency/cover\"",
            "href=\"/back-office/bridge\"",
        ],
    );
}

#[tokio::test]
async fn schemes_are_filtered_and_each_has_a_page() {
    let site = Site::new(State::Full).await;
    let all = site.get("/back-office/schemes").await;
    holds(
        &all,
        &[
            "5 schemes plan £517,500 in the year",
            "One looks green to date and is red for the year.",
            "own programme</span>",
            "not signed</span>",
            "href=\"/trace?figure=scheme%2FS-001%2Ffye\">£300,000<",
        ],
    );
    let deceiving = site.get("/back-office/schemes?standing=deceiving").await;
    holds(
        &deceiving,
        &["1 scheme plans £108,000", "green to date, red for the year", "value=\"deceiving\" selected"],
    );
    assert!(!deceiving.text.contains("Gloves bought together"));
    let csv = site.get("/back-office/schemes.csv?organisation=RJ2").await.text;
    assert_eq!(csv.lines().count(), 3, "{csv}");
    let one = site.get("/back-office/schemes/S-003").await;
    holds(
        &one,
        &["once only: next year it is a gap again", "£67,500.00", "Claims of this scheme", "c-changed"],
    );
    assert_eq!(site.get("/back-office/schemes/S-999").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_owner_claims_on_the_page_of_a_scheme_or_the_form_comes_back() {
    let site = Site::new(State::Full).await;
    let address = "/back-office/schemes/S-002";
    leads(
        &site.post(address, "month=2017-10&amount=12%2C000.00&account=52100").await,
        "/back-office/claims?done=claimed&claim=c-claimed",
    );
    refused(
        &site.post(address, "month=October&amount=&cost_centre=W1").await,
        StatusCode::UNPROCESSABLE_ENTITY,
        &[
            "`October` is no month: write year and month, such as 2017-10",
            "Write the amount in pounds",
            "A cost centre needs its account",
            "value=\"October\"",
            "href=\"#account\"",
        ],
    );
    refused(
        &site.post(address, "month=2017-10&amount=500000.01").await,
        StatusCode::UNPROCESSABLE_ENTITY,
        &["a larger saving is a claim of its own", "value=\"500000.01\""],
    );
}

#[tokio::test]
async fn the_inbox_shows_what_claims_rest_on_and_what_is_doubtful() {
    let site = Site::new(State::Full).await;
    let page = site.get("/back-office/claims").await;
    holds(
        &page,
        &[
            "12 claims wait for a decision: £21,500, none of it in the headline.",
            "Waiting for a decision: 1 to 10 of 12",
            "904 agency hours and 420 more bank hours",
            "event agency.spend.posted 018f-spend-2017, caused by 018f-shifts-recorded",
            "the bank price is taken for pay",
            "account 52100, cost centre W12, October 2017, RJZ",
            "href=\"/trace?figure=savings%2Fclaim%2Fc-proposed\"",
            "from=10\">Next page",
            "value=\"S-004\">S-004: Shared payroll",
        ],
    );
    let own = site.get("/back-office/claims?claim=c-proposed").await;
    assert!(
        own.text.contains("S-001: Bank first") && !own.text.contains("S-002: One rate card"),
        "own schemes alone"
    );
    holds(&site.get("/back-office/claims?from=10").await, &["11 to 12 of 12", "Page before"]);
    let held = site.get("/back-office/claims?claim=c-held").await;
    holds(&held, &["It does not count:", "Take the attestation back"]);
    let changed = site.get("/back-office/claims?claim=c-changed").await;
    holds(&changed, &["by now it comes to £6,000.00, not £7,500.00."]);
    let csv = site.get("/back-office/claims.csv?state=attested&month=2017-09").await.text;
    assert_eq!(csv.lines().count(), 4, "{csv}");
    holds(&site.get("/back-office/claims?state=rejected&organisation=RJZ").await, &["No claim fits."]);
}

#[tokio::test]
async fn finance_attests_and_rejects_and_a_wrong_form_keeps_what_was_typed() {
    let site = Site::new(State::Full).await;
    let claimed = "/back-office/claims/c-claimed";
    let done = site.post(claimed, "act=attest&line_month=2017-10&account=52100&amount=12000.00").await;
    leads(&done, "/back-office/claims?done=attested&claim=c-claimed");
    leads(
        &site.post(claimed, "act=reject&reason=twice").await,
        "/back-office/claims?done=rejected&claim=c-claimed",
    );
    let proposed = "/back-office/claims/c-proposed";
    leads(
        &site.post(proposed, "act=take-on&scheme=S-001&amount=8000").await,
        "/back-office/claims?done=claimed&claim=c-proposed",
    );
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    refused(
        &site
            .post(claimed, "act=attest&line_month=2017-13&account=52100&amount=twelve&filter_state=claimed")
            .await,
        unprocessable,
        &[
            "href=\"#attest-amount-0\"",
            "href=\"#attest-line_month-0\"",
            "value=\"twelve\"",
            "name=\"filter_state\" value=\"claimed\"",
        ],
    );
    for (form, status, said) in [
        ("act=attest&account=", unprocessable, "Write the account of the line"),
        ("act=attest&account=99999", unprocessable, "the ledger has no such line"),
        ("act=attest&account=taken", StatusCode::CONFLICT, "the line supports another claim"),
        ("act=reject&reason=mine", StatusCode::FORBIDDEN, "somebody else must decide"),
        ("act=reject", unprocessable, "Write why: the owner reads it"),
        ("act=sell", unprocessable, "not `sell`"),
    ] {
        refused(&site.post(claimed, form).await, status, &[said]);
    }
    refused(
        &site.post(proposed, "act=attest&account=52100&amount=8500").await,
        unprocessable,
        &["the claim names no scheme", "value=\"52100\"", "href=\"#attest-account-0\""],
    );
    refused(&site.post(proposed, "act=take-on").await, unprocessable, &["href=\"#take-on-scheme-0\""]);
    assert_eq!(
        site.post("/back-office/claims/none", "act=reject&reason=x").await.status,
        StatusCode::NOT_FOUND
    );
    let told = site.get("/back-office/claims?done=attested&claim=c-own").await;
    holds(&told, &["£10,000 of RJ2 is attested. It is within the organisation’s own programme"]);
}

#[tokio::test]
async fn a_form_of_another_site_decides_nothing() {
    let site = Site::new(State::Full).await;
    for path in ["/back-office/claims/c-claimed", "/back-office/schemes/S-002", "/editions"] {
        let request = http::Request::post(path).header("sec-fetch-site", "cross-site");
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = site.send(request.body("act=reject&reason=x".into()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn benchmarks_never_show_a_cost_alone() {
    let site = Site::new(State::Full).await;
    holds(
        &site.get("/back-office/benchmarks").await,
        &[
            "5 rows fit; 1 question is asked. 1 row is not ranked",
            ">£4.28<",
            "99.2",
            "dearest quarter",
            "not ranked",
            "RJZ, payroll 2015/16: costs more than the 5.00 pounds",
            "4 of 5",
            "not yet: do not quote",
            "figure=benchmark%2FRJ1%2F2016%2Fpayroll%2Fpayslips%2Fcost-per-driver",
        ],
    );
    let one = site.get("/back-office/benchmarks?organisation=rv5").await;
    holds(&one, &["1 row fits; nothing is asked.", "cheapest quarter"]);
    let csv = site.get("/back-office/benchmarks/benchmarks.csv?organisation=RPG").await.text;
    assert!(
        csv.starts_with(
            "organisation,function,financial_year_ending,driver,cost_per_driver_pounds,drivers_per_fte,service_level,"
        ),
        "{csv}"
    );
}

#[tokio::test]
async fn many_benchmarks_are_paged_and_files_have_all() {
    let site = Site::new(State::Full).await;
    let first = site.get("/back-office/benchmarks?function=many").await;
    let next = "/back-office/benchmarks?function=many&#38;organisation=&#38;year=&#38;from=50";
    holds(&first, &["120 rows fit; ", "Rows 1 to 50 of 120.", next, "What to ask of these rows"]);
    assert!(!first.text.contains("Page before"));
    // a place within a page is that page
    let last = site.get("/back-office/benchmarks?function=many&from=119").await;
    holds(&last, &["Rows 101 to 120 of 120.", "Page before"]);
    assert!(!last.text.contains("Next page"));
    let csv = site.get("/back-office/benchmarks/benchmarks.csv?function=many&from=50").await.text;
    assert_eq!(csv.lines().count(), 121);
    assert!(site.get("/back-office/benchmarks/benchmarks.xlsx").await.text.starts_with("PK"));
}

#[tokio::test]
async fn the_bridge_says_plainly_what_adds_up_and_nets_nothing() {
    let site = Site::new(State::Full).await;
    let page = site.get("/back-office/bridge").await;
    holds(
        &page,
        &[
            "2 of 4 printed figures can be worked out from others; 1 cannot, and is shown so; 1 would mix figures of different things and is refused.",
            "m-yes\">adds up but for rounding<",
            "The steps come to £853 million; £854 million was printed, £1 million more.",
            "m-no\">does not add up<",
            "The steps come to £745 million; £727 million was printed, £18 million less.",
            "m-no\">may not be compared<",
            "who and what is in it (all commissioning against six trusts)",
            "The second is £350 million less; £350 million of it is timing.",
            "£694,000,000.00",
            "none is netted with the bridge",
            "Gap of GPs at SEL",
            "derivation%2Fstatus-quo\">\u{2212}£18,000,000.00<",
            "roll%2Fnext\">£694,000,000.00<",
            "href=\"/trace?figure=bridge%2FAffordability%20of%20South%20East%20London%2Fdo-nothing\"",
        ],
    );
    assert_eq!(page.text.matches("<svg").count(), 4, "a chart for each way, but for the one that is refused");
    let pair = site.get("/back-office/bridge?one=web&other=later").await;
    holds(&pair, &["Early estimate of the web against later gap", "no difference is shown"]);
    for query in ["one=web&other=moon", "one=web"] {
        let page = site.get(&format!("/back-office/bridge?{query}")).await;
        refused(&page, StatusCode::UNPROCESSABLE_ENTITY, &["href=\"#one\""]);
    }
    let shipped = site.get("/back-office/bridge?shipped=1").await;
    holds(&shipped, &["the shipped example", "No bridge of your own has been published."]);
    assert!(
        shipped.text.contains("/trace?figure=bridge"),
        "its figures lead to the papers that printed them"
    );
}

#[tokio::test]
async fn pressures_and_planned_savings_come_with_their_intervals() {
    let site = Site::new(State::Full).await;
    holds(
        &site.get("/back-office/plan").await,
        &[
            "The largest pressure in 2020/21 is £12.0 million: gap of GPs at SEL.",
            "£7,050,000 to £16,900,000",
            "Gloves for RJ1",
            "href=\"/catalogue/rounds/0190-awarded\">the round<",
            "not given",
            "href=\"/trace?figure=plan%2Fp-gp\"",
        ],
    );
    assert_eq!(site.get("/back-office/plan/wish.csv").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_fresh_node_says_what_leads_to_an_answer() {
    let site = Site::new(State::Empty).await;
    for (path, parts) in [
        ("/back-office", &["Nothing has come in yet.", "/imports/templates/ledger.csv"][..]),
        ("/back-office/schemes", &["No scheme is known yet.", "/imports/templates/schemes.csv"]),
        ("/back-office/claims", &["Nothing waits."]),
        ("/back-office/benchmarks", &["No benchmark is known yet.", "not yet: do not quote"]),
        ("/back-office/plan", &["href=\"/forecasts\"", "href=\"/catalogue/rounds\""]),
        ("/editions", &["No edition has been frozen yet.", "Freeze the edition"]),
    ] {
        holds(&site.get(path).await, parts);
    }
}

#[tokio::test]
async fn other_pages_do_without_the_back_office() {
    let site = Site::with(State::Full, fixture::without_back_office).await;
    for path in ALWAYS.iter().chain(&WITH_DATA).chain(&cases::ALWAYS).chain(&cases::WITH_DATA) {
        let page = site.get(path).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        holds(&page, &["the back office cannot be reached; every other page works without it"]);
    }
    holds(&site.get("/imports").await, &["The back office cannot be reached", "sample-shifts.csv"]);
    for path in ["/", "/areas", "/forecasts", "/agency", "/catalogue", "/activity"] {
        assert_eq!(site.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn the_imports_page_takes_files_of_the_back_office() {
    let site = Site::new(State::Full).await;
    holds(&site.get("/imports").await, &["value=\"schemes\"", "sample-schemes.csv"]);
    let taken = site.upload("good", "schemes").await;
    holds(&taken, &["g.csv was imported", "href=\"/back-office\">Next step", "value=\"schemes\" selected"]);
    assert_eq!(site.get("/imports/templates/schemes.csv").await.text, "scheme\nS-017\n");
}
