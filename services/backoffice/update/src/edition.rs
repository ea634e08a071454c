//! An edition as it is written down: the head, the figures, and what is other since the edition before.
//!
//! Names and order of the fields of figures and evidence are those over which the hash of an edition goes: a figure written as
//! compact JSON is, byte for byte, a line of what was hashed.

use serde::{Deserialize, Serialize};

/// Numbers of people from 1 to 4 are not told to everybody, in 1/1000: from this value on they are.
const TOLD_FROM: i64 = 5_000;

/// What a figure rests on: an event, or a row of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Id of the event; empty where it is an imported row.
    pub event_id: String,
    /// The event that caused that one; empty where none did.
    pub causation_id: String,
    /// Kind of the event, or of the file.
    pub kind: String,
    /// Aggregate of the event, or the import that the row came with.
    pub aggregate_id: String,
    /// Version of the aggregate; 0 for a row.
    pub version: i64,
    /// When it happened, microseconds UTC.
    pub occurred_at: i64,
    /// What of it was used, in a sentence.
    pub says: String,
    /// Line of a row in its file, 1 = first line; not written where it is 0.
    #[serde(default, skip_serializing_if = "nought")]
    pub line: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
fn nought(line: &i64) -> bool {
    *line == 0
}

/// A figure of an edition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// Name within the edition, the same from edition to edition: `savings/attested/RJ1`.
    pub key: String,
    /// Context that it is from.
    pub context: String,
    /// What it says.
    pub title: String,
    /// Its value, in the unit; none where it is suppressed.
    pub value: Option<i64>,
    /// `pence`, `centipence` (1/100 pence), `minutes`, `milli` (1/1000) or `ppm`.
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
    /// Keys of the figures that it is made of; none in the public variant.
    pub made_of: Vec<String>,
    /// Events and rows of files that it rests on; none in the public variant.
    pub evidence: Vec<Evidence>,
}

/// An edition without its figures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Counts from 1.
    pub number: i64,
    /// Who froze it: an actor id; empty in the public variant.
    pub frozen_by: String,
    /// As what they signed it.
    pub signed_as: String,
    /// When, in microseconds since 1970-01-01T00:00:00Z.
    pub frozen_at_micros: i64,
    /// What is said of it.
    pub note: String,
    /// Month at whose end schemes stand, `YYYY-MM`; empty where nothing came yet.
    pub as_of: String,
    /// Figures in the whole edition.
    pub figures: i64,
    /// SHA-256 over head, figures and the hash of the edition before, lower-case hex.
    pub sha256: String,
    /// Hash of the edition before; empty for the first.
    pub previous_sha256: String,
}

/// A figure that is other than in the edition before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Before; none when it is new.
    pub before: Option<Figure>,
    /// After; none when it is gone.
    pub after: Option<Figure>,
    /// Events and rows that it rests on now and did not before; none in the public variant.
    pub why: Vec<Evidence>,
    /// Events and rows that it rested on before and does not any more; none in the public variant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub no_longer: Vec<Evidence>,
}

impl Change {
    /// The figure as it is, or as it was when it is gone.
    pub fn figure(&self) -> Option<&Figure> {
        self.after.as_ref().or(self.before.as_ref())
    }
}

/// What is other since an earlier edition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Since {
    /// Number of the earlier edition.
    pub number: i64,
    /// Its hash.
    pub sha256: String,
    /// Changes, in order of the keys.
    pub changes: Vec<Change>,
}

/// An edition as it is to be written, whole or for everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edition {
    /// Its head.
    pub head: Head,
    /// Its figures.
    pub figures: Vec<Figure>,
    /// Is it the public variant?
    pub public: bool,
    /// Figures that were left out of the public variant already.
    pub left_out: u64,
    /// What is other since the edition before; none where nobody asked, or where there is none before.
    pub since: Option<Since>,
}

impl Edition {
    /// The edition in order of its keys. Of the public variant what not everybody may see is left out, whoever filtered it before:
    /// figures that are not public, who froze it, what a figure is made of and rests on, and small numbers of people.
    #[must_use]
    pub fn shown(mut self) -> Self {
        self.figures.sort_by(|one, other| one.key.cmp(&other.key));
        if !self.public {
            return self;
        }
        let all = self.figures.len();
        self.figures.retain(|it| it.public);
        self.left_out += (all - self.figures.len()) as u64;
        self.head.frozen_by.clear();
        self.figures.iter_mut().for_each(for_everybody);
        if let Some(since) = &mut self.since {
            since.changes.retain(|it| [&it.before, &it.after].into_iter().flatten().all(|it| it.public));
            for change in &mut since.changes {
                change.before.iter_mut().chain(&mut change.after).for_each(for_everybody);
                change.why.clear();
                change.no_longer.clear();
            }
        }
        self
    }
}

/// A figure without what not everybody may see of it.
fn for_everybody(of: &mut Figure) {
    of.made_of.clear();
    of.evidence.clear();
    if of.is_small_number() {
        of.value = None;
    }
}

impl Figure {
    /// Is it a number of people from 1 to 4? What was modelled has an interval, and is no count of people.
    fn is_small_number(&self) -> bool {
        let counted = self.unit == "milli" && self.low.is_none() && self.high.is_none();
        let of_people = self.context == "staffing" || self.key.starts_with("staffing/");
        counted && of_people && self.value.is_some_and(|it| it > 0 && it < TOLD_FROM)
    }
}
