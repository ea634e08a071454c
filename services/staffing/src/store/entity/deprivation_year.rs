//! Table `deprivation_years`.

use sea_orm::entity::prelude::*;

/// A year that scores of deprivation are of. Its row is written first: its lock keeps the events of a year in order.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deprivation_years")]
pub struct Model {
    /// Organisation that the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// Year of the indices.
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    /// Imports of the year.
    pub version: i64,
    /// The last of them.
    pub import_id: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
