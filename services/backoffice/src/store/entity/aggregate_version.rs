//! Table `aggregate_versions`.

use sea_orm::entity::prelude::*;

/// Version of an aggregate.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "aggregate_versions")]
pub struct Model {
    /// Organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// Kind and id of the aggregate.
    #[sea_orm(primary_key, auto_increment = false)]
    pub aggregate: String,
    /// Counts its changes from 1.
    pub version: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
