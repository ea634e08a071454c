//! Table `observed_months`.

use sea_orm::entity::prelude::*;

/// The newest posting of an organisation's month.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "observed_months")]
pub struct Model {
    /// Organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// ODS code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation: String,
    /// Month, `YYYY-MM`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: String,
    /// Version of the month.
    pub version: i64,
    /// The event that it came with.
    pub event_id: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
