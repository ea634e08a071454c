//! Lists that a judgement needs beside the caps: sites, staff groups, rules of verdicts, public holidays.

use muster_kit::intake::{Cell, Column, DateForm, Finding, Findings, ImportKind, RawFile, Row, Table};

use crate::domain::{
    Dated, Lists,
    shift::{Test, VerdictRule},
    words::{Word, grade, plain},
};

/// A kind of which only the columns matter: these files are shipped.
const fn kind(name: &'static str, columns: &'static [Column]) -> ImportKind {
    ImportKind { name, summary: "", publisher: "muster", header: true, columns }
}

const SITES: ImportKind =
    kind("site-zones", &[Column::required("site", "RJZ01", ""), Column::required("zone", "inner", "")]);
const GROUPS: ImportKind = kind(
    "staff-groups",
    &[
        Column::required("word", "nursing", ""),
        Column::required("class", "clinical", ""),
        Column::required("admin_estates", "N", ""),
    ],
);
const HOLIDAYS: ImportKind = kind("holidays", &[Column::required("date", "2016-12-26", "")]);
const RULES: ImportKind = kind(
    "verdict-rules",
    &[
        Column::required("verdict", "over-cap", ""),
        Column::required("test", "over-cap", ""),
        Column::required("value", "100.00", ""),
        Column::required("supply", "agency", ""),
        Column::required("sign_off", "chief-executive", ""),
        Column::required("valid_from", "2018-05-31", ""),
        Column::required("valid_to", "", ""),
        Column::required("source", "", ""),
        Column::required("verified", "Y", ""),
    ],
);

/// The shipped lists.
///
/// # Errors
/// Findings when a shipped file is damaged, which a test rules out.
pub fn shipped_lists() -> Result<Lists, Findings> {
    let mut lists = Lists::default();
    each(&SITES, include_str!("../../data/site-zones.csv"), |cell| {
        lists.sites.insert(plain(cell("site").text), cell("zone").word(Word::WORDS)?);
        Ok(())
    })?;
    each(&GROUPS, include_str!("../../data/staff-groups.csv"), |cell| {
        let class = cell("class").word(Word::WORDS)?;
        lists.staff_groups.push((plain(cell("word").text), class, cell("admin_estates").yes()?));
        Ok(())
    })?;
    each(&HOLIDAYS, include_str!("../../data/holidays.csv"), |cell| {
        lists.holidays.insert(cell("date").date(&[DateForm::Iso])?);
        Ok(())
    })?;
    each(&RULES, include_str!("../../data/verdict-rules.csv"), |cell| {
        lists.rules.push(rule(cell)?);
        Ok(())
    })?;
    Ok(lists)
}

fn each(
    kind: &ImportKind,
    text: &str,
    mut read: impl for<'a> FnMut(&dyn Fn(&'static str) -> Cell<'a>) -> Result<(), Finding>,
) -> Result<(), Findings> {
    let table: Table = RawFile::new(kind.name, text.as_bytes().to_vec()).table(kind)?;
    for row in table.rows() {
        let row: Row<'_> = row;
        read(&|name| row.cell(table.find(name))).map_err(|found| Findings::of(kind.name, found))?;
    }
    Ok(())
}

fn rule<'a>(cell: &dyn Fn(&'static str) -> Cell<'a>) -> Result<Dated<VerdictRule>, Finding> {
    let (test, value) = (cell("test"), cell("value"));
    let test = match test.text {
        "over-cap" => Test::OverCap,
        "off-framework" => Test::OffFramework,
        "admin-estates" => Test::AdminEstates,
        "share-over-cap" => Test::ShareOverCap(value.share_ppm()?),
        "charge-above" => Test::ChargeAbove(value.pence()?),
        "charge-at-or-above" => Test::ChargeAtOrAbove(value.pence()?),
        "grades" => Test::Grades(value.required()?.split(';').map(grade).collect()),
        _ => return Err(test.error("unknown-word", "no test of that name", "write over-cap, for instance")),
    };
    let supply = cell("supply");
    let supplies: Result<Vec<_>, Finding> =
        supply.text.split(';').map(|text| Cell { text, ..supply }.word(Word::WORDS)).collect();
    Ok(Dated {
        value: VerdictRule {
            verdict: cell("verdict").word(Word::WORDS)?,
            test,
            supplies: supplies?,
            sign_off: cell("sign_off").text.to_owned(),
        },
        from: cell("valid_from").date(&[DateForm::Iso])?,
        to: cell("valid_to").optional(|cell| cell.date(&[DateForm::Iso]))?,
        source: cell("source").required()?.to_owned(),
        verified: cell("verified").yes()?,
    })
}
