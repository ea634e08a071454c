//! A file as it stands, cell by cell, for readers that look for the header themselves.

use std::io::Cursor;

use calamine::{Reader, Xlsx};

use super::{Finding, Findings, RawFile, decode, sheet::text};

/// Rows of a file at most: a sheet that a person keeps has fewer.
const MOST_ROWS: usize = 200_000;

/// Every cell of a file, or of a sheet of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grid {
    /// The sheet; empty for CSV.
    pub sheet: String,
    /// Every sheet of the workbook; empty for CSV.
    pub sheets: Vec<String>,
    /// Lines as the file counts them, each with its cells, trimmed. Blank ones are left out.
    pub rows: Vec<(u64, Vec<String>)>,
}

impl RawFile {
    /// The file cell by cell: CSV (with commas, semicolons or tabs), or a sheet of an XLSX, the first where none is named.
    ///
    /// # Errors
    /// Findings when the file is unreadable, has no such sheet, or nothing in it.
    pub fn grid(&self, sheet: &str) -> Result<Grid, Findings> {
        let read = if decode::is_zip(&self.bytes) {
            workbook(&self.bytes, sheet)
        } else {
            self.text().and_then(|text| csv_grid(&text))
        };
        let grid = read.map_err(|found| Findings::of(&self.name, found))?;
        let problem = match grid.rows.len() {
            0 => Finding::error("empty-file", "nothing is there", "fill it in; nothing was imported"),
            n if n > MOST_ROWS => Finding::error(
                "too-large",
                format!("{n} lines are more than a sheet kept by hand has"),
                "split it",
            ),
            _ => return Ok(grid),
        };
        Err(Findings::of(&self.name, problem))
    }
}

fn workbook(bytes: &[u8], wanted: &str) -> Result<Grid, Finding> {
    let unreadable = |error: &dyn std::fmt::Display| {
        let problem = format!("this is no Excel workbook that can be read ({error})");
        Finding::error("another-kind-of-file", problem, "save it as .xlsx or CSV UTF-8")
    };
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let sheets = book.sheet_names();
    let found = sheets.iter().find(|name| wanted.is_empty() || name.eq_ignore_ascii_case(wanted)).cloned();
    let Some(sheet) = found else {
        let problem = format!("the workbook has no sheet named `{wanted}`");
        return Err(Finding::error("missing-sheet", problem, format!("name one of: {}", sheets.join(", "))));
    };
    let range = book.worksheet_range(&sheet).map_err(|error| unreadable(&error))?;
    let (first, left) = range.start().unwrap_or_default();
    let rows = (u64::from(first) + 1..).zip(range.rows().map(|row| {
        // cells stand where the sheet has them, also when its first columns are empty
        let blank = std::iter::repeat_n(String::new(), left as usize);
        blank.chain(row.iter().map(text)).collect::<Vec<String>>()
    }));
    Ok(Grid { rows: rows.filter(filled).collect(), sheet, sheets })
}

fn filled((_, cells): &(u64, Vec<String>)) -> bool {
    cells.iter().any(|cell| !cell.is_empty())
}

/// The separator that the lines have most of.
fn separator(text: &str) -> u8 {
    let count = |of: u8| text.bytes().take(20_000).filter(|byte| *byte == of).count();
    [b',', b';', b'\t'].into_iter().max_by_key(|of| (count(*of), *of == b',')).unwrap_or(b',')
}

fn csv_grid(text: &str) -> Result<Grid, Finding> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(text))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| {
            let line = error.position().map_or(0, csv::Position::line);
            let problem = format!("the line is no CSV ({error})");
            Finding::error("not-csv", problem, "save it again as CSV UTF-8").at(line, "", "")
        })?;
        let line = record.position().map_or(0, |at| super::table::line_at(text, at));
        rows.push((line, record.iter().map(|cell| cell.trim().to_owned()).collect()));
    }
    rows.retain(filled);
    Ok(Grid { rows, ..Grid::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_as_a_person_keeps_it() {
        let text = "Savings tracker;;\r\n\r\nref;Apr-17;\"a\nb\"\r\nS1;1,5;2\r\n;;\r\n";
        let grid = RawFile::new("a.csv", text.into()).grid("").unwrap();
        let lines: Vec<u64> = grid.rows.iter().map(|it| it.0).collect();
        assert_eq!(lines, [1, 3, 5]);
        assert_eq!(grid.rows[2].1, ["S1", "1,5", "2"]);
        let empty = RawFile::new("a.csv", ",,\n,,\n".into()).grid("").unwrap_err();
        assert_eq!(empty.by_rule("empty-file").count(), 1);
    }
}
