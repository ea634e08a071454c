//! Table `rate_drifts`.

use sea_orm::entity::prelude::*;

/// A step in rates.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rate_drifts")]
pub struct Model {
    /// Organisation, aggregate and version.
    #[sea_orm(primary_key, auto_increment = false)]
    pub drift_id: String,
    /// Organisation that found it.
    pub org: String,
    /// Partner, supply, group of staff, grade, time band and what shows it.
    pub aggregate: String,
    /// First day of the new rate.
    pub since: String,
    /// Rate of an hour since, pence.
    pub after_pence: i64,
    /// When it was found, microseconds UTC.
    pub detected_at: i64,
    /// The contract's message, hex.
    pub message: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
