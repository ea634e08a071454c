//! The spend table and the projection: their properties, and their calls on both databases.

use muster_agency::domain::{
    Supply,
    projection::project,
    spend_table::{Cells, Sum, change, measure},
};
use muster_kit::actor::ActorRole;
use muster_proto::agency::v1 as pb;
use muster_testkit::{TestDb, on_both_databases};
use proptest::prelude::*;

use crate::node::Node;

fn sum(shifts: i64, minutes: i64, pence: i64) -> Sum {
    Sum { shifts, minutes, pence, ..Sum::default() }
}

fn cells(bank: i64, agency: i64) -> Cells {
    let mut cells = Cells::default();
    cells.add(Supply::Bank, sum(1, 60, bank));
    cells.add(Supply::Agency, sum(1, 60, agency));
    cells
}

#[test]
fn a_falling_agency_line_with_a_rising_bank_line_is_displacement() {
    // national medical bank spend rose from 0.9 to 1.9 billion while agency stayed flat
    let flat = change(&cells(900, 1_000), &cells(1_900, 1_000));
    assert_eq!((flat.displaced, flat.saved), (0, -1_000));
    let moved = change(&cells(100, 500), &cells(300, 250));
    assert_eq!((moved.agency, moved.bank, moved.displaced, moved.saved), (-250, 200, 200, 50));
    let both_fell = change(&cells(300, 500), &cells(200, 400));
    assert_eq!((both_fell.displaced, both_fell.saved), (0, 200));
    let more_than_taken_over = change(&cells(100, 500), &cells(900, 400));
    assert_eq!((more_than_taken_over.displaced, more_than_taken_over.saved), (100, -700));
}

#[test]
fn shares_are_three_numbers_and_a_part_of_all_pay() {
    let mut all = Cells::default();
    all.add(Supply::Bank, sum(6, 3_600, 60_000));
    all.add(Supply::SharedBank, sum(1, 600, 15_000));
    all.add(Supply::Agency, sum(1, 1_200, 75_000));
    all.add(Supply::Unfilled, sum(2, 1_200, 0));
    all.add(Supply::Cancelled, sum(10, 6_000, 0));
    let it = measure(&all, Some(850_000));
    assert_eq!(it.agency, Some(75_000));
    let shares = (it.bank_by_pounds, it.bank_by_hours, it.bank_by_shifts);
    assert_eq!(shares, (Some(500_000), Some(777_778), Some(875_000)));
    assert_eq!((it.filled, it.unfilled, it.cancelled), (Some(800_000), Some(200_000), Some(500_000)));
    assert_eq!(measure(&Cells::default(), None), muster_agency::domain::spend_table::Measures::default());
}

#[test]
fn a_steady_year_is_projected_to_itself_and_a_season_by_the_model_that_knows_it() {
    let steady = project(&[100_000; 29], 0, Some(1_300_000)).unwrap();
    assert_eq!((steady.known, steady.so_far, steady.year.p50), (5, 500_000, 1_200_000));
    assert!(steady.models.iter().all(|it| it.off_ppm == Some(0) && !it.blind), "{steady:?}");
    assert!(steady.over_ppm.unwrap() < 1_000);
    // twice as dear from December to March, three years of it
    let season: Vec<i64> = (0..32).map(|month| if month % 12 >= 8 { 200_000 } else { 100_000 }).collect();
    let it = project(&season, 0, None).unwrap();
    assert_eq!(it.models[0].name, "last-year-scaled");
    assert_eq!((it.models[0].year.p50, it.over_ppm), (1_600_000, None));
    assert!(project(&[], 0, None).is_none());
    let whole = project(&season[..24], 0, Some(1_600_000)).unwrap();
    assert_eq!(
        (whole.known, whole.year.p10, whole.year.p90, whole.over_ppm),
        (12, 1_600_000, 1_600_000, Some(0))
    );
}

proptest! {
    /// What is displaced was lost by agencies and taken by the bank, and never counts as saved.
    #[test]
    fn displaced_is_not_saved(bank in 0_i64..1_000, agency in 0_i64..1_000, then in 0_i64..1_000, after in 0_i64..1_000) {
        let it = change(&cells(bank, agency), &cells(then, after));
        prop_assert_eq!(it.saved, bank + agency - then - after);
        prop_assert!(it.displaced >= 0 && (it.displaced == 0 || (it.displaced <= -it.agency && it.displaced <= it.bank)));
        prop_assert!(it.displaced == 0 || it.saved == -it.agency - it.bank);
    }

    /// Parts of what was asked for are all of it; shares lie between nought and one.
    #[test]
    fn parts_add_up(shifts in prop::array::uniform5(0_i64..500), pence in prop::array::uniform5(0_i64..10_000_000)) {
        let mut all = Cells::default();
        let supplies = [Supply::Bank, Supply::SharedBank, Supply::Agency, Supply::Unfilled, Supply::Cancelled];
        for (place, supply) in supplies.into_iter().enumerate() {
            all.add(supply, sum(shifts[place], shifts[place] * 600, pence[place]));
        }
        let it = measure(&all, Some(1));
        let parts = [it.filled_bank, it.filled_shared, it.filled_agency, it.unfilled];
        if let Some(parts) = parts.into_iter().sum::<Option<i64>>() {
            prop_assert!((parts - 1_000_000).abs() <= 2);
        }
        let shares = [it.agency, it.bank_by_pounds, it.bank_by_hours, it.bank_by_shifts, it.filled, it.cancelled];
        prop_assert!(shares.into_iter().flatten().all(|share| (0..=1_000_000).contains(&share)));
    }

    /// The same months give the same projection; a higher limit is passed less often; an interval holds its middle.
    #[test]
    fn projections_are_ordered(months in prop::collection::vec(0_i64..100_000_000, 1..40), limit in 0_i64..2_000_000_000) {
        let it = project(&months, 0, Some(limit)).unwrap();
        prop_assert_eq!(Some(it.clone()), project(&months, 0, Some(limit)));
        let higher = project(&months, 0, Some(limit + 10_000_000)).unwrap();
        prop_assert!(higher.over_ppm <= it.over_ppm && it.over_ppm <= Some(1_000_000));
        prop_assert!(it.year.p10 <= it.year.p50 && it.year.p50 <= it.year.p90);
        let known = &months[months.len() - usize::try_from(it.known).unwrap().min(months.len())..];
        prop_assert_eq!(it.so_far, known.iter().sum::<i64>());
    }
}

on_both_databases!(muster_agency::Migrator; the_table_follows_the_shifts, a_ceiling_at_risk_is_told_once_asked);

fn row(shift: &str, day: &str, supply: &str, pounds: &str) -> String {
    format!("{shift},RJZ,RJZ01,nursing,band-5,{day}T08:00,{day}T18:00,0,{supply},Y,{pounds},,")
}

async fn table(node: &Node, from: &str) -> pb::GetSpendTableResponse {
    let request =
        pb::GetSpendTableRequest { organisation: "rjz".into(), from: from.into(), until: String::new() };
    node.client().get_spend_table(node.ask(request)).await.unwrap().into_inner()
}

async fn the_table_follows_the_shifts(db: TestDb) {
    let node = Node::new(&db);
    let rows = [
        row("A", "2019-05-07", "agency", "30.00"),
        row("B", "2019-05-08", "agency", "30.00"),
        row("C", "2020-05-05", "agency", "30.00"),
        row("D", "2020-05-06", "bank", "25.00"),
        row("E", "2020-05-07", "unfilled", ""),
    ];
    node.shifts(&rows.each_ref().map(String::as_str)).await;
    let pay = "organisation,month,staff_group,substantive\nRJZ,2020-05,nursing,5000.00\nRJZ,2020-05,medical,4450.00\n";
    assert!(!node.import("pay-bill", pay).await.refused);
    let found = table(&node, "2020-05").await;
    let cells: Vec<_> = found.rows.iter().map(|it| it.cell.clone().unwrap()).collect();
    let seen: Vec<_> =
        cells.iter().map(|it| (it.supply(), it.shifts, it.minutes, it.pence, it.over_cap_pence)).collect();
    let wanted = [
        (pb::Supply::Bank, 1, 600, 25_000, 0),
        (pb::Supply::Agency, 1, 600, 30_000, 7_680),
        (pb::Supply::Unfilled, 1, 600, 0, 0),
    ];
    assert_eq!(seen, wanted);
    let may = found.measures.iter().find(|it| it.month == "2020-05").unwrap();
    assert_eq!(
        (may.agency_ppm, may.bank_by_shifts_ppm, may.filled_ppm),
        (Some(30_000), Some(500_000), Some(666_667))
    );
    let change = &found.changes[0];
    assert_eq!((change.before_from.as_str(), change.before_until.as_str()), ("2019-05", "2019-05"));
    assert_eq!((change.agency_pence, change.bank_pence), (-30_000, 25_000));
    assert_eq!((change.displaced_pence, change.saved_pence), (25_000, 5_000));
    // a shift that is put right moves its month
    node.shifts(&[&row("C", "2020-05-05", "bank", "30.00")]).await;
    let found = table(&node, "2020-05").await;
    assert_eq!(found.rows[0].cell.clone().unwrap().pence, 55_000);
    let stranger = node.account("local", "QWE", ActorRole::Administrator);
    assert_eq!(table(&stranger, "").await, pb::GetSpendTableResponse::default());
}

async fn a_ceiling_at_risk_is_told_once_asked(db: TestDb) {
    let node = Node::new(&db);
    let months: Vec<String> = (0..30)
        .map(|n| {
            format!("RJZ,{}-{:02},all,1000.00,0,{}.00", 2018 + (n + 3) / 12, (n + 3) % 12 + 1, 100 + n % 3)
        })
        .collect();
    let pay = format!("organisation,month,staff_group,substantive,bank,agency\n{}\n", months.join("\n"));
    assert!(!node.import("pay-bill", &pay).await.refused);
    let ceilings = "organisation,year,amount,basis,source\nRJZ,2020-21,1150.00,pounds,letter\nRJZ,2020,0.2,pay-share,plan\n";
    assert!(!node.import("ceilings", ceilings).await.refused);
    let ask = async |until: &str, announce| {
        let request = pb::GetProjectionRequest {
            organisation: "RJZ".into(),
            until: until.into(),
            announce,
            ..Default::default()
        };
        node.client().get_projection(node.ask(request)).await.map(tonic::Response::into_inner)
    };
    let found = ask("", true).await.unwrap();
    assert_eq!((found.year, found.months_known, found.ceiling_pence), (2021, 6, Some(115_000)));
    assert_eq!((found.basis.as_str(), found.so_far_pence, found.at_risk), ("pay-bill", 60_600, true));
    assert!(found.models.len() == 3 && found.models.iter().all(|it| it.tried >= 4), "{found:?}");
    let told: Vec<String> = node.events().await.into_iter().filter(|it| it.starts_with("ceiling")).collect();
    assert_eq!(told, ["ceiling.at-risk RJZ 2021 1"]);
    let before = ask("2020-03", true).await.unwrap();
    assert_eq!((before.year, before.at_risk, before.over_ppm), (2020, false, Some(0)));
    assert_eq!(before.ceiling_pence, Some(264_240), "a fifth of the pay bill");
    assert_eq!(node.events().await.iter().filter(|it| it.starts_with("ceiling")).count(), 1);
    assert_eq!(ask("2020-13", false).await.unwrap_err().code(), tonic::Code::InvalidArgument);
    let request = pb::GetProjectionRequest { organisation: "RJ2".into(), ..Default::default() };
    let missing = node.client().get_projection(node.ask(request)).await.unwrap_err();
    assert_eq!(missing.code(), tonic::Code::NotFound);
}
