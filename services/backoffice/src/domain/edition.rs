//! Editions: every figure as it stood at one moment, numbered, signed, and never changed.
//!
//! A figure says what it is of (window, base, version, source) and what it is made of: other figures of the edition, or events and rows of
//! files. The hash of an edition is over its figures in order of their keys and the hash of the edition before, so that none can be
//! changed, left out or slipped in later.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::claim::Evidence;

/// A figure of an edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionFigure {
    /// Name within the edition, the same from edition to edition: `savings/attested/RJ1`.
    pub key: String,
    /// Context that it is from.
    pub context: String,
    /// What it says.
    pub title: String,
    /// Its value, in the unit.
    pub value: i64,
    /// `pence`, `centipence` (1/100 pence), `minutes`, `milli` (1/1000).
    pub unit: String,
    /// 10th percentile, where it has one.
    pub low: Option<i64>,
    /// 90th percentile, where it has one.
    pub high: Option<i64>,
    /// Time that it is of: financial years or months.
    pub window: String,
    /// What it is measured from; empty where it has no base.
    pub base: String,
    /// Version of what it is from.
    pub version: String,
    /// Where it is from.
    pub source: String,
    /// May everybody see it?
    pub public: bool,
    /// Keys of the figures that it is made of.
    pub made_of: Vec<String>,
    /// Events and rows of files that it rests on.
    pub evidence: Vec<Evidence>,
}

/// An edition without its figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditionHead {
    /// Counts from 1.
    pub number: i64,
    /// Who froze it: an actor id.
    pub by: String,
    /// As what they signed it: `programme director`.
    pub signed_as: String,
    /// When, microseconds UTC.
    pub at: i64,
    /// What is said of it.
    pub note: String,
    /// Month at whose end schemes stand; empty where nothing came yet.
    pub as_of: String,
    /// Figures.
    pub figures: i64,
    /// Its hash, lower-case hex.
    pub sha256: String,
    /// Hash of the edition before; empty for the first.
    pub previous: String,
}

/// A frozen edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// Its head.
    pub head: EditionHead,
    /// Its figures, in order of their keys.
    pub figures: Vec<EditionFigure>,
}

/// What became of a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureChange {
    /// Before; none when it is new.
    pub before: Option<EditionFigure>,
    /// After; none when it is gone.
    pub after: Option<EditionFigure>,
    /// Why: events and rows that it rests on now and did not before, its own and those of the figures that it is made of.
    pub why: Vec<Evidence>,
    /// Events and rows that it rested on before and does not any more.
    pub no_longer: Vec<Evidence>,
}

impl EditionHead {
    /// The hash of an edition with these figures.
    ///
    /// # Errors
    /// When a figure cannot be written as JSON.
    pub fn hash(&self, figures: &[EditionFigure]) -> Result<String, serde_json::Error> {
        let mut hash = Sha256::new();
        let of = (&self.previous, self.number, &self.by, &self.signed_as, self.at, &self.note, &self.as_of);
        hash.update(serde_json::to_vec(&of)?);
        for figure in figures {
            hash.update(b"\n");
            hash.update(serde_json::to_vec(figure)?);
        }
        Ok(hex::encode(hash.finalize()))
    }
}

impl Edition {
    /// A figure by key.
    pub fn figure(&self, key: &str) -> Option<&EditionFigure> {
        self.figures.binary_search_by(|it| it.key.as_str().cmp(key)).ok().map(|at| &self.figures[at])
    }

    /// Everything that a figure rests on, through the figures that it is made of.
    pub fn evidence(&self, key: &str) -> Vec<Evidence> {
        let (mut found, mut seen, mut open) = (Vec::new(), Vec::new(), vec![key.to_owned()]);
        while let Some(key) = open.pop() {
            if seen.contains(&key) {
                continue;
            }
            if let Some(figure) = self.figure(&key) {
                open.extend(figure.made_of.iter().cloned());
                found.extend(figure.evidence.iter().cloned());
            }
            seen.push(key);
        }
        found.sort_by(|one, other| {
            (one.occurred_at, &one.event_id).cmp(&(other.occurred_at, &other.event_id))
        });
        found.dedup();
        found
    }

    /// What is other in a later edition, and why. A figure that says the same with another version is no change.
    pub fn changes(&self, later: &Self) -> Vec<FigureChange> {
        let all = |of: &'_ Self| -> BTreeMap<String, EditionFigure> {
            of.figures.iter().map(|it| (it.key.clone(), it.clone())).collect()
        };
        let (mut before, after) = (all(self), all(later));
        let mut changes = Vec::new();
        for (key, figure) in after {
            let known = before.remove(&key);
            if known.as_ref().is_some_and(|known| known.same(&figure)) {
                continue;
            }
            let (old, new) = (self.evidence(&key), later.evidence(&key));
            let no_longer = old.iter().filter(|it| !new.contains(it)).cloned().collect();
            let why = new.into_iter().filter(|it| !old.contains(it)).collect();
            changes.push(FigureChange { before: known, after: Some(figure), why, no_longer });
        }
        let gone = before.into_values().map(|it| FigureChange {
            why: Vec::new(),
            no_longer: self.evidence(&it.key),
            before: Some(it),
            after: None,
        });
        changes.extend(gone);
        changes.sort_by(|one, other| one.key().cmp(other.key()));
        changes
    }
}

impl EditionFigure {
    /// Do two figures say the same of the same thing?
    fn same(&self, other: &Self) -> bool {
        (self.value, self.low, self.high) == (other.value, other.low, other.high)
            && (&self.unit, &self.window, &self.base) == (&other.unit, &other.window, &other.base)
    }
}

impl FigureChange {
    /// Key of the figure.
    pub fn key(&self) -> &str {
        self.after.as_ref().or(self.before.as_ref()).map_or("", |it| it.key.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn evidence(event: &str) -> Evidence {
        Evidence {
            event_id: event.into(),
            causation_id: String::new(),
            kind: "k".into(),
            aggregate_id: "a".into(),
            version: 1,
            occurred_at: 0,
            says: String::new(),
            line: 0,
        }
    }

    fn figure(key: &str, value: i64, made_of: &[&str], events: &[&str]) -> EditionFigure {
        EditionFigure {
            key: key.into(),
            context: "backoffice".into(),
            title: key.into(),
            value,
            unit: "pence".into(),
            low: None,
            high: None,
            window: "2017/18".into(),
            base: String::new(),
            version: "1".into(),
            source: "s".into(),
            public: true,
            made_of: made_of.iter().map(|it| (*it).to_owned()).collect(),
            evidence: events.iter().map(|it| evidence(it)).collect(),
        }
    }

    fn edition(figures: Vec<EditionFigure>) -> Edition {
        let head = EditionHead {
            number: 1,
            by: "office".into(),
            signed_as: String::new(),
            at: 7,
            note: String::new(),
            as_of: "2017-10".into(),
            figures: 0,
            sha256: String::new(),
            previous: String::new(),
        };
        Edition { head, figures }
    }

    #[test]
    fn a_change_is_explained_by_what_its_parts_rest_on() {
        let one = edition(vec![
            figure("a", 5, &["b", "c"], &[]),
            figure("b", 3, &[], &["e1"]),
            figure("c", 2, &[], &["e2"]),
        ]);
        let two = edition(vec![
            figure("a", 9, &["b", "c"], &[]),
            figure("b", 3, &[], &["e1"]),
            figure("c", 6, &[], &["e2", "e3"]),
            figure("d", 1, &[], &["e4"]),
        ]);
        let changes = one.changes(&two);
        let seen: Vec<_> = changes
            .iter()
            .map(|it| (it.key(), it.why.iter().map(|it| it.event_id.as_str()).collect::<Vec<_>>()))
            .collect();
        assert_eq!(seen, [("a", vec!["e3"]), ("c", vec!["e3"]), ("d", vec!["e4"])]);
        assert_eq!(
            two.changes(&one).last().map(|it| (it.key().to_owned(), it.after.clone())),
            Some(("d".into(), None))
        );
        // what fell away explains a change, too
        let back: Vec<_> = two
            .changes(&one)
            .into_iter()
            .map(|it| {
                (
                    it.key().to_owned(),
                    it.why.len(),
                    it.no_longer.into_iter().map(|it| it.event_id).collect::<Vec<_>>(),
                )
            })
            .collect();
        let fell = |key: &str, event: &str| (key.to_owned(), 0, vec![event.to_owned()]);
        assert_eq!(back, [fell("a", "e3"), fell("c", "e3"), fell("d", "e4")]);
        assert!(one.changes(&one).is_empty());
        // figures that name each other end, too
        let round = edition(vec![figure("a", 1, &["b"], &["e1"]), figure("b", 1, &["a"], &["e2"])]);
        assert_eq!(round.evidence("a").len(), 2);
    }

    proptest! {
        #[test]
        fn any_change_of_a_figure_changes_the_hash(value in 0_i64..9, other in 0_i64..9, at in 0_usize..3) {
            let figures = vec![figure("a", value, &[], &[]), figure("b", value, &[], &[])];
            let it = edition(figures.clone());
            let mut changed = figures.clone();
            match at {
                0 => changed[1].value = other,
                1 => changed[0].source = if other == value { "s".into() } else { "t".into() },
                _ => if other != value { changed.pop(); },
            }
            let same = changed == figures;
            prop_assert_eq!(it.head.hash(&figures).unwrap() == it.head.hash(&changed).unwrap(), same);
            let mut later = it.head.clone();
            later.previous = "x".into();
            prop_assert!(later.hash(&figures).unwrap() != it.head.hash(&figures).unwrap());
        }
    }
}
