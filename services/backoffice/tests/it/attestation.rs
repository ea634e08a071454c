//! Owner claims, finance attests: who may, against which line, and what happens when the line changes.

use muster_kit::actor::ActorRole;
use muster_proto::backoffice::v1 as pb;
use muster_testkit::{TestDb, on_both_databases};
use tonic::Code;

use crate::node::Node;

on_both_databases!(muster_backoffice::Migrator; only_attested_money_is_in_the_headline,
    a_line_supports_one_claim_whoever_is_first, what_a_claim_rests_on_may_go_away,
    what_cannot_be_attested_is_refused);

async fn only_attested_money_is_in_the_headline(db: TestDb) {
    let node = Node::new(&db);
    node.schemes(&[("S1", "RJ1", true), ("S2", "RJ2", false)]).await;
    node.ledger(&[("RJ1", "52100", -8_500), ("RJ2", "52100", -1_000)]).await;
    let first = node.claim("S1", 8_000, "52100").await.unwrap();
    let second = node.claim("S2", 1_000, "").await.unwrap();
    let board = node.board().await;
    assert_eq!((board.attested_pence, board.unattested_pence), (0, 9_000));
    let own = node.attest(&first.claim_id, ("", 0, "")).await.unwrap_err();
    assert!(own.code() == Code::PermissionDenied && own.message().contains("somebody else"), "{own}");
    let planner = node.account("planner", "QKK", ActorRole::Planner);
    assert_eq!(
        planner.attest(&first.claim_id, ("", 0, "")).await.unwrap_err().code(),
        Code::PermissionDenied
    );
    let finance = node.finance();
    let attested = finance.attest(&first.claim_id, ("", 7_500, "")).await.unwrap();
    assert_eq!(
        (attested.state(), attested.headline_pence, attested.version),
        (pb::ClaimState::Attested, 7_500, 2)
    );
    // what lies within an organisation's own programme is true, and no part of the headline
    let within = finance.attest(&second.claim_id, ("52100", 0, "")).await.unwrap();
    assert_eq!((within.state(), within.headline_pence), (pb::ClaimState::Attested, 0));
    let board = node.board().await;
    assert_eq!((board.attested_pence, board.within_own_pence, board.unattested_pence), (7_500, 1_000, 0));
    assert_eq!(board.organisations, [pb::BoardSum { of: "RJ1".into(), attested_pence: 7_500 }]);
    let taken_back = finance.reject(&first.claim_id, "posted twice").await.unwrap();
    assert_eq!((taken_back.state(), taken_back.headline_pence), (pb::ClaimState::Rejected, 0));
    assert_eq!(node.board().await.attested_pence, 0);
    let id = &first.claim_id;
    let told: Vec<String> = node.events().await.into_iter().filter(|it| it.contains(id)).collect();
    let wanted = [("claimed", 1), ("attested", 2), ("rejected", 3)]
        .map(|(word, version)| format!("saving.{word} {id} {version}"));
    assert_eq!(told, wanted);
}

async fn a_line_supports_one_claim_whoever_is_first(db: TestDb) {
    let node = Node::new(&db);
    node.schemes(&[("S1", "RJ1", true)]).await;
    node.ledger(&[("RJ1", "52100", -8_500)]).await;
    let (one, other) =
        (node.claim("S1", 100, "52100").await.unwrap(), node.claim("S1", 200, "52100").await.unwrap());
    let finance = node.finance();
    let (first, second) = tokio::join!(
        finance.attest(&one.claim_id, ("", 0, "")),
        finance.attest(&other.claim_id, ("", 0, ""))
    );
    let (kept, refused) = if first.is_ok() { (one, second) } else { (other, first) };
    let refused = refused.unwrap_err();
    assert!(refused.message().contains("supports"), "{refused}");
    assert_eq!(node.board().await.attested_pence, kept.claimed_pence);
    // taken back, the line is free
    finance.reject(&kept.claim_id, "another scheme's").await.unwrap();
    let third = node.claim("S1", 300, "").await.unwrap();
    assert_eq!(finance.attest(&third.claim_id, ("52100", 0, "")).await.unwrap().headline_pence, 300);
}

async fn what_a_claim_rests_on_may_go_away(db: TestDb) {
    let node = Node::new(&db);
    node.schemes(&[("S1", "RJ1", true)]).await;
    node.ledger(&[("RJ1", "52100", -8_500)]).await;
    let claim = node.claim("S1", 8_500, "52100").await.unwrap();
    node.finance().attest(&claim.claim_id, ("", 0, "")).await.unwrap();
    // the movement was corrected: less than was attested
    node.ledger(&[("RJ1", "52100", -8_000)]).await;
    let board = node.board().await;
    assert_eq!((board.attested_pence, board.held.len()), (0, 1));
    assert_eq!(board.held[0].held, "more was attested than the line moved");
    node.ledger(&[("RJ1", "52100", -9_000)]).await;
    assert_eq!(node.board().await.attested_pence, 8_500);
    // the scheme turns out to be another organisation's
    node.schemes(&[("S1", "RJ2", true)]).await;
    let board = node.board().await;
    assert!(board.attested_pence == 0 && board.held[0].held.contains("another organisation"), "{board:?}");
}

async fn what_cannot_be_attested_is_refused(db: TestDb) {
    let node = Node::new(&db);
    node.schemes(&[("S1", "RJ1", true), ("S2", "RJ2", true)]).await;
    node.ledger(&[("RJ1", "52100", -8_500)]).await;
    let claim = node.claim("S1", 10_000, "").await.unwrap();
    let finance = node.finance();
    for (asked, why) in [
        (("", 0, ""), "names no line"),
        (("99999", 0, ""), "its line is not in the ledger"),
        (("52100", 0, ""), "more was attested than the line moved"),
        (("52100", 10_001, ""), "not between a penny and what is claimed"),
    ] {
        let refused = finance.attest(&claim.claim_id, asked).await.unwrap_err();
        assert!(refused.code() == Code::InvalidArgument && refused.message().contains(why), "{refused}");
    }
    assert_eq!(finance.attest("nobody", ("", 0, "")).await.unwrap_err().code(), Code::NotFound);
    let refused = finance.reject(&claim.claim_id, " ").await.unwrap_err();
    assert!(refused.message().contains("reason"), "{refused}");
    for (scheme, pence, why) in [("S9", 1, "no scheme"), ("S1", 0, "above zero"), ("S1", -5, "above zero")] {
        let refused = node.claim(scheme, pence, "").await.unwrap_err();
        assert!(refused.message().contains(why), "{refused}");
    }
    finance.reject(&claim.claim_id, "not in the ledger").await.unwrap();
    let refused = finance.attest(&claim.claim_id, ("52100", 0, "")).await.unwrap_err();
    assert!(refused.message().contains("the claim is rejected"), "{refused}");
    assert_eq!(node.board().await.attested_pence, 0);
}
