//! Baselines: what one source says of the staff of places on a date.

use std::{fmt, str::FromStr};

use jiff::civil::Date;

use super::{
    role::Role,
    units::{Fte, Patients},
};

/// Sex as the publisher records it; anything else counts as unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

impl Sex {
    /// `female` or `male`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
        }
    }

    /// Reads `female`, `male`, `f` or `m` in any case; everything else is unknown.
    pub fn read(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "female" | "f" => Some(Self::Female),
            "male" | "m" => Some(Self::Male),
            _ => None,
        }
    }
}

/// What counts of the publisher's individual-level file are of.
pub const INDIVIDUALS: &str =
    "General Practice Workforce, individual level: people and FTE by sub-ICB location";

/// An age band in whole years, both ends included; no upper end for the oldest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgeBand {
    /// Youngest age, 0 for `under-…`.
    pub from: u8,
    /// Oldest age, absent for `…-plus`.
    pub to: Option<u8>,
}

/// An age band that cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an age band")]
pub struct BadAgeBand;

impl fmt::Display for AgeBand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.to) {
            (0, Some(to)) => write!(f, "under-{}", to + 1),
            (from, None) => write!(f, "{from}-plus"),
            (from, Some(to)) => write!(f, "{from}-{to}"),
        }
    }
}

impl FromStr for AgeBand {
    type Err = BadAgeBand;

    /// Reads `30-34`, `30to34`, `under-30`, `under30`, `65-plus`, `65plus`, `65+`, `65 and over`.
    fn from_str(text: &str) -> Result<Self, BadAgeBand> {
        let key: String =
            text.to_ascii_lowercase().chars().filter(|c| !matches!(c, ' ' | '_' | '-')).collect();
        let number = |digits: &str| digits.parse::<u8>().ok().filter(|n| (1..=100).contains(n));
        if let Some(rest) = key.strip_prefix("under") {
            let to = number(rest).ok_or(BadAgeBand)? - 1;
            return Ok(Self { from: 0, to: Some(to) });
        }
        for tail in ["plus", "+", "andover"] {
            if let Some(rest) = key.strip_suffix(tail) {
                return Ok(Self { from: number(rest).ok_or(BadAgeBand)?, to: None });
            }
        }
        let (from, to) = match key.split_once("to") {
            Some(pair) => pair,
            None if key.len() == 4 && key.is_ascii() => key.split_at(2),
            None => return Err(BadAgeBand),
        };
        let (from, to) = (number(from).ok_or(BadAgeBand)?, number(to).ok_or(BadAgeBand)?);
        if from > to { Err(BadAgeBand) } else { Ok(Self { from, to: Some(to) }) }
    }
}

/// FTE and heads of one role at one place, whole or split by finer role, sex or age.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// ODS code of the practice or organisation.
    pub place: String,
    /// Role.
    pub role: Role,
    /// The role as the file names it; empty for the role as a whole.
    pub detailed_role: String,
    /// Sex, absent for both together or unknown.
    pub sex: Option<Sex>,
    /// Age band, absent for all ages together or unknown.
    pub age_band: Option<AgeBand>,
    /// FTE, absent when the place did not return.
    pub fte: Option<Fte>,
    /// Heads, absent when unknown. Heads do not add up across places.
    pub heads: Option<i64>,
    /// Vacancies, absent when unknown.
    pub vacancies: Option<Fte>,
    /// True when the publisher estimated the value for a place that did not return.
    pub estimated: bool,
}

impl Count {
    /// A count of a whole role, nothing known yet.
    pub fn of_role(place: &str, role: Role) -> Self {
        Self {
            place: place.to_owned(),
            role,
            detailed_role: String::new(),
            sex: None,
            age_band: None,
            fte: None,
            heads: None,
            vacancies: None,
            estimated: false,
        }
    }

    /// True for the role as a whole, not a split of it.
    pub fn is_total(&self) -> bool {
        self.detailed_role.is_empty() && self.sex.is_none() && self.age_band.is_none()
    }
}

/// What the file says of a place beside its staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceFacts {
    /// ODS code.
    pub place: String,
    /// Name, empty when the file gives none.
    pub name: String,
    /// Borough by the file, empty when it gives none. Only used for places that the directory does not know.
    pub borough: String,
    /// Registered list, absent when the file gives none.
    pub list: Option<Patients>,
}

/// All counts of one date in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountSet {
    /// Date of the count. For a mean of several months, the last of them.
    pub date: Date,
    /// Financial year ending that the publisher gives the count to.
    pub year: Option<i32>,
    /// What is counted, in the publisher's words.
    pub definition: String,
    /// Places.
    pub places: Vec<PlaceFacts>,
    /// Counts.
    pub counts: Vec<Count>,
}

/// FTE of one role over all places of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleTotal {
    /// Role.
    pub role: Role,
    /// FTE of those that returned.
    pub fte: Fte,
    /// Places that returned.
    pub returned: u32,
    /// Places with patients that did not return.
    pub missing: u32,
}

impl CountSet {
    /// Totals by role, of the counts of whole roles; roles that the file does not count are left out.
    pub fn totals(&self) -> Vec<RoleTotal> {
        let with_patients: std::collections::HashSet<&str> = self
            .places
            .iter()
            .filter(|place| place.list.is_some_and(Patients::is_positive))
            .map(|place| place.place.as_str())
            .collect();
        let mut totals: Vec<RoleTotal> = Vec::new();
        for count in self.counts.iter().filter(|count| count.is_total()) {
            let position = totals.iter().position(|total| total.role == count.role).unwrap_or_else(|| {
                totals.push(RoleTotal { role: count.role, fte: Fte::ZERO, returned: 0, missing: 0 });
                totals.len() - 1
            });
            let total = &mut totals[position];
            match count.fte {
                Some(fte) => {
                    total.fte += fte;
                    total.returned += 1;
                }
                None if with_patients.contains(count.place.as_str()) => total.missing += 1,
                None => {}
            }
        }
        totals.sort_by_key(|total| total.role);
        totals
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("30-34", "30-34")]
    #[case("30to34", "30-34")]
    #[case("under30", "under-30")]
    #[case("Under 25", "under-25")]
    #[case("65+", "65-plus")]
    #[case("65 and over", "65-plus")]
    #[case("70plus", "70-plus")]
    fn age_bands_are_read_in_the_publishers_spellings(#[case] text: &str, #[case] name: &str) {
        let band: AgeBand = text.parse().unwrap();
        assert_eq!(band.to_string(), name);
        assert_eq!(band.to_string().parse(), Ok(band));
    }

    #[rstest]
    #[case("Unknown")]
    #[case("34-30")]
    #[case("")]
    #[case("under")]
    #[case("30-")]
    fn other_texts_are_no_age_bands(#[case] text: &str) {
        assert_eq!(text.parse::<AgeBand>(), Err(BadAgeBand));
    }
}
