//! Groupings of practices: different, overlapping, effective-dated. None is nested in another by rule.

use muster_kit::OrgCode;

use super::Period;

/// What a grouping is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GroupingKind {
    /// Planning footprint of several boroughs.
    System,
    /// London borough.
    Borough,
    /// Local Care Network.
    Lcn,
    /// GP federation.
    Federation,
    /// Primary care network.
    Pcn,
    /// Neighbourhood.
    Neighbourhood,
    /// Locality.
    Locality,
    /// The practices of one commissioner.
    Commissioner,
}

impl GroupingKind {
    /// Every kind, in the order of the contract.
    pub const ALL: [Self; 8] = [
        Self::System,
        Self::Borough,
        Self::Lcn,
        Self::Federation,
        Self::Pcn,
        Self::Neighbourhood,
        Self::Locality,
        Self::Commissioner,
    ];

    /// The word in tables and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Borough => "borough",
            Self::Lcn => "lcn",
            Self::Federation => "federation",
            Self::Pcn => "pcn",
            Self::Neighbourhood => "neighbourhood",
            Self::Locality => "locality",
            Self::Commissioner => "commissioner",
        }
    }

    /// Reads the word, any case.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(word.trim()))
    }

    /// Can a `groupings` file carry it? System and commissioner follow from other files.
    pub fn is_stated_in_files(self) -> bool {
        !matches!(self, Self::System | Self::Commissioner)
    }
}

/// Kind and code: what names a grouping.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupingKey {
    /// What it is.
    pub kind: GroupingKind,
    /// Code, unique within the kind.
    pub code: String,
}

impl GroupingKey {
    /// A key.
    pub fn new(kind: GroupingKind, code: impl Into<String>) -> Self {
        Self { kind, code: code.into() }
    }

    /// `kind:code`, the id of the aggregate in events.
    pub fn id(&self) -> String {
        format!("{}:{}", self.kind.as_str(), self.code)
    }
}

/// A grouping with all its memberships.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grouping {
    /// Kind and code.
    pub key: GroupingKey,
    /// Name.
    pub name: String,
    /// True when the name or the membership is a stand-in for what nobody has published.
    pub placeholder: bool,
    /// Memberships, by practice and first day.
    pub members: Vec<Membership>,
}

/// One practice in one grouping for a time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Membership {
    /// The practice.
    pub practice: OrgCode,
    /// For how long.
    pub period: Period,
    /// True when the membership is a stand-in.
    pub placeholder: bool,
}

/// A Local Care Network serves 50,000 to 100,000 people (South East London plan, October 2016).
const LCN_PEOPLE: std::ops::RangeInclusive<i64> = 50_000..=100_000;

/// What a planner should look at in a grouping with so many registered patients; empty when there is nothing.
pub fn size_warning(kind: GroupingKind, patients: i64) -> String {
    if kind != GroupingKind::Lcn || patients == 0 || LCN_PEOPLE.contains(&patients) {
        return String::new();
    }
    let side = if patients < *LCN_PEOPLE.start() { "below" } else { "above" };
    format!("{patients} registered patients, {side} the 50,000 to 100,000 of a local care network")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(49_999, "49999 registered patients, below the 50,000 to 100,000 of a local care network")]
    #[case(50_000, "")]
    #[case(100_000, "")]
    #[case(100_001, "100001 registered patients, above the 50,000 to 100,000 of a local care network")]
    fn an_lcn_outside_its_size_is_warned_of(#[case] patients: i64, #[case] warning: &str) {
        assert_eq!(size_warning(GroupingKind::Lcn, patients), warning);
        assert_eq!(size_warning(GroupingKind::Federation, patients), "");
    }

    #[test]
    fn kinds_read_back() {
        for kind in GroupingKind::ALL {
            assert_eq!(GroupingKind::parse(&kind.as_str().to_uppercase()), Some(kind));
        }
    }
}
