//! Benchmarks and bridges that are stored.

use muster_backoffice::import::BRIDGE_EXAMPLE;
use muster_kit::Classification;
use muster_proto::backoffice::v1 as pb;
use muster_testkit::{TestDb, on_both_databases};
use prost::Message as _;

use crate::node::Node;

on_both_databases!(muster_backoffice::Migrator; benchmarks_stand_beside_their_peers,
    a_bridge_is_published_with_what_does_not_add_up);

async fn benchmarks_stand_beside_their_peers(db: TestDb) {
    let node = Node::new(&db);
    let ask = async |request: pb::ListBenchmarksRequest| {
        node.client().list_benchmarks(node.ask(request)).await.unwrap().into_inner()
    };
    let empty = ask(pb::ListBenchmarksRequest::default()).await;
    assert!(
        empty.rows.is_empty() && empty.national.len() >= 11,
        "the national figures come with the program"
    );
    let header =
        "organisation,year,function,cost,driver,volume,fte,service_level,service_measure,income,source\n";
    let row = |code: &str, cost: i64| {
        format!("{code},2015/16,payroll,{cost},payslips,100000,12,99,right,,ledger\n")
    };
    let text = [
        header.to_owned(),
        row("RJ1", 428_000),
        row("RJ2", 500_100),
        row("RJZ", 300_000),
        row("RPG", 950_000),
    ];
    node.good("benchmarks", &text.concat()).await;
    let one = ask(pb::ListBenchmarksRequest { organisation: "rpg".into(), ..Default::default() }).await;
    let found = &one.rows[0];
    assert_eq!((one.rows.len(), found.cost_per_driver_centipence, found.quarter), (1, 95_000, 4));
    assert_eq!(found.questions[0].question, "national-outlier");
    assert_eq!((one.peers[0].organisations, one.peers[0].ranked), (4, 4), "its peers are all the same");
    assert!(one.national.iter().all(|it| ["payroll", "all"].contains(&it.function.as_str())));
    // a corrected row stands in place of the earlier one
    node.good("benchmarks", &(header.to_owned() + &row("RPG", 400_000))).await;
    let all = ask(pb::ListBenchmarksRequest { function: "Payroll".into(), ..Default::default() }).await;
    assert_eq!(
        all.rows.iter().map(|it| it.cost_pence / 100).collect::<Vec<_>>(),
        [428_000, 500_100, 300_000, 400_000]
    );
}

/// What nobody imported is traced to the papers that printed it.
async fn shipped_figures_say_their_papers(node: &Node, shipped: &pb::GetBridgeResponse) {
    assert!(shipped.shipped && shipped.version == 0);
    let bridge = shipped.bridge.as_ref().unwrap();
    let trace = async |id: &str| {
        let key = format!("bridge/{}/{id}", bridge.title);
        let asked = pb::TraceFigureRequest { key, ..Default::default() };
        node.client().trace_figure(node.ask(asked)).await.map(tonic::Response::into_inner)
    };
    for figure in &bridge.figures {
        let found = trace(&figure.id).await.unwrap();
        assert!(found.gaps.is_empty() && found.steps[0].says == figure.source, "{found:?}");
        assert!(!figure.source.is_empty() && found.steps[0].value == Some(figure.pence), "{found:?}");
    }
    let derived = trace(&format!("derivation/{}", bridge.derivations[0].id)).await.unwrap();
    assert!(derived.steps.len() == 2 && derived.steps[1].depth == 1, "{derived:?}");
    assert_eq!(trace("nothing").await.unwrap_err().code(), tonic::Code::NotFound);
}

async fn a_bridge_is_published_with_what_does_not_add_up(db: TestDb) {
    let node = Node::new(&db);
    let ask = async |request: pb::GetBridgeRequest| {
        node.client().get_bridge(node.ask(request)).await.map(tonic::Response::into_inner)
    };
    let shipped = ask(pb::GetBridgeRequest::default()).await.unwrap();
    shipped_figures_say_their_papers(&node, &shipped).await;
    let broken = BRIDGE_EXAMPLE.replacen("\"unit\": \"millions\"", "\"unit\": \"GBP m\"", 1);
    let refused = node.import("bridge", &broken).await;
    assert!(refused.refused && refused.findings[0].column == "unit", "{:?}", refused.findings);
    let outcome = node.good("bridge", BRIDGE_EXAMPLE).await;
    let total = |name: &str| outcome.totals.iter().find(|it| it.name == name).unwrap().value;
    assert_eq!((total("derivations"), total("irreconcilable"), total("refused")), (4, 1, 0));
    let told = node.outbox().await.remove(0);
    assert_eq!(
        (told.kind.as_str(), told.classification.as_str()),
        ("muster.backoffice.bridge.published.v1", Classification::Group.as_str())
    );
    let told = pb::BridgePublished::decode(told.payload.as_slice()).unwrap();
    let found =
        ask(pb::GetBridgeRequest { compare: "core".into(), with: "later-gap".into(), ..Default::default() })
            .await
            .unwrap();
    let bridge = found.bridge.unwrap();
    assert!(!found.shipped && found.version == 1 && found.provenance.is_some());
    let asked = bridge.comparisons.last().unwrap();
    assert!(asked.verdict == "refused" && asked.change_pence.is_none() && !asked.differs.is_empty());
    assert_eq!(told.bridge.unwrap().derivations, bridge.derivations);
    // 651 + 190 + 12 = 853, printed 854; 934 - 189 = 745 and 854 - 189 = 665, printed 727; 584 + 50 + 60 = 694
    let verdicts: Vec<_> = bridge.derivations.iter().map(|it| it.verdict.as_str()).collect();
    assert_eq!(verdicts, ["rounding", "adds-up", "irreconcilable", "adds-up"]);
    let million = 100_000_000;
    let computed: Vec<i64> =
        bridge.derivations[2].ways.iter().map(|it| it.computed_pence / million).collect();
    assert_eq!((computed, bridge.rolls[0].opening_pence / million), (vec![745, 665], 694));
    let web = bridge.comparisons.iter().find(|it| it.one == "productivity").unwrap();
    assert!(web.verdict == "refused" && web.differs.iter().any(|it| it.attribute == "scope"));
    let other = BRIDGE_EXAMPLE.replacen("\"title\": \"", "\"title\": \"Another: ", 1);
    node.good("bridge", &other).await;
    assert!(ask(pb::GetBridgeRequest::default()).await.unwrap().bridge.unwrap().title.starts_with("Another"));
    let first =
        ask(pb::GetBridgeRequest { title: bridge.title.clone(), ..Default::default() }).await.unwrap();
    assert_eq!(first.bridge.unwrap().title, bridge.title);
    assert_eq!(
        ask(pb::GetBridgeRequest { title: "x".into(), ..Default::default() }).await.unwrap_err().code(),
        tonic::Code::NotFound
    );
    let wrong = ask(pb::GetBridgeRequest { compare: "x".into(), with: "core".into(), ..Default::default() })
        .await
        .unwrap_err();
    assert_eq!(wrong.code(), tonic::Code::InvalidArgument);
}
