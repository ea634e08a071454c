//! What a forecast knows of people beside how many there are: sexes and ages, vacancies, who works at several practices.

use futures::StreamExt;
use muster_proto::staffing::v1 as pb;
use muster_testkit::{TestDb, on_both_databases};

use crate::node::{Node, SERIES};

on_both_databases!(muster_staffing::Migrator; a_run_says_what_it_knows_of_people, a_decided_closure_is_in_the_document_the_run_and_its_reproduction,
    costs_are_in_the_prices_that_are_asked_for, files_for_others_do_not_speak_of_single_practices);

const INDIVIDUALS: &str = "\
sub_icb_code,data_source,unique_identifier,staff_group,detailed_staff_role,age_band,age_years,gender,fte,year,month
72Q,Provided,1,GP,Salaried GPs,30-34,34,Female,0.6,2016,3
72Q,Provided,2,GP,GP Partners,60-64,NULL,Male,1,2016,3
72Q,Provided,3,GP,GP Partners,Unknown,NULL,Male,1,2016,3
36L,Provided,4,GP,GP Partners,50-54,52,Male,1,2016,3
72Q,Provided,5,GP,Salaried GPs,35-39,36,Female,0.5,2016,5
";

const SNAPSHOT: &str = "\
organisation,month_end,role,fte,heads,vacancies_fte
G99001,2016-02-29,gp,4,5,1.5
G99003,2015-03-31,gp,4,5,9
G99003,2016-03-31,gp,5.5,7,0
";

const POSTS: &str = "\
post_ref,person_ref,role,employer,works_at,share,hours_week,hours_standard,valid_from,valid_to
P1,N1,nurse,FED1,G99001,0.5,30,37.5,2014-04-01,
P1,N1,nurse,FED1,G99003,0.5,30,37.5,2014-04-01,
P2,N2,nurse,FED1,G99003,1,30,37.5,2014-04-01,
";

fn spec() -> pb::ForecastSpec {
    pb::ForecastSpec {
        area: "SEL".into(),
        base_year: 2016,
        to_year: 2018,
        draws: 64,
        seed: 1,
        ..pb::ForecastSpec::default()
    }
}

async fn a_run_says_what_it_knows_of_people(db: TestDb) {
    let node = Node::new(&db);
    node.import("gp-workforce", "series.csv", SERIES.as_bytes()).await;
    let before = node.forecast(spec()).await;
    let said = |run: &pb::ForecastRun, part: &str| run.caveats.iter().any(|of| of.contains(part));
    assert!(!said(&before, "vacant") && !said(&before, "work at several") && !said(&before, "commissioners"));
    for (kind, file, text) in [
        ("gp-workforce", "people.csv", INDIVIDUALS),
        ("workforce-snapshot", "m.csv", SNAPSHOT),
        ("posts", "p.csv", POSTS),
    ] {
        let outcome = node.import(kind, file, text.as_bytes()).await;
        assert!(!outcome.refused, "{kind} {:?}", outcome.findings);
    }
    let run = node.forecast(spec()).await;
    // the newest of each practice within the year before the base year's end; May is after it, and so is another commissioner elsewhere
    assert!(
        said(&run, "2 of 5 practices said how many posts of GPs are vacant (1.5 FTE)"),
        "{:?}",
        run.caveats
    );
    assert!(
        said(&run, "of 2 GPs of the area's commissioners (1 by single year of age)"),
        "{:?}",
        run.caveats
    );
    assert!(said(&run, "1 nurses work at several practices (2 of them in this area)"), "{:?}", run.caveats);
    assert_ne!(run.inputs_sha256, before.inputs_sha256);
    let from = |run: &pb::ForecastRun| {
        let mut from: Vec<String> = run.sources.iter().map(|of| of.source.clone()).collect();
        from.sort();
        from
    };
    assert_eq!(from(&before), ["series.csv"]);
    assert_eq!(from(&run), ["m.csv", "p.csv", "people.csv", "series.csv"]);
    // nobody who works at several places is of a role that was not asked for
    let gps = node.forecast(pb::ForecastSpec { roles: vec![pb::Role::Gp.into()], ..spec() }).await;
    assert_eq!(from(&gps), ["m.csv", "people.csv", "series.csv"]);
    let again = pb::ReproduceForecastRequest { run_id: run.run_id.clone() };
    let again = node.client().reproduce_forecast(node.ask(again)).await.unwrap().into_inner();
    assert!(again.reproduced, "{again:?}");
}

const MERGER: &str = r#"{"schema": "muster-scenario/1", "name": "merger", "title": "Merger", "version": 1,
    "closures": [{"practice": "G99001", "to": "G99003", "year": 2017, "staff": 1, "source": "a board paper"}]}"#;

async fn a_decided_closure_is_in_the_document_the_run_and_its_reproduction(db: TestDb) {
    let node = Node::new(&db);
    node.import("gp-workforce", "series.csv", SERIES.as_bytes()).await;
    let merged = pb::ForecastSpec { scenario_document: MERGER.into(), price_year: 2023, ..spec() };
    let run = node.forecast(merged).await;
    assert!(run.failure.is_empty(), "{}", run.failure);
    let said = |part: &str| run.caveats.iter().any(|of| of.contains(part));
    assert!(
        said("G99001 in 2017 (to G99003)") && said("in prices of 2023 by the GDP deflator"),
        "{:?}",
        run.caveats
    );
    let rows = node.rows(&run.run_id, "practice").await;
    let gone = rows.iter().find(|row| row.node == "G99001" && row.year == 2018).unwrap();
    assert_eq!((gone.list_milli.unwrap().p90, gone.supply_milli.unwrap().p90), (0, 0));
    let again = pb::ReproduceForecastRequest { run_id: run.run_id.clone() };
    assert!(node.client().reproduce_forecast(node.ask(again)).await.unwrap().into_inner().reproduced);
    let compared = pb::CompareScenariosRequest {
        from: Some(spec()),
        to_document: MERGER.into(),
        ..pb::CompareScenariosRequest::default()
    };
    let compared = node.client().compare_scenarios(node.ask(compared)).await.unwrap().into_inner();
    assert_eq!(compared.to.unwrap().closures[0].staff_ppm, Some(1_000_000));
    assert!(
        compared.steps.iter().any(|step| step.what.contains("G99001 closes in 2017")),
        "{:?}",
        compared.steps
    );
    let elsewhere = MERGER.replace("G99003", "X00001");
    let run = node.forecast(pb::ForecastSpec { scenario_document: elsewhere, ..spec() }).await;
    assert!(run.failure.contains("`X00001`"), "{}", run.failure);
}

async fn costs_are_in_the_prices_that_are_asked_for(db: TestDb) {
    let node = Node::new(&db);
    node.import("gp-workforce", "series.csv", SERIES.as_bytes()).await;
    let cost = async |price_year: i32| {
        let run = node.forecast(pb::ForecastSpec { price_year, ..spec() }).await;
        assert_eq!(run.spec.unwrap().price_year, price_year);
        let rows = node.rows(&run.run_id, "system").await;
        let of = rows.iter().find(|row| row.year == 2018 && row.role() == pb::Role::Gp).unwrap();
        (of.gap_milli.unwrap(), of.cost_pence.unwrap().p90, run.inputs_sha256)
    };
    let (then, now) = (cost(0).await, cost(2023).await);
    assert!(then.0 == now.0 && then.2 != now.2, "the same gap, another hash");
    assert!((now.1 as f64 / then.1 as f64 - 1.2004).abs() < 0.002, "{then:?} {now:?}");
    let run = node.forecast(pb::ForecastSpec { price_year: 1990, ..spec() }).await;
    assert!(run.failure.contains("prices of 1990"), "{}", run.failure);
}

async fn files_for_others_do_not_speak_of_single_practices(db: TestDb) {
    let node = Node::new(&db);
    node.import("gp-workforce", "series.csv", SERIES.as_bytes()).await;
    node.import("workforce-snapshot", "m.csv", SNAPSHOT.as_bytes()).await;
    let run = node.forecast(pb::ForecastSpec { scenario_document: MERGER.into(), ..spec() }).await;
    let file = async |for_others: bool| {
        let request =
            pb::ExportForecastRequest { run_id: run.run_id.clone(), format: "json".into(), for_others };
        let mut pieces = node.client().export_forecast(node.ask(request)).await.unwrap().into_inner();
        let mut bytes = Vec::new();
        while let Some(piece) = pieces.next().await {
            bytes.extend(piece.unwrap().content);
        }
        String::from_utf8(bytes).unwrap()
    };
    let (own, others) = (file(false).await, file(true).await);
    assert!(own.contains("G99001 in 2017") && own.contains("are vacant (1.5 FTE)"));
    assert!(!others.contains("G99001") && !others.contains("vacant (1.5"));
}
