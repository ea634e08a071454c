//! The shipped sample goes in through the front door.

use jiff::civil::date;
use muster_directory::{
    app::list_organisations,
    domain::{GroupingKind, OrganisationKind},
    sample,
};
use muster_kit::page::Page;
use muster_testkit::{TestDb, on_both_databases};

use crate::house::House;

async fn the_sample_is_imported_whole(db: TestDb) {
    let house = House::over(db);
    for file in sample::files(1) {
        let summary = house.store(file.kind, &file.name, file.text).await;
        assert_eq!(summary.rows_read, summary.rows_kept, "{}", file.name);
        assert_eq!(summary.findings.total(), 0, "{}: {:?}", file.name, summary.findings);
    }
    let base = date(2016, 3, 31);
    let places = house.places("SEL", base, false).await;
    assert_eq!(places.len(), 246);
    for place in &places {
        for kind in [GroupingKind::System, GroupingKind::Borough, GroupingKind::Lcn, GroupingKind::Federation]
        {
            assert_eq!(place.memberships.iter().filter(|m| m.key.kind == kind).count(), 1, "{place:?}");
        }
        assert!(place.stored.organisation.is_sample());
        assert_eq!(place.stored.organisation.lists.len(), 2);
    }
    let system = house.groupings(GroupingKind::System, base).await;
    assert_eq!(
        (system[0].name.as_str(), system[0].patients_milli),
        ("South East London (sample)", 1_850_051_000)
    );
    assert_eq!(house.groupings(GroupingKind::Lcn, base).await.len(), 23);
    let federations = house.groupings(GroupingKind::Federation, base).await;
    assert_eq!(federations.len(), 15);
    assert_eq!(federations.iter().filter(|federation| federation.placeholder).count(), 8);
    let query = list_organisations::Query {
        as_of: base,
        kind: Some(OrganisationKind::Provider),
        search: String::new(),
        include_closed: false,
    };
    let (providers, _) =
        list_organisations::run(&house.deps, &house.actor, query, &Page::first(100)).await.unwrap();
    assert_eq!(providers.rows.len(), 7);
}

on_both_databases!(muster_directory::Migrator; the_sample_is_imported_whole);
