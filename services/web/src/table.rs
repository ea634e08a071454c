//! A table as a view model: one thing to show on a page and to give as CSV or XLSX, so that they cannot differ.

use std::borrow::Cow;

use muster_kit::{Error, Result};
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use crate::figures::{self, Interval};

/// A column.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) text: String,
    /// Name in the CSV file, with the unit.
    pub(crate) column: Cow<'static, str>,
    pub(crate) numeric: bool,
}

/// One value, as shown and as given in a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) href: Option<String>,
    /// A word beside a number: `too few`.
    pub(crate) word: Option<&'static str>,
    /// A short mark after the text: `placeholder`.
    pub(crate) tag: Option<&'static str>,
    pub(crate) numeric: bool,
    /// A ground behind the cell, beside its words: `yes`, `warn`, `no` or `plain`; empty for none.
    pub(crate) tone: &'static str,
    value: String,
}

/// Characters from which a cell is a sentence, which in a column as narrow as its longest word would make its row fill the screen.
const LONG: usize = 60;
/// Characters from which what a row is of is kept from being broken at every word; a year or a code needs no room.
const NAME: usize = 12;

impl Cell {
    /// Of the text with the word and the mark beside it.
    fn letters(&self) -> usize {
        let beside = [self.word, self.tag].into_iter().flatten().map(|text| 1 + text.len()).sum::<usize>();
        self.text.chars().count() + beside
    }

    pub(crate) fn is_long(&self) -> bool {
        self.letters() >= LONG
    }

    pub(crate) fn is_name(&self) -> bool {
        self.letters() >= NAME
    }

    pub(crate) fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { value: text.clone(), text, ..Self::default() }
    }

    pub(crate) fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { href: Some(href.into()), ..Self::text(text) }
    }

    /// What is shown and what a file says.
    pub(crate) fn number(text: impl Into<String>, value: impl Into<String>) -> Self {
        Self { text: text.into(), value: value.into(), numeric: true, ..Self::default() }
    }

    pub(crate) fn count(value: i64) -> Self {
        Self::number(figures::count(value), value.to_string())
    }

    pub(crate) fn year(year: i32) -> Self {
        Self::text(year.to_string())
    }

    pub(crate) fn fte(milli: i64) -> Self {
        Self::number(figures::tenths(milli), figures::plain_milli(milli))
    }

    pub(crate) fn gap(milli: i64) -> Self {
        let amount = figures::tenths(milli).trim_start_matches('\u{2212}').to_owned();
        Self { word: Some(figures::way(milli)), ..Self::number(amount, figures::plain_milli(milli)) }
    }

    pub(crate) fn range(interval: Interval, show: fn(i64) -> String, plain: fn(i64) -> String) -> Self {
        let text = format!("{} to {}", show(interval.p10), show(interval.p90));
        Self::number(text, format!("{} to {}", plain(interval.p10), plain(interval.p90)))
    }

    pub(crate) fn share(ppm: i64) -> Self {
        Self::number(figures::percent(ppm), figures::plain_milli(ppm / 10))
    }

    pub(crate) fn cost(pence: i64) -> Self {
        Self::number(figures::millions(pence), figures::plain_pounds(pence))
    }

    /// An amount to the penny.
    pub(crate) fn pounds(pence: i64) -> Self {
        Self::number(figures::exact_pounds(pence), figures::plain_pounds(pence))
    }

    /// A unit price of 1/100 pence; nothing where it is not known.
    pub(crate) fn unit_price(hundredths: i64) -> Self {
        if hundredths == 0 {
            return Self::none();
        }
        Self::number(figures::unit_price(hundredths), figures::plain_unit_price(hundredths))
    }

    /// A quantity of 1/1000.
    pub(crate) fn quantity(milli: i64) -> Self {
        Self::number(figures::quantity(milli), figures::plain_milli(milli))
    }

    pub(crate) fn none() -> Self {
        Self::number("\u{2013}", "")
    }

    /// With a link.
    pub(crate) fn to(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    pub(crate) fn shown(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    /// A mark that stands alone; nothing when there is none.
    pub(crate) fn mark(tag: Option<&'static str>) -> Self {
        Self::text(tag.unwrap_or_default()).shown("").tagged(tag)
    }

    /// With a word and a ground of its own.
    pub(crate) fn judged(mut self, word: &'static str, tone: &'static str) -> Self {
        (self.word, self.tone) = (Some(word), tone);
        self
    }

    /// With a ground of its own.
    pub(crate) fn toned(mut self, tone: &'static str) -> Self {
        self.tone = tone;
        self
    }

    pub(crate) fn tagged(mut self, tag: Option<&'static str>) -> Self {
        self.tag = tag;
        self
    }
}

/// A table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    /// Id on the page, unique there.
    pub(crate) id: String,
    pub(crate) caption: String,
    pub(crate) heads: Vec<Head>,
    /// Rows; the first cell is the row's header.
    pub(crate) rows: Vec<Vec<Cell>>,
    /// Where the same table is as CSV; empty when nowhere.
    pub(crate) csv: String,
    /// Where it is as XLSX; empty when nowhere.
    pub(crate) xlsx: String,
    /// What to say when there are no rows.
    pub(crate) empty: String,
}

impl Table {
    pub(crate) fn new(id: impl Into<String>, caption: impl Into<String>) -> Self {
        Self { id: id.into(), caption: caption.into(), empty: "Nothing to show.".into(), ..Self::default() }
    }

    pub(crate) fn text(mut self, text: impl Into<String>, column: impl Into<Cow<'static, str>>) -> Self {
        self.heads.push(Head { text: text.into(), column: column.into(), numeric: false });
        self
    }

    pub(crate) fn number(mut self, text: impl Into<String>, column: impl Into<Cow<'static, str>>) -> Self {
        self.heads.push(Head { text: text.into(), column: column.into(), numeric: true });
        self
    }

    pub(crate) fn empty(mut self, text: impl Into<String>) -> Self {
        self.empty = text.into();
        self
    }

    pub(crate) fn csv(mut self, href: impl Into<String>) -> Self {
        self.csv = href.into();
        self
    }

    /// Where the table is as CSV and as XLSX: an address without the ending, and its query.
    pub(crate) fn files(mut self, address: &str, query: &str) -> Self {
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        self.csv = format!("{address}.csv{query}");
        self.xlsx = format!("{address}.xlsx{query}");
        self
    }

    pub(crate) fn rows(mut self, rows: impl IntoIterator<Item = Vec<Cell>>) -> Self {
        self.rows.extend(rows);
        self
    }

    /// The table as a CSV file.
    pub(crate) fn to_csv(&self) -> Result<Vec<u8>> {
        let failed = |error: csv::Error| Error::internal("the table could not be written").with_source(error);
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(self.heads.iter().map(|head| safe(&head.column, false))).map_err(failed)?;
        for row in &self.rows {
            writer.write_record(row.iter().map(|cell| safe(&cell.value, cell.numeric))).map_err(failed)?;
        }
        writer
            .into_inner()
            .map_err(|error| Error::internal("the table could not be written").with_source(error.to_string()))
    }
}

impl Table {
    /// The rows side by side: what was a column is a row, and the first cells are the heads. For a page; files keep their rows.
    pub(crate) fn turned(&self) -> Self {
        let first = self.heads.first().map_or("", |head| head.text.as_str());
        let mut turned = Self { heads: Vec::new(), rows: Vec::new(), ..self.clone() }.text(first, "");
        for row in &self.rows {
            turned = turned.number(row.first().map_or("", |cell| cell.text.as_str()), "");
        }
        let measures = self.heads.iter().enumerate().skip(1).map(|(place, head)| {
            let cells = self.rows.iter().map(|row| row.get(place).cloned().unwrap_or_default());
            std::iter::once(Cell::text(head.text.clone()))
                .chain(cells.map(|cell| Cell { numeric: true, ..cell }))
                .collect()
        });
        turned.rows = measures.collect();
        turned
    }

    /// Without some of its columns, for a page that says elsewhere what stands in them.
    pub(crate) fn without(mut self, columns: std::ops::Range<usize>) -> Self {
        let range = columns.start.min(self.heads.len())..columns.end.min(self.heads.len());
        self.heads.drain(range.clone());
        for row in &mut self.rows {
            row.drain(range.clone());
        }
        self
    }

    /// The table as a workbook of one sheet: numbers are numbers, text is never a formula.
    pub(crate) fn to_xlsx(&self) -> Result<Vec<u8>> {
        let failed =
            |error: XlsxError| Error::internal("the workbook could not be written").with_source(error);
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let bold = Format::new().set_bold();
        for (column, head) in (0u16..).zip(&self.heads) {
            sheet.write_string_with_format(0, column, head.column.as_ref(), &bold).map_err(failed)?;
        }
        sheet.set_freeze_panes(1, 1).map_err(failed)?;
        for (line, row) in (1u32..).zip(&self.rows) {
            for (column, cell) in (0u16..).zip(row) {
                match cell.value.parse::<f64>() {
                    Ok(number) if cell.numeric => sheet.write_number(line, column, number),
                    _ => sheet.write_string(line, column, &cell.value),
                }
                .map_err(failed)?;
            }
        }
        book.save_to_buffer().map_err(failed)
    }
}

/// Text that a spreadsheet would run as a formula is given with an apostrophe in front.
fn safe(value: &str, numeric: bool) -> String {
    if !numeric && value.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{value}")
    } else {
        value.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_what_the_page_says_and_runs_nothing() {
        let own = Table::new("t", "T").number("=lot()", "=lot()".to_owned());
        assert_eq!(own.to_csv().unwrap(), b"'=lot()\n");
        let table = Table::new("t", "T").text("Area", "area").number("Gap", "gap_fte").rows([
            vec![Cell::text("=cmd()"), Cell::gap(-1_250)],
            vec![Cell::text("Bexley, south"), Cell::gap(120_849)],
        ]);
        let csv = String::from_utf8(table.to_csv().unwrap()).unwrap();
        assert_eq!(csv, "area,gap_fte\n'=cmd(),-1.250\n\"Bexley, south\",120.849\n");
        assert!(table.to_xlsx().unwrap().starts_with(b"PK"));
        let turned = table.turned();
        assert_eq!(
            turned.heads.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(),
            ["Area", "=cmd()", "Bexley, south"]
        );
        assert_eq!(
            turned.rows[0].iter().map(|it| it.text.as_str()).collect::<Vec<_>>(),
            ["Gap", "1.3", "120.8"]
        );
        let surplus = &table.rows[0][1];
        assert_eq!((surplus.text.as_str(), surplus.word), ("1.3", Some("too many")));
    }
}
