//! The rules that the program brings along, each row with its source.

use muster_kit::intake::{Findings, RawFile};

use super::rates::{kind, read_as};
use crate::domain::Rulebook;

const FILES: &[(&str, &str)] = &[
    ("rate-card", include_str!("../../data/rate-card.csv")),
    ("grades", include_str!("../../data/grades.csv")),
    ("cap-phases", include_str!("../../data/cap-phases.csv")),
    ("enhancements", include_str!("../../data/enhancements.csv")),
    ("high-cost-zones", include_str!("../../data/high-cost-zones.csv")),
];

/// The shipped rules.
///
/// # Errors
/// Findings when a shipped file is damaged, which a test rules out.
pub fn shipped() -> Result<Rulebook, Findings> {
    let mut rules = Rulebook::default();
    for (name, text) in FILES {
        let Some(kind) = kind(name) else { continue };
        rules.extend(read_as(kind, &RawFile::new(format!("{name}.csv"), text.as_bytes().to_vec()))?);
    }
    Ok(rules)
}
