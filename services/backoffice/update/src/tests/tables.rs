//! The tables, read again.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx, open_workbook_from_rs};

use super::sample::{edition, figure};
use crate::{Edition, Figure, Format, write};

type Book = Xlsx<Cursor<Vec<u8>>>;

pub(super) fn book(of: &Edition) -> Book {
    open_workbook_from_rs(Cursor::new(write(of.clone(), Format::Xlsx).unwrap().content)).unwrap()
}

/// Every cell, sheet by sheet.
pub(super) fn text(of: &Edition) -> String {
    let mut book = book(of);
    let mut words = Vec::new();
    for name in book.sheet_names() {
        words.push(name.clone());
        let sheet = book.worksheet_range(&name).unwrap();
        words.extend(sheet.cells().map(|(_, _, cell)| cell.to_string()));
    }
    words.join(" ")
}

#[test]
fn amounts_are_numbers_in_pounds_and_every_figure_is_there() {
    let edition = edition();
    let mut book = book(&edition);
    let names = book.sheet_names();
    assert_eq!(
        names,
        [
            "Edition",
            "agency",
            "benchmark",
            "bridge",
            "catalogue",
            "plan",
            "savings",
            "scheme",
            "staffing",
            "temporary-staffing"
        ]
    );
    let head = book.worksheet_range("Edition").unwrap();
    let hash = head.rows().find(|row| row[0] == "SHA-256 of the edition").unwrap();
    assert_eq!(hash[1], Data::String(edition.head.sha256.clone()));
    let mut rows = 0;
    for name in &names[1..] {
        let sheet = book.worksheet_range(name).unwrap();
        rows += sheet.height() - 1;
        let row = |key: &str| sheet.rows().find(|row| row[0] == key).map(<[Data]>::to_vec);
        if name == "savings" {
            let row = row("savings/recurrent").unwrap();
            assert_eq!((&row[2], &row[5]), (&Data::Float(713_000.5), &Data::String("pounds".into())));
            for (column, said) in [
                (6, "2017-04 to 2017-10"),
                (7, "the organisations' own ledgers"),
                (8, "3"),
                (9, "claims that finance attested"),
            ] {
                assert_eq!(row[column], Data::String(said.into()));
            }
        }
        if name == "staffing" {
            let row = row("staffing/gap/do-nothing/SEL/gp/2021").unwrap();
            assert_eq!(row[2..5], [Data::Float(134.0), Data::Float(98.5), Data::Float(171.25)]);
        }
    }
    assert_eq!(rows, edition.figures.len());
}

#[test]
fn groups_get_names_that_a_sheet_may_have() {
    let long = "a".repeat(40);
    let keys =
        ["History/a", "[x]:*?/a", "x/b", "X/b", &format!("{long}1/a"), &format!("{long}2/a"), "", "'/a"];
    let figures = keys.iter().map(|key| figure(key, "t", 1)).collect();
    let mut names = book(&Edition { figures, ..Edition::default() }).sheet_names();
    let all = names.len();
    for it in &mut names {
        *it = it.to_lowercase();
    }
    names.sort();
    names.dedup();
    assert_eq!((names.len(), all), (9, 9), "{names:?}");
}

#[test]
fn a_number_that_no_cell_holds_exactly_is_text() {
    let value = (1 << 53) + 1;
    let figures = vec![Figure { value: Some(value), ..figure("savings/x", "t", 0) }];
    let sheet = book(&Edition { figures, ..Edition::default() }).worksheet_range("savings").unwrap();
    assert_eq!(sheet.get((1, 2)), Some(&Data::String("£90,071,992,547,409.93".into())));
}
