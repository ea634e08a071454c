//! Reads a tracker by a mapping.

use std::collections::{BTreeMap, BTreeSet};

use muster_kit::intake::{Finding, Findings, Grid};

use super::{
    Field, MappedColumn, Mapping, Measure, PartScheme, TotalCompared,
    amount::amount,
    synonyms::{is_total, measure_of, month_in, plain, value_of},
    totals::{Running, close},
};
use crate::{
    domain::{Month, Word as _, savings::MonthFigures},
    import::Numbered,
};

/// A tracker that was read.
#[derive(Clone, Debug)]
pub struct TrackerRead {
    /// What it says of each scheme, in the order of the file.
    pub schemes: Vec<PartScheme>,
    /// Months by scheme and month, each with the line that named it first.
    pub months: BTreeMap<(String, Month), Numbered<MonthFigures>>,
    /// Figures that the tracker has columns or rows for: what it has not stays as it is stored.
    pub measures: BTreeSet<Measure>,
    /// Totals, compared.
    pub totals: Vec<TotalCompared>,
    /// Rows with a scheme.
    pub rows: u64,
    /// Lines below the header that are no rows: totals, headings, remarks.
    pub left_out: u64,
    /// Findings; an error is a cell or row that is refused.
    pub findings: Findings,
}

impl TrackerRead {
    /// Does every total of rows agree with its rows?
    pub fn controlled(&self) -> bool {
        self.totals.iter().all(|it| it.agrees || it.across)
    }
}

/// Reads it.
///
/// # Errors
/// Findings when the header is not where the mapping has it, or other than when it was mapped.
pub fn read_tracker(file: &str, grid: &Grid, mapping: &Mapping) -> Result<TrackerRead, Findings> {
    let header = grid.rows.iter().position(|(line, _)| *line == mapping.header_line);
    let Some(at) = header else {
        let problem = format!(
            "line {} is empty or not there, and the mapping has the header on it",
            mapping.header_line
        );
        return Err(Findings::of(
            file,
            Finding::error("no-header", problem, REMEDY).at(mapping.header_line, "", ""),
        ));
    };
    same_header(file, &grid.rows[at], mapping)?;
    let mut reading = Reading {
        mapping,
        read: TrackerRead {
            schemes: Vec::new(),
            months: BTreeMap::new(),
            measures: BTreeSet::new(),
            totals: Vec::new(),
            rows: 0,
            left_out: 0,
            findings: Findings::new(file),
        },
        places: BTreeMap::new(),
        running: Running::new(mapping.header_line),
        rounded: BTreeMap::new(),
    };
    for (line, cells) in &grid.rows[at + 1..] {
        reading.line(*line, cells);
    }
    Ok(reading.done())
}

const REMEDY: &str = "preview the file again: its columns are not those that were mapped";

/// Refuses a file whose columns are not those that were mapped.
fn same_header(file: &str, (line, cells): &(u64, Vec<String>), mapping: &Mapping) -> Result<(), Findings> {
    let mut findings = Findings::new(file);
    for column in &mapping.columns {
        let found = cells.get(column.column - 1).map(String::as_str).unwrap_or_default();
        if plain(found) != plain(&column.header) {
            let problem =
                format!("column {} is not headed `{}` as in the mapping", column.column, column.header);
            findings.push(Finding::error("other-header", problem, REMEDY).at(*line, &column.header, found));
        }
    }
    if findings.has_errors() { Err(findings) } else { Ok(()) }
}

struct Reading<'a> {
    mapping: &'a Mapping,
    read: TrackerRead,
    /// Place of each scheme among those read.
    places: BTreeMap<String, usize>,
    running: Running,
    /// Amounts that were rounded to a penny, by header.
    rounded: BTreeMap<String, u64>,
}

/// A line with its cells.
#[derive(Clone, Copy)]
struct Line<'a> {
    number: u64,
    cells: &'a [String],
}

impl<'a> Line<'a> {
    fn cell(&self, column: &MappedColumn) -> &'a str {
        self.cells.get(column.column - 1).map(String::as_str).unwrap_or_default()
    }

    fn of(&self, mapping: &Mapping, field: Field) -> &'a str {
        mapping.column_of(field).map_or("", |column| self.cell(column))
    }
}

impl Reading<'_> {
    fn line(&mut self, number: u64, cells: &[String]) {
        let line = Line { number, cells };
        let money = |it: &MappedColumn| [Field::Amount, Field::Total].contains(&it.field);
        let has_money = self.mapping.columns.iter().any(|it| money(it) && !line.cell(it).is_empty());
        let scheme = line.of(self.mapping, Field::Scheme);
        let title = line.of(self.mapping, Field::Title);
        let first = cells.iter().find(|it| !it.is_empty()).map(String::as_str).unwrap_or_default();
        if is_total(scheme) || (scheme.is_empty() && (is_total(title) || is_total(first))) {
            self.read.left_out += 1;
            self.totals(line);
        } else if !has_money && cells.iter().filter(|it| !it.is_empty()).count() <= 1 {
            // headings of sections and remarks below the table
            self.read.left_out += 1;
        } else if scheme.is_empty() {
            let column = self.mapping.column_of(Field::Scheme).map_or("", |it| it.header.as_str());
            let problem = if has_money { "money of no scheme" } else { "the row names no scheme" };
            let remedy = "name the scheme; a row of totals begins with the word Total";
            self.read
                .findings
                .push(Finding::error("missing-value", problem, remedy).at(number, column, first));
            self.read.rows += 1;
        } else {
            self.read.rows += 1;
            self.row(line, scheme);
        }
    }

    fn totals(&mut self, line: Line<'_>) {
        let measure = self.row_measure(line).ok().flatten();
        let columns = self.mapping.columns.iter().filter(|it| it.field == Field::Amount);
        for column in columns.filter(|it| !line.cell(it).is_empty()) {
            let text = line.cell(column);
            match amount(text, self.mapping.unit) {
                Some(stated) => {
                    let place = (line.number, column.column, column.header.as_str());
                    self.read.totals.push(self.running.compare(place, measure, stated.pence));
                }
                None => self.read.findings.push(
                    Finding::warning(
                        "not-an-amount",
                        "this total is no amount",
                        "it was compared with nothing",
                    )
                    .at(line.number, &column.header, text),
                ),
            }
        }
        self.running.begin(line.number);
    }

    fn row(&mut self, line: Line<'_>, scheme: &str) {
        let place = *self.places.entry(scheme.to_owned()).or_insert_with(|| {
            let part = PartScheme { id: scheme.to_owned(), line: line.number, ..PartScheme::default() };
            self.read.schemes.push(part);
            self.read.schemes.len() - 1
        });
        self.particulars(line, place);
        let (month, measure) = match (self.row_month(line), self.row_measure(line)) {
            (Ok(month), Ok(measure)) => (month, measure),
            (month, measure) => {
                self.read.findings.keep(month);
                self.read.findings.keep(measure);
                return;
            }
        };
        let mut row: BTreeMap<(Measure, Month), i64> = BTreeMap::new();
        for column in self.mapping.columns.iter().filter(|it| it.field == Field::Amount) {
            let Some(measure_of) = column.measure.or(measure) else {
                let remedy = "give its `measure` in the mapping, or `measure` under defaults";
                let problem = "nothing says whether this is plan, forecast or actual";
                self.read.findings.push(Finding::error("no-measure", problem, remedy).at(
                    line.number,
                    &column.header,
                    "",
                ));
                continue;
            };
            self.read.measures.insert(measure_of);
            let Some(month) = column.month.or(month) else { continue };
            let Some(pence) = self.money(line, column) else { continue };
            let of_row = if column.measure.is_some() { None } else { Some(measure_of) };
            self.running.add(column.column, of_row, pence);
            *row.entry((measure_of, month)).or_default() += pence;
            self.keep(line.number, (place, scheme), (month, measure_of, &column.header), pence);
        }
        self.row_totals(line, measure, &row);
    }

    /// Takes what the row says of its scheme.
    fn particulars(&mut self, line: Line<'_>, place: usize) {
        const NOT_HERE: [Field; 6] =
            [Field::Scheme, Field::Month, Field::Measure, Field::Amount, Field::Total, Field::Ignore];
        for column in self.mapping.columns.iter().filter(|it| !NOT_HERE.contains(&it.field)) {
            let text = line.cell(column);
            if text.is_empty() {
                continue;
            }
            let value = self.in_our_words(column.field, text);
            let said = self.read.schemes[place].say(column.field, line.number, &value, &column.header);
            self.read.findings.keep(said);
        }
    }

    /// Our word for a cell: the mapping's, else one that is known, else the cell itself.
    fn in_our_words(&self, field: Field, text: &str) -> String {
        let given = self.mapping.words.get(&field).and_then(|words| {
            words.iter().find(|(theirs, ours)| plain(theirs) == plain(text) && !ours.is_empty())
        });
        given
            .map(|(_, ours)| ours.clone())
            .or_else(|| value_of(field, text))
            .unwrap_or_else(|| text.to_owned())
    }

    /// The month of a row; none where the tracker has them across.
    fn row_month(&self, line: Line<'_>) -> Result<Option<Month>, Finding> {
        let Some(column) = self.mapping.column_of(Field::Month) else { return Ok(None) };
        let text = line.cell(column);
        match month_in(text) {
            Some((month, rest)) if rest.is_empty() => Ok(Some(month)),
            _ => Err(Finding::error(
                "not-a-month",
                "not a month with its year",
                "write it as 2017-04 or Apr-17",
            )
            .at(line.number, &column.header, text)),
        }
    }

    /// The figure that a row holds; none where columns say it.
    fn row_measure(&self, line: Line<'_>) -> Result<Option<Measure>, Finding> {
        let given = self.mapping.defaults.get(&Field::Measure).and_then(|word| Measure::of(word));
        let Some(column) = self.mapping.column_of(Field::Measure) else { return Ok(given) };
        let text = line.cell(column);
        if text.is_empty() {
            return Ok(given);
        }
        let word = self.in_our_words(Field::Measure, text);
        Measure::of(&word).or_else(|| measure_of(&word)).map(Some).ok_or_else(|| {
            let remedy = "give plan, forecast or actual for it under words.measure in the mapping";
            Finding::error("unknown-word", "neither plan, forecast nor actual", remedy).at(
                line.number,
                &column.header,
                text,
            )
        })
    }

    fn money(&mut self, line: Line<'_>, column: &MappedColumn) -> Option<i64> {
        let text = line.cell(column);
        if text.is_empty() {
            return None;
        }
        let Some(read) = amount(text, self.mapping.unit) else {
            let remedy = "write an amount such as 12.5, or leave the cell empty where it is not known";
            let found = Finding::error("not-an-amount", "not an amount", remedy);
            self.read.findings.push(found.at(line.number, &column.header, text));
            return None;
        };
        if read.rounded {
            *self.rounded.entry(column.header.clone()).or_default() += 1;
        }
        Some(read.pence)
    }

    fn keep(
        &mut self,
        line: u64,
        (place, scheme): (usize, &str),
        (month, measure, header): (Month, Measure, &str),
        pence: i64,
    ) {
        let new = || Numbered { line, value: MonthFigures::default() };
        let kept = self.read.months.entry((scheme.to_owned(), month)).or_insert_with(new);
        let figures = &mut kept.value;
        let slot = match measure {
            Measure::Plan => &mut figures.plan,
            Measure::Forecast => &mut figures.forecast,
            Measure::Actual => &mut figures.actual,
        };
        if slot.is_some() {
            let problem = format!(
                "{} of {month} stands twice for this scheme, first on line {}",
                measure.word(),
                kept.line
            );
            let found = Finding::error("twice", problem, "keep one of them, or add them up");
            self.read.findings.push(found.at(line, header, scheme));
            return;
        }
        *slot = Some(pence);
        let first = &mut self.read.schemes[place].first;
        if pence != 0 && first.is_none_or(|first| month < first) {
            *first = Some(month);
        }
    }

    /// Compares sums that the row states of itself.
    fn row_totals(&mut self, line: Line<'_>, of_row: Option<Measure>, row: &BTreeMap<(Measure, Month), i64>) {
        for column in self.mapping.columns.iter().filter(|it| it.field == Field::Total) {
            let text = line.cell(column);
            let Some(stated) = amount(text, self.mapping.unit) else { continue };
            let measure = column.measure.or(of_row).unwrap_or(Measure::Plan);
            let fits = |(of, month): &(Measure, Month)| {
                *of == measure && column.year.is_none_or(|year| month.year_ending() == year)
            };
            let of: Vec<i64> = row.iter().filter(|(key, _)| fits(key)).map(|(_, pence)| *pence).collect();
            let computed = of.iter().fold(0_i64, |sum, it| sum.saturating_add(*it));
            let agrees = close(stated.pence, computed, i64::try_from(of.len()).unwrap_or(i64::MAX) + 1);
            self.read.totals.push(TotalCompared {
                line: line.number,
                column: column.header.clone(),
                stated: stated.pence,
                computed,
                of: format!("{} of this row", measure.word()),
                across: true,
                agrees,
            });
        }
    }

    fn done(mut self) -> TrackerRead {
        for (header, count) in &self.rounded {
            let problem = format!("{count} amounts have fractions of a penny and were rounded");
            self.read.findings.push(Finding::note("rounded", problem).at(0, header, ""));
        }
        for part in self.read.schemes.iter_mut().filter(|it| it.first.is_none()) {
            let months = self.read.months.keys().filter(|(scheme, _)| *scheme == part.id);
            part.first = months.map(|(_, month)| *month).min();
        }
        for it in self.read.totals.iter().filter(|it| !it.agrees) {
            let pounds = crate::domain::figure::pounds;
            let problem =
                format!("the total is {}, {} come to {}", pounds(it.stated), it.of, pounds(it.computed));
            let remedy = "mend the tracker, or say `accept_differences` in the mapping";
            // the sum of a row may be of more years than the months that stand beside it
            let found = if it.across || self.mapping.accept_differences {
                Finding::warning("total-differs", problem, "")
            } else {
                Finding::error("total-differs", problem, remedy)
            };
            self.read.findings.push(found.at(it.line, &it.column, &pounds(it.stated)));
        }
        if self.read.rows == 0 {
            let found =
                Finding::error("no-rows", "no row names a scheme", "look at `header_line` of the mapping");
            self.read.findings.push(found.at(self.mapping.header_line, "", ""));
        }
        self.read
    }
}
