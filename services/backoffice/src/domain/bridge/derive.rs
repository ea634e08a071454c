//! How a printed figure comes from others, and whether it does.

use std::collections::{BTreeMap, BTreeSet};

use super::{Attribute, Bridge, Figure, Nature};
use crate::domain::{Problem, Word};

/// A step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is.
    pub title: String,
    /// Pence, signed: what it adds.
    pub pence: i64,
    /// The figure that it is, when it is one.
    pub figure: Option<String>,
    /// What kind of step.
    pub nature: Nature,
    /// Which differences between the figures joined it explains.
    pub explains: Vec<Attribute>,
    /// Where it stands.
    pub source: String,
}

/// One way to come to a figure: from another, or from nothing, by steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Where it begins; none for a sum of parts.
    pub from: Option<String>,
    /// Steps.
    pub steps: Vec<Step>,
}

/// How a printed figure is said to come about, in one way or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derivation {
    /// Name.
    pub id: String,
    /// The printed figure.
    pub to: String,
    /// Ways to it.
    pub ways: Vec<Way>,
    /// What a reader should know.
    pub note: String,
}

/// Whether a printed figure comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// To the penny.
    AddsUp,
    /// As far as figures can that were rounded before they were printed.
    Rounding,
    /// It does not.
    Irreconcilable,
    /// Figures of different things were joined, and no step says why they may be.
    Refused,
}

impl Word for Verdict {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("adds-up", Self::AddsUp),
        ("rounding", Self::Rounding),
        ("irreconcilable", Self::Irreconcilable),
        ("refused", Self::Refused),
    ];
}

impl Verdict {
    /// Does the figure come out, rounding allowed for?
    pub fn holds(self) -> bool {
        matches!(self, Self::AddsUp | Self::Rounding)
    }
}

/// What a way comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayResult {
    /// Pence.
    pub computed: i64,
    /// Printed less computed, in pence.
    pub difference: i64,
    /// Most that rounding can make of it, in pence: half a printed unit for each figure and step.
    pub tolerance: i64,
    /// What it comes to by nature of step, in pence.
    pub by_nature: BTreeMap<Nature, i64>,
    /// Verdict.
    pub verdict: Verdict,
    /// Differences that no step explains: figure, attribute, its value there, the value at the printed figure.
    pub unexplained: Vec<(String, Attribute, String, String)>,
}

/// A derivation with its results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derived<'a> {
    /// The derivation.
    pub derivation: &'a Derivation,
    /// The printed figure.
    pub to: &'a Figure,
    /// By way.
    pub ways: Vec<WayResult>,
    /// The best of them.
    pub verdict: Verdict,
}

/// What is said of two figures that somebody wants to compare or net.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// They are figures of the same thing: the second less the first, in pence.
    Same(i64),
    /// A bridge joins them: its id, the second less the first in pence, and what of that is what.
    Joined {
        /// The derivation.
        by: String,
        /// Second less first, in pence.
        change: i64,
        /// What of it is what.
        by_nature: BTreeMap<Nature, i64>,
    },
    /// They are not to be compared: attribute, first value, second value.
    Refused(Vec<(Attribute, String, String)>),
}

impl Bridge {
    /// Works every derivation out.
    ///
    /// # Errors
    /// A derivation that names a figure that is not there.
    pub fn derive(&self) -> Result<Vec<Derived<'_>>, Problem> {
        self.derivations.iter().enumerate().map(|(at, it)| self.derived(at, it)).collect()
    }

    fn derived<'a>(&'a self, at: usize, derivation: &'a Derivation) -> Result<Derived<'a>, Problem> {
        let place = format!("derivations[{at}]");
        let to = self.known(&format!("{place}.to"), &derivation.to)?;
        let ways: Result<Vec<WayResult>, Problem> = derivation
            .ways
            .iter()
            .enumerate()
            .map(|(number, way)| self.way(&format!("{place}.ways[{number}]"), way, to))
            .collect();
        let ways = ways?;
        let verdict = ways.iter().map(|way| way.verdict).min().unwrap_or(Verdict::Irreconcilable);
        Ok(Derived { derivation, to, ways, verdict })
    }

    fn known(&self, place: &str, id: &str) -> Result<&Figure, Problem> {
        self.figure(id).ok_or_else(|| {
            let ids: Vec<&str> = self.figures.iter().map(|figure| figure.id.as_str()).collect();
            Problem::new(place, "no figure of that id", format!("use one of: {}", ids.join(", "))).with(id)
        })
    }

    fn way(&self, place: &str, way: &Way, to: &Figure) -> Result<WayResult, Problem> {
        let mut joined = Vec::new();
        if let Some(from) = &way.from {
            joined.push(self.known(&format!("{place}.from"), from)?);
        }
        let start = joined.iter().map(|figure| figure.pence).sum::<i64>();
        for (number, step) in way.steps.iter().enumerate() {
            if let Some(id) = &step.figure {
                joined.push(self.known(&format!("{place}.steps[{number}].figure"), id)?);
            }
        }
        let explained: BTreeSet<Attribute> =
            way.steps.iter().flat_map(|step| step.explains.clone()).collect();
        let mut unexplained = Vec::new();
        for figure in joined {
            for attribute in figure.differs(to).into_iter().filter(|it| !explained.contains(it)) {
                unexplained.push((
                    figure.id.clone(),
                    attribute,
                    figure.value(attribute),
                    to.value(attribute),
                ));
            }
        }
        let mut by_nature: BTreeMap<Nature, i64> = BTreeMap::new();
        for step in &way.steps {
            *by_nature.entry(step.nature).or_default() += step.pence;
        }
        let computed = start + by_nature.values().sum::<i64>();
        // every step, the start and the printed figure may each be half a unit off
        let rounded = way.steps.len() + usize::from(way.from.is_some()) + 1;
        let tolerance = i64::try_from(rounded).unwrap_or(i64::MAX).saturating_mul(to.printed_to) / 2;
        let difference = to.pence - computed;
        let verdict = match difference {
            _ if !unexplained.is_empty() => Verdict::Refused,
            0 => Verdict::AddsUp,
            it if it.abs() <= tolerance && to.printed_to > 1 => Verdict::Rounding,
            _ => Verdict::Irreconcilable,
        };
        Ok(WayResult { computed, difference, tolerance, by_nature, verdict, unexplained })
    }

    /// Compares two figures, or refuses to.
    ///
    /// # Errors
    /// A figure that is not there.
    pub fn compare(&self, one: &str, other: &str) -> Result<Comparison, Problem> {
        let (first, second) = (self.known("comparison", one)?, self.known("comparison", other)?);
        let differs = first.differs(second);
        if differs.is_empty() {
            return Ok(Comparison::Same(second.pence - first.pence));
        }
        for derived in self.derive()? {
            for (way, result) in derived.derivation.ways.iter().zip(&derived.ways) {
                let ends = (way.from.as_deref(), derived.to.id.as_str());
                let sign = match ends {
                    (Some(from), to) if from == one && to == other => 1,
                    (Some(from), to) if from == other && to == one => -1,
                    _ => continue,
                };
                if result.verdict.holds() {
                    let by_nature =
                        result.by_nature.iter().map(|(nature, pence)| (*nature, sign * pence)).collect();
                    let change = second.pence - first.pence;
                    return Ok(Comparison::Joined { by: derived.derivation.id.clone(), change, by_nature });
                }
            }
        }
        let said = |it: Attribute| (it, first.value(it), second.value(it));
        Ok(Comparison::Refused(differs.into_iter().map(said).collect()))
    }
}
