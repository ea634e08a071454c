//! Rate cards and the rules of caps, as CSV or the sheet of an XLSX named like the kind.

use jiff::civil::Date;
use muster_kit::intake::{Cell, Column, DateForm, Finding, Findings, ImportKind, Keys, RawFile, Row, Table};

use crate::domain::{
    Dated, Rulebook, TimeBand,
    pay::Supplement,
    rulebook::{Enhancement, GradeRule, Phase, Rate},
    words::{Word, grade},
};

const FROM: Column = Column::required("valid_from", "2016-04-01", "first day, YYYY-MM-DD");
const TO: Column = Column::optional("valid_to", "2017-03-31", "last day, YYYY-MM-DD; empty while it lasts");
const SOURCE: Column = Column::required("source", "price caps of 1 April 2016", "where the figure is from");
const VERIFIED: Column = Column::optional("verified", "Y", "Y when checked against the source, else N");
const GRADE: Column = Column::required("grade", "band-5", "band-1 to band-9, consultant and so on");
const ZONE: Column = Column::optional("zone", "inner", "inner, outer or fringe; empty = no supplement");
const BAND: Column = Column::optional("time_band", "core", "core, saturday-night or sunday-holiday");

/// Every kind of rule file.
pub const KINDS: &[ImportKind] = &[
    ImportKind {
        name: "rate-card",
        summary: "pay scales, price and wage caps, bank rates and joint rates by grade, zone and time band",
        publisher: "muster",
        header: true,
        columns: &[
            Column::required(
                "card",
                "price-caps",
                "name of the card; of a bank card the organisation's code",
            ),
            Column::required("kind", "cap", "pay-scale, cap, wage-cap, bank or joint"),
            GRADE,
            Column::required("amount", "22.32", "pounds with at most two decimals"),
            Column::required("unit", "hour", "year or hour"),
            FROM,
            SOURCE,
            ZONE,
            BAND,
            TO,
            VERIFIED,
        ],
    },
    ImportKind {
        name: "grades",
        summary: "grades with their hours a week and their group of staff for the cap",
        publisher: "muster",
        header: true,
        columns: &[
            GRADE,
            Column::required("class", "clinical", "junior-doctor, clinical or non-clinical"),
            Column::required("hours_week", "37.5", "hours of whole-time work a week"),
            FROM,
            SOURCE,
            TO,
            VERIFIED,
        ],
    },
    ImportKind {
        name: "cap-phases",
        summary: "uplift of the price caps over pay, by group of staff and date",
        publisher: "muster",
        header: true,
        columns: &[
            Column::required("class", "all", "junior-doctor, clinical, non-clinical or all"),
            Column::required("uplift", "0.55", "share over pay, 0.55 = 55%"),
            Column::required("scale_on", "2015-11-23", "day whose pay scale is the base, YYYY-MM-DD"),
            FROM,
            SOURCE,
            TO,
            VERIFIED,
        ],
    },
    ImportKind {
        name: "enhancements",
        summary: "enhancement of unsocial hours as a share of basic pay",
        publisher: "muster",
        header: true,
        columns: &[
            GRADE,
            Column::required("time_band", "saturday-night", "saturday-night or sunday-holiday"),
            Column::required("share", "0.30", "share of basic pay, 0 to 1"),
            FROM,
            SOURCE,
            TO,
            VERIFIED,
        ],
    },
    ImportKind {
        name: "high-cost-zones",
        summary: "high-cost area supplement as a share of basic pay with floor and ceiling",
        publisher: "muster",
        header: true,
        columns: &[
            Column::required("zone", "inner", "inner, outer or fringe"),
            Column::required("share", "0.20", "share of basic pay, 0 to 1"),
            Column::required("floor", "5132.00", "least, pounds a year"),
            Column::required("ceiling", "7745.00", "most, pounds a year"),
            FROM,
            SOURCE,
            TO,
            VERIFIED,
        ],
    },
];

/// A kind by its name.
pub(super) fn kind(name: &str) -> Option<&'static ImportKind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// The kind that a file is of: the one all of whose required columns its header has, else the rate card.
fn recognise(file: &RawFile) -> &'static ImportKind {
    let fits = |kind: &&ImportKind| file.table(kind).is_ok();
    KINDS.iter().find(fits).unwrap_or(&KINDS[0])
}

/// Reads a file of rules; its columns say which kind it is.
///
/// # Errors
/// Findings when the file or a row of it is refused.
pub fn read(file: &RawFile) -> Result<Rulebook, Findings> {
    read_as(recognise(file), file)
}

/// Reads a file of a kind.
pub(super) fn read_as(kind: &ImportKind, file: &RawFile) -> Result<Rulebook, Findings> {
    let table = file.table(kind)?;
    let mut findings = Findings::new(&file.name);
    findings.extend(table.findings.clone());
    let (mut rules, mut keys) = (Rulebook::default(), Keys::default());
    for row in table.rows() {
        let line = Line { kind, table: &table, row };
        let read = match kind.name {
            "rate-card" => line.dated(rate).map(|it| keep(&mut rules.rates, it)),
            "grades" => line.dated(grade_rule).map(|it| keep(&mut rules.grades, it)),
            "cap-phases" => line.dated(phase).map(|it| keep(&mut rules.phases, it)),
            "enhancements" => line.dated(enhancement).map(|it| keep(&mut rules.enhancements, it)),
            _ => line.dated(supplement).map(|it| keep(&mut rules.supplements, it)),
        };
        if findings.keep(read).is_some() {
            findings.keep(keys.first(&row, "key", line.key()));
        }
    }
    if findings.has_errors() { Err(findings) } else { Ok(rules) }
}

fn keep<T>(rows: &mut Vec<Dated<T>>, row: Dated<T>) {
    rows.push(row);
}

/// A row with its table.
struct Line<'a> {
    kind: &'a ImportKind,
    table: &'a Table,
    row: Row<'a>,
}

impl<'a> Line<'a> {
    fn cell(&self, name: &str) -> Cell<'a> {
        self.row.cell(self.table.column(self.kind, name))
    }

    fn day(&self, name: &str) -> Result<Date, Finding> {
        self.cell(name).date(&[DateForm::Iso])
    }

    /// The value with its validity and source.
    fn dated<T>(&self, read: impl FnOnce(&Self) -> Result<T, Finding>) -> Result<Dated<T>, Finding> {
        let value = read(self)?;
        let from = self.day("valid_from")?;
        let last = self.cell("valid_to");
        let to = last.optional(|cell| cell.date(&[DateForm::Iso]))?;
        if to.is_some_and(|to| to < from) {
            return Err(last.error(
                "wrong-order",
                "the last day lies before the first",
                "mend one of the two",
            ));
        }
        let source = self.cell("source").required()?.to_owned();
        let verified = self.cell("verified").optional(Cell::yes)?.unwrap_or(false);
        Ok(Dated { value, from, to, source, verified })
    }

    /// What makes a row one of its own: every word of it but amounts and remarks.
    fn key(&self) -> String {
        ["card", "kind", "grade", "class", "zone", "time_band", "valid_from"]
            .map(|name| self.cell(name).text)
            .join(" ")
    }
}

fn rate(line: &Line<'_>) -> Result<Rate, Finding> {
    let amount = line.cell("amount");
    let pence = amount.pence()?;
    if pence <= 0 {
        return Err(amount.error("out-of-range", "not above zero", "give the pounds, for instance 22.32"));
    }
    Ok(Rate {
        card: line.cell("card").required()?.to_owned(),
        kind: line.cell("kind").word(Word::WORDS)?,
        grade: grade(line.cell("grade").required()?),
        zone: line.cell("zone").optional(|cell| cell.word(Word::WORDS))?,
        band: line.cell("time_band").optional(|cell| cell.word(Word::WORDS))?.unwrap_or(TimeBand::Core),
        pence,
        unit: line.cell("unit").word(Word::WORDS)?,
    })
}

fn grade_rule(line: &Line<'_>) -> Result<GradeRule, Finding> {
    let hours = line.cell("hours_week");
    let milli = hours.milli()?;
    if milli == 0 || milli > 168_000 || milli * 60 % 1000 != 0 {
        return Err(hours.error("out-of-range", "no hours of a week", "give hours such as 37.5"));
    }
    let class = line.cell("class").word(Word::WORDS)?;
    Ok(GradeRule { grade: grade(line.cell("grade").required()?), class, week_minutes: milli * 60 / 1000 })
}

fn phase(line: &Line<'_>) -> Result<Phase, Finding> {
    let class = line.cell("class");
    let all = class.text.eq_ignore_ascii_case("all");
    let class = if all { None } else { Some(class.word(Word::WORDS)?) };
    let uplift = line.cell("uplift");
    // in pounds and pence a share such as 1.50 has the two decimals that are allowed
    let uplift_ppm = uplift.pence()? * 10_000;
    if !(0..=10_000_000).contains(&uplift_ppm) {
        return Err(uplift.error("out-of-range", "no uplift", "give a share over pay such as 0.55"));
    }
    Ok(Phase { class, uplift_ppm, scale_on: line.day("scale_on")? })
}

fn enhancement(line: &Line<'_>) -> Result<Enhancement, Finding> {
    Ok(Enhancement {
        grade: grade(line.cell("grade").required()?),
        band: line.cell("time_band").word(Word::WORDS)?,
        share_ppm: line.cell("share").share_ppm()?,
    })
}

fn supplement(line: &Line<'_>) -> Result<(crate::domain::Zone, Supplement), Finding> {
    let (floor, ceiling) = (line.cell("floor").pence()?, line.cell("ceiling"));
    let most = ceiling.pence()?;
    if floor < 0 || most < floor {
        return Err(ceiling.error("wrong-order", "the ceiling lies below the floor", "mend one of the two"));
    }
    let share_ppm = line.cell("share").share_ppm()?;
    Ok((line.cell("zone").word(Word::WORDS)?, Supplement { share_ppm, floor, ceiling: most }))
}
