//! What a shift line says beside what it is judged by.

use compact_str::CompactString;

/// How a shift was booked. Empty text and none = the file does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Booking {
    /// Ward.
    pub ward: CompactString,
    /// Specialty.
    pub specialty: CompactString,
    /// Reason of the booking.
    pub reason: CompactString,
    /// Opaque reference of the worker.
    pub worker_ref: CompactString,
    /// ODS code of the worker's home organisation.
    pub home_organisation: CompactString,
    /// Agency.
    pub agency: CompactString,
    /// Tier of the framework.
    pub tier: CompactString,
    /// VAT of the whole shift, pence.
    pub vat: Option<i64>,
    /// When it was requested, minutes since 1970 UTC.
    pub requested_at: Option<i64>,
    /// When it was booked, minutes since 1970 UTC.
    pub booked_at: Option<i64>,
    /// Cost centre.
    pub cost_centre: CompactString,
}
