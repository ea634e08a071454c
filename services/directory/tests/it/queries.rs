//! "As of a date" on every query, scope, pages, areas.

use jiff::civil::date;
use muster_directory::{
    app::{get_organisation, list_groupings, list_organisations, list_places},
    domain::{Area, GroupingKind, OrganisationKind},
};
use muster_kit::{Actor, ErrorCode, OrgCode, page::Page};
use muster_testkit::{TestDb, on_both_databases};

use crate::house::{House, payments};

async fn three_years(db: TestDb) -> House {
    let house = House::over(db);
    let year = |list: &'static str| {
        payments(&[
            ("G85034", "08Q", "", list),
            ("G85012", "08Q", "", "20645"),
            ("G84001", "07Q", "", "5000"),
        ])
    };
    house
        .store(
            "gp-payments",
            "payments 14-15.csv",
            year("11000").replace("PRACTICE G85034", "PRINCESS STREET"),
        )
        .await;
    house.store("gp-payments", "payments 15-16.csv", year("11369")).await;
    let merged = payments(&[
        ("G85034", "08Q", "", "32100"),
        ("G85012", "08Q", "12/09/2016", "20697"),
        ("G84001", "07Q", "", "5100"),
    ]);
    house.store("gp-payments", "payments 16-17.csv", merged).await;
    house
}

async fn an_organisation_is_told_as_of_a_day(db: TestDb) {
    let house = three_years(db).await;
    let nexus = OrgCode::new("G85034").unwrap();
    let found = get_organisation::run(&house.deps, &house.actor, &nexus, date(2015, 3, 31)).await.unwrap();
    let of = &found.stored.organisation;
    assert_eq!(of.identity_on(date(2015, 3, 31)).unwrap().name, "PRINCESS STREET");
    assert_eq!(of.name(), "PRACTICE G85034");
    assert_eq!(found.memberships.len(), 3, "commissioner, borough, system");
    assert_eq!(found.stored.version, 3);
    assert!(
        found
            .origins
            .get(&found.stored.import_id)
            .is_some_and(|import| import.file_name == "payments 16-17.csv")
    );
    let before = get_organisation::run(&house.deps, &house.actor, &nexus, date(2014, 3, 31)).await.unwrap();
    assert!(before.memberships.is_empty());
}

async fn another_organisation_sees_nothing(db: TestDb) {
    let house = three_years(db).await;
    let other = Actor::local(OrgCode::new("RJ1").unwrap());
    let nexus = OrgCode::new("G85034").unwrap();
    let error = get_organisation::run(&house.deps, &other, &nexus, date(2016, 3, 31)).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotFound);
    let query = list_places::Query { as_of: date(2016, 3, 31), area: Area::England, include_closed: true };
    assert!(list_places::run(&house.deps, &other, query, &Page::first(10)).await.unwrap().rows.is_empty());
}

async fn areas_and_closings_decide_who_is_listed(db: TestDb) {
    let house = three_years(db).await;
    let codes = async |area: &str, day, closed| {
        let places = house.places(area, day, closed).await;
        places.iter().map(|place| place.stored.organisation.code.to_string()).collect::<Vec<_>>()
    };
    let after = date(2017, 3, 31);
    assert_eq!(codes("sel", date(2016, 9, 12), false).await, ["G84001", "G85012", "G85034"]);
    assert_eq!(codes("SEL", after, false).await, ["G84001", "G85034"]);
    assert_eq!(codes("Southwark", after, true).await, ["G85012", "G85034"]);
    assert_eq!(codes("07q", after, false).await, ["G84001"]);
    assert_eq!(codes("ENGLAND", after, false).await, ["G84001", "G85034"]);
    assert_eq!(codes("SEL", date(2013, 3, 31), false).await, Vec::<String>::new());
    let query = list_places::Query { as_of: after, area: Area::parse("Atlantis"), include_closed: false };
    let error = list_places::run(&house.deps, &house.actor, query, &Page::first(10)).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotFound);
    let closed = &house.places("Southwark", after, true).await[0];
    assert_eq!(closed.memberships.len(), 3, "a closed practice keeps the groupings it was in last");
}

async fn pages_meet(db: TestDb) {
    let house = three_years(db).await;
    let mut page = Page::first(2);
    let mut codes = Vec::new();
    loop {
        let query = list_organisations::Query {
            as_of: date(2016, 3, 31),
            kind: None,
            search: String::new(),
            include_closed: true,
        };
        let (rows, _) = list_organisations::run(&house.deps, &house.actor, query, &page).await.unwrap();
        codes.extend(rows.rows.iter().map(|row| row.organisation.code.to_string()));
        if rows.next_token.is_empty() {
            break;
        }
        page = Page::new(2, &rows.next_token).unwrap();
    }
    assert_eq!(codes, ["07Q", "08Q", "G84001", "G85012", "G85034"]);
    let query = list_organisations::Query {
        as_of: date(2016, 3, 31),
        kind: Some(OrganisationKind::Commissioner),
        search: "08q".into(),
        include_closed: false,
    };
    let (rows, _) =
        list_organisations::run(&house.deps, &house.actor, query, &Page::first(10)).await.unwrap();
    assert_eq!(rows.rows.len(), 1);
}

async fn groupings_count_open_practices_and_leave_double_counts_out(db: TestDb) {
    let house = three_years(db).await;
    let size = async |day| {
        let boroughs = house.groupings(GroupingKind::Borough, day).await;
        let southwark = boroughs.into_iter().find(|borough| borough.key.code == "Southwark").unwrap();
        (southwark.practices, southwark.patients_milli)
    };
    assert_eq!(size(date(2016, 3, 31)).await, (2, 32_014_000));
    assert_eq!(size(date(2017, 3, 31)).await, (1, 32_100_000));
    let text = "grouping_kind,grouping_code,grouping_name,practice,valid_from,valid_to,placeholder\n\
                lcn,LCN-1,North,G85034,2016-04-01,,Y\nlcn,LCN-2,South,G85012,2016-04-01,2016-08-31,Y\n\
                federation,FED-1,Quay,G85034,2016-04-01,,N\n";
    house.store("groupings", "groupings.csv", text).await;
    let lcns = house.groupings(GroupingKind::Lcn, date(2016, 8, 31)).await;
    assert_eq!(lcns.len(), 2);
    assert!(lcns.iter().all(|lcn| lcn.practices == 1 && lcn.placeholder));
    let lcns = house.groupings(GroupingKind::Lcn, date(2016, 9, 1)).await;
    assert_eq!(lcns.iter().map(|lcn| lcn.practices).collect::<Vec<_>>(), [1, 0]);
    let all = list_groupings::run(&house.deps, &house.actor, None, date(2017, 3, 31), &Page::first(3))
        .await
        .unwrap();
    let rest = Page::new(100, &all.next_token).unwrap();
    let rest = list_groupings::run(&house.deps, &house.actor, None, date(2017, 3, 31), &rest).await.unwrap();
    assert_eq!(all.rows.len() + rest.rows.len(), 2 + 2 + 1 + 2 + 1);
}

on_both_databases! {
    muster_directory::Migrator;
    an_organisation_is_told_as_of_a_day,
    another_organisation_sees_nothing,
    areas_and_closings_decide_who_is_listed,
    pages_meet,
    groupings_count_open_practices_and_leave_double_counts_out,
}
