//! Business cases, the sharing of gains and recharges: what they say, what is decided, and their files.

use http::{StatusCode, header};

use crate::{
    catalogue::{holds, leads, refused},
    fixture::State,
    pages::Site,
};

/// Every page and file that stands in a fresh node too.
pub(crate) const ALWAYS: [&str; 7] = [
    "/back-office/cases",
    "/back-office/cases.csv",
    "/back-office/sharing",
    "/back-office/sharing.csv",
    "/back-office/recharges",
    "/back-office/recharges/quarters.csv",
    "/back-office/recharges/bills.csv",
];

/// Those that need data.
pub(crate) const WITH_DATA: [&str; 12] = [
    "/back-office/cases/payroll-2016?done=approved",
    "/back-office/cases/payroll-2016?option=outsourced&as_of=2017-10",
    "/back-office/cases/accounts-2016",
    "/back-office/cases/procurement-2016",
    "/back-office/cases/payroll-2016/months.csv",
    "/back-office/cases/payroll-2016/options.csv",
    "/back-office/cases/payroll-2016/shares-RJ1.csv",
    "/back-office/cases/payroll-2016/document.json",
    "/back-office/sharing/Gloves%20by%20price%20tiers",
    "/back-office/sharing/Gloves%20by%20price%20tiers/shares.csv",
    "/back-office/sharing/Gloves%20by%20price%20tiers/document.json",
    "/back-office/recharges?service=payroll&quarter=2017-04",
];

#[tokio::test]
async fn the_list_says_what_is_approved_and_what_it_is_worth_by_now() {
    let site = Site::new(State::Full).await;
    let page = site.get("/back-office/cases").await;
    holds(
        &page,
        &[
            "2 of 3 business cases are approved",
            "By what finance attested, 1 of them is forecast at",
            "href=\"/back-office/cases/payroll-2016\">payroll-2016<",
            "m-warn\">not approved: highest NPV shown<",
            "approved by director-of-finance on ",
            "href=\"/trace?figure=case%2Fpayroll-2016%2Fnpv\"",
            "href=\"/trace?figure=case%2Fpayroll-2016%2Freforecast\"",
            "href=\"/back-office/cases.xlsx\"",
            "Sample data.",
        ],
    );
    assert_eq!(page.text.matches("m-yes\">approved by").count(), 2);
    assert!(site.get("/back-office/cases.xlsx").await.text.starts_with("PK"));
}

#[tokio::test]
async fn a_case_shows_its_options_and_how_the_approved_one_stands() {
    let site = Site::new(State::Full).await;
    let page = site.get("/back-office/cases/payroll-2016").await;
    holds(
        &page,
        &[
            "The approved option, “One payroll, hosted by RJ1”, is worth £",
            "; by what finance attested to October 2017 it is forecast at £",
            "% of the planned saving came.",
            "The case was published again after this approval",
            "“Bought from a firm” breaks rules of the case:",
            "RJ2 is not served from outside the NHS",
            "attested to here",
            "Before you quote the re-forecast:",
            "so far 15.6% went a year.",
            "the dearest, “payslips right first time stay at 99.0 or better”, costs £64,200 a year.",
            "RJ2 by PAYWELL LTD, RPG by PAYWELL LTD",
            "cannot be said",
            "Served by RJ1",
            "447961/3",
            "m-no\">not in the core<",
            "3 groups do better without the others. The one with most to gain: RPG and RV5 together would be £17,420.00 better off.",
            "no: let it leave",
            "href=\"/back-office/schemes/S-004\"",
        ],
    );
    assert_eq!(page.text.matches("<svg").count(), 1);
    let other = site.get("/back-office/cases/payroll-2016?option=outsourced").await;
    holds(&other, &["value=\"outsourced\" selected", "PAYWELL LTD", "“Bought from a firm” by organisation"]);
    assert!(!other.text.contains("attested to here"), "only the approved option is re-forecast");
    holds(
        &site.get("/back-office/cases/accounts-2016").await,
        &["finance has attested nothing of it yet", "Finance has attested no month of it yet.", "itself"],
    );
    holds(
        &site.get("/back-office/cases/procurement-2016").await,
        &["No option is approved. “One payroll, hosted by RJ1” has the highest", "nothing is re-forecast"],
    );
    assert_eq!(site.get("/back-office/cases/none").await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.get("/back-office/cases/payroll-2016?as_of=soon").await.status, StatusCode::BAD_REQUEST);
}

/// Pounds of a column, without its last row.
fn column(csv: &str, name: &str) -> Vec<f64> {
    let mut lines = csv.lines();
    let place = lines.next().unwrap().split(',').position(|it| it == name).unwrap();
    lines.map(|line| line.split(',').nth(place).unwrap().parse().unwrap()).collect()
}

#[tokio::test]
async fn files_of_a_case_add_up_and_are_given_as_workbooks_too() {
    let site = Site::new(State::Full).await;
    let csv = site.get("/back-office/cases/payroll-2016/organisations.csv").await.text;
    let npv = column(&csv, "npv_pounds");
    assert!((npv[..5].iter().sum::<f64>() - npv[5]).abs() < 0.005, "{csv}");
    let csv = site.get("/back-office/cases/payroll-2016/months.csv").await.text;
    let (flows, sums) = (column(&csv, "planned_pounds"), column(&csv, "planned_sum_pounds"));
    assert!((flows.iter().sum::<f64>() - sums.last().unwrap()).abs() < 0.005);
    assert_eq!((flows.len(), csv.lines().nth(1).unwrap().split(',').next()), (60, Some("2016-10")));
    let book = site.get("/back-office/cases/payroll-2016/options.xlsx").await;
    assert!(book.headers[header::CONTENT_TYPE].to_str().unwrap().ends_with("spreadsheetml.sheet"));
    assert!(book.text.starts_with("PK"));
    assert_eq!(
        book.headers[header::CONTENT_DISPOSITION],
        "attachment; filename=\"muster-case-options.xlsx\""
    );
    let document = site.get("/back-office/cases/payroll-2016/document.json").await;
    assert!(document.text.contains("\"case\": \"payroll-2016\""));
    assert_eq!(document.headers[header::CONTENT_TYPE], "application/json");
    for missing in ["wishes.csv", "months.pdf", "shares-RPG.csv"] {
        let page = site.get(&format!("/back-office/cases/payroll-2016/{missing}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{missing}");
    }
}

#[tokio::test]
async fn an_option_is_approved_or_its_approval_taken_back_or_the_form_comes_back() {
    let site = Site::new(State::Full).await;
    let address = "/back-office/cases/payroll-2016";
    leads(
        &site.post(address, "act=approve&option=outsourced&reason=cheapest").await,
        "/back-office/cases/payroll-2016?done=approved",
    );
    leads(
        &site.post(address, "act=take-back&reason=stale").await,
        "/back-office/cases/payroll-2016?done=taken-back",
    );
    refused(
        &site.post(address, "act=approve&option=outsourced&reason=+").await,
        StatusCode::UNPROCESSABLE_ENTITY,
        &["href=\"#approve-reason-case\"", "Write why", "value=\"outsourced\" selected"],
    );
    refused(
        &site.post(address, "act=approve&option=shared&reason=mine").await,
        StatusCode::FORBIDDEN,
        &["this account published it: somebody else must approve", "value=\"mine\""],
    );
    refused(
        &site.post(address, "act=take-back&reason=").await,
        StatusCode::UNPROCESSABLE_ENTITY,
        &["href=\"#take-back-reason-case\"", "nhsuk-details\" open"],
    );
    let done = site.get("/back-office/cases/payroll-2016?done=taken-back").await;
    holds(&done, &["The approval is taken back, with your reason."]);
    let missing = site.post("/back-office/cases/none", "act=approve&option=a&reason=b").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    let request = http::Request::post(address).header("sec-fetch-site", "cross-site");
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = site.send(request.body("act=take-back&reason=x".into()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "a form of another site decides nothing");
}

#[tokio::test]
async fn a_gain_is_shared_by_three_rules_with_a_word_on_each() {
    let site = Site::new(State::Full).await;
    holds(
        &site.get("/back-office/sharing").await,
        &["href=\"/back-office/sharing/Gloves%20by%20price%20tiers\"", "small, middle, large"],
    );
    let gloves = site.get("/back-office/sharing/Gloves%20by%20price%20tiers").await;
    holds(
        &gloves,
        &[
            "3 players save 200 together. Under no rule has anybody a reason to leave.",
            "Proportional to quantity",
            "m-yes\">in the core<",
            "Nobody has a reason to leave under any rule.",
        ],
    );
    let csv = site.get("/back-office/sharing/Gloves%20by%20price%20tiers/shares.csv").await.text;
    assert_eq!(
        csv.lines().nth(1),
        Some("RJ1,0.000000,70.000000,70,40.000000,60.000000"),
        "Shapley, proportional, equal price"
    );
    let runway = site.get("/back-office/sharing/A%20runway%3A%20small%2C%20middle%20and%20large").await;
    holds(
        &runway,
        &["they pay 3 instead of", ">1.833333<", ">11/6<", "gives no value for 1 group: small and middle"],
    );
    assert!(!runway.text.contains("Equal price"), "only a purchase has one");
    assert_eq!(site.get("/back-office/sharing/none").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn members_see_what_they_paid_and_what_is_still_to_be_paid() {
    let site = Site::new(State::Full).await;
    let page = site.get("/back-office/recharges").await;
    holds(
        &page,
        &[
            "3 quarters settled: members paid",
            "Members that left still bear",
            "July to September 2017",
            "payroll, July to September 2017",
            "RPG is no member since August 2017: £9,450.00 of its share is for months from then on.",
            "for 6 months more",
            "href=\"/back-office/recharges?service=payroll&#38;quarter=2017-04\"",
        ],
    );
    assert!(!page.text.contains("id=\"quarter-2\""), "the newest quarter of each service");
    let older = site.get("/back-office/recharges?service=payroll&quarter=2017-04").await;
    holds(&older, &["payroll, April to June 2017", "value=\"payroll\" selected"]);
    assert!(!older.text.contains("accounts payable,"));
    let bills = site.get("/back-office/recharges/bills.csv?service=payroll").await.text;
    assert_eq!(bills.lines().count(), 9, "a header and four members of two quarters: {bills}");
}

#[tokio::test]
async fn a_fresh_node_leads_to_the_templates() {
    let site = Site::new(State::Empty).await;
    for (path, kind) in [
        ("/back-office/cases", "business-case"),
        ("/back-office/sharing", "gain-sharing"),
        ("/back-office/recharges", "recharge"),
    ] {
        let template = format!("/imports/templates/{kind}.json");
        holds(&site.get(path).await, &[&format!("href=\"{template}\""), "href=\"/imports\""]);
        let given = site.get(&template).await;
        assert_eq!(given.headers[header::CONTENT_TYPE], "application/json");
        assert!(given.text.starts_with('{') && given.text.ends_with("}\n"), "{}", given.text);
        holds(&site.get("/imports").await, &[&template]);
        holds(&site.upload("good", kind).await, &[&format!("href=\"{path}\">Next step")]);
    }
}
