//! Table `forecast_gaps`.

use sea_orm::entity::prelude::*;

/// The gap of a node, role and year, FTE in 1/1000.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "forecast_gaps")]
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
    /// Level of the node.
    #[sea_orm(primary_key, auto_increment = false)]
    pub level: String,
    /// Code of the node.
    #[sea_orm(primary_key, auto_increment = false)]
    pub node: String,
    /// Its name.
    pub name: String,
    /// Role.
    #[sea_orm(primary_key, auto_increment = false)]
    pub role: String,
    /// Financial year ending.
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i64,
    /// 10th percentile.
    pub p10: i64,
    /// Median.
    pub p50: i64,
    /// 90th percentile.
    pub p90: i64,
    /// 1 when the node's make-up is a stand-in.
    pub placeholder: i32,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
