//! How the approved option stands by what finance attested.

use muster_proto::backoffice::v1::{CaseDelivered, CaseHistory, CaseReforecast};

use super::key;
use crate::{
    figures,
    model::{
        agency::month_words,
        back_office::{money, traced_whole, whole},
    },
    table::{Cell, Table},
};

/// The re-forecast in a sentence.
pub(crate) fn finding(of: &CaseReforecast) -> String {
    let total = of.total.clone().unwrap_or_default();
    let stranded = match total.stranded_to_come_pence {
        0 => String::new(),
        pence => format!(" Stranded costs of {} are still to come.", money(pence.abs())),
    };
    format!(
        "To {}, {} of the {} planned has been attested.{stranded} The net present value is now between {} and {}.",
        month_words(&of.as_of),
        money(total.attested_pence),
        money(total.planned_pence),
        money(total.low_pence),
        money(total.high_pence),
    )
}

/// How fast the saving goes, planned and observed.
pub(crate) fn decay(of: &CaseReforecast) -> String {
    let planned = match of.planned_decay_ppm {
        0 => "The case lets nothing of the saving go; ".to_owned(),
        ppm => format!("The case lets {} of the saving go each year; ", figures::percent(ppm)),
    };
    let observed = match of.observed_decay_ppm {
        None => "what really went is not known before a year is.".to_owned(),
        Some(ppm) if ppm < 0 => format!("so far the saving grew by {} a year.", figures::percent(-ppm)),
        Some(ppm) => format!("so far {} went a year.", figures::percent(ppm)),
    };
    planned + &observed
}

/// Each organisation, and all.
pub(crate) fn delivered(of: &CaseReforecast, case: &str) -> Table {
    let caption =
        format!("Planned and attested to {}, and what it makes of the case", month_words(&of.as_of));
    let table = Table::new("reforecast", caption)
        .text("Organisation", "organisation")
        .number("Saving planned", "planned_pounds")
        .number("Attested", "attested_pounds")
        .number("Of plan", "realised_percent")
        .number("NPV now", "npv_pounds")
        .number("Low", "npv_low_pounds")
        .number("High", "npv_high_pounds")
        .number("Stranded, to come", "stranded_to_come_pounds");
    let row = |it: &CaseDelivered, all: bool| {
        vec![
            Cell::text(if all { "All" } else { it.organisation.as_str() }),
            whole(it.planned_pence),
            whole(it.attested_pence),
            it.realised_ppm.map_or_else(Cell::none, Cell::share),
            if all { traced_whole(it.npv_pence, &key(case, "reforecast")) } else { whole(it.npv_pence) },
            whole(it.low_pence),
            whole(it.high_pence),
            whole(it.stranded_to_come_pence),
        ]
    };
    let each = of.organisations.iter().map(|it| row(it, false));
    table.rows(each.chain(of.total.iter().map(|it| row(it, true))).collect::<Vec<_>>())
}

/// What the re-forecast said at the end of each month.
pub(crate) fn history(of: &CaseReforecast) -> Table {
    let table = Table::new("history", "The re-forecast at the end of each month")
        .text("Month", "month")
        .number("Attested up to then", "attested_pounds")
        .number("NPV as forecast then", "npv_pounds");
    let row = |it: &CaseHistory| {
        vec![
            Cell::text(it.month.clone()).shown(month_words(&it.month)),
            whole(it.attested_pence),
            whole(it.npv_pence),
        ]
    };
    table.rows(of.history.iter().map(row).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saving_that_grew_is_said_so() {
        let of = |observed| {
            decay(&CaseReforecast {
                planned_decay_ppm: 50_000,
                observed_decay_ppm: observed,
                ..CaseReforecast::default()
            })
        };
        assert!(of(None).ends_with("not known before a year is."));
        assert!(of(Some(82_000)).ends_with("so far 8.2% went a year."));
        assert!(of(Some(-20_000)).ends_with("so far the saving grew by 2.0% a year."));
    }
}
