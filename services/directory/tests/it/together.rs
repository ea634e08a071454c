//! Two imports at once: neither loses the other's part of the map.

use jiff::civil::date;
use muster_testkit::{TestDb, on_both_databases};

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

on_both_databases!(muster_directory::Migrator; imports_at_once_end_in_the_same_map);
