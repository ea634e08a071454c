//! Table `trust_months`.

use sea_orm::entity::prelude::*;

/// How often a month of trusts was imported. Its row is written first: its lock keeps the events of a month in order.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "trust_months")]
pub struct Model {
    /// Organisation that the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// Month, `YYYY-MM`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: String,
    /// Imports of the month.
    pub version: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
