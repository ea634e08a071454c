//! What members of shared services pay for a quarter: in advance by a two-part tariff, then by what it really cost.

use muster_proto::backoffice::v1::{RechargeBill, RechargeQuarter};

use super::{money, whole};
use crate::{
    figures,
    model::agency::{counted, month_words},
    pages::encode,
    table::{Cell, Table},
};

/// Quarters of the page of recharges: those of a service, and the bills of one.
pub(crate) fn href(service: &str, quarter: &str) -> String {
    format!("/back-office/recharges?service={}&quarter={}", encode(service), encode(quarter))
}

/// `October to December 2017` for the quarter that begins in 2017-10; other text as it is.
pub(crate) fn quarter_words(first: &str) -> String {
    let Ok(day) = format!("{first}-01").parse::<jiff::civil::Date>() else { return first.to_owned() };
    let Ok(last) = day.checked_add(jiff::Span::new().months(2)) else { return first.to_owned() };
    let from = if day.year() == last.year() { day.strftime("%B") } else { day.strftime("%B %Y") };
    format!("{from} to {}", last.strftime("%B %Y"))
}

fn sum(of: &RechargeQuarter, part: fn(&RechargeBill) -> i64) -> i64 {
    of.bills.iter().map(part).sum()
}

fn advance(bill: &RechargeBill) -> i64 {
    bill.advance_fixed_pence.saturating_add(bill.advance_running_pence)
}

fn actual(bill: &RechargeBill) -> i64 {
    bill.actual_fixed_pence.saturating_add(bill.actual_running_pence)
}

/// All quarters in a sentence.
pub(crate) fn finding(all: &[RechargeQuarter]) -> String {
    let of = |part: fn(&RechargeBill) -> i64| -> i64 { all.iter().map(|it| sum(it, part)).sum() };
    let true_up = of(|bill| bill.true_up_pence);
    let rest = match true_up {
        0 => "nothing is left to be paid".to_owned(),
        more if more > 0 => format!("{} more is to be paid", money(more)),
        back => format!("{} goes back to members", money(back.abs())),
    };
    let stranded = match of(|bill| bill.stranded_pence) {
        0 => String::new(),
        pence => format!(" Members that left still bear {} of it.", money(pence)),
    };
    format!(
        "{} settled: members paid {} in advance, the services cost {}, and {rest}.{stranded}",
        counted(all.len() as u64, "quarter"),
        money(of(advance)),
        money(of(actual)),
    )
}

/// One quarter in a sentence.
pub(crate) fn quarter_finding(of: &RechargeQuarter) -> String {
    let way = |pence: i64| if pence >= 0 { "still to be paid" } else { "to be paid back" };
    let true_up = sum(of, |bill| bill.true_up_pence);
    format!(
        "Budgeted at {} fixed and {} a unit; it cost {} fixed and {} for the rest. {} is {}. A member that leaves bears its \
         share of the fixed cost for {} more.",
        money(of.budget_fixed_pence),
        figures::unit_price(of.price_centipence),
        money(of.actual_fixed_pence),
        money(of.actual_running_pence),
        money(true_up.abs()),
        way(true_up),
        counted(of.stranded_months.into(), "month"),
    )
}

/// Quarters, a row each.
pub(crate) fn quarters(all: &[RechargeQuarter]) -> Table {
    let table = Table::new("quarters", "Quarters, newest first within each service")
        .text("Service", "service")
        .text("Quarter", "quarter")
        .number("Members", "members")
        .number("Fixed, budgeted", "budget_fixed_pounds")
        .number("Fixed, actual", "actual_fixed_pounds")
        .number("Rest, actual", "actual_running_pounds")
        .number("Paid in advance", "advance_pounds")
        .number("True-up", "true_up_pounds")
        .number("Settled", "version");
    let row = |it: &RechargeQuarter| {
        vec![
            Cell::text(it.service.clone()),
            Cell::text(it.quarter.clone())
                .shown(quarter_words(&it.quarter))
                .to(href(&it.service, &it.quarter)),
            Cell::count(i64::try_from(it.bills.len()).unwrap_or(i64::MAX)),
            whole(it.budget_fixed_pence),
            whole(it.actual_fixed_pence),
            whole(it.actual_running_pence),
            whole(sum(it, advance)),
            whole(sum(it, |bill| bill.true_up_pence)),
            Cell::count(it.version).shown(times(it.version)),
        ]
    };
    table.rows(all.iter().map(row).collect::<Vec<_>>())
}

fn times(version: i64) -> String {
    match version {
        1 => "once".into(),
        2 => "twice".into(),
        many => format!("{many} times"),
    }
}

/// Bills of quarters; each quarter adds up where there is one.
pub(crate) fn bills(of: &[&RechargeQuarter], id: &str, caption: &str) -> Table {
    let table = Table::new(id, caption)
        .text("Member", "member")
        .text("Service", "service")
        .text("Quarter", "quarter")
        .number("Share of fixed", "share_percent")
        .number("Units planned", "units_planned")
        .number("Units used", "units_used")
        .number("Advance, fixed", "advance_fixed_pounds")
        .number("Advance, units", "advance_running_pounds")
        .number("Actual, fixed", "actual_fixed_pounds")
        .number("of it stranded", "stranded_pounds")
        .number("Actual, units", "actual_running_pounds")
        .number("True-up", "true_up_pounds");
    let rows = of.iter().flat_map(|quarter| quarter.bills.iter().map(|bill| row(quarter, bill)));
    let totals = of.first().filter(|_| of.len() == 1).map(|quarter| total(quarter));
    table.rows(rows.chain(totals).collect::<Vec<_>>())
}

fn row(of: &RechargeQuarter, bill: &RechargeBill) -> Vec<Cell> {
    let tag = (!bill.left_month.is_empty()).then_some("left");
    vec![
        Cell::text(bill.organisation.clone()).tagged(tag),
        Cell::text(of.service.clone()),
        Cell::text(of.quarter.clone()).shown(quarter_words(&of.quarter)),
        Cell::share(bill.share_ppm),
        Cell::quantity(bill.planned_milli),
        Cell::quantity(bill.used_milli),
        Cell::pounds(bill.advance_fixed_pence),
        Cell::pounds(bill.advance_running_pence),
        Cell::pounds(bill.actual_fixed_pence),
        Cell::pounds(bill.stranded_pence),
        Cell::pounds(bill.actual_running_pence),
        Cell::pounds(bill.true_up_pence),
    ]
}

fn total(of: &RechargeQuarter) -> Vec<Cell> {
    let amount = |part: fn(&RechargeBill) -> i64| Cell::pounds(sum(of, part));
    vec![
        Cell::text("All"),
        Cell::text(of.service.clone()),
        Cell::text(of.quarter.clone()).shown(quarter_words(&of.quarter)),
        Cell::none(),
        Cell::quantity(sum(of, |bill| bill.planned_milli)),
        Cell::quantity(sum(of, |bill| bill.used_milli)),
        amount(|bill| bill.advance_fixed_pence),
        amount(|bill| bill.advance_running_pence),
        amount(|bill| bill.actual_fixed_pence),
        amount(|bill| bill.stranded_pence),
        amount(|bill| bill.actual_running_pence),
        amount(|bill| bill.true_up_pence),
    ]
}

/// Members that left, a sentence each.
pub(crate) fn left(of: &RechargeQuarter) -> Vec<String> {
    let gone = of.bills.iter().filter(|bill| !bill.left_month.is_empty());
    let one = |bill: &RechargeBill| {
        let bears = if bill.stranded_pence == 0 {
            "it bears nothing more".to_owned()
        } else {
            format!("{} of its share is for months from then on", figures::exact_pounds(bill.stranded_pence))
        };
        format!("{} is no member since {}: {bears}.", bill.organisation, month_words(&bill.left_month))
    };
    gone.map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quarter() -> RechargeQuarter {
        let bill = |organisation: &str, true_up_pence| RechargeBill {
            organisation: organisation.into(),
            advance_fixed_pence: 1_000,
            advance_running_pence: 250,
            actual_fixed_pence: 1_000,
            actual_running_pence: 250 + true_up_pence,
            true_up_pence,
            ..RechargeBill::default()
        };
        RechargeQuarter {
            quarter: "2017-11".into(),
            bills: vec![bill("RJ1", 30_050), bill("RJZ", -10_000)],
            ..RechargeQuarter::default()
        }
    }

    #[test]
    fn bills_of_a_quarter_end_with_what_they_come_to() {
        let told = quarter();
        let table = bills(&[&told], "bills", "");
        assert_eq!(table.rows.last().map(|row| row[11].text.as_str()), Some("£200.50"));
        assert_eq!(bills(&[&told, &told], "bills", "").rows.len(), 4, "no sum of several");
        assert!(finding(&[told]).contains("£201 more is to be paid"));
    }

    #[test]
    fn a_quarter_may_begin_in_any_month() {
        assert_eq!(quarter_words("2017-10"), "October to December 2017");
        assert_eq!(quarter_words("2017-11"), "November 2017 to January 2018");
        assert_eq!(quarter_words("soon"), "soon");
    }
}
