//! How two items belong together: three relations that are never taken for one another, and none.

use jiff::civil::Date;

/// What two items are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// Different items.
    Different,
    /// Two records of one item.
    SameItem,
    /// The same item in another pack.
    OtherPack,
    /// One may be used for the other: approved by people, for a use, with an end.
    Substitutable,
}

impl Relation {
    /// Words of files and commands.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("different", Self::Different),
        ("same-item", Self::SameItem),
        ("same-item-other-pack", Self::OtherPack),
        ("clinically-substitutable", Self::Substitutable),
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, it)| *it == self).map_or("", |(word, _)| word)
    }

    /// Its number in tables and in the contract.
    pub fn number(self) -> i32 {
        match self {
            Self::Different => 0,
            Self::SameItem => 1,
            Self::OtherPack => 2,
            Self::Substitutable => 3,
        }
    }

    /// The relation of a number.
    pub fn of(number: i32) -> Option<Self> {
        Self::WORDS.iter().map(|(_, it)| *it).find(|it| it.number() == number)
    }
}

/// What a person decided of two items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// What they are to each other.
    pub relation: Relation,
    /// Why.
    pub reason: String,
    /// What one may be used for in place of the other.
    pub clinical_use: Option<String>,
    /// Last day.
    pub until: Option<Date>,
}

impl Judged {
    /// What is missing or too much, in one clause.
    pub fn fault(&self) -> Option<&'static str> {
        let substitution = self.relation == Relation::Substitutable;
        if self.reason.trim().is_empty() {
            Some("a decision needs a reason")
        } else if substitution && self.clinical_use.is_none() {
            Some("a substitution needs the use that it is approved for")
        } else if substitution && self.until.is_none() {
            Some("a substitution needs a last day")
        } else if !substitution && (self.until.is_some() || self.clinical_use.is_some()) {
            Some("only a substitution has a use and a last day")
        } else {
            None
        }
    }
}
