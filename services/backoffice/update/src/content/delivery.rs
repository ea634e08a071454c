//! Delivery: to date and for the full year apart, by programme, and the schemes that need attention.

use super::{
    book::Book,
    rag::{self, Rag},
    schemes::{Scheme, by_programme, schemes, whole},
};
use crate::{
    document::{Block, Cell, Section, Table},
    value::pounds,
};

/// Most schemes that are named.
const NAMED: usize = 6;
const HEADINGS: [&str; 8] = [
    "Programme",
    "#Planned to date",
    "#Came to date",
    "To date",
    "#Planned in the year",
    "#Expected in the year",
    "Full year",
    "Source",
];

fn row(of: &str, it: &Scheme<'_>, source: Cell) -> Vec<Cell> {
    vec![
        Cell::heading(of),
        Cell::text(pounds(it.plan_to_date)),
        Cell::text(pounds(it.actual_to_date)),
        rag::cell(it.actual_to_date, it.plan_to_date),
        Cell::text(pounds(it.plan_year)),
        Cell::text(pounds(it.forecast_year)),
        rag::cell(it.forecast_year, it.plan_year),
        source,
    ]
}

fn cite<'a>(book: &mut Book<'a>, of: &Scheme<'a>) -> Cell {
    let measures = ["-to-date", "-year"];
    let named = of.figures.iter().filter(|it| measures.iter().any(|end| it.key.ends_with(end)));
    book.cite(named.copied())
}

/// Schemes that are not green for the year, the largest shortfall first.
fn in_need<'a, 'b>(schemes: &'b [Scheme<'a>]) -> Vec<&'b Scheme<'a>> {
    let mut found: Vec<_> =
        schemes.iter().filter(|it| !matches!(it.year(), None | Some(Rag::Green))).collect();
    found.sort_by_key(|it| (it.forecast_year - it.plan_year, it.title));
    found
}

pub(crate) fn section(book: &mut Book<'_>) -> Section {
    let schemes = schemes(book);
    let mut blocks = Vec::new();
    if !schemes.is_empty() {
        let mut table =
            Table::new("Delivery by programme: green from 95% of plan, amber from 75%", &HEADINGS);
        for (programme, it) in by_programme(&schemes) {
            let source = cite(book, &it);
            table.rows.push(row(programme, &it, source));
        }
        table.rows.push(row("All together", &whole(&schemes), Cell::text("")));
        blocks.push(Block::Table(table));
        let behind = in_need(&schemes);
        let mut headings = HEADINGS;
        headings[0] = "Scheme";
        let mut table = Table::new(
            "Schemes that are not green for the full year, the largest shortfall first",
            &headings,
        );
        for it in behind.iter().take(NAMED) {
            let source = cite(book, it);
            table.rows.push(row(it.title, it, source));
        }
        if behind.is_empty() {
            blocks.push(Block::Paragraph(
                "No scheme with a plan is short of green for the full year.".to_owned(),
            ));
        } else {
            blocks.push(Block::Table(table));
        }
        if let Some(more) = behind.len().checked_sub(NAMED).filter(|more| *more > 0) {
            blocks.push(Block::Paragraph(format!("{more} more are in the tables of this edition.")));
        }
    }
    let nothing = book.nothing("schemes");
    super::section("delivery", "Delivery", blocks, nothing)
}
