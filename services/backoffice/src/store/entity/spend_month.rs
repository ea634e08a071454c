//! Table `spend_months`.

use sea_orm::entity::prelude::*;

/// A month of temporary staffing that was heard of.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "spend_months")]
pub struct Model {
    /// Organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// ODS code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation: String,
    /// Month.
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: String,
    /// Version of the month.
    pub version: i64,
    /// The event, as JSON.
    pub evidence: String,
    /// Hours by group of staff, as JSON.
    pub hours: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
