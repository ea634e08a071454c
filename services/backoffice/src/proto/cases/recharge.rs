//! A quarter of a shared service.

use muster_proto::backoffice::v1 as pb;

use crate::domain::{Problem, tariff::Quarter};

/// A quarter settled, with the import that it is from and its version.
///
/// # Errors
/// What cannot be settled.
pub(crate) fn quarter(
    of: &Quarter,
    (import_id, version): (&str, i64),
) -> Result<pb::RechargeQuarter, Problem> {
    let settled = of.settle()?;
    let bill = |member: &crate::domain::tariff::Member| {
        let it = settled.get(&member.organisation).cloned().unwrap_or_default();
        pb::RechargeBill {
            organisation: member.organisation.clone(),
            share_ppm: member.share,
            left_month: member.left.map(|it| it.to_string()).unwrap_or_default(),
            planned_milli: member.planned,
            used_milli: member.used,
            advance_fixed_pence: it.advance_fixed,
            advance_running_pence: it.advance_running,
            actual_fixed_pence: it.actual_fixed,
            stranded_pence: it.stranded,
            actual_running_pence: it.actual_running,
            true_up_pence: it.true_up,
        }
    };
    Ok(pb::RechargeQuarter {
        service: of.service.clone(),
        quarter: of.start.to_string(),
        stranded_months: of.stranded_months.unsigned_abs(),
        budget_fixed_pence: of.fixed,
        price_centipence: of.price,
        actual_fixed_pence: of.actual_fixed,
        actual_running_pence: of.actual_running,
        bills: of.members.iter().map(bill).collect(),
        import_id: import_id.to_owned(),
        version,
    })
}
