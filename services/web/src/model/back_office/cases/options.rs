//! The options of a case side by side, and one of them organisation by organisation.

use muster_proto::backoffice::v1::{CaseAppraisal, CaseOption, GetCaseResponse};

use super::{key, provider_words};
use crate::{
    figures,
    model::{
        agency::month_words,
        back_office::{traced_whole, whole},
    },
    table::{Cell, Table},
};

/// Months of 1/1000; never where they do not end, and nothing where no cash goes out.
fn months(milli: Option<i64>, of: &CaseAppraisal) -> Cell {
    match milli {
        _ if of.peak_cash_pence == 0 => Cell::none(),
        Some(milli) => Cell::number(figures::tenths(milli), figures::plain_milli(milli)),
        None => Cell::none().shown("never"),
    }
}

fn share(ppm: Option<i64>) -> Cell {
    ppm.map_or_else(Cell::none, Cell::share)
}

/// The lowest and the highest service level that organisations would get.
fn service(of: &CaseOption) -> Cell {
    let levels = of.organisations.iter().map(|it| it.service_milli);
    match (levels.clone().min(), levels.max()) {
        (Some(low), Some(high)) if low == high => Cell::quantity(low),
        (Some(low), Some(high)) => Cell::number(
            format!("{} to {}", figures::quantity(low), figures::quantity(high)),
            format!("{} to {}", figures::plain_milli(low), figures::plain_milli(high)),
        ),
        _ => Cell::none(),
    }
}

/// Options, a row each: files have them so, the page has them side by side.
pub(crate) fn options(told: &GetCaseResponse) -> Table {
    let head = told.case.clone().unwrap_or_default();
    let table = Table::new("options", "Options side by side, against staying as it is")
        .text("Option", "option")
        .number("Cost a year, settled", "annual_cost_pounds")
        .number("NPV", "npv_pounds")
        .number("NPV, low case", "npv_low_pounds")
        .number("NPV, high case", "npv_high_pounds")
        .number("NPV after optimism", "npv_after_optimism_pounds")
        .number("Payback, months", "payback_months")
        .number("Payback discounted, months", "discounted_payback_months")
        .number("Most cash out", "peak_cash_pounds")
        .text("At the end of", "peak_month")
        .number("Benefits may fall by", "benefits_may_fall_percent")
        .number("Costs may rise by", "costs_may_rise_percent")
        .number("Service level", "service_level")
        .number("Rules broken", "rules_broken");
    let row = |of: &CaseOption| {
        let total = of.total.clone().unwrap_or_default();
        let npv = if of.option == head.option {
            traced_whole(total.npv_pence, &key(&head.case_id, "npv"))
        } else {
            whole(total.npv_pence)
        };
        vec![
            Cell::text(of.option.clone()).shown(of.title.clone()),
            whole(of.annual_cost_pence),
            npv,
            whole(total.low_pence),
            whole(total.high_pence),
            whole(total.biased_pence),
            months(total.payback_milli, &total),
            months(total.discounted_payback_milli, &total),
            whole(total.peak_cash_pence),
            Cell::text(total.peak_month.clone()).shown(month_words(&total.peak_month)),
            share(total.benefits_may_fall_ppm),
            share(total.costs_may_rise_ppm),
            service(of),
            Cell::count(i64::try_from(of.broken_rules.len()).unwrap_or(i64::MAX)),
        ]
    };
    table.rows(told.options.iter().map(row).collect::<Vec<_>>())
}

/// Options that break rules of the case: title, clauses.
pub(crate) fn broken(told: &GetCaseResponse) -> Vec<(String, Vec<String>)> {
    let breaking = told.options.iter().filter(|it| !it.broken_rules.is_empty());
    breaking.map(|it| (it.title.clone(), it.broken_rules.clone())).collect()
}

/// One option by organisation.
pub(crate) fn organisations(of: &CaseOption) -> Table {
    let table = Table::new("organisations", format!("“{}” by organisation", of.title))
        .text("Organisation", "organisation")
        .text("Served by", "provider")
        .number("Service level now", "service_level_now")
        .number("Service level then", "service_level_then")
        .number("NPV", "npv_pounds")
        .number("Low", "npv_low_pounds")
        .number("High", "npv_high_pounds")
        .number("After optimism", "npv_after_optimism_pounds")
        .number("Payback, months", "payback_months")
        .number("Transition", "transition_pounds")
        .number("Dual running", "dual_running_pounds")
        .number("Stranded", "stranded_pounds")
        .number("Saving", "saving_pounds")
        .number("Stated", "stated_pounds");
    let row = |it: &CaseAppraisal, name: &str, total: bool| {
        let parts = it.parts.unwrap_or_default();
        let level = |milli: i64| if total { Cell::none() } else { Cell::quantity(milli) };
        // fewer than now is to be seen
        let then = level(it.service_milli);
        let worse = !total && it.service_milli < it.local_service_milli;
        vec![
            Cell::text(name),
            Cell::text(it.provider.clone()).shown(provider_words(&it.provider)),
            level(it.local_service_milli),
            if worse { then.toned("warn") } else { then },
            whole(it.npv_pence),
            whole(it.low_pence),
            whole(it.high_pence),
            whole(it.biased_pence),
            months(it.payback_milli, it),
            whole(parts.transition_pence),
            whole(parts.dual_running_pence),
            whole(parts.stranded_pence),
            whole(parts.saving_pence),
            whole(parts.stated_pence),
        ]
    };
    let each = of.organisations.iter().map(|it| row(it, &it.organisation, false));
    let all = of.total.iter().map(|it| row(it, "All", true));
    table.rows(each.chain(all).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_pays_back_says_so_and_is_empty_in_a_file() {
        let total =
            CaseAppraisal { payback_milli: Some(18_400), peak_cash_pence: 1, ..CaseAppraisal::default() };
        let one =
            CaseOption { option: "a".into(), title: "A".into(), total: Some(total), ..CaseOption::default() };
        let table = options(&GetCaseResponse { options: vec![one], ..GetCaseResponse::default() });
        assert_eq!([&table.rows[0][6].text, &table.rows[0][7].text], ["18.4", "never"]);
        let stays = CaseAppraisal::default();
        assert_eq!(months(Some(0), &stays).text, "\u{2013}", "nothing has to be paid back");
        let csv = String::from_utf8(table.to_csv().unwrap()).unwrap();
        assert!(csv.contains(",18.400,,"), "{csv}");
    }
}
