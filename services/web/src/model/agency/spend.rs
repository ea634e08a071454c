//! Published spend: what of it is temporary staffing, what is not, and why. Every pound of the files is in one line.

use std::collections::{BTreeMap, BTreeSet};

use muster_proto::agency::v1::SpendSum;

use super::{count, money, month_words};
use crate::table::{Cell, Table};

/// Suppliers shown on a page; the file has all.
const SHOWN: usize = 200;

/// What lines of spend are for, in words.
fn kind_words(supply: &str) -> &str {
    match supply {
        "agency" => "agency staff",
        "bank" => "bank staff",
        "locum" => "locums of general practices",
        "recharge" => "staff of another body, charged on",
        "unclear" => "unclear: perhaps temporary staffing",
        "other" => "looks like staffing and is none",
        "" => "not recognised",
        other => other,
    }
}

/// Is it temporary staffing beyond doubt?
fn temporary(supply: &str) -> bool {
    matches!(supply, "agency" | "bank" | "locum")
}

/// The payers of the files, in order.
pub(crate) fn payers(sums: &[SpendSum]) -> Vec<&str> {
    sums.iter().map(|sum| sum.entity.as_str()).collect::<BTreeSet<_>>().into_iter().collect()
}

fn total<'a>(sums: impl Iterator<Item = &'a SpendSum>) -> (u64, i64) {
    sums.fold((0, 0), |(lines, pence), sum| (lines + sum.lines, pence + sum.pence))
}

/// The answer in a sentence.
pub(crate) fn finding(sums: &[SpendSum]) -> String {
    let (_, all) = total(sums.iter());
    let (_, found) = total(sums.iter().filter(|sum| temporary(&sum.supply)));
    let (_, unclear) = total(sums.iter().filter(|sum| sum.supply == "unclear"));
    let maybe = if unclear == 0 {
        String::new()
    } else {
        format!("; {} more may be, the files do not say", signed(unclear))
    };
    format!(
        "Of {} that the files publish, {} is temporary staffing: agencies, banks and locums of general practices{maybe}.",
        signed(all),
        signed(found)
    )
}

/// Sums of spend may be below zero: money came back.
fn signed(pence: i64) -> String {
    if pence < 0 { format!("\u{2212}\u{2060}{}", money(pence)) } else { money(pence) }
}

/// What it is for, with a total that is the sum of every line.
pub(crate) fn kinds(sums: &[SpendSum]) -> Table {
    let table = Table::new("kinds", "What the published spend is for, to the penny")
        .text("What for", "what_for")
        .number("Lines", "lines")
        .number("Amount", "pounds")
        .text("Why", "why");
    let mut kinds: BTreeMap<&str, (Vec<&SpendSum>, BTreeSet<&str>)> = BTreeMap::new();
    for sum in sums {
        let kind = kinds.entry(sum.supply.as_str()).or_default();
        kind.0.push(sum);
        kind.1.insert(sum.reason.as_str());
    }
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let order = ["agency", "bank", "locum", "recharge", "unclear", "other", ""];
    for kind in order {
        let Some((of, reasons)) = kinds.get(kind) else { continue };
        let (lines, pence) = total(of.iter().copied());
        let why = if kind.is_empty() {
            "no rule of the table fits".to_owned()
        } else {
            reasons.iter().copied().filter(|why| !why.is_empty()).collect::<Vec<_>>().join("; ")
        };
        rows.push(vec![
            Cell::text(kind_words(kind)),
            Cell::count(count(lines)),
            Cell::pounds(pence),
            Cell::text(why),
        ]);
    }
    if !rows.is_empty() {
        let (lines, pence) = total(sums.iter());
        rows.push(vec![
            Cell::text("All lines"),
            Cell::count(count(lines)),
            Cell::pounds(pence),
            Cell::text(""),
        ]);
    }
    table.rows(rows)
}

/// Payers by month: what was recognised, and what was not.
pub(crate) fn months(sums: &[SpendSum]) -> Table {
    let table = Table::new("spend-months", "By organisation and month")
        .text("Organisation", "organisation")
        .text("Month", "month")
        .number("Agency", "agency_pounds")
        .number("Bank", "bank_pounds")
        .number("Locums", "locum_pounds")
        .number("Recharged", "recharge_pounds")
        .number("Unclear", "unclear_pounds")
        .number("Not recognised", "none_pounds")
        .number("All", "all_pounds");
    let mut of: BTreeMap<(&str, &str), [i64; 7]> = BTreeMap::new();
    for sum in sums {
        let place = match sum.supply.as_str() {
            "agency" => 0,
            "bank" => 1,
            "locum" => 2,
            "recharge" => 3,
            "unclear" => 4,
            _ => 5,
        };
        let row = of.entry((&sum.entity, &sum.month)).or_default();
        row[place] += sum.pence;
        row[6] += sum.pence;
    }
    let rows = of.into_iter().map(|((entity, month), amounts)| {
        let mut row = vec![Cell::text(entity), Cell::text(month).shown(month_words(month))];
        row.extend(amounts.map(Cell::pounds));
        row
    });
    table.rows(rows.collect::<Vec<_>>())
}

/// Every sum, the largest first: by organisation, month and supplier, with the reason.
pub(crate) fn suppliers(sums: &[SpendSum]) -> Table {
    let table = Table::new("suppliers", "By organisation, month and supplier, largest first")
        .text("Supplier", "supplier")
        .text("Organisation", "organisation")
        .text("Month", "month")
        .text("What for", "what_for")
        .text("Group of staff", "staff_group")
        .number("Lines", "lines")
        .number("Amount", "pounds")
        .text("Why", "why");
    let mut sums: Vec<&SpendSum> = sums.iter().collect();
    sums.sort_by_key(|sum| std::cmp::Reverse(sum.pence.abs()));
    let rows = sums.into_iter().map(|sum| {
        let why = if sum.supply.is_empty() { "no rule of the table fits" } else { sum.reason.as_str() };
        vec![
            Cell::text(sum.supplier.clone()),
            Cell::text(sum.entity.clone()),
            Cell::text(sum.month.clone()).shown(month_words(&sum.month)),
            Cell::text(kind_words(&sum.supply)),
            Cell::text(sum.staff_group.clone()),
            Cell::count(count(sum.lines)),
            Cell::pounds(sum.pence),
            Cell::text(why),
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}

/// The largest rows of a table, and how many it has.
pub(crate) fn shown(mut table: Table) -> (Table, usize) {
    let all = table.rows.len();
    table.rows.truncate(SHOWN);
    if all > SHOWN {
        table.caption = format!("{}: the first {SHOWN}", table.caption);
    }
    (table, all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pound_is_in_one_line_and_the_total_is_exact() {
        let sum = |supply: &str, pence: i64| SpendSum {
            supply: supply.into(),
            lines: 1,
            pence,
            ..Default::default()
        };
        let sums = [sum("agency", 4_952_152), sum("bank", 1), sum("", -30), sum("unclear", 7)];
        let csv = String::from_utf8(kinds(&sums).to_csv().unwrap()).unwrap();
        assert!(csv.ends_with("All lines,4,49521.30,\n"), "{csv}");
        assert!(csv.contains("not recognised,1,-0.30,no rule of the table fits"));
        assert!(
            finding(&sums).contains("£49,522 is temporary staffing") || finding(&sums).contains("£50,000")
        );
    }
}
