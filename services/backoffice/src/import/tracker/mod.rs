//! Trackers as people keep them: columns under other names, months across or one a row, thousands, totals, blank lines.
//!
//! ```text
//! cells -> propose: header line, unit, a field for each column with the reason  -> Mapping (JSON, looked at and confirmed by a person)
//! cells + Mapping -> read: schemes and months, totals compared, refused cells with their places
//! ```
//! Nothing is guessed while reading: what the mapping does not say is not read.

mod amount;
mod assemble;
mod mapping;
mod propose;
mod read;
mod synonyms;
mod totals;

pub use assemble::PartScheme;
pub use mapping::{Field, MappedColumn, Mapping, Measure, TRACKER, Unit, read_mapping};
pub use propose::{Proposal, ToldColumn, as_confirmed, propose};
pub use read::{TrackerRead, read_tracker};
pub use synonyms::{measure_names as measure_column_names, names as tracker_column_names};
pub use totals::TotalCompared;

/// A mapping to begin from, as it is documented.
pub const TRACKER_MAPPING_EXAMPLE: &str = include_str!("../../../data/tracker-mapping-example.json");
