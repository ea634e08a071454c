//! Lists of the organisation data service in its 27-column layout without a header row: `epraccur` (GP practices and
//! other prescribing places) and `etr` (NHS trusts).

use jiff::civil::Date;
use muster_kit::intake::{Cell, Column, DateForm, Finding, Findings, ImportKind, Keys, RawFile, Row, Table};

use super::{Read, code, date_or_none};
use crate::domain::{Evidence, OrganisationKind, Source, Statement, territory::tidy_postcode};

const COLUMNS: &[Column] = &[
    Column::required("Organisation Code", "G85034", "ODS code"),
    Column::required("Name", "NEXUS HEALTH GROUP", "name"),
    Column::required("National Grouping", "Y56", "not used"),
    Column::required("High Level Health Geography", "Q71", "not used"),
    Column::required("Address Line 1", "PRINCESS STREET", "not used"),
    Column::required("Address Line 2", "", "not used"),
    Column::required("Address Line 3", "", "not used"),
    Column::required("Address Line 4", "LONDON", "not used"),
    Column::required("Address Line 5", "", "not used"),
    Column::required("Postcode", "SE1 6JP", "postcode"),
    Column::required("Open Date", "19740401", "yyyymmdd"),
    Column::required("Close Date", "", "yyyymmdd, empty while open"),
    Column::required("Status Code", "A", "A active, C closed, D dormant, P proposed"),
    Column::required("Organisation Sub-Type Code", "B", "not used"),
    Column::required("Commissioner", "08Q", "ODS code of the commissioner"),
    Column::required("Join Provider Date", "20130401", "yyyymmdd"),
    Column::required("Left Provider Date", "", "yyyymmdd"),
    Column::required("Contact Telephone Number", "", "not used"),
    Column::required("Null 1", "", "not used"),
    Column::required("Null 2", "", "not used"),
    Column::required("Null 3", "", "not used"),
    Column::required("Amended Record Indicator", "0", "not used"),
    Column::required("Null 4", "", "not used"),
    Column::required("Provider", "08Q", "not used"),
    Column::required("Null 5", "", "not used"),
    Column::required("Prescribing Setting", "4", "4 = GP practice; others are kept as another place"),
    Column::required("Null 6", "", "not used"),
];

/// GP practices and other prescribing places.
pub(super) const EPRACCUR: ImportKind = ImportKind {
    name: "epraccur",
    summary: "ODS list of GP practices, 27 columns without a header row: names, postcodes, opening and closing dates",
    publisher: "NHS Organisation Data Service",
    columns: COLUMNS,
    header: false,
};

/// NHS trusts and other providers.
pub(super) const ETR: ImportKind = ImportKind {
    name: "etr",
    summary: "ODS list of NHS trusts, in the same 27 columns without a header row",
    publisher: "NHS Organisation Data Service",
    columns: COLUMNS,
    header: false,
};

const DATES: &[DateForm] = &[DateForm::Compact];

/// Reads a file of either kind.
pub(super) fn read(kind: &ImportKind, file: &RawFile) -> Result<Read, Findings> {
    let table = file.headerless(kind)?;
    refuse_other_files(&table, kind).map_err(|finding| Findings::of(&file.name, finding))?;
    let mut findings = Findings::new(&file.name);
    findings.extend(table.findings.clone());
    let mut keys = Keys::default();
    let mut statements = Vec::new();
    let mut newest = None;
    for row in table.rows() {
        let Some((statement, latest)) = statement(&table, &row, kind, &mut findings) else { continue };
        if findings.keep(keys.first(&row, COLUMNS[0].name, statement.code.to_string())).is_some() {
            newest = newest.max(latest);
            statements.push(statement);
        }
    }
    let Some(edition) = newest else {
        if !findings.has_errors() {
            findings.push(Finding::error("missing-date", "no row has any date", "fetch the file again"));
        }
        return Err(findings);
    };
    // the file does not say of which day it is: the newest date in it is the nearest that can be known
    for statement in &mut statements {
        statement.edition = edition;
    }
    let rows_kept = statements.len() as u64;
    let totals = totals(&statements);
    let evidence = Evidence { statements, ..Evidence::default() };
    Ok(Read { evidence, rows_read: table.rows_read(), rows_kept, findings, totals })
}

/// A file of another kind may have as many columns; its first cell gives it away.
fn refuse_other_files(table: &Table, kind: &ImportKind) -> Result<(), Finding> {
    let wide = table.headers().len() != COLUMNS.len();
    let first = table.rows().next();
    let starts_right = first.is_none_or(|row| row.cell(table.find(COLUMNS[0].name)).code().is_ok());
    if !wide && starts_right {
        return Ok(());
    }
    let problem = format!("not the 27 columns of a `{}` file, which has no header row", kind.name);
    let value = first.map_or("", |row| row.cell(table.at(0)).text);
    Err(Finding::another_kind(problem).at(1, "", value))
}

/// A row as a statement, with the newest date in it.
fn statement(
    table: &Table,
    row: &Row<'_>,
    kind: &ImportKind,
    findings: &mut Findings,
) -> Option<(Statement, Option<Date>)> {
    let cell = |name| row.cell(table.find(name));
    let before = findings.errors();
    let code = findings.keep(code(&cell("Organisation Code")));
    let name = findings.keep(cell("Name").required());
    let opened = findings.keep(date_or_none(&cell("Open Date"), DATES)).flatten();
    let closed = findings.keep(date_or_none(&cell("Close Date"), DATES)).flatten();
    let joined = findings.keep(date_or_none(&cell("Join Provider Date"), DATES)).flatten();
    let left = findings.keep(date_or_none(&cell("Left Provider Date"), DATES)).flatten();
    let commissioner = findings.keep(cell("Commissioner").optional(Cell::code)).flatten();
    if findings.errors() > before {
        return None;
    }
    let (source, what) = match kind.name {
        "etr" => (Source::Etr, OrganisationKind::Provider),
        _ if cell("Prescribing Setting").text == "4" => (Source::Epraccur, OrganisationKind::Practice),
        _ => (Source::Epraccur, OrganisationKind::Other),
    };
    let statement = Statement {
        code: code?,
        source,
        edition: Date::MIN,
        kind: what,
        name: name?.to_owned(),
        postcode: tidy_postcode(cell("Postcode").text),
        opened,
        closed,
        stated_open: closed.is_none() && cell("Status Code").text.eq_ignore_ascii_case("A"),
        commissioner,
        network: None,
        list: None,
        line: row.line,
    };
    Some((statement, opened.max(closed).max(joined).max(left)))
}

fn totals(statements: &[Statement]) -> Vec<(&'static str, i64)> {
    let count = |wanted: &dyn Fn(&Statement) -> bool| {
        i64::try_from(statements.iter().filter(|statement| wanted(statement)).count()).unwrap_or(i64::MAX)
    };
    vec![
        ("organisations", count(&|_| true)),
        ("practices", count(&|row| row.kind == OrganisationKind::Practice)),
        ("practices_open", count(&|row| row.kind == OrganisationKind::Practice && row.stated_open)),
    ]
}
