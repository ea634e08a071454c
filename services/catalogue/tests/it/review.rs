//! Equivalence: proposals, decisions with their reasons, groups that keep their names, and taking back.

use muster_proto::catalogue::v1::{self as pb, Relation};
use muster_testkit::{TestDb, on_both_databases};
use tonic::Code;

use crate::node::{ITEMS, Node};

on_both_databases!(muster_catalogue::Migrator;
    what_is_alike_is_proposed_once_and_decided_by_people, a_group_keeps_its_name, relations_are_kept_apart,
    decisions_come_in_a_file);

fn dialects() -> String {
    format!(
        "{ITEMS}\
         G1,RJ1,Example Medical Ltd,\"Examination gloves nitrile powder free medium, box of 200\",BX,200,Shieldex,SH-4410-M,\n\
         0047,RJ2,Example Medical Ltd,GLOVE EXAM NITRILE P/F MED BX200 SHIELDEX SH-4410-M,BX,200,Shieldex,SH4410M,\n\
         A-9,RJZ,Other Supplies Ltd,Shieldex nitrile exam glove powderfree M 200/box,BX,200,Shieldex,SH-4410-M,\n\
         S1,RJ1,Example Medical Ltd,\"Syringe 10ml luer lock sterile, box of 100\",BX,100,Injecta,IJ-10LL,\n"
    )
}

async fn cluster(node: &Node, number: i64) -> i64 {
    node.item(number).await.item.unwrap().cluster
}

async fn what_is_alike_is_proposed_once_and_decided_by_people(db: TestDb) {
    let node = Node::new(&db);
    node.import("items", &dialects()).await;
    let done = node.propose().await;
    assert_eq!((done.items, done.phase.as_str()), (4, "done"));
    let waiting = node.proposals().await;
    // three records hang together by two pairs; the syringe is alone
    assert_eq!((done.new_proposals, waiting.len()), (2, 2), "{waiting:?}");
    assert!(waiting.iter().all(|it| !it.evidence.is_empty() && it.score_ppm > 500_000));
    assert_eq!(node.propose().await.new_proposals, 0, "what waits is not proposed again");
    let first = waiting[0].clone();
    let (left, right) = (first.left.unwrap().number, first.right.unwrap().number);
    let request = pb::DecideEquivalenceRequest {
        proposal_id: first.proposal_id,
        relation: Relation::SameItem.into(),
        reason: String::new(),
        ..Default::default()
    };
    let refused = node.client().decide_equivalence(node.ask(request.clone())).await.unwrap_err();
    assert_eq!((refused.code(), refused.message()), (Code::InvalidArgument, "a decision needs a reason"));
    let request = pb::DecideEquivalenceRequest { reason: "compared the labels".into(), ..request };
    let decision =
        node.client().decide_equivalence(node.ask(request)).await.unwrap().into_inner().decision.unwrap();
    assert_eq!(decision.score_ppm, first.score_ppm);
    assert_eq!(cluster(&node, left).await, cluster(&node, right).await);
    assert_eq!(node.proposals().await.len(), 1);
    what_was_rejected_stays_so(&node).await;
    a_decision_is_taken_back(&node, &decision, (left, right)).await;
}

async fn what_was_rejected_stays_so(node: &Node) {
    // the other is rejected, and what was rejected is not proposed again, but the third may still belong by its other neighbour
    let second = node.proposals().await[0].clone();
    let pair = (second.left.unwrap().number, second.right.unwrap().number);
    node.decide(pair, Relation::Unspecified).await.unwrap();
    let again = node.propose().await.new_proposals;
    assert!(again <= 1);
    for it in node.proposals().await {
        assert_ne!((it.left.unwrap().number, it.right.unwrap().number), pair);
    }
}

async fn a_decision_is_taken_back(node: &Node, decision: &pb::Decision, (left, right): (i64, i64)) {
    // taken back, the first waits again and the group is gone
    let request = pb::RevokeEquivalenceRequest {
        decision_id: decision.decision_id.clone(),
        reason: "another label".into(),
    };
    node.client().revoke_equivalence(node.ask(request.clone())).await.unwrap();
    assert_eq!((cluster(node, left).await, cluster(node, right).await), (left, right));
    assert!(node.proposals().await.iter().any(|it| it.left.as_ref().unwrap().number == left));
    let twice = node.client().revoke_equivalence(node.ask(request)).await.unwrap_err();
    assert_eq!(twice.code(), Code::NotFound);
    let listed = node
        .client()
        .list_decisions(node.ask(pb::ListDecisionsRequest::default()))
        .await
        .unwrap()
        .into_inner();
    let kept = listed.decisions.iter().find(|it| it.decision_id == decision.decision_id).unwrap();
    assert_eq!((kept.reason.as_str(), kept.revoke_reason.as_str()), ("compared the labels", "another label"));
}

async fn a_group_keeps_its_name(db: TestDb) {
    let node = Node::new(&db);
    node.import("items", &dialects()).await;
    let (a, b, c) =
        (node.number("RJ1", "G1").await, node.number("RJ2", "0047").await, node.number("RJZ", "A-9").await);
    node.decide((b, c), Relation::SameItem).await.unwrap();
    let name = cluster(&node, c).await;
    assert_eq!(name, b.min(c));
    // unrelated records come, and are grouped among themselves
    node.import(
        "items",
        &format!("{ITEMS}N1,RJ1,S,needle 21g,BX,100,,,\nN2,RJ2,S,needle 21 gauge,BX,100,,,\n"),
    )
    .await;
    let (n1, n2) = (node.number("RJ1", "N1").await, node.number("RJ2", "N2").await);
    node.decide((n1, n2), Relation::SameItem).await.unwrap();
    assert_eq!(cluster(&node, c).await, name);
    // an older record joins; then the link in the middle goes, and both parts have the name of their first
    node.decide((a, b), Relation::OtherPack).await.unwrap();
    assert_eq!(cluster(&node, c).await, a.min(b).min(c));
    node.decide((b, c), Relation::Unspecified).await.unwrap();
    assert_eq!(
        (cluster(&node, a).await, cluster(&node, b).await, cluster(&node, c).await),
        (a.min(b), a.min(b), c)
    );
    assert_eq!(node.item(a).await.cluster.len(), 1);
}

async fn relations_are_kept_apart(db: TestDb) {
    let node = Node::new(&db);
    node.import("items", &dialects()).await;
    let (a, s) = (node.number("RJ1", "G1").await, node.number("RJ1", "S1").await);
    let substitution = pb::DecideEquivalenceRequest {
        left: a,
        right: s,
        relation: Relation::Substitutable.into(),
        reason: "trial of the ward".into(),
        clinical_use: "flushing".into(),
        ..Default::default()
    };
    let open = node.client().decide_equivalence(node.ask(substitution.clone())).await.unwrap_err();
    assert_eq!(open.message(), "a substitution needs a last day");
    let until = pb::DecideEquivalenceRequest { until: "2027-03-31".into(), ..substitution };
    let kept =
        node.client().decide_equivalence(node.ask(until)).await.unwrap().into_inner().decision.unwrap();
    assert_eq!(cluster(&node, a).await, a, "what may be substituted is not the same item");
    let other = node.planner("RJ2");
    let request = pb::RevokeEquivalenceRequest { decision_id: kept.decision_id, reason: "not ours".into() };
    let refused = other.client().revoke_equivalence(other.ask(request)).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    assert_eq!(node.item(a).await.links[0].clinical_use, "flushing");
}

async fn decisions_come_in_a_file(db: TestDb) {
    let node = Node::new(&db);
    node.import("items", &dialects()).await;
    let header = "organisation,item_ref,other_organisation,other_item_ref,relation,reason\n";
    let bad = format!("{header}RJ1,G1,RJ2,9999,same-item,labels\n");
    let outcome = node
        .upload("equivalences", "a.csv", bad.as_bytes(), muster_proto::common::v1::BadRows::RefuseFile)
        .await
        .unwrap();
    assert!(outcome.refused);
    assert_eq!((outcome.findings[0].line, outcome.findings[0].column.as_str()), (2, "other_item_ref"));
    node.import(
        "equivalences",
        &format!("{header}RJ1,G1,RJ2,0047,same-item,labels\nRJ2,0047,RJZ,A-9,same-item,labels\n"),
    )
    .await;
    let a = node.number("RJ1", "G1").await;
    assert_eq!(node.item(a).await.cluster.len(), 2);
    let kinds: Vec<String> = node.events().await.into_iter().map(|it| it.kind).collect();
    let count = |kind: &str| kinds.iter().filter(|it| it.contains(kind)).count();
    assert_eq!((count("equivalence.confirmed"), count("cluster.changed")), (2, 1));
}
