//! Table `place_lists`.

use sea_orm::entity::prelude::*;

/// What a file says of a place beside its staff.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "place_lists")]
pub struct Model {
    /// Set.
    #[sea_orm(primary_key, auto_increment = false)]
    pub set_id: i64,
    /// Organisation.
    pub org: String,
    /// ODS code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: String,
    /// Financial year ending, 0 when there is none.
    pub year: i32,
    /// Name, empty when unknown.
    pub name: String,
    /// Borough by the file, empty when unknown.
    pub borough: String,
    /// Registered list in 1/1000.
    pub list_milli: Option<i64>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
