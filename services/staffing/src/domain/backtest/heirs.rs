//! Groupings of codes that closed before the groupings were drawn.
//!
//! A backtest sums by the groupings of a later day. A practice that had closed by then is in none of them, but its patients and staff are:
//! they came to practices that are. A network would seem to have grown by them, and every forecast of it to fall short. Such a code
//! counts in the groupings of the practice that its patients came to. Nobody publishes which one that was for all of them; it is
//! taken to be the one of the same borough whose list grew most in the year in which the code lost its own.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::domain::assemble::{AreaData, Membership, Place};

/// A list grows by so much in a usual year, as one part of so many.
const USUAL_GROWTH: i64 = 50;
/// The successor's list grows by no less than one part of so many of the list that it takes over.
const LEAST_GROWTH: i64 = 4;

/// Lists of one practice by year, in 1/1000 patients, with its borough.
#[derive(Default)]
struct Lists<'a> {
    borough: &'a str,
    by_year: BTreeMap<i32, i64>,
}

impl Lists<'_> {
    fn at(&self, year: i32) -> i64 {
        self.by_year.get(&year).copied().unwrap_or_default()
    }

    /// Growth beyond the usual from one year to the next; nothing where it is not open in both.
    fn growth(&self, year: i32) -> Option<i64> {
        let (from, to) = (self.at(year), self.at(year + 1));
        (from > 0 && to > 0).then(|| to - from - from / USUAL_GROWTH)
    }
}

/// Codes that closed and lack a grouping that their borough's practices have, with the code that their patients came to.
pub fn heirs(data: &AreaData) -> BTreeMap<String, String> {
    let mut lists: HashMap<&str, Lists<'_>> = HashMap::new();
    for row in &data.rows {
        let of = lists.entry(&row.practice).or_default();
        of.by_year.insert(row.year, row.list.milli());
        of.borough = &row.borough;
    }
    let groupings = |code: &str| data.places.get(code).map_or(&[][..], |place| &place.memberships);
    let mut of_borough: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (code, of) in lists.iter().filter(|(code, of)| !of.borough.is_empty() && !groupings(code).is_empty())
    {
        of_borough.entry(of.borough).or_default().push(code);
    }
    for codes in of_borough.values_mut() {
        codes.sort_unstable();
    }
    let years: BTreeSet<i32> = data.rows.iter().map(|row| row.year).collect();
    let mut heirs = BTreeMap::new();
    for year in years {
        let closing = lists
            .iter()
            .filter(|(_, of)| of.at(year) > 0 && of.at(year + 1) <= 0 && of_borough.contains_key(of.borough));
        let mut closing: Vec<(&str, &Lists<'_>)> = closing.map(|(code, of)| (*code, of)).collect();
        closing.sort_by_key(|(code, of)| (-of.at(year), *code));
        // what one code brought does not speak for the next
        let mut taken: HashMap<&str, i64> = HashMap::new();
        for (code, of) in closing {
            let left = |other: &str| {
                let growth = lists.get(other)?.growth(year)?;
                Some(growth - taken.get(other).copied().unwrap_or_default())
            };
            let candidates = of_borough[of.borough].iter().filter_map(|other| Some((left(other)?, *other)));
            let Some((growth, heir)) = candidates.max() else { continue };
            if growth >= of.at(year) / LEAST_GROWTH {
                *taken.entry(heir).or_default() += of.at(year);
                if !inherited(groupings(code), groupings(heir)).is_empty() {
                    heirs.insert(code.to_owned(), heir.to_owned());
                }
            }
        }
    }
    heirs
}

/// Groupings of the successor at levels where the code has none.
fn inherited(own: &[Membership], of_heir: &[Membership]) -> Vec<Membership> {
    let lacks = |of: &&Membership| own.iter().all(|own| own.level != of.level);
    of_heir.iter().filter(lacks).cloned().collect()
}

/// The area with the groupings that such codes inherit.
pub(super) fn with_heirs(data: &AreaData) -> AreaData {
    let mut data = data.clone();
    for (code, heir) in heirs(&data) {
        let of_heir = data.places.get(&heir).map(|place| place.memberships.clone()).unwrap_or_default();
        let place =
            data.places.entry(code.clone()).or_insert_with(|| Place { name: code, ..Place::default() });
        let more = inherited(&place.memberships, &of_heir);
        place.memberships.extend(more);
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{forecast::Level, missing::PracticeYear, role::ByRole, units::Patients};

    fn area(lists: &[(&str, &str, [i64; 2])], grouped: &[&str]) -> AreaData {
        let row = |(code, borough, list): &(&str, &str, [i64; 2]), year: usize| PracticeYear {
            practice: (*code).into(),
            year: 2017 + i32::try_from(year).unwrap(),
            borough: (*borough).into(),
            list: Patients::from_milli(list[year] * 1_000),
            fte: ByRole::default(),
        };
        let rows = lists.iter().flat_map(|of| [row(of, 0), row(of, 1)]).collect();
        let place = |code: &&str| {
            let code = format!("N-{code}");
            Membership { level: Level::Pcn, name: code.clone(), code, placeholder: false }
        };
        let places = grouped
            .iter()
            .map(|code| ((*code).to_owned(), Place { memberships: vec![place(code)], ..Place::default() }));
        AreaData { rows, places: places.collect(), ..AreaData::default() }
    }

    #[test]
    fn a_code_that_closed_counts_where_its_patients_came_to() {
        let lists = [
            ("A", "East", [5_000, 0]),
            ("B", "East", [4_000, 0]),
            ("C", "East", [9_000, 14_100]),
            ("D", "East", [9_000, 13_000]),
            ("E", "West", [9_000, 99_000]),
            // nobody's list grew by anything like it
            ("F", "West", [900_000, 0]),
        ];
        let data = with_heirs(&area(&lists, &["C", "D", "E"]));
        let network = |code: &str| data.places.get(code).map(|place| place.memberships[0].code.as_str());
        assert_eq!((network("A"), network("B"), network("F")), (Some("N-C"), Some("N-D"), None));
    }

    #[test]
    fn what_has_a_grouping_or_stays_open_keeps_it() {
        let lists = [("A", "East", [5_000, 0]), ("B", "East", [100, 100]), ("C", "East", [9_000, 14_000])];
        assert!(heirs(&area(&lists, &["A", "C"])).is_empty());
        assert!(heirs(&area(&lists, &[])).is_empty());
    }
}
