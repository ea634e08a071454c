//! Table `observed_cover`.

use sea_orm::entity::prelude::*;

/// Cover of a group of staff in an organisation's month. Worked time is in minutes, prices in pence.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "observed_cover")]
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
    /// Group of staff.
    #[sea_orm(primary_key, auto_increment = false)]
    pub staff_group: String,
    /// Worked by own and shared banks.
    pub bank_minutes: i64,
    /// Worked by agencies.
    pub agency_minutes: i64,
    /// Worked by nobody.
    pub unfilled_minutes: i64,
    /// Price of the bank's shifts.
    pub bank_pence: i64,
    /// Price of the agencies' shifts.
    pub agency_pence: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
