//! `deprivation`: score of the health domain of the patients of each practice.

use std::collections::BTreeSet;

use muster_kit::intake::{Cell, Finding, Findings, Keys, Row, Table};

use super::{Content, ReadFile, kinds::DEPRIVATION};
use crate::domain::deprivation::{DeprivationScore, FARTHEST_MILLI};

/// Years that indices of deprivation can be of.
const YEARS: std::ops::RangeInclusive<i64> = 2000..=2100;

/// Reads the table. A practice has one score a year.
pub(super) fn read(table: &Table) -> ReadFile {
    let mut findings = Findings::new(table.findings.file());
    let mut keys = Keys::default();
    let mut scores = Vec::new();
    for row in table.rows() {
        let Some(score) = score(table, &row, &mut findings) else { continue };
        let key = format!("{} {}", score.place, score.year);
        if findings.keep(keys.first(&row, "practice", key)).is_some() {
            scores.push(score);
        }
    }
    findings.extend(table.findings.clone());
    let years: BTreeSet<i32> = scores.iter().map(|of| of.year).collect();
    let practices: BTreeSet<&str> = scores.iter().map(|of| of.place.as_str()).collect();
    let count = |of: usize| i64::try_from(of).unwrap_or(i64::MAX);
    ReadFile {
        rows_read: table.rows_read(),
        rows_kept: scores.len() as u64,
        totals: vec![("years", count(years.len())), ("practices", count(practices.len()))],
        content: Content::Deprivation(scores),
        findings,
    }
}

fn score(table: &Table, row: &Row<'_>, findings: &mut Findings) -> Option<DeprivationScore> {
    let cell = |name: &str| row.cell(table.column(&DEPRIVATION, name));
    let place = findings.keep(cell("practice").code());
    let score_milli = findings.keep(points(&cell("score")));
    let year = findings.keep(year(&cell("year")));
    Some(DeprivationScore {
        place: place?,
        score_milli: score_milli?,
        year: year?,
        source: cell("source").text.to_owned(),
    })
}

/// Scores of the index as a whole (0 to 90) in the place of the domain's would multiply need by up to a hundred.
fn points(cell: &Cell<'_>) -> Result<i64, Finding> {
    let score = cell.signed_milli()?;
    if score.abs() > FARTHEST_MILLI {
        return Err(cell.error(
            "out-of-range",
            "no score of the health domain: those lie between -5 and 5",
            "give the score of the health deprivation and disability domain, not the index of multiple deprivation, a rank or a decile",
        ));
    }
    Ok(score)
}

fn year(cell: &Cell<'_>) -> Result<i32, Finding> {
    let year = cell.count()?;
    let known = || i32::try_from(year).ok().filter(|_| YEARS.contains(&year));
    known().ok_or_else(|| cell.error("not-a-year", "not a year of the indices", "write it as 2015"))
}

#[cfg(test)]
mod tests {
    use muster_kit::intake::RawFile;
    use rstest::rstest;

    use super::super::{Content, ReadFile, kinds::DEPRIVATION, read};

    const GOOD: &str = "\
practice,score,year,source
G99001,-1.25,2015,made up
g99002,0.8764,2015,
G99001,-1.1,2019,made up
";

    fn of(text: &str) -> ReadFile {
        read("deprivation", &RawFile::new("scores.csv", text.as_bytes().to_vec()), None).unwrap()
    }

    #[test]
    fn scores_of_either_sign_and_several_years_are_kept() {
        let read = of(GOOD);
        assert!(!read.findings.has_errors(), "{:?}", read.findings.sorted());
        let Content::Deprivation(scores) = &read.content else { panic!("no scores") };
        let found: Vec<_> = scores.iter().map(|of| (of.place.as_str(), of.year, of.score_milli)).collect();
        assert_eq!(found, [("G99001", 2015, -1_250), ("G99002", 2015, 876), ("G99001", 2019, -1_100)]);
        assert_eq!((read.rows_kept, read.totals), (3, vec![("years", 2), ("practices", 2)]));
        assert!(!of(&DEPRIVATION.template()).findings.has_errors());
    }

    #[rstest]
    #[case("-1.25", "21.5", "out-of-range", 2, "score")]
    #[case("0.8764", "n/a", "not-a-number", 3, "score")]
    #[case("0.8764", "", "missing-value", 3, "score")]
    #[case("-1.1,2019", "-1.1,15", "not-a-year", 4, "year")]
    #[case("-1.1,2019", "-1.1,2015", "duplicate-key", 4, "practice")]
    #[case("g99002", "g-99", "not-a-code", 3, "practice")]
    fn what_is_wrong_is_named_with_its_place(
        #[case] from: &str,
        #[case] to: &str,
        #[case] rule: &str,
        #[case] line: u64,
        #[case] column: &str,
    ) {
        let read = of(&GOOD.replacen(from, to, 1));
        let first = read.findings.sorted()[0].clone();
        assert_eq!((first.rule, first.line, first.column.as_str()), (rule, line, column), "{first:?}");
        assert!(!first.remedy.is_empty() && read.rows_kept == 2);
    }
}
