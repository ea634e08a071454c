//! A registered list in one payments file.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lists")]
pub struct Model {
    /// Organisation scope.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// ODS code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// Financial year ending.
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    /// Registered patients in 1/1000.
    pub registered_milli: i64,
    /// Weighted patients in 1/1000.
    pub weighted_milli: i64,
    /// The part that a successor counts too, in 1/1000.
    pub counted_twice_milli: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
