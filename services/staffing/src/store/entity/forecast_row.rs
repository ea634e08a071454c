//! Table `forecast_rows`.

use sea_orm::entity::prelude::*;

/// One node, role and year of a run.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "forecast_rows")]
pub struct Model {
    /// Run.
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: String,
    /// Place in the run.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    /// Organisation.
    pub org: String,
    /// Place of the level from the system down.
    pub level: i32,
    /// Code of the node.
    pub node: String,
    /// Name of the node.
    pub name: String,
    /// Number of the role.
    pub role: i32,
    /// Financial year ending.
    pub year: i32,
    /// Supply, 10th percentile.
    pub supply_p10: i64,
    /// Supply, 50th percentile.
    pub supply_p50: i64,
    /// Supply, 90th percentile.
    pub supply_p90: i64,
    /// Demand, 10th percentile.
    pub demand_p10: i64,
    /// Demand, 50th percentile.
    pub demand_p50: i64,
    /// Demand, 90th percentile.
    pub demand_p90: i64,
    /// Gap, 10th percentile.
    pub gap_p10: i64,
    /// Gap, 50th percentile.
    pub gap_p50: i64,
    /// Gap, 90th percentile.
    pub gap_p90: i64,
    /// Shortfall, 10th percentile.
    pub shortfall_p10: i64,
    /// Shortfall, 50th percentile.
    pub shortfall_p50: i64,
    /// Shortfall, 90th percentile.
    pub shortfall_p90: i64,
    /// Cost, 10th percentile.
    pub cost_p10: i64,
    /// Cost, 50th percentile.
    pub cost_p50: i64,
    /// Cost, 90th percentile.
    pub cost_p90: i64,
    /// List, 10th percentile.
    pub list_p10: i64,
    /// List, 50th percentile.
    pub list_p50: i64,
    /// List, 90th percentile.
    pub list_p90: i64,
    /// True for a stand-in.
    pub placeholder: bool,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
