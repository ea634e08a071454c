//! What two records that describe the same item are to each other.

use serde::{Deserialize, Serialize};

use crate::corpus::Item;

/// The three relations, kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// The same item in the same pack, or nothing says that the packs differ.
    SameItem,
    /// The same item, but the records order another number of pieces.
    SameItemOtherPack,
    /// Another item that may be used instead. No score proposes it: people approve it, for a use and until a date.
    ClinicallySubstitutable,
}

impl Relation {
    /// The word that files have.
    pub fn word(self) -> &'static str {
        match self {
            Self::SameItem => "same-item",
            Self::SameItemOtherPack => "same-item-other-pack",
            Self::ClinicallySubstitutable => "clinically-substitutable",
        }
    }
}

/// The relation of two records of the same item: packs that both give decide.
pub(crate) fn relation(a: &Item, b: &Item) -> Relation {
    if a.pack > 0 && b.pack > 0 && a.pack != b.pack {
        Relation::SameItemOtherPack
    } else {
        Relation::SameItem
    }
}
