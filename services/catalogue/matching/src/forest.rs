//! A sum of small decision trees: what it says of a pair is a margin, positive where a match is likelier than not.

use serde::{Deserialize, Serialize};

/// A node that is a leaf has no feature.
pub(crate) const LEAF: u8 = u8::MAX;

/// A node of a tree; the right child follows the left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Node {
    /// A value below goes left; of a leaf what it adds to the margin.
    pub(crate) value: f32,
    /// The left child.
    pub(crate) left: u16,
    /// Number of the feature.
    pub(crate) feature: u8,
    /// Does what is not known go left?
    pub(crate) unknown_left: bool,
}

impl Node {
    /// A leaf.
    pub(crate) fn leaf(value: f32) -> Self {
        Self { value, left: 0, feature: LEAF, unknown_left: false }
    }
}

/// Trees after which a pair may be given up.
const FIRST: usize = 16;
/// Margin below which it is.
const HOPELESS: f32 = -6.0;

/// Nodes of a tree, the root first.
pub(crate) type Tree = Vec<Node>;

/// Trees and what their sum begins with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Columns", into = "Columns")]
pub(crate) struct Forest {
    pub(crate) base: f32,
    pub(crate) trees: Vec<Tree>,
}

/// A forest as documents have it: columns of the nodes of each tree, which are shorter than nodes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Columns {
    base: f32,
    trees: Vec<TreeColumns>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TreeColumns {
    feature: Vec<u8>,
    value: Vec<f32>,
    left: Vec<u16>,
    /// Nodes at which what is not known goes left.
    unknown_left: Vec<u16>,
}

impl From<Columns> for Forest {
    fn from(columns: Columns) -> Self {
        let tree = |columns: TreeColumns| {
            let nodes = columns.feature.into_iter().zip(columns.value).zip(columns.left).enumerate();
            nodes
                .map(|(at, ((feature, value), left))| {
                    let unknown_left = u16::try_from(at).is_ok_and(|at| columns.unknown_left.contains(&at));
                    Node { value, left, feature, unknown_left }
                })
                .collect()
        };
        Self { base: columns.base, trees: columns.trees.into_iter().map(tree).collect() }
    }
}

impl From<Forest> for Columns {
    fn from(forest: Forest) -> Self {
        let tree = |nodes: Tree| TreeColumns {
            feature: nodes.iter().map(|node| node.feature).collect(),
            value: nodes.iter().map(|node| node.value).collect(),
            left: nodes.iter().map(|node| node.left).collect(),
            unknown_left: (0_u16..)
                .zip(&nodes)
                .filter(|(_, node)| node.unknown_left)
                .map(|(at, _)| at)
                .collect(),
        };
        Self { base: forest.base, trees: forest.trees.into_iter().map(tree).collect() }
    }
}

fn said(tree: &[Node], features: &[f32]) -> f32 {
    let mut node = tree[0];
    while node.feature != LEAF {
        let value = features[usize::from(node.feature)];
        // a comparison with what is not known is never true
        let left = value < node.value || (node.unknown_left && value.is_nan());
        node = tree[usize::from(node.left) + usize::from(!left)];
    }
    node.value
}

/// Can every walk from the root end in a leaf, with features that there are?
fn is_sound(tree: &[Node], features: usize) -> bool {
    !tree.is_empty()
        && tree.iter().enumerate().all(|(at, node)| {
            let left = usize::from(node.left);
            let inner = usize::from(node.feature) < features && left > at && left + 1 < tree.len();
            node.value.is_finite() && (node.feature == LEAF || inner)
        })
}

impl Forest {
    /// The margin of features.
    pub(crate) fn margin(&self, features: &[f32]) -> f32 {
        self.trees.iter().fold(self.base, |sum, tree| sum + said(tree, features))
    }

    /// The margin of features, or that of the first trees where it is so low that the rest cannot make a rival of the pair.
    pub(crate) fn quick_margin(&self, features: &[f32]) -> f32 {
        let (first, rest) = self.trees.split_at(self.trees.len().min(FIRST));
        let sum = first.iter().fold(self.base, |sum, tree| sum + said(tree, features));
        if sum < HOPELESS { sum } else { rest.iter().fold(sum, |sum, tree| sum + said(tree, features)) }
    }

    /// Is every tree sound?
    pub(crate) fn is_sound(&self, features: usize) -> bool {
        self.base.is_finite() && self.trees.iter().all(|tree| is_sound(tree, features))
    }
}
