//! Organisations: who they are, under which name on which day, and whether they are open.

use jiff::civil::Date;
use muster_kit::OrgCode;

use super::FinancialYear;

/// What an organisation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OrganisationKind {
    /// GP practice.
    Practice,
    /// NHS trust, foundation trust or community provider.
    Provider,
    /// Commissioner (CCG, sub-ICB location).
    Commissioner,
    /// GP federation.
    Federation,
    /// Another prescribing place that shares the practice code list: clinic, care home, prison.
    Other,
}

impl OrganisationKind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Practice, Self::Provider, Self::Commissioner, Self::Federation, Self::Other];

    /// The word in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Provider => "provider",
            Self::Commissioner => "commissioner",
            Self::Federation => "federation",
            Self::Other => "other",
        }
    }

    /// Reads the word, any case.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(word.trim()))
    }
}

/// A name and postcode, and the day from which a source gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// First day for which a source says so.
    pub since: Date,
    /// Name.
    pub name: String,
    /// Postcode with one space, or empty when unknown.
    pub postcode: String,
}

/// Why an organisation counts as closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClosingBasis {
    /// A source gives the date.
    Stated,
    /// Another organisation took over; the date is the day before.
    Succession,
    /// A later payments file of the same area no longer lists it; the date is the end of the last year that does.
    Absence,
}

impl ClosingBasis {
    /// The word in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Succession => "succession",
            Self::Absence => "absence",
        }
    }

    /// In words, for a page.
    pub fn explain(self) -> &'static str {
        match self {
            Self::Stated => "stated by the source",
            Self::Succession => "the day before another organisation took over",
            Self::Absence => "the end of the last year in which a payments file lists it",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Stated, Self::Succession, Self::Absence].into_iter().find(|basis| basis.as_str() == word)
    }
}

/// How the borough of an organisation was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoroughBasis {
    /// The last of the six commissioners it had before April 2020, each of which covered one borough.
    Commissioner,
    /// The borough of most practices of its primary care network.
    Network,
    /// The borough of most practices in its postcode district.
    Postcode,
}

impl BoroughBasis {
    /// The word in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Commissioner => "commissioner",
            Self::Network => "network",
            Self::Postcode => "postcode",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Commissioner, Self::Network, Self::Postcode].into_iter().find(|basis| basis.as_str() == word)
    }

    /// In words, for a page.
    pub fn explain(self) -> &'static str {
        match self {
            Self::Commissioner => "the last commissioner before April 2020, which covered one borough",
            Self::Network => "the borough of most practices of its primary care network",
            Self::Postcode => "the borough of most practices in its postcode district",
        }
    }
}

/// An organisation with its whole history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// ODS code.
    pub code: OrgCode,
    /// What it is.
    pub kind: OrganisationKind,
    /// Names and postcodes by date, oldest first; never empty.
    pub identities: Vec<Identity>,
    /// Borough it lies in, with how that was found.
    pub borough: Option<(&'static str, BoroughBasis)>,
    /// Opening date.
    pub opened: Option<Date>,
    /// Last day, with how that was found.
    pub closed: Option<(Date, ClosingBasis)>,
    /// Registered lists, oldest first.
    pub lists: Vec<RegisteredList>,
}

impl Organisation {
    /// Name and postcode as of a day: the newest that a source gives for it, else the oldest known.
    pub fn identity_on(&self, day: Date) -> Option<&Identity> {
        identity_on(&self.identities, day)
    }

    /// The newest name.
    pub fn name(&self) -> &str {
        self.identities.last().map_or("", |identity| identity.name.as_str())
    }

    /// Is it open on the day?
    pub fn is_open_on(&self, day: Date) -> bool {
        is_open_on(self.opened, self.closed.map(|(day, _)| day), day)
    }

    /// True for made-up organisations: every name of the sample says so.
    pub fn is_sample(&self) -> bool {
        self.name().ends_with(SAMPLE_MARK)
    }
}

/// Ends every made-up name.
pub const SAMPLE_MARK: &str = "(sample)";

/// Name and postcode as of a day: the newest that a source gives for it, else the oldest known.
pub fn identity_on(identities: &[Identity], day: Date) -> Option<&Identity> {
    identities.iter().rev().find(|identity| identity.since <= day).or(identities.first())
}

/// Open on the day: the opening date, if known, has come, and the closing date, if known, has not passed.
pub fn is_open_on(opened: Option<Date>, closed: Option<Date>, day: Date) -> bool {
    opened.is_none_or(|opened| opened <= day) && closed.is_none_or(|closed| day <= closed)
}

/// A practice's registered list in one payments file. Patients in 1/1000: lists are means of quarters in some years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegisteredList {
    /// Financial year of the file.
    pub year: FinancialYear,
    /// Registered patients.
    pub registered_milli: i64,
    /// Weighted patients (global sum formula).
    pub weighted_milli: i64,
    /// The part of the registered patients that a successor's list in the same file counts too: left out of totals.
    pub counted_twice_milli: i64,
}

impl RegisteredList {
    /// Registered patients without those counted twice, in 1/1000: what a total adds up.
    pub fn for_totals_milli(&self) -> i64 {
        self.registered_milli - self.counted_twice_milli
    }

    /// The last list of a file whose year had ended by the day, or had begun when none had ended.
    pub fn on(lists: &[Self], day: Date) -> Option<&Self> {
        lists
            .iter()
            .rev()
            .find(|list| list.year.last_day() <= day)
            .or_else(|| lists.first().filter(|list| list.year.first_day() <= day))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_name_is_the_one_of_the_day() {
        let identity = |year, name: &str| Identity {
            since: date(year, 4, 1),
            name: name.into(),
            postcode: "SE1 6JP".into(),
        };
        let history = [identity(2014, "PRINCESS STREET"), identity(2016, "NEXUS HEALTH GROUP")];
        let name = |day| identity_on(&history, day).map(|identity| identity.name.as_str());
        assert_eq!(name(date(2013, 1, 1)), Some("PRINCESS STREET"));
        assert_eq!(name(date(2016, 3, 31)), Some("PRINCESS STREET"));
        assert_eq!(name(date(2026, 3, 31)), Some("NEXUS HEALTH GROUP"));
    }

    #[test]
    fn the_list_of_a_day_is_the_last_published_one() {
        let list = |year, patients| RegisteredList {
            year: FinancialYear::ending(year).unwrap(),
            registered_milli: patients,
            weighted_milli: patients,
            counted_twice_milli: 0,
        };
        let lists = [list(2015, 1), list(2016, 2)];
        let on = |day| RegisteredList::on(&lists, day).map(|list| list.registered_milli);
        assert_eq!(on(date(2014, 3, 31)), None);
        assert_eq!(on(date(2014, 9, 30)), Some(1));
        assert_eq!(on(date(2016, 3, 30)), Some(1));
        assert_eq!(on(date(2016, 3, 31)), Some(2));
    }
}
