//! `residents`: people who live in each borough, in all or by sex and single year of age. What is kept is one sum a borough and day.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use muster_kit::intake::{Cell, DateForm, Finding, Findings, Keys, Row, Table};

use super::{Content, ReadFile, kinds::RESIDENTS};
use crate::domain::{
    baseline::Sex,
    residents::{Residents, key, mid_year},
};

/// Sex and age of a row: none is the row of all.
type Key = (Option<Sex>, Option<u8>);

/// Rows of one borough and day.
#[derive(Default)]
struct Borough {
    name: String,
    /// Line of its first row.
    line: u64,
    rows: BTreeMap<Key, (u64, i64)>,
}

const SEXES: [Sex; 2] = [Sex::Female, Sex::Male];
const FETCH: &str = "take the file from the publisher again: rows are missing or were changed";

/// Reads the table. Where rows of single ages and rows of all stand there, they must add up.
///
/// # Errors
/// Findings when the file says neither year nor date.
pub(super) fn read(table: &Table) -> Result<ReadFile, Findings> {
    if ["year", "date"].iter().all(|name| table.column(&RESIDENTS, name).is_none()) {
        let remedy = "add a column `year` (of a mid-year estimate) or `date`";
        let finding =
            Finding::error("missing-column", "no column says when the residents were counted", remedy);
        return Err(Findings::of(table.findings.file(), finding.at(1, "year", &table.headers().join(","))));
    }
    let mut findings = Findings::new(table.findings.file());
    let (boroughs, spoilt) = gather(table, &mut findings);
    let oldest = boroughs.values().flat_map(|of| of.rows.keys()).filter_map(|(_, age)| *age).max();
    let column = table.column(&RESIDENTS, "residents").map_or("residents", |column| table.name(column));
    let (mut kept, mut found) = (0, Vec::with_capacity(boroughs.len()));
    for ((borough, day), of) in boroughs {
        if spoilt.contains(&borough) {
            // whose rows are not all there is no sum
            let said = format!("{} is left out: one of its rows cannot be used", of.name);
            findings.push(Finding::note("left-out", said).at(of.line, "borough", &of.name));
            continue;
        }
        let wrong = problems(&of, oldest, column);
        if wrong.is_empty() {
            kept += of.rows.len() as u64;
            found.push(Residents { residents: sum(&of), borough: of.name, day });
        }
        for finding in wrong {
            findings.push(finding);
        }
    }
    findings.extend(table.findings.clone());
    let days: BTreeSet<Date> = found.iter().map(|of| of.day).collect();
    let newest = found.iter().filter(|of| Some(&of.day) == days.last());
    let count = |of: usize| i64::try_from(of).unwrap_or(i64::MAX);
    Ok(ReadFile {
        rows_read: table.rows_read(),
        rows_kept: kept,
        totals: vec![
            ("dates", count(days.len())),
            ("newest_boroughs", count(newest.clone().count())),
            ("newest_residents", newest.map(|of| of.residents).sum()),
        ],
        content: Content::Residents(found),
        findings,
    })
}

/// Rows by borough and day, and the boroughs of which one cannot be used.
fn gather(table: &Table, findings: &mut Findings) -> (BTreeMap<(String, Date), Borough>, BTreeSet<String>) {
    let mut keys = Keys::default();
    let mut boroughs: BTreeMap<(String, Date), Borough> = BTreeMap::new();
    let mut spoilt = BTreeSet::new();
    for row in table.rows() {
        let name = row.cell(table.column(&RESIDENTS, "borough")).text;
        let Some((day, of, residents)) = line(table, &row, findings) else {
            spoilt.insert(key(name));
            continue;
        };
        let words = format!("{name} {day} {} {}", of.0.map_or("ALL", Sex::name), age_words(of.1));
        if findings.keep(keys.first(&row, "borough", words.to_lowercase())).is_none() {
            spoilt.insert(key(name));
            continue;
        }
        let borough = boroughs.entry((key(name), day)).or_default();
        if borough.line == 0 {
            (borough.name, borough.line) = (name.to_owned(), row.line);
        }
        borough.rows.insert(of, (row.line, residents));
    }
    (boroughs, spoilt)
}

impl Borough {
    fn added(&self, keep: impl Fn(&Key) -> bool) -> Option<i64> {
        let mut rows =
            self.rows.iter().filter(|(key, _)| keep(key)).map(|(_, (_, residents))| *residents).peekable();
        rows.peek()?;
        Some(rows.sum())
    }

    /// Residents of one sex, or of both, from its rows of single ages.
    fn of_ages(&self, sex: Option<Sex>) -> Option<i64> {
        self.added(|(of, age)| *of == sex && age.is_some())
    }

    /// Has it rows of a sex, of single ages or of all?
    fn has(&self, sex: Sex, by_age: bool) -> bool {
        self.rows.keys().any(|(own, age)| *own == Some(sex) && age.is_some() == by_age)
    }

    /// Every way in which the sum of all can be had from rows beside that of all.
    fn parts(&self) -> impl Iterator<Item = i64> {
        let sexes = self.added(|(sex, age)| sex.is_some() && age.is_none());
        let sexes = sexes.filter(|_| SEXES.iter().all(|sex| self.has(*sex, false)));
        let both = self.added(|(sex, age)| sex.is_some() && age.is_some());
        [both, self.of_ages(None), sexes].into_iter().flatten()
    }
}

fn sum(of: &Borough) -> i64 {
    of.rows.get(&(None, None)).map(|(_, all)| *all).or_else(|| of.parts().next()).unwrap_or_default()
}

/// What does not fit in the rows of a borough.
fn problems(of: &Borough, oldest: Option<u8>, column: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    // the rows of single ages decide where there are any
    let by_age = of.rows.keys().any(|(sex, age)| sex.is_some() && age.is_some());
    let there = SEXES.map(|sex| of.has(sex, by_age));
    if there[0] != there[1] {
        let problem = format!("{} has rows of one sex only", of.name);
        found.push(Finding::error("one-sex", problem, FETCH).at(of.line, "sex", ""));
    }
    found.extend(
        [None, Some(Sex::Female), Some(Sex::Male)].into_iter().filter_map(|sex| missing_age(of, sex, oldest)),
    );
    if found.is_empty() {
        found.extend(contradictions(of, column));
    }
    if found.is_empty() && sum(of) == 0 {
        let remedy = "leave the borough out where its residents are not known";
        found.push(
            Finding::error("nobody", format!("{} has no residents", of.name), remedy)
                .at(of.line, column, "0"),
        );
    }
    found
}

/// An age that the rows of a sex lack: every one has each age up to the oldest of the file.
fn missing_age(of: &Borough, sex: Option<Sex>, oldest: Option<u8>) -> Option<Finding> {
    of.of_ages(sex)?;
    let lacks = |age: &u8| !of.rows.contains_key(&(sex, Some(*age)));
    let age = (0..=oldest?).find(lacks)?;
    let whose = sex.map_or(String::new(), |sex| format!(" {}", sex.name()));
    let problem = format!("{} has no{whose} row of age {age}", of.name);
    Some(Finding::error("age-missing", problem, FETCH).at(of.line, "age", &age.to_string()))
}

/// Rows of all that are not what the rows below them add up to.
fn contradictions(of: &Borough, column: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut against = |key: Key, added: Option<i64>, whose: String| {
        let Some((line, all)) = of.rows.get(&key) else { return };
        if let Some(added) = added.filter(|added| added != all) {
            let problem = format!("{whose} of {} add up to {added}, not to {all}", of.name);
            let finding = Finding::error("does-not-add-up", problem, FETCH);
            found.push(finding.at(*line, column, &all.to_string()));
        }
    };
    for sex in SEXES {
        against((Some(sex), None), of.of_ages(Some(sex)), format!("the ages of {}", sex.name()));
    }
    let ages: Vec<u8> = of.rows.keys().filter(|(sex, _)| sex.is_none()).filter_map(|(_, age)| *age).collect();
    for age in ages {
        let both = of.added(|(sex, own)| sex.is_some() && *own == Some(age));
        against((None, Some(age)), both, format!("both sexes of age {age}"));
    }
    for added in of.parts() {
        against((None, None), Some(added), "the rows".to_owned());
    }
    found.truncate(3);
    found
}

type Line = (Date, Key, i64);

fn line(table: &Table, row: &Row<'_>, findings: &mut Findings) -> Option<Line> {
    let cell = |name: &str| row.cell(table.column(&RESIDENTS, name));
    let name = findings.keep(cell("borough").required());
    let day = findings.keep(day(&cell("year"), &cell("date")));
    let sex = findings.keep(sex(&cell("sex")));
    let age = findings.keep(age(&cell("age")));
    let residents = findings.keep(cell("residents").count());
    name?;
    Some((day?, (sex?, age?), residents?))
}

/// The day of the count, or 30 June of a mid-year estimate.
fn day(year: &Cell<'_>, date: &Cell<'_>) -> Result<Date, Finding> {
    let given = date.optional(|cell| cell.date(&[DateForm::Iso, DateForm::British]))?;
    let estimate = year.optional(|cell| {
        let known = |year: &i64| (1900..=2100).contains(year);
        let year = cell.count()?;
        let day = Some(year).filter(known).and_then(|year| i16::try_from(year).ok()).and_then(mid_year);
        day.ok_or_else(|| {
            cell.error("not-a-year", "not a year", "write the year of the mid-year estimate, as 2015")
        })
    })?;
    match (given, estimate) {
        (Some(given), Some(estimate)) if given != estimate => Err(date.error(
            "two-days",
            format!("not 30 June of the year {}", year.text),
            "give the year or the date",
        )),
        (None, None) => {
            let cell = if year.column.is_empty() { date } else { year };
            Err(cell.error(
                "missing-value",
                "nothing says when the residents were counted",
                "give the year or the date",
            ))
        }
        (given, estimate) => Ok(given.or(estimate).unwrap_or_default()),
    }
}

fn is_all(text: &str) -> bool {
    ["", "ALL", "ALL AGES", "TOTAL", "PERSONS", "T"].iter().any(|all| text.eq_ignore_ascii_case(all))
}

fn sex(cell: &Cell<'_>) -> Result<Option<Sex>, Finding> {
    if is_all(cell.text) {
        return Ok(None);
    }
    let sex = Sex::read(cell.text).map(Some);
    sex.ok_or_else(|| cell.error("unknown-word", "no sex that is known here", "write F, M or ALL"))
}

/// A single year of age; the oldest may be written as `90+`.
fn age(cell: &Cell<'_>) -> Result<Option<u8>, Finding> {
    if is_all(cell.text) {
        return Ok(None);
    }
    let text = cell.text.strip_suffix('+').unwrap_or(cell.text);
    let age = text.parse::<u8>().ok().filter(|age| *age <= 120);
    age.map(Some).ok_or_else(|| {
        cell.error(
            "not-an-age",
            "no single year of age",
            "write a whole number from 0, 90+ for the oldest, or ALL",
        )
    })
}

fn age_words(age: Option<u8>) -> String {
    age.map_or_else(|| "ALL".to_owned(), |age| age.to_string())
}

#[cfg(test)]
mod tests {
    use muster_kit::intake::RawFile;
    use rstest::rstest;

    use super::super::{Content, ReadFile, kinds::RESIDENTS, read};

    fn of(text: &str) -> ReadFile {
        read("residents", &RawFile::new("residents.csv", text.as_bytes().to_vec()), None).unwrap()
    }

    fn found(read: &ReadFile) -> Vec<String> {
        let Content::Residents(all) = &read.content else { panic!("no residents") };
        all.iter().map(|of| format!("{} {} {}", of.borough, of.day, of.residents)).collect()
    }

    const TOTALS: &str = "CCG,YEAR,ONS_MYE_TOTAL\nBexley,2015,200\nBexley,2016,210\nBromley,2016,300\n";

    /// Two boroughs by sex and age, with rows of all of the first.
    const AGES: &str = "\
LAD_CODE,BOROUGH,MID_YEAR,SEX,AGE,POPULATION
E1,Bexley,2011,F,0,10
E1,Bexley,2011,F,1,20
E1,Bexley,2011,F,ALL,30
E1,Bexley,2011,M,0,11
E1,Bexley,2011,M,1+,21
E1,Bexley,2011,ALL,ALL,62
E2,Bromley,2011,F,0,1
E2,Bromley,2011,F,1,2
E2,Bromley,2011,M,0,3
E2,Bromley,2011,M,1,4
";

    #[test]
    fn both_of_the_publishers_layouts_and_the_template_are_read() {
        assert_eq!(
            found(&of(TOTALS)),
            ["Bexley 2015-06-30 200", "Bexley 2016-06-30 210", "Bromley 2016-06-30 300"]
        );
        let read = of(AGES);
        assert!(!read.findings.has_errors(), "{:?}", read.findings.sorted());
        assert_eq!(found(&read), ["Bexley 2011-06-30 62", "Bromley 2011-06-30 10"]);
        assert_eq!(
            (read.rows_kept, read.totals),
            (10, vec![("dates", 1), ("newest_boroughs", 2), ("newest_residents", 72)])
        );
        assert_eq!(found(&of(&RESIDENTS.template())), ["Bexley 2015-06-30 242387"]);
        assert_eq!(found(&of("borough,date,residents\nBexley,2015-03-31,5\n")), ["Bexley 2015-03-31 5"]);
    }

    #[rstest]
    #[case("F,ALL,30", "F,ALL,31", "does-not-add-up", 4, "POPULATION")]
    #[case("ALL,ALL,62", "ALL,ALL,63", "does-not-add-up", 7, "POPULATION")]
    #[case("E2,Bromley,2011,M,1,4\n", "", "age-missing", 8, "age")]
    #[case("E2,Bromley,2011,M,0,3\nE2,Bromley,2011,M,1,4\n", "", "one-sex", 8, "sex")]
    #[case("M,1,4", "M,0,4", "duplicate-key", 11, "borough")]
    #[case("M,1,4", "M,1,4.5", "not-whole", 11, "POPULATION")]
    #[case("M,1,4", "M,1,-4", "negative", 11, "POPULATION")]
    #[case("M,1,4", "M,young,4", "not-an-age", 11, "AGE")]
    #[case("M,1,4", "X,1,4", "unknown-word", 11, "SEX")]
    #[case("Bromley,2011,M,1", "Bromley,11,M,1", "not-a-year", 11, "MID_YEAR")]
    #[case("Bromley,2011,M,1", "Bromley,,M,1", "missing-value", 11, "MID_YEAR")]
    #[case("E2,Bromley,2011,M,1", "E2,,2011,M,1", "missing-value", 11, "BOROUGH")]
    fn what_is_wrong_is_named_with_its_place(
        #[case] from: &str,
        #[case] to: &str,
        #[case] rule: &str,
        #[case] line: u64,
        #[case] column: &str,
    ) {
        let text = AGES.replacen(from, to, 1);
        let read = of(&text);
        assert!(text != AGES && read.findings.has_errors());
        let errors =
            read.findings.by_rule(rule).next().unwrap_or_else(|| panic!("{:?}", read.findings.sorted()));
        assert_eq!((errors.line, errors.column.as_str()), (line, column), "{errors:?}");
        assert!(!errors.remedy.is_empty());
        // the borough with the bad row is left out, the other stays
        assert_eq!(found(&read).len(), 1, "{:?}", found(&read));
    }

    #[test]
    fn a_file_without_a_date_and_a_borough_without_people_are_refused() {
        let file = RawFile::new("a.csv", b"borough,residents\nBexley,5\n".to_vec());
        let findings = read("residents", &file, None).unwrap_err();
        assert_eq!(findings.sorted()[0].rule, "missing-column");
        let read = of(&TOTALS.replace("2015,200", "2015,0"));
        assert_eq!(read.findings.sorted()[0].rule, "nobody");
        let read = of("borough,year,date,residents\nBexley,2015,2015-03-31,5\n");
        assert_eq!((read.findings.sorted()[0].rule, read.findings.sorted()[0].line), ("two-days", 2));
    }
}
