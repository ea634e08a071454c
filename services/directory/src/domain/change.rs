//! The difference between two maps: what an import changed, and so what is stored and told to others.

use std::collections::BTreeSet;

use muster_kit::OrgCode;

use super::{Grouping, GroupingKey, Map, Organisation, Succession};

/// What became different.
#[derive(Debug, Default)]
pub struct Change<'a> {
    /// Organisations that are new or different, as they now stand.
    pub organisations: Vec<&'a Organisation>,
    /// Those of them that were open, or not known, and now have a closing date.
    pub closed: Vec<&'a Organisation>,
    /// New or changed successions: all those of each predecessor.
    pub successions: Vec<&'a Succession>,
    /// Groupings that are new or different, as they now stand.
    pub groupings: Vec<&'a Grouping>,
    /// Groupings that are no more: nothing states a membership in them now.
    pub dissolved: Vec<&'a GroupingKey>,
}

impl<'a> Change<'a> {
    /// Compares two maps. An organisation whose successions changed counts as different.
    pub fn between(before: &'a Map, after: &'a Map, successions: &'a [Succession]) -> Self {
        let ended: BTreeSet<&OrgCode> = successions.iter().map(|row| &row.predecessor).collect();
        let is_new = |now: &&Organisation| {
            ended.contains(&now.code) || before.organisations.get(&now.code) != Some(now)
        };
        let organisations: Vec<&Organisation> = after.organisations.values().filter(is_new).collect();
        let closing_before = |code: &OrgCode| before.organisations.get(code).and_then(|known| known.closed);
        let closed = organisations
            .iter()
            .copied()
            .filter(|now| now.closed.is_some() && now.closed != closing_before(&now.code));
        Self {
            closed: closed.collect(),
            successions: successions.iter().collect(),
            groupings: after
                .groupings
                .values()
                .filter(|now| before.groupings.get(&now.key) != Some(now))
                .collect(),
            dissolved: before.groupings.keys().filter(|key| !after.groupings.contains_key(key)).collect(),
            organisations,
        }
    }

    /// Is nothing different?
    pub fn is_empty(&self) -> bool {
        self.organisations.is_empty() && self.groupings.is_empty() && self.dissolved.is_empty()
    }
}
