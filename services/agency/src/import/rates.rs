//! Rate cards and the rules of caps, as CSV or the sheet of an XLSX named like the kind.

use jiff::civil::Date;
use muster_kit::intake::{Cell, Column, DateForm, Finding, Findings, ImportKind, RawFile};

use super::rules::{FROM, Line, RuleKind, SOURCE, TO, VERIFIED};
use crate::domain::{
    Dated, Rulebook, TimeBand,
    pay::Supplement,
    rulebook::{Enhancement, GradeRule, Phase, Rate},
    words::{Word, grade},
};

const GRADE: Column = Column::required("grade", "band-5", "band-1 to band-9, consultant and so on");
const ZONE: Column = Column::optional("zone", "inner", "inner, outer or fringe; empty = no supplement");
const BAND: Column = Column::optional("time_band", "core", "core, saturday-night or sunday-holiday");

/// Every kind of rule file.
pub(super) const KINDS: &[ImportKind] = &[
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

/// The kind that a file is of: the one all of whose required columns its header has, else the rate card.
fn recognise(file: &RawFile) -> &'static ImportKind {
    let fits = |kind: &&ImportKind| file.table(kind).is_ok();
    KINDS.iter().find(fits).unwrap_or(&KINDS[0])
}

/// Reads a file of rates and caps; its columns say which kind it is.
///
/// # Errors
/// Findings when the file or a row of it is refused.
pub fn read(file: &RawFile) -> Result<Rulebook, Findings> {
    let kind = recognise(file);
    let Some(of) = RuleKind::named(kind.name) else { return Ok(Rulebook::default()) };
    let mut read = of.read(file)?;
    if read.findings.has_errors() {
        return Err(read.findings);
    }
    let mut rules = Rulebook::default();
    for row in &read.rows {
        let cell = |name: &str| {
            let at = kind.columns.iter().position(|column| column.name == name);
            Cell { text: at.map_or("", |at| row.values[at].as_str()), line: 0, column: "" }
        };
        let taken = take(&Line { kind, cell: &cell }, &mut rules);
        read.findings.keep(taken);
    }
    if read.findings.has_errors() { Err(read.findings) } else { Ok(rules) }
}

/// Reads a row of one of these kinds.
pub(super) fn take(line: &Line<'_, '_>, rules: &mut Rulebook) -> Result<(), Finding> {
    match line.kind.name {
        "rate-card" => rules.rates.push(dated(line, rate)?),
        "grades" => rules.grades.push(dated(line, grade_rule)?),
        "cap-phases" => rules.phases.push(dated(line, phase)?),
        "enhancements" => rules.enhancements.push(dated(line, enhancement)?),
        _ => rules.supplements.push(dated(line, supplement)?),
    }
    Ok(())
}

fn day(line: &Line<'_, '_>, name: &str) -> Result<Date, Finding> {
    line.cell(name).date(&[DateForm::Iso])
}

/// The value with its validity and source.
pub(super) fn dated<'a, 'c, T>(
    line: &Line<'a, 'c>,
    read: impl FnOnce(&Line<'a, 'c>) -> Result<T, Finding>,
) -> Result<Dated<T>, Finding> {
    let value = read(line)?;
    let from = day(line, "valid_from")?;
    let last = line.cell("valid_to");
    let to = last.optional(|cell| cell.date(&[DateForm::Iso]))?;
    if to.is_some_and(|to| to < from) {
        return Err(last.error("wrong-order", "the last day lies before the first", "mend one of the two"));
    }
    let source = line.cell("source").required()?.to_owned();
    let verified = line.cell("verified").optional(Cell::yes)?.unwrap_or(false);
    Ok(Dated { value, from, to, source, verified })
}

fn rate(line: &Line<'_, '_>) -> Result<Rate, Finding> {
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

fn grade_rule(line: &Line<'_, '_>) -> Result<GradeRule, Finding> {
    let hours = line.cell("hours_week");
    let milli = hours.milli()?;
    if milli == 0 || milli > 168_000 || milli * 60 % 1000 != 0 {
        return Err(hours.error("out-of-range", "no hours of a week", "give hours such as 37.5"));
    }
    let class = line.cell("class").word(Word::WORDS)?;
    Ok(GradeRule { grade: grade(line.cell("grade").required()?), class, week_minutes: milli * 60 / 1000 })
}

fn phase(line: &Line<'_, '_>) -> Result<Phase, Finding> {
    let class = line.cell("class");
    let all = class.text.eq_ignore_ascii_case("all");
    let class = if all { None } else { Some(class.word(Word::WORDS)?) };
    let uplift = line.cell("uplift");
    // in pounds and pence a share such as 1.50 has the two decimals that are allowed
    let uplift_ppm = uplift.pence()? * 10_000;
    if !(0..=10_000_000).contains(&uplift_ppm) {
        return Err(uplift.error("out-of-range", "no uplift", "give a share over pay such as 0.55"));
    }
    Ok(Phase { class, uplift_ppm, scale_on: day(line, "scale_on")? })
}

fn enhancement(line: &Line<'_, '_>) -> Result<Enhancement, Finding> {
    Ok(Enhancement {
        grade: grade(line.cell("grade").required()?),
        band: line.cell("time_band").word(Word::WORDS)?,
        share_ppm: line.cell("share").share_ppm()?,
    })
}

fn supplement(line: &Line<'_, '_>) -> Result<(crate::domain::Zone, Supplement), Finding> {
    let (floor, ceiling) = (line.cell("floor").pence()?, line.cell("ceiling"));
    let most = ceiling.pence()?;
    if floor < 0 || most < floor {
        return Err(ceiling.error("wrong-order", "the ceiling lies below the floor", "mend one of the two"));
    }
    let share_ppm = line.cell("share").share_ppm()?;
    Ok((line.cell("zone").word(Word::WORDS)?, Supplement { share_ppm, floor, ceiling: most }))
}
