//! Mergers: who took over from whom, and what is told.

use jiff::civil::date;
use muster_directory::{
    app::{import_file::Imported, list_successions},
    domain::organisation::ClosingBasis,
};
use muster_kit::page::Page;
use muster_testkit::{TestDb, on_both_databases};

use crate::house::{House, payments};

async fn a_merger_closes_the_predecessor_and_is_told_once(db: TestDb) {
    let house = House::over(db);
    let rows = [("G85034", "08Q", "", "11369"), ("G85012", "08Q", "", "20645")];
    house.store("gp-payments", "payments 15-16.csv", payments(&rows)).await;
    let before = house.events().await.len();
    let text = "predecessor,successor,share,on\nG85012,G85034,1,2016-09-12\n";
    house.store("successions", "successions.csv", text).await;
    let told = house.events().await.split_off(before);
    let count = |kind: &str| told.iter().filter(|told| *told == kind).count();
    assert_eq!(count("muster.directory.organisation.merged.v1"), 1);
    assert_eq!(count("muster.directory.organisation.closed.v1"), 1);
    assert_eq!(count("muster.directory.organisation.registered.v1"), 1);
    let places = house.places("ENGLAND", date(2017, 1, 1), true).await;
    let closed = places[0].stored.organisation.closed;
    assert_eq!(closed, Some((date(2016, 9, 11), ClosingBasis::Succession)));
    let rows =
        list_successions::run(&house.deps, &house.actor, date(2016, 9, 11), &Page::first(10)).await.unwrap();
    assert!(rows.0.rows.is_empty(), "not yet on the day before");
    let rows =
        list_successions::run(&house.deps, &house.actor, date(2016, 9, 12), &Page::first(10)).await.unwrap();
    assert_eq!(rows.0.rows.len(), 1);
}

async fn a_circle_over_two_files_is_refused(db: TestDb) {
    let house = House::over(db);
    let there = "predecessor,successor,share,on\nG85012,G85034,1,2016-09-12\n";
    house.store("successions", "there.csv", there).await;
    let back = "predecessor,successor,share,on\nG85034,G85012,1,2017-09-12\n";
    let imported = house.import("successions", "back.csv", back).await;
    let Imported::Refused(summary) = imported else { panic!("stored") };
    assert_eq!(summary.findings.sorted()[0].rule, "succession-cycle");
    // restating the predecessor otherwise is how a wrong row is mended
    let mended =
        "predecessor,successor,share,on\nG85012,G85034,0.6,2016-09-12\nG85012,G85623,0.4,2016-09-12\n";
    house.store("successions", "mended.csv", mended).await;
    let rows =
        list_successions::run(&house.deps, &house.actor, date(2020, 1, 1), &Page::first(10)).await.unwrap();
    assert_eq!(rows.0.rows.iter().map(|(row, _)| row.share_ppm).collect::<Vec<_>>(), [600_000, 400_000]);
}

on_both_databases! {
    muster_directory::Migrator;
    a_merger_closes_the_predecessor_and_is_told_once,
    a_circle_over_two_files_is_refused,
}
