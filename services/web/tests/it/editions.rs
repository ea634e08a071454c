//! Editions, their documents, what is other between two, and traces; and what the feed says of the back office.

use http::{StatusCode, header};
use muster_kit::OrgScope;
use muster_kit::{Event, OrgCode};
use muster_proto::backoffice::v1 as pb;
use muster_testkit::sqlite_db;
use muster_web::{Migrator, activity};
use prost::Message;

use crate::{
    catalogue::{holds, leads, refused},
    fixture::{State, backoffice_editions, backoffice_rows, events},
    pages::Site,
};

#[tokio::test]
async fn an_edition_is_frozen_with_a_signature() {
    let site = Site::new(State::Full).await;
    leads(
        &site.post("/editions", "signed_as=programme+director&note=November").await,
        "/editions/2?frozen=1",
    );
    holds(
        &site.get("/editions/2?frozen=1").await,
        &["Edition 2 is frozen. Keep its hash elsewhere", &"a".repeat(64)],
    );
    refused(
        &site.post("/editions", "signed_as=&note=November").await,
        StatusCode::UNPROCESSABLE_ENTITY,
        &["Write as what you sign it", "value=\"November\"", "href=\"#signed_as\""],
    );
    refused(
        &site.post("/editions", "signed_as=x&without_agency=on").await,
        StatusCode::UNPROCESSABLE_ENTITY,
        &[
            "agency is there",
            "id=\"without_agency\" name=\"without_agency\" type=\"checkbox\" value=\"on\" checked",
        ],
    );
}

#[tokio::test]
async fn an_edition_shows_its_figures_in_groups_and_whether_it_holds() {
    let site = Site::new(State::Full).await;
    let whole = site.get("/editions/2").await;
    holds(
        &whole,
        &[
            "It holds.",
            "36 figures.",
            "href=\"/trace?figure=savings%2Fattested&#38;edition=2\">£68,750.50<",
            "£7,050,000.00 to £16,900,000.00",
            "120.849",
            "9,001 hours",
            "Affordability bridge",
            "href=\"/editions/2?prefix=scheme%2F\">4 more of them",
            "director-1",
        ],
    );
    let public = site.get("/editions/2?public=1").await;
    holds(
        &public,
        &["what everybody may see", "30 are left out", "board-update?public=1", "edition.json?public=1"],
    );
    assert!(!public.text.contains("director-1") && !public.text.contains("part-year effect"));
    holds(
        &site.get("/editions/2?prefix=scheme%2F").await,
        &["29 figures whose key begins with <code>scheme/</code>"],
    );
    let csv = site.get("/editions/2/figures.csv?prefix=savings%2F").await.text;
    assert!(
        csv.contains(
            "Attested savings of RJ1,41250.00,,2017-09 to 2017-10,the organisations' own ledgers,3,claims that finance attested,yes,savings/attested/RJ1,pounds"
        ),
        "{csv}"
    );
    holds(&site.get("/editions/1").await, &["It does not hold.", &"0".repeat(64)]);
    for path in ["/editions/9", "/editions/0", "/editions/none", "/editions/2/edition.doc"] {
        assert_eq!(site.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn what_changed_is_told_with_before_after_and_why() {
    let site = Site::new(State::Full).await;
    holds(
        &site.get("/editions/diff?from=1&to=2").await,
        &[
            "Between edition 1 and edition 2, 1 figure is other, 1 is new and 1 is gone.",
            "£61,250.50",
            "(+£7,500.00)",
            "line 12 of import import-33",
            "And 2 more",
            "not there",
            "gone",
            "edition=1",
        ],
    );
    holds(&site.get("/editions/diff?from=2&to=2").await, &["have the same figures"]);
    let csv = site.get("/editions/diff.csv").await.text;
    assert!(csv.contains("savings/attested/RJ2,attested savings of RJ2,,750000,pence,"), "{csv}");
    assert_eq!(Site::new(State::Empty).await.get("/editions/diff").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn documents_are_passed_on_as_they_come_and_run_nothing() {
    let site = Site::new(State::Full).await;
    let page = site.get("/editions/latest/board-update?public=1").await;
    holds(
        &page,
        &["src=\"/editions/2/board-update.html?public=1\" title=\"Board update of edition 2\"></iframe>"],
    );
    let document = site.get("/editions/2/board-update.html").await;
    assert_eq!(
        document.text,
        format!("{}{}", backoffice_editions::DOCUMENT.0, backoffice_editions::DOCUMENT.1)
    );
    let policy = document.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline'"));
    assert!(!policy.contains("script-src") && policy.contains("frame-ancestors 'self'"));
    for (file, media, how) in [
        ("board-update.pdf", "application/pdf", "attachment; filename=\"muster-edition-2.pdf\""),
        ("edition.json", "application/json", "attachment; filename=\"muster-edition-2.json\""),
        (
            "edition.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "attachment; filename=\"muster-edition-2.xlsx\"",
        ),
    ] {
        let page = site.get(&format!("/editions/2/{file}")).await;
        assert_eq!(page.headers[header::CONTENT_TYPE], media);
        assert_eq!(page.headers[header::CONTENT_DISPOSITION], how);
    }
}

#[tokio::test]
async fn a_node_that_makes_no_documents_or_traces_says_so_kindly() {
    let site = Site::new(State::Full).await;
    let page = site.get("/editions/1/board-update").await;
    assert_eq!(page.status, StatusCode::OK);
    holds(&page, &["This node cannot make the board update yet.", "href=\"/editions/1/figures.csv\""]);
    let file = site.get("/editions/1/board-update.pdf").await;
    assert_eq!(file.status, StatusCode::NOT_FOUND);
    holds(&file, &["this node cannot make the pdf document of an edition yet"]);
    let trace = site.get("/trace?figure=savings%2Flater").await;
    assert_eq!(trace.status, StatusCode::OK);
    holds(&trace, &["This node cannot follow figures yet."]);
}

#[tokio::test]
async fn a_trace_goes_from_the_headline_down_to_the_line_of_a_file() {
    let site = Site::new(State::Full).await;
    let page = site.get("/trace?figure=savings%2Fattested&edition=2").await;
    holds(
        &page,
        &[
            "Attested savings above own programmes: £68,750.50",
            "href=\"/trace?figure=savings%2Fattested%2FRJ1&#38;edition=2\">Attested savings of RJ1<",
            "href=\"/back-office/claims?claim=c-attested\"",
            "finance-1, 1 November 2017, 09:30",
            "sample-ledger.csv, line 12",
            &"c".repeat(64),
            "the events of the catalogue are kept by another node",
        ],
    );
    let list = page.text.split_once("<div class=\"m-trace\">").unwrap().1.split_once("</div>").unwrap().0;
    for (opened, closed) in [("<ul>", "</ul>"), ("<li>", "</li>")] {
        assert_eq!(list.matches(opened).count(), list.matches(closed).count(), "{list}");
    }
    assert_eq!((list.matches("<ul>").count(), list.matches("<li>").count()), (5, 7));
    let csv = site.get("/trace.csv?figure=savings%2Fattested").await.text;
    assert!(
        csv.contains("3,line of a file,import-33,line of the ledger,,backoffice,,,,,sample-ledger.csv,12,"),
        "{csv}"
    );
    let none = site.get("/trace?figure=savings%2Fnone").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    holds(&none, &["There is nothing to follow: no figure is called `savings/none`."]);
    holds(&site.get("/trace").await, &["Or write its key"]);
    assert_eq!(site.get("/trace?figure=x&edition=first").await.status, StatusCode::BAD_REQUEST);
}

fn told(what: &str, at: i64, payload: Vec<u8>) -> Event {
    let event = events::event("QKK", what, at, payload);
    Event {
        subject: event.subject.replace(".staffing.", ".backoffice."),
        kind: event.kind.replace(".staffing.", ".backoffice."),
        ..event
    }
}

/// What happens in the back office, and something that no page knows.
fn happenings() -> [Event; 7] {
    let claims = backoffice_rows::claims();
    let claim = |id: &str| claims.iter().find(|claim| claim.claim_id == id).cloned();
    let edition = backoffice_editions::heads().into_iter().next();
    let scheme = backoffice_rows::schemes().remove(0).scheme;
    [
        told(
            "saving.claimed",
            1,
            pb::SavingClaimed { claim: claim("c-proposed"), version: 1 }.encode_to_vec(),
        ),
        told(
            "saving.attested",
            2,
            pb::SavingAttested { claim: claim("c-attested"), version: 2 }.encode_to_vec(),
        ),
        told(
            "saving.rejected",
            3,
            pb::SavingRejected { claim: claim("c-rejected"), version: 2 }.encode_to_vec(),
        ),
        told(
            "scheme.gated",
            4,
            pb::SchemeGated { scheme, before: pb::Gate::Approved.into(), ..Default::default() }
                .encode_to_vec(),
        ),
        told(
            "edition.frozen",
            5,
            pb::EditionFrozen { edition, attested_pence: 6_875_050, version: 1 }.encode_to_vec(),
        ),
        told(
            "bridge.published",
            6,
            pb::BridgePublished {
                bridge: Some(pb::Bridge { title: "SEL".into(), ..Default::default() }),
                version: 2,
                ..Default::default()
            }
            .encode_to_vec(),
        ),
        told("wish.granted", 7, Vec::new()),
    ]
}

#[tokio::test]
async fn the_feed_says_what_happened_in_the_back_office_and_leads_there() {
    let db = sqlite_db::<Migrator>("web").await;
    let all = happenings();
    for event in &all {
        events::follow(&db, event).await.unwrap();
    }
    let rows = activity(&db, &OrgScope::new(OrgCode::new("QKK").unwrap()), 50).await.unwrap();
    let said: Vec<(&str, &str, &str)> =
        rows.iter().map(|row| (row.headline.as_str(), row.detail.as_str(), row.link.as_str())).collect();
    assert_eq!(said[0], ("backoffice.wish.granted", "", ""));
    assert_eq!(said[1], ("Affordability bridge published: SEL", "version 2", "/back-office/bridge"));
    assert!(
        said[2].0 == "Edition 2 frozen, signed as programme director"
            && said[2].1.contains("£68,751 attested")
    );
    assert_eq!(said[3].1, "from approved to in delivery");
    assert_eq!(
        said[4],
        (
            "Saving of RJ2 rejected: £3,333",
            "August 2017, claimed by its owner: posted twice",
            "/back-office/claims?claim=c-rejected"
        )
    );
    assert_eq!(said[5].0, "Saving of RJ1 attested: £41,250");
    assert_eq!(
        (said[6].0, said[6].1),
        ("Saving of RJ1 proposed by events: £8,500", "October 2017, agency hours that moved to the bank")
    );
}
