//! The sheet of an XLSX that is named like the kind, as the same table that a CSV gives.

use std::io::Cursor;

use calamine::{Data, Range, Reader, Xlsx};
use csv::StringRecord;

use super::{Finding, Findings, ImportKind, Table};

/// Reads the first sheet, which must be named like the kind.
pub(super) fn read(bytes: &[u8], kind: &ImportKind) -> Result<Table, Finding> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| {
        Finding::error(
            "another-kind-of-file",
            format!("this is no Excel workbook ({error})"),
            "save it as .xlsx or CSV UTF-8",
        )
    })?;
    let names = book.sheet_names();
    let Some(name) = names.iter().find(|name| name.eq_ignore_ascii_case(kind.name)).cloned() else {
        let problem = format!("the workbook has no sheet named `{}`", kind.name);
        return Err(Finding::error("missing-sheet", problem, "name the sheet so").at(
            0,
            "",
            &names.join(", "),
        ));
    };
    let range = book.worksheet_range(&name).map_err(|error| {
        Finding::error(
            "another-kind-of-file",
            format!("the sheet cannot be read ({error})"),
            "save it again as .xlsx",
        )
    })?;
    table(&range)
}

fn table(range: &Range<Data>) -> Result<Table, Finding> {
    let first = u64::from(range.start().map_or(0, |(row, _)| row)) + 1;
    let mut lines = range.rows();
    let headers: Vec<String> = lines.next().map(|row| row.iter().map(text).collect()).unwrap_or_default();
    let rows: Vec<(u64, StringRecord)> = (first + 1..)
        .zip(lines)
        .map(|(line, row)| (line, row.iter().map(text).collect::<StringRecord>()))
        .filter(|(_, row)| !row.iter().all(str::is_empty))
        .collect();
    if rows.is_empty() {
        return Err(Finding::error("empty-file", "the sheet has no row", "fill it in; nothing was imported"));
    }
    Ok(Table::new(headers, rows, Findings::default()))
}

/// A cell as the CSV of the same sheet would hold it.
pub(super) fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.trim().to_owned(),
        Data::Bool(value) => if *value { "Y" } else { "N" }.to_owned(),
        Data::DateTime(value) => {
            let (year, month, day, hour, minute, _, _) = value.to_ymd_hms_milli();
            if hour == 0 && minute == 0 {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}")
            }
        }
        Data::Int(value) => value.to_string(),
        // the shortest text that reads back as the same number: 0.1 and not 0.1000000000000000055
        Data::Float(value) => value.to_string(),
        Data::Error(error) => format!("{error}"),
    }
}
