//! The map as a whole: imports at once do not lose each other's part, and a new release redraws what an older one drew.

use jiff::civil::date;
use muster_directory::domain::GroupingKind;
use muster_testkit::{TestDb, on_both_databases};
use sea_orm::ConnectionTrait;

use crate::house::{House, payments};

async fn imports_at_once_end_in_the_same_map(db: TestDb) {
    let house = House::over(db);
    let year = |list: &'static str| payments(&[("G85034", "08Q", "", list), ("G85012", "08Q", "", "20645")]);
    let ((), (), (), ()) = tokio::join!(
        async { drop(house.store("gp-payments", "payments 13-14.csv", year("1")).await) },
        async { drop(house.store("gp-payments", "payments 14-15.csv", year("2")).await) },
        async { drop(house.store("gp-payments", "payments 15-16.csv", year("3")).await) },
        async { drop(house.store("gp-payments", "payments 16-17.csv", year("4")).await) },
    );
    for place in house.places("SEL", date(2017, 3, 31), false).await {
        assert_eq!(place.stored.organisation.lists.len(), 4);
        assert_eq!(place.stored.version, 4);
    }
    assert_eq!(house.places("SEL", date(2013, 4, 1), false).await.len(), 2);
}

async fn a_map_drawn_by_other_rules_is_redrawn_at_the_next_import(db: TestDb) {
    let house = House::over(db);
    let rows = [("G85034", "08Q", "", "11000"), ("G84001", "07Q", "", "5000")];
    house.store("gp-payments", "payments 14-15.csv", payments(&rows)).await;
    // as an older release might have left it: a practice and a grouping that today's rules would not give
    let spoil = [
        "UPDATE map_state SET rules = 0",
        "UPDATE organisations SET borough = 'Lewisham', name = 'OLD' WHERE code = 'G84001'",
        "INSERT INTO groupings VALUES ('QKK', 'locality', 'L1', 'Old', FALSE, 3, '')",
    ];
    let uow = house.deps.db.begin_raw().await.unwrap();
    for statement in spoil {
        uow.execute_unprepared(statement).await.unwrap();
    }
    uow.commit().await.unwrap();
    let text = "predecessor,successor,share,on\nG85012,G85034,1,2016-09-12\n";
    house.store("successions", "successions.csv", text).await;
    let places = house.places("Bromley", date(2016, 3, 31), false).await;
    let of = &places[0].stored;
    assert_eq!((of.organisation.borough.unwrap().0, of.version), ("Bromley", 2));
    assert!(house.groupings(GroupingKind::Locality, date(2016, 3, 31)).await.is_empty());
}

on_both_databases! {
    muster_directory::Migrator;
    imports_at_once_end_in_the_same_map,
    a_map_drawn_by_other_rules_is_redrawn_at_the_next_import,
}
