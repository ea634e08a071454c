//! Table `shift_lines`.

use sea_orm::entity::prelude::*;

/// A shift line with its priced verdict. It is never changed: a later one of the same reference ends it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "shift_lines")]
pub struct Model {
    /// Order of coming in.
    #[sea_orm(primary_key)]
    pub line_id: i64,
    /// Organisation.
    pub org: String,
    /// The load that brought it.
    pub load_id: i64,
    /// The load that ended it.
    pub ended_by: Option<i64>,
    /// ODS code.
    pub organisation: String,
    /// Reference within the organisation.
    pub shift_ref: String,
    /// Alike for lines that say the same.
    pub fingerprint: i64,
    /// Site.
    pub site: String,
    /// Group of staff.
    pub staff_group: String,
    /// Grade.
    pub grade: String,
    /// Local day of the start.
    pub day: String,
    /// Start, minutes since 1970 UTC.
    pub starts: i64,
    /// End, minutes since 1970 UTC.
    pub ends: i64,
    /// Break, minutes.
    pub break_minutes: i64,
    /// Number of the supply.
    pub supply: i32,
    /// 1 on an approved framework, 0 not, none unknown.
    pub framework: Option<i32>,
    /// Pay, pence an hour.
    pub pay: Option<i64>,
    /// Charge, pence an hour.
    pub charge: Option<i64>,
    /// Ward.
    pub ward: String,
    /// Specialty.
    pub specialty: String,
    /// Reason of the booking.
    pub reason: String,
    /// Opaque reference of the worker.
    pub worker_ref: String,
    /// ODS code of the worker's home.
    pub home_organisation: String,
    /// Agency.
    pub agency: String,
    /// Tier of the framework.
    pub tier: String,
    /// VAT, pence.
    pub vat: Option<i64>,
    /// Request, minutes since 1970 UTC.
    pub requested_at: Option<i64>,
    /// Booking, minutes since 1970 UTC.
    pub booked_at: Option<i64>,
    /// Cost centre.
    pub cost_centre: String,
    /// Minutes in core hours.
    pub core: i64,
    /// Minutes on Saturdays and at night.
    pub saturday_night: i64,
    /// Minutes on Sundays and public holidays.
    pub sunday_holiday: i64,
    /// Cap, pence an hour.
    pub cap: Option<i64>,
    /// Above the cap, pence for the shift.
    pub over_cap: Option<i64>,
    /// Price of the shift, pence.
    pub cost: Option<i64>,
    /// Verdicts, a bit each.
    pub verdicts: i64,
    /// Line in its file; 0 = not known.
    pub line: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
