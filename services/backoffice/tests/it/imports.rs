//! Files that are stored: schemes with their gates, months, ledgers with their control total.

use muster_kit::actor::ActorRole;
use muster_proto::{backoffice::v1 as pb, common::v1::BadRows};
use muster_testkit::{TestDb, on_both_databases};

use crate::node::{Node, SCHEMES};

on_both_databases!(muster_backoffice::Migrator; schemes_are_told_when_they_change,
    months_are_of_registered_schemes, a_ledger_that_does_not_add_up_is_refused_whole,
    every_template_is_taken, another_organisation_sees_nothing);

const S1: &str = "S1,RJ1,payroll,one bureau,pay,cash-releasing,Y,2017-04,approved,M,A. Owner,Y,Y";

async fn schemes_are_told_when_they_change(db: TestDb) {
    let node = Node::new(&db);
    let other = S1.replace("S1", "S2");
    node.good("schemes", &format!("{SCHEMES}{S1}\n{other}\n")).await;
    assert_eq!(node.events().await, ["scheme.registered S1 1", "scheme.registered S2 1"]);
    assert!(node.import("schemes", &format!("{SCHEMES}{S1}\n{other}\n")).await.already_imported);
    // the same rows in another order say nothing new; a gate alone is a gate, and more is more
    node.good("schemes", &format!("{SCHEMES}{other}\n{S1}\n")).await;
    assert_eq!(node.events().await.len(), 2);
    let (gated, both) = (S1.replace("approved", "in-delivery"), other.replace("approved,M", "closed,L"));
    node.good("schemes", &format!("{SCHEMES}{gated}\n{both}\n")).await;
    let wanted = ["scheme.gated S1 2", "scheme.registered S2 2", "scheme.gated S2 3"];
    assert_eq!(node.events().await[2..], wanted);
    let request = node.ask(pb::ListSchemesRequest::default());
    let answer = node.client().list_schemes(request).await.unwrap().into_inner();
    let seen: Vec<_> = answer
        .schemes
        .iter()
        .map(|it| it.scheme.clone().unwrap())
        .map(|it| (it.scheme.clone(), it.gate(), it.risk()))
        .collect();
    let wanted = [
        ("S1".into(), pb::Gate::InDelivery, pb::Risk::Medium),
        ("S2".into(), pb::Gate::Closed, pb::Risk::Low),
    ];
    assert_eq!(seen, wanted);
    let error = node.upload("nonsense", "a\n1\n", BadRows::RefuseFile).await.unwrap_err();
    assert_eq!(error.code(), tonic::Code::InvalidArgument);
}

async fn months_are_of_registered_schemes(db: TestDb) {
    let node = Node::new(&db);
    node.schemes(&[("S1", "RJ1", true)]).await;
    let text = "scheme,organisation,month,plan,forecast,actual\nS1,RJ1,2017-04,100,,90\nS9,RJ1,2017-04,1,,\nS1,RJ2,2017-05,1,,\n";
    let refused = node.import("scheme-months", text).await;
    let found: Vec<_> = refused.findings.iter().map(|it| (it.line, it.column.as_str())).collect();
    assert!(refused.refused && found == [(3, "scheme"), (4, "organisation")], "{:?}", refused.findings);
    assert_eq!(node.board().await.as_of, "", "nothing was stored");
    let kept = node.upload("scheme-months", text, BadRows::KeepGood).await.unwrap();
    assert_eq!((kept.rows_kept, kept.rows_refused), (1, 2));
    // a green year to date beside a red full year
    let more = "scheme,organisation,month,plan,forecast,actual\nS1,RJ1,2017-05,1000,10,\n";
    node.good("scheme-months", more).await;
    let board = node.board().await;
    let delivery = board.delivery.unwrap();
    assert_eq!(
        (board.as_of.as_str(), delivery.plan_to_date_pence, delivery.actual_to_date_pence),
        ("2017-04", 10_000, 9_000)
    );
    assert_eq!((delivery.to_date(), delivery.year()), (pb::Rag::Amber, pb::Rag::Red));
    let better = "scheme,organisation,month,plan,forecast,actual\nS1,RJ1,2017-04,100,,95\n";
    node.good("scheme-months", better).await;
    let board = node.board().await;
    assert_eq!(
        (board.delivery.unwrap().to_date(), board.deceiving_schemes),
        (pb::Rag::Green, vec!["S1".to_owned()])
    );
    let effect = board.effect.unwrap();
    assert_eq!((effect.pye_pence, effect.fye_pence), (110_000, 12 * 100_000));
    assert_eq!(effect.risk_adjusted_pence, 82_500);
}

async fn a_ledger_that_does_not_add_up_is_refused_whole(db: TestDb) {
    let node = Node::new(&db);
    let text =
        "organisation,month,account,cost_centre,amount\nRJ1,2017-10,52100,F1,-85.00\nTOTAL,,,,-85.01\n";
    for rows in [BadRows::RefuseFile, BadRows::KeepGood] {
        let refused = node.upload("ledger", text, rows).await.unwrap();
        let found = &refused.findings[0];
        assert!(refused.refused && found.rule == "control-total" && found.line == 3, "{found:?}");
    }
    let outcome = node.ledger(&[("RJ1", "52100", -8_500), ("RJ2", "52100", 100)]).await;
    assert_eq!((outcome.rows_kept, outcome.totals[0].value), (2, -8_400));
}

async fn every_template_is_taken(db: TestDb) {
    let node = Node::new(&db);
    for kind in muster_backoffice::KINDS {
        let text = if let Some(document) = muster_backoffice::import::example_document(kind.name) {
            document.to_owned()
        } else {
            // a template's ledger has no control total yet
            let total = if kind.name == "ledger" { "TOTAL,,,,-8500.00,\n" } else { "" };
            kind.template() + total
        };
        let outcome = node.import(kind.name, &text).await;
        assert!(!outcome.refused, "{}: {:?}", kind.name, outcome.findings);
    }
}

async fn another_organisation_sees_nothing(db: TestDb) {
    let node = Node::new(&db);
    node.schemes(&[("S1", "RJ1", true)]).await;
    node.ledger(&[("RJ1", "52100", -8_500)]).await;
    let claim = node.claim("S1", 5_000, "52100").await.unwrap();
    let stranger = node.account("local", "QWE", ActorRole::Administrator);
    assert_eq!(stranger.claims().await, []);
    assert_eq!(
        stranger.attest(&claim.claim_id, ("", 0, "")).await.unwrap_err().code(),
        tonic::Code::NotFound
    );
    let request = stranger.ask(pb::ListSchemesRequest::default());
    assert!(stranger.client().list_schemes(request).await.unwrap().into_inner().schemes.is_empty());
    let reader = node.account("r", "QKK", ActorRole::Reader);
    let denied = reader.claim("S1", 1, "52100").await.unwrap_err();
    assert_eq!(denied.code(), tonic::Code::PermissionDenied);
}
