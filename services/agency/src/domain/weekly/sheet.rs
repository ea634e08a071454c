//! A return as tables: what CSV and XLSX are written from.

use super::{Counts, Figures};
use crate::domain::pay::pounds;

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Text.
    Text(String),
    /// A count.
    Count(u64),
    /// Pence, shown as pounds.
    Pence(i64),
}

impl Cell {
    /// As a CSV holds it.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Pence(pence) => pounds(*pence),
        }
    }
}

/// A table with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Name.
    pub name: &'static str,
    /// Header.
    pub header: Vec<&'static str>,
    /// Rows, each as long as the header.
    pub rows: Vec<Vec<Cell>>,
}

/// The tables of a return: counts, shifts off framework, and overrides that were asked for.
pub fn sheets(figures: &Figures) -> [Sheet; 3] {
    [counts(figures), off_framework(figures), break_glass(figures)]
}

fn counts(figures: &Figures) -> Sheet {
    let mut header = vec!["staff group"];
    header.extend(Counts::default().cells_mut().map(|(name, _)| name));
    header.extend(["hours", "pounds above cap"]);
    let total = ("all".to_owned(), figures.total());
    let groups = figures.groups.iter().map(|(name, counts)| (name.clone(), counts.clone()));
    let rows = groups.chain([total]).map(|(name, mut counts)| {
        let (minutes, pence) = (counts.minutes, counts.over_cap_pence);
        let mut row = vec![Cell::Text(name)];
        row.extend(counts.cells_mut().map(|(_, count)| Cell::Count(*count)));
        // hours with two decimals, like pounds of pence
        row.push(Cell::Pence(minutes * 100 / 60));
        row.push(Cell::Pence(pence));
        row
    });
    Sheet { name: "counts", header, rows: rows.collect() }
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn off_framework(figures: &Figures) -> Sheet {
    let rows = figures.off_framework.iter().map(|it| {
        vec![
            text(&it.date),
            text(&it.staff_group),
            text(&it.shift),
            text(&it.reason),
            it.price_pence.map_or_else(|| text(""), Cell::Pence),
            text(&it.agency),
        ]
    });
    Sheet {
        name: "off framework",
        header: vec!["date", "staff type", "shift", "reason", "price paid", "agency"],
        rows: rows.collect(),
    }
}

fn break_glass(figures: &Figures) -> Sheet {
    let rows = figures.break_glass.iter().map(|it| {
        vec![
            text(&it.date),
            text(&it.staff_group),
            text(&it.shift),
            text(&it.reason),
            Cell::Pence(it.price_pence),
            text(&it.agency),
            text(&it.demanded),
            text(&it.state),
        ]
    });
    Sheet {
        name: "break glass",
        header: vec!["date", "staff type", "shift", "reason", "price", "agency", "demanded", "state"],
        rows: rows.collect(),
    }
}
