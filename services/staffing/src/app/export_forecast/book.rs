//! A run as a book of sheets.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::{COLUMNS, Whole, figures, provenance};
use crate::domain::forecast::{Level, Row};

/// A sheet a level with rows, and one of provenance.
pub(super) fn xlsx(whole: &Whole) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    for level in Level::ALL {
        let rows: Vec<&Row> = whole.rows.iter().filter(|row| row.level == level).collect();
        if rows.is_empty() {
            continue;
        }
        let sheet = book.add_worksheet();
        sheet.set_name(level.name())?;
        head(sheet, &bold)?;
        for (line, row) in (1..).zip(rows) {
            write(sheet, line, row)?;
        }
        sheet.set_freeze_panes(1, 4)?;
    }
    let sheet = book.add_worksheet();
    sheet.set_name("provenance")?;
    sheet.set_column_width(0, 20)?;
    sheet.set_column_width(1, 100)?;
    for (line, (name, value)) in (0..).zip(provenance(whole)) {
        sheet.write_string_with_format(line, 0, &name, &bold)?;
        sheet.write_string(line, 1, &value)?;
    }
    book.save_to_buffer()
}

fn head(sheet: &mut Worksheet, bold: &Format) -> Result<(), XlsxError> {
    let names = ["node", "name", "role", "year", "placeholder"];
    for (column, name) in (0..).zip(names.iter().chain(&COLUMNS)) {
        sheet.write_string_with_format(0, column, *name, bold)?;
    }
    sheet.set_column_width(1, 32)?;
    Ok(())
}

fn write(sheet: &mut Worksheet, line: u32, row: &Row) -> Result<(), XlsxError> {
    sheet.write_string(line, 0, &*row.node)?;
    sheet.write_string(line, 1, &*row.name)?;
    sheet.write_string(line, 2, row.role.name())?;
    sheet.write_number(line, 3, row.year)?;
    sheet.write_string(line, 4, if row.placeholder { "yes" } else { "no" })?;
    for (column, (value, digits)) in (5..).zip(figures(row)) {
        // a cell of a book is a floating-point number; fifteen digits hold every figure here
        sheet.write_number(
            line,
            column,
            value as f64 / 10_f64.powi(i32::try_from(digits).unwrap_or_default()),
        )?;
    }
    Ok(())
}
