//! What others are told: snapshots with versions, only of what really changed.

use muster_kit::outbox;
use muster_proto::directory::v1 as pb;
use muster_testkit::{TestDb, on_both_databases};
use prost::Message as _;
use sea_orm::{EntityTrait, QueryOrder};

use crate::house::{House, payments};

async fn told(house: &House) -> Vec<outbox::Model> {
    let rows = outbox::Entity::find().order_by_asc(outbox::Column::Seq);
    rows.all(house.deps.db.read()).await.unwrap()
}

async fn a_change_is_told_as_a_snapshot_with_its_version(db: TestDb) {
    let house = House::over(db);
    let year = |name: &'static str, rows: &[(&str, &str, &str, &str)]| (name, payments(rows));
    let (name, text) =
        year("payments 14-15.csv", &[("G85034", "08Q", "", "11000"), ("G84001", "07Q", "", "5000")]);
    house.store("gp-payments", name, text).await;
    let first = told(&house).await;
    assert!(first.iter().all(|event| event.subject.starts_with("muster.v1.shared.qkk.directory.")));
    let registered = pb::OrganisationsRegistered::decode(first[0].payload.as_slice()).unwrap();
    let codes: Vec<_> =
        registered.organisations.iter().map(|of| (of.ods_code.as_str(), of.version)).collect();
    assert_eq!(codes, [("07Q", 1), ("08Q", 1), ("G84001", 1), ("G85034", 1)]);
    let import = registered.provenance.unwrap();
    assert_eq!((import.source.as_str(), import.sha256.len()), ("payments 14-15.csv", 64));
    // a system, two boroughs, two commissioners
    assert_eq!(first.len(), 1 + 5);

    // only the list of one practice changes: its borough's members do not
    let (name, text) = year(
        "payments 15-16.csv",
        &[("G85034", "08Q", "", "11369"), ("G84001", "07Q", "31/03/2016", "5000")],
    );
    house.store("gp-payments", name, text).await;
    let second = told(&house).await.split_off(first.len());
    let closed = second.iter().find(|event| event.kind == "muster.directory.organisation.closed.v1").unwrap();
    assert_eq!((closed.aggregate_id.as_str(), closed.aggregate_version), ("G84001", 2));
    let changed: Vec<pb::GroupingChanged> = second
        .iter()
        .filter(|event| event.kind == "muster.directory.grouping.changed.v1")
        .map(|event| pb::GroupingChanged::decode(event.payload.as_slice()).unwrap())
        .collect();
    let mut keys: Vec<_> = changed.iter().map(|of| (of.grouping.clone().unwrap().code, of.version)).collect();
    keys.sort();
    assert_eq!(keys, [("07Q".to_owned(), 2), ("Bromley".to_owned(), 2), ("SEL".to_owned(), 2)]);
    let bromley =
        changed.iter().find(|of| of.grouping.as_ref().is_some_and(|of| of.code == "Bromley")).unwrap();
    assert_eq!(bromley.members[0].valid_to, "2016-03-31");
}

on_both_databases!(muster_directory::Migrator; a_change_is_told_as_a_snapshot_with_its_version);
