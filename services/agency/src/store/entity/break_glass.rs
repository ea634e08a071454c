//! Table `overrides`.

use sea_orm::entity::prelude::*;

/// An override: leave to book a shift that the rules forbid.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "overrides")]
pub struct Model {
    /// UUIDv7 as text.
    #[sea_orm(primary_key, auto_increment = false)]
    pub override_id: String,
    /// Organisation.
    pub org: String,
    /// ODS code.
    pub organisation: String,
    /// Reference of the shift.
    pub shift_ref: String,
    /// Local day of the start.
    pub day: String,
    /// Start, minutes since 1970 UTC.
    pub starts: i64,
    /// End, minutes since 1970 UTC.
    pub ends: i64,
    /// Break, minutes.
    pub break_minutes: i64,
    /// Site.
    pub site: String,
    /// Group of staff.
    pub staff_group: String,
    /// Grade.
    pub grade: String,
    /// Number of the supply.
    pub supply: i32,
    /// 1 on an approved framework, 0 not, none unknown.
    pub framework: Option<i32>,
    /// Agency.
    pub agency: String,
    /// Reason.
    pub reason: String,
    /// Pence an hour.
    pub price: i64,
    /// Until when leave holds, minutes since 1970 UTC.
    pub expires: i64,
    /// Verdicts, a bit each.
    pub verdicts: i64,
    /// Who has to sign it off.
    pub demanded: String,
    /// Account that asked.
    pub requested_by: String,
    /// When, microseconds UTC.
    pub requested_at: i64,
    /// 1 approved, 0 refused, none undecided.
    pub approved: Option<i32>,
    /// Account that decided.
    pub decided_by: Option<String>,
    /// When, microseconds UTC.
    pub decided_at: Option<i64>,
    /// Counts its changes from 1.
    pub version: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
