//! Savings: attested by organisation, and what schemes are worth by programme.

use super::{
    book::Book,
    schemes::{Scheme, by_programme, schemes, whole},
};
use crate::{
    document::{Block, Cell, Section, Table},
    edition::Figure,
    value::{pounds, shown},
};

fn totals<'a>(book: &mut Book<'a>) -> Option<Table> {
    let mut table = Table::new(
        "Savings that finance attested against its ledger, and what waits",
        &["Saving", "#Amount", "Source"],
    );
    // one figure a line of the board: organisations and claims are deeper
    let known: Vec<&'a Figure> =
        book.under("savings/").filter(|it| it.key.matches('/').count() == 1).collect();
    for it in known {
        let source = book.cite([it]);
        table.rows.push(vec![Cell::heading(&it.title), Cell::text(shown(it)).of(&it.key), source]);
    }
    if let (Some(all), Some(recurrent)) = (book.value("savings/attested"), book.value("savings/recurrent")) {
        let source =
            book.cite([book.get("savings/attested"), book.get("savings/recurrent")].into_iter().flatten());
        let once = Cell::text(pounds(all - recurrent));
        table.rows.push(vec![
            Cell::text("The part of it that came once (attested less recurrent)"),
            once,
            source,
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}

fn organisations(book: &mut Book<'_>) -> Option<Table> {
    let mut table = Table::new("Attested savings by organisation", &["Organisation", "#Attested", "Source"]);
    let parts: Vec<&Figure> = book.under("savings/attested/").collect();
    for it in &parts {
        let organisation = &it.key["savings/attested/".len()..];
        let source = book.cite([*it]);
        table.rows.push(vec![Cell::text(organisation), Cell::text(shown(it)).of(&it.key), source]);
    }
    if table.rows.is_empty() {
        return None;
    }
    let sum: i128 = parts.iter().filter_map(|it| it.value).map(i128::from).sum();
    table.rows.push(vec![Cell::text("All together"), Cell::text(pounds(sum)), Cell::text("")]);
    Some(table)
}

fn programmes(book: &mut Book<'_>) -> Option<Table> {
    let schemes = schemes(book);
    if schemes.is_empty() {
        return None;
    }
    let mut table = Table::new(
        "What schemes are planned to save, by programme; nothing counts before the impact on quality is signed",
        &[
            "Programme",
            "#In the year, recurrent",
            "#In the year, once",
            "#Full-year effect",
            "#Weighed by risk",
            "Source",
        ],
    );
    let mut push = |of: &str, it: &Scheme<'_>, source: Cell| {
        let mut row = vec![Cell::heading(of)];
        let amounts = [it.recurrent(), it.new_gap, it.fye, it.risk_adjusted];
        row.extend(amounts.into_iter().map(|pence| Cell::text(pounds(pence))));
        row.push(source);
        table.rows.push(row);
    };
    for (programme, it) in by_programme(&schemes) {
        let effects = ["/pye", "/fye", "/new-gap", "/risk-adjusted"];
        let named = it.figures.iter().filter(|it| effects.iter().any(|end| it.key.ends_with(end)));
        let source = book.cite(named.copied());
        push(programme, &it, source);
    }
    push("All together", &whole(&schemes), Cell::text(""));
    Some(table)
}

pub(crate) fn section(book: &mut Book<'_>) -> Section {
    let tables = [totals(book), organisations(book), programmes(book)];
    let blocks = tables.into_iter().flatten().map(Block::Table).collect();
    let nothing = book.nothing("savings");
    super::section("savings", "Savings", blocks, nothing)
}
