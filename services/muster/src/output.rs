//! What commands print: one JSON document, or aligned text.

use std::io::{self, Write};

use serde::Serialize;

/// Prints one JSON document on stdout.
pub(crate) fn json(document: &impl Serialize) -> io::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, document)?;
    writeln!(out)
}

/// Prints a line on stdout.
pub(crate) fn line(text: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{text}")
}

/// Prints a table with a header, columns aligned: text to the left, numbers to the right.
pub(crate) fn table(header: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
    let mut widths: Vec<usize> = header.iter().map(|h| h.chars().count()).collect();
    let mut numeric = vec![true; header.len()];
    for row in rows {
        for (place, cell) in row.iter().enumerate() {
            widths[place] = widths[place].max(cell.chars().count());
            numeric[place] &= is_figure(cell);
        }
    }
    let mut out = io::stdout().lock();
    let mut print = |cells: Vec<&str>| -> io::Result<()> {
        let mut line = String::new();
        for (place, cell) in cells.into_iter().enumerate() {
            let width = widths[place];
            let cell = if numeric[place] { format!("{cell:>width$}") } else { format!("{cell:<width$}") };
            line.push_str(&cell);
            line.push_str("  ");
        }
        writeln!(out, "{}", line.trim_end())
    };
    print(header.to_vec())?;
    for row in rows {
        print(row.iter().map(String::as_str).collect())?;
    }
    Ok(())
}

/// Is it a figure, or an interval such as `780.1 (690.0 to 885.0)`? An id may begin with a digit and is none.
fn is_figure(cell: &str) -> bool {
    cell.split([' ', '(', ')']).all(|word| word.is_empty() || word == "to" || word.parse::<f64>().is_ok())
}

/// 1/1000 as a number: 837,900 is 837.9.
#[expect(clippy::cast_precision_loss, reason = "for display; figures stay far below 2^53")]
pub(crate) fn milli(value: i64) -> f64 {
    value as f64 / 1000.0
}

/// FTE in 1/1000 with one decimal.
pub(crate) fn fte(value: i64) -> String {
    format!("{:.1}", milli(value))
}

/// Pence as pounds in millions with one decimal.
#[expect(clippy::cast_precision_loss, reason = "for display; figures stay far below 2^53")]
pub(crate) fn millions(pence: i64) -> String {
    format!("{:.1}", pence as f64 / 1e8)
}
