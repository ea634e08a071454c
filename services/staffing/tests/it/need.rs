//! Deprivation of practices and residents of boroughs, and what they make of need: through the contract's calls, on both databases, and the
//! published populations.

use muster_kit::{audit, outbox};
use muster_proto::staffing::v1 as pb;
use muster_staffing::{
    domain::{
        assemble::{AreaData, Place, assemble},
        forecast::{ListWeighting, PatientBasis, RatioGrowth, Spec},
        missing::{MissingReturns, PracticeYear},
        parameters::ParameterSet,
        residents::Residents,
        role::Role,
        scenario::Scenario,
        units::Patients,
    },
    import::{Content, read},
};
use muster_testkit::{TestDb, on_both_databases};
use sea_orm::{EntityTrait, QueryOrder};

use crate::{
    node::{Node, SERIES},
    real_files::{SEL, rows, sets},
    shared::published,
};

on_both_databases!(muster_staffing::Migrator; scores_and_residents_come_in_whole_or_not_at_all, a_switch_without_data_says_which_file_to_import,
    each_switch_moves_need_and_is_kept_with_the_run, a_later_file_replaces_what_it_names_only);

/// G99001 of Bexley is healthy, G99003 of Lambeth is not; nobody has a score of the others.
const SCORES: &str = "practice,score,year\nG99001,-1.0,2015\nG99003,1.0,2015\n";

/// 14,000 are registered with G99001 and G99002 and 4,000 with G99009 in Bexley, 14,000 in Lambeth.
const RESIDENTS: &str = "borough,year,residents\nBexley,2015,18000\nLambeth,2015,10000\nBexley,2018,1\n";

fn spec(deprivation: bool, patients: pb::PatientBasis) -> pb::ForecastSpec {
    pb::ForecastSpec {
        area: "SEL".into(),
        base_year: 2016,
        to_year: 2018,
        draws: 64,
        seed: 1,
        deprivation,
        patients: patients.into(),
        ..pb::ForecastSpec::default()
    }
}

async fn with_series(db: &TestDb) -> Node {
    let node = Node::new(db);
    node.import("gp-workforce", "series.csv", SERIES.as_bytes()).await;
    node
}

async fn scores_and_residents_come_in_whole_or_not_at_all(db: TestDb) {
    let node = with_series(&db).await;
    let entries = async || audit::Entity::find().all(db.read()).await.unwrap().len();
    for (kind, text, from, to) in
        [("deprivation", SCORES, "1.0,2015\n", "21.5,2015\n"), ("residents", RESIDENTS, "18000", "many")]
    {
        let bad = node.import(kind, "bad.csv", text.replacen(from, to, 1).as_bytes()).await;
        let first = &bad.findings[0];
        assert!(
            bad.refused && first.line == 2 && !first.column.is_empty() && !first.remedy.is_empty(),
            "{first:?}"
        );
        let before = entries().await;
        let outcome = node.import(kind, "good.csv", text.as_bytes()).await;
        assert_eq!((outcome.refused, outcome.rows_kept), (false, text.lines().count() as u64 - 1));
        assert!(entries().await > before, "an import is audited");
        let again = node.import(kind, "again.csv", text.as_bytes()).await;
        assert!(!again.refused, "the same file changes nothing");
    }
    let events = outbox::Entity::find().order_by_asc(outbox::Column::Seq).all(db.read()).await.unwrap();
    let kinds: Vec<&str> =
        events.iter().map(|of| of.kind.as_str()).filter(|kind| !kind.contains("baseline")).collect();
    let expected = [
        "muster.staffing.deprivation.recorded.v1",
        "muster.staffing.residents.recorded.v1",
        "muster.staffing.residents.recorded.v1",
    ];
    assert_eq!(kinds, expected, "one a year or day");
}

async fn a_switch_without_data_says_which_file_to_import(db: TestDb) {
    let node = with_series(&db).await;
    for (deprivation, patients, kind) in [
        (true, pb::PatientBasis::Registered, "muster import deprivation"),
        (false, pb::PatientBasis::Resident, "muster import residents"),
    ] {
        let run = node.forecast(spec(deprivation, patients)).await;
        assert!(run.failure.contains(kind), "{}", run.failure);
        let request = pb::GetWeightedListsRequest {
            year: 2016,
            deprivation,
            patients: patients.into(),
            ..Default::default()
        };
        let refused = node.client().get_weighted_lists(node.ask(request)).await.unwrap_err();
        assert!(refused.message().contains(kind), "{refused:?}");
    }
    // residents of after the base are no help
    node.import("residents", "late.csv", b"borough,year,residents\nBexley,2018,18000\n").await;
    let run = node.forecast(spec(false, pb::PatientBasis::Resident)).await;
    assert!(run.failure.contains("on or before 2016-03-31"), "{}", run.failure);
}

async fn each_switch_moves_need_and_is_kept_with_the_run(db: TestDb) {
    let node = with_series(&db).await;
    node.import("deprivation", "scores.csv", SCORES.as_bytes()).await;
    node.import("residents", "residents.csv", RESIDENTS.as_bytes()).await;
    let plain = node.forecast(spec(false, pb::PatientBasis::Registered)).await;
    let before = node.rows(&plain.run_id, "borough").await;
    for (deprivation, patients, source) in [
        (true, pb::PatientBasis::Registered, "scores.csv"),
        (false, pb::PatientBasis::Resident, "residents.csv"),
    ] {
        let run = node.forecast(spec(deprivation, patients)).await;
        assert_ne!(plain.inputs_sha256, run.inputs_sha256, "{}", run.failure);
        assert!(run.sources.iter().any(|of| of.source == source));
        let asked = run.spec.clone().unwrap();
        assert_eq!((asked.deprivation, asked.patients()), (deprivation, patients));
        // Lambeth is deprived, and has more on its lists than live there
        let after = node.rows(&run.run_id, "borough").await;
        for (before, after) in before.iter().zip(&after).filter(|(row, _)| row.year == 2016) {
            let moved = after.demand_milli.unwrap().p50 - before.demand_milli.unwrap().p50;
            assert_eq!(moved > 0, deprivation == (before.name == "Lambeth"), "{before:?} {after:?}");
            assert_eq!((before.supply_milli, before.list_milli), (after.supply_milli, after.list_milli));
        }
        let request = pb::ReproduceForecastRequest { run_id: run.run_id };
        let again = node.client().reproduce_forecast(node.ask(request)).await.unwrap().into_inner();
        assert!(again.reproduced, "{}", again.finding);
    }
    let request = pb::GetWeightedListsRequest {
        year: 2016,
        deprivation: true,
        patients: pb::PatientBasis::Resident.into(),
        ..Default::default()
    };
    let lists = node.client().get_weighted_lists(node.ask(request)).await.unwrap().into_inner();
    assert_eq!((lists.deprivation_point_ppm, lists.weights.len()), (1_054_000, 0), "no ages are known");
    let of = |place: &str| lists.lists.iter().find(|of| of.place == place).unwrap();
    assert_eq!(
        (of("G99001").deprivation_milli, of("G99001").deprivation_of.as_str()),
        (Some(-1_000), "2015")
    );
    assert_eq!((of("G99002").deprivation_milli, of("Lambeth").deprivation_milli), (None, Some(1_000)));
    let lambeth = of("Lambeth");
    assert_eq!(
        (lambeth.registered_per_resident_ppm, lambeth.residents_of.as_str()),
        (Some(1_400_000), "2015-06-30")
    );
    // two points of deprivation apart, and 1.0 registered for each resident against 1.4
    let apart = lambeth.relative_ppm as f64 / of("Bexley").relative_ppm as f64;
    assert!((apart - 1.054_f64.powi(2) / 1.4).abs() < 1e-5, "{apart}");
    let sum = |of: fn(&pb::WeightedList) -> i64| {
        lists.lists.iter().filter(|row| row.level == "practice").map(of).sum::<i64>()
    };
    assert!((sum(|of| of.list_milli) - sum(|of| of.weighted_milli)).abs() < 10);
    assert!(lists.findings.iter().any(|of| of.contains("By deprivation alone")), "{:?}", lists.findings);
}

async fn a_later_file_replaces_what_it_names_only(db: TestDb) {
    let node = with_series(&db).await;
    node.import("deprivation", "scores.csv", SCORES.as_bytes()).await;
    // another score of one practice, and one of after the base: only where there is no other does that stand in
    let later = "practice,score,year\nG99001,0.5,2015\nG99003,-3,2019\nG99004,2,2019\n";
    node.import("deprivation", "later.csv", later.as_bytes()).await;
    let request = pb::GetWeightedListsRequest { year: 2016, deprivation: true, ..Default::default() };
    let lists = node.client().get_weighted_lists(node.ask(request)).await.unwrap().into_inner();
    let of = |place: &str| {
        let row = lists.lists.iter().find(|of| of.place == place).unwrap();
        (row.deprivation_milli, row.deprivation_of.as_str())
    };
    assert_eq!(of("G99001"), (Some(500), "2015"));
    assert_eq!((of("G99003"), of("G99004")), ((Some(1_000), "2015"), (Some(2_000), "2019")));
    assert!(lists.caveats.iter().any(|of| of.contains("indices after the base year")), "{:?}", lists.caveats);
}

fn population(path: &str) -> Option<Vec<Residents>> {
    let read = read("residents", &published(path)?, None).unwrap();
    assert!(!read.findings.has_errors(), "{:?}", read.findings.sorted());
    assert_eq!(read.rows_read, read.rows_kept);
    let Content::Residents(found) = read.content else { panic!("no residents") };
    Some(found)
}

/// The published populations read, and the list outgrows residents as it was published: 1.051 of them in 2015 and 1.096 in 2018 by the lists
/// that practices were paid for, 1.047 and 1.090 by those of the workforce files.
#[test]
fn the_published_populations_give_the_published_ratios() {
    let by_age = population("population/sel_mid_year_estimates_sya_2011_2018.csv");
    let (Some(by_age), Some(totals)) = (by_age, population("population/sel_ons_mye_totals_2015_2018.csv"))
    else {
        return;
    };
    let of = |all: &[Residents], borough: &str, year: i16| {
        all.iter().find(|of| of.borough == borough && of.day.year() == year).unwrap().residents
    };
    assert_eq!((by_age.len(), totals.len()), (12, 24));
    assert_eq!((of(&by_age, "Bexley", 2011), of(&by_age, "Bexley", 2018)), (232_774, 247_258));
    assert!(
        by_age
            .iter()
            .filter(|of| of.day.year() == 2018)
            .all(|one| of(&totals, &one.borough, 2018) == one.residents)
    );
    let Some(counted) = sets(SEL) else { return };
    let ratios = |rows: Vec<PracticeYear>, places: Vec<(&str, Vec<(i32, i64)>)>| {
        let mut data =
            AreaData { code: "SEL".into(), rows, residents: totals.clone(), ..AreaData::default() };
        for (borough, lists) in places {
            let lists =
                lists.into_iter().map(|(year, list)| (year, Patients::from_milli(list * 1_000))).collect();
            data.places.insert(borough.into(), Place { borough: borough.into(), lists, ..Place::default() });
        }
        assemble(&data, residents_of_2019(), ParameterSet::shipped()).registration.growth
    };
    let near = |of: &RatioGrowth, at: usize, ratio: f64| {
        assert!((of.ratio(at) - ratio).abs() < 0.0005, "{of:?} {}", of.ratio(at));
    };
    let by_returns = ratios(rows(&counted), Vec::new());
    assert_eq!(
        by_returns.iter().map(|of| of.years).collect::<Vec<_>>(),
        [[2016, 2017], [2017, 2018], [2018, 2019]]
    );
    near(&by_returns[0], 0, 1.0474);
    near(&by_returns[2], 1, 1.0900);
    // the lists of the payments files of 2015-16 and 2018-19, as they are published for all six boroughs together
    let only_base = rows(&counted).into_iter().filter(|row| row.year == 2019).collect();
    let share = |borough: &str, year: i16, all: i64, people: i64| all * of(&totals, borough, year) / people;
    let boroughs = ["Bexley", "Bromley", "Greenwich", "Lambeth", "Lewisham", "Southwark"];
    let paid = boroughs.map(|name| {
        let lists = vec![
            (2016, share(name, 2015, 1_856_645, 1_766_401)),
            (2019, share(name, 2018, 1_984_651, 1_811_249)),
        ];
        (name, lists)
    });
    let by_payments = ratios(only_base, paid.into());
    assert_eq!(by_payments.len(), 1, "{by_payments:?}");
    near(&by_payments[0], 0, 1.051);
    near(&by_payments[0], 1, 1.096);
}

fn residents_of_2019() -> Spec {
    Spec {
        scenario: Scenario::do_nothing(),
        base_year: 2019,
        to_year: 2021,
        draws: 16,
        seed: 1,
        missing: MissingReturns::BoroughMean,
        roles: vec![Role::Gp],
        list_weighting: ListWeighting::Plain,
        deprivation: false,
        patients: PatientBasis::Resident,
        price_year: 0,
    }
}
