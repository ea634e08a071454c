//! Lists by age and sex, what they make of need, and what scenarios expected: through the contract's calls, on both databases.

use muster_kit::outbox;
use muster_proto::staffing::v1 as pb;
use muster_testkit::{TestDb, on_both_databases};
use sea_orm::{EntityTrait, QueryOrder};

use crate::node::{Node, SERIES};

on_both_databases!(muster_staffing::Migrator; lists_come_in_whole_or_not_at_all, weights_are_relative_to_the_area, need_follows_weighted_lists_where_it_is_asked_to,
    what_was_expected_is_scored_when_it_came);

/// G99001 of Bexley has young men, G99003 of Lambeth old women; G99002 and G99004 have no list by age.
const AGES: &str = "\
PUBLICATION,EXTRACT_DATE,TYPE,CCG_CODE,ONS_CCG_CODE,CODE,POSTCODE,SEX,AGE_GROUP_5,NUMBER_OF_PATIENTS
GP_PRAC_PAT_LIST,01JAN2016,GP,07N,E1,G99001,SE1,ALL,ALL,100
GP_PRAC_PAT_LIST,01JAN2016,GP,07N,E1,G99001,SE1,MALE,ALL,100
GP_PRAC_PAT_LIST,01JAN2016,GP,07N,E1,G99001,SE1,MALE,20_24,100
GP_PRAC_PAT_LIST,01JAN2016,GP,08K,E2,G99003,SE1,ALL,ALL,50
GP_PRAC_PAT_LIST,01JAN2016,GP,08K,E2,G99003,SE1,FEMALE,ALL,50
GP_PRAC_PAT_LIST,01JAN2016,GP,08K,E2,G99003,SE1,FEMALE,80_84,50
";

fn spec(list_weighting: pb::ListWeighting) -> pb::ForecastSpec {
    pb::ForecastSpec {
        area: "SEL".into(),
        base_year: 2016,
        to_year: 2018,
        draws: 64,
        seed: 1,
        list_weighting: list_weighting.into(),
        ..pb::ForecastSpec::default()
    }
}

async fn lists_come_in_whole_or_not_at_all(db: TestDb) {
    let node = Node::new(&db);
    node.import("gp-workforce", "series.csv", SERIES.as_bytes()).await;
    let without = node.forecast(spec(pb::ListWeighting::Weighted)).await;
    assert!(without.failure.contains("gp-reg-pat-prac-quin-age"), "{}", without.failure);
    let kind = "gp-reg-pat-prac-quin-age";
    let bad = node.import(kind, "bad.csv", AGES.replace("20_24,100", "20_24,99").as_bytes()).await;
    assert!(
        bad.refused && bad.findings[0].problem.contains("add up to 99, not to 100"),
        "{:?}",
        bad.findings
    );
    let outcome = node.import(kind, "ages.csv", AGES.as_bytes()).await;
    assert_eq!((outcome.refused, outcome.rows_kept), (false, 6));
    let events = outbox::Entity::find().order_by_asc(outbox::Column::Seq).all(db.read()).await.unwrap();
    assert!(events.iter().any(|of| of.kind == "muster.staffing.age-lists.recorded.v1"));
}

async fn weights_are_relative_to_the_area(db: TestDb) {
    let node = with_ages(&db).await;
    let request = pb::GetWeightedListsRequest { area: "SEL".into(), year: 2016, ..Default::default() };
    let lists = node.client().get_weighted_lists(node.ask(request)).await.unwrap().into_inner();
    assert_eq!(lists.weights.len(), 7);
    let of = |place: &str| lists.lists.iter().find(|of| of.place == place).unwrap();
    // Bexley has the weight of men of 15 to 44, Lambeth that of women of 75 to 84: in their ratio, borough by borough
    let (bexley, lambeth) = (of("Bexley").relative_ppm, of("Lambeth").relative_ppm);
    assert!((lambeth * 913 - bexley * 3_301).abs() < bexley * 3_301 / 100_000, "{bexley} {lambeth}");
    assert_eq!((of("G99002").ages_of.as_str(), of("G99002").relative_ppm), ("", bexley));
    assert_eq!(of("G99001").ages_of, "2016-01-01");
    let sum = |of: fn(&pb::WeightedList) -> i64| {
        lists.lists.iter().filter(|row| row.level == "practice").map(of).sum::<i64>()
    };
    assert!((sum(|of| of.list_milli) - sum(|of| of.weighted_milli)).abs() < 10);
}

/// A node with the series and the ages.
async fn with_ages(db: &TestDb) -> Node {
    let node = Node::new(db);
    node.import("gp-workforce", "series.csv", SERIES.as_bytes()).await;
    node.import("gp-reg-pat-prac-quin-age", "ages.csv", AGES.as_bytes()).await;
    node
}

async fn need_follows_weighted_lists_where_it_is_asked_to(db: TestDb) {
    let node = with_ages(&db).await;
    let (plain, weighted) = (
        node.forecast(spec(pb::ListWeighting::Plain)).await,
        node.forecast(spec(pb::ListWeighting::Weighted)).await,
    );
    assert_ne!(plain.inputs_sha256, weighted.inputs_sha256);
    assert!(weighted.caveats.iter().any(|of| of.contains("their borough's mean")), "{:?}", weighted.caveats);
    assert!(weighted.sources.iter().any(|of| of.source == "ages.csv"));
    let asked = weighted.spec.clone().unwrap().list_weighting();
    assert_eq!(asked, pb::ListWeighting::Weighted);
    let (before, after) =
        (node.rows(&plain.run_id, "borough").await, node.rows(&weighted.run_id, "borough").await);
    for (before, after) in before.iter().zip(&after).filter(|(row, _)| row.year == 2016) {
        let moved = after.demand_milli.unwrap().p50 - before.demand_milli.unwrap().p50;
        assert_eq!(moved > 0, before.name == "Lambeth", "{before:?} {after:?}");
        assert_eq!(before.supply_milli, after.supply_milli);
    }
    let request = pb::ReproduceForecastRequest { run_id: weighted.run_id };
    let again = node.client().reproduce_forecast(node.ask(request)).await.unwrap().into_inner();
    assert!(again.reproduced, "{}", again.finding);
}

async fn what_was_expected_is_scored_when_it_came(db: TestDb) {
    let node = Node::new(&db);
    node.import("gp-workforce", "series.csv", SERIES.as_bytes()).await;
    let document = r#"{"schema":"muster-scenario/1","name":"mine","title":"Mine","version":1,"expectations":[
        {"measure":"fte","role":"gp","place":"Lambeth","year":2017,"fte":6,"low":4,"high":8,"expert":"the hub","source":"a survey"},
        {"measure":"joiners","role":"gp","year":2017,"fte":9,"low":8,"high":10,"source":"a survey"},
        {"measure":"fte","role":"gp","year":2030,"fte":9,"low":8,"high":10,"source":"a survey"}]}"#;
    let request = pb::ScoreScenarioRequest {
        scenario: String::new(),
        scenario_document: document.into(),
        area: "SEL".into(),
    };
    let told = node.client().score_scenario(node.ask(request)).await.unwrap().into_inner();
    assert_eq!((told.observed, told.hits, told.scores.len()), (2, 1, 3));
    // G99003 alone has patients in Lambeth in 2017
    let lambeth = &told.scores[0];
    assert_eq!(
        (lambeth.observed_milli, lambeth.hit, lambeth.interval_score_milli),
        (Some(5_000), true, 4_000)
    );
    assert_eq!((told.scores[1].observed_milli, told.scores[1].interval_score_milli), (Some(0), 82_000));
    assert!(told.scores[2].missing.contains("2030"), "{:?}", told.scores[2]);
    let none = pb::ScoreScenarioRequest { scenario: "retention".into(), ..Default::default() };
    let none = node.client().score_scenario(node.ask(none)).await.unwrap().into_inner();
    assert!(none.scores.is_empty() && none.findings[0].contains("expects nothing"));
}
