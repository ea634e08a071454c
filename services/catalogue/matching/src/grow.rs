//! Growing a forest: gradient boosting of the logistic loss over binned features, tree by tree, leaf by leaf.
//!
//! J. Friedman, "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29 (2001); gains with a
//! second derivative and a penalty on leaves as in T. Chen and C. Guestrin, "XGBoost", KDD 2016.

use crate::{
    fold::mix,
    forest::{Forest, LEAF, Node, Tree},
};

/// How a forest is grown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Growth {
    pub(crate) trees: usize,
    pub(crate) leaves: usize,
    pub(crate) rate: f64,
    /// Least sum of second derivatives in a leaf.
    pub(crate) least: f64,
    /// Penalty on the square of what a leaf says.
    pub(crate) penalty: f64,
    /// Share of the rows that a tree sees, in 256ths.
    pub(crate) rows: u64,
    /// Share of the features that a tree may use, in 256ths.
    pub(crate) features: u64,
}

/// Bins of a feature; the first is for what is not known.
const BINS: usize = 64;

/// Rows to learn from.
pub(crate) struct Rows<'a> {
    /// Features, row after row.
    pub(crate) features: &'a [f32],
    /// How many a row has.
    pub(crate) width: usize,
    pub(crate) labels: &'a [bool],
    /// 1 where more of a feature can only make a match likelier, -1 where only less likely, 0 where both can be.
    pub(crate) signs: &'a [i8],
}

/// Sums of first and second derivatives.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    first: f64,
    second: f64,
}

impl Sums {
    fn add(&mut self, other: Self) {
        self.first += other.first;
        self.second += other.second;
    }

    fn less(self, other: Self) -> Self {
        Self { first: self.first - other.first, second: self.second - other.second }
    }

    fn value(self, penalty: f64) -> f64 {
        -self.first / (self.second + penalty)
    }

    fn worth(self, penalty: f64) -> f64 {
        self.first * self.first / (self.second + penalty)
    }
}

#[derive(Clone, Copy, Debug)]
struct Split {
    gain: f64,
    feature: usize,
    /// First bin that goes right.
    bin: usize,
    unknown_left: bool,
}

struct Leaf {
    node: usize,
    rows: Vec<u32>,
    sums: Sums,
    histogram: Vec<Sums>,
    best: Option<Split>,
}

struct Grower<'a> {
    rows: &'a Rows<'a>,
    growth: Growth,
    cuts: Vec<Vec<f32>>,
    bins: Vec<u8>,
    derivatives: Vec<Sums>,
    allowed: Vec<bool>,
}

/// Grows a forest.
#[expect(
    clippy::cast_possible_truncation,
    reason = "margins need no more precision than they are stored with"
)]
pub(crate) fn grow(rows: &Rows<'_>, growth: Growth, seed: u64) -> Forest {
    let count = rows.labels.len();
    let positive = rows.labels.iter().filter(|label| **label).count();
    let share = (positive as f64 + 0.5) / (count as f64 + 1.0);
    let base = (share / (1.0 - share)).ln() as f32;
    let cuts: Vec<Vec<f32>> = (0..rows.width).map(|feature| cuts(rows, feature)).collect();
    let bins = binned(rows, &cuts);
    let mut margins = vec![f64::from(base); count];
    let mut grower =
        Grower { rows, growth, cuts, bins, derivatives: vec![Sums::default(); count], allowed: Vec::new() };
    let mut forest = Forest { base, trees: Vec::with_capacity(growth.trees) };
    for number in 0..growth.trees {
        let seed = mix(seed ^ mix(number as u64));
        for (row, margin) in margins.iter().enumerate() {
            let chance = 1.0 / (1.0 + (-margin).exp());
            let label = f64::from(u8::from(rows.labels[row]));
            grower.derivatives[row] =
                Sums { first: chance - label, second: (chance * (1.0 - chance)).max(1e-12) };
        }
        let (tree, ends) = grower.tree(seed);
        for (row, margin) in margins.iter_mut().enumerate() {
            *margin += f64::from(grower.walk(&tree, &ends, row));
        }
        forest.trees.push(tree);
    }
    forest
}

/// Values that part a feature, so that the parts have about as many rows each.
fn cuts(rows: &Rows<'_>, feature: usize) -> Vec<f32> {
    let column = rows.features.iter().skip(feature).step_by(rows.width);
    let mut values: Vec<f32> = column.copied().filter(|value| !value.is_nan()).collect();
    values.sort_unstable_by(f32::total_cmp);
    let mut cuts: Vec<f32> = Vec::new();
    for part in 1..BINS - 1 {
        let at = values.len() * part / (BINS - 1);
        if let (Some(value), Some(first)) = (values.get(at), values.first())
            && value > first
            && cuts.last().is_none_or(|last| value > last)
        {
            cuts.push(*value);
        }
    }
    cuts
}

/// Bins row after row.
fn binned(rows: &Rows<'_>, cuts: &[Vec<f32>]) -> Vec<u8> {
    let mut bins = Vec::with_capacity(rows.features.len());
    for row in rows.features.chunks_exact(rows.width) {
        for (value, cuts) in row.iter().zip(cuts) {
            let bin = if value.is_nan() { 0 } else { 1 + cuts.partition_point(|cut| cut <= value) };
            bins.push(u8::try_from(bin).unwrap_or(u8::MAX));
        }
    }
    bins
}

impl Grower<'_> {
    fn sampled(&self, seed: u64, row: usize) -> bool {
        mix(seed ^ (row as u64) << 8) & 255 < self.growth.rows
    }

    fn tree(&mut self, seed: u64) -> (Tree, Vec<usize>) {
        let width = self.rows.width;
        self.allowed =
            (0..width).map(|feature| mix(seed ^ !(feature as u64)) & 255 < self.growth.features).collect();
        let rows: Vec<u32> = (0..self.rows.labels.len())
            .filter(|row| self.sampled(seed, *row))
            .map(|row| u32::try_from(row).unwrap_or(u32::MAX))
            .collect();
        let mut tree = vec![Node::leaf(0.0)];
        let mut bins = vec![0];
        let histogram = self.histogram(&rows);
        let mut leaves = vec![self.leaf(0, rows, histogram)];
        while leaves.len() < self.growth.leaves {
            let best = (0..leaves.len())
                .filter_map(|at| leaves[at].best.map(|split| (at, split.gain)))
                .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
            let Some((at, _)) = best else { break };
            let leaf = leaves.swap_remove(at);
            self.part(&leaf, &mut tree, &mut bins, &mut leaves);
        }
        for leaf in &leaves {
            tree[leaf.node].value = self.said(leaf.sums);
        }
        (tree, bins)
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "margins need no more precision than they are stored with"
    )]
    fn said(&self, sums: Sums) -> f32 {
        (sums.value(self.growth.penalty) * self.growth.rate) as f32
    }

    /// Makes two leaves of one.
    fn part(&self, leaf: &Leaf, tree: &mut Tree, bins: &mut Vec<usize>, leaves: &mut Vec<Leaf>) {
        let Some(split) = leaf.best else { return };
        let child = tree.len();
        tree[leaf.node] = Node {
            value: self.cuts[split.feature][split.bin - 2],
            left: u16::try_from(child).unwrap_or(0),
            feature: u8::try_from(split.feature).unwrap_or(LEAF),
            unknown_left: split.unknown_left,
        };
        bins[leaf.node] = split.bin;
        for _ in 0..2 {
            tree.push(Node::leaf(0.0));
            bins.push(0);
        }
        let (left, right): (Vec<u32>, Vec<u32>) =
            leaf.rows.iter().partition(|row| self.goes_left(**row as usize, split));
        let fewer = self.histogram(if left.len() <= right.len() { &left } else { &right });
        let more = leaf.histogram.iter().zip(&fewer).map(|(all, part)| all.less(*part)).collect();
        let (of_left, of_right) = if left.len() <= right.len() { (fewer, more) } else { (more, fewer) };
        leaves.push(self.leaf(child, left, of_left));
        leaves.push(self.leaf(child + 1, right, of_right));
    }

    fn goes_left(&self, row: usize, split: Split) -> bool {
        let bin = usize::from(self.bins[row * self.rows.width + split.feature]);
        if bin == 0 { split.unknown_left } else { bin < split.bin }
    }

    fn histogram(&self, rows: &[u32]) -> Vec<Sums> {
        let width = self.rows.width;
        let mut sums = vec![Sums::default(); width * BINS];
        for row in rows {
            let row = *row as usize;
            let derivatives = self.derivatives[row];
            for (feature, bin) in self.bins[row * width..(row + 1) * width].iter().enumerate() {
                sums[feature * BINS + usize::from(*bin)].add(derivatives);
            }
        }
        sums
    }

    fn leaf(&self, node: usize, rows: Vec<u32>, histogram: Vec<Sums>) -> Leaf {
        let mut sums = Sums::default();
        histogram.iter().take(BINS).for_each(|part| sums.add(*part));
        let best = self.best(&histogram, sums);
        Leaf { node, rows, sums, histogram, best }
    }

    fn best(&self, histogram: &[Sums], all: Sums) -> Option<Split> {
        let mut best: Option<Split> = None;
        for feature in (0..self.rows.width).filter(|feature| self.allowed[*feature]) {
            let bins = &histogram[feature * BINS..(feature + 1) * BINS];
            for unknown_left in [false, true] {
                let mut left = if unknown_left { bins[0] } else { Sums::default() };
                for bin in 2..self.cuts[feature].len() + 2 {
                    left.add(bins[bin - 1]);
                    let Some(gain) = self.gain(left, all.less(left), all, self.rows.signs[feature]) else {
                        continue;
                    };
                    if best.is_none_or(|best| gain > best.gain) {
                        best = Some(Split { gain, feature, bin, unknown_left });
                    }
                }
            }
        }
        best
    }

    /// What a split gains; none where a side is too small or the sides stand the wrong way round.
    fn gain(&self, left: Sums, right: Sums, all: Sums, sign: i8) -> Option<f64> {
        let (least, penalty) = (self.growth.least, self.growth.penalty);
        if left.second < least || right.second < least {
            return None;
        }
        let rise = right.value(penalty) - left.value(penalty);
        if f64::from(sign) * rise < 0.0 {
            return None;
        }
        let gain = left.worth(penalty) + right.worth(penalty) - all.worth(penalty);
        (gain > 1e-6).then_some(gain)
    }

    /// What a tree says of a row, by its bins.
    fn walk(&self, tree: &[Node], bins: &[usize], row: usize) -> f32 {
        let mut at = 0;
        while tree[at].feature != LEAF {
            let Node { left, feature, unknown_left, .. } = tree[at];
            let split = Split { gain: 0.0, feature: usize::from(feature), bin: bins[at], unknown_left };
            at = usize::from(left) + usize::from(!self.goes_left(row, split));
        }
        tree[at].value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROWTH: Growth =
        Growth { trees: 60, leaves: 8, rate: 0.3, least: 0.5, penalty: 1.0, rows: 256, features: 256 };

    #[test]
    fn what_no_single_feature_tells_is_learnt_and_what_is_not_known_has_its_side() {
        let mut features = Vec::new();
        let mut labels = Vec::new();
        for row in 0..600_u16 {
            let (a, b) = (f32::from(row % 30), f32::from(row / 30));
            let unknown = row % 7 == 0;
            features.extend([if unknown { f32::NAN } else { a }, b]);
            labels.push(if unknown { b < 10.0 } else { (a < 15.0) != (b < 10.0) });
        }
        let rows = Rows { features: &features, width: 2, labels: &labels, signs: &[0, 0] };
        let forest = grow(&rows, GROWTH, 1);
        for (row, label) in features.chunks_exact(2).zip(&labels) {
            assert_eq!(forest.margin(row) > 0.0, *label, "{row:?}");
        }
        assert!(forest.is_sound(2) && !forest.is_sound(1));
    }

    #[test]
    fn a_sign_forbids_learning_the_wrong_way_round() {
        let features: Vec<f32> = (0..400_u16).map(f32::from).collect();
        let labels: Vec<bool> = (0..400).map(|row| row < 200).collect();
        let grown = |sign: i8| {
            let rows = Rows { features: &features, width: 1, labels: &labels, signs: &[sign] };
            grow(&rows, GROWTH, 1)
        };
        assert!(grown(-1).margin(&[10.0]) > grown(-1).margin(&[390.0]));
        assert!((grown(1).margin(&[10.0]) - grown(1).margin(&[390.0])).abs() < 1e-6);
    }
}
