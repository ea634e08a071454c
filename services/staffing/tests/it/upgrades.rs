//! What an earlier version wrote stays what it was when a later one changes the tables.

use muster_proto::staffing::v1 as pb;
use muster_staffing::Migrator;
use muster_testkit::{TestDb, on_both_databases};
use sea_orm::ConnectionTrait as _;
use sea_orm_migration::{MigrationTrait, MigratorTrait};

use crate::node::Node;

/// The tables as they were before overrides of unit costs could say what they are of.
struct BeforeCosts;

impl MigratorTrait for BeforeCosts {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let all = Migrator::migrations().into_iter();
        all.take_while(|migration| migration.name() != "m0011_override_costs").collect()
    }
}

on_both_databases!(super::BeforeCosts; an_override_of_before_is_of_what_was_shipped);

async fn an_override_of_before_is_of_what_was_shipped(db: TestDb) {
    let signed = "INSERT INTO parameter_overrides (override_id, org, name, value, low, high, reason, valid_from, signed_by, signed_at) \
         VALUES ('o-1', 'QKK', 'gp.unit-cost', 12000000, 11000000, 13000000, 'local pay award', '2024-04-01', 'a planner', 17)";
    let old = db.begin_raw().await.unwrap();
    old.execute_unprepared(signed).await.unwrap();
    old.commit().await.unwrap();
    db.migrate::<Migrator>().await.unwrap();
    let node = Node::new(&db);
    let known = node.client().list_parameters(node.ask(pb::ListParametersRequest::default())).await.unwrap();
    let kept = pb::ParameterOverride {
        override_id: "o-1".into(),
        name: "gp.unit-cost".into(),
        value: 12_000_000,
        low: 11_000_000,
        high: 13_000_000,
        reason: "local pay award".into(),
        valid_from: "2024-04-01".into(),
        signed_by: "a planner".into(),
        signed_at_micros: 17,
        ..Default::default()
    };
    assert_eq!(known.into_inner().overrides, [kept]);
}
