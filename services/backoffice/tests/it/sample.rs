//! The sample's files and claims through the normal calls: what its pages then show.

use std::collections::{BTreeMap, BTreeSet};

use muster_backoffice::sample::{Fate, ORGANISATIONS, claims, correction, files};
use muster_kit::actor::ActorRole;
use muster_proto::backoffice::v1 as pb;
use muster_testkit::{TestDb, on_both_databases};

use crate::node::Node;

on_both_databases!(muster_backoffice::Migrator; the_programme_of_the_sample_holds_together);

#[test]
fn a_seed_gives_the_same_files_and_another_seed_others() {
    assert!(files(2016) == files(2016) && claims(2016) == claims(2016));
    for (one, other) in files(2016).iter().zip(files(2017)) {
        // the bridge is of public papers
        assert_eq!(one.name.starts_with("sample-"), one.kind != "bridge");
        let by_seed = ["scheme-months", "ledger", "benchmarks", "recharge"].contains(&one.kind);
        assert_eq!(one.text != other.text, by_seed, "{}", one.kind);
    }
}

async fn decide(node: &Node, of: &pb::Claim, fate: Fate) {
    let attest = pb::AttestClaimRequest { claim_id: of.claim_id.clone(), ..Default::default() };
    let part = of.claimed_pence * 4 / 5;
    match fate {
        Fate::Claimed => {}
        Fate::Rejected => drop(node.reject(&of.claim_id, "sample: not found").await.unwrap()),
        Fate::InPart => {
            let request = pb::AttestClaimRequest { pence: part, ..attest };
            node.client().attest_claim(node.ask(request)).await.unwrap();
        }
        _ => drop(node.client().attest_claim(node.ask(attest)).await.unwrap()),
    }
}

async fn the_programme_of_the_sample_holds_together(db: TestDb) {
    let node = Node::new(&db);
    for file in files(2016) {
        let outcome = node.good(file.kind, &file.text).await;
        assert!(
            outcome.rows_refused == 0 && outcome.findings.is_empty(),
            "{}: {:?}",
            file.kind,
            outcome.findings
        );
    }
    let owner = node.account("sample-owner", "QKK", ActorRole::Planner);
    let mut fates = BTreeMap::new();
    for it in claims(2016) {
        let request = pb::ClaimSavingRequest {
            scheme: it.scheme,
            month: it.month,
            pence: it.pence,
            line: Some(pb::LedgerLine {
                account: it.account,
                cost_centre: it.cost_centre,
                ..Default::default()
            }),
            ..Default::default()
        };
        let claim =
            owner.client().claim_saving(owner.ask(request)).await.unwrap().into_inner().claim.unwrap();
        decide(&node.finance(), &claim, it.fate).await;
        fates.insert(claim.claim_id, it.fate);
    }
    for fate in [Fate::Claimed, Fate::Attested, Fate::AttestedLater, Fate::InPart, Fate::Rejected, Fate::Held]
    {
        assert!(fates.values().any(|it| *it == fate), "{fate:?}");
    }
    node.good("ledger", &correction(2016).text).await;
    let board = node.board().await;
    assert_eq!(board.as_of, "2026-09");
    let listed = node.claims().await;
    for claim in &listed {
        let counts = matches!(fates[&claim.claim_id], Fate::Attested | Fate::AttestedLater | Fate::InPart);
        assert_eq!(claim.attested_pence.is_some() && claim.held.is_empty(), counts, "{claim:?}");
        assert_eq!(!claim.held.is_empty(), fates[&claim.claim_id] == Fate::Held, "{claim:?}");
    }
    let sum = |of: &[pb::BoardSum]| -> i64 { of.iter().map(|it| it.attested_pence).sum() };
    let counted: i64 = listed.iter().map(|it| it.headline_pence).sum();
    for total in [sum(&board.organisations), sum(&board.months), sum(&board.schemes), counted] {
        assert_eq!(total, board.attested_pence);
    }
    let organisations: BTreeSet<&str> = board.organisations.iter().map(|it| it.of.as_str()).collect();
    assert_eq!(organisations, BTreeSet::from(ORGANISATIONS));
    assert!(board.recurrent_pence > 0 && board.recurrent_pence < board.attested_pence);
    assert!(board.within_own_pence > 0 && board.unattested_pence > 0 && board.held.len() == 1, "{board:?}");
    assert_eq!(board.deceiving_schemes.len(), 4, "{:?}", board.deceiving_schemes);
    every_kind_of_scheme(&node).await;
    every_function_is_compared(&node).await;
}

async fn every_kind_of_scheme(node: &Node) {
    let request = node.ask(pb::ListSchemesRequest::default());
    let schemes = node.client().list_schemes(request).await.unwrap().into_inner().schemes;
    assert_eq!(schemes.len(), 40);
    let count = |wanted: &dyn Fn(&pb::SchemeLine, &pb::Scheme, &pb::Delivery) -> bool| {
        let of = |it: &&pb::SchemeLine| wanted(it, it.scheme.as_ref().unwrap(), &it.delivery.unwrap());
        schemes.iter().filter(of).count()
    };
    assert!(count(&|_, it, _| !it.quality_signed) >= 3 && count(&|_, it, _| !it.over_and_above) >= 4);
    assert!(count(&|_, it, _| !it.recurrent) >= 3);
    assert!(count(&|_, _, it| it.to_date() == pb::Rag::Red) >= 2, "late ones");
    assert!(count(&|_, _, it| it.to_date() == pb::Rag::Amber) >= 3);
    assert!(count(&|_, _, it| it.to_date() == pb::Rag::Green && it.year() == pb::Rag::Green) >= 10);
    let unsigned = schemes.iter().filter(|it| !it.scheme.as_ref().unwrap().quality_signed);
    assert!(unsigned.into_iter().all(|it| it.effect.unwrap().pye_pence == 0), "no plan counts unsigned");
}

async fn every_function_is_compared(node: &Node) {
    let request = node.ask(pb::ListBenchmarksRequest::default());
    let found = node.client().list_benchmarks(request).await.unwrap().into_inner();
    assert_eq!(found.rows.len(), 7 * 13 * 2);
    assert!(found.rows.iter().all(|it| it.source.contains("sample") && it.quarter > 0));
}
