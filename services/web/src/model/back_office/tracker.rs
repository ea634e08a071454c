//! How a savings tracker would be read: its columns, the first schemes and months, and its own totals beside its rows.

use muster_proto::{
    backoffice::v1::{PreviewTrackerResponse, SchemeMonth, TrackerColumn},
    common::v1::ImportRecord,
};

use crate::{
    figures,
    model::agency::counted,
    table::{Cell, Table},
};

/// What an import would do, in a sentence or two.
pub(crate) fn finding(told: &PreviewTrackerResponse) -> String {
    let outcome = told.outcome.clone().unwrap_or_default();
    if outcome.refused {
        return format!(
            "{} would be refused: mend what is named below, in the file or in how it is read. Nothing is stored.",
            outcome.file_name
        );
    }
    let unsure = told.columns.iter().filter(|it| it.certainty_percent < 100 && it.field != "ignore").count();
    let unsure = match unsure {
        0 => String::new(),
        many => format!(" Look at {} whose meaning is not certain.", counted(many as u64, "column")),
    };
    format!(
        "{} read, {} left out as totals, headings or remarks.{unsure} Nothing is stored yet.",
        counted(outcome.rows_read, "row"),
        counted(told.lines_left_out, "line"),
    )
}

/// Trackers that were imported, newest first.
pub(crate) fn before(imports: &[ImportRecord]) -> Table {
    let table = Table::new("trackers", "Trackers so far, newest first")
        .text("When", "imported_at")
        .text("File", "file_name")
        .number("Rows kept", "rows_kept")
        .text("By", "actor")
        .empty("No tracker has been imported yet.");
    let row = |it: &ImportRecord| {
        vec![
            Cell::text(figures::plain_instant(it.imported_at_micros))
                .shown(figures::instant(it.imported_at_micros)),
            Cell::text(it.file_name.clone()),
            Cell::count(i64::try_from(it.rows_kept).unwrap_or(i64::MAX)),
            Cell::text(it.actor.clone()),
        ]
    };
    table.rows(imports.iter().filter(|it| it.kind == "tracker").map(row).collect::<Vec<_>>())
}

/// Columns with what each is read as, and why.
pub(crate) fn columns(told: &PreviewTrackerResponse) -> Table {
    let table = Table::new("columns", "How each column is read")
        .text("Column", "column")
        .text("Header", "header")
        .text("Read as", "read_as")
        .text("Why", "reason")
        .number("Certain", "certainty_percent")
        .empty("No header was found.");
    let row = |it: &TrackerColumn| {
        let parts = [it.field.as_str(), &it.measure, &it.month];
        let read: Vec<&str> = parts.into_iter().filter(|text| !text.is_empty()).collect();
        let certain = i64::from(it.certainty_percent);
        let tone = if it.field == "ignore" || certain == 100 { "" } else { "warn" };
        vec![
            Cell::text(it.column.to_string()),
            Cell::text(it.header.clone()),
            Cell::text(read.join(" ")).toned(tone),
            Cell::text(it.reason.clone()),
            Cell::number(format!("{certain}%"), certain.to_string()),
        ]
    };
    table.rows(told.columns.iter().map(row).collect::<Vec<_>>())
}

/// The first schemes as they would be stored.
pub(crate) fn schemes(told: &PreviewTrackerResponse) -> Table {
    let table = Table::new("schemes", "The first schemes as they would be stored")
        .text("Scheme", "scheme")
        .text("Title", "title")
        .text("Organisation", "organisation")
        .text("Programme", "programme")
        .text("Recurrent", "recurrent")
        .empty("No scheme would be stored.");
    let row = |it: &muster_proto::backoffice::v1::Scheme| {
        vec![
            Cell::text(it.scheme.clone()),
            Cell::text(it.title.clone()),
            Cell::text(it.organisation.clone()),
            Cell::text(it.programme.clone()),
            Cell::text(if it.recurrent { "yes" } else { "no" }),
        ]
    };
    table.rows(told.schemes.iter().map(row).collect::<Vec<_>>())
}

/// The first months as they would be stored.
pub(crate) fn months(told: &PreviewTrackerResponse) -> Table {
    let table = Table::new("months", "The first months as they would be stored")
        .text("Scheme", "scheme")
        .text("Organisation", "organisation")
        .text("Month", "month")
        .number("Plan", "plan_pounds")
        .number("Forecast", "forecast_pounds")
        .number("Actual", "actual_pounds")
        .empty("No month would be stored.");
    let amount = |pence: Option<i64>| pence.map_or_else(Cell::none, Cell::pounds);
    let row = |it: &SchemeMonth| {
        vec![
            Cell::text(it.scheme.clone()),
            Cell::text(it.organisation.clone()),
            Cell::text(it.month.clone()),
            amount(it.plan_pence),
            amount(it.forecast_pence),
            amount(it.actual_pence),
        ]
    };
    table.rows(told.months.iter().map(row).collect::<Vec<_>>())
}

/// Totals that the tracker states, beside what its rows come to.
pub(crate) fn totals(told: &PreviewTrackerResponse) -> Table {
    let table = Table::new("totals", "The tracker’s own totals beside its rows")
        .text("Line", "line")
        .text("Column", "column")
        .number("Stated", "stated_pounds")
        .number("Rows come to", "computed_pounds")
        .text("Of", "of")
        .text("Agree", "agree")
        .empty("The tracker states no totals.");
    let row = |it: &muster_proto::backoffice::v1::TrackerTotal| {
        vec![
            Cell::text(it.line.to_string()),
            Cell::text(it.column.clone()),
            Cell::pounds(it.stated_pence),
            Cell::pounds(it.computed_pence),
            Cell::text(it.of.clone()),
            if it.agrees {
                Cell::text("yes").toned("yes")
            } else {
                let off = it.stated_pence.saturating_sub(it.computed_pence);
                Cell::text(format!("no, off by {}", figures::pounds(off))).toned("no")
            },
        ]
    };
    table.rows(told.totals.iter().map(row).collect::<Vec<_>>())
}
