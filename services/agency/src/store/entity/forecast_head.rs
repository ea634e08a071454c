//! Table `forecast_heads`.

use sea_orm::entity::prelude::*;

/// The newest forecast of a scenario and area.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "forecast_heads")]
pub struct Model {
    /// Organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// Scenario.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scenario: String,
    /// Area.
    #[sea_orm(primary_key, auto_increment = false)]
    pub area: String,
    /// Run.
    pub run_id: String,
    /// Version of the forecast of its scenario and area.
    pub version: i64,
    /// When it was published, microseconds UTC.
    pub published_at: i64,
    /// The event that it came with.
    pub event_id: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
