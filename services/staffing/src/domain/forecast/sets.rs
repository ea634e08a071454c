//! Which of a scenario's changes act at which practices: practices where the same ones do share a world.

use super::{
    inputs::{Inputs, Practice},
    prepare::RoleStart,
};
use crate::domain::scenario::Change;

/// The sets of changes that act at some practice.
pub(super) struct Sets {
    /// By set and change: does it act there? The first set holds the changes of the whole area alone.
    pub(super) here: Vec<Vec<bool>>,
    /// By practice, its set.
    pub(super) of_practice: Vec<usize>,
}

/// Does a change act at a practice, by its code, its borough's or one of its nodes'?
pub(super) fn acts_at(inputs: &Inputs, practice: &Practice, change: &Change) -> bool {
    let nodes = practice.nodes.iter().map(|node| inputs.nodes[*node].code.as_str());
    change.acts_at(nodes.chain([practice.code.as_str(), practice.borough.as_str()]))
}

impl Sets {
    pub(super) fn of(inputs: &Inputs) -> Self {
        let changes = &inputs.spec.scenario.changes;
        let mut here: Vec<Vec<bool>> = vec![changes.iter().map(|change| change.places.is_empty()).collect()];
        let of_practice = inputs
            .practices
            .iter()
            .map(|practice| {
                let acting: Vec<bool> =
                    changes.iter().map(|change| acts_at(inputs, practice, change)).collect();
                here.iter().position(|set| *set == acting).unwrap_or_else(|| {
                    here.push(acting);
                    here.len() - 1
                })
            })
            .collect();
        Self { here, of_practice }
    }

    /// By change: heads of a role in the base year over all places where it acts.
    pub(super) fn heads(
        &self,
        inputs: &Inputs,
        (starts, index): (&[RoleStart], usize),
        participation: f64,
    ) -> Vec<f64> {
        let whole = inputs.evidence.roles[index].total() / participation;
        let changes = inputs.spec.scenario.changes.iter().enumerate();
        let at = |(place, change): (usize, &Change)| {
            if change.places.is_empty() {
                return whole;
            }
            let there = starts.iter().zip(&self.of_practice).filter(|(_, set)| self.here[**set][place]);
            there.map(|(start, _)| start.fte).sum::<f64>() / participation
        };
        changes.map(at).collect()
    }
}
