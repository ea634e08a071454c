//! Templates as workbooks: a sheet named like the kind, with its header, an example row and what each column holds.

use muster_kit::intake::ImportKind;
use rust_xlsxwriter::{Format, Note, Workbook, XlsxError};

/// A workbook of one kind. Every cell is text, so that codes keep their zeros.
///
/// # Errors
/// When the workbook cannot be written.
pub fn workbook(kind: &ImportKind) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let (bold, text) = (Format::new().set_bold(), Format::new().set_num_format("@"));
    let sheet = book.add_worksheet();
    sheet.set_name(kind.name)?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, at) in kind.columns.iter().zip(0_u16..) {
        let needed = if column.required { "needed: " } else { "may be empty: " };
        sheet.set_column_format(at, &text)?;
        sheet.write_string_with_format(0, at, column.name, &bold)?;
        sheet.insert_note(0, at, &Note::new(format!("{needed}{}", column.help)))?;
        sheet.write_string_with_format(1, at, column.example, &text)?;
    }
    sheet.autofit();
    book.save_to_buffer()
}
