//! The spend cube: published spend along chosen sides, every pound in one cell.

use muster_proto::catalogue::v1::{GetSpendCubeResponse, Side, SpendCell};

use super::suppliers::signed;
use crate::{
    figures,
    model::agency::{count, counted, month_words},
    table::{Cell, Table},
};

/// Sides in the order of the table: name in forms and files, words.
pub(crate) const SIDES: [(&str, &str, Side); 4] = [
    ("supplier", "Supplier", Side::Supplier),
    ("organisation", "Organisation", Side::Organisation),
    ("expense_type", "Expense type", Side::ExpenseType),
    ("month", "Month", Side::Month),
];

/// Cells shown on a page; the file has all.
const SHOWN: usize = 200;

fn cell(of: &SpendCell, side: Side) -> Cell {
    match side {
        Side::Supplier => Cell::text(of.supplier.clone()),
        Side::Organisation => Cell::text(of.organisation.clone()),
        Side::ExpenseType => Cell::text(of.expense_type.clone()),
        Side::Month | Side::Unspecified => Cell::text(of.month.clone()).shown(month_words(&of.month)),
    }
}

/// What was paid, in a sentence.
pub(crate) fn finding(told: &GetSpendCubeResponse) -> String {
    if told.lines == 0 {
        return "No line of published spend fits.".into();
    }
    format!("{} add up to {}.", counted(told.lines, "line"), figures::exact_pounds(told.total_pence))
}

/// The cells with a total that is the sum of every line.
pub(crate) fn table(told: &GetSpendCubeResponse, by: &[Side]) -> Table {
    let mut table = Table::new("spend", "Published spend, most money first, to the penny")
        .empty("No line of published spend fits. Drop a filter.");
    let sides = || SIDES.iter().filter(|(_, _, side)| by.contains(side));
    for (key, words, _) in sides() {
        table = table.text(*words, *key);
    }
    if by.is_empty() {
        table = table.text("What", "what");
    }
    let table = table.number("Paid", "pounds").number("Lines", "lines");
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for of in &told.cells {
        let mut row: Vec<Cell> = sides().map(|(_, _, side)| cell(of, *side)).collect();
        if row.is_empty() {
            continue;
        }
        row.extend([Cell::pounds(of.pence), Cell::count(count(of.lines))]);
        rows.push(row);
    }
    if told.lines > 0 {
        let mut row = vec![Cell::text("All lines")];
        row.resize(by.len().max(1), Cell::text(""));
        row.extend([Cell::pounds(told.total_pence), Cell::count(count(told.lines))]);
        rows.push(row);
    }
    table.rows(rows)
}

/// The largest cells and the total; how many are not shown.
pub(crate) fn shown(mut table: Table) -> (Table, usize) {
    let more = table.rows.len().saturating_sub(SHOWN + 1);
    if more > 0 {
        table.rows.drain(SHOWN..SHOWN + more);
        table.caption = format!("{}: the first {SHOWN}", table.caption);
    }
    (table, more)
}

/// The largest cell in a sentence; nothing where there is none.
pub(crate) fn largest(told: &GetSpendCubeResponse, by: &[Side]) -> String {
    let Some(first) = told.cells.first().filter(|_| !by.is_empty()) else { return String::new() };
    let parts =
        SIDES.iter().filter(|(_, _, side)| by.contains(side)).map(|(_, _, side)| cell(first, *side).text);
    let parts: Vec<String> = parts.filter(|text| !text.is_empty()).collect();
    format!(" The largest cell is {}: {}.", parts.join(", "), signed(first.pence))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_that_were_summed_up_have_no_column_and_the_total_is_of_every_line() {
        let of = |supplier: &str, month: &str, pence| SpendCell {
            supplier: supplier.into(),
            month: month.into(),
            pence,
            lines: 1,
            ..SpendCell::default()
        };
        let cells = vec![of("A", "2020-04", 12_345), of("B", "2020-05", -45)];
        let told = GetSpendCubeResponse { cells, total_pence: 12_300, lines: 2 };
        let by = [Side::Supplier, Side::Month];
        let csv = String::from_utf8(table(&told, &by).to_csv().unwrap()).unwrap();
        assert_eq!(
            csv,
            "supplier,month,pounds,lines\nA,2020-04,123.45,1\nB,2020-05,-0.45,1\nAll lines,,123.00,2\n"
        );
        let csv = String::from_utf8(table(&told, &[]).to_csv().unwrap()).unwrap();
        assert_eq!(csv, "what,pounds,lines\nAll lines,123.00,2\n");
        assert_eq!(finding(&told), "2 lines add up to £123.00.");
        assert_eq!(largest(&told, &by), " The largest cell is A, April 2020: £123.");
    }

    #[test]
    fn a_long_table_keeps_its_total() {
        let cells = (0..300).map(|n| SpendCell {
            supplier: n.to_string(),
            pence: 1,
            lines: 1,
            ..SpendCell::default()
        });
        let told = GetSpendCubeResponse { cells: cells.collect(), total_pence: 300, lines: 300 };
        let (table, more) = shown(table(&told, &[Side::Supplier]));
        assert_eq!((table.rows.len(), more), (SHOWN + 1, 100));
        assert_eq!(table.rows[SHOWN][0].text, "All lines");
    }
}
