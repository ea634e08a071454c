//! An award was made: what a partner's pledges are to save becomes planned savings, by financial year.

use jiff::civil::Date;
use muster_kit::{Error, Event, Result, UnitOfWork};
use muster_proto::catalogue::v1::AwardApproved;

use super::propose_claim::evidence;
use crate::{
    domain::{
        figure::pounds,
        plan::{PlanLine, PlanNature},
    },
    store::plan_lines,
};

/// Keeps the planned savings of a partner of an award: pledges at the price before less pledges at the award, shared out over the
/// financial years of the contract by its days.
///
/// # Errors
/// Bad request when the contract's days are none; what the database says.
pub(crate) async fn heard_award(uow: &UnitOfWork, event: &Event, told: AwardApproved) -> Result<()> {
    let (from, until) = (day(&told.from)?, day(&told.until)?);
    let head = format!("award {} {}", told.round_id, told.organisation);
    let mut says = format!(
        "{} under `{}`: pledged for {} pounds at the price before, {} at the award",
        told.organisation,
        told.title,
        pounds(told.baseline_pence),
        pounds(told.award_pence)
    );
    if !told.without_baseline.is_empty() {
        says.push_str(&format!(
            "; nothing is planned for {}, not bought before",
            told.without_baseline.join(", ")
        ));
    }
    let line = |(year, pence): (i32, i64)| PlanLine {
        id: format!("planned-saving {} {} {year}", told.round_id, told.organisation),
        nature: PlanNature::PlannedSaving,
        title: format!("award of {} for {}", told.title, told.organisation),
        scope: told.organisation.clone(),
        year,
        // the award is a price, not a forecast: what it saves is uncertain by quantity only, which nobody has stated
        pence: (pence, pence, pence),
        base_year: 0,
        version: told.version,
        evidence: evidence(event, says.clone()),
        of: told.round_id.clone(),
    };
    let saving = told.baseline_pence - told.award_pence;
    let lines: Vec<PlanLine> = by_year(saving, from, until).into_iter().map(line).collect();
    plan_lines::put(uow, (&head, told.version), &lines).await?;
    Ok(())
}

fn day(text: &str) -> Result<Date> {
    text.parse().map_err(|_| Error::bad_request(format!("`{text}` is no day")))
}

/// Shares of an amount by financial year, as it ends: by days, what is left by rounding in the last.
fn by_year(pence: i64, from: Date, until: Date) -> Vec<(i32, i64)> {
    let days = |first: Date, last: Date| i64::from(first.until(last).map_or(0, |span| span.get_days())) + 1;
    let all = days(from, until).max(1);
    let (mut parts, mut left, mut first) = (Vec::new(), pence, from);
    while first <= until {
        let year = i32::from(first.year()) + i32::from(first.month() >= 4);
        let end =
            i16::try_from(year).ok().and_then(|year| Date::new(year, 3, 31).ok()).unwrap_or(until).min(until);
        let part = if end == until { left } else { share(pence, days(first, end), all) };
        parts.push((year, part));
        left -= part;
        let Ok(next) = end.tomorrow() else { break };
        first = next;
    }
    parts
}

fn share(pence: i64, part: i64, all: i64) -> i64 {
    i64::try_from(i128::from(pence) * i128::from(part) / i128::from(all)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_contract_over_two_years_is_shared_out_to_the_penny() {
        assert_eq!(by_year(36_501, date(2020, 1, 1), date(2020, 12, 30)), [(2020, 9_100), (2021, 27_401)]);
        assert_eq!(by_year(-7, date(2020, 4, 1), date(2021, 3, 31)), [(2021, -7)]);
    }
}
