//! A proposal of the shared bank: who could fill what at what cost, what is left and why, and who recharges whom.

use muster_proto::agency::v1::{BankUnfilled, ProposeSharedBankResponse, RechargeRow};

use super::{count, counted, hours, local_words, money, month_words};
use crate::{
    figures,
    table::{Cell, Table},
};

/// An amount within a sentence, to the penny while it is small: the sums of a proposal can be checked by eye.
fn amount(pence: i64) -> String {
    if pence.abs() < 10_000_000 { figures::exact_pounds(pence.abs()) } else { money(pence) }
}

fn days(from: &str, until: &str) -> String {
    if from == until {
        format!("on {}", figures::date(from))
    } else {
        format!("from {} to {}", figures::date(from), figures::date(until))
    }
}

/// `£1,100 less than`, `£300 more than`, `as much as`.
fn against(pence: i64, other: i64) -> String {
    match pence - other {
        0 => "as much as".into(),
        more @ 1.. => format!("{} more than", amount(more)),
        less => format!("{} less than", amount(less)),
    }
}

/// The proposal in a sentence or two.
pub(crate) fn finding(of: &ProposeSharedBankResponse) -> String {
    let (filled, left) = (of.allocations.len(), of.unfilled.len());
    let all = filled + left;
    let when = days(&of.from, &of.until);
    let total = of.bank_pence + of.agency_pence;
    let rest = match left {
        0 => "That is".to_owned(),
        _ => format!("With agencies for {}, all cost {}:", left_words(filled, left), amount(total)),
    };
    format!(
        "Bank workers could fill {filled} of the {} {when} for {} all-in. {rest} {} agencies for every shift ({}), and {} first \
         come, where each shift goes to whoever answers first ({}, {} filled).",
        counted(all as u64, "unfilled shift"),
        amount(of.bank_pence),
        against(total, of.all_agency_pence),
        amount(of.all_agency_pence),
        against(total, of.first_come_pence),
        amount(of.first_come_pence),
        figures::count(count(of.first_come_filled)),
    )
}

fn left_words(filled: usize, left: usize) -> String {
    match (filled, left) {
        (0, 1) => "it".into(),
        (0, _) => "them".into(),
        (_, 1) => "the one that is left".into(),
        (_, many) => format!("the {many} that are left"),
    }
}

/// How good it is.
pub(crate) fn proof(of: &ProposeSharedBankResponse) -> String {
    match (of.optimal, of.gap_ppm) {
        (true, _) => "Nothing cheaper is possible under these rules.".into(),
        (false, Some(ppm)) => format!(
            "It is at most {} above the least that is possible; with more seconds, less may be found.",
            figures::percent(count(ppm))
        ),
        (false, None) => {
            "How far it is from the least that is possible is not known: give it more seconds.".into()
        }
    }
}

/// Filled shifts for which nobody knows what an agency would cost: they are missing in what agencies would cost.
pub(crate) fn unpriced(of: &ProposeSharedBankResponse) -> Option<String> {
    let unknown = of.allocations.iter().filter(|it| it.agency_pence == 0).count();
    (unknown > 0).then(|| {
        format!(
            "What an agency would cost is not known for {}: agencies for every shift would cost more than is said.",
            counted(unknown as u64, "filled shift")
        )
    })
}

/// Who could fill which shift, by its start.
pub(crate) fn allocations(of: &ProposeSharedBankResponse) -> Table {
    let table = Table::new("allocations", "Who could fill which shift")
        .text("Shift", "shift_ref")
        .text("Host", "organisation")
        .text("Ward", "ward")
        .text("Start", "start")
        .text("End", "end")
        .text("Worker", "worker_ref")
        .text("Home", "home_organisation")
        .number("Hours", "hours")
        .number("Bank, all-in", "all_in_pounds")
        .number("Agency, all-in", "agency_pounds")
        .empty("No shift can be filled by the bank.");
    let mut all: Vec<_> = of.allocations.iter().collect();
    all.sort_by_key(|it| (&it.start, &it.organisation, &it.shift_ref));
    let rows = all.into_iter().map(|it| {
        vec![
            Cell::text(it.shift_ref.clone()),
            Cell::text(it.organisation.clone()),
            Cell::text(it.ward.clone()),
            Cell::text(it.start.clone()).shown(local_words(&it.start)),
            Cell::text(it.end.clone()).shown(local_words(&it.end)),
            Cell::text(it.worker_ref.clone()),
            Cell::text(it.home_organisation.clone()),
            worked(it.minutes),
            Cell::pounds(it.all_in_pence),
            if it.agency_pence == 0 { Cell::none() } else { Cell::pounds(it.agency_pence) },
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}

/// Hours with one decimal.
fn worked(minutes: i64) -> Cell {
    Cell::fte(figures::round(minutes.saturating_mul(1_000), 60))
}

/// A reason that stands against workers.
fn reason_words(reason: &str) -> &str {
    match reason {
        "grade" => "of another grade",
        "skills" => "without the skills",
        "consent" => "without consent to work there",
        "availability" => "not available",
        "rest" => "without enough rest",
        "average-hours" => "over the average of weekly hours",
        "wanted-hours" => "with all the hours they want",
        "nights" => "with too many nights in a row",
        "allocated" => "allocated to another shift",
        "dearer" => "dearer than an agency",
        "weights" => "passed over for the weights",
        other => other,
    }
}

fn reasons(of: &BankUnfilled) -> String {
    let mut known: Vec<_> = of.refused.iter().collect();
    known.sort_by_key(|it| std::cmp::Reverse(it.workers));
    let each = known
        .iter()
        .map(|it| format!("{} {}", figures::count(count(it.workers)), reason_words(&it.reason)))
        .collect::<Vec<_>>();
    each.join("; ")
}

/// Shifts that are left, by their start, with what stands against every worker.
pub(crate) fn unfilled(of: &ProposeSharedBankResponse) -> Table {
    let table = Table::new("unfilled", "Shifts that are left, and why")
        .text("Shift", "shift_ref")
        .text("Host", "organisation")
        .text("Start", "start")
        .text("End", "end")
        .text("Workers that cannot", "refused")
        .text("What the nearest worker lacks", "nearest")
        .empty("No shift is left.");
    let mut all: Vec<_> = of.unfilled.iter().collect();
    all.sort_by_key(|it| (&it.start, &it.organisation, &it.shift_ref));
    let rows = all.into_iter().map(|it| {
        vec![
            Cell::text(it.shift_ref.clone()),
            Cell::text(it.organisation.clone()),
            Cell::text(it.start.clone()).shown(local_words(&it.start)),
            Cell::text(it.end.clone()).shown(local_words(&it.end)),
            Cell::text(reasons(it)),
            Cell::text(it.nearest.join("; ")),
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}

fn recharged(rows: &[RechargeRow]) -> impl Iterator<Item = Vec<Cell>> + '_ {
    rows.iter().map(|row| {
        vec![
            Cell::text(row.home.clone()),
            Cell::text(row.host.clone()),
            Cell::count(count(row.shifts)),
            worked(row.minutes),
            Cell::pounds(row.pence),
        ]
    })
}

fn heads(table: Table) -> Table {
    table
        .text("Home, pays the worker", "home")
        .text("Host, bears the cost", "host")
        .number("Shifts", "shifts")
        .number("Hours", "hours")
        .number("To be recharged", "pounds")
}

/// What homes would recharge to hosts.
pub(crate) fn recharge(of: &ProposeSharedBankResponse) -> Table {
    let table = heads(Table::new("recharge", "What homes would recharge to hosts"))
        .empty("Nobody works for another organisation, so nothing is recharged.");
    table.rows(recharged(&of.recharge).collect::<Vec<_>>())
}

/// What was recharged for shared-bank shifts that were worked, newest month first.
pub(crate) fn recharges(rows: &[RechargeRow]) -> Table {
    let table = heads(
        Table::new("recharges", "Recharges of shared-bank shifts that were worked, newest month first")
            .text("Month", "month"),
    )
    .number("Shifts without a price", "shifts_without_price")
    .empty("No shared-bank shift that was worked is known, so nothing is recharged.");
    let mut rows = rows.to_vec();
    rows.sort_by(|a, b| b.month.cmp(&a.month).then_with(|| (&a.host, &a.home).cmp(&(&b.host, &b.home))));
    let cells = recharged(&rows).zip(&rows).map(|(of, row)| {
        let mut cells = vec![Cell::text(row.month.clone()).shown(month_words(&row.month))];
        cells.extend(of);
        cells.push(Cell::count(count(row.without_price)));
        cells
    });
    let cells: Vec<_> = cells.collect();
    table.rows(cells)
}

/// Hours and pounds of all that was recharged, in a sentence.
pub(crate) fn recharged_finding(rows: &[RechargeRow]) -> Option<String> {
    let (first, last) = (rows.iter().map(|row| &row.month).min()?, rows.iter().map(|row| &row.month).max()?);
    let when = if first == last {
        format!("In {}", month_words(first))
    } else {
        format!("From {} to {}", month_words(first), month_words(last))
    };
    let missing = match rows.iter().map(|row| row.without_price).sum::<u64>() {
        0 => String::new(),
        1 => " One shift at an unknown price is not in the sum.".to_owned(),
        n => format!(" {} at an unknown price are not in the sum.", counted(n, "shift")),
    };
    Some(format!(
        "{when}, homes recharge {} to hosts for {} of shared-bank work.{missing}",
        money(rows.iter().map(|row| row.pence).sum()),
        counted(count_of(hours(rows.iter().map(|row| row.minutes).sum())), "hour"),
    ))
}

fn count_of(n: i64) -> u64 {
    u64::try_from(n).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use muster_proto::agency::v1::{BankAllocation, BankReason};

    use super::*;

    fn proposal() -> ProposeSharedBankResponse {
        ProposeSharedBankResponse {
            from: "2026-09-01".into(),
            until: "2026-09-30".into(),
            allocations: vec![BankAllocation { agency_pence: 40_000, ..BankAllocation::default() }; 2],
            unfilled: vec![BankUnfilled::default()],
            bank_pence: 60_000,
            agency_pence: 41_000,
            all_agency_pence: 121_000,
            first_come_pence: 101_000,
            first_come_filled: 2,
            ..ProposeSharedBankResponse::default()
        }
    }

    #[test]
    fn like_is_compared_with_like() {
        assert_eq!(
            finding(&proposal()),
            "Bank workers could fill 2 of the 3 unfilled shifts from 1 September 2026 to 30 September 2026 for £600.00 all-in. \
             With agencies for the one that is left, all cost £1,010.00: £200.00 less than agencies for every shift (£1,210.00), and \
             as much as first come, where each shift goes to whoever answers first (£1,010.00, 2 filled)."
        );
        let whole = ProposeSharedBankResponse { unfilled: Vec::new(), agency_pence: 0, ..proposal() };
        assert!(finding(&whole).contains("2 of the 2 unfilled shifts"));
        assert!(finding(&whole).contains("for £600.00 all-in. That is £610.00 less than agencies"));
        assert!(unpriced(&whole).is_none());
        let unknown = ProposeSharedBankResponse {
            allocations: vec![BankAllocation::default()],
            ..ProposeSharedBankResponse::default()
        };
        assert!(unpriced(&unknown).unwrap().contains("1 filled shift:"));
    }

    #[test]
    fn only_a_proof_is_called_one() {
        let of = |optimal, gap_ppm| ProposeSharedBankResponse {
            optimal,
            gap_ppm,
            ..ProposeSharedBankResponse::default()
        };
        assert!(proof(&of(true, Some(0))).starts_with("Nothing cheaper"));
        assert!(proof(&of(false, Some(12_300))).contains("at most 1.2% above"));
        assert!(proof(&of(false, None)).contains("is not known"));
    }

    #[test]
    fn reasons_are_in_words_with_the_most_frequent_first() {
        let reason = |reason: &str, workers| BankReason { reason: reason.into(), workers };
        let of = BankUnfilled {
            refused: vec![reason("rest", 2), reason("availability", 11), reason("moon", 1)],
            ..BankUnfilled::default()
        };
        assert_eq!(reasons(&of), "11 not available; 2 without enough rest; 1 moon");
    }
}
