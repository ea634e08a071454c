//! A weekly return as a file.

use muster_kit::{Actor, Error, Result};
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::{
    Deps,
    get_return::{Found, Wanted, get_return},
};
use crate::domain::weekly::{Cell, Sheet, sheets};

/// Name and bytes of the return as `csv` (one table after the other, each with its name in front) or `xlsx` (a sheet each).
///
/// # Errors
/// Forbidden; not found; bad request when there is no such format; what the database says.
pub(crate) async fn export_return(
    deps: &Deps,
    actor: &Actor,
    wanted: &Wanted,
    format: &str,
) -> Result<(String, Vec<u8>)> {
    if !["csv", "xlsx"].contains(&format) {
        return Err(Error::bad_request(format!("a return can be had as csv or xlsx, not as `{format}`")));
    }
    let found = get_return(deps, actor, wanted).await?;
    let name = format!(
        "muster-return-{}-{}-v{}.{format}",
        wanted.organisation.token(),
        wanted.week,
        found.head.number
    );
    let xlsx = format == "xlsx";
    let made = tokio::task::spawn_blocking(move || if xlsx { book(&found) } else { csv(&found) });
    Ok((name, made.await.map_err(|error| Error::internal("writing the file stopped").with_source(error))??))
}

/// What stands in front: name and value.
fn head(found: &Found) -> Vec<(&'static str, String)> {
    let head = &found.head;
    let state = if found.stored { head.standing().map_or("", |it| it.word()) } else { "draft" };
    let who = |it: &Option<String>| it.clone().unwrap_or_default();
    vec![
        ("organisation", head.organisation.clone()),
        ("week commencing", head.week.clone()),
        ("version", head.number.to_string()),
        ("correction", (head.number - 1).to_string()),
        ("state", state.to_owned()),
        ("submitted by", who(&head.submitted_by)),
        ("attested by", who(&head.attested_by)),
        ("template version", head.template.clone()),
        ("rules SHA-256", head.rules_sha256.clone()),
        ("made by", head.engine.clone()),
    ]
}

fn csv(found: &Found) -> Result<Vec<u8>> {
    let failed = |error: csv::Error| Error::internal("writing the table failed").with_source(error);
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for (name, value) in head(found) {
        writer.write_record([name, &value]).map_err(failed)?;
    }
    for sheet in sheets(&found.figures) {
        writer.write_record([""]).map_err(failed)?;
        writer.write_record([sheet.name]).map_err(failed)?;
        writer.write_record(&sheet.header).map_err(failed)?;
        for row in &sheet.rows {
            writer.write_record(row.iter().map(Cell::text)).map_err(failed)?;
        }
    }
    writer
        .into_inner()
        .map_err(|error| Error::internal("writing the table failed").with_source(error.to_string()))
}

fn book(found: &Found) -> Result<Vec<u8>> {
    write(found).map_err(|error| Error::internal("writing the book failed").with_source(error))
}

fn write(found: &Found) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    let sheet = book.add_worksheet();
    sheet.set_name("return")?;
    sheet.set_column_width(0, 20)?;
    sheet.set_column_width(1, 60)?;
    for (line, (name, value)) in (0..).zip(head(found)) {
        sheet.write_string_with_format(line, 0, name, &bold)?;
        sheet.write_string(line, 1, &value)?;
    }
    for table in sheets(&found.figures) {
        add(&mut book, &table, &bold)?;
    }
    book.save_to_buffer()
}

fn add(book: &mut Workbook, table: &Sheet, bold: &Format) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet();
    sheet.set_name(table.name)?;
    for (column, name) in (0..).zip(&table.header) {
        sheet.write_string_with_format(0, column, *name, bold)?;
    }
    for (line, row) in (1..).zip(&table.rows) {
        for (column, cell) in (0..).zip(row) {
            match cell {
                Cell::Text(text) => sheet.write_string(line, column, text)?,
                // a cell of a book is a floating-point number; fifteen digits hold every figure here
                Cell::Count(count) => sheet.write_number(line, column, *count as f64)?,
                Cell::Pence(pence) => sheet.write_number(line, column, *pence as f64 / 100.0)?,
            };
        }
    }
    sheet.set_freeze_panes(1, 1)?;
    Ok(())
}
