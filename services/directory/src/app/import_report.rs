//! What only shows once a file stands beside the others: patients counted twice, practices no longer listed, nothing new.

use std::collections::BTreeSet;

use muster_kit::{OrgCode, imports::Summary, intake::Finding};

use super::import_file::Drawn;
use crate::domain::{DoubleCount, FinancialYear, OrganisationKind, Source, organisation::ClosingBasis};

/// Adds findings and totals.
pub(super) fn add(drawn: &Drawn, summary: &mut Summary) {
    if drawn.addition.is_empty() {
        let note = "every row says what is known already: nothing was changed";
        summary.findings.push(Finding::note("nothing-new", note));
        return;
    }
    let year = payments_year(drawn);
    let known: BTreeSet<(FinancialYear, Vec<&OrgCode>, bool)> =
        drawn.before.double_counts.iter().map(id).collect();
    for double in drawn.after.double_counts.iter().filter(|double| !known.contains(&id(double))) {
        for finding in findings_of(double, year == Some(double.year)) {
            summary.findings.push(finding);
        }
    }
    if let Some(year) = year {
        let of_year =
            drawn.after.double_counts.iter().filter(|double| double.year == year && double.is_certain());
        add_totals(summary, of_year.map(DoubleCount::patients_milli).sum());
    }
    note_absences(drawn, summary);
}

fn id(double: &DoubleCount) -> (FinancialYear, Vec<&OrgCode>, bool) {
    (double.year, double.predecessors.iter().map(|(code, ..)| code).collect(), double.is_certain())
}

fn payments_year(drawn: &Drawn) -> Option<FinancialYear> {
    let first = drawn.addition.statements.first().filter(|row| row.source == Source::Payments)?;
    FinancialYear::of(first.edition)
}

fn add_totals(summary: &mut Summary, twice_milli: i64) {
    let registered =
        summary.totals.iter().find(|(name, _)| *name == "registered_patients").map_or(0, |(_, sum)| *sum);
    let twice = (twice_milli + 500) / 1000;
    summary.totals.push(("registered_patients_counted_twice", twice));
    summary.totals.push(("registered_patients_without_double_count", registered - twice));
}

/// A finding for each list that is counted twice; the line is known for the file that is being imported only.
fn findings_of(double: &DoubleCount, is_this_file: bool) -> Vec<Finding> {
    let all = patients(double.patients_milli());
    let finding = |(code, line, milli): &(OrgCode, u64, i64)| {
        let here = patients(*milli);
        let (year, closed) = (double.year, double.closed);
        let (rule, problem, remedy) = match &double.successor {
            Some(successor) => (
                "double-count",
                format!(
                    "{here} patients of {code}, which closed on {closed}, are counted twice in {year}: {all} are still on \
                     the lists of {} that closed that day, and the list of {successor} grew by {}",
                    practices(double.predecessors.len()),
                    patients(double.growth_milli)
                ),
                format!(
                    "totals leave them out; confirm with a successions file: {code},{successor},1,{closed}"
                ),
            ),
            None => (
                "double-count-possible",
                format!(
                    "{here} patients of {code}, which closed on {closed}, may be counted twice in {year}"
                ),
                "import the file of the year before: only with it can a successor's growth be seen"
                    .to_owned(),
            ),
        };
        let line = if is_this_file { *line } else { 0 };
        Finding::warning(rule, problem, remedy).at(
            line,
            "Number of Registered Patients (Last Known Figure)",
            &here,
        )
    };
    double.predecessors.iter().map(finding).collect()
}

fn practices(number: usize) -> String {
    if number == 1 { "the one practice".to_owned() } else { format!("{number} practices") }
}

/// Patients in 1/1000 as a reader writes them: 20,697.
fn patients(milli: i64) -> String {
    let whole = ((milli + 500) / 1000).to_string();
    let mut text = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Practices that this file closes by not listing them.
fn note_absences(drawn: &Drawn, summary: &mut Summary) {
    let is_absent =
        |closed: Option<(_, ClosingBasis)>| closed.is_some_and(|(_, basis)| basis == ClosingBasis::Absence);
    let newly: Vec<&str> = drawn
        .after
        .organisations
        .values()
        .filter(|now| now.kind == OrganisationKind::Practice && is_absent(now.closed))
        .filter(|now| !drawn.before.organisations.get(&now.code).is_some_and(|was| is_absent(was.closed)))
        .map(|now| now.code.as_str())
        .collect();
    if !newly.is_empty() {
        let problem = format!(
            "{} practices are in an earlier payments file and in no later one of their area, without a closing date: \
             they count as closed at the end of the last year that lists them",
            newly.len()
        );
        summary.findings.push(Finding::note("no-longer-listed", problem).at(0, "", &newly.join(" ")));
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn patients_are_grouped_by_thousands() {
        assert_eq!(super::patients(999_499), "999");
        assert_eq!(super::patients(20_697_000), "20,697");
        assert_eq!(super::patients(1_850_051_000), "1,850,051");
    }
}
