//! A sum of small decision trees: what it says of a pair is a margin, positive where a match is likelier than not.

use serde::{Deserialize, Serialize};

/// A node that is a leaf has no feature.
pub(crate) const LEAF: u8 = u8::MAX;

/// A tree as columns of its nodes; node 0 is the root, and the right child follows the left.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tree {
    /// Number of the feature; 255 = a leaf.
    pub(crate) feature: Vec<u8>,
    /// A value below goes left; of a leaf what it adds to the margin.
    pub(crate) value: Vec<f32>,
    /// The left child, plus 32,768 when what is not known goes left.
    pub(crate) left: Vec<u16>,
}

/// Bit of [`Tree::left`] that sends what is not known to the left.
pub(crate) const UNKNOWN_LEFT: u16 = 1 << 15;

/// Trees and what their sum begins with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Forest {
    pub(crate) base: f32,
    pub(crate) trees: Vec<Tree>,
}

impl Tree {
    fn value(&self, features: &[f32]) -> f32 {
        let mut at = 0;
        loop {
            let feature = self.feature[at];
            if feature == LEAF {
                return self.value[at];
            }
            let value = features[usize::from(feature)];
            let left = self.left[at];
            let goes_left = if value.is_nan() { left & UNKNOWN_LEFT != 0 } else { value < self.value[at] };
            at = usize::from(left & !UNKNOWN_LEFT) + usize::from(!goes_left);
        }
    }

    /// Can every walk from the root end in a leaf, with features that there are?
    pub(crate) fn is_sound(&self, features: usize) -> bool {
        let nodes = self.feature.len();
        let node = |at: usize| {
            let left = usize::from(self.left[at] & !UNKNOWN_LEFT);
            self.feature[at] == LEAF
                || (usize::from(self.feature[at]) < features && left > at && left + 1 < nodes)
        };
        nodes > 0
            && self.value.len() == nodes
            && self.left.len() == nodes
            && self.value.iter().all(|value| value.is_finite())
            && (0..nodes).all(node)
    }
}

impl Forest {
    /// The margin of features.
    pub(crate) fn margin(&self, features: &[f32]) -> f32 {
        self.trees.iter().fold(self.base, |sum, tree| sum + tree.value(features))
    }

    /// Is every tree sound?
    pub(crate) fn is_sound(&self, features: usize) -> bool {
        self.base.is_finite() && self.trees.iter().all(|tree| tree.is_sound(features))
    }
}
