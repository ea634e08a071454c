//! Items and offers as they are stored: history, the price in force, search, export, and electronic catalogues.

use std::path::Path;

use futures::StreamExt as _;
use muster_proto::{catalogue::v1 as pb, common::v1::BadRows};
use muster_testkit::{TestDb, on_both_databases};

use crate::node::{ITEMS, Node, OFFERS};

on_both_databases!(muster_catalogue::Migrator;
    history_is_never_overwritten, an_item_is_found_with_a_mistake_in_it, an_export_is_an_import,
    the_drug_tariff_is_a_price_list);

fn gloves(description: &str) -> String {
    format!(
        "{ITEMS}GLOVE-M,RJ1,Example Medical Ltd,{description},BX,100,Example Gloves plc,N-M-100,09501101530003\n"
    )
}

async fn price(node: &Node, on: &str, quantity: i64, known_at_micros: i64) -> Vec<i64> {
    let request = pb::GetPricesRequest {
        number: node.number("RJ1", "GLOVE-M").await,
        quantity_milli: quantity * 1_000,
        on: on.into(),
        known_at_micros,
        ..pb::GetPricesRequest::default()
    };
    let found = node.prices(request).await.unwrap();
    found.in_force.iter().map(|it| it.offer.as_ref().unwrap().price_hundredths).collect()
}

async fn history_is_never_overwritten(db: TestDb) {
    let node = Node::new(&db);
    node.import("items", &gloves("nitrile gloves medium")).await;
    let first = "GLOVE-M,RJ1,Example Medical Ltd,4.75,1,BX,2020-04-01,,\nGLOVE-M,RJ1,Example Medical Ltd,4.50,1,BX,2020-04-01,10,\n";
    node.import("offers", &format!("{OFFERS}{first}")).await;
    assert_eq!(price(&node, "2020-05-01", 1, 0).await, [47_500]);
    assert_eq!(price(&node, "2020-05-01", 12, 0).await, [45_000]);
    let known = node.item(node.number("RJ1", "GLOVE-M").await).await.offers[0].recorded_at_micros;
    // a correction of the first, and the second as it was
    let outcome = node
        .import("offers", &format!("{OFFERS}GLOVE-M,RJ1,Example Medical Ltd,4.95,1,BX,2020-04-01,,\nGLOVE-M,RJ1,Example Medical Ltd,4.50,1,BX,2020-04-01,10,\n"))
        .await;
    assert!(outcome.totals.iter().any(|it| it.name == "offers_new_or_changed" && it.value == 1));
    assert_eq!(price(&node, "2020-05-01", 1, 0).await, [49_500]);
    assert_eq!(price(&node, "2020-05-01", 1, known).await, [47_500], "as it was known then");
    a_description_ends_the_earlier_one(&node).await;
}

async fn a_description_ends_the_earlier_one(node: &Node) {
    // another description ends the earlier one and keeps the number
    let number = node.number("RJ1", "GLOVE-M").await;
    node.import("items", &gloves("gloves nitrile medium powder free")).await;
    let found = node.item(number).await;
    assert_eq!(found.item.unwrap().description, "gloves nitrile medium powder free");
    assert_eq!(found.earlier.len(), 1);
    assert_eq!(
        (found.earlier[0].description.as_str(), found.earlier[0].ended_at_micros > 0),
        ("nitrile gloves medium", true)
    );
    assert_eq!(found.offers.len(), 3, "every record of an offer stays");
    // the same file changes nothing, nor does another file that says the same
    assert!(node.import("items", &gloves("gloves nitrile medium powder free")).await.already_imported);
    node.import("items", &format!("{}\n", gloves("gloves nitrile medium powder free"))).await;
    assert_eq!(node.item(number).await.earlier.len(), 1);
    let changed: Vec<String> = node.events().await.into_iter().map(|it| it.kind).collect();
    assert_eq!(changed, ["muster.catalogue.offer.changed.v1"; 2]);
}

async fn an_item_is_found_with_a_mistake_in_it(db: TestDb) {
    let node = Node::new(&db);
    node.import("items", &gloves("nitrile gloves medium")).await;
    for words in ["nitrile", "nitrlie gloves", "N-M-100", "nm100", "09501101530003", "GLOVE-M"] {
        let hits = node.search(words).await;
        assert_eq!(hits.len(), 1, "{words}");
    }
    assert_eq!(node.search("nitrlie gloves").await[0].forgiven, "nitrlie: nitrile");
    assert!(node.search("scalpel").await.is_empty());
    let request = pb::SearchItemsRequest {
        supplier: "EXAMPLE MEDICAL LIMITED".into(),
        ..pb::SearchItemsRequest::default()
    };
    assert_eq!(node.client().search_items(node.ask(request)).await.unwrap().into_inner().hits.len(), 1);
    // the index follows a new description
    node.import("items", &gloves("vinyl gloves medium")).await;
    assert_eq!(node.search("vinyl").await.len(), 1);
    assert!(node.search("nitrile").await.is_empty());
}

async fn export(node: &Node, kind: &str, format: &str) -> Vec<u8> {
    let request =
        pb::ExportCatalogueRequest { kind: kind.into(), format: format.into(), organisation: String::new() };
    let mut pieces = node.client().export_catalogue(node.ask(request)).await.unwrap().into_inner();
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.next().await {
        bytes.extend(piece.unwrap().content);
    }
    bytes
}

async fn an_export_is_an_import(db: TestDb) {
    let node = Node::new(&db);
    let items = format!("{}SAL,RJ1,Example Medical Ltd,\"Saline, 0.9%\",CS,6,,,\n", gloves("gloves"));
    node.import("items", &items).await;
    node.import(
        "offers",
        &format!("{OFFERS}GLOVE-M,RJ1,Example Medical Ltd,4.7525,3,BX,2020-04-01,2.5,2021-03-31\n"),
    )
    .await;
    for format in ["csv", "xlsx"] {
        for (kind, total, rows) in [("items", "items_changed", 2), ("offers", "offers_new_or_changed", 1)] {
            let bytes = export(&node, kind, format).await;
            let outcome =
                node.upload(kind, &format!("again.{format}"), &bytes, BadRows::RefuseFile).await.unwrap();
            assert!(!outcome.refused, "{kind} {format}: {:?}", outcome.findings);
            assert_eq!(outcome.rows_kept, rows);
            let changed = outcome.totals.iter().find(|it| it.name == total).map(|it| it.value);
            assert_eq!(changed, Some(0), "{kind} as {format} says what is known");
        }
    }
    let refused = node
        .client()
        .export_catalogue(
            node.ask(pb::ExportCatalogueRequest { kind: "prices".into(), ..Default::default() }),
        )
        .await;
    assert_eq!(refused.err().map(|it| it.code()), Some(tonic::Code::InvalidArgument));
}

async fn the_drug_tariff_is_a_price_list(db: TestDb) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/procurement/drug_tariff_part_viiia_2023-03.csv");
    let Ok(bytes) = std::fs::read(&path) else { return };
    let node = Node::new(&db);
    let name = "drug_tariff_part_viiia_2023-03.csv";
    let refused = node.upload("drug-tariff", name, &bytes, BadRows::RefuseFile).await.unwrap();
    assert!(refused.refused, "one broken row refuses the file unless good rows are to be kept");
    let outcome = node.upload("drug-tariff", name, &bytes, BadRows::KeepGood).await.unwrap();
    assert_eq!((outcome.rows_read, outcome.rows_kept, outcome.rows_refused), (3_913, 3_790, 123));
    let hits = node.search("aciclovir 200mg tablet").await;
    let item = hits[0].item.clone().unwrap();
    assert!(item.description.starts_with("Aciclovir 200mg"), "{}", item.description);
    let request = pb::GetPricesRequest { number: item.number, on: "2023-03-15".into(), ..Default::default() };
    assert_eq!(node.prices(request.clone()).await.unwrap().in_force.len(), 1);
    let later = pb::GetPricesRequest { on: "2023-04-01".into(), ..request };
    let over = node.prices(later).await.unwrap();
    assert_eq!((over.in_force.len(), over.not_in_force[0].why.as_str()), (0, "no longer valid"));
}
