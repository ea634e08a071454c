//! Patients counted twice in a payments file: on the list of a practice that closed within the year, and again on the
//! list of the practice that took them over.
//!
//! A closed practice keeps its last list in the file. When one or more practices that closed on the same day are still
//! counted, and the list of another practice of the same area grew by about as much in the same year, the old
//! lists are counted twice. In 2016-17 three practices closed into Nexus (G85034) on 12/09/2016: 45,794 patients on the
//! old lists, while the list of Nexus grew by 47,124.
//!
//! Where a file gives the list of one quarter, the list of a closed practice is its last, from an earlier quarter than
//! the successor's, and the whole of it is counted twice. Where it gives the mean of the
//! quarters that a practice was open, the old list stands for the quarters before closing, the successor's mean has
//! grown by those after it, and only that part is too much.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use muster_kit::OrgCode;

use super::{FinancialYear, Statement, Succession};

/// Growth of the successor's list over the patients expected to have moved: "about the same", in percent. The upper
/// bound leaves room for the successor's own growth.
const ABOUT_THE_SAME: std::ops::RangeInclusive<i64> = 75..=130;

/// Below this many patients in 1/1000 a coincidence is as likely as a merger: lists move by hundreds in every year.
const SMALLEST_MILLI: i64 = 1_000_000;

/// A successor's list grows by at least a tenth; less is ordinary growth of a large practice.
const LEAST_GROWTH_PERCENT: i64 = 10;

/// Practices that closed together and are counted again by a successor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoubleCount {
    /// Year of the file.
    pub year: FinancialYear,
    /// The day on which they closed.
    pub closed: Date,
    /// Closed practices: code, line in the file, patients counted twice in 1/1000.
    pub predecessors: Vec<(OrgCode, u64, i64)>,
    /// The practice whose list holds them as well; none when the file of the year before is needed to tell.
    pub successor: Option<OrgCode>,
    /// Growth of the successor's list in the year, in 1/1000.
    pub growth_milli: i64,
}

impl DoubleCount {
    fn new(year: FinancialYear, closed: Date) -> Self {
        Self { year, closed, predecessors: Vec::new(), successor: None, growth_milli: 0 }
    }

    /// Patients counted twice, in 1/1000.
    pub fn patients_milli(&self) -> i64 {
        self.predecessors.iter().map(|(_, _, milli)| milli).sum()
    }

    /// Did a successor's list prove it?
    pub fn is_certain(&self) -> bool {
        self.successor.is_some()
    }
}

/// Finds double counts in every year of the payments statements. Certain ones need the year before as well; a closing
/// that cannot be judged for want of it is given without a successor.
pub fn find(statements: &[Statement], successions: &[Succession]) -> Vec<DoubleCount> {
    let lists = Lists::of(statements, successions);
    lists.years.keys().flat_map(|year| lists.in_year(*year)).collect()
}

type Rows<'a> = BTreeMap<&'a OrgCode, &'a Statement>;

/// The payments statements with a list, by year, and where each practice belongs.
struct Lists<'a> {
    years: BTreeMap<FinancialYear, Rows<'a>>,
    /// The first commissioner known of a practice: one of the six in South East London, so that practices of different
    /// boroughs are told apart after 2020 as well.
    areas: BTreeMap<&'a OrgCode, &'a str>,
    successions: &'a [Succession],
}

impl<'a> Lists<'a> {
    fn of(statements: &'a [Statement], successions: &'a [Succession]) -> Self {
        let mut years: BTreeMap<FinancialYear, Rows> = BTreeMap::new();
        let mut first: BTreeMap<&OrgCode, (Date, &str)> = BTreeMap::new();
        for statement in statements.iter().filter(|statement| statement.list.is_some()) {
            if let Some(year) = FinancialYear::of(statement.edition) {
                years.entry(year).or_default().insert(&statement.code, statement);
            }
            if let Some(commissioner) = statement.commissioner.as_deref() {
                let known = first.entry(&statement.code).or_insert((statement.edition, commissioner));
                *known = (*known).min((statement.edition, commissioner));
            }
        }
        let areas = first.into_iter().map(|(code, (_, commissioner))| (code, commissioner)).collect();
        Self { years, areas, successions }
    }

    fn in_year(&self, year: FinancialYear) -> Vec<DoubleCount> {
        let mut groups = self.closed_together(year);
        // the largest first, so that a small closing does not take the growth that a large one explains
        groups.sort_by_key(|(_, group)| (std::cmp::Reverse(group.patients_milli()), group.closed));
        let before = self.years.get(&year.previous());
        let mut taken = BTreeSet::new();
        let mut found = Vec::new();
        for (area, mut group) in groups {
            let covered =
                before.is_some_and(|rows| rows.keys().any(|code| self.areas.get(code) == Some(&area)));
            if !covered {
                found.push(group);
            } else if let Some((successor, growth)) = self.successor_of(&group, area, &taken) {
                taken.insert(successor.clone());
                group.successor = Some(successor);
                group.growth_milli = growth;
                found.push(group);
            }
        }
        found
    }

    /// Practices of one area that closed on the same day of the year and still have patients in the file.
    fn closed_together(&self, year: FinancialYear) -> Vec<(&'a str, DoubleCount)> {
        let mut groups: BTreeMap<(Date, &str), DoubleCount> = BTreeMap::new();
        let rows = self.years.get(&year);
        let newest = rows.into_iter().flatten().filter_map(|(_, row)| row.list?.quarter).max();
        for (code, row) in rows.into_iter().flatten() {
            let (Some(closed), Some(list), Some(area)) = (row.closed, row.list, self.areas.get(code)) else {
                continue;
            };
            let too_much = match list.quarter {
                _ if !year.contains(closed) => 0,
                // counted in the quarter of everybody: no successor holds its patients yet
                quarter if quarter.is_some() && quarter == newest => 0,
                Some(_) => list.registered_milli,
                None => list.registered_milli * (4 - year.quarters_open_until(closed)) / 4,
            };
            if too_much > 0 {
                let group = groups.entry((closed, area)).or_insert_with(|| DoubleCount::new(year, closed));
                group.predecessors.push(((*code).clone(), row.line, too_much));
            }
        }
        let large = |group: &DoubleCount| group.patients_milli() >= SMALLEST_MILLI;
        groups.into_iter().filter(|(_, group)| large(group)).map(|((_, area), group)| (area, group)).collect()
    }

    /// The open practice of the area whose list grew by about the patients of the group. A stated succession decides;
    /// else the same postcode, else the growth nearest to the patients.
    fn successor_of(
        &self,
        group: &DoubleCount,
        area: &str,
        taken: &BTreeSet<OrgCode>,
    ) -> Option<(OrgCode, i64)> {
        let rows = self.years.get(&group.year)?;
        let before = self.years.get(&group.year.previous())?;
        let expected = group.patients_milli();
        let places: BTreeSet<&str> = group
            .predecessors
            .iter()
            .filter_map(|(code, ..)| Some(rows.get(code)?.postcode.as_str()))
            .collect();
        let candidates = rows.iter().filter_map(|(code, row)| {
            let held = before.get(code)?.list?.registered_milli;
            let growth = row.list?.registered_milli - held;
            let is_neighbour =
                self.areas.get(code) == Some(&area) && !taken.contains(code) && row.closed.is_none();
            let grew = growth * 100 >= held * LEAST_GROWTH_PERCENT;
            let fits = is_neighbour && grew && ABOUT_THE_SAME.contains(&(growth * 100 / expected));
            let same_place = !row.postcode.is_empty() && places.contains(row.postcode.as_str());
            let rank =
                (!self.is_stated(group, code), !same_place, (growth - expected).abs(), (*code).clone());
            fits.then_some((rank, growth))
        });
        candidates.min().map(|((.., code), growth)| (code, growth))
    }

    fn is_stated(&self, group: &DoubleCount, successor: &OrgCode) -> bool {
        let ended = |code: &OrgCode| group.predecessors.iter().any(|(predecessor, ..)| predecessor == code);
        self.successions.iter().any(|row| &row.successor == successor && ended(&row.predecessor))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rstest::rstest;

    use super::*;
    use crate::domain::{OrganisationKind, Source, evidence::ListStatement};

    fn row(code: &str, year: i32, patients: i64, closed: Option<Date>) -> Statement {
        Statement {
            code: OrgCode::new(code).unwrap(),
            source: Source::Payments,
            edition: FinancialYear::ending(year).unwrap().last_day(),
            kind: OrganisationKind::Practice,
            name: code.to_owned(),
            postcode: format!("SE1 {code}"),
            opened: None,
            closed,
            stated_open: false,
            commissioner: Some("08Q".into()),
            network: None,
            list: Some(ListStatement {
                registered_milli: patients * 1000,
                weighted_milli: patients * 1000,
                quarter: (year < 2019).then_some(if closed.is_some() { 2 } else { 4 }),
            }),
            line: 2,
        }
    }

    /// The lists of NHS Payments to General Practice 2015-16 and 2016-17 for the practices that became Nexus, and of
    /// two neighbours that had nothing to do with it.
    fn nexus() -> Vec<Statement> {
        let closed = Some(date(2016, 9, 12));
        vec![
            row("G85034", 2016, 11_369, None),
            row("G85012", 2016, 20_645, None),
            row("G85094", 2016, 15_961, None),
            row("G85095", 2016, 8_406, None),
            row("G85623", 2016, 9_038, None),
            row("G85034", 2017, 58_493, None),
            row("G85012", 2017, 20_697, closed),
            row("G85094", 2017, 16_717, closed),
            row("G85095", 2017, 8_380, closed),
            row("G85623", 2017, 9_186, None),
        ]
    }

    #[test]
    fn the_merger_into_nexus_is_found() {
        let found = find(&nexus(), &[]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].patients_milli(), 45_794_000);
        assert_eq!(found[0].growth_milli, 47_124_000);
        assert_eq!(found[0].successor.as_ref().map(OrgCode::as_str), Some("G85034"));
        assert_eq!(found[0].predecessors.len(), 3);
    }

    #[test]
    fn without_the_year_before_it_is_only_suspected() {
        let only: Vec<Statement> = nexus().split_off(5);
        let found = find(&only, &[]);
        assert_eq!(found.len(), 1);
        assert!(!found[0].is_certain());
    }

    #[test]
    fn a_closing_whose_patients_went_to_many_is_none() {
        let mut rows = nexus();
        rows.retain(|row| row.code.as_str() != "G85034");
        assert_eq!(find(&rows, &[]), []);
    }

    /// Crook Log closed on 28/04/2020 with 7,714 patients, a mean over one quarter; the list of Sidcup, a mean over
    /// four, grew by 5,995: three quarters of them are too much.
    #[rstest]
    #[case(date(2020, 4, 28), 5_785_500)]
    #[case(date(2020, 10, 1), 1_928_500)]
    fn means_of_quarters_count_the_part_after_closing(#[case] closed: Date, #[case] too_much: i64) {
        let growth = too_much / 1000 + 200;
        let rows = [
            row("G83061", 2020, 7_918, None),
            row("G83066", 2020, 12_207, None),
            row("G83061", 2021, 7_714, Some(closed)),
            row("G83066", 2021, 12_207 + growth, None),
        ];
        let found = find(&rows, &[]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].patients_milli(), too_much);
    }
}
