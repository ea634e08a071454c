//! `gp-reg-pat-prac-quin-age`: patients registered at each practice by sex and five-year band of age.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use muster_kit::intake::{Cell, DateForm, Finding, Findings, Keys, Row, Table};

use super::{Content, ReadFile, kinds::AGE_LISTS};
use crate::domain::{age_lists::AgeList, baseline::Sex};

/// Sex and band of a row: none is the row of all.
type Key = (Option<Sex>, Option<u8>);

/// Rows of one practice and date.
#[derive(Default)]
struct Practice {
    /// Line of its first row.
    line: u64,
    rows: BTreeMap<Key, (u64, i64)>,
}

/// Reads the table. The bands of each practice must add up to its rows of all ages, and both sexes to all.
pub(super) fn read(table: &Table) -> ReadFile {
    let mut findings = Findings::new(table.findings.file());
    let mut keys = Keys::default();
    let mut practices: BTreeMap<(Date, String), Practice> = BTreeMap::new();
    let (mut elsewhere, mut spoilt) = (0_u64, BTreeSet::new());
    for row in table.rows() {
        let kind = row.cell(table.column(&AGE_LISTS, "TYPE")).text;
        if !kind.is_empty() && !kind.eq_ignore_ascii_case("GP") {
            elsewhere += 1;
            continue;
        }
        let Some(((day, place), (sex, from), patients)) = line(table, &row, &mut findings) else {
            spoilt.insert(row.cell(table.column(&AGE_LISTS, "CODE")).text.to_ascii_uppercase());
            continue;
        };
        let key = format!("{place} {day} {} {}", sex.map_or("ALL", Sex::name), words(from));
        if findings.keep(keys.first(&row, "AGE_GROUP_5", key)).is_none() {
            continue;
        }
        let of = practices.entry((day, place)).or_default();
        of.line = if of.line == 0 { row.line } else { of.line };
        of.rows.insert((sex, from), (row.line, patients));
    }
    if elsewhere > 0 {
        let said =
            format!("{elsewhere} rows are of other levels than the practice (TYPE is not GP) and not used");
        findings.push(Finding::note("other-levels", said));
    }
    let mut kept = 0;
    let mut lists = Vec::with_capacity(practices.len());
    for ((day, place), of) in practices {
        if spoilt.contains(&place) {
            // whose bands are not all there cannot add up, and is no list
            let said = format!("{place} is left out: one of its rows cannot be read");
            findings.push(Finding::note("left-out", said).at(of.line, "CODE", &place));
        } else if check(&place, &of, &mut findings) {
            kept += of.rows.len() as u64;
            lists.push(list(day, place, &of));
        }
    }
    findings.extend(table.findings.clone());
    let days: BTreeSet<Date> = lists.iter().map(|list| list.day).collect();
    ReadFile {
        rows_read: table.rows_read(),
        rows_kept: kept,
        totals: vec![
            ("dates", i64::try_from(days.len()).unwrap_or(i64::MAX)),
            ("practices", i64::try_from(lists.len()).unwrap_or(i64::MAX)),
            ("patients", lists.iter().map(AgeList::total).sum()),
        ],
        content: Content::AgeLists(lists),
        findings,
    }
}

fn list(day: Date, place: String, of: &Practice) -> AgeList {
    let bands =
        of.rows.iter().filter_map(|((sex, from), (_, patients))| Some(((*sex)?, (*from)?, *patients)));
    AgeList { place, day, patients: bands.collect() }
}

/// Bands add up to the rows of all ages, and both sexes to all.
fn check(place: &str, of: &Practice, findings: &mut Findings) -> bool {
    let sum = |keep: &dyn Fn(&Key) -> bool| -> i64 {
        of.rows.iter().filter(|(key, _)| keep(key)).map(|(_, (_, patients))| patients).sum()
    };
    let bands =
        |sex: Option<Sex>| sum(&|key| key.0.is_some() && (sex.is_none() || key.0 == sex) && key.1.is_some());
    let mut good = true;
    let mut told = false;
    for sex in [Some(Sex::Female), Some(Sex::Male), None] {
        let Some((line, all)) = of.rows.get(&(sex, None)) else { continue };
        told = true;
        let added = bands(sex);
        if added != *all {
            let whose = sex.map_or("both sexes", Sex::name);
            let problem = format!("the bands of {whose} of {place} add up to {added}, not to {all}");
            let remedy = "take the file from the publisher again: rows are missing or were changed";
            let finding = Finding::error("bands-do-not-add-up", problem, remedy);
            findings.push(finding.at(*line, "NUMBER_OF_PATIENTS", &all.to_string()));
            good = false;
        }
    }
    if !told {
        let problem = format!("{place} has no row of all ages: its bands cannot be checked");
        let finding = Finding::warning("no-total", problem, "take the whole file where you can");
        findings.push(finding.at(of.line, "AGE_GROUP_5", ""));
    }
    good
}

type Line = ((Date, String), Key, i64);

fn line(table: &Table, row: &Row<'_>, findings: &mut Findings) -> Option<Line> {
    let cell = |name: &str| row.cell(table.column(&AGE_LISTS, name));
    let day = findings.keep(day(&cell("EXTRACT_DATE")));
    let place = findings.keep(cell("CODE").code());
    let sex = findings.keep(sex(&cell("SEX")));
    let from = findings.keep(band(&cell("AGE_GROUP_5")));
    let patients = findings.keep(cell("NUMBER_OF_PATIENTS").count());
    Some(((day?, place?), (sex?, from?), patients?))
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The publisher writes `01OCT2018` or `01-Oct-18`; a table program may have made `01/10/2018` or `2018-10-01` of it.
fn day(cell: &Cell<'_>) -> Result<Date, Finding> {
    let text: String = cell.required()?.chars().filter(|c| c.is_alphanumeric()).collect();
    let named = || {
        let (day, rest) = text.split_at_checked(2)?;
        let (month, year) = rest.split_at_checked(3)?;
        let month = MONTHS.iter().position(|name| month.eq_ignore_ascii_case(name))? + 1;
        let year: i16 = year.parse().ok()?;
        let year = if year < 100 { 2_000 + year } else { year };
        Date::new(year, i8::try_from(month).ok()?, day.parse().ok()?).ok()
    };
    named().map_or_else(
        || {
            cell.date(&[DateForm::Iso, DateForm::British])
                .map_err(|_| cell.error("not-a-date", "not a date", "write it as 01OCT2018 or 2018-10-01"))
        },
        Ok,
    )
}

fn sex(cell: &Cell<'_>) -> Result<Option<Sex>, Finding> {
    if cell.text.eq_ignore_ascii_case("ALL") {
        return Ok(None);
    }
    Sex::read(cell.text)
        .map(Some)
        .ok_or_else(|| cell.error("unknown-word", "no sex of the publication", "write ALL, MALE or FEMALE"))
}

/// Youngest age of a band: `0_4` to `90_94`, `95+`; none for `ALL`.
fn band(cell: &Cell<'_>) -> Result<Option<u8>, Finding> {
    if cell.text.eq_ignore_ascii_case("ALL") {
        return Ok(None);
    }
    let wrong = || {
        cell.error(
            "not-an-age-band",
            "no five-year band of age",
            "write ALL, 0_4, 5_9 and so on to 90_94, or 95+",
        )
    };
    if cell.text == "95+" || cell.text.eq_ignore_ascii_case("95_PLUS") {
        return Ok(Some(95));
    }
    let (from, to) = cell.text.split_once(['_', '-']).ok_or_else(wrong)?;
    match (from.parse::<u8>(), to.parse::<u8>()) {
        (Ok(from), Ok(to)) if from % 5 == 0 && from <= 90 && to == from + 4 => Ok(Some(from)),
        _ => Err(wrong()),
    }
}

fn words(from: Option<u8>) -> String {
    match from {
        None => "ALL".to_owned(),
        Some(95) => "95+".to_owned(),
        Some(from) => format!("{from}_{}", from + 4),
    }
}

#[cfg(test)]
mod tests {
    use muster_kit::intake::RawFile;

    use super::super::{Content, ReadFile, read};

    const OLD: &str = "PUBLICATION,EXTRACT_DATE,TYPE,CCG_CODE,ONS_CCG_CODE,CODE,POSTCODE,SEX,AGE_GROUP_5,NUMBER_OF_PATIENTS\n";
    const NEW: &str = "PUBLICATION,EXTRACT_DATE,ORG_TYPE,SUB_ICB_LOCATION_CODE,ONS_SUB_ICB_LOCATION_CODE,ORG_CODE,POSTCODE,SEX,AGE_GROUP_5,NUMBER_OF_PATIENTS\n";

    fn rows(code: &str, figures: &[(&str, &str, i64)]) -> String {
        let row = |(sex, band, patients): &(&str, &str, i64)| {
            format!("GP_PRAC_PAT_LIST,01OCT2018,GP,08K,E38000092,{code},SE1 1AA,{sex},{band},{patients}\n")
        };
        figures.iter().map(row).collect()
    }

    fn of(head: &str, rows: &str) -> ReadFile {
        read("gp-reg-pat-prac-quin-age", &RawFile::new("a.csv", format!("{head}{rows}").into()), None)
            .unwrap()
    }

    const GOOD: [(&str, &str, i64); 7] = [
        ("ALL", "ALL", 60),
        ("FEMALE", "ALL", 35),
        ("FEMALE", "0_4", 5),
        ("FEMALE", "95+", 30),
        ("MALE", "ALL", 25),
        ("MALE", "40_44", 20),
        ("MALE", "90_94", 5),
    ];

    #[test]
    fn both_layouts_are_read_and_add_up() {
        let practice = rows("G99001", &GOOD);
        let above = practice.replace(",GP,", ",CCG,").replace("G99001", "08K");
        for (head, text) in
            [(OLD, practice.clone() + &above), (NEW, practice.replace("01OCT2018", "01-Oct-18"))]
        {
            let read = of(head, &text);
            assert!(!read.findings.has_errors(), "{:?}", read.findings.sorted());
            let Content::AgeLists(lists) = &read.content else { panic!("no lists") };
            assert_eq!((lists.len(), lists[0].total(), lists[0].patients.len()), (1, 60, 4));
            assert_eq!((lists[0].day.to_string().as_str(), read.rows_kept), ("2018-10-01", 7));
        }
    }

    #[test]
    fn what_does_not_add_up_or_cannot_be_read_is_named() {
        let wrong = |change: &dyn Fn(&str) -> String| {
            let read = of(OLD, &change(&rows("G99001", &GOOD)));
            let first = read.findings.sorted()[0].clone();
            (first.rule, first.line, first.column.clone())
        };
        let at = |rule, line, column: &str| (rule, line, column.to_owned());
        let patients = "NUMBER_OF_PATIENTS";
        assert_eq!(wrong(&|text| text.replace(",95+,30", ",95+,31")), at("bands-do-not-add-up", 2, patients));
        assert_eq!(
            wrong(&|text| text.replace("MALE,ALL,25", "MALE,ALL,2x")),
            at("not-a-number", 6, patients)
        );
        assert_eq!(wrong(&|text| text.replace("40_44", "40_45")), at("not-an-age-band", 7, "AGE_GROUP_5"));
        assert_eq!(wrong(&|text| text.replace("MALE,90_94", "OTHER,90_94")), at("unknown-word", 8, "SEX"));
        assert_eq!(wrong(&|text| text.replacen("01OCT2018", "1/10", 1)), at("not-a-date", 2, "EXTRACT_DATE"));
    }
}
