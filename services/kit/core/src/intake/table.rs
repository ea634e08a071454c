//! Rows and columns of a file, with the header matched and every line as long as it should be.

use std::collections::HashMap;

use csv::StringRecord;

use super::{Cell, Finding, Findings, ImportKind};

/// A column of a table: cheap to copy, so that a reader looks it up once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Col(usize);

/// A file's rows. A refused line (cut, too long) is left out and stands in [`Table::findings`].
#[derive(Clone, Debug)]
pub struct Table {
    headers: Vec<String>,
    columns: HashMap<String, usize>,
    rows: Vec<(u64, StringRecord)>,
    rows_read: u64,
    /// Lines that were refused, and columns that nobody knows.
    pub findings: Findings,
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    table: &'a Table,
    record: &'a StringRecord,
    /// Line in the file.
    pub line: u64,
}

/// How names of columns are compared: letters and digits only, lower case. Publishers write `PracticeType`,
/// `Practice Type` and `Practice.Type` for the same thing.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Table {
    pub(super) fn new(headers: Vec<String>, rows: Vec<(u64, StringRecord)>, findings: Findings) -> Self {
        let rows_read = rows.len() as u64 + findings.errors() as u64;
        let mut table = Self { headers: Vec::new(), columns: HashMap::new(), rows, rows_read, findings };
        table.rename(headers);
        table
    }

    fn rename(&mut self, headers: Vec<String>) {
        self.columns.clear();
        for (place, header) in headers.iter().enumerate() {
            self.columns.entry(plain(header)).or_insert(place);
        }
        self.headers = headers;
    }

    /// The header as the file has it.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// Data lines read, with the refused ones.
    pub fn rows_read(&self) -> u64 {
        self.rows_read
    }

    /// A column by any of its names, in whatever case and punctuation.
    pub fn find(&self, name: &str) -> Option<Col> {
        self.columns.get(&plain(name)).copied().map(Col)
    }

    /// A column by its place, counted from 0: for files that head two columns alike.
    pub fn at(&self, place: usize) -> Option<Col> {
        (place < self.headers.len()).then_some(Col(place))
    }

    /// A column of a kind, by its name there or an alias.
    pub fn column(&self, kind: &ImportKind, name: &str) -> Option<Col> {
        let column = kind.columns.iter().find(|c| c.name == name)?;
        self.find(column.name).or_else(|| column.aliases.iter().find_map(|alias| self.find(alias)))
    }

    /// Name of a column as the file has it.
    pub fn name(&self, column: Col) -> &str {
        self.headers.get(column.0).map_or("", String::as_str)
    }

    /// The rows in the order of the file.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, record)| Row { table: self, record, line: *line })
    }

    pub(super) fn checked(mut self, file: &str, kind: &ImportKind) -> Result<Self, Findings> {
        let required: Vec<_> = kind.columns.iter().filter(|c| c.required).collect();
        let missing: Vec<_> = required.iter().filter(|c| self.column(kind, c.name).is_none()).collect();
        if !missing.is_empty() && missing.len() == required.len() {
            return Err(Findings::of(file, self.wrong_kind(kind)));
        }
        let mut findings = Findings::new(file);
        for column in missing {
            let header = self.headers.join(",");
            let remedy = format!("add the column ({}), or choose another kind", column.help);
            findings.push(Finding::error("missing-column", "the column is missing", remedy).at(
                1,
                column.name,
                &header,
            ));
        }
        if findings.has_errors() {
            return Err(findings);
        }
        self.note_unknown(kind);
        Ok(self)
    }

    fn note_unknown(&mut self, kind: &ImportKind) {
        let known = |header: &String| {
            let name = plain(header);
            kind.columns.iter().any(|c| plain(c.name) == name || c.aliases.iter().any(|a| plain(a) == name))
        };
        let unknown: Vec<&str> = self.headers.iter().filter(|h| !known(h)).map(String::as_str).collect();
        if !unknown.is_empty() {
            let problem = format!("{} columns are not known here and were ignored", unknown.len());
            let finding = Finding::note("unknown-column", problem).at(1, "", &unknown.join(", "));
            self.findings.push(finding);
        }
    }

    fn wrong_kind(&self, kind: &ImportKind) -> Finding {
        let header = self.headers.join(",");
        if self.headers.len() == 1 && header.contains([';', '\t']) {
            let problem = "columns are separated by something other than commas";
            return Finding::error("another-kind-of-file", problem, "save it as comma-separated CSV UTF-8")
                .at(1, "", &header);
        }
        let problem = format!("no column of a `{}` file is there", kind.name);
        Finding::another_kind(problem).at(1, "", &header)
    }

    pub(super) fn named_by_place(mut self, file: &str, kind: &ImportKind) -> Result<Self, Findings> {
        if self.headers.len() < kind.columns.len() {
            let problem = format!(
                "{} columns, not the {} of a `{}` file",
                self.headers.len(),
                kind.columns.len(),
                kind.name
            );
            let first: Vec<&str> = self.rows.first().map(|(_, r)| r.iter().collect()).unwrap_or_default();
            let finding = Finding::another_kind(problem).at(1, "", &first.join(","));
            return Err(Findings::of(file, finding));
        }
        let headers = (0..self.headers.len())
            .map(|place| {
                kind.columns.get(place).map_or_else(|| format!("column {}", place + 1), |c| c.name.to_owned())
            })
            .collect();
        self.rename(headers);
        Ok(self)
    }
}

impl<'a> Row<'a> {
    /// A cell; a column that the file does not have reads as empty.
    pub fn cell(&self, column: Option<Col>) -> Cell<'a> {
        let Some(column) = column else {
            return Cell { text: "", line: self.line, column: "" };
        };
        let text = self.record.get(column.0).unwrap_or_default().trim();
        Cell { text, line: self.line, column: self.table.name(column) }
    }

    /// A finding about the whole row.
    pub fn error(
        &self,
        rule: &'static str,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Finding {
        Finding::error(rule, problem, remedy).at(self.line, "", "")
    }
}

/// Keys seen so far, to find a second row with the same one.
#[derive(Debug, Default)]
pub struct Keys(HashMap<String, u64>);

impl Keys {
    /// Notes the key of a row.
    ///
    /// # Errors
    /// `duplicate-key`, naming the line that had it first.
    pub fn first(&mut self, row: &Row<'_>, column: &str, key: String) -> Result<(), Finding> {
        if let Some(line) = self.0.get(&key) {
            let remedy = format!("keep one of the two: line {line} has the same key");
            return Err(
                Finding::error("duplicate-key", "the key stands twice", remedy).at(row.line, column, &key)
            );
        }
        self.0.insert(key, row.line);
        Ok(())
    }
}

/// Reads CSV. Lines that are too short or too long are refused one by one.
pub(super) fn read_csv(file: &str, text: &str, header: bool) -> Result<Table, Findings> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut headers: Vec<String> = Vec::new();
    let mut rows = Vec::new();
    let mut findings = Findings::new(file);
    let mut record = StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                let finding = Finding::error(
                    "not-csv",
                    format!("the line is no CSV ({error})"),
                    "save it again as CSV UTF-8",
                );
                return Err(Findings::of(file, finding.at(line, "", "")));
            }
        }
        let line = record.position().map_or(0, |at| line_at(text, at));
        if headers.is_empty() {
            headers = record.iter().map(|name| name.trim().to_owned()).collect();
            if header {
                continue;
            }
        }
        if record.iter().all(str::is_empty) {
            continue;
        }
        if record.len() == headers.len() {
            rows.push((line, record.clone()));
        } else {
            let at_end = usize::try_from(reader.position().byte()).is_ok_and(|byte| byte >= text.len());
            let last = at_end && !text.ends_with('\n');
            findings.push(wrong_length(&record, headers.len(), line, last));
        }
    }
    if header && rows.is_empty() && !findings.has_errors() {
        let finding = Finding::error(
            "empty-file",
            "there is a header but no row",
            "export it again; nothing was imported",
        );
        return Err(Findings::of(file, finding.at(1, "", &headers.join(","))));
    }
    Ok(Table::new(headers, rows, findings))
}

/// The line that a record starts on. The reader stands where the record before ended: after CRLF before the LF, which it has not counted
/// yet, and before empty lines, which it skips.
pub(super) fn line_at(text: &str, at: &csv::Position) -> u64 {
    let from = usize::try_from(at.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    let skipped = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    at.line() + skipped.map(|byte| u64::from(*byte == b'\n')).sum::<u64>()
}

fn wrong_length(record: &StringRecord, wanted: usize, line: u64, last: bool) -> Finding {
    let value: Vec<&str> = record.iter().collect();
    let (problem, remedy) = if record.len() < wanted && last {
        (
            format!("the file ends in the middle of this line ({} of {wanted} columns)", record.len()),
            "fetch the file again: it was cut",
        )
    } else if record.len() < wanted {
        (
            format!("the line has {} of {wanted} columns", record.len()),
            "fetch the file again, or mend the line: it was cut or a quote is open",
        )
    } else {
        (
            format!("the line has {} columns, not {wanted}", record.len()),
            "put values with commas in double quotes",
        )
    };
    Finding::error("cut-line", problem, remedy).at(line, "", &value.join(","))
}
