//! Steps in the rates of partners, and what it would cost if all matched them.

use muster_proto::agency::v1::{RateDrift, Supply};

use super::{band_words, count, hours, money, supply_words};
use crate::{
    figures,
    table::{Cell, Table},
};

/// Whose work the rate is for: `nursing, band-5, core hours, inner`.
fn what(of: &RateDrift) -> String {
    let known = [of.staff_group.as_str(), of.grade.as_str(), band_words(&of.time_band), of.zone.as_str()];
    known.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
}

fn shown_by(of: &RateDrift) -> &str {
    match of.shown_by.as_str() {
        "rate-card" => "its rate card",
        "shifts" => "its shifts",
        other => other,
    }
}

fn whom(of: &RateDrift) -> &'static str {
    match Supply::try_from(of.supply).unwrap_or_default() {
        Supply::Agency => "agencies",
        Supply::SharedBank => "the shared bank",
        _ => "its bank",
    }
}

/// The largest step in a sentence: that which would cost the others most, else the steepest.
pub(crate) fn finding(all: &[RateDrift]) -> Option<String> {
    let of = all.iter().max_by_key(|of| (of.matched_pence, of.step_ppm.abs()))?;
    let lead = match all.len() {
        1 => "One step in rates is known:".to_owned(),
        many => format!("The largest of {many} steps in rates:"),
    };
    let way = if of.step_ppm < 0 { "less" } else { "more" };
    let told = match of.shared_by.as_str() {
        "" => String::new(),
        by => format!(", as {by} has shared"),
    };
    let matched = if of.matched_pence > 0 {
        format!(
            " If all other partners matched it, {} of them would pay {} more a year.",
            of.partners,
            money(of.matched_pence)
        )
    } else {
        " No other partner would pay more by matching it: their rates are as high already, or no shifts of theirs are known."
            .to_owned()
    };
    Some(format!(
        "{lead} since {} {} pays {} {} an hour instead of {}, {} {way} ({}){told}.{matched}",
        figures::date(&of.since),
        of.organisation,
        whom(of),
        figures::exact_pounds(of.after_pence),
        figures::exact_pounds(of.before_pence),
        figures::percent(of.step_ppm.abs()),
        what(of),
    ))
}

/// Steps, newest first: those found here, or those that other organisations have shared.
pub(crate) fn table(all: &[RateDrift], shared: bool) -> Table {
    let table = if shared {
        Table::new("shared", "Steps that other organisations have shared, newest first")
            .text("Partner", "organisation")
            .text("Shared by", "shared_by")
            .empty("No other organisation has shared a step in rates.")
    } else {
        Table::new("steps", "Steps found here, newest first")
            .text("Partner", "organisation")
            .empty("No step in the rates of a partner was found here.")
    };
    let table = table
        .text("Since", "since")
        .text("Group of staff", "staff_group")
        .text("Grade", "grade")
        .text("Rate of", "supply")
        .text("Time", "time_band")
        .text("Zone", "zone")
        .number("Before, an hour", "before_pounds_an_hour")
        .number("After, an hour", "after_pounds_an_hour")
        .number("Step", "step_percent")
        .text("Shown by", "shown_by")
        .number("Shifts before", "shifts_before")
        .number("Shifts since", "shifts_since")
        .number("If all match it, a year", "matched_pounds_a_year")
        .number("Partners that would pay more", "partners");
    let rows = all.iter().filter(|of| of.shared_by.is_empty() != shared).map(|of| cells(of, shared));
    table.rows(rows.collect::<Vec<_>>())
}

fn cells(of: &RateDrift, shared: bool) -> Vec<Cell> {
    let shifts = |n: u64| if of.shown_by == "rate-card" { Cell::none() } else { Cell::count(count(n)) };
    let mut cells = vec![Cell::text(of.organisation.clone())];
    if shared {
        cells.push(Cell::text(of.shared_by.clone()));
    }
    cells.extend([
        Cell::text(of.since.clone()).shown(figures::date(&of.since)),
        Cell::text(of.staff_group.clone()),
        Cell::text(of.grade.clone()),
        Cell::text(supply_words(of.supply)),
        Cell::text(of.time_band.clone()).shown(band_words(&of.time_band)),
        Cell::text(of.zone.clone()),
        Cell::pounds(of.before_pence),
        Cell::pounds(of.after_pence),
        Cell::share(of.step_ppm),
        Cell::text(of.shown_by.clone()).shown(shown_by(of)),
        shifts(of.shifts_before),
        shifts(of.shifts_after),
        Cell::pounds(of.matched_pence),
        Cell::count(of.partners.into()),
    ]);
    cells
}

/// What matching each step would cost each partner, where that is known.
pub(crate) fn partners(all: &[RateDrift]) -> Table {
    let table = Table::new("partners", "What matching would cost each partner")
        .text("Partner", "organisation")
        .text("Step of", "step_of")
        .text("Since", "since")
        .text("Rate", "rate")
        .number("Hours in a year", "hours")
        .number("Own rate, an hour", "own_pounds_an_hour")
        .number("New rate, an hour", "new_pounds_an_hour")
        .number("More a year", "matched_pounds_a_year")
        .empty("What matching would cost each partner is known only for steps that were found here.");
    let rows = all.iter().flat_map(|of| of.by_partner.iter().map(move |partner| (of, partner)));
    let rows = rows.map(|(of, partner)| {
        vec![
            Cell::text(partner.organisation.clone()),
            Cell::text(of.organisation.clone()),
            Cell::text(of.since.clone()).shown(figures::date(&of.since)),
            Cell::text(format!("{}, {}", supply_words(of.supply), what(of))),
            Cell::count(hours(partner.minutes)),
            Cell::pounds(partner.rate_pence),
            Cell::pounds(of.after_pence),
            Cell::pounds(partner.matched_pence),
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_step_is_the_one_that_would_cost_the_others_most() {
        let step = RateDrift {
            organisation: "RJZ".into(),
            staff_group: "medical".into(),
            grade: "consultant".into(),
            supply: Supply::Bank as i32,
            time_band: "core".into(),
            since: "2018-03-05".into(),
            before_pence: 6_724,
            after_pence: 9_000,
            step_ppm: 338_489,
            matched_pence: 12_345_600,
            partners: 2,
            ..RateDrift::default()
        };
        let steeper = RateDrift {
            organisation: "RJ1".into(),
            step_ppm: 900_000,
            matched_pence: 0,
            partners: 0,
            ..step.clone()
        };
        assert_eq!(
            finding(&[steeper.clone(), step]).unwrap(),
            "The largest of 2 steps in rates: since 5 March 2018 RJZ pays its bank £90.00 an hour instead of £67.24, 33.8% \
             more (medical, consultant, core hours). If all other partners matched it, 2 of them would pay £123,000 more a \
             year."
        );
        let fallen = RateDrift { step_ppm: -100_000, shared_by: "RJ2".into(), ..steeper };
        let told = finding(&[fallen]).unwrap();
        assert!(
            told.starts_with("One step") && told.contains("10.0% less") && told.contains("as RJ2 has shared")
        );
        assert!(told.contains("No other partner would pay more"));
        assert!(finding(&[]).is_none());
    }
}
