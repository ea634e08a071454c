//! Table `recharges`.

use sea_orm::entity::prelude::*;

/// What a home recharges to a host for a month.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recharges")]
pub struct Model {
    /// Organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// Month, `YYYY-MM`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: String,
    /// ODS code of the host.
    #[sea_orm(primary_key, auto_increment = false)]
    pub host: String,
    /// ODS code of the home.
    #[sea_orm(primary_key, auto_increment = false)]
    pub home: String,
    /// Shifts.
    pub shifts: i64,
    /// Shifts among them at an unknown price.
    pub without_price: i64,
    /// Working time, minutes.
    pub minutes: i64,
    /// All-in cost, pence.
    pub pence: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
