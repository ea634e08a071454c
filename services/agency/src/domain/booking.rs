//! What a shift line says beside what it is judged by.

/// How a shift was booked. Empty text and none = the file does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Booking {
    /// Ward.
    pub ward: String,
    /// Specialty.
    pub specialty: String,
    /// Reason of the booking.
    pub reason: String,
    /// Opaque reference of the worker.
    pub worker_ref: String,
    /// ODS code of the worker's home organisation.
    pub home_organisation: String,
    /// Agency.
    pub agency: String,
    /// Tier of the framework.
    pub tier: String,
    /// VAT of the whole shift, pence.
    pub vat: Option<i64>,
    /// When it was requested, minutes since 1970 UTC.
    pub requested_at: Option<i64>,
    /// When it was booked, minutes since 1970 UTC.
    pub booked_at: Option<i64>,
    /// Cost centre.
    pub cost_centre: String,
}
