//! The affordability bridge: published figures with what they are figures of, and how one comes from others.
//!
//! Steps add up, add up but for rounding, or are shown as irreconcilable; nothing is forced. Figures that differ in window,
//! base, kind of outturn, scope, recurrence or version are not compared and not netted unless a bridge joins them that says
//! which of its steps explains the difference.

mod derive;
mod figure;
mod roll;

pub use derive::{Comparison, Derivation, Derived, Step, Verdict, Way, WayResult};
pub use figure::{Attribute, Figure, Nature, Outturn, Recurrence, Window};
pub use roll::{Roll, Rolled};

/// Figures and how they hang together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bridge {
    /// Title.
    pub title: String,
    /// The figures.
    pub figures: Vec<Figure>,
    /// How printed figures come from others.
    pub derivations: Vec<Derivation>,
    /// Pairs that somebody wants to compare, by id.
    pub comparisons: Vec<(String, String)>,
    /// Gaps taken on to the next year.
    pub rolls: Vec<Roll>,
}

impl Bridge {
    /// A figure by id.
    pub fn figure(&self, id: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.id == id)
    }
}
