//! Which of a scenario's changes act at which practices: practices where the same ones do share a world.

use super::{inputs::Inputs, prepare::RoleStart};

/// The sets of changes that act at some practice.
pub(super) struct Sets {
    /// By set and change: does it act there? The first set holds the changes of the whole area alone.
    pub(super) here: Vec<Vec<bool>>,
    /// By practice, its set.
    pub(super) of_practice: Vec<usize>,
}

impl Sets {
    pub(super) fn of(inputs: &Inputs) -> Self {
        let changes = &inputs.spec.scenario.changes;
        let mut here: Vec<Vec<bool>> = vec![changes.iter().map(|change| change.places.is_empty()).collect()];
        let of_practice = inputs
            .practices
            .iter()
            .map(|practice| {
                let nodes = practice.nodes.iter().map(|node| inputs.nodes[*node].code.as_str());
                let codes = || nodes.clone().chain([practice.code.as_str(), practice.borough.as_str()]);
                let acting: Vec<bool> = changes.iter().map(|change| change.acts_at(codes())).collect();
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
        let at = |(place, change): (usize, &crate::domain::scenario::Change)| {
            if change.places.is_empty() {
                return whole;
            }
            let there = starts.iter().zip(&self.of_practice).filter(|(_, set)| self.here[**set][place]);
            there.map(|(start, _)| start.fte).sum::<f64>() / participation
        };
        changes.map(at).collect()
    }
}
