//! Figures that an edition freezes: forecasts down to practices, and how wrong earlier ones were.

use muster_proto::{
    common::v1::{Figure, PageRequest},
    staffing::v1::{self as pb, run_backtest_request::Part, run_backtest_response::Event},
};
use muster_testkit::{TestDb, on_both_databases};

use crate::node::{Node, SERIES};

on_both_databases!(muster_staffing::Migrator; practices_are_frozen_for_nobody_else, a_backtest_is_frozen_while_its_baselines_stand);

const LATER: &str = "\
G99001,,2018,8300,3.6,0,2,0.5,6
G99002,,2018,6200,2.4,0,1,0,5
G99003,,2018,9500,5.2,1,2.3,1,7
G99009,Bexley,2018,4200,2.1,0,1,0,3
";

async fn figures(node: &Node) -> Vec<Figure> {
    let (mut found, mut token) = (Vec::new(), String::new());
    loop {
        let page = Some(PageRequest { size: 40, token });
        let request = node.ask(pb::ListFiguresRequest { page });
        let answer = node.client().list_figures(request).await.unwrap().into_inner();
        found.extend(answer.figures);
        token = answer.page.unwrap().next_token;
        if token.is_empty() {
            return found;
        }
    }
}

async fn backtest(node: &Node, seed: u64) -> pb::BacktestResult {
    let spec = pb::BacktestSpec { area: "SEL".into(), draws: 64, seed, ..pb::BacktestSpec::default() };
    let asked = pb::RunBacktestRequest { part: Some(Part::Spec(spec)) };
    let request = node.ask(futures::stream::iter([asked]));
    let mut told = node.client().run_backtest(request).await.unwrap().into_inner();
    loop {
        if let Some(Event::Result(result)) = told.message().await.unwrap().unwrap().event {
            return result;
        }
    }
}

async fn practices_are_frozen_for_nobody_else(db: TestDb) {
    let node = Node::new(&db);
    node.import("gp-workforce", "series.csv", SERIES.as_bytes()).await;
    let spec = pb::ForecastSpec {
        area: "SEL".into(),
        base_year: 2016,
        to_year: 2017,
        draws: 64,
        seed: 5,
        ..Default::default()
    };
    let run = node.forecast(spec).await;
    let rows = node.rows(&run.run_id, "practice").await;
    let all = figures(&node).await;
    let row = rows.iter().find(|row| row.node == "G99003" && row.year == 2017).unwrap();
    let role = if row.role() == pb::Role::Gp { "gp" } else { "nurse" };
    let key = format!("staffing/gap/do-nothing/SEL/practice/G99003/{role}/2016/17");
    let gap = all.iter().find(|it| it.key == key).unwrap();
    assert_eq!((gap.value, gap.public), (row.gap_milli.unwrap().p50, false));
    let practices = all.iter().filter(|it| it.key.contains("/practice/"));
    assert!(practices.clone().all(|it| !it.public && it.evidence.len() == 1));
    assert_eq!(practices.count(), rows.len() * 2, "supply and gap of each");
}

async fn a_backtest_is_frozen_while_its_baselines_stand(db: TestDb) {
    let node = Node::new(&db);
    node.import("gp-workforce", "series.csv", format!("{SERIES}{LATER}").as_bytes()).await;
    assert!(figures(&node).await.iter().all(|it| !it.key.contains("/backtest/")), "nobody looked yet");
    let result = backtest(&node, 1).await;
    let of = |all: Vec<Figure>| -> Vec<Figure> {
        all.into_iter().filter(|it| it.key.starts_with("staffing/backtest/SEL/")).collect()
    };
    let frozen = of(figures(&node).await);
    assert_eq!(frozen.len(), result.rows.len() * 5, "five measures of each role, level and horizon");
    let gp = result.rows.iter().find(|row| row.role() == pb::Role::Gp && row.level == "borough").unwrap();
    let wape = frozen.iter().find(|it| it.key == "staffing/backtest/SEL/gp/borough/1/wape").unwrap();
    assert_eq!((wape.value, wape.unit.as_str(), wape.public), (gp.wape_ppm, "ppm", true));
    assert_eq!((wape.version.as_str(), wape.evidence.len()), ("1", 3), "{wape:?}");
    assert_eq!(wape.source.ends_with("no better than last value"), gp.no_better_than_last_value);
    // the same again is the same; with another seed it is another
    backtest(&node, 1).await;
    assert_eq!(of(figures(&node).await), frozen);
    backtest(&node, 2).await;
    assert!(of(figures(&node).await).iter().all(|it| it.version == "2" && it.source.contains("seed 2")));
    // of other baselines it says nothing
    let corrected = format!("{SERIES}{LATER}").replace("2018,8300,3.6", "2018,8300,3.9");
    node.import("gp-workforce", "corrected.csv", corrected.as_bytes()).await;
    assert_eq!(of(figures(&node).await), []);
}
