//! Events as a set.

use std::collections::BTreeMap;

use super::Recorded;

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It is new.
    New,
    /// It was there already.
    Repeated,
    /// Another event of this id says something else: none of them counts until somebody finds out.
    Disputed,
}

/// Every event, once. Two ledgers that heard the same events are equal, in whatever order and however often they heard them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SavingsLedger {
    /// By id, each with all that came under it, in order of content.
    events: BTreeMap<String, Vec<Recorded>>,
}

impl SavingsLedger {
    /// Takes an event.
    pub fn apply(&mut self, event: Recorded) -> Applied {
        let heard = self.events.entry(event.id.clone()).or_default();
        match heard.binary_search(&event) {
            Ok(_) if heard.len() == 1 => Applied::Repeated,
            Ok(_) => Applied::Disputed,
            Err(at) => {
                heard.insert(at, event);
                if heard.len() == 1 { Applied::New } else { Applied::Disputed }
            }
        }
    }

    /// Events that count, from the earliest; of one moment by id.
    pub(super) fn undisputed(&self) -> Vec<&Recorded> {
        let mut events: Vec<&Recorded> =
            self.events.values().filter(|heard| heard.len() == 1).flatten().collect();
        events.sort_by_key(|it| (it.at, &it.id));
        events
    }

    /// Ids under which different things were said.
    pub fn disputed(&self) -> impl Iterator<Item = &str> {
        self.events.iter().filter(|(_, heard)| heard.len() > 1).map(|(id, _)| id.as_str())
    }
}
