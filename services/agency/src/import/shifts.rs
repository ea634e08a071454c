//! Shift lines, one at a time: a file of a million lines needs one line in memory, and 16 bytes a line to find doubles.

use std::{
    collections::hash_map::DefaultHasher,
    hash::{Hash, Hasher},
    io::{BufRead, BufReader, Read},
};

use compact_str::CompactString;
use csv::{ByteRecord, StringRecord};
use encoding_rs::WINDOWS_1252;
use flate2::bufread::MultiGzDecoder;
use foldhash::{HashSet, HashSetExt as _};
use jiff::civil::DateTime;
use muster_kit::intake::{Cell, Column, Finding, Findings, ImportKind, RawFile};

use crate::domain::{
    Booking, ClockFault, London, Shift,
    words::{Word, grade},
};

/// The kind.
pub const SHIFTS: ImportKind = ImportKind {
    name: "shifts",
    summary: "shift lines: who was asked for, who came, at what pay and charge",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("shift_ref", "S-1", "reference within the organisation"),
        Column::required("organisation", "RJZ", "ODS code"),
        Column::required("site", "RJZ01", "site, by whose zone the shift is paid"),
        Column::required("staff_group", "nursing", "group of staff"),
        Column::required("grade", "band-5", "grade"),
        Column::required("start", "2016-04-04T07:30", "local time of the start"),
        Column::required("end", "2016-04-04T20:00", "local time of the end"),
        Column::required("break_minutes", "60", "unpaid break, minutes"),
        Column::required("supply", "agency", "bank, shared-bank, agency, unfilled or cancelled"),
        Column::optional("framework", "Y", "Y when booked on an approved framework"),
        Column::optional("pay_per_hour", "18.00", "pounds an hour"),
        Column::optional("charge_per_hour", "22.00", "pounds an hour, without VAT"),
        Column::optional("ward", "", "ward"),
        Column::optional("specialty", "", "specialty"),
        Column::optional("reason", "vacancy", "reason of the booking"),
        Column::optional("worker_ref", "", "worker"),
        Column::optional("home_organisation", "", "ODS code of the worker's home"),
        Column::optional("agency", "", "agency"),
        Column::optional("tier", "", "tier of the framework"),
        Column::optional("vat", "", "VAT, pounds"),
        Column::optional("requested_at", "", "local time of the request"),
        Column::optional("booked_at", "", "local time of the booking"),
        Column::optional("cost_centre", "", "cost centre"),
    ],
};

/// Lines read and refused, with what was found.
#[derive(Clone, Debug)]
pub struct ShiftsRead {
    /// Data lines.
    pub rows: u64,
    /// Refused ones.
    pub refused: u64,
    /// What was found.
    pub findings: Findings,
}

/// How many columns there are.
const COLUMNS: usize = SHIFTS.columns.len();

/// Longest shift that is believed, minutes.
const LONGEST: i64 = 25 * 60;

/// Reads shifts and gives each good one to `each`. CSV (also gzipped) is streamed; the sheet of an XLSX is not.
pub fn read_shifts(
    name: &str,
    source: impl Read,
    london: &London,
    mut each: impl FnMut(Shift),
) -> ShiftsRead {
    read_shifts_while(name, source, london, |shift, _| each(shift))
}

/// Reads shifts as [`read_shifts`] does, and says with each whether every line so far was good.
pub(crate) fn read_shifts_while(
    name: &str,
    source: impl Read,
    london: &London,
    mut each: impl FnMut(Shift, bool),
) -> ShiftsRead {
    let mut source = BufReader::with_capacity(64 << 10, source);
    let start = source.fill_buf().map(|bytes| bytes[..bytes.len().min(4)].to_vec()).unwrap_or_default();
    let mut reader = Reader { london, seen: HashSet::new(), out: ShiftsRead::new(name), each: &mut each };
    let read = if start.starts_with(b"PK\x03\x04") {
        reader.sheet(source)
    } else if start.starts_with(&[0x1f, 0x8b]) {
        reader.lines(MultiGzDecoder::new(source))
    } else {
        reader.lines(source)
    };
    if let Err(findings) = read {
        reader.out.findings.extend(findings);
    }
    reader.out
}

impl ShiftsRead {
    fn new(name: &str) -> Self {
        Self { rows: 0, refused: 0, findings: Findings::new(name) }
    }
}

struct Reader<'a> {
    london: &'a London,
    seen: HashSet<u128>,
    out: ShiftsRead,
    each: &'a mut dyn FnMut(Shift, bool),
}

impl Reader<'_> {
    fn sheet(&mut self, mut source: impl Read) -> Result<(), Findings> {
        let mut bytes = Vec::new();
        source.read_to_end(&mut bytes).map_err(|error| self.broken(&error.to_string()))?;
        let table = RawFile::new(self.out.findings.file(), bytes).table(&SHIFTS)?;
        self.out.findings.extend(table.findings.clone());
        let columns: Vec<_> = SHIFTS.columns.iter().map(|it| table.column(&SHIFTS, it.name)).collect();
        for row in table.rows() {
            let cells: Vec<Cell<'_>> = columns.iter().map(|column| row.cell(*column)).collect();
            self.take(&cells, true);
        }
        Ok(())
    }

    fn lines(&mut self, source: impl Read) -> Result<(), Findings> {
        // lines end at the line feed, so that each is counted before the next begins; cells lose a carriage return by trimming
        let mut csv = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .terminator(csv::Terminator::Any(b'\n'))
            .from_reader(source);
        let mut text = StringRecord::new();
        let mut header: Option<(Vec<String>, Vec<Option<usize>>)> = None;
        loop {
            // the memory of the line before is used again
            let mut record = std::mem::take(&mut text).into_byte_record();
            if !csv.read_byte_record(&mut record).map_err(|error| self.broken(&error.to_string()))? {
                break;
            }
            let line = record.position().map_or(0, csv::Position::line);
            text = decoded(record);
            let Some((names, places)) = &header else {
                header = Some(self.header(&text)?);
                continue;
            };
            if text.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if text.len() != names.len() {
                let problem = format!("the line has {} of {} columns", text.len(), names.len());
                let remedy = "put values with commas in double quotes, or fetch the file again if it was cut";
                self.refuse(Finding::error("cut-line", problem, remedy).at(
                    line,
                    "",
                    text.get(0).unwrap_or(""),
                ));
                continue;
            }
            let cells: [Cell<'_>; COLUMNS] = std::array::from_fn(|column| match places.get(column) {
                Some(Some(at)) => {
                    Cell { text: text.get(*at).unwrap_or("").trim(), line, column: &names[*at] }
                }
                _ => Cell { text: "", line, column: "" },
            });
            self.take(&cells, false);
        }
        if self.out.rows == 0 {
            let found = Finding::error("empty-file", "there is no row", "export it again");
            return Err(Findings::of(self.out.findings.file(), found));
        }
        Ok(())
    }

    /// Names of the columns as the file has them, and the place of each column of the kind.
    fn header(&mut self, text: &StringRecord) -> Result<(Vec<String>, Vec<Option<usize>>), Findings> {
        let names: Vec<String> =
            text.iter().map(|it| it.trim_start_matches('\u{feff}').trim().to_owned()).collect();
        let place = |column: &Column| names.iter().position(|name| grade(name) == grade(column.name));
        let places: Vec<Option<usize>> = SHIFTS.columns.iter().map(place).collect();
        let mut missing = Findings::new(self.out.findings.file());
        for (column, _) in SHIFTS.columns.iter().zip(&places).filter(|(it, at)| it.required && at.is_none()) {
            let remedy = format!("add the column ({})", column.help);
            let found = Finding::error("missing-column", "the column is missing", remedy);
            missing.push(found.at(1, column.name, &names.join(",")));
        }
        if missing.has_errors() { Err(missing) } else { Ok((names, places)) }
    }

    fn take(&mut self, cells: &[Cell<'_>], sheet: bool) {
        let read = shift(cells, self.london, sheet);
        let read = read.and_then(|shift| {
            if self.seen.insert(key(&shift)) {
                return Ok(shift);
            }
            Err(cells[0].error("duplicate-key", "the reference stands twice", "keep one of the two"))
        });
        match read {
            Ok(shift) => {
                self.out.rows += 1;
                (self.each)(shift, self.out.refused == 0);
            }
            Err(found) => self.refuse(found),
        }
    }

    fn refuse(&mut self, found: Finding) {
        self.out.rows += 1;
        self.out.refused += 1;
        self.out.findings.push(found);
    }

    fn broken(&self, error: &str) -> Findings {
        let found =
            Finding::error("not-csv", format!("the file cannot be read on ({error})"), "fetch it again");
        Findings::of(self.out.findings.file(), found)
    }
}

/// Text of a line: UTF-8, or Windows-1252 where it is not.
fn decoded(record: ByteRecord) -> StringRecord {
    StringRecord::from_byte_record(record).unwrap_or_else(|error| {
        let record = error.into_byte_record();
        record.iter().map(|bytes| WINDOWS_1252.decode_without_bom_handling(bytes).0).collect()
    })
}

/// Organisation and reference in 128 bits: two of a million are alike by chance once in 10^26 files.
fn key(shift: &Shift) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, &shift.organisation, &shift.reference).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

fn shift(cells: &[Cell<'_>], london: &London, sheet: bool) -> Result<Shift, Finding> {
    let start = local(&cells[5], sheet)?;
    let time = (instant(&cells[5], start, london)?, instant(&cells[6], local(&cells[6], sheet)?, london)?);
    if !(1..=LONGEST).contains(&(time.1 - time.0)) {
        return Err(cells[6].error(
            "wrong-order",
            "the end is not within a day after the start",
            "mend one of the two",
        ));
    }
    let break_minutes = cells[7].count()?;
    if break_minutes >= time.1 - time.0 {
        return Err(cells[7].error("out-of-range", "the break is as long as the shift", "give its minutes"));
    }
    Ok(Shift {
        reference: cells[0].required()?.into(),
        organisation: cells[1].code()?.into(),
        site: cells[2].required()?.into(),
        staff_group: cells[3].required()?.into(),
        grade: grade(cells[4].required()?).into(),
        on: start.0.date(),
        time,
        break_minutes,
        supply: cells[8].word(Word::WORDS)?,
        framework: cells[9].optional(Cell::yes)?,
        pay: cells[10].optional(money)?,
        charge: cells[11].optional(money)?,
        booking: booking(&cells[12..], london, sheet)?,
        line: i64::try_from(cells[0].line).unwrap_or_default(),
    })
}

/// The columns from `ward` on.
fn booking(cells: &[Cell<'_>], london: &London, sheet: bool) -> Result<Booking, Finding> {
    let text = |at: usize| CompactString::from(cells[at].text);
    let moment = |cell: &Cell<'_>| instant(cell, local(cell, sheet)?, london);
    Ok(Booking {
        ward: text(0),
        specialty: text(1),
        reason: text(2),
        worker_ref: text(3),
        home_organisation: cells[4].optional(Cell::code)?.unwrap_or_default().into(),
        agency: text(5),
        tier: text(6),
        vat: cells[7].optional(money)?,
        requested_at: cells[8].optional(moment)?,
        booked_at: cells[9].optional(moment)?,
        cost_centre: text(10),
    })
}

fn money(cell: &Cell<'_>) -> Result<i64, Finding> {
    let pence = cell.pence()?;
    if pence < 0 {
        return Err(cell.error(
            "negative",
            "below zero",
            "give pounds an hour, or leave it empty if unknown",
        ));
    }
    Ok(pence)
}

/// Local time with the hours of its offset, where given. A sheet writes midnight as a date alone.
fn local(cell: &Cell<'_>, sheet: bool) -> Result<(DateTime, Option<i8>), Finding> {
    let (text, offset) = match (cell.text.strip_suffix("+00:00"), cell.text.strip_suffix("+01:00")) {
        (Some(text), _) => (text, Some(0)),
        (_, Some(text)) => (text, Some(1)),
        _ => (cell.text, None),
    };
    if let Some(time) = minute(text) {
        return Ok((time, offset));
    }
    let whole = text.len() == 16 || sheet && text.len() == 10;
    match text.parse::<DateTime>() {
        Ok(time) if whole => Ok((time, offset)),
        _ => Err(cell.error("not-a-time", "not a local time", "write it as 2016-04-04T07:30")),
    }
}

/// `2016-04-04T07:30`, as nearly every cell is written; none = look closer.
fn minute(text: &str) -> Option<DateTime> {
    let bytes: &[u8; 16] = text.as_bytes().try_into().ok()?;
    if (bytes[4], bytes[7], bytes[10], bytes[13]) != (b'-', b'-', b'T', b':') {
        return None;
    }
    let number = |from: usize, to: usize| {
        let digits = &bytes[from..to];
        let all = digits.iter().all(u8::is_ascii_digit);
        all.then(|| digits.iter().fold(0_i16, |sum, digit| sum * 10 + i16::from(digit - b'0')))
    };
    let part = |from: usize| i8::try_from(number(from, from + 2)?).ok();
    DateTime::new(number(0, 4)?, part(5)?, part(8)?, part(11)?, part(14)?, 0, 0).ok()
}

fn instant(cell: &Cell<'_>, (time, offset): (DateTime, Option<i8>), london: &London) -> Result<i64, Finding> {
    london.instant(time, offset).map_err(|fault| {
        let (rule, problem, remedy) = match fault {
            ClockFault::Skipped => {
                ("skipped-hour", "the clocks went forward over it", "write a time that was")
            }
            ClockFault::Twice => (
                "repeated-hour",
                "it came twice in that night",
                "add +01:00 for the first or +00:00 for the second",
            ),
            ClockFault::Offset => {
                ("wrong-offset", "London had another offset", "mend or leave out the offset")
            }
        };
        cell.error(rule, problem, remedy)
    })
}
