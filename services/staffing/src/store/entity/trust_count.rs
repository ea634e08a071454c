//! Table `trust_counts`.

use sea_orm::entity::prelude::*;

/// FTE of one group of staff of one organisation in one month.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "trust_counts")]
pub struct Model {
    /// Organisation that the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// ODS code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation: String,
    /// Group of staff, in the publisher's words.
    #[sea_orm(primary_key, auto_increment = false)]
    pub staff_group: String,
    /// Month, `YYYY-MM`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: String,
    /// Name of the organisation.
    pub name: String,
    /// FTE in 1/1000.
    pub fte_milli: i64,
    /// Import that it came with.
    pub import_id: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
