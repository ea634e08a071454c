//! Red, amber, green: green from 95% of plan, amber from 75%.

use crate::{
    document::{Cell, Tone},
    value::of_plan,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rag {
    Red,
    Amber,
    Green,
}

impl Rag {
    /// The colour of an outcome against its plan, both pence; none without a plan.
    pub(crate) fn of(outcome: i128, plan: i128) -> Option<Self> {
        // in whole numbers: 95% of plan is green to the penny
        (plan > 0).then(|| match outcome * 100 {
            it if it >= 95 * plan => Self::Green,
            it if it >= 75 * plan => Self::Amber,
            _ => Self::Red,
        })
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Amber => "amber",
            Self::Green => "green",
        }
    }
}

/// A cell with the colour as a word and how much of the plan came.
pub(crate) fn cell(outcome: i128, plan: i128) -> Cell {
    let Some(rag) = Rag::of(outcome, plan) else { return Cell::text("no plan") };
    let tone = match rag {
        Rag::Red => Tone::Bad,
        Rag::Amber => Tone::Warning,
        Rag::Green => Tone::Good,
    };
    Cell::text(format!("{} ({})", rag.word(), of_plan(outcome, plan).unwrap_or_default())).toned(tone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_penny_below_is_the_next_colour() {
        for (outcome, plan, want) in [
            (95, 100, Some(Rag::Green)),
            (9_499, 10_000, Some(Rag::Amber)),
            (75, 100, Some(Rag::Amber)),
            (7_499, 10_000, Some(Rag::Red)),
            (-5, 100, Some(Rag::Red)),
            (5, 0, None),
        ] {
            assert_eq!(Rag::of(outcome, plan), want, "{outcome} of {plan}");
        }
    }
}
