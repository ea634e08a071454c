//! Staff of trusts: the published file with its sums, and a forecast of it, on both databases.

use muster_kit::outbox;
use muster_proto::{common::v1::PageRequest, staffing::v1 as pb};
use muster_testkit::{TestDb, on_both_databases};
use sea_orm::{EntityTrait, QueryOrder};

use crate::{node::Node, shared::published};

on_both_databases!(muster_staffing::Migrator; counts_replace_those_of_their_month, the_published_file_keeps_its_sums);

const FIRST: &str = "\
Month,Organisation code,Organisation name,Staff group,FTE
2017-SEP,RZ1,One Trust,Nurses & health visitors,1000.5
2017-SEP,RZ1,One Trust,HCHS doctors,400
2017-SEP,RZ2,Other Trust,Nurses & health visitors,500
2018-JUN,RZ1,One Trust,Nurses & health visitors,1020
2018-JUN,RZ2,Other Trust,Nurses & health visitors,490
2018-JUN,RZ2,Other Trust,Porters,20
";

async fn counts(node: &Node) -> (Vec<pb::TrustCount>, pb::ListTrustWorkforceResponse) {
    let (mut all, mut token) = (Vec::new(), String::new());
    loop {
        let page = Some(PageRequest { size: 40, token });
        let request = pb::ListTrustWorkforceRequest { page, organisation: String::new() };
        let told = node.client().list_trust_workforce(node.ask(request)).await.unwrap().into_inner();
        all.extend(told.counts.clone());
        token = told.page.clone().unwrap_or_default().next_token;
        if token.is_empty() {
            return (all, told);
        }
    }
}

async fn counts_replace_those_of_their_month(db: TestDb) {
    let node = Node::new(&db);
    let first = node.import("trust-workforce", "trusts.csv", FIRST.as_bytes()).await;
    assert_eq!((first.refused, first.rows_kept), (false, 6));
    let (all, told) = counts(&node).await;
    assert_eq!((all.len(), told.newest_fte_milli), (6, 1_530_000));
    assert_eq!(told.unknown_groups, ["Porters: 20.0 FTE in 2018-06"]);
    assert_eq!(told.sources[0].source, "trusts.csv");
    let later =
        "Month,Organisation code,Organisation name,Staff group,FTE\n2018-06,RZ2,Other Trust,HCHS doctors,7\n";
    node.import("trust-workforce", "later.csv", later.as_bytes()).await;
    let (all, told) = counts(&node).await;
    // what the file says of RZ2 in June replaces all that was there of it
    assert_eq!((all.len(), told.newest_fte_milli), (5, 1_027_000));
    let bad = node.import("trust-workforce", "bad.csv", FIRST.replace("1020", "-1").as_bytes()).await;
    let finding = &bad.findings[0];
    assert!(bad.refused && finding.line == 5 && finding.column == "FTE", "{finding:?}");
    assert_eq!(counts(&node).await.0, all);
    let events = outbox::Entity::find().order_by_asc(outbox::Column::Seq).all(db.read()).await.unwrap();
    let kinds: Vec<&str> = events.iter().map(|row| row.kind.as_str()).collect();
    assert_eq!(kinds, ["muster.staffing.trust-workforce.recorded.v1"; 3]);
    assert_eq!(events[2].aggregate_version, 2, "June was imported twice");
    let other = node.stranger();
    assert_eq!(counts(&other).await.0, []);
}

async fn the_published_file_keeps_its_sums(db: TestDb) {
    let Some(file) = published("trusts/sel_hchs_fte_org_staffgroup_2017-09_2018-06.csv") else { return };
    let text = file.text().unwrap();
    let node = Node::new(&db);
    let outcome = node.import("trust-workforce", "published.csv", text.as_bytes()).await;
    assert_eq!((outcome.refused, outcome.rows_read, outcome.rows_kept), (false, 201, 201));
    let tenths = |line: &str| -> i64 {
        let fte = line.rsplit(',').next().unwrap();
        let (whole, part) = fte.split_once('.').unwrap_or((fte, "0"));
        whole.parse::<i64>().unwrap() * 1_000 + part.parse::<i64>().unwrap() * 100
    };
    let sum: i64 = text.lines().skip(1).map(tenths).sum();
    let (all, told) = counts(&node).await;
    assert_eq!(all.iter().map(|of| of.fte_milli).sum::<i64>(), sum);
    assert_eq!(told.months, ["2017-09", "2018-06"]);
    assert!(told.unknown_groups[0].starts_with("Unknown: "), "{:?}", told.unknown_groups);

    let request = pb::ForecastTrustsRequest { seed: 1, ..pb::ForecastTrustsRequest::default() };
    let made = node.client().forecast_trusts(node.ask(request.clone())).await.unwrap().into_inner();
    // seven of each group: the six trusts and all together, the last count and five years
    assert_eq!(made.rows.len(), 2 * 7 * 6);
    assert_eq!(made.rows[0].supply_milli.unwrap().p50, 12_602_600);
    let one = pb::ForecastTrustsRequest { organisation: "rj1".into(), ..request.clone() };
    let one = node.client().forecast_trusts(node.ask(one)).await.unwrap().into_inner();
    let among: Vec<_> = made.rows.iter().filter(|row| row.organisation == "RJ1").cloned().collect();
    assert_eq!(one.rows, among, "a trust alone has the numbers that it has among the others");
    assert!(made.caveats.iter().any(|of| of.contains("No backtest is possible")), "{:?}", made.caveats);
    assert!(made.caveats.iter().any(|of| of.contains("Demand is unknown")));
    let missing = pb::ForecastTrustsRequest { organisation: "07N".into(), ..request };
    let said = node.client().forecast_trusts(node.ask(missing)).await.unwrap_err();
    assert_eq!(said.code(), tonic::Code::NotFound);
}
