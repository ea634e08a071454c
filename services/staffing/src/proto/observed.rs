//! Temporary cover that organisations used.

use muster_proto::staffing::v1 as pb;

use crate::store::observed::Cover;

/// Cover that was used, with the event that it came with.
pub(crate) fn observed_cover((of, event_id): (Cover, String)) -> pb::ObservedCover {
    pb::ObservedCover {
        fte_milli: whole_time(of.bank_minutes + of.agency_minutes),
        organisation: of.organisation,
        month: of.month,
        staff_group: of.staff_group,
        bank_minutes: of.bank_minutes,
        agency_minutes: of.agency_minutes,
        unfilled_minutes: of.unfilled_minutes,
        bank_pence: of.bank_pence,
        agency_pence: of.agency_pence,
        event_id,
    }
}

/// Minutes of a month as whole-time staff, FTE in 1/1000: 37.5 hours a week, 365.25/7/12 weeks a month; half up.
fn whole_time(minutes: i64) -> i64 {
    let (above, below) = (i128::from(minutes) * 1_000 * 8_400, 2_250 * 36_525);
    i64::try_from((2 * above + below).div_euclid(2 * below)).unwrap_or(i64::MAX)
}
