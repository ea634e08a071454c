//! Bank and agency: the month, published spend, weekly returns, break glass, rates; and that other pages do without them.

use http::{StatusCode, header};

use crate::{
    fixture::{self, State, agency_rows as rows},
    pages::Site,
};

/// Every page and file of bank and agency that stands in a fresh node too.
pub(crate) const ALWAYS: [&str; 14] = [
    "/agency",
    "/agency/cover",
    "/agency/cover.csv",
    "/agency/drift",
    "/agency/drift/steps.csv",
    "/agency/shared-bank",
    "/agency/spend",
    "/agency/spend/kinds.csv",
    "/agency/returns",
    "/agency/returns.csv",
    "/agency/overrides",
    "/agency/overrides.csv",
    "/agency/rates",
    "/agency/rates?kind=signatories",
];

/// Those that need data.
pub(crate) const WITH_DATA: [&str; 21] = [
    "/agency/cover?role=nurse&level=system&year=2020",
    "/agency/cover?level=practice",
    "/agency/cover?scenario=new-roles",
    "/agency/drift/partners.csv",
    "/agency/drift/shared.csv",
    "/agency/inversions.csv?organisation=RJZ",
    "/agency/shared-bank?from=&until=&deadline=5",
    "/agency/shared-bank/document.json?from=2026-09-01&until=2026-09-30",
    "/agency/shared-bank/recharges.csv",
    "/agency?organisation=rj1&month=2016-03",
    "/agency/months.csv?organisation=RJZ",
    "/agency/groups.csv?organisation=RJZ",
    "/agency/organisations.csv",
    "/agency/year.csv?organisation=RJZ",
    "/agency/spend?supplier=msi&from=2020-05",
    "/agency/spend/suppliers.csv",
    "/agency/spend/months.csv",
    "/agency/returns/RJZ/2016-04-04",
    "/agency/returns/rjz/2016-W14?version=1&recompute=true",
    "/agency/rates.csv?kind=rate-card",
    "/agency/rates/check.csv",
];

#[tokio::test]
async fn a_month_says_what_was_spent_and_what_was_only_displaced() {
    let site = Site::new(State::Full).await;
    let html = site.get("/agency").await.text;
    for part in [
        "spent £1.2 million on temporary staff: £700,000 on agencies, £33,250 of it above the price caps",
        "92.1% of the shifts that were asked for were filled.",
        "agency spending fell by £110,000 and bank spending rose by £30,000; both together cost £80,000 less.",
        "£30,000 of the fall is displacement: the bank took it over, and it is no saving.",
        "214 agency shifts above the price cap or off framework, each counted once, beside 9,640 substantive FTE",
        "At 2 of 14 grades, sites and times at which both worked, an hour of the bank costs as much all-in",
        "All-in costs from May 2015 to April 2016",
        "£139.00",
        "42.9%",
        "51.2% by hours, 52.3% by shifts",
        "likely to spend between £7.9 million and £9.8 million",
        "£300,000 under the ceiling of £9.0 million. The chance of being over it is 38.0%.",
        "their spread is a guess",
        "Sample data.",
        "1 worked shift at an unknown price",
        "href=\"/agency?organisation=RJ1&#38;month=2016-04\"",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert_eq!(html.matches("<svg").count(), 1);
    let lede = html.find("data-year").unwrap();
    assert!(lede < html.find("id=\"year-caption\"").unwrap() && lede < html.find("<svg").unwrap());
    let other = site.get("/agency?organisation=RJ1").await.text;
    assert!(other.contains("nothing of it above the price caps") && other.contains("nothing to project"));
    assert!(
        other.contains("The bank is cheaper all-in than agencies at each of the 14")
            && other.contains("Import the month’s pay bill with its FTE")
    );
    let csv = site.get("/agency/months.csv?organisation=RJZ").await;
    let lines: Vec<&str> = csv.text.lines().collect();
    assert!(
        lines[1].starts_with("2016-04,700000.00,492000.00,33250.00,1960,2090,330,130,92.100,"),
        "{}",
        lines[1]
    );
    for (path, said) in [
        ("/agency?organisation=NIX", "no shift line of `NIX` is known"),
        ("/agency?organisation=RJZ&month=1999-01", "no shift line of `RJZ` in `1999-01` is known"),
    ] {
        let page = site.get(path).await;
        assert!(page.status == StatusCode::NOT_FOUND && page.text.contains(said), "{path}");
    }
}

#[tokio::test]
async fn a_fresh_node_says_which_file_to_import_and_how() {
    let site = Site::new(State::Empty).await;
    let html = site.get("/agency").await.text;
    for part in
        ["href=\"/imports\"", "/imports/templates/shifts.csv", "muster import shifts FILE", "ceilings"]
    {
        assert!(html.contains(part), "{part}");
    }
    assert!(site.get("/agency/spend").await.text.contains("muster import spend FILE"));
    assert!(site.get("/agency/overrides").await.text.contains("No request waits."));
    assert_eq!(site.get("/agency/months.csv").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn published_spend_adds_up_to_the_penny_and_says_why() {
    let site = Site::new(State::Full).await;
    let html = site.get("/agency/spend").await.text;
    for part in [
        "£49,521.52",
        "\u{2212}£1,000.52",
        "£333,333.33",
        "£2,490,854.34",
        "expense type names agency",
        "no rule of the table fits",
        "May 2020",
        "£9,000 more may be",
    ] {
        assert!(html.contains(part), "{part}");
    }
    let csv = site.get("/agency/spend/kinds.csv").await.text;
    assert!(csv.contains("agency staff,4,48521.00,") && csv.ends_with("All lines,10,2490854.34,\n"), "{csv}");
    let left = site.get("/agency/spend?supplier=siemens").await.text;
    assert!(left.contains("SIEMENS") && !left.contains("MSI GROUP"));
}

#[tokio::test]
async fn a_return_is_looked_at_attested_and_closed_by_forms() {
    let site = Site::new(State::Full).await;
    let to = site.get("/agency/returns?organisation=rjz&week=2016-W14").await;
    assert_eq!(to.headers[header::LOCATION], "/agency/returns/RJZ/2016-W14");
    let html = site.get("/agency/returns/RJZ/2016-04-04").await.text;
    for part in [
        "Nothing of this preview is stored until somebody attests it.",
        "400 shifts worked: 220 shifts by the bank",
        "30 shifts needed somebody’s leave and did not have it.",
        "Version 2 (correction 1)",
        "href=\"/agency/returns/RJZ/2016-04-04/v0.xlsx\"",
        "S-17",
        "a signatory for overrides, or higher",
    ] {
        assert!(html.contains(part), "{part}");
    }
    let stored = site.get("/agency/returns/RJZ/2016-04-04?version=1&recompute=true").await.text;
    assert!(
        stored.contains("Counted again by what was known then, the figures are the same.")
            && stored.contains("director-1")
    );
    let attested = site.post("/agency/returns/RJZ/2016-04-04", "act=attest").await;
    assert_eq!(attested.status, StatusCode::SEE_OTHER);
    assert_eq!(attested.headers[header::LOCATION], "/agency/returns/RJZ/2016-04-04?version=2");
    let refused = site.post("/agency/returns/RJZ/2016-04-04", "act=close").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("nobody has attested the figures yet")
            && refused.text.contains("href=\"#act\"")
    );
    let file = site.get("/agency/returns/RJZ/2016-04-04/v1.csv").await;
    assert_eq!(file.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    assert!(
        file.headers[header::CONTENT_DISPOSITION]
            .to_str()
            .unwrap()
            .contains("muster-return-RJZ-2016-04-04-v1.csv")
    );
    assert_eq!(file.text, "organisation,RJZ\nversion,1\n");
    assert_eq!(site.get("/agency/returns/RJZ/2016-04-04/v1.pdf").await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.get("/agency/returns/RJZ/soon").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn leave_is_asked_for_and_decided_or_the_page_says_why_not() {
    let site = Site::new(State::Full).await;
    let html = site.get("/agency/overrides").await.text;
    for part in [
        "Waiting for a decision: 1",
        "RJZ S-41: nursing, band-5",
        "above the price cap; off framework; above the price cap and off framework",
        "an executive director, or the chief executive",
        "£61.50 an hour",
        "leave refused",
    ] {
        assert!(html.contains(part), "{part}");
    }
    let address = format!("/agency/overrides/{}", rows::PENDING);
    let own = site.post(&address, "decision=approve").await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);
    assert!(own.text.contains("nobody decides on a request of their own"));
    assert_eq!(site.post(&address, "decision=refuse").await.status, StatusCode::SEE_OTHER);
    assert_eq!(site.post(&address, "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(site.post("/agency/overrides/none", "decision=refuse").await.status, StatusCode::NOT_FOUND);
    let good = "organisation=RJZ&shift_ref=S-50&site=RJZ01&staff_group=nursing&grade=band-5&start=2026-12-24T19:30\
                &end=2026-12-25T08:00&break_minutes=60&supply=agency&framework=no&agency=An+Agency&reason=sickness&price=61.50";
    assert_eq!(site.post("/agency/overrides", good).await.status, StatusCode::SEE_OTHER);
    let cheap = site.post("/agency/overrides", &good.replace("61.50", "20")).await;
    assert_eq!(cheap.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(cheap.text.contains("book it without leave") && cheap.text.contains("value=\"S-50\""));
    let wrong = site.post("/agency/overrides", &good.replace("61.50", "much").replace("RJZ01", "")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("href=\"#price\"") && wrong.text.contains("href=\"#site\""));
}

#[tokio::test]
async fn caps_stand_beside_the_formula() {
    let site = Site::new(State::Full).await;
    let html = site.get("/agency/rates").await.text;
    for part in [
        "12 of 14 published caps are to the penny what the formula gives; 2 are not.",
        "£27.64",
        "£27.63",
        "£0.01",
        "no pay scale of band-7",
        "price-caps-clinical",
        "shipped",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert_eq!(site.get("/agency/rates?kind=wishes").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn other_pages_do_without_bank_and_agency() {
    let site = Site::with(State::Full, fixture::without_agency).await;
    for path in ALWAYS.iter().chain(&WITH_DATA).filter(|path| !path.contains("kind=wishes")) {
        let page = site.get(path).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(page.text.contains("bank and agency cannot be reached"), "{path}: {}", page.text);
    }
    let imports = site.get("/imports").await;
    assert_eq!(imports.status, StatusCode::OK);
    assert!(
        imports.text.contains("Bank and agency cannot be reached")
            && imports.text.contains("sample-gp-workforce")
    );
    for path in ["/", "/areas", "/forecasts", "/staffing", "/csv/imports.csv", "/activity"] {
        assert_eq!(site.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn the_imports_page_takes_files_of_bank_and_agency() {
    let site = Site::new(State::Full).await;
    let list = site.get("/imports").await.text;
    assert!(list.contains("value=\"shifts\"") && list.contains("sample-shifts.csv"));
    assert!(!list.contains("cannot be reached"));
    let taken = site.upload("good", "shifts").await;
    assert_eq!(taken.status, StatusCode::OK);
    assert!(taken.text.contains("g.csv was imported") && taken.text.contains("href=\"/agency\">Next step"));
}
