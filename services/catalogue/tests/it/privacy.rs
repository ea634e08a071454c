//! Variance, and the wall around prices: what one organisation pays can be read by no other, by no call and no event.

use std::fmt::Write as _;

use futures::StreamExt as _;
use muster_kit::Classification;
use muster_proto::catalogue::v1::{self as pb, Relation};
use muster_testkit::{TestDb, on_both_databases};
use prost::Message as _;
use tonic::Code;

use crate::node::{ITEMS, Node, OFFERS, PURCHASES};

on_both_databases!(muster_catalogue::Migrator; prices_stay_where_they_are, a_lone_peer_is_not_shown);

const ORGANISATIONS: [(&str, i64); 5] =
    [("RJ1", 900), ("RJ2", 811), ("RJZ", 733), ("RV5", 677), ("RYX", 621)];

/// Each organisation brings its item, its price and its purchases in by itself: boxes of a hundred at so many pence.
async fn bring_in(node: &Node, of: &[(&str, i64)]) -> Vec<i64> {
    let mut numbers = Vec::new();
    for (organisation, pence) in of {
        let own = node.planner(organisation);
        own.import(
            "items",
            &format!("{ITEMS}G,{organisation},Medical Ltd,nitrile gloves {organisation},BX,100,,,\n"),
        )
        .await;
        let pounds = format!("{}.{:02}", pence / 100, pence % 100);
        own.import("offers", &format!("{OFFERS}G,{organisation},Medical Ltd,{pounds},1,BX,2020-01-01,,\n"))
            .await;
        let mut lines = PURCHASES.to_owned();
        for month in 1..=6 {
            let net = pence * 10;
            let _ = writeln!(
                lines,
                "P{month},{organisation},2020-{month:02}-10,Medical Ltd,gloves,10,BX,{pounds},{}.{:02},G,direct",
                net / 100,
                net % 100
            );
        }
        own.import("purchases", &lines).await;
        numbers.push(own.number(organisation, "G").await);
    }
    numbers
}

async fn prices_stay_where_they_are(db: TestDb) {
    let node = Node::new(&db);
    let numbers = bring_in(&node, &ORGANISATIONS).await;
    for pair in numbers.windows(2) {
        node.decide((pair[0], pair[1]), Relation::SameItem).await.unwrap();
    }
    node.follow().await;
    others_read_no_price(&node, numbers[4]).await;
    a_file_is_of_own_records(&node).await;
    variance_knows_quantiles_of_the_others(&node).await;
    the_bus_keeps_prices_on_their_branch(&node).await;
}

async fn others_read_no_price(node: &Node, number: i64) {
    let (first, last) = (node.planner("RJ1"), node.planner("RYX"));
    // the item of another is known, its price is not
    let found = first.item(number).await;
    assert!(!found.item.as_ref().unwrap().own && found.offers.is_empty() && found.bought.is_none());
    assert_eq!(found.item.unwrap().provenance, None);
    let request = pb::GetPricesRequest {
        number,
        organisation: "RYX".into(),
        on: "2020-02-01".into(),
        ..Default::default()
    };
    assert_eq!(first.prices(request.clone()).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(last.prices(request).await.unwrap().in_force.len(), 1);
}

async fn a_file_is_of_own_records(node: &Node) {
    let first = node.planner("RJ1");
    for kind in ["items", "offers"] {
        let request = pb::ExportCatalogueRequest {
            kind: kind.into(),
            format: "csv".into(),
            organisation: String::new(),
        };
        let mut pieces = first.client().export_catalogue(first.ask(request)).await.unwrap().into_inner();
        let text = String::from_utf8(pieces.next().await.unwrap().unwrap().content).unwrap();
        assert_eq!((text.lines().count(), text.contains(",RJ1,")), (2, true), "{text}");
    }
}

async fn variance_knows_quantiles_of_the_others(node: &Node) {
    let (first, last) = (node.planner("RJ1"), node.planner("RYX"));
    // variance: own price and quantiles of the other four, 6.21 6.77 7.33 8.11
    let variance = first.variance().await;
    assert_eq!(variance.rows.len(), 1, "only own rows");
    let row = &variance.rows[0];
    assert_eq!((row.organisation.as_str(), row.paid_hundredths, row.peers), ("RJ1", 900_000, 4));
    assert_eq!((row.lower_quartile_hundredths, row.median_hundredths), (663_000, 705_000));
    assert_eq!(row.opportunity_pence, 6 * 10 * 900 - 6 * 10 * 663);
    assert_eq!(last.variance().await.opportunity_pence, 0);
}

async fn the_bus_keeps_prices_on_their_branch(node: &Node) {
    // the bus: whatever is told to the group has no price of anybody; what is told to one organisation has only its own
    let events = node.events().await;
    let prices: Vec<(&str, [i64; 3])> =
        ORGANISATIONS.iter().map(|(org, pence)| (*org, [pence * 100, pence * 1_000, pence * 60])).collect();
    for event in &events {
        let text = telling(event);
        for (organisation, figures) in &prices {
            let own =
                event.classification == Classification::Own && event.organisation.as_str() == *organisation;
            for figure in figures.iter().filter(|_| !own) {
                assert!(
                    !text.contains(&format!(" {figure},")),
                    "{} tells {figure} of {organisation}: {text}",
                    event.subject
                );
            }
        }
        let shared = event.subject.contains(".shared.");
        assert_eq!(shared, event.classification != Classification::Own, "{}", event.subject);
    }
    let found: Vec<&str> = events
        .iter()
        .filter(|it| it.kind.contains("variance.found"))
        .map(|it| it.organisation.as_str())
        .collect();
    assert!(found.contains(&"RJ1") && !found.contains(&"QKK") && !found.contains(&"RYX"), "{found:?}");
}

/// What an event says, in words and figures.
fn telling(event: &muster_kit::Event) -> String {
    let bytes = event.payload.clone();
    match event.kind.as_str() {
        "muster.catalogue.variance.found.v1" => format!("{:?}", pb::VarianceFound::decode(bytes).unwrap()),
        "muster.catalogue.equivalence.confirmed.v1" => {
            format!("{:?}", pb::EquivalenceDecided::decode(bytes).unwrap())
        }
        "muster.catalogue.offer.changed.v1" => format!("{:?}", pb::OfferChanged::decode(bytes).unwrap()),
        "muster.catalogue.purchases.recorded.v1" => {
            format!("{:?}", pb::PurchasesRecorded::decode(bytes).unwrap())
        }
        "muster.catalogue.cluster.changed.v1" => format!("{:?}", pb::ClusterChanged::decode(bytes).unwrap()),
        other => panic!("an event that this test does not know: {other}"),
    }
}

async fn a_lone_peer_is_not_shown(db: TestDb) {
    let node = Node::new(&db);
    let numbers = bring_in(&node, &ORGANISATIONS[..3]).await;
    node.decide((numbers[0], numbers[1]), Relation::SameItem).await.unwrap();
    node.decide((numbers[1], numbers[2]), Relation::SameItem).await.unwrap();
    let variance = node.planner("RJ1").variance().await;
    let row = &variance.rows[0];
    assert_eq!(
        (row.peers, row.median_hundredths, row.minimum_hundredths, row.opportunity_pence),
        (2, 0, 0, 0)
    );
    assert!(row.withheld.contains("fewer than three"));
}
