//! Editions: frozen, compared with what made the difference, and verified.

use muster_backoffice::import::BRIDGE_EXAMPLE;
use muster_kit::actor::ActorRole;
use muster_proto::backoffice::v1 as pb;
use muster_testkit::{TestDb, on_both_databases};
use sea_orm::ConnectionTrait as _;

use crate::node::{Node, spend};

on_both_databases!(muster_backoffice::Migrator; a_headline_leads_back_to_the_imported_line,
    an_edition_stays_and_says_what_changed_and_why, everybody_sees_no_account_and_no_single_organisations_pay,
    nobody_changes_an_edition_unseen);

pub(crate) async fn freeze(node: &Node) -> pb::EditionHead {
    let request = pb::FreezeEditionRequest { signed_as: "programme office".into(), ..Default::default() };
    node.client().freeze_edition(node.ask(request)).await.unwrap().into_inner().edition.unwrap()
}

async fn show(node: &Node, number: i64, public_only: bool) -> pb::GetEditionResponse {
    let request = pb::GetEditionRequest { number, public_only, prefix: String::new() };
    node.client().get_edition(node.ask(request)).await.unwrap().into_inner()
}

async fn verify(node: &Node, number: i64) -> pb::VerifyEditionResponse {
    let request = node.ask(pb::VerifyEditionRequest { number });
    node.client().verify_edition(request).await.unwrap().into_inner()
}

/// A programme with a proposal, an attested claim, months and a bridge.
pub(crate) async fn programme(node: &Node) -> String {
    node.schemes(&[("S1", "RJZ", true)]).await;
    node.good("scheme-months", "scheme,organisation,month,plan,forecast,actual\nS1,RJZ,2017-10,100,,95\n")
        .await;
    node.good("bridge", BRIDGE_EXAMPLE).await;
    node.ledger(&[("RJZ", "61000", -90_000)]).await;
    node.hear(&spend("RJZ", "2016-10", 1, 300, 50)).await;
    node.hear(&spend("RJZ", "2017-10", 1, 200, 150)).await;
    let claim = node.claims().await.remove(0).claim_id;
    node.finance().attest(&claim, ("61000", 0, "S1")).await.unwrap();
    claim
}

fn find(of: &pb::GetEditionResponse, key: &str) -> pb::EditionFigure {
    of.figures.iter().find(|it| it.key == key).unwrap_or_else(|| panic!("no {key}")).clone()
}

async fn a_headline_leads_back_to_the_imported_line(db: TestDb) {
    let node = Node::new(&db);
    let claim = programme(&node).await;
    let first = freeze(&node).await;
    assert_eq!((first.number, first.as_of.as_str(), first.frozen_by.as_str()), (1, "2017-10", "local"));
    let edition = show(&node, 1, false).await;
    let headline = find(&edition, "savings/attested");
    assert_eq!((headline.value, headline.window.as_str()), (89_625, "2017-10"));
    // from the headline to the organisation, the claim, the events and the line of the ledger
    let of = find(&edition, &headline.made_of[0]);
    let claimed = find(&edition, &of.made_of[0]);
    assert_eq!((of.value, claimed.key.as_str()), (89_625, format!("savings/claim/{claim}").as_str()));
    let kinds: Vec<&str> = claimed.evidence.iter().map(|it| it.kind.as_str()).collect();
    let spent = "muster.agency.spend.posted.v1";
    assert_eq!(kinds, [spent, spent, "ledger", "claim"]);
    assert!(claimed.evidence[2].says.starts_with("line 2 of import "), "{:?}", claimed.evidence[2]);
    assert_eq!(find(&edition, "scheme/S1/actual-to-date").value, 9_500);
    let bridge = edition.figures.iter().filter(|it| it.key.starts_with("bridge/"));
    assert!(bridge.clone().all(|it| !it.window.is_empty() && !it.version.is_empty()) && bridge.count() > 9);
}

async fn differences(node: &Node, from: i64, to: i64) -> Result<Vec<pb::FigureChange>, tonic::Status> {
    let request = node.ask(pb::DiffEditionsRequest { from, to, public_only: false });
    Ok(node.client().diff_editions(request).await?.into_inner().changes)
}

async fn an_edition_stays_and_says_what_changed_and_why(db: TestDb) {
    let node = Node::new(&db);
    let claim = programme(&node).await;
    let first = freeze(&node).await;
    let before = show(&node, 1, false).await;
    // the world goes on, the edition does not
    node.finance().reject(&claim, "posted twice").await.unwrap();
    let second = freeze(&node).await;
    assert_eq!((second.number, &second.previous_sha256), (2, &first.sha256));
    assert_eq!(show(&node, 1, false).await, before);
    let of = |it: &pb::FigureChange| it.before.clone().or(it.after.clone()).unwrap().key;
    let changed: Vec<String> = differences(&node, 1, 0).await.unwrap().iter().map(of).collect();
    assert!(changed.contains(&"savings/attested".into()), "{changed:?}");
    assert!(!changed.contains(&"scheme/S1/pye".into()), "{changed:?}");
    // a later month moves a figure, and the event that did it is why
    let event = spend("RJZ", "2017-10", 2, 250, 100);
    node.hear(&event).await;
    freeze(&node).await;
    let changes = differences(&node, 2, 3).await.unwrap();
    let all = changes.iter().find(|it| of(it) == "temporary-staffing/2017-10/agency-minutes").unwrap();
    assert_eq!(all.why[0].event_id, event.id.to_string());
    assert!(differences(&node, 3, 2).await.is_err(), "not backwards");
    the_list_has_heads_only(&node, &second).await;
    for number in 0..=3 {
        let it = verify(&node, number).await;
        assert!(it.holds && it.broken_at == 0, "{it:?}");
    }
    assert!(node.events().await.contains(&"edition.frozen 3 1".to_owned()));
}

async fn the_list_has_heads_only(node: &Node, second: &pb::EditionHead) {
    let page = Some(muster_proto::common::v1::PageRequest { size: 2, token: String::new() });
    let request = node.ask(pb::ListEditionsRequest { page });
    let listed = node.client().list_editions(request).await.unwrap().into_inner();
    assert_eq!(listed.editions.iter().map(|it| it.number).collect::<Vec<_>>(), [3, 2]);
    assert!(listed.editions[1] == *second && !listed.page.unwrap().next_token.is_empty());
}

async fn everybody_sees_no_account_and_no_single_organisations_pay(db: TestDb) {
    let node = Node::new(&db);
    let ask = async |of: &Node| of.client().get_edition(of.ask(pb::GetEditionRequest::default())).await;
    assert_eq!(ask(&node).await.unwrap_err().code(), tonic::Code::NotFound);
    programme(&node).await;
    freeze(&node).await;
    let public = show(&node, 1, true).await;
    assert!(public.left_out > 0 && public.edition.unwrap().frozen_by.is_empty());
    for it in &public.figures {
        let inside = ["savings/claim/", "temporary-staffing/", "scheme/"];
        let inside = inside.iter().any(|key| it.key.starts_with(key));
        assert!(!inside && it.evidence.is_empty() && it.made_of.is_empty(), "{it:?}");
    }
    let planner = node.account("p", "QKK", ActorRole::Planner);
    let denied = planner.client().freeze_edition(planner.ask(pb::FreezeEditionRequest::default())).await;
    assert_eq!(denied.unwrap_err().code(), tonic::Code::PermissionDenied);
    let stranger = node.account("local", "QWE", ActorRole::Administrator);
    assert_eq!(ask(&stranger).await.unwrap_err().code(), tonic::Code::NotFound);
}

async fn nobody_changes_an_edition_unseen(db: TestDb) {
    let node = Node::new(&db);
    programme(&node).await;
    freeze(&node).await;
    freeze(&node).await;
    let run = async |sql: &str| {
        let tx = db.begin_raw().await.unwrap();
        match tx.execute_unprepared(sql).await {
            Ok(_) => tx.commit().await.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        }
    };
    let change = "UPDATE editions SET figures = replace(figures, '89625', '99625') WHERE number = 1";
    for sql in [change, "DELETE FROM editions"] {
        let refused = run(sql).await.unwrap_err();
        assert!(refused.contains("an edition is frozen"), "{refused}");
    }
    // who takes the lock off is found out
    let postgres = db.backend() == sea_orm::DbBackend::Postgres;
    let off = if postgres {
        "DROP TRIGGER editions_are_frozen ON editions"
    } else {
        "DROP TRIGGER editions_no_update"
    };
    run(off).await.unwrap();
    run(change).await.unwrap();
    let (one, two) = (verify(&node, 1).await, verify(&node, 2).await);
    assert!(!one.holds && one.broken_at == 1 && two.holds && two.broken_at == 1, "{one:?} {two:?}");
}
