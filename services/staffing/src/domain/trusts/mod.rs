//! Staff of trusts as the publisher counts it: by organisation, group of staff and month.

mod month;
pub mod parameters;

use std::collections::BTreeMap;

use super::units::Fte;

pub use month::Month;

/// Groups of staff that are forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrustGroup {
    /// Nurses and health visitors.
    Nurses,
    /// Hospital and community health service doctors, those in training among them.
    Doctors,
}

impl TrustGroup {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Nurses, Self::Doctors];

    /// Name in commands and parameters.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nurses => "nurses",
            Self::Doctors => "doctors",
        }
    }

    /// As a heading.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Nurses => "Nurses and health visitors",
            Self::Doctors => "Doctors, those in training among them",
        }
    }

    /// The group that the publisher's words mean.
    pub fn of_publisher(words: &str) -> Option<Self> {
        let is = |name: &str| words.eq_ignore_ascii_case(name);
        if is("Nurses & health visitors") {
            Some(Self::Nurses)
        } else if is("HCHS doctors") {
            Some(Self::Doctors)
        } else {
            None
        }
    }
}

/// Groups of staff of the hospital and community health services workforce statistics (NHS Digital, tables by staff group, 2018).
pub const PUBLISHED_GROUPS: [&str; 12] = [
    "HCHS doctors",
    "Nurses & health visitors",
    "Midwives",
    "Ambulance staff",
    "Scientific, therapeutic & technical staff",
    "Support to doctors, nurses & midwives",
    "Support to ambulance staff",
    "Support to ST&T staff",
    "Central functions",
    "Hotel, property & estates",
    "Senior managers",
    "Managers",
];

/// Does a published table of groups know these words? `Unknown` is the publisher's own word for staff in no group.
pub fn is_published(group: &str) -> bool {
    PUBLISHED_GROUPS.iter().any(|known| known.eq_ignore_ascii_case(group))
}

/// Is the code that of an NHS trust? ODS gives trusts three characters that begin with R.
pub fn is_trust(code: &str) -> bool {
    code.len() == 3 && code.starts_with(['R', 'r'])
}

/// FTE of one group of staff of one organisation in one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustCount {
    /// Month of the count.
    pub month: Month,
    /// ODS code.
    pub organisation: String,
    /// Name.
    pub name: String,
    /// Group of staff, in the publisher's words.
    pub staff_group: String,
    /// FTE.
    pub fte: Fte,
}

/// FTE of each group of staff over all organisations of a month, by group.
pub fn totals(counts: &[TrustCount], month: Month) -> BTreeMap<&str, Fte> {
    let mut totals = BTreeMap::new();
    for count in counts.iter().filter(|count| count.month == month) {
        *totals.entry(count.staff_group.as_str()).or_default() += count.fte;
    }
    totals
}

/// Months of the counts, the first first.
pub fn months(counts: &[TrustCount]) -> Vec<Month> {
    let mut months: Vec<Month> = counts.iter().map(|count| count.month).collect();
    months.sort_unstable();
    months.dedup();
    months
}

/// What is known of one group of one trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// ODS code.
    pub code: String,
    /// Name, as the last count has it.
    pub name: String,
    /// First count.
    pub first: (Month, Fte),
    /// Last count.
    pub last: (Month, Fte),
    /// Counts.
    pub counts: u32,
}

/// What is known of a group: trusts with a count in the newest month, by code, and the codes of those without one.
pub fn known(counts: &[TrustCount], group: TrustGroup) -> (Vec<Known>, Vec<String>) {
    let mut found: BTreeMap<&str, Vec<&TrustCount>> = BTreeMap::new();
    let of_group = |count: &&TrustCount| TrustGroup::of_publisher(&count.staff_group) == Some(group);
    for count in counts.iter().filter(of_group).filter(|count| is_trust(&count.organisation)) {
        found.entry(&count.organisation).or_default().push(count);
    }
    let newest = found.values().flatten().map(|count| count.month).max();
    let (mut trusts, mut gone) = (Vec::new(), Vec::new());
    for (code, mut of_trust) in found {
        of_trust.sort_by_key(|count| count.month);
        let (Some(first), Some(last)) = (of_trust.first(), of_trust.last()) else { continue };
        if Some(last.month) == newest && last.fte.is_positive() {
            trusts.push(Known {
                code: code.to_owned(),
                name: last.name.clone(),
                first: (first.month, first.fte),
                last: (last.month, last.fte),
                counts: u32::try_from(of_trust.len()).unwrap_or(u32::MAX),
            });
        } else {
            gone.push(code.to_owned());
        }
    }
    (trusts, gone)
}

/// Groups of staff of the newest month that no published table knows, with their FTE.
pub fn unknown_groups(counts: &[TrustCount]) -> Vec<String> {
    let Some(newest) = months(counts).last().copied() else { return Vec::new() };
    let unknown = totals(counts, newest).into_iter().filter(|(group, _)| !is_published(group));
    unknown.map(|(group, fte)| format!("{group}: {} FTE in {newest}", tenths(fte))).collect()
}

/// Groups of staff that are in no forecast, with the FTE of the newest month over all organisations.
pub fn left_out(counts: &[TrustCount]) -> Vec<String> {
    let Some(newest) = months(counts).last().copied() else { return Vec::new() };
    let others = totals(counts, newest);
    let others = others.into_iter().filter(|(group, _)| TrustGroup::of_publisher(group).is_none());
    others.map(|(group, fte)| format!("{group}: {} FTE in {newest}", tenths(fte))).collect()
}

/// FTE with one decimal, thousands apart.
pub fn tenths(fte: Fte) -> String {
    let tenths = super::units::divide_rounded(i128::from(fte.milli()), 100);
    let mut whole = (tenths.unsigned_abs() / 10).to_string();
    for place in
        (1..whole.len()).rev().filter(|place| (whole.len() - place).is_multiple_of(3)).collect::<Vec<_>>()
    {
        whole.insert(place, ',');
    }
    format!("{}{whole}.{}", if tenths < 0 { "-" } else { "" }, tenths.unsigned_abs() % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(month: &str, organisation: &str, staff_group: &str, milli: i64) -> TrustCount {
        TrustCount {
            month: month.parse().unwrap(),
            organisation: organisation.into(),
            name: organisation.into(),
            staff_group: staff_group.into(),
            fte: Fte::from_milli(milli),
        }
    }

    #[test]
    fn only_trusts_that_were_counted_last_are_forecast_and_the_rest_is_named() {
        let counts = [
            count("2017-09", "RJ1", "Nurses & health visitors", 4_018_800),
            count("2018-06", "RJ1", "Nurses & health visitors", 4_219_800),
            count("2017-09", "RXX", "Nurses & health visitors", 10_000),
            count("2018-06", "07N", "Nurses & health visitors", 5_000),
            count("2018-06", "RJ1", "Unknown", 11_600),
            count("2018-06", "RJ1", "Midwives", 246_400),
        ];
        let (trusts, gone) = known(&counts, TrustGroup::Nurses);
        assert_eq!(trusts.len(), 1);
        assert_eq!((trusts[0].counts, trusts[0].first.1.milli()), (2, 4_018_800));
        assert_eq!(gone, ["RXX"]);
        assert_eq!(known(&counts, TrustGroup::Doctors).0, []);
        assert_eq!(unknown_groups(&counts), ["Unknown: 11.6 FTE in 2018-06"]);
        assert_eq!(left_out(&counts).len(), 2);
        let written = [1_234_567_890, 999_950, -12_340, 40].map(|milli| tenths(Fte::from_milli(milli)));
        assert_eq!(written, ["1,234,567.9", "1,000.0", "-12.3", "0.0"]);
    }
}
