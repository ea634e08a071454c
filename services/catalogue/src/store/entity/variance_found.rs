//! Table `variance_found`.

use sea_orm::entity::prelude::*;

/// What was last said of the opportunity of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "variance_found")]
pub struct Model {
    /// Organisation whose row it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// ODS code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation: String,
    /// Pence.
    pub opportunity: i64,
    /// Rows that it rests on.
    pub item_rows: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
