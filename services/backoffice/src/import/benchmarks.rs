//! Benchmarks of organisations, and the national figures that the program brings along.

use muster_kit::intake::{Cell, Column, Finding, Findings, ImportKind, RawFile, Row, Table};

use super::{Numbered, RowsRead, each, money, rows};
use crate::domain::{
    Word,
    benchmark::{Benchmark, DRIVERS, FUNCTIONS, National},
};

/// The kind.
pub const BENCHMARKS: ImportKind = ImportKind {
    name: "benchmarks",
    summary: "cost, volume, FTE and service level of a back-office function by organisation and year",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("organisation", "RJ1", "ODS code"),
        Column::required("year", "2015/16", "financial year: 2015/16, or 2016 for the year that ends in it"),
        Column::required("function", "payroll", "function of the back office"),
        Column::required("cost", "428000.00", "pounds a year"),
        Column::required("driver", "payslips", "what drives the cost"),
        Column::required("volume", "100000", "units of the driver a year"),
        Column::required("source", "ledger 2015/16", "where the figures come from"),
        Column::optional("fte", "12.5", "FTE that do the work"),
        Column::optional("service_level", "99.2", "what is measured; more is better"),
        Column::optional("service_measure", "per cent paid right first time", "how it is measured"),
        Column::optional("income", "900000000.00", "pounds a year, of the organisation"),
    ],
};

const NATIONAL: ImportKind = ImportKind {
    name: "national-benchmarks",
    summary: "published figures",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("function", "payroll", ""),
        Column::required("driver", "payslips", ""),
        Column::required("measure", "mean", ""),
        Column::required("amount", "4.28", ""),
        Column::required("unit", "pounds each", ""),
        Column::required("year", "2015/16", ""),
        Column::required("scope", "NHS trusts", ""),
        Column::required("source", "", ""),
        Column::required("verified", "N", ""),
    ],
};

/// Reads benchmarks.
///
/// # Errors
/// The findings of a file that is refused, whole or for one of its rows.
pub fn read_benchmarks(file: &RawFile) -> Result<(Vec<Benchmark>, Findings), Findings> {
    benchmark_rows(file)?.strict()
}

/// Reads the benchmarks that can be read.
///
/// # Errors
/// The findings of a file that is refused whole.
pub fn benchmark_rows(file: &RawFile) -> Result<RowsRead<Benchmark>, Findings> {
    let mut read = each(file, &BENCHMARKS, benchmark)?;
    read.unique("organisation", "organisation, year, function and driver stand twice", |it| {
        let key = (it.organisation.clone(), it.year, it.function.clone(), it.driver.clone());
        (key, it.organisation.clone())
    });
    for Numbered { line, value: row } in &read.rows {
        for (column, text, known) in
            [("function", &row.function, FUNCTIONS.as_slice()), ("driver", &row.driver, DRIVERS.as_slice())]
        {
            if !known.contains(&text.as_str()) {
                let remedy = format!("the national collection has: {}", known.join(", "));
                let found = Finding::warning("unknown-word", "not a name of the national collection", remedy);
                read.findings.push(found.at(*line, column, text));
            }
        }
    }
    Ok(read)
}

fn benchmark(table: &Table, row: &Row<'_>) -> Result<Benchmark, Finding> {
    let cell = |name| row.cell(table.column(&BENCHMARKS, name));
    let lower = |name| cell(name).required().map(str::to_lowercase);
    let not_negative = |name| match money(&cell(name))? {
        it if it < 0 => Err(cell(name).error("negative", "below zero", "give pounds of zero or more")),
        it => Ok(it),
    };
    let above_zero = |name| match cell(name).milli()? {
        0 => Err(cell(name).error(
            "zero",
            "nothing is divided by zero",
            "give more than zero, or leave the row out",
        )),
        it => Ok(it),
    };
    let optional = |name: &'static str, read: &dyn Fn(&'static str) -> Result<i64, Finding>| {
        if cell(name).is_empty() { Ok(None) } else { read(name).map(Some) }
    };
    Ok(Benchmark {
        line: row.line,
        organisation: cell("organisation").code()?,
        year: year(&cell("year"))?,
        function: lower("function")?,
        driver: lower("driver")?,
        cost: not_negative("cost")?,
        volume: above_zero("volume")?,
        fte: optional("fte", &above_zero)?,
        service_level: cell("service_level").optional(Cell::milli)?,
        service_measure: cell("service_measure").text.to_owned(),
        income: optional("income", &not_negative)?,
        source: cell("source").required()?.to_owned(),
    })
}

/// `2015/16`, `2015-16` or `2016`, as the year that ends.
fn year(cell: &Cell<'_>) -> Result<i32, Finding> {
    let text = cell.required()?;
    let read = match text.split_once(['/', '-']) {
        Some((begins, ends)) => {
            begins.parse::<i32>().ok().zip(ends.parse::<i32>().ok()).and_then(|(begins, ends)| {
                let next = begins + 1;
                (ends == next % 100 || ends == next).then_some(next)
            })
        }
        None => text.parse().ok(),
    };
    read.filter(|year| (1990..2200).contains(year))
        .ok_or_else(|| cell.error("not-a-year", "not a financial year", "write it as 2015/16"))
}

/// The shipped national figures.
///
/// # Errors
/// Findings when the shipped file is damaged, which a test rules out.
pub fn national_benchmarks() -> Result<Vec<National>, Findings> {
    let text = include_str!("../../data/national-benchmarks.csv");
    let file = RawFile::new("national-benchmarks.csv", text.as_bytes().to_vec());
    let read = rows(&file, &NATIONAL, |table, row| {
        let cell = |name| row.cell(table.column(&NATIONAL, name));
        let text = |name| cell(name).required().map(str::to_owned);
        Ok(National {
            function: text("function")?,
            driver: text("driver")?,
            measure: cell("measure").word(Word::WORDS)?,
            amount: money(&cell("amount"))?,
            unit: text("unit")?,
            year: text("year")?,
            scope: text("scope")?,
            source: text("source")?,
            verified: cell("verified").yes()?,
        })
    });
    read.map(|(rows, _)| rows)
}
