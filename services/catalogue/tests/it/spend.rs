//! Suppliers across organisations from published spend: sums to the penny, decisions that join and part.

use std::path::Path;

use muster_proto::{catalogue::v1 as pb, common::v1::BadRows};
use muster_testkit::{TestDb, on_both_databases};

use crate::node::Node;

on_both_databases!(muster_catalogue::Migrator; suppliers_join_by_rule_and_by_decision, real_files_add_up_to_the_penny);

const LINES: &str = "Entity,Date,Expense Type,Supplier,Amount\n\
    Trust A,30/04/2020,Gloves,SYSCAP LEASING LTD,\"40,000.10\"\n\
    Trust B,15/05/2020,Gloves,Syscap Leasing Limited,30000.20\n\
    Trust B,15/05/2020,Drugs,AAH PHARMACEUTICALS LTD,25000.00\n\
    Trust A,20/05/2020,Drugs,AAH PHARMACEUTICA,-100.05\n";

async fn cube(node: &Node, by: &[pb::Side]) -> pb::GetSpendCubeResponse {
    let by = by.iter().map(|side| (*side).into()).collect();
    let request = pb::GetSpendCubeRequest { by, ..pb::GetSpendCubeRequest::default() };
    node.client().get_spend_cube(node.ask(request)).await.unwrap().into_inner()
}

async fn suppliers(node: &Node, least_organisations: u32) -> Vec<String> {
    let request = pb::ListSuppliersRequest { least_organisations, page: None };
    let found = node.client().list_suppliers(node.ask(request)).await.unwrap().into_inner().suppliers;
    found.into_iter().map(|it| it.supplier).collect()
}

async fn suppliers_join_by_rule_and_by_decision(db: TestDb) {
    let node = Node::new(&db);
    node.import("spend", LINES).await;
    let all = cube(&node, &[]).await;
    assert_eq!((all.total_pence, all.lines), (4_000_010 + 3_000_020 + 2_500_000 - 10_005, 4));
    assert_eq!(suppliers(&node, 2).await, ["SYSCAP LEASING LTD"]);
    let request = pb::ListSupplierProposalsRequest::default();
    let waiting = node.client().list_supplier_proposals(node.ask(request)).await.unwrap().into_inner();
    let (one, other) = (waiting.proposals[0].one.clone(), waiting.proposals[0].other.clone());
    assert_eq!(waiting.proposals.len(), 1);
    let decide = pb::DecideSuppliersRequest {
        one,
        other,
        same: true,
        reason: "cut off by the ledger".into(),
        revoke: false,
    };
    node.client().decide_suppliers(node.ask(decide.clone())).await.unwrap();
    assert_eq!(suppliers(&node, 2).await.len(), 2);
    assert_eq!(cube(&node, &[pb::Side::Supplier]).await.cells.len(), 2);
    let revoke = pb::DecideSuppliersRequest { revoke: true, ..decide };
    node.client().decide_suppliers(node.ask(revoke.clone())).await.unwrap();
    assert_eq!(suppliers(&node, 2).await.len(), 1);
    assert!(node.client().decide_suppliers(node.ask(revoke)).await.is_err());
    // another organisation reads nothing of it
    assert_eq!(cube(&node.planner("RJ1"), &[]).await.lines, 0);
}

async fn real_files_add_up_to_the_penny(db: TestDb) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/spend");
    let Ok(entries) = std::fs::read_dir(&folder) else { return };
    let node = Node::new(&db);
    let mut sum = 0;
    for path in
        entries.flatten().map(|it| it.path()).filter(|it| it.extension().is_some_and(|it| it == "csv"))
    {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let outcome = node.upload("spend", &name, &bytes, BadRows::KeepGood).await.unwrap();
        if !outcome.refused && !outcome.already_imported {
            sum += outcome.totals.iter().find(|it| it.name == "total_pence").unwrap().value;
        }
    }
    assert!(sum > 0);
    for sides in
        [&[][..], &[pb::Side::Supplier, pb::Side::Month], &[pb::Side::Organisation, pb::Side::ExpenseType]]
    {
        let found = cube(&node, sides).await;
        assert_eq!(found.total_pence, sum);
        assert_eq!(found.cells.iter().map(|it| it.pence).sum::<i64>(), sum);
    }
}
