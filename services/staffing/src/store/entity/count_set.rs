//! Table `count_sets`.

use sea_orm::entity::prelude::*;

/// A set of counts: one date of one file.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "count_sets")]
pub struct Model {
    /// Counts up.
    #[sea_orm(primary_key)]
    pub set_id: i64,
    /// Organisation.
    pub org: String,
    /// Import that brought it.
    pub import_id: String,
    /// Kind of file.
    pub kind: String,
    /// Financial year ending, 0 when there is none.
    pub year: i32,
    /// Date of the count.
    pub day: String,
    /// What is counted.
    pub definition: String,
    /// Counts the imports of that year or date from 1.
    pub version: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
