//! Table `resident_days`.

use sea_orm::entity::prelude::*;

/// A day that residents were counted on. Its row is written first: its lock keeps the events of a day in order.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "resident_days")]
pub struct Model {
    /// Organisation that the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// Day of the count.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: String,
    /// Imports of the day.
    pub version: i64,
    /// The last of them.
    pub import_id: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
