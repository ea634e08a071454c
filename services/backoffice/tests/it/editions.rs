//! Editions: frozen, compared with what made the difference, and verified.

use muster_backoffice::import::BRIDGE_EXAMPLE;
use muster_kit::actor::ActorRole;
use muster_proto::backoffice::v1 as pb;
use muster_testkit::{TestDb, on_both_databases};
use sea_orm::ConnectionTrait as _;

use crate::node::{Node, spend};

on_both_databases!(muster_backoffice::Migrator; an_edition_stays_what_it_was_and_says_what_changed_and_why,
    nobody_changes_an_edition_unseen);

async fn freeze(node: &Node) -> pb::EditionHead {
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
async fn programme(node: &Node) -> String {
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

async fn an_edition_stays_what_it_was_and_says_what_changed_and_why(db: TestDb) {
    let node = Node::new(&db);
    let missing = node.client().get_edition(node.ask(pb::GetEditionRequest::default())).await.unwrap_err();
    assert_eq!(missing.code(), tonic::Code::NotFound);
    let claim = programme(&node).await;
    let first = freeze(&node).await;
    assert_eq!((first.number, first.as_of.as_str(), first.frozen_by.as_str()), (1, "2017-10", "local"));
    let before = show(&node, 1, false).await;
    let find = |of: &pb::GetEditionResponse, key: &str| {
        of.figures.iter().find(|it| it.key == key).unwrap_or_else(|| panic!("no {key}")).clone()
    };
    let headline = find(&before, "savings/attested");
    assert_eq!((headline.value, headline.window.as_str()), (89_625, "2017-10"));
    // from the headline to the organisation, the claim, the events and the line of the ledger
    let of = find(&before, &headline.made_of[0]);
    let claimed = find(&before, &of.made_of[0]);
    assert_eq!((of.value, claimed.key.as_str()), (89_625, format!("savings/claim/{claim}").as_str()));
    let kinds: Vec<&str> = claimed.evidence.iter().map(|it| it.kind.as_str()).collect();
    let spent = "muster.agency.spend.posted.v1";
    assert_eq!(kinds, [spent, spent, "ledger", "claim"]);
    assert!(claimed.evidence[2].says.starts_with("line 2 of import "), "{:?}", claimed.evidence[2]);
    assert_eq!(find(&before, "scheme/S1/actual-to-date").value, 9_500);
    let bridge = before.figures.iter().filter(|it| it.key.starts_with("bridge/"));
    assert!(bridge.clone().all(|it| !it.window.is_empty() && !it.version.is_empty()) && bridge.count() > 9);
    // the world goes on, the edition does not
    node.finance().reject(&claim, "posted twice").await.unwrap();
    let second = freeze(&node).await;
    assert_eq!((second.number, &second.previous_sha256), (2, &first.sha256));
    assert_eq!(show(&node, 1, false).await, before);
    let request = node.ask(pb::DiffEditionsRequest { from: 1, to: 0, public_only: false });
    let diff = node.client().diff_editions(request).await.unwrap().into_inner();
    let changed: Vec<&str> = diff
        .changes
        .iter()
        .map(|it| it.before.as_ref().or(it.after.as_ref()).unwrap().key.as_str())
        .collect();
    assert!(changed.contains(&"savings/attested") && !changed.contains(&"scheme/S1/pye"), "{changed:?}");
    // a later month moves a figure, and the event that did it is why
    let event = spend("RJZ", "2017-10", 2, 250, 100);
    node.hear(&event).await;
    freeze(&node).await;
    let request = node.ask(pb::DiffEditionsRequest { from: 2, to: 3, public_only: false });
    let diff = node.client().diff_editions(request).await.unwrap().into_inner();
    let all = diff
        .changes
        .iter()
        .find(|it| it.after.as_ref().unwrap().key == "temporary-staffing/2017-10/agency-minutes");
    assert_eq!(all.unwrap().why[0].event_id, event.id.to_string());
    let request = node.ask(pb::DiffEditionsRequest { from: 3, to: 2, public_only: false });
    assert!(node.client().diff_editions(request).await.is_err(), "not backwards");
    // everybody sees neither accounts nor what one organisation pays
    let public = show(&node, 1, true).await;
    assert!(public.left_out > 0 && public.edition.unwrap().frozen_by.is_empty());
    for it in &public.figures {
        let inside =
            ["savings/claim/", "temporary-staffing/", "scheme/"].iter().any(|key| it.key.starts_with(key));
        assert!(!inside && it.evidence.is_empty() && it.made_of.is_empty(), "{it:?}");
    }
    for number in 0..=3 {
        let it = verify(&node, number).await;
        assert!(it.holds && it.broken_at == 0, "{it:?}");
    }
    let planner = node.account("p", "QKK", ActorRole::Planner);
    let denied = planner.client().freeze_edition(planner.ask(pb::FreezeEditionRequest::default())).await;
    assert_eq!(denied.unwrap_err().code(), tonic::Code::PermissionDenied);
    let stranger = node.account("local", "QWE", ActorRole::Administrator);
    let none = stranger.client().get_edition(stranger.ask(pb::GetEditionRequest::default())).await;
    assert_eq!(none.unwrap_err().code(), tonic::Code::NotFound);
    assert!(node.events().await.contains(&"edition.frozen 3 1".to_owned()));
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
